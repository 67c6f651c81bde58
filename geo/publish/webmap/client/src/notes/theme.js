// The theme 核查情况: what parcels' notes come to, as classes of the map.

import { memo } from "../lib/memo.js";
import { localDay } from "../lib/moment.js";
import { WORDS } from "../lib/words.js";
import { byParcel, standings, stateOf } from "./merge.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../../generated/wire.js").Column} Column */
/** @typedef {import("./merge.js").Note} Note */
/** @typedef {ReadonlyMap<string, readonly Note[]>} ByParcel */

export const NOTES = "notes";

/**
 * The page with the theme of notes among its conclusions; untouched where it takes no notes,
 * and a folder's, whose themes are counted over all its parcels.
 * @template {Page} P
 * @param {P} data
 * @returns {P}
 */
export function withNotes(data) {
  const { notes, themes } = data;
  if (!notes || data.tiles || made.has(data)) return data;
  const others = themes.filter((theme) => theme.id !== NOTES);
  const last = others.map(({ group }) => group[0]).lastIndexOf(notes.group[0]);
  const place = themes.findIndex((theme) => theme.id === NOTES);
  const at = place >= 0 ? place : last + 1;
  const own = themeOf(data, notes);
  const out = { ...data, themes: [...others.slice(0, at), own, ...others.slice(at)] };
  made.add(out);
  return out;
}

/** @type {WeakSet<object>} pages that have the theme as it is made here */
const made = new WeakSet();

/**
 * @param {Page} data
 * @param {NonNullable<Page["notes"]>} notes
 * @returns {Theme}
 */
function themeOf(data, notes) {
  const plain = { hatch: "", parcels: 1, mu: 0 };
  const legend = [...notes.states, ...notes.further].map((one) => ({ ...one, ...plain }));
  const unchecked = legend.length - 1;
  return {
    ...{ id: NOTES, zh: notes.title[0], en: notes.title[1], note: ["", ""], group: notes.group },
    ...{ edges: [], column: NOTES, filter: true, trial: "", rule: "", legend },
    ...{ first: false, searched: "" },
    codes: new Uint8Array(data.ids.length).fill(unchecked),
  };
}

/**
 * The theme with the classes of the parcels that have notes.
 * @param {Theme} theme
 * @param {Page} data
 * @param {ByParcel} notes
 * @returns {Theme}
 */
export function noted(theme, data, notes) {
  if (!notes.size) return theme;
  const keys = theme.legend.map(({ key }) => key);
  const codes = theme.codes.slice();
  const places = placesOf(data);
  for (const [parcel, own] of notes) {
    const state = stateOf(own);
    const i = places.get(parcel);
    if (i === undefined || state === null) continue;
    const known = keys.slice(0, -3).indexOf(state);
    codes[i] = state === "" ? keys.length - 3 : known < 0 ? keys.length - 2 : known;
  }
  return { ...theme, codes };
}

/** Places of parcels by their ids; made where there are notes. */
export const placesOf = memo(
  (/** @type {Pick<Page, "ids">} */ { ids }) => [ids],
  ({ ids }) => new Map(ids.map((id, i) => [id, i])),
);

/**
 * Notes by parcel.
 * @type {(state: { notes: readonly Note[] }) => ByParcel}
 */
export const parcelNotes = memo(
  ({ notes }) => [notes],
  ({ notes }) => byParcel(notes),
);

/**
 * What lists and exports say of the notes beside the theme: columns of texts.
 * @param {Page} data
 * @param {ByParcel} notes
 */
export function noteColumns(data, notes) {
  if (!notes.size || !data.notes) return [];
  const [zh, en] = data.notes.title;
  /** @type {["state" | "author" | "date" | "words", { zh: string, en: string }][]} */
  const names = [
    ["author", titled("author")],
    ["date", titled("date")],
    ["words", titled("words")],
  ];
  // Where the theme is, its class is a column already.
  if (!data.themes.some(({ id }) => id === NOTES)) names.unshift(["state", { zh, en }]);
  const places = placesOf(data);
  return names.map(([name, title]) => {
    /** @type {(string | null)[]} */
    const values = new Array(data.ids.length).fill(null);
    for (const [parcel, own] of notes) {
      const i = places.get(parcel);
      if (i === undefined) continue;
      const texts = counting(own).map((note) => (name === "date" ? dayOf(note) : note[name]));
      values[i] = texts.filter(Boolean).join(" | ") || null;
    }
    return column(`note_${name}`, title, values);
  });
}

/** @param {"author" | "date" | "words"} name */
function titled(name) {
  return { zh: WORDS.zh.note_columns[name], en: WORDS.en.note_columns[name] };
}

/**
 * @param {string} name
 * @param {{ zh: string, en: string }} title
 * @param {(string | null)[]} values
 */
function column(name, { zh, en }, values) {
  /** @type {Column} */
  const own = { name, zh, en, unit: ["", ""], kind: "text", group: "", coded: {}, values };
  return { ...own, year: null };
}

/**
 * The notes of a parcel that count, alone or against each other.
 * @param {readonly Note[]} notes
 */
export function counting(notes) {
  return standings(notes).flatMap(({ note, standing }) =>
    standing === "counts" || standing === "conflict" ? [note] : [],
  );
}

/**
 * The day of a note: of the check, or of the statement.
 * @param {Note} note
 */
export function dayOf({ date, saved }) {
  return date || localDay(saved);
}
