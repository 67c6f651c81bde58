// All that a map shows as one versioned JSON, and in the page's address: #v1= and base64url of it.
// FIELDS is the format: a piece of state is a line there. Things are named by their ids, never by
// their place in a page; what a page does not have is left out and said.

import { filterViews, view } from "../derived.js";
import { isTrying, opened } from "../state.js";
import { LEAST_TILT, MOST_TILT } from "../solid/prisms.js";
import { Odd, figure, list, oneOf, record, text } from "../lib/json.js";
import { figuresOf, keysOf } from "./classes.js";
import { cut } from "./cut.js";
import { trialJson, trialOf } from "./trialjson.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Look} Look */
/** @typedef {import("../state.js").Lost} Lost */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {{ zoom: number, lat: number, lon: number }} Place */
/** @typedef {{ [field: string]: unknown }} View */
/** @typedef {(kind: Lost["kind"], name: unknown) => void} Lose */
/**
 * A piece of the state: `write` gives its JSON, nothing where it is as in a page just opened;
 * `read` what it changes in the state so far, or throws Odd where the JSON is of another form.
 * `keys` are what a view that does not name it sets back; without them it stays.
 * @typedef {object} Field
 * @property {(keyof State)[]} keys
 * @property {(state: State) => unknown} write
 * @property {(json: any, state: State, lose: Lose) => Partial<State>} read
 */

const PREFIX = "#v1=";
const METHODS = ["quantile", "natural", "equal", "limits"];

/** @type {{ [name: string]: Field }} read in this order */
export const FIELDS = {
  lang: {
    keys: [],
    write: (s) => s.lang,
    read: (json) => ({ lang: oneOf(/** @type {const} */ (["zh", "en"]), json) }),
  },
  theme: {
    keys: ["theme", "look"],
    write: (s) => (s.data.themes[s.theme] ? cutJson(s, s.theme, s.look) : undefined),
    read: (json, s, lose) => {
      const { theme, look } = cutOf(json, s, lose);
      return theme === null ? { look: { ...look, method: "quantile" } } : { theme, look };
    },
  },
  circles: {
    keys: ["circles"],
    write: (s) => s.circles || undefined,
    read: (json) => ({ circles: oneOf([true, false], json) }),
  },
  hide: {
    keys: ["hidden"],
    write: (s) => (s.hidden.size ? names(view(s), s.hidden) : undefined),
    read: (json, s, lose) => ({ hidden: classes(json, view(s), lose) }),
  },
  filters: {
    keys: ["filters"],
    write: (s) =>
      filterViews(s).map(({ theme, look, hidden, view: shown }) => {
        const open = shown.legend.map((_, code) => code).filter((code) => !hidden.has(code));
        return { theme: cutJson(s, theme, look), only: names(shown, open) };
      }),
    read: (json, s, lose) => {
      const all = list(json).flatMap((one) => filterOf(one, s, lose));
      const later = (/** @type {number} */ k) => all.slice(k + 1);
      return { filters: all.filter(({ theme }, k) => later(k).every((f) => f.theme !== theme)) };
    },
  },
  figure: {
    keys: ["figure"],
    write: (s) => s.figure || undefined,
    read: (json, { data }, lose) => {
      const has = (/** @type {string} */ id) => data.board.some((line) => line.id === id);
      return { figure: known(json, has, lose, "field") ?? "" };
    },
  },
  park: {
    keys: ["park"],
    write: (s) => s.park || undefined,
    read: (json, s, lose) => ({ park: known(json, hasPark(s), lose, "park") ?? "" }),
  },
  area: {
    keys: ["area"],
    write: ({ area }) => (area.some((end) => end !== null) ? area : undefined),
    read: (json) => {
      const [from, to] = list(json, 2).map((end) => (end === null ? null : figure(end)));
      return { area: [from, to] };
    },
  },
  trial: {
    keys: ["trial"],
    write: (s) => (s.trial.subject || isTrying(s.trial) ? trialJson(s) : undefined),
    read: (json, s, lose) => ({ trial: trialOf(json, s, lose) }),
  },
  swipe: {
    keys: ["swipe"],
    write: (s) => {
      const { on, theme, look, share } = s.swipe;
      return on ? { theme: cutJson(s, theme, look), share } : undefined;
    },
    read: (json, s, lose) => {
      const { theme, look } = cutOf(record(json).theme, s, lose);
      const share = figure(json.share, 0, 1);
      return theme === null ? {} : { swipe: { on: true, share, theme, look } };
    },
  },
  solid: {
    keys: ["solid"],
    write: ({ solid: { on, figure: height, ...seen } }) =>
      on ? { ...seen, ...(height ? { height } : {}) } : undefined,
    read: (json) => ({ solid: solidOf(json) }),
  },
  compare: {
    keys: ["compare"],
    write: (s) => s.compare,
    read: (json, s, lose) => {
      const parks = list(json).flatMap((id) => known(id, hasPark(s), lose, "park") ?? []);
      return parks.length > 1 ? { compare: parks, park: "" } : {};
    },
  },
  card: {
    keys: ["card"],
    write: (s) => s.card ?? undefined,
    read: (json, s, lose) => {
      const kind = text(record(json).kind);
      const card = CARDS[kind];
      if (!card) lose("field", kind);
      return { card: card?.(json, s, lose) ?? null };
    },
  },
  sheet: {
    keys: [],
    write: (s) => (s.card?.kind === "paper" ? s.sheet : undefined),
    read: (json) => ({
      sheet: {
        paper: oneOf(/** @type {const} */ (["A4", "A3"]), record(json).paper),
        extent: json.extent === "view" ? "view" : "content",
        landscape: oneOf([true, false], json.landscape),
      },
    }),
  },
};

