// Sets that are never changed.

/**
 * A set with a thing in it or not.
 * @template T
 * @param {ReadonlySet<T>} items
 * @param {T} item
 * @param {boolean} there
 * @returns {ReadonlySet<T>}
 */
export function toggled(items, item, there) {
  const out = new Set(items);
  if (there) out.add(item);
  else out.delete(item);
  return out;
}
