// Small texts that a browser keeps; one that keeps nothing says so elsewhere.

/** @param {string} key */
export function remembered(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // the browser keeps nothing: the notes say so
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // the browser keeps nothing: the notes say so
  }
}
