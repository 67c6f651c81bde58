// What the map shows, as one value, and the actions that change it. No page is needed here.

import { CARD_CHANGES } from "./card.js";
import { toggled } from "./lib/toggled.js";
import { grown } from "./map/breaks.js";
import { UPRIGHT, changedSolid, compared } from "./solid/state.js";
import { withNotes } from "./notes/theme.js";

/** @typedef {import("../generated/wire.js").Page} Page */
/** @typedef {import("./notes/merge.js").Note} Note */
/** @typedef {import("./map/decode.js").Shape} Shape */
/** @typedef {"quantile" | "natural" | "equal" | "limits"} Method */
/**
 * How a theme is cut and of which year, null for the map's; `since`: not the figures of the year
 * but what they are more than those of another one.
 * @typedef {{ method: Method, year: number | null, since?: number | null }} Look
 */
/** @typedef {{ theme: number, look: Look, hidden: ReadonlySet<number> }} Filter */
/**
 * What a trial puts in the place of a rule's limits: figures, or per cent more or less of each
 * row's own (`lowBy`, `highBy`).
 * @typedef {{ rule: number, row: number | null, low?: number, high?: number,
 *   lowBy?: number, highBy?: number }} Bar
 */
/** @typedef {"low" | "high" | "lowBy" | "highBy"} BarSide */

/**
 * @typedef {object} Trial
 * @property {string} subject "rule:3", "grades" or nothing
 * @property {number | null} row of the rule's table; null: all
 * @property {ReadonlyMap<string, Bar>} bars by "rule/row/side", what was set last comes last
 * @property {{ [item: string]: number }} weights by "group/indicator"
 * @property {{ [grade: string]: number }} cuts
 * @property {number} resets how often all was set back: sliders are then made anew
 */

/**
 * @typedef {object} Swipe
 * @property {boolean} on
 * @property {number} share of the map's width that is left of the divider
 * @property {number} theme
 * @property {Look} look
 */

/** @typedef {import("./solid/state.js").Solid} Solid */
/** @typedef {import("./card.js").Card} Card */
/** @typedef {{ paper: "A4" | "A3", landscape: boolean, extent: "content" | "view" }} Sheet */
/** @typedef {{ kind: "class" | "field" | "link" | "parcel" | "park" | "theme" | "rule" | "year"
 *   | "method" | "trial_grade", name: string }} Lost */
/** @typedef {import("./map/breaks.js").Breaks} Breaks */
/** @typedef {import("./judge/census.js").Answer} Answer */
/** @typedef {import("./judge/census.js").Ask} Ask */
/** @typedef {{ column: string, down: boolean }} Order of the list; down: the largest first */

/** @typedef {import("./briefing/steps.js").Step} Step */
/** @typedef {{ steps: readonly Step[], at: number | null }} Briefing `at`: the step presented */

/**
 * @typedef {object} State
 * @property {Page} data as the run left it
 * @property {Shape} shape
 * @property {boolean} whole of a folder: no parcels are loaded, parks stand for them
 * @property {"zh" | "en"} lang
 * @property {number} theme
 * @property {Look} look
 * @property {boolean} circles whether totals stand over a theme per mu, as circles
 * @property {ReadonlySet<number>} hidden classes of the theme that the legend hides
 * @property {readonly Filter[]} filters
 * @property {string} figure the headline that parks are ranked by, by its id
 * @property {string} park
 * @property {readonly [number | null, number | null]} area from and to, 亩
 * @property {ReadonlySet<string>} boxes that are unfolded
 * @property {Trial} trial
 * @property {readonly import("./map/scenarios.js").Scenario[]} scenarios trials kept under a name
 * @property {Swipe} swipe
 * @property {Solid} solid
 * @property {readonly string[]} compare parks side by side, none: the map alone
 * @property {Card | null} card
 * @property {Card | null} before the list that the parcel's card was opened from
 * @property {Sheet} sheet
 * @property {Order | null} order null: by the theme's figure
 * @property {Breaks | null} breaks of a folder: edges over all its parcels, as far as known
 * @property {{ ask: Ask, answer: Answer } | null} counted of a folder: all parcels, as last asked
 * @property {number} counting of a folder: the share of columns that are loaded for an answer
 * @property {Briefing} briefing
 * @property {readonly Note[]} notes of the run, of this browser and of files, merged
 * @property {string} error a sentence on the map
 * @property {readonly Lost[]} lost what a link or a step names and this page has not
 */

