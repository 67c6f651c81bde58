// The view in the page's address, so that it can be sent to a colleague: #zoom/lat/lon/theme/park.

export function written({ zoom, lat, lon, theme, park }) {
  return `#${[Number(zoom.toFixed(2)), lat.toFixed(5), lon.toFixed(5), theme, park].map(encodeURIComponent).join("/")}`;
}

/** The view that an address names, or null; anything odd in it is no view. */
export function read(hash) {
  const parts = hash.replace(/^#/, "").split("/");
  if (parts.length !== 5) return null;
  let said;
  try {
    said = parts.map(decodeURIComponent);
  } catch {
    return null;
  }
  const [zoom, lat, lon] = said.slice(0, 3).map(Number);
  const fits = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return fits ? { zoom, lat, lon, theme: said[3], park: said[4] } : null;
}
