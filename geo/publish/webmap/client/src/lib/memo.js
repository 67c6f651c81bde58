// A value worked out anew only when what it is made of is another.

/**
 * @template S, T
 * @param {(state: S) => readonly unknown[]} uses what the value is made of
 * @param {(state: S) => T} make
 * @returns {(state: S) => T}
 */
export function memo(uses, make) {
  /** @type {readonly unknown[] | null} */
  let last = null;
  /** @type {T} */
  let value;
  return (state) => {
    const now = uses(state);
    if (!last || !same(now, last)) {
      value = make(state);
      last = now;
    }
    return value;
  };
}

/**
 * Whether two lists hold the same, one by one.
 * @param {readonly unknown[]} a
 * @param {readonly unknown[]} b
 */
export function same(a, b) {
  return a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
}