/**
 * Cards that an address may open, by kind: the card, or nothing where its subject is not there.
 * @type {{ [kind: string]: (json: any, state: State, lose: Lose) => State["card"] }}
 */
export const CARDS = {
  parcel: ({ id }, { data }, lose) => {
    const found = known(id, (name) => data.ids.includes(name), lose, "parcel");
    return found === null ? null : { kind: "parcel", id: found };
  },
  park: ({ id }, s, lose) => {
    const found = known(id, hasPark(s), lose, "park");
    return found === null ? null : { kind: "park", id: found };
  },
  list: () => ({ kind: "list" }),
  paper: () => ({ kind: "paper" }),
  flips: () => ({ kind: "flips" }),
  scenarios: () => ({ kind: "scenarios" }),
  briefing: () => ({ kind: "briefing" }),
};

/**
 * What is shown, as JSON; with the place where there is one.
 * @param {State} state
 * @param {Place | null} place
 * @returns {View}
 */
export function viewOf(state, place = null) {
  const parts = Object.entries(FIELDS).map(([name, { write }]) => [name, write(state)]);
  const at = place && [Number(place.zoom.toFixed(2)), rounded(place.lat), rounded(place.lon)];
  return Object.fromEntries([...(at ? [["at", at]] : []), ...parts].filter(isSaid));
}

/** @param {unknown[]} field */
function isSaid([, json]) {
  return json !== undefined && !(Array.isArray(json) && !json.length);
}

/** @param {number} degrees */
function rounded(degrees) {
  return Number(degrees.toFixed(6)); // a decimetre
}

/**
 * The state that a view is of, on a page; what the view says nothing of is as in a page just
 * opened, but language and sheet, which stay. Null where the JSON is no view.
 * @param {unknown} json
 * @param {State} state
 * @returns {{ state: State, place: Place | null } | null}
 */
export function shownBy(json, state) {
  /** @type {Lost[]} */
  const lost = [];
  /** @type {Lose} */
  const lose = (kind, name) => lost.push({ kind, name: String(name) });
  const plain = opened(state.data, state.shape, state.whole);
  const keys = Object.values(FIELDS).flatMap((field) => field.keys);
  const blank = Object.fromEntries(keys.map((key) => [key, plain[key]]));
  const resets = state.trial.resets + 1; // its sliders are made anew
  /** @type {State} */
  let next = { ...state, ...blank, trial: { ...plain.trial, resets } };
  try {
    const fields = record(json);
    for (const [name, field] of Object.entries(FIELDS)) {
      if (fields[name] !== undefined) {
        const change = field.read(fields[name], next, lose);
        next = { ...next, ...change };
      }
    }
    const others = Object.keys(fields).filter((name) => name !== "at" && !(name in FIELDS));
    others.forEach((name) => lose("field", name));
    const place = fields.at !== undefined ? placeOf(fields.at) : null;
    return { state: { ...next, lost }, place };
  } catch (problem) {
    if (problem instanceof Odd) return null;
    throw problem;
  }
}

/**
 * The address of a view.
 * @param {View} json
 */
