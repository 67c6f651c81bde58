// The panel's controls: park, theme, classes, year, and filters by verdict, grade, industry, area.

import { changeBox } from "./changebox.js";
import { el } from "../lib/dom.js";
import { figuresOf, methodsOf } from "../map/classes.js";
import { onlyOf } from "../state.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../lib/dom.js").Child} Child */
/** @typedef {readonly [value: string | number, text: string | number]} Option */

/**
 * A labelled select.
 * @param {string} id
 * @param {string} label
 * @param {readonly Option[]} options
 * @param {string | number} chosen
 * @param {(value: string) => void} onchange
 * @param {string} [name] where no label stands before it
 */
export function choice(id, label, options, chosen, onchange, name) {
  const select = el(
    "select",
    { id, "aria-label": name, onchange: (event) => onchange(event.target.value) },
    ...options.map(([value, text]) => option(value, text, chosen)),
  );
  return el("label", { class: "mujun-row" }, label, select);
}

/**
 * @param {string | number} value
 * @param {string | number} text
 * @param {string | number} chosen
 */
function option(value, text, chosen) {
  const selected = String(value) === String(chosen) ? "" : null;
  return el("option", { value, selected }, String(text));
}

/**
 * A box that folds, and stays as it was when it is made anew.
 * @param {App} app
 * @param {string} box
 * @param {string} id
 * @param {string} title
 * @param {...Child} children
 */
export function folding(app, box, id, title, ...children) {
  /** @param {{ target: HTMLDetailsElement }} event */
  const ontoggle = ({ target }) => app.dispatch({ type: "unfold", box, open: target.open });
  const open = app.state.boxes.has(box) ? "" : null;
  return el(
    "details",
    { class: "mujun-box", id, open, ontoggle },
    el("summary", {}, title),
    ...children,
  );
}

/**
 * A select of all themes under their headings.
 * @param {App} app
 * @param {string} id
 * @param {number} chosen
 * @param {(theme: number) => void} onchange
 */
export function themeSelect(app, id, chosen, onchange) {
  /** @type {Map<string, HTMLOptionElement[]>} */
  const groups = new Map();
  app.state.data.themes.forEach((theme, place) => {
    const title = theme.group?.[app.at] ?? "";
    const own = option(place, app.pick(theme), chosen);
    groups.set(title, [...(groups.get(title) ?? []), own]);
  });
  const options = [...groups].flatMap(([title, own]) =>
    title ? [el("optgroup", { label: title }, ...own)] : own,
  );
  return el(
    "select",
    { id, onchange: (event) => onchange(Number(event.target.value)) },
    ...options,
  );
}

/** @param {App} app */
export function parkBox(app) {
  const { parks, park_of: known } = app.state.data;
  if (parks.length < 2 || !known) return null;
  /** @type {Option[]} */
  const options = [
    ["", app.words.every_park],
    ...parks.map((p) => /** @type {Option} */ ([p.id, p.name])),
  ];
  return choice("mujun-park-filter", app.words.park, options, app.state.park, (park) =>
    app.dispatch({ type: "park", park }),
  );
}

/**
 * How the theme is cut, and of which year; filled anew with each theme.
 * @param {App} app
 */
export function lookBox(app) {
  const { state, words } = app;
  const { data, look } = state;
  const theme = data.themes[state.theme];
  if (!theme) return [];
  const methods = methodsOf(data, theme);
  const out = [];
  if (methods.length > 1) {
    const options = methods.map((m) => /** @type {Option} */ ([m, words.methods[m]]));
    out.push(
      choice("mujun-method", words.method, options, look.method, (method) =>
        app.dispatch({ type: "look", look: { method: /** @type {any} */ (method) } }),
      ),
    );
  }
  if (data.history.years.length > 1 && figuresOf(data, theme, data.history.years[0])) {
    out.push(yearSlider(app), ...changeBox(app));
  }
  return out;
}

/** @param {App} app */
function yearSlider(app) {
  const { data, look } = app.state;
  const { years } = data.history;
  const place = years.indexOf(look.year ?? data.year ?? NaN);
  const output = el("output", {}, String(years[place] ?? ""));
  const slider = el("input", {
    type: "range",
    id: "mujun-year",
    min: 0,
    max: years.length - 1,
    step: 1,
    value: place,
    oninput: ({ target }) => {
      app.dispatch({ type: "look", look: { year: years[target.value] } });
    },
  });
  return el("label", { class: "mujun-row" }, app.words.year, slider, output);
}

/**
 * Bring method and year up to date with the state.
 * @param {State} state
 * @param {HTMLElement} root
 */
export function syncLook({ data, look }, root) {
  const year = look.year ?? data.year ?? NaN;
  set(root, "mujun-method", look.method);
  set(root, "mujun-year", data.history.years.indexOf(year));
  set(root, "mujun-since", look.since === year ? "" : (look.since ?? ""));
  root.querySelectorAll("#mujun-since option").forEach((item) => {
    const isShown = item.getAttribute("value") === String(year);
    for (const name of ["hidden", "disabled"]) item.toggleAttribute(name, isShown);
  });
  const output = root.querySelector(".mujun-look output");
  if (output && output.textContent !== String(year)) output.textContent = String(year);
}

/**
 * Filters by words and by area; what is set stands as chips as well.
 * @param {App} app
 */
export function filterBox(app) {
  const { words } = app;
  const { themes } = app.state.data;
  const selects = filtered(app.state).map((theme) => {
    const { id, legend } = themes[theme];
    /** @type {Option[]} */
    const options = [["", words.every]];
    legend.forEach((item, code) => item.parcels && options.push([code, app.pick(item)]));
    return choice(
      filterId(id),
      app.pick(themes[theme]),
      options,
      onlyOf(app.state, theme) ?? "",
      (code) =>
        app.dispatch({ type: "only-class", theme, code: code === "" ? null : Number(code) }),
    );
  });
  /** @param {0 | 1} side @param {string} label */
  const bound = (side, label) =>
    el("input", {
      type: "number",
      min: 0,
      step: "any",
      id: AREA[side],
      placeholder: label,
      "aria-label": `${words.area} ${label}`,
      value: app.state.area[side] ?? "",
      onchange: ({ target }) => {
        const value = target.value === "" ? null : Number(target.value);
        app.dispatch({ type: "area", side, value });
      },
    });
  const area = el(
    "div",
    { class: "mujun-row" },
    words.area,
    bound(0, words.from),
    bound(1, words.to),
  );
  return folding(app, "filters", "mujun-filter-box", words.filters, ...selects, area);
}

const AREA = ["mujun-area-from", "mujun-area-to"];

/** @param {string} theme */
const filterId = (theme) => `mujun-filter-${theme}`;

/**
 * Places of the themes that have a filter of their own.
 * @param {State} state
 */
function filtered({ data }) {
  return data.themes.flatMap((theme, k) => (theme.filter ? [k] : []));
}

/**
 * Bring the values of the boxes up to date with the state, where they stand in the panel.
 * @param {State} state
 * @param {HTMLElement} root
 */
export function syncBoxes(state, root) {
  for (const theme of filtered(state)) {
    set(root, filterId(state.data.themes[theme].id), onlyOf(state, theme) ?? "");
  }
  AREA.forEach((id, side) => set(root, id, state.area[side] ?? ""));
}

/**
 * @param {HTMLElement} root
 * @param {string} id
 * @param {string | number} value
 */
export function set(root, id, value) {
  const box = root.querySelector(`#${CSS.escape(id)}`);
  const known = box instanceof HTMLSelectElement || box instanceof HTMLInputElement;
  if (known && box.value !== String(value)) box.value = String(value);
}