/**
 * @typedef {{ type: "switch-language" }
 *   | { type: "theme", theme: number }
 *   | { type: "look", look: Partial<Look> }
 *   | { type: "circles", on: boolean }
 *   | { type: "toggle-class", code: number }
 *   | { type: "keep-hidden" }
 *   | { type: "show-all" }
 *   | { type: "only-class", theme: number, code: number | null }
 *   | { type: "drop-filter", theme: number }
 *   | { type: "headline", id: string }
 *   | { type: "headline-part", id: string, theme: string, code: number }
 *   | { type: "clear" }
 *   | { type: "area", side: 0 | 1, value: number | null }
 *   | { type: "any-area" }
 *   | { type: "park", park: string }
 *   | { type: "unfold", box: string, open: boolean }
 *   | { type: "show-view", state: State }
 *   | { type: "lost", lost: readonly Lost[] }
 *   | { type: "drop-lost" }
 *   | { type: "steps", steps: readonly Step[] }
 *   | { type: "present", at: number | null }
 *   | { type: "try", subject: string }
 *   | { type: "try-row", row: number | null }
 *   | { type: "try-bar", side: BarSide, value: number }
 *   | { type: "try-weight", item: string, value: number }
 *   | { type: "try-cut", grade: string, value: number }
 *   | { type: "end-trial" }
 *   | { type: "trial", trial: Trial }
 *   | { type: "scenarios", scenarios: State["scenarios"] }
 *   | { type: "swipe", on: boolean }
 *   | { type: "swipe-theme", theme: number }
 *   | { type: "swipe-year", year: number }
 *   | { type: "swipe-share", share: number }
 *   | { type: "solid", solid: Partial<Solid> }
 *   | { type: "compare", parks: readonly string[] }
 *   | { type: "take", data: Page, shape: Shape, whole: boolean }
 *   | import("./card.js").CardAction
 *   | { type: "sheet", sheet: Partial<Sheet> }
 *   | { type: "order", order: Order }
 *   | { type: "counting", share: number }
 *   | { type: "counted", ask: Ask, answer: Answer }
 *   | { type: "notes", notes: readonly Note[] }
 *   | { type: "error", text: string }} Action
 */

/** @type {Look} */
const PLAIN = { method: "quantile", year: null };

/**
 * The state of a page that has just been opened.
 * @param {Page} data
 * @param {Shape} shape
 * @param {boolean} whole
 * @returns {State}
 */
export function opened(data, shape, whole = false) {
  return {
    data: withNotes(data),
    shape,
    whole,
    lang: data.lang,
    theme: 0,
    look: PLAIN,
    circles: false,
    hidden: new Set(),
    filters: [],
    figure: "",
    park: "",
    area: [null, null],
    boxes: new Set(["panel", "board", "ranking"]),
    trial: { subject: "", row: null, bars: new Map(), weights: {}, cuts: {}, resets: 0 },
    scenarios: [],
    swipe: { on: false, share: 0.6, theme: 0, look: PLAIN },
    solid: UPRIGHT,
    compare: [],
    card: null,
    before: null,
    sheet: { paper: "A4", landscape: true, extent: "content" },
    order: null,
    breaks: whole ? {} : null,
    counted: null,
    counting: 0,
    briefing: { steps: (data.briefing ?? []).map((step, id) => ({ ...step, id })), at: null },
    notes: [],
    error: "",
    lost: [],
  };
}

/**
 * The number of the rule that a trial is of, −1 for none.
 * @param {Trial} trial
 */
export function ruleOf({ subject }) {
  return subject.startsWith("rule:") ? Number(subject.slice(5)) : -1;
}

/**
 * Whether weights or cuts are other than the run's.
 * @param {Trial} trial
 */
export function isGrading({ weights, cuts }) {
  return Object.keys(weights).length + Object.keys(cuts).length > 0;
}

/**
 * Whether anything is other than in the run.
 * @param {Trial} trial
 */
export function isTrying(trial) {
  return trial.bars.size > 0 || isGrading(trial);
}

/**
 * The state after an action; the same where it changes nothing.
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  const change = /** @type {(state: State, action: Action) => Partial<State>} */ (
    CHANGES[action.type]
  )(state, action);
  const names = /** @type {(keyof State)[]} */ (Object.keys(change));
  return names.some((name) => !Object.is(change[name], state[name]))
    ? { ...state, ...change }
    : state;
}