export function written(json) {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return PREFIX + base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The JSON in an address, of this form or of the former #zoom/lat/lon/theme/park; null where there
 * is none.
 * @param {string} hash
 * @returns {unknown}
 */
export function read(hash) {
  if (!hash.startsWith(PREFIX)) return former(hash);
  const base64 = hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/**
 * Whether an address is meant as a view, of this version or of another.
 * @param {string} hash
 */
export function isLink(hash) {
  return /^#v\d+=/.test(hash) || hash.split("/").length === 5;
}

/** @param {string} hash */
function former(hash) {
  const parts = hash.replace(/^#/, "").split("/");
  if (parts.length !== 5) return null;
  try {
    const [zoom, lat, lon, id, park] = parts.map(decodeURIComponent);
    const at = [zoom, lat, lon].map((part) => (part.trim() ? Number(part) : NaN));
    placeOf(at);
    return { at, ...(id ? { theme: { id } } : {}), ...(park ? { park } : {}) };
  } catch {
    return null; // a stray % sign, or no place
  }
}

/**
 * @param {unknown} json
 * @returns {Place}
 */
function placeOf(json) {
  const [zoom, lat, lon] = list(json, 3);
  return { zoom: figure(zoom, 0, 24), lat: figure(lat, -90, 90), lon: figure(lon, -180, 180) };
}

/**
 * A theme under a look.
 * @param {State} state
 * @param {number} theme
 * @param {Look} look
 */
function cutJson({ data }, theme, { method, year, since = null }) {
  const cutBy = method === "quantile" ? {} : { method };
  const before = since === null ? {} : { since };
  return { id: data.themes[theme].id, ...cutBy, ...(year === null ? {} : { year }), ...before };
}

/**
 * @param {unknown} json
 * @param {State} state
 * @param {Lose} lose
 * @returns {{ theme: number | null, look: Look }}
 */
function cutOf(json, { data }, lose) {
  const { id, method = "quantile", year = null, since = null } = record(json);
  const place = data.themes.findIndex((theme) => theme.id === text(id));
  const theme = data.themes[place];
  if (!theme) lose("theme", id);
  const years = [...data.history.years, data.year];
  const found = year === null || years.includes(figure(year, -Infinity));
  if (!found) lose("year", year);
  const cuts = METHODS.includes(text(method)) && (method === "quantile" || canCut(data, theme));
  if (theme && !cuts) lose("method", method);
  const past = since === null || years.includes(figure(since, -Infinity));
  if (!past) lose("year", since);
  const before = theme && past && since !== null ? { since } : {};
  const look = {
    method: theme && cuts ? method : "quantile",
    year: found ? year : null,
    ...before,
  };
  return { theme: theme ? place : null, look };
}

/**
 * @param {State["data"]} data
 * @param {Theme | undefined} theme
 */
function canCut(data, theme) {
  return figuresOf(data, theme) !== null;
}

/**
 * What links call classes of a theme.
 * @param {Theme | null} theme
 * @param {Iterable<number>} codes
 */
function names(theme, codes) {
  const keys = theme ? keysOf(theme) : [];
  return [...codes].sort((a, b) => a - b).map((code) => keys[code]);
}

/**
 * The classes of a theme that keys name.
 * @param {unknown} json
 * @param {Theme | null} theme
 * @param {Lose} lose
 */
function classes(json, theme, lose) {
  const keys = theme ? keysOf(theme) : [];
  return new Set(
    list(json).flatMap((key) => {
      const code = keys.indexOf(text(key));
      if (code < 0) lose("class", key);
      return code < 0 ? [] : [code];
    }),
  );
}

/**
 * A filter; none where its theme, or each class that it lets through, is not there.
 * @param {unknown} json
 * @param {State} state
 * @param {Lose} lose
 */
function filterOf(json, { data }, lose) {
  const { theme: named, only } = record(json);
  const { theme, look } = cutOf(named, /** @type {State} */ ({ data }), lose);
  if (theme === null) return [];
  const shown = cut(data, data.themes[theme], look);
  const open = classes(only, shown, lose);
  if (!open.size && list(only).length) return [];
  const hidden = new Set(shown.legend.map((_, code) => code).filter((code) => !open.has(code)));
  return hidden.size ? [{ theme, look, hidden }] : [];
}

/**
 * @param {unknown} json
 * @returns {State["solid"]}
 */
function solidOf(json) {
  const { turn, tilt, zoom, shift, lift, labels, height = "" } = record(json);
  const [east, north] = list(shift, 2).map((share) => figure(share, -10, 10));
  return {
    ...{ on: true, turn: figure(turn, 0, 360), tilt: figure(tilt, LEAST_TILT, MOST_TILT) },
    ...{ zoom: figure(zoom, 0.1, 100), lift: figure(lift, 0.1, 10) },
    ...{ labels: figure(labels, 0, 100), shift: [east, north], figure: text(height) },
  };
}

/** @param {State} state @returns {(id: string) => boolean} */
function hasPark({ data }) {
  return (id) => data.parks.some((park) => park.id === id);
}

/**
 * A name that the page has, or null.
 * @param {unknown} json
 * @param {(name: string) => boolean} has
 * @param {Lose} lose
 * @param {Lost["kind"]} kind
 */
function known(json, has, lose, kind) {
  const name = text(json);
  if (has(name)) return name;
  lose(kind, name);
  return null;
}
