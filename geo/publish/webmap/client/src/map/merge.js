// The files of a folder put together, as geo/publish/webmap/wire.py declares the format.

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("./decode.js").Shape} Shape */
/** @typedef {Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array} Numbers */
/** @typedef {import("../../generated/wire.js").Plan} Plan */
/** @typedef {{ [field: string]: any }} Fields */

/** @type {{ [kind: string]: () => Numbers }} */
const NOTHING = {
  u1: () => new Uint8Array(0),
  i4: () => new Int32Array(0),
  f4: () => new Float32Array(0),
  f8: () => new Float64Array(0),
  column: () => new Float32Array(0),
};

/**
 * The page of an index with the parcels of the parts, in their order.
 * @param {Fields} index
 * @param {Fields[]} parts
 * @returns {Page}
 */
export function merged(index, parts) {
  const starts = startsOf(parts.map((part) => part.ids));
  return /** @type {Page} */ (filled(index.plan, index, parts, { starts, pairs: false }));
}

/**
 * A record's once-values with the entries of its parts.
 * @param {Plan} plan
 * @param {Fields} once
 * @param {Fields[]} parts
 * @param {{ starts: number[], pairs: boolean }} place
 * @returns {Fields}
 */
function filled(plan, once, parts, { starts, pairs }) {
  const out = { ...once };
  for (const [name, node] of Object.entries(plan)) {
    const values = parts.map((part) => part[name]);
    if (typeof node === "string") {
      const own = pairs && name === "parcel" ? counted(values, starts) : values;
      out[name] = joined(own, node);
    } else if (node.counts) {
      const { counts } = node;
      out[name] = joined(counted(values, startsOf(parts.map((part) => part[counts]))), "i4");
    } else if (node.each) {
      const { each } = node;
      out[name] = once[name].map((/** @type {Fields} */ item, /** @type {number} */ k) =>
        filled(
          each,
          item,
          values.map((v) => v[k]),
          { starts, pairs: false },
        ),
      );
    } else if (once[name]) {
      const inner = node.pairs ?? node.record ?? {};
      out[name] = filled(inner, once[name], values, { starts, pairs: Boolean(node.pairs) });
    }
  }
  return out;
}

/**
 * Where each part's entries begin among all.
 * @param {ArrayLike<any>[]} lists
 */
function startsOf(lists) {
  let end = 0;
  return lists.map((list) => (end += list.length) - list.length);
}

/**
 * Places of entries counted on from part to part.
 * @param {Int32Array[]} values
 * @param {number[]} starts
 */
function counted(values, starts) {
  return values.map((own, k) => own.map((place) => place + starts[k]));
}

/**
 * Arrays of one kind, or lists, one behind the other; null where the parts have none.
 * @param {any[]} parts
 * @param {string} kind
 */
export function joined(parts, kind) {
  if (!parts.length) return NOTHING[kind]?.() ?? [];
  if (parts[0] === undefined) return null;
  if (Array.isArray(parts[0])) return parts.flat();
  const out = new parts[0].constructor(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Shapes one behind the other.
 * @param {Shape[]} shapes
 * @returns {Shape}
 */
export function joinedShapes(shapes) {
  /** @param {"ringStart" | "vertexStart"} key */
  const starts = (key) => {
    const out = new Uint32Array(1 + shapes.reduce((n, s) => n + s[key].length - 1, 0));
    let at = 1;
    let last = 0;
    for (const shape of shapes) {
      for (let i = 1; i < shape[key].length; i++) out[at++] = last + shape[key][i];
      last = out[at - 1];
    }
    return out;
  };
  /** @param {"x" | "y" | "box"} key */
  const all = (key) =>
    joined(
      shapes.map((shape) => shape[key]),
      "f8",
    );
  return {
    n: shapes.reduce((n, shape) => n + shape.n, 0),
    ringStart: starts("ringStart"),
    vertexStart: starts("vertexStart"),
    x: all("x"),
    y: all("y"),
    box: all("box"),
  };
}
