// All notes as rows of a sheet: who found what on which parcel, and how each stands.

import { fileOf } from "../export/save.js";
import { localTime } from "../lib/moment.js";
import { WORDS } from "../lib/words.js";
import { byParcel, standings } from "./merge.js";
import { placesOf } from "./theme.js";

/** @typedef {import("./merge.js").Note} Note */
/** @typedef {import("../app.js").App} App */
/** @typedef {{ note: Note, standing: import("./merge.js").Standing }} Stood */
/** @typedef {import("../export/sheet.js").Listed} Listed */
/** @typedef {import("../../generated/wire.js").Page} Page */

/**
 * The columns and rows of a sheet of notes, parcel by parcel, the first saved first.
 * @param {Pick<Page, "ids" | "parks" | "park_of" | "verdicts">} data
 * @param {readonly Note[]} notes
 * @param {(state: string) => string} classOf its title
 * @param {"zh" | "en"} lang
 * @returns {{ columns: Listed[], rows: Uint32Array }}
 */
export function noteSheet(data, notes, classOf, lang) {
  const words = WORDS[lang];
  const said = words.note_columns;
  const at = lang === "en" ? 2 : 1;
  const all = [...byParcel(notes).values()].flatMap((own) => standings(own));
  all.sort(({ note: a }, { note: b }) => order(a.parcel, b.parcel) || order(a.saved, b.saved));
  const places = placesOf(data);
  const names = new Map(data.parks.map(({ id, name }) => [id, name]));
  /** @param {string} parcel */
  const park = (parcel) => {
    const id = data.park_of?.[places.get(parcel) ?? -1] ?? "";
    return names.get(id) ?? (id || null);
  };
  const verdict = (/** @type {string} */ name) =>
    data.verdicts.find(([one]) => one === name)?.[at] ?? (name || null);
  /** @param {string} key @param {string} title @param {(one: Stood) => string | null} text */
  const column = (key, title, text) => ({
    ...{ key, title, figures: null },
    text: (/** @type {number} */ i) => text(all[i]),
  });
  return {
    columns: [
      column("parcel", words.parcel, ({ note }) => note.parcel),
      column("park", words.park, ({ note }) => park(note.parcel)),
      column("state", said.state, ({ note }) => classOf(note.state)),
      column("words", said.words, ({ note }) => note.words || null),
      column("author", said.author, ({ note }) => note.author),
      { ...column("date", said.date, ({ note }) => note.date || null), dated: true },
      column("standing", said.standing, ({ standing }) => words.note_standings[standing]),
      column("verdict", said.verdict, ({ note }) => verdict(note.verdict)),
      column(
        "photos",
        said.photos,
        ({ note }) => note.photos.map(({ name }) => name).join(words.comma) || null,
      ),
      { ...column("saved", said.saved, ({ note }) => localTime(note.saved)), dated: true },
    ],
    rows: Uint32Array.from(all.keys()),
  };
}

/**
 * All notes as a workbook.
 * @param {App} app
 * @param {(state: string) => string} classOf
 */
export function noteBook({ hand, state, words }, classOf) {
  const { data, lang, notes } = state;
  const { synthetic, title } = data;
  const lines = [title, synthetic && `${words.synthetic} · ${synthetic}`].filter(Boolean);
  const sheet = { ...noteSheet(data, notes, classOf, lang), notes: lines };
  return fileOf(hand, "xlsx", sheet, { progress: () => {}, stopped: () => false });
}

/** @param {string} a @param {string} b */
function order(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
