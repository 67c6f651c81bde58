// The steps of a briefing: made of a view, kept in the browser, written to a file and read back.

import { Odd, figure, list, record, text } from "../lib/json.js";
import { viewOf } from "../map/address.js";
import { yearOf } from "../map/year.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Page} Page */
/**
 * A step of a briefing: a view as links hold it, without its place; the ground that it shows; its
 * title and sentence in both languages.
 * @typedef {object} Step
 * @property {number} id of this page's, to tell steps apart
 * @property {readonly [zh: string, en: string]} title
 * @property {readonly [zh: string, en: string]} text
 * @property {{ [field: string]: unknown }} view
 * @property {readonly [south: number, west: number, north: number, east: number] | null} box
 */
/** @typedef {readonly [south: number, west: number, north: number, east: number]} Box */

const FORMAT = "mujun-briefing-1";
const MOST = 200; // steps
const LONGEST = 2_000_000; // letters of a file
/** Fields of a view that a step does not set: the presenter's language, the paper. */
const LEFT = ["lang", "sheet", "at"];
/** Cards that stay open on a slide. */
const SHOWN = ["parcel", "park"];

/**
 * What a step shows of the state that is shown.
 * @param {State} state
 */
export function stepView(state) {
  const view = viewOf(state);
  for (const name of LEFT) delete view[name];
  if (state.card && !SHOWN.includes(state.card.kind)) delete view.card;
  return view;
}

/**
 * A step of the state that is shown, called by its theme, place and year until somebody names it.
 * @param {State} state
 * @param {Box | null} box
 * @returns {Step}
 */
export function stepOf(state, box) {
  const { data, theme, park } = state;
  const place = data.parks.find(({ id }) => id === park)?.name;
  const year = yearOf(state);
  /** @param {"zh" | "en"} lang */
  const title = (lang) =>
    [place, data.themes[theme]?.[lang], year].filter((part) => part || part === 0).join(" · ");
  return {
    id: nextId(state.briefing.steps),
    title: [title("zh"), title("en")],
    text: ["", ""],
    view: stepView(state),
    box,
  };
}

/** @param {readonly Step[]} steps */
function nextId(steps) {
  return Math.max(-1, ...steps.map(({ id }) => id)) + 1;
}

/**
 * A pair of texts with that of a language replaced; the other follows while it says the same.
 * @param {readonly [zh: string, en: string]} both
 * @param {string} said
 * @param {"zh" | "en"} lang
 * @returns {readonly [string, string]}
 */
export function worded([zh, en], said, lang) {
  const same = zh === en;
  if (lang === "en") return [same ? said : zh, said];
  return [said, same ? said : en];
}

/**
 * Steps with one of them put to another place.
 * @param {readonly Step[]} steps
 * @param {number} from
 * @param {number} to
 */
export function reordered(steps, from, to) {
  const out = steps.slice();
  const [step] = out.splice(from, 1);
  out.splice(to, 0, step);
  return out;
}

/**
 * The steps as a file holds them.
 * @param {readonly Step[]} steps
 */
export function fileText(steps) {
  const plain = steps.map(({ title, text: said, view, box }) => ({ title, text: said, view, box }));
  return JSON.stringify({ format: FORMAT, steps: plain }, null, 1);
}

/**
 * The steps of a file, or null where it holds none of ours.
 * @param {string} written
 * @returns {Step[] | null}
 */
export function stepsIn(written) {
  if (written.length > LONGEST) return null;
  try {
    const { format, steps } = record(JSON.parse(written));
    if (format !== FORMAT || list(steps).length > MOST) return null;
    return list(steps).map(stepIn);
  } catch (error) {
    if (error instanceof Odd || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * @param {unknown} json
 * @param {number} id
 * @returns {Step}
 */
function stepIn(json, id) {
  const { title, text: said, view, box } = record(json);
  return { id, title: pair(title), text: pair(said), view: record(view), box: boxOf(box) };
}

/**
 * @param {unknown} json
 * @returns {[string, string]}
 */
function pair(json) {
  const [zh, en] = list(json, 2).map(text);
  return [zh, en];
}

/**
 * @param {unknown} json
 * @returns {Box | null}
 */
function boxOf(json) {
  if (json === null || json === undefined) return null;
  const [south, west, north, east] = list(json, 4);
  return [figure(south, -90, 90), figure(west, -180), figure(north, south, 90), figure(east, west)];
}

/**
 * Where a browser keeps the steps of a map: of its title and ground, wherever its file lies.
 * @param {Pick<Page, "title" | "extent">} data
 */
function keyOf({ title, extent }) {
  return `mujun-briefing ${title} ${JSON.stringify(extent)}`;
}

/**
 * The steps that this browser keeps of a map, or null.
 * @param {Page} data
 */
export function kept(data) {
  try {
    const written = localStorage.getItem(keyOf(data));
    return written === null ? null : stepsIn(written);
  } catch {
    return null; // a browser that keeps nothing
  }
}

/**
 * Keep the steps in this browser; those of the project are not kept. False where it keeps nothing.
 * @param {Page} data
 * @param {readonly Step[]} steps
 */
export function keep(data, steps) {
  try {
    if (isOfProject(data, steps)) localStorage.removeItem(keyOf(data));
    else localStorage.setItem(keyOf(data), fileText(steps));
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the steps are those that the project's file has.
 * @param {Page} data
 * @param {readonly Step[]} steps
 */
export function isOfProject(data, steps) {
  const own = (data.briefing ?? []).map((step, id) => ({ ...step, id }));
  return fileText(own) === fileText(steps);
}
