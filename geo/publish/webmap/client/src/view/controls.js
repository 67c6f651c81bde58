// The panel's controls: park, theme, classes, year, and filters by verdict, grade, industry, area.

import { figuresOf, methodsOf } from "../map/classes.js";
import { el } from "../lib/dom.js";

/** Themes that have a filter of their own, where the page has them. */
const FILTERED = [
  "compliance",
  "grade",
  "industry",
  "land_use",
  "control",
  "idle",
  "low_efficiency",
];

/** A labelled select; `options` are [value, text]. */
export function choice(id, label, options, chosen, onchange) {
  const select = el(
    "select",
    { id, onchange: (event) => onchange(event.target.value) },
    ...options.map(([value, text]) => option(value, text, chosen)),
  );
  return el("label", { class: "mujun-row" }, label, select);
}

function option(value, text, chosen) {
  return el(
    "option",
    { value, ...(String(value) === String(chosen) ? { selected: "" } : {}) },
    text,
  );
}

/** A box that folds, and stays as it was when the panel is made anew. */
export function folding(panel, name, id, title, ...children) {
  return el(
    "details",
    {
      class: "mujun-box",
      id,
      ...(panel.open.has(name) ? { open: "" } : {}),
      ontoggle: (event) => panel.opened(name, event.target.open),
    },
    el("summary", {}, title),
    ...children,
  );
}

export function themeBox(panel) {
  return el(
    "label",
    { class: "mujun-row" },
    panel.words.theme,
    themeSelect(panel, "mujun-theme", panel.theme, (at) => panel.showTheme(at)),
  );
}

/** A select of all themes under their headings. */
export function themeSelect(panel, id, chosen, onchange) {
  const groups = new Map();
  panel.data.themes.forEach((theme, at) => {
    const title = theme.group?.[panel.at] ?? "";
    groups.set(title, [...(groups.get(title) ?? []), option(at, panel.pick(theme), chosen)]);
  });
  const options = [...groups].flatMap(([title, some]) =>
    title ? [el("optgroup", { label: title }, ...some)] : some,
  );
  return el(
    "select",
    { id, onchange: (event) => onchange(Number(event.target.value)) },
    ...options,
  );
}

export function parkBox(panel) {
  const parks = panel.data.parks ?? [];
  if (parks.length < 2 || !panel.data.park_of) return null;
  return choice(
    "mujun-park-filter",
    panel.words.park,
    [["", panel.words.everyPark], ...parks.map((p) => [p.id, p.name])],
    panel.park,
    (park) => {
      panel.park = park;
      panel.narrow();
    },
  );
}

/** How the theme is cut, and of which year; filled anew with each theme. */
export function lookBox(panel) {
  const { data, words, look } = panel,
    theme = data.themes[panel.theme];
  const methods = methodsOf(data, theme),
    years = data.history?.years ?? [];
  const change = (some) => {
    panel.look = { ...panel.look, ...some };
    panel.showTheme(panel.theme);
  };
  const out = [];
  if (methods.length > 1) {
    out.push(
      choice(
        "mujun-method",
        words.method,
        methods.map((m) => [m, words.methods[m]]),
        look.method,
        (method) => change({ method }),
      ),
    );
  }
  if (years.length > 1 && figuresOf(data, theme, years[0])) {
    const at = years.indexOf(look.year ?? data.year),
      said = el("output", {}, String(years[at] ?? ""));
    out.push(
      el(
        "label",
        { class: "mujun-row" },
        words.year,
        el("input", {
          type: "range",
          id: "mujun-year",
          min: 0,
          max: years.length - 1,
          step: 1,
          value: at,
          oninput: (event) => {
            said.textContent = years[event.target.value];
            change({ year: years[event.target.value] });
          },
        }),
        said,
      ),
    );
  }
  return out;
}

/** Filters by words and by area; what is set stands as chips as well. */
export function filterBox(panel) {
  const { data, words } = panel;
  const selects = FILTERED.flatMap((id) => {
    const at = data.themes.findIndex((t) => t.id === id);
    if (at < 0) return [];
    const { legend } = data.themes[at],
      set = panel.filters.find((f) => f.theme === at);
    const open = set ? legend.map((_, code) => code).filter((code) => !set.hidden.has(code)) : [];
    return [
      choice(
        `mujun-filter-${id}`,
        panel.pick(data.themes[at]),
        [
          ["", words.every],
          ...legend.flatMap((item, code) => (item.parcels ? [[code, panel.pick(item)]] : [])),
        ],
        open.length === 1 ? open[0] : "",
        (code) => panel.only(at, code === "" ? null : Number(code)),
      ),
    ];
  });
  const bound = (side, label) =>
    el("input", {
      type: "number",
      min: 0,
      step: "any",
      id: `mujun-area-${side ? "to" : "from"}`,
      placeholder: label,
      "aria-label": `${words.area} ${label}`,
      value: panel.area[side] ?? "",
      onchange: (event) => {
        panel.area[side] = event.target.value === "" ? null : Number(event.target.value);
        panel.narrow();
      },
    });
  return folding(
    panel,
    "filters",
    "mujun-filter-box",
    words.filters,
    ...selects,
    el("div", { class: "mujun-row" }, words.area, bound(0, words.from), bound(1, words.to)),
  );
}
