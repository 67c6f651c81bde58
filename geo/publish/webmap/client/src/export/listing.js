// The parcels that a view lists: their columns, and the rows in their order.

import { checked, inPlay, view } from "../derived.js";
import { memo } from "../lib/memo.js";
import { WORDS } from "../lib/words.js";
import { shown } from "../map/filter.js";
import { noteColumns, parcelNotes } from "../notes/theme.js";
import { datedColumns } from "../map/year.js";
import { ordered } from "./order.js";
import { columnsOf, judged, shownFigure } from "./sheet.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Theme} Theme */

/** The columns of files, the shown ones and the one that sorts. */
export const listedColumns = memo(
  (/** @type {State} */ s) => [checked(s), view(s), datedColumns(s), s.lang, s.order, s.notes],
  (state) => {
    const notes = noteColumns(state.data, parcelNotes(state));
    const page = { ...checked(state), columns: [...notes, ...datedColumns(state)] };
    const theme = /** @type {Theme} */ (view(state));
    const all = columnsOf(page, theme, state.lang);
    const figure = shownFigure(page, theme, state.lang);
    const ofRule = judged(page, theme, state.lang);
    const keys = ["parcel", "enterprise", "area", figure.key, ...ofRule.map(({ key }) => key)];
    const short = ofRule.length ? { [figure.key]: WORDS[state.lang].verdict } : {};
    const listed = all
      .filter(({ key }) => keys.includes(key))
      .map((column) => ({ ...column, short: short[column.key] ?? column.short }));
    const usual = ofRule.at(-1)?.key ?? (figure.figures ? figure.key : "area");
    /** @param {string | undefined} key */
    const called = (key) => listed.find((column) => column.key === key);
    return { all, listed, by: called(state.order?.column) ?? called(usual) ?? listed[0] };
  },
);

/**
 * Whether a list that is sorted by a column begins with the largest.
 * @param {import("./sheet.js").Listed} column
 */
export function falls({ figures, rises }) {
  return figures !== null && !rises;
}

/**
 * Parcels in play whose class shows, ascending.
 * @param {State} state
 */
export function inView(state) {
  return shown(/** @type {Theme} */ (view(state)), inPlay(state), state.hidden);
}

/** The rows in their order, and how many of them, the last, lack what they are sorted by. */
export const listedRows = memo(
  (/** @type {State} */ s) => [listedColumns(s), view(s), inPlay(s), s.hidden, s.order?.down],
  (state) => {
    const { by } = listedColumns(state);
    return ordered(by, Uint32Array.from(inView(state)), state.order?.down ?? falls(by));
  },
);
