// Search by parcel, enterprise, code, the initials of a name's pinyin; and of terms: parks,
// industries, land uses.

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Term} Term */
/** @typedef {"park" | "parcel" | "enterprise" | "industry" | "land_use"} Kind */
/** @typedef {{ label: string, parcel?: number, term?: Term }} Match */
/** @typedef {{ kind: Kind, total: number, matches: Match[] }} Group */
/** @typedef {Partial<Record<Kind, number>>} Limits */
/** @typedef {Partial<Pick<Page, "columns" | "terms">>} Further */
/** @typedef {Pick<Page, "ids" | "occupiers"> & Further} Searched */

export const MATCHES = 5; // of a kind, before more are asked for
/** @type {Kind[]} */
const ORDER = ["park", "parcel", "enterprise", "industry", "land_use"];

/**
 * What a text is found in, by kind, the first few of each and how many there are; a match is a
 * parcel, also that of an enterprise, or a term.
 * @param {Searched} data
 * @param {string} text
 * @param {Limits} [limits]
 * @returns {Group[]}
 */
export function search(data, text, limits = {}) {
  return inOrder([
    ...searchPieces([data], text, limits),
    ...searchTerms(data.terms ?? [], text, limits),
  ]);
}

/**
 * The parcels and enterprises that a text is found in, among pieces one after the other.
 * @param {Searched[]} pieces
 * @param {string} text
 * @param {Limits} [limits]
 * @returns {Group[]}
 */
export function searchPieces(pieces, text, limits = {}) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  return [
    group(
      "parcel",
      countedOn(pieces, (piece) => parcels(piece, wanted)),
      limits,
    ),
    group(
      "enterprise",
      countedOn(pieces, (piece) => enterprises(piece, wanted)),
      limits,
    ),
  ];
}

/**
 * What is found in each piece, its parcels counted on from piece to piece.
 * @param {Searched[]} pieces
 * @param {(piece: Searched) => Iterable<Match>} find
 * @returns {Iterable<Match>}
 */
function* countedOn(pieces, find) {
  let first = 0;
  for (const piece of pieces) {
    for (const match of find(piece)) yield { ...match, parcel: first + (match.parcel ?? 0) };
    first += piece.ids.length;
  }
}

/**
 * The terms that a text is found in.
 * @param {Term[]} terms
 * @param {string} text
 * @param {Limits} [limits]
 * @returns {Group[]}
 */
export function searchTerms(terms, text, limits = {}) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const found = terms.filter((term) => term.text.includes(wanted));
  return /** @type {const} */ (["park", "industry", "land_use"]).map((kind) => {
    const own = found.filter((term) => term.kind === kind);
    return group(
      kind,
      own.map((term) => ({ label: "", term })),
      limits,
    );
  });
}

/**
 * Groups that found something, in their order.
 * @param {Group[]} groups
 */
export function inOrder(groups) {
  const found = groups.filter(({ total }) => total);
  return found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/**
 * The first few of a kind, and how many there are.
 * @param {Kind} kind
 * @param {Iterable<Match>} all
 * @param {Limits} limits
 * @returns {Group}
 */
function group(kind, all, limits) {
  const most = limits[kind] ?? MATCHES;
  /** @type {Match[]} */
  const matches = [];
  let total = 0;
  for (const match of all) if (total++ < most) matches.push(match);
  return { kind, total, matches };
}

/**
 * Parcels whose id or name holds the text.
 * @param {Searched} data
 * @param {string} wanted
 * @returns {Iterable<Match>}
 */
function* parcels({ ids, columns }, wanted) {
  const names = columns?.find((column) => column.name === "name")?.values ?? [];
  for (let parcel = 0; parcel < ids.length; parcel++) {
    const name = names[parcel];
    const label = name ? `${ids[parcel]} · ${name}` : ids[parcel];
    if (label.toLowerCase().includes(wanted)) yield { label, parcel };
  }
}

/**
 * Enterprises whose name, id or initials hold the text, with each of their parcels.
 * @param {Searched} data
 * @param {string} wanted
 * @returns {Iterable<Match>}
 */
function* enterprises({ ids, occupiers }, wanted) {
  const { names, ids: codes, initials = [], enterprise, parcel } = occupiers;
  const fits = names.map(
    (name, e) =>
      name.toLowerCase().includes(wanted) ||
      codes[e].toLowerCase().includes(wanted) ||
      (initials[e] ?? "").includes(wanted),
  );
  for (let row = 0; row < parcel.length; row++) {
    const e = enterprise[row];
    if (!fits[e]) continue;
    yield { label: `${names[e] || codes[e]} · ${ids[parcel[row]]}`, parcel: parcel[row] };
  }
}
