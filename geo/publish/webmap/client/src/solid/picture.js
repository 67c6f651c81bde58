// The picture of the columns that the state asks for, in a frame: on the screen and on paper.

import { view } from "../derived.js";
import { memo } from "../lib/memo.js";
import { figureText, fixed, muText, number, withUnit } from "../lib/format.js";
import { fill } from "../lib/words.js";
import { besideKey, keyOf } from "./key.js";
import { metresAUnit, order, turned, turnedPoint } from "./prisms.js";
import { MOST_PARCELS, heightOf, highest, isPerMu, nameOf, sceneOf } from "./scene.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./paint.js").Frame} Frame */
/** @typedef {import("./paint.js").Inks} Inks */
/** @typedef {import("./paint.js").Picture} Picture */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Figure} Figure */

const ARROW = 44; // px of the arrow from its edge
const NAMED = 14; // letters of a name on a label
const MIDDLE = Math.SQRT1_2; // the sine of the tilt that the ground is fitted at

/** The ground turned, and its columns from far to near: other years and heights keep them. */
const lying = memo(
  (/** @type {{ scene: Scene, turn: number }} */ { scene, turn }) => [scene.prints, turn],
  ({ scene, turn }) => {
    const lie = turned(scene.prints, turn);
    return { lie, order: order(scene.prints, lie) };
  },
);

/**
 * @param {App} app
 * @param {CanvasRenderingContext2D} ctx that texts are measured by
 * @param {Frame} frame
 * @param {{ inks: Inks, font: string, marked?: number, brief?: boolean, apart?: boolean }} look
 *   `brief`: what colour and volume stand for is written elsewhere; `apart`: the key beside the
 *   scene, not on it, as paper cannot be moved to see what is under it
 * @returns {Picture | null}
 */
export function pictureOf(app, ctx, frame, look) {
  const { inks, font, marked = -1, brief = false, apart = false } = look;
  const { state } = app;
  const scene = sceneOf(state);
  const figure = heightOf(state);
  if (!scene || !figure) return null;
  const { turn, tilt, zoom, shift, lift } = state.solid;
  const unit = metresAUnit(scene.span, scene.side, lift);
  const lines = [...keyLines(app, scene, figure), ...(brief ? [] : meanings(app))];
  const key = keyOf(ctx, lines, frame, font);
  const free = besideKey(frame, key).reduce((a, b) =>
    fitting(scene, b) > fitting(scene, a) ? b : a,
  );
  const k = zoom * fitting(scene, free);
  const [u, v] = turnedPoint(shift[0] * scene.across, shift[1] * scene.across, turn);
  const sin = Math.sin((tilt * Math.PI) / 180);
  return {
    ...{ scene, unit, turn, frame, free, key, inks, font, marked },
    seen: apart ? free : frame,
    arrow: frame.x + (brief ? ARROW : frame.w - ARROW), // of a narrow one over the key
    ...lying({ scene, turn }),
    heights: scene.figures.map((value) => (value > 0 ? value * unit : 0)),
    camera: {
      ...{ k, tilt },
      x: free.x + free.w / 2 + k * u,
      y: free.y + free.h * 0.56 - k * v * sin,
    },
    labels: highest(scene, state.solid.labels).map((place) => {
      const name = shortened(nameOf(state, scene, place));
      return { place, text: `${name} ${labelled(app, figure, scene.figures[place])}` };
    }),
    texts: {
      bar: (value) => withUnit(number(value, 6), figure.unit[app.at]),
      lines,
      north: app.words.north,
    },
  };
}

/**
 * px a metre at which the ground fits a frame however it is turned, with room for columns.
 * @param {Scene} scene
 * @param {Frame} frame
 */
function fitting({ radius }, { w, h }) {
  return 0.96 * Math.min(w / (2 * radius), h / (2 * radius * MIDDLE + 0.4 * radius));
}

/**
 * A figure with the decimals of its column.
 * @param {State} state
 * @param {Figure} figure
 * @param {number} value
 */
