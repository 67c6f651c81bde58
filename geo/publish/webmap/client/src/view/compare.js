// Two to four parks side by side: one theme, one set of classes, one scale, and figures under each.

import { inPlay, now, view } from "../derived.js";
import { el } from "../lib/dom.js";
import { figureText, number, percent, withUnit } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { fill, parcelCount } from "../lib/words.js";
import { figuresOf, known } from "../map/classes.js";
import { marksOf } from "../map/marks.js";
import { yearOf } from "../map/year.js";
import { isComparing } from "../shown.js";
import { figureOf } from "./board.js";
import { choice } from "./controls.js";
import { margin, overMap, room } from "./layout.js";
import { linkButton } from "./link.js";
import { SmallMap, commonScale } from "./smallmap.js";
import "../style/compare.css";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Park} Park */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("./controls.js").Option} Option */

export const MOST_PARKS = 4;
const NAMED = 6; // classes whose share is written; the others together
const NOTHING = "\u00a0"; // a line without a text is as high as one with it
const HEADLINES = 4; // of the board, under each map
/** What the map beneath would answer to as well. */
const MAP_EVENTS = [
  ...["click", "dblclick", "mousedown", "mousemove", "mouseover", "mouseout"],
  ...["pointerdown", "pointermove", "touchstart", "touchmove", "wheel"],
];

export class CompareView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.head = el("header", {});
    this.grid = el("div", { class: "mujun-compare-grid" });
    this.tip = el("div", { class: "mujun-solid-tip", hidden: "" });
    this.root = el("section", { class: "mujun-compare" }, this.head, this.grid, this.tip);
    this.frame = 0;
    /** @type {SmallMap[]} */
    this.maps = [];
    /** All maps are zoomed and moved together; the shift is in m. */
    this.shared = { zoom: 1, east: 0, north: 0 };
    for (const name of MAP_EVENTS) {
      this.root.addEventListener(name, (event) => event.stopPropagation(), { passive: true });
    }
    this.sized = new ResizeObserver(() => this.soon());
    this.refill = memo(
      (/** @type {State} */ s) => [
        ...[s.lang, s.data, s.compare, view(s), inPlay(s), s.hidden, s.look, s.trial],
      ],
      () => this.fill(),
    );
    this.replace = memo(
      (/** @type {State} */ s) => [s.card, s.boxes, s.briefing.at],
      () => this.soon(),
    );
  }

  /** The parks that are compared. */
  get parks() {
    const { compare, data } = this.app.state;
    return compare.flatMap((id) => data.parks.find((p) => p.id === id) ?? []);
  }

  get shown() {
    return this.root.isConnected;
  }

  /** @param {State} state */
  update(state) {
    const on = isComparing(state);
    if (on !== this.shown) this.toggle(on);
    if (!on) return;
    this.refill(state);
    this.replace(state);
  }

  /** @param {boolean} on */
  toggle(on) {
    const container = this.app.map.getContainer();
    container.classList.toggle("mujun-compare-on", on);
    if (on) {
      overMap(this.app, this.root);
      this.sized.observe(container);
      return;
    }
    this.sized.disconnect();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  fill() {
    const { app } = this;
    const { state, words } = app;
    const theme = /** @type {Theme} */ (view(state));
    const year = yearOf(state);
    const chosen = this.parks;
    const title = `${app.pick(theme)}${year ? ` · ${year}` : ""}`;
    this.head.replaceChildren(
      el("h2", {}, fill(words.compare.title, { theme: title })),
      el("span", { class: "mujun-note" }, words.compare.note),
      ...(chosen.length < Math.min(MOST_PARKS, state.data.parks.length)
        ? [button("mujun-compare-more", words.compare.more, () => this.choose(chosen.length))]
        : []),
      button("mujun-compare-print", words.solid.print, () =>
        app.dispatch({ type: "open", card: { kind: "paper" } }),
      ),
      ...linkButton(app, "mujun-compare-link"),
      button("mujun-compare-leave", words.compare.leave, () =>
        app.dispatch({ type: "compare", parks: [] }),
      ),
      ...marksOf(state).map(({ kind, text }) =>
        el("p", { class: kind === "trial" ? "mujun-tried" : "mujun-note" }, text),
      ),
    );
    this.maps = chosen.map((park) => new SmallMap(app, park, this));
    const boxes = chosen.map((park, k) =>
      el(
        "figure",
        { "data-park": park.id },
        el("figcaption", {}, this.picker(park, k), ...this.removal(chosen.length, k)),
        this.maps[k].canvas,
        ...figures(app, theme, park),
      ),
    );
    this.grid.replaceChildren(...boxes);
    this.soon();
  }

  /**
   * Another park in a place; behind the last, one more.
   * @param {number} place
   * @param {string} [id] the first that is not there yet
   */
  choose(place, id) {
    const { compare, data } = this.app.state;
    const free = data.parks.find((park) => !compare.includes(park.id))?.id;
    const parks = [...compare];
    const next = id ?? free;
    if (next === undefined) return;
    const other = parks.indexOf(next);
    if (other >= 0) parks[other] = parks[place]; // they change places
    parks[place] = next;
    this.app.dispatch({ type: "compare", parks });
  }

  /**
   * @param {Park} park
   * @param {number} place
   */
  picker(park, place) {
    const options = this.app.state.data.parks.map((p) => /** @type {Option} */ ([p.id, p.name]));
    const id = `mujun-compare-${place}`;
    const picker = choice(id, "", options, park.id, (chosen) => this.choose(place, chosen));
    picker.setAttribute("aria-label", this.app.words.park);
    return picker;
  }

  /**
   * @param {number} count
   * @param {number} place
   */
  removal(count, place) {
    if (count < 3) return [];
    const parks = this.app.state.compare.filter((_, k) => k !== place);
    const onclick = () => this.app.dispatch({ type: "compare", parks });
    const name = this.app.words.compare.less;
    return [el("button", { type: "button", title: name, "aria-label": name, onclick }, "×")];
  }

  paint() {
    const { map } = this.app;
    const { paddingTopLeft: first, paddingBottomRight: last } = room(map);
    const size = map.getSize();
    const around = margin(map);
    Object.assign(this.root.style, {
      paddingLeft: `${first.x - around}px`,
      paddingTop: `${first.y - around}px`,
      paddingRight: `${last.x - around}px`,
      paddingBottom: `${last.y - around}px`,
    });
    const wide = size.x - first.x - last.x + 2 * around;
    const columns = wide / this.maps.length >= 230 ? this.maps.length : wide < 420 ? 1 : 2;
    this.grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const k = commonScale(this.maps) * this.shared.zoom;
    for (const small of this.maps) small.paint(k, this.shared);
  }
}

