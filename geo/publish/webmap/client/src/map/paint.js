// Parcels onto a canvas, in small batches: a path of thousands of rings costs Chromium seconds
// (measured: 20,000 parcels 4.0 s as one path a class, 0.05 s in blocks of 32).

/** @typedef {import("./decode.js").Shape} Shape */
/** @typedef {{ order: Uint32Array, box: Float64Array }} Index */
/** @typedef {{ world: number, x: number, y: number, width: number, height: number }} View px */
/**
 * @typedef {object} Style
 * @property {Uint8Array} codes the class of each parcel
 * @property {readonly string[]} colors of the classes
 * @property {ReadonlySet<number>} hidden classes
 * @property {Uint8Array} inPlay
 * @property {readonly (CanvasPattern | null)[]} [patterns] over the colours
 * @property {string} [pale] the colour of parcels out of play or hidden
 */
/** @typedef {CanvasRenderingContext2D} Context */

export const BLOCK = 32;
const TINY = 2.5; // px: a smaller parcel is its box in whole pixels, without outline
const HATCHED = 9; // px: a smaller one has no pattern, which would be a blot
export const PALE = 255; // the class of parcels out of play or hidden, which stay light
export const PALE_COLOR = "#dfe2df";

/**
 * Parcels in Morton order, cut into blocks; the box holds minx, miny, maxx, maxy a block.
 * @param {Pick<Shape, "n" | "box">} shape
 * @returns {Index}
 */
export function blocks({ n, box }) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < 4 * n; i += 4) {
    x0 = Math.min(x0, box[i]);
    y0 = Math.min(y0, box[i + 1]);
    x1 = Math.max(x1, box[i + 2]);
    y1 = Math.max(y1, box[i + 3]);
  }
  const scale = 65535 / Math.max(x1 - x0, y1 - y0, 1e-12);
  const key = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const b = 4 * i;
    key[i] = morton(
      ((box[b] + box[b + 2]) / 2 - x0) * scale,
      ((box[b + 1] + box[b + 3]) / 2 - y0) * scale,
    );
  }
  const order = ranked(key);
  const count = Math.ceil(n / BLOCK);
  const around = new Float64Array(4 * count);
  for (let k = 0; k < count; k++) {
    const own = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = k * BLOCK; at < Math.min(n, (k + 1) * BLOCK); at++) {
      const b = 4 * order[at];
      own[0] = Math.min(own[0], box[b]);
      own[1] = Math.min(own[1], box[b + 1]);
      own[2] = Math.max(own[2], box[b + 2]);
      own[3] = Math.max(own[3], box[b + 3]);
    }
    around.set(own, 4 * k);
  }
  return { order, box: around };
}

/**
 * Places of whole keys under 2^32 in their order: sorted as one number each, without a callback.
 * @param {Float64Array} key
 */
function ranked(key) {
  const n = key.length;
  const room = 2 ** 21; // 32 + 21 bits are what a number holds
  if (n > room) return Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => key[a] - key[b]);
  for (let i = 0; i < n; i++) key[i] = key[i] * room + i;
  key.sort();
  return Uint32Array.from(key, (v) => v % room);
}

/**
 * The bits of two whole numbers under 65,536 taken in turn.
 * @param {number} x
 * @param {number} y
 */
function morton(x, y) {
  return spread(x) + 2 * spread(y);
}

/** @param {number} value */
function spread(value) {
  let v = value & 0xffff;
  v = (v | (v << 8)) & 0x00ff00ff;
  v = (v | (v << 4)) & 0x0f0f0f0f;
  v = (v | (v << 2)) & 0x33333333;
  return ((v | (v << 1)) & 0x55555555) >>> 0;
}

/**
 * Whether a box, at 4k of an array, shows in a view.
 * @param {Float64Array} box
 * @param {number} k
 * @param {View} view
 */
export function shows(box, k, { world, x, y, width, height }) {
  const b = 4 * k;
  return (
    box[b + 2] * world >= x &&
    box[b] * world <= x + width &&
    box[b + 3] * world >= y &&
    box[b + 1] * world <= y + height
  );
}

/**
 * Numbers of the blocks that show.
 * @param {Index} index
 * @param {View} view
 */
export function visible(index, view) {
  const out = [];
  for (let k = 0; 4 * k < index.box.length; k++) if (shows(index.box, k, view)) out.push(k);
  return out;
}

/**
 * Paint the tiny parcels as pixels, the others' fills with their patterns, then outlines, block by
 * block; yields after each, so that a caller may pause. `ratio` is device pixels a CSS pixel.
 * @param {Context} ctx
 * @param {Shape} shape
 * @param {Index} index
 * @param {View} view
 * @param {Style} style
 */
