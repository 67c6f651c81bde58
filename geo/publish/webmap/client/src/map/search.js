// Search by parcel, enterprise, code, or the initials of a name's pinyin.

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {{ label: string, parcel: number }} Match */

const MATCHES = 12;

/**
 * Parcels whose id or name, or whose enterprise's name, id or initials, hold the text.
 * @param {Pick<Page, "ids" | "occupiers"> & { columns?: Page["columns"] }} data
 * @param {string} text
 * @returns {Match[]}
 */
export function search(data, text, limit = MATCHES) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  /** @type {Match[]} */
  const found = [];
  const titles = data.columns?.find((column) => column.name === "name")?.values ?? [];
  for (let parcel = 0; parcel < data.ids.length && found.length < limit; parcel++) {
    const label = [data.ids[parcel], titles[parcel]].filter(Boolean).join(" · ");
    if (label.toLowerCase().includes(wanted)) found.push({ label, parcel });
  }
  const { names, ids, initials = [], enterprise, parcel } = data.occupiers;
  const fits = names.map(
    (name, e) =>
      name.toLowerCase().includes(wanted) ||
      ids[e].toLowerCase().includes(wanted) ||
      (initials[e] ?? "").includes(wanted),
  );
  for (let row = 0; row < parcel.length && found.length < limit; row++) {
    const e = enterprise[row];
    if (!fits[e]) continue;
    found.push({ label: `${names[e] || ids[e]} · ${data.ids[parcel[row]]}`, parcel: parcel[row] });
  }
  return found;
}