function written({ data }, figure, value) {
  const column = data.columns.find(({ name }) => name === figure.id);
  return column ? figureText(column, value) : fixed(value);
}

/**
 * A figure on a label: in English with its unit, as the key converts ten thousands of money.
 * @param {App} app
 * @param {Figure} figure
 * @param {number} value
 */
function labelled({ state, at }, figure, value) {
  const shown = written(state, figure, value);
  return state.lang === "en" ? withUnit(shown, figure.unit[at]) : shown;
}

/** @param {string} name */
function shortened(name) {
  const letters = [...name];
  return letters.length > NAMED ? `${letters.slice(0, NAMED - 1).join("")}…` : name;
}

/**
 * What height is, and how many have none for which reason.
 * @param {App} app
 * @param {Scene} scene
 * @param {Figure} figure
 */
function keyLines(app, { counts, kind, year }, figure) {
  const { solid } = app.words;
  /** @param {number} n */
  const many = (n) => fill(kind === "park" ? solid.parks : solid.parcels, { n: number(n) });
  const unit = app.state.lang === "en" ? "" : figure.unit[app.at]; // English has it on the labels
  const name = `${app.pick(figure)}${unit && fill(app.words.unit, { unit })}`;
  const lines = [fill(solid.key_height, { figure: name, year: year || "" })];
  if (counts.blank) lines.push(fill(solid.key_blank, { count: many(counts.blank) }));
  if (counts.negative) lines.push(fill(solid.key_negative, { count: many(counts.negative) }));
  return lines;
}

/**
 * What colour and volume stand for, and how heights compare.
 * @param {App} app
 */
export function meanings(app) {
  const { state, words } = app;
  const { solid } = words;
  const [scene, figure, theme] = [sceneOf(state), heightOf(state), view(state)];
  if (!scene || !figure || !theme) return [];
  const lines = [];
  if (theme.column !== figure.id) lines.push(fill(solid.key_color, { theme: app.pick(theme) }));
  if (isPerMu(figure)) {
    const total = state.data.columns.find((c) => c.name === figure.id.replace(/_per_mu$/, ""));
    lines.push(fill(solid.key_volume, { sum: total ? app.pick(total) : solid.total }));
  }
  lines.push(solid.key_scale);
  if (state.breaks && scene.kind === "parcel") {
    const all = state.data.parks.filter((park) => !state.park || park.id === state.park);
    const total = all.reduce((sum, park) => sum + park.parcels, 0);
    const n = scene.prints.n + scene.pale.n;
    lines.push(fill(solid.key_loaded, { n: number(n), total: number(total) }));
  }
  if (scene.kind === "park") {
    lines.push(solid.key_park_color);
    if (!state.whole) lines.push(fill(solid.key_parks, { most: number(MOST_PARCELS) }));
  }
  return lines;
}

/**
 * What the tip says of a print: its name, the figure and its class.
 * @param {App} app
 * @param {Scene} scene
 * @param {number} place
 */
export function tipOf(app, scene, place) {
  const { state, words } = app;
  const figure = /** @type {Figure} */ (heightOf(state));
  const theme = /** @type {import("../../generated/wire.js").Theme} */ (view(state));
  const value = scene.figures[place];
  const i = scene.of[place];
  const parts = [nameOf(state, scene, place)];
  if (scene.kind === "parcel") {
    const id = state.data.ids[i];
    if (parts[0] !== id) parts.push(id);
    parts.push(`${muText(state.data.mu[i])} ${words.mu}`);
  }
  const shown = Number.isNaN(value)
    ? words.solid.no_figure
    : withUnit(written(state, figure, value), figure.unit[app.at]);
  parts.push(`${app.pick(figure)} ${shown}`);
  if (scene.kind === "parcel" && theme.column !== figure.id) {
    parts.push(app.pick(theme.legend[theme.codes[i]]));
  }
  return parts.join(" · ");
}