/**
 * @template {Action["type"]} T
 * @typedef {(state: State, action: Extract<Action, { type: T }>) => Partial<State>} Change
 */

/** @type {{ [T in Action["type"]]: Change<T> }} */
const CHANGES = {
  "switch-language": ({ lang }) => ({ lang: lang === "en" ? "zh" : "en" }),

  theme: (state, { theme }) => themed(state, theme),
  look: (state, { look }) => ({ look: { ...state.look, ...look } }),
  "toggle-class": ({ hidden }, { code }) => ({ hidden: toggled(hidden, code, !hidden.has(code)) }),

  "keep-hidden": (state) => ({
    ...filtered(state, { theme: state.theme, look: state.look, hidden: state.hidden }),
    hidden: new Set(),
  }),
  circles: (_, { on }) => ({ circles: on }),
  "show-all": () => ({ hidden: new Set() }),
  "only-class": (state, { theme, code }) => only(state, theme, code),
  "drop-filter": ({ filters }, { theme }) => ({
    filters: filters.filter((f) => f.theme !== theme),
  }),
  headline: (state, { id }) => {
    const theme = themeCalled(state, state.data.board.find((line) => line.id === id)?.theme);
    const again = theme < 0 || theme === state.theme ? state.figure === id : false;
    const place = again ? 0 : theme;
    return { figure: again ? "" : id, ...(place < 0 ? {} : themed(state, place)) };
  },
  "headline-part": (state, { id, theme, code }) => {
    const place = themeCalled(state, theme);
    if (place < 0) return {};
    const again = onlyOf(state, place) === code;
    return { figure: id, ...themed(state, place), ...only(state, place, again ? null : code) };
  },
  clear: () => ({ filters: [], hidden: new Set(), park: "", area: [null, null] }),
  area: ({ area }, { side, value }) => ({ area: side ? [area[0], value] : [value, area[1]] }),
  "any-area": () => ({ area: [null, null] }),
  park: (_, { park }) => ({ park }),

  unfold: ({ boxes }, { box, open }) => ({
    boxes: boxes.has(box) === open ? boxes : toggled(boxes, box, open),
  }),
  "show-view": ({ notes }, { state }) => ({ ...state, notes }),
  lost: (_, { lost }) => ({ lost }),
  "drop-lost": () => ({ lost: [] }),
  steps: ({ briefing }, { steps }) => ({ briefing: { ...briefing, steps } }),
  present: ({ briefing }, { at }) => {
    const last = briefing.steps.length - 1;
    const within = at === null || last < 0 ? null : Math.min(Math.max(at, 0), last);
    return within === briefing.at ? {} : { briefing: { ...briefing, at: within } };
  },

  try: (state, { subject }) => {
    const trial = { ...state.trial, subject, row: null };
    const rule = ruleOf(trial);
    const id = rule < 0 ? "" : state.data.rules[rule].id;
    const kind = subject && (rule < 0 ? "grade" : "rule");
    const theme = state.data.themes.findIndex((t) => kind && t.trial === kind && t.rule === id);
    return {
      trial,
      boxes: toggled(state.boxes, "trial", true),
      ...(theme < 0 ? {} : themed(state, theme)),
    };
  },
  "try-row": ({ trial }, { row }) => ({ trial: { ...trial, row } }),
  "try-bar": ({ trial }, { side, value }) => {
    const { row } = trial;
    const rule = ruleOf(trial);
    const key = barKey(trial, side);
    const bars = new Map(trial.bars);
    bars.delete(key); // what was set last counts, so it stands last
    if (value || !side.endsWith("By")) bars.set(key, { rule, row, [side]: value });
    return { trial: { ...trial, bars } };
  },
  "try-weight": ({ trial }, { item, value }) => ({
    trial: { ...trial, weights: { ...trial.weights, [item]: value } },
  }),
  "try-cut": ({ trial }, { grade, value }) => ({
    trial: { ...trial, cuts: { ...trial.cuts, [grade]: value } },
  }),
  "end-trial": ({ trial }) => ({
    trial: { ...trial, bars: new Map(), weights: {}, cuts: {}, resets: trial.resets + 1 },
  }),

  trial: ({ trial: before, boxes }, { trial }) => ({
    trial: { ...trial, resets: before.resets + 1 },
    boxes: toggled(boxes, "trial", true),
  }),
  scenarios: (_, { scenarios }) => ({ scenarios }),

  swipe: (state, { on }) => ({
    swipe: { ...state.swipe, on, ...(on ? beside(state) : {}) },
  }),
  "swipe-theme": ({ swipe }, { theme }) => ({ swipe: { ...swipe, theme } }),
  "swipe-year": ({ swipe }, { year }) => ({
    swipe: { ...swipe, look: { ...swipe.look, year } },
  }),
  "swipe-share": ({ swipe }, { share }) => ({ swipe: { ...swipe, share } }),
  solid: changedSolid,
  compare: compared,

  take: ({ card }, { data, shape, whole }) => {
    const gone = card?.kind === "parcel" && !data.ids.includes(card.id);
    return { data: withNotes(data), shape, whole, card: gone ? null : card };
  },
  ...CARD_CHANGES,
  sheet: ({ sheet }, { sheet: change }) => ({ sheet: { ...sheet, ...change } }),
  order: (_, { order }) => ({ order }),
  counting: (_, { share }) => ({ counting: share }),
  counted: ({ breaks }, { ask, answer }) => ({
    counted: { ask, answer },
    counting: 0,
    breaks: grown(breaks, answer.breaks),
  }),
  notes: (_, { notes }) => ({ notes }),
  error: (_, { text }) => ({ error: text }),
};

