// The view in the page's address, so that it can be sent to a colleague: #zoom/lat/lon/theme/park.

/** @typedef {{ zoom: number, lat: number, lon: number, theme: string, park: string }} View */

/** @param {View} view */
export function written({ zoom, lat, lon, theme, park }) {
  const parts = [Number(zoom.toFixed(2)), lat.toFixed(5), lon.toFixed(5), theme, park];
  return `#${parts.map(encodeURIComponent).join("/")}`;
}

/**
 * The view that an address names, or null; anything odd in it is no view.
 * @param {string} hash
 * @returns {View | null}
 */
export function read(hash) {
  const parts = hash.replace(/^#/, "").split("/");
  if (parts.length !== 5) return null;
  const texts = decoded(parts);
  if (!texts) return null;
  const [zoom, lat, lon] = texts.slice(0, 3).map(Number);
  const fits = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return fits ? { zoom, lat, lon, theme: texts[3], park: texts[4] } : null;
}

/** @param {string[]} parts */
function decoded(parts) {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null; // a stray % sign
  }
}
