// The compact form written by geo/publish/webmap/encode.py, back into arrays.

import SPEC from "../../generated/spec.json" with { type: "json" };

/**
 * Feature i has rings ringStart[i]..ringStart[i+1], ring r has vertices
 * vertexStart[r]..vertexStart[r+1]; x, y are Web Mercator in [0, 1]; box holds minx, miny, maxx,
 * maxy a feature.
 * @typedef {object} Shape
 * @property {number} n
 * @property {Uint32Array} ringStart
 * @property {Uint32Array} vertexStart
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {Float64Array} box
 */
/** @typedef {"u1" | "i4" | "f4" | "f8"} Kind */
/** @typedef {[kind: Kind, first: number, length: number, decimals: number]} Place */

const APART = 0xe000; // stands before a letter that is flipped, and behind a byte that is no part
const FLIPPED = 0x8000;

/**
 * What stands packed in a page (base64) or in a script (letters of two bytes each).
 * @param {string} text
 */
export async function unpack(text) {
  const bytes = text.charCodeAt(0) < 128 ? bytesOf(text) : bytesOfLetters(text);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Letters as bytes, as geo/publish/webmap/scripts.py writes them.
 * @param {string} text
 */
export function bytesOfLetters(text) {
  const odd = text.charCodeAt(text.length - 1) === APART ? 1 : 0;
  const end = text.length - odd;
  const units = new Uint16Array(end);
  let n = 0;
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i);
    units[n++] = unit === APART ? text.charCodeAt(++i) ^ FLIPPED : unit;
  }
  return new Uint8Array(units.buffer, 0, 2 * n - odd);
}

/**
 * Base64 as bytes; by the browser's own reader where it has one (Chrome 140, Firefox 133).
 * @param {string} base64
 */
function bytesOf(base64) {
  const reader = /** @type {{ fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  if (reader.fromBase64) return reader.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** @param {string} text */
export async function decodeTable(text) {
  return readTable(await unpack(text));
}

/**
 * JSON behind its length, then the arrays that it names by kind, first byte and length.
 * @param {Uint8Array} bytes
 */
export function readTable(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + size));
  return withArrays(JSON.parse(text), { bytes: bytes.subarray(4 + size), read: new Map() });
}

/**
 * The arrays behind a table, and those read already: equal ones stand once and are one here, too.
 * @typedef {{ bytes: Uint8Array, read: Map<string, any> }} Arrays
 */

/**
 * @param {any} value
 * @param {Arrays} arrays
 * @returns {any}
 */
function withArrays(value, arrays) {
  if (Array.isArray(value)) {
    if (value[0] !== null && typeof value[0] === "object") {
      for (let i = 0; i < value.length; i++) value[i] = withArrays(value[i], arrays);
    }
    return value;
  }
  if (value === null || typeof value !== "object") return value;
  if (value.$) return once(value.$, arrays);
  if (value["#"]) return entries(value["#"], arrays);
  for (const key of Object.keys(value)) value[key] = withArrays(value[key], arrays);
  return value;
}

/**
 * @param {Place} place
 * @param {Arrays} arrays
 */
function once(place, { bytes, read }) {
  const key = place.join();
  let made = read.get(key);
  if (!made) read.set(key, (made = array(place, bytes)));
  return made;
}

/**
 * What codes stand for, entry by entry: numbers or anything else.
 * @param {[codes: { $: Place }, values: any]} coded a list, an array or records by field
 * @param {Arrays} arrays
 */
function entries([{ $: place }, given], arrays) {
  const codes = once(place, arrays);
  if (given["="]) given = records(given["="], arrays);
  if (Array.isArray(given)) return Array.from(codes, (code) => given[code]);
  const key = `${place.join()}#${given.$.join()}`;
  let made = arrays.read.get(key);
  if (made) return made;
  const values = once(given.$, arrays);
  made = new values.constructor(codes.length);
  for (let i = 0; i < made.length; i++) made[i] = values[codes[i]];
  arrays.read.set(key, made);
  return made;
}

/**
 * Records of which each field stands by itself, and null behind the last; NaN is null.
 * @param {{ [field: string]: any }} fields
 * @param {Arrays} arrays
 */
function records(fields, arrays) {
  const columns = Object.entries(withArrays(fields, arrays));
  const one = (/** @type {number} */ i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, known(values[i])]));
  return [...Array.from(columns[0][1], (_, i) => one(i)), null];
}

/** @param {any} value */
function known(value) {
  return Number.isNaN(value) ? null : value;
}