/**
 * Another theme shows all its classes, in its own cut; the year stays.
 * @param {State} state
 * @param {number} theme
 * @returns {Partial<State>}
 */
function themed(state, theme) {
  if (theme === state.theme) return {};
  return { theme, hidden: new Set(), look: { method: PLAIN.method, year: state.look.year } };
}

/**
 * What the swipe opens with: the theme in its first other year, or another main theme.
 * @param {State} state
 * @returns {{ theme: number, look: Look }}
 */
function beside({ data, theme, look }) {
  const { column, id } = data.themes[theme] ?? {};
  const shown = look.year ?? data.year;
  const other = data.history.figures.find((f) => f.name === column && f.year !== shown);
  if (other) return { theme, look: { ...look, year: other.year } };
  const next = data.themes.findIndex(
    (t) => t.id !== id && ["compliance", "land_use"].includes(t.id),
  );
  const last = theme + 1 < data.themes.length ? theme + 1 : 0;
  return { theme: next < 0 ? last : next, look: PLAIN };
}

/**
 * A filter in the place of the theme's former one; without hidden classes it is none.
 * @param {State} state
 * @param {Filter} filter
 * @returns {Partial<State>}
 */
function filtered({ filters }, filter) {
  const others = filters.filter((f) => f.theme !== filter.theme);
  return { filters: filter.hidden.size ? [...others, filter] : others };
}

/**
 * A filter that lets one class of a theme through; all of them without one.
 * @param {State} state
 * @param {number} theme
 * @param {number | null} code
 */
function only(state, theme, code) {
  const others = state.data.themes[theme].legend.map((_, k) => k).filter((k) => k !== code);
  return filtered(state, { theme, look: PLAIN, hidden: new Set(code === null ? [] : others) });
}

/**
 * The only class of a theme that its filter lets through; null where it lets more or all.
 * @param {State} state
 * @param {number} theme
 */
export function onlyOf({ data, filters }, theme) {
  const filter = filters.find((f) => f.theme === theme);
  if (!filter) return null;
  const open = data.themes[theme].legend
    .map((_, code) => code)
    .filter((c) => !filter.hidden.has(c));
  return open.length === 1 ? open[0] : null;
}

/**
 * The place of a theme by its id, −1 for none.
 * @param {State} state
 * @param {string | undefined} id
 */
export function themeCalled({ data }, id) {
  return id ? data.themes.findIndex((theme) => theme.id === id) : -1;
}

/**
 * Where a bar of the trial's rule and row is kept; one end has one bar, a figure or per cent.
 * @param {Trial} trial
 * @param {BarSide} side
 */
export function barKey(trial, side) {
  return keyOf({ rule: ruleOf(trial), row: trial.row }, side);
}

/**
 * @param {Pick<Bar, "rule" | "row">} bar
 * @param {BarSide} side
 */
export function keyOf({ rule, row }, side) {
  return `${rule}/${row ?? ""}/${side.replace("By", "")}`;
}
