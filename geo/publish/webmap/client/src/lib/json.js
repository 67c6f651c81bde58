// JSON from outside, taken apart: what is not of the form that is asked for throws Odd.

const LONGEST = 500; // letters of a text

/** JSON of another form than is asked for. */
export class Odd extends Error {}

/**
 * @param {unknown} json
 * @returns {{ [name: string]: any }}
 */
export function record(json) {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Odd();
  return json;
}

/**
 * @param {unknown} json
 * @param {number} [length]
 * @returns {any[]}
 */
export function list(json, length) {
  if (!Array.isArray(json) || json.length !== (length ?? json.length)) throw new Odd();
  return json;
}

/** @param {unknown} json */
export function text(json) {
  if (typeof json !== "string" || json.length > LONGEST) throw new Odd();
  return json;
}

/** @param {unknown} json */
export function figure(json, least = 0, most = Infinity) {
  if (typeof json !== "number" || !Number.isFinite(json) || json < least || json > most) {
    throw new Odd();
  }
  return json;
}

/**
 * @template T
 * @param {readonly T[]} allowed
 * @param {unknown} json
 * @returns {T}
 */
export function oneOf(allowed, json) {
  const found = allowed.find((one) => one === json);
  if (found === undefined) throw new Odd();
  return found;
}