/**
 * The planes of bytes put together again; whole numbers of a last decimal become floats.
 * @param {Place} place
 * @param {Uint8Array} bytes
 */
function array([kind, first, length, decimals], bytes) {
  if (kind === "u1") return bytes.slice(first, first + length);
  const whole = decimals >= 0;
  if (kind === "f8" && !whole) {
    const halves = [first, first + 4 * length].map((from) => words(bytes, from, length));
    const out = new Int32Array(2 * length);
    for (let i = 0; i < 2 * length; i++) out[i] = halves[i % 2][i >> 1];
    return new Float64Array(out.buffer);
  }
  const numbers = words(bytes, first, length);
  if (kind === "i4" && !whole) return numbers;
  if (!whole) return new Float32Array(numbers.buffer);
  const scale = 10 ** decimals;
  const floats = new { f4: Float32Array, f8: Float64Array, i4: Float64Array }[kind](length);
  for (let i = 0; i < length; i++) {
    const value = numbers[i];
    floats[i] = value === SPEC.hole ? NaN : value / scale;
  }
  return floats;
}

/**
 * Numbers of four bytes, the lowest first, from as many planes of single bytes.
 * @param {Uint8Array} bytes
 * @param {number} first
 * @param {number} length
 */
function words(bytes, first, length) {
  const out = new Int32Array(length);
  const [b, c, d] = [1, 2, 3].map((plane) => first + plane * length);
  for (let i = 0; i < length; i++) {
    out[i] = bytes[first + i] | (bytes[b + i] << 8) | (bytes[c + i] << 16) | (bytes[d + i] << 24);
  }
  return out;
}

/**
 * The shape of varints, plain numbers up to 2^53: decimals of a degree, rings a feature, vertices a
 * ring, steps of longitude and latitude.
 * @param {Uint8Array} bytes
 * @param {number} n
 * @returns {Shape}
 */
export function layout(bytes, n) {
  let at = 0;
  const next = () => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
      factor *= 128;
    }
  };
  const scale = 10 ** next();
  const ringStart = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) ringStart[i + 1] = ringStart[i] + next();
  const rings = ringStart[n];
  const vertexStart = new Uint32Array(rings + 1);
  for (let r = 0; r < rings; r++) vertexStart[r + 1] = vertexStart[r] + next();
  const vertices = vertexStart[rings];
  const x = new Float64Array(vertices);
  const y = new Float64Array(vertices);
  const box = new Float64Array(4 * n);
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < n; i++) {
    let minx = Infinity;
    let miny = Infinity;
    let maxx = -Infinity;
    let maxy = -Infinity;
    for (let v = vertexStart[ringStart[i]]; v < vertexStart[ringStart[i + 1]]; v++) {
      lon += unzigzag(next());
      lat += unzigzag(next());
      const s = Math.sin((lat * Math.PI) / (180 * scale));
      const px = (x[v] = lon / (360 * scale) + 0.5);
      const py = (y[v] = 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI));
      if (px < minx) minx = px;
      if (px > maxx) maxx = px;
      if (py < miny) miny = py;
      if (py > maxy) maxy = py;
    }
    const b = 4 * i;
    box[b] = minx;
    box[b + 1] = miny;
    box[b + 2] = maxx;
    box[b + 3] = maxy;
  }
  return { n, ringStart, vertexStart, x, y, box };
}

/**
 * @param {string} text
 * @param {number} n
 */
export async function decodeGeometry(text, n) {
  return layout(await unpack(text), n);
}

/**
 * @param {number} lon
 * @param {number} lat
 * @returns {[number, number]}
 */
export function mercator(lon, lat) {
  const s = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
}

/** @param {number} value */
function unzigzag(value) {
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

/**
 * The feature under a point in Web Mercator, or -1: even-odd over all its rings.
 * @param {Shape} shape
 * @param {number} px
 * @param {number} py
 */
export function hit(shape, px, py) {
  const { n, box, ringStart, vertexStart, x, y } = shape;
  for (let i = n - 1; i >= 0; i--) {
    const b = 4 * i;
    if (px < box[b] || px > box[b + 2] || py < box[b + 1] || py > box[b + 3]) continue;
    let inside = false;
    for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
      const first = vertexStart[r];
      const end = vertexStart[r + 1];
      for (let v = first, w = end - 1; v < end; w = v++) {
        if (y[v] > py !== y[w] > py && px < ((x[w] - x[v]) * (py - y[v])) / (y[w] - y[v]) + x[v])
          inside = !inside;
      }
    }
    if (inside) return i;
  }
  return -1;
}