export function* painting(ctx, shape, index, view, style, ratio = 1) {
  const seen = visible(index, view);
  const { box } = shape;
  const { codes, colors, hidden, inPlay, patterns = [], pale = PALE_COLOR } = style;
  /** @param {number} i @param {number} px */
  const under = (i, px) =>
    (box[4 * i + 2] - box[4 * i]) * view.world < px &&
    (box[4 * i + 3] - box[4 * i + 1]) * view.world < px;
  /** @param {number} i */
  const tiny = (i) => under(i, TINY);
  /** @param {number} i */
  const codeOf = (i) => (inPlay[i] && !hidden.has(codes[i]) ? codes[i] : PALE);
  const paint = Array.from({ length: PALE + 1 }, (_, code) => colors[code] ?? pale);
  /**
   * @param {number} k
   * @returns {Generator<number, void>}
   */
  const inBlock = function* (k) {
    for (let at = k * BLOCK; at < Math.min(shape.n, (k + 1) * BLOCK); at++) {
      const i = index.order[at];
      if (shows(box, i, view)) yield i;
    }
  };
  const large = yield* dots(ctx, seen, inBlock, tiny, shape, view, { codeOf, paint }, ratio);
  for (const k of large) {
    const paths = new Paths(shape, view);
    const hatched = new Paths(shape, view);
    for (const i of inBlock(k)) {
      if (tiny(i)) continue;
      const code = codeOf(i);
      paths.add(code, i);
      if (patterns[code] && !under(i, HATCHED)) hatched.add(code, i);
    }
    paths.fill(ctx, (code) => paint[code]);
    hatched.fill(ctx, (code) => patterns[code] ?? "");
    yield;
  }
  ctx.lineWidth = 0.6;
  for (const k of large) {
    const lines = new Paths(shape, view);
    for (const i of inBlock(k)) if (!tiny(i)) lines.add(codeOf(i) === PALE ? 1 : 0, i);
    lines.paths.forEach((path, light) => {
      ctx.strokeStyle = light ? "rgba(110, 118, 128, 0.35)" : "rgba(40, 40, 40, 0.55)";
      ctx.stroke(path);
    });
    yield;
  }
}

/** Outlines of parcels by class, a path a class. */
class Paths {
  /**
   * @param {Shape} shape
   * @param {View} view
   */
  constructor(shape, view) {
    this.shape = shape;
    this.view = view;
    /** @type {Map<number, Path2D>} */
    this.paths = new Map();
  }

  /**
   * @param {number} code
   * @param {number} i
   */
  add(code, i) {
    let path = this.paths.get(code);
    if (!path) this.paths.set(code, (path = new Path2D()));
    trace(path, this.shape, i, this.view);
  }

  /**
   * @param {Context} ctx
   * @param {(code: number) => string | CanvasPattern} style
   */
  fill(ctx, style) {
    this.paths.forEach((path, code) => {
      ctx.fillStyle = style(code);
      ctx.fill(path, "evenodd");
    });
  }
}

/**
 * Put the tiny parcels on the canvas as pixels; the blocks that hold larger ones.
 * @param {Context} ctx
 * @param {number[]} seen
 * @param {(k: number) => Generator<number, void>} inBlock
 * @param {(i: number) => boolean} tiny
 * @param {Shape} shape
 * @param {View} view
 * @param {{ codeOf: (i: number) => number, paint: readonly string[] }} style
 * @param {number} ratio
 * @returns {Generator<undefined, number[]>}
 */
function* dots(ctx, seen, inBlock, tiny, { box }, view, { codeOf, paint }, ratio) {
  const wide = Math.round(view.width * ratio);
  const high = Math.round(view.height * ratio);
  /** @type {number[]} */
  const large = [];
  /** @type {number[]} */
  const numbers = [];
  /** @type {ImageData | null} */
  let image = null;
  let pixels = new Uint32Array(0);
  /** @param {number} v @param {number} from */
  const place = (v, from) => Math.round((v * view.world - from) * ratio);
  for (const k of seen) {
    let other = false;
    for (const i of inBlock(k)) {
      if (!tiny(i)) {
        other = true;
        continue;
      }
      if (!image) {
        image = ctx.createImageData(wide, high);
        pixels = new Uint32Array(image.data.buffer);
      }
      const b = 4 * i;
      const x0 = place(box[b], view.x);
      const y0 = place(box[b + 1], view.y);
      const x1 = Math.min(Math.max(place(box[b + 2], view.x), x0 + 1), wide);
      const y1 = Math.min(Math.max(place(box[b + 3], view.y), y0 + 1), high);
      const code = codeOf(i);
      const color = (numbers[code] ??= pixel(ctx, paint[code]));
      for (let y = Math.max(y0, 0); y < y1; y++) {
        for (let x = Math.max(x0, 0); x < x1; x++) pixels[y * wide + x] = color;
      }
    }
    if (other) large.push(k);
    yield;
  }
  if (image) ctx.putImageData(image, 0, 0);
  return large;
}

/**
 * A CSS colour as the number that four bytes of an image are.
 * @param {Context} ctx
 * @param {string} color
 */
function pixel(ctx, color) {
  ctx.fillStyle = color; // the canvas writes any opaque colour as #rrggbb
  const rgb = parseInt(ctx.fillStyle.slice(1, 7), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

/**
 * @param {Path2D} path
 * @param {Shape} shape
 * @param {number} i
 * @param {View} view
 */
function trace(path, { ringStart, vertexStart, x, y }, i, view) {
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const first = vertexStart[r];
    for (let v = first; v < vertexStart[r + 1]; v++) {
      const px = x[v] * view.world - view.x;
      const py = y[v] * view.world - view.y;
      if (v === first) path.moveTo(px, py);
      else path.lineTo(px, py);
    }
    path.closePath();
  }
}
