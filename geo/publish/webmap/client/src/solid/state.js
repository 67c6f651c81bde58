// What takes the place of the map: columns, or parks side by side; never both.

/** @typedef {import("../state.js").State} State */

/**
 * @typedef {object} Solid columns: their height is a figure
 * @property {boolean} on
 * @property {number} turn degrees that the eye has walked around
 * @property {number} tilt degrees above the ground
 * @property {number} zoom 1 shows all of the ground
 * @property {readonly [number, number]} shift of the ground, shares of its width
 * @property {number} lift times the height to begin with
 * @property {string} figure the column that is the height; "" as the theme has it
 * @property {number} labels how many of the highest are named
 */

/** @type {Solid} */
export const UPRIGHT = {
  on: false,
  turn: 30,
  tilt: 40,
  zoom: 1,
  shift: [0, 0],
  lift: 1,
  figure: "",
  labels: 5,
};

/**
 * @param {State} state
 * @param {{ solid: Partial<Solid> }} action
 * @returns {Partial<State>}
 */
export function changedSolid({ solid, compare }, { solid: change }) {
  return { solid: { ...solid, ...change }, compare: change.on ? [] : compare };
}

/**
 * Parks side by side: those that there are, each once; one alone is none. None of them is chosen
 * then: the others would have no parcels.
 * @param {State} state
 * @param {{ parks: readonly string[] }} action
 * @returns {Partial<State>}
 */
export function compared({ solid, data, park }, { parks }) {
  const known = [...new Set(parks)].filter((id) => data.parks.some((one) => one.id === id));
  const on = known.length > 1;
  return {
    compare: on ? known : [],
    park: on ? "" : park,
    solid: on && solid.on ? { ...solid, on: false } : solid,
  };
}
