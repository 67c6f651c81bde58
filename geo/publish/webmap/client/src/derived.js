// What follows from the state: verdicts under the trial, classes, parcels in play.

import { regrade } from "./judge/grade.js";
import { triedPage } from "./judge/tried.js";
import { memo } from "./lib/memo.js";
import { cut } from "./map/cut.js";
import { mask } from "./map/filter.js";
import { flipsOf } from "./map/flips.js";
import { NOTES, noted, parcelNotes } from "./notes/theme.js";
import { isGrading } from "./state.js";

/** @typedef {import("./state.js").State} State */

/** @type {ReadonlySet<number>} */
const NONE = new Set();

/** The grades under the trial's weights and cuts, or null where it has none. */
export const regraded = memo(
  (/** @type {State} */ { data, trial }) => [data.scores, trial.weights, trial.cuts],
  ({ data: { scores }, trial }) =>
    scores?.grade.length && isGrading(trial) ? regrade(scores, trial) : null,
);

/** The page with verdicts and grades as the trial makes them; untouched without a trial. */
export const now = memo(
  (/** @type {State} */ state) => [state.data, state.trial.bars, regraded(state)],
  (state) => triedPage(state.data, state.trial.bars, regraded(state)?.parcels),
);

/** The theme of notes with its classes as the notes are. */
const notesNow = memo(
  (/** @type {State} */ state) => [now(state), parcelNotes(state)],
  (state) => {
    const theme = now(state).themes.find(({ id }) => id === NOTES);
    return theme && noted(theme, now(state), parcelNotes(state));
  },
);

/** The page with the theme of notes as the notes are: what lists are made of. */
export const checked = memo(
  (/** @type {State} */ state) => [now(state), notesNow(state)],
  (state) => {
    const page = now(state);
    const own = notesNow(state);
    const themes = page.themes.map((theme) => (own && theme.id === NOTES ? own : theme));
    return own ? { ...page, themes } : page;
  },
);

/**
 * The theme of notes where a place is its own; nothing else hangs on notes.
 * @param {State} state
 * @param {number} place
 */
function noteTheme(state, place) {
  return state.data.themes[place]?.id === NOTES ? notesNow(state) : undefined;
}

/**
 * @param {State} state
 * @param {number} place
 */
function themeAt(state, place) {
  return noteTheme(state, place) ?? now(state).themes[place];
}

/** The theme that is shown, as it is cut. */
export const view = memo(
  (/** @type {State} */ state) => [
    ...[now(state), state.theme, state.look, state.breaks],
    noteTheme(state, state.theme),
  ],
  (state) => {
    const theme = themeAt(state, state.theme);
    return theme ? cut(now(state), theme, state.look, state.breaks) : null;
  },
);

/** What stands right of the swipe's divider. */
export const rightView = memo(
  (/** @type {State} */ state) => [
    ...[now(state), state.swipe.theme, state.swipe.look, state.breaks],
    noteTheme(state, state.swipe.theme),
  ],
  (state) => {
    const { theme, look } = state.swipe;
    return cut(now(state), themeAt(state, theme), look, state.breaks);
  },
);

/**
 * Classes that are hidden right of the divider: the left side's, where both have the same classes.
 */
export const rightHidden = memo(
  (/** @type {State} */ state) => [view(state), rightView(state), state.hidden],
  (state) => {
    const [left, right] = [view(state)?.legend ?? [], rightView(state).legend];
    const same = view(state)?.id === rightView(state).id && left.length === right.length;
    const alike = same && left.every((item, code) => item.zh === right[code].zh);
    return alike ? state.hidden : NONE;
  },
);

/** The filters' themes, each as it was cut when it was kept. */
export const filterViews = memo(
  (/** @type {State} */ state) => [
    ...[now(state), state.filters, state.breaks],
    state.filters.map(({ theme }) => noteTheme(state, theme)).find(Boolean),
  ],
  (state) =>
    state.filters.map((filter) => ({
      ...filter,
      view: cut(now(state), themeAt(state, filter.theme), filter.look, state.breaks),
    })),
);

/** 1 for each parcel that the filters let through. */
export const inPlay = memo(
  (/** @type {State} */ state) => [state.data, filterViews(state), state.park, state.area],
  (state) => {
    const filters = filterViews(state).map((f) => ({ codes: f.view.codes, hidden: f.hidden }));
    return mask(state.data, filters, state.park, state.area);
  },
);

/** The parcels in play that the trial gives another verdict or grade. */
export const flips = memo(
  (/** @type {State} */ state) => [state.data, now(state), inPlay(state)],
  (state) => flipsOf(state.data, now(state), inPlay(state)),
);

/** What all of a folder's parcels are counted by; the same object while nothing of it changes. */
export const asked = memo(
  (/** @type {State} */ s) => [
    ...[s.theme, s.look, s.filters, s.area, ...tryingOf(s.trial)],
    isSpread(s) ? s.park : null,
  ],
  (state) => {
    const { theme, look, filters, area, trial, park } = state;
    return { theme, look, filters, area, trial, spread: isSpread(state) ? { park } : null };
  },
);

/**
 * Whether the distribution of the theme's figure is open.
 * @param {State} state
 */
function isSpread({ data, theme, boxes }) {
  return boxes.has("spread") && (data.themes[theme]?.edges.length ?? 0) > 0;
}

/** @param {State["trial"]} trial */
function tryingOf({ subject, bars, weights, cuts }) {
  return [bars.size ? subject : "", bars, weights, cuts];
}
