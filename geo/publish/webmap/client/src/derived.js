// What follows from the state: verdicts under the trial, classes, parcels in play.

import { regrade } from "./judge/grade.js";
import { rejudge } from "./judge/judge.js";
import { memo } from "./lib/memo.js";
import { dressed } from "./map/classes.js";
import { mask } from "./map/filter.js";
import { flipsOf } from "./map/flips.js";
import { isGrading } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {import("../generated/wire.js").Theme} Theme */

/** The grades under the trial's weights and cuts, or null where it has none. */
export const regraded = memo(
  (/** @type {State} */ { data, trial }) => [data.scores, trial.weights, trial.cuts],
  ({ data, trial }) => (data.scores && isGrading(trial) ? regrade(data.scores, trial) : null),
);

/** The page with verdicts and grades as the trial makes them; untouched without a trial. */
export const now = memo(
  (/** @type {State} */ state) => [state.data, state.trial.bars, regraded(state)],
  tried,
);

/** The theme that is shown, as it is cut. */
export const view = memo(
  (/** @type {State} */ state) => [now(state), state.theme, state.look, state.whole],
  (state) => {
    const { themes } = now(state);
    if (!themes[state.theme]) return null;
    return state.whole ? themes[state.theme] : dressed(now(state), themes[state.theme], state.look);
  },
);

/** What stands right of the swipe's divider. */
export const rightView = memo(
  (/** @type {State} */ state) => [now(state), state.swipe.theme, state.swipe.look],
  (state) => dressed(now(state), now(state).themes[state.swipe.theme], state.swipe.look),
);

/** The filters' themes, each as it was cut when it was kept. */
export const filterViews = memo(
  (/** @type {State} */ state) => [now(state), state.filters],
  (state) =>
    state.filters.map((filter) => ({
      ...filter,
      view: dressed(now(state), now(state).themes[filter.theme], filter.look),
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

/**
 * @param {State} state
 * @returns {Page}
 */
function tried(state) {
  const { data, trial } = state;
  const grades = regraded(state);
  const judged = trial.bars.size ? rejudge(data, [...trial.bars.values()]) : null;
  if (!judged && !grades) return data;
  const rules = new Map(judged?.rules.map((rule) => [rule.id, rule.verdict]));
  /** @param {Theme} theme */
  const codes = ({ trial: kind, rule }) => {
    if (kind === "grade") return grades?.parcels;
    return kind === "rule" ? rules.get(rule) : kind && judged?.[kind];
  };
  const themes = data.themes.map((theme) => ({ ...theme, codes: codes(theme) || theme.codes }));
  return { ...data, ...judged, themes };
}
