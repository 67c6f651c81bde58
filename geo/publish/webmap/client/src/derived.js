// What follows from the state: verdicts under the trial, classes, parcels in play.

import { regrade } from "./judge/grade.js";
import { triedPage } from "./judge/tried.js";
import { memo } from "./lib/memo.js";
import { cut } from "./map/cut.js";
import { mask } from "./map/filter.js";
import { flipsOf } from "./map/flips.js";
import { isGrading } from "./state.js";

/** @typedef {import("./state.js").State} State */

/** The grades under the trial's weights and cuts, or null where it has none. */
export const regraded = memo(
  (/** @type {State} */ { data, trial }) => [data.scores, trial.weights, trial.cuts],
  ({ data, trial }) => (data.scores && isGrading(trial) ? regrade(data.scores, trial) : null),
);

/** The page with verdicts and grades as the trial makes them; untouched without a trial. */
export const now = memo(
  (/** @type {State} */ state) => [state.data, state.trial.bars, regraded(state)],
  (state) => triedPage(state.data, state.trial.bars, regraded(state)?.parcels),
);

/** The theme that is shown, as it is cut. */
export const view = memo(
  (/** @type {State} */ state) => [now(state), state.theme, state.look, state.breaks],
  (state) => {
    const theme = now(state).themes[state.theme];
    return theme ? cut(now(state), theme, state.look, state.breaks) : null;
  },
);

/** What stands right of the swipe's divider. */
export const rightView = memo(
  (/** @type {State} */ state) => [
    ...[now(state), state.swipe.theme, state.swipe.look, state.breaks],
  ],
  (state) => {
    const { theme, look } = state.swipe;
    return cut(now(state), now(state).themes[theme], look, state.breaks);
  },
);

/** The filters' themes, each as it was cut when it was kept. */
export const filterViews = memo(
  (/** @type {State} */ state) => [now(state), state.filters, state.breaks],
  (state) =>
    state.filters.map((filter) => ({
      ...filter,
      view: cut(now(state), now(state).themes[filter.theme], filter.look, state.breaks),
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
  (/** @type {State} */ s) => [s.theme, s.look, s.filters, s.area, ...tryingOf(s.trial)],
  ({ theme, look, filters, area, trial }) => ({ theme, look, filters, area, trial }),
);

/** @param {State["trial"]} trial */
function tryingOf({ subject, bars, weights, cuts }) {
  return [bars.size ? subject : "", bars, weights, cuts];
}
