// What is asked of a state by many: what the map is about.

import { themeCalled } from "./state.js";

/** @typedef {import("./state.js").State} State */

/**
 * Whether parks stand side by side: of a folder, which has only some parcels, they never do.
 * @param {Pick<State, "compare" | "breaks">} state
 */
export function isComparing({ compare, breaks }) {
  return compare.length > 0 && !breaks;
}

/**
 * The headline that the map is about: the one last clicked if the map still shows it, else the
 * first whose theme it shows.
 * @param {State} state
 */
export function chosenHeadline(state) {
  const { board } = state.data;
  const shown = board.filter(({ id, theme: name }) => {
    const theme = themeCalled(state, name);
    return theme < 0 ? state.figure === id : state.theme === theme;
  });
  return (shown.find(({ id }) => id === state.figure) ?? shown[0])?.id;
}
