// Parcels in the order of a column: what is missing comes last, either way.

/** @typedef {import("./sheet.js").Listed} Listed */

const ROOM = 2 ** 21; // 32 bits of a figure and 21 of a place are what a number holds
const LAST = 2 ** 32 - 1; // the key of what is missing

/**
 * The rows by a column, equal ones as they stood; and how many have no value, at the end.
 * @param {Listed} column
 * @param {Uint32Array} rows ascending
 * @param {boolean} down the largest first
 */
export function ordered(column, rows, down) {
  const keys = column.figures
    ? keysOf((k) => /** @type {ArrayLike<number>} */ (column.figures)[rows[k]], rows.length)
    : ranks((k) => column.text(rows[k]), rows.length);
  const missing = keys.reduce((n, key) => n + Number(Number.isNaN(key)), 0);
  const places = sortedPlaces(keys, down);
  return { rows: Uint32Array.from(places, (k) => rows[k]), missing };
}

/**
 * Whole numbers under 2^32 in the order of 32-bit floats; NaN where missing.
 * @param {(k: number) => number | undefined} value
 * @param {number} count
 */
function keysOf(value, count) {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  const out = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    float[0] = (value(k) ?? NaN) + 0; // minus nought is nought
    const [b] = bits;
    out[k] = Number.isNaN(float[0]) ? NaN : (b & 0x80000000 ? ~b : b | 0x80000000) >>> 0;
  }
  return out;
}

/**
 * The place of each text among the distinct ones.
 * @param {(k: number) => string | null} text
 * @param {number} count
 */
function ranks(text, count) {
  const all = Array.from({ length: count }, (_, k) => text(k) || null);
  const distinct = [...new Set(all)].filter((one) => one !== null).sort();
  const place = new Map(distinct.map((one, k) => [one, k]));
  return Float64Array.from(all, (one) => (one === null ? NaN : Number(place.get(one))));
}

/**
 * Places by their keys, sorted as one number each, without a callback.
 * @param {Float64Array} keys
 * @param {boolean} down
 */
function sortedPlaces(keys, down) {
  const n = keys.length;
  const turned = keys.map((key) => (Number.isNaN(key) ? LAST : down ? LAST - 1 - key : key));
  if (n > ROOM) {
    const all = Uint32Array.from({ length: n }, (_, k) => k);
    return all.sort((a, b) => (turned[a] === turned[b] ? a - b : turned[a] - turned[b]));
  }
  const packed = turned.map((key, k) => key * ROOM + k);
  packed.sort();
  return Uint32Array.from(packed, (v) => v % ROOM);
}