/**
 * What stands under a map: the run's headlines of the park, and the classes' shares of its land.
 * @param {App} app
 * @param {Theme} theme
 * @param {Park} park
 */
function figures(app, theme, park) {
  const { data, compare } = app.state;
  const compared = data.parks.filter(({ id }) => compare.includes(id));
  const all = compared.flatMap((one) => figureRows(app, theme, one));
  const beside = new Set(all.filter(({ more }) => more).map(({ id }) => id)); // a line in each card
  const rows = figureRows(app, theme, park).flatMap(({ id, name, text, more }) => [
    el("tr", id ? { "data-figure": id } : {}, el("th", {}, name), el("td", {}, el("b", {}, text))),
    beside.has(id)
      ? el("tr", {}, el("td", { colspan: 2 }, el("small", {}, more || NOTHING)))
      : null,
  ]);
  const changed = marksOf(app.state).length > 0;
  return [
    el("table", {}, ...rows),
    ...shares(app, theme, park),
    changed ? el("p", { class: "mujun-note" }, app.words.compare.run_only) : null,
  ];
}

/**
 * The headlines of a park, and its figure of the theme where none of them says it.
 * @param {App} app
 * @param {Theme} theme
 * @param {Park} park
 */
export function figureRows(app, theme, park) {
  const { state, words, at } = app;
  const board = state.data.board.slice(0, HEADLINES);
  const rows = board.map((line) => {
    const { shown, unit, lines } = figureOf({ ...state, park: park.id }, line);
    const text = shown[at] ? `${shown[at]} ${unit[at]}`.trim() : words.no_figure;
    return { id: line.id, name: app.pick(line), text, more: lines[0]?.[at] ?? "" };
  });
  const own = ofTheme(app, theme, park);
  const year = yearOf(state);
  const another = year !== state.data.year;
  if (own && (another || !board.some((line) => line.theme === theme.id))) {
    const when = another ? words.of_year.replace("{year}", String(year)) : "";
    rows.push({ id: "", name: `${app.pick(theme)}${when}`, text: own, more: "" });
  }
  return rows;
}

/**
 * The park's figure of the theme where the run has one; else the middle one of its parcels.
 * @param {App} app
 * @param {Theme} theme
 * @param {Park} park
 */
function ofTheme(app, theme, park) {
  const { state, words } = app;
  const { data } = state;
  const values = figuresOf(data, theme, state.look.year);
  if (!values || state.look.since) return null;
  const column = data.columns.find((c) => c.name === theme.column);
  if (!column) return null;
  const unit = column.unit[app.at];
  const year = yearOf(state);
  const whole = park.trend[theme.column]?.[data.history.years.indexOf(year ?? NaN)];
  if (whole !== null && whole !== undefined) return withUnit(figureText(column, whole), unit);
  const own = known(values.filter((_, i) => data.park_of[i] === park.id));
  if (!own.length) return words.no_figure;
  const middle = (own[(own.length - 1) >> 1] + own[own.length >> 1]) / 2;
  const holes = { value: withUnit(figureText(column, middle), unit), n: number(own.length) };
  return fill(words.compare.median, holes);
}

/**
 * A bar of the classes' land, and their shares in words.
 * @param {App} app
 * @param {Theme} theme
 * @param {Park} park
 */
function shares(app, theme, park) {
  const found = shareRows(app, theme, park);
  const bar = found.bar.map(({ color, land }) =>
    el("i", { style: `background:${color};flex:${land}` }),
  );
  const texts = found.rows.map(({ code, color, text }) =>
    code === null
      ? el("span", { title: text }, text)
      : el(
          "span",
          { "data-code": code, title: text },
          el("i", { style: `background:${color}` }),
          text,
        ),
  );
  return [
    el("div", { class: "mujun-compare-bar" }, ...bar),
    el("p", { class: "mujun-compare-shares" }, el("b", {}, found.all), ...texts),
  ];
}

/**
 * How many parcels in play each class has in a park, and how much land.
 * @param {App} app
 * @param {Theme} theme
 * @param {string} park
 */
function landOf({ state }, theme, park) {
  const data = now(state);
  const play = inPlay(state);
  const land = theme.legend.map(() => 0);
  const count = theme.legend.map(() => 0);
  for (let i = 0; i < play.length; i++) {
    const code = theme.codes[i];
    if (!play[i] || data.park_of[i] !== park || state.hidden.has(code)) continue;
    count[code]++;
    if (data.mu[i] > 0) land[code] += data.mu[i];
  }
  return { land, count };
}

/**
 * How much land of a park in play each class has: the same classes in the same order for all parks
 * that are compared, so that they can be read across.
 * @param {App} app
 * @param {Theme} theme
 * @param {Park} park
 */
export function shareRows(app, theme, park) {
  const { state, words } = app;
  const { land, count } = landOf(app, theme, park.id);
  const all = state.compare.map((id) => landOf(app, theme, id));
  const together = land.map((_, code) => all.reduce((sum, one) => sum + one.land[code], 0));
  const codes = [...land.keys()].filter((code) => all.some((one) => one.count[code]));
  const largest = [...codes].sort((a, b) => together[b] - together[a]);
  const named = codes.length > NAMED ? largest.slice(0, NAMED - 1) : codes;
  const rest = codes.filter((code) => !named.includes(code));
  const total = land.reduce((a, b) => a + b, 0);
  const parcels = count.reduce((a, b) => a + b, 0);
  /** @param {number} sum */
  const share = (sum) => fill(words.compare.of_land, { share: percent(total ? sum / total : 0) });
  const color = (/** @type {number} */ code) => theme.legend[code].color;
  /** @type {{ code: number | null, color: string, text: string }[]} */
  const rows = named.map((code) => ({
    code,
    color: color(code),
    text: `${app.pick(theme.legend[code])} ${number(count[code])} · ${share(land[code])}`,
  }));
  if (rest.length) {
    const sum = rest.reduce((a, code) => a + land[code], 0);
    const text = fill(words.compare.others, { n: rest.length, share: share(sum) });
    rows.push({ code: null, color: "", text });
  }
  const bar = codes.map((code) => ({ color: color(code), land: land[code] }));
  const summed = `${parcelCount(words, parcels)} · ${number(total, 0)} ${words.mu}`;
  return { bar, rows, all: summed };
}

/**
 * @param {string} id
 * @param {string} text
 * @param {() => void} onclick
 */
function button(id, text, onclick) {
  return el("button", { type: "button", class: "mujun-keep", id, onclick }, text);
}

/**
 * The parks to begin with: the one that is chosen and the largest beside it.
 * @param {State} state
 */
export function firstParks({ data, park }) {
  const bySize = [...data.parks].sort((a, b) => (b.mu ?? 0) - (a.mu ?? 0)).map((p) => p.id);
  const first = park ? [park] : [];
  return [...first, ...bySize.filter((id) => id !== park)].slice(0, MOST_PARKS);
}
