// Small charts of figures over the years.

import { el, svg } from "../lib/dom.js";
import { figureText, inMillions, number } from "../lib/format.js";
import { WORDS } from "../lib/words.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {{ [name: string]: ArrayLike<number | null> }} Figures */

const WIDTH = 150;
const HEIGHT = 44;
const EDGE = 5;

/**
 * A line over the years, its first and last value said; null where fewer than two are known.
 * @param {string} label
 * @param {number[]} years
 * @param {ArrayLike<number | null>} values
 * @param {(value: number) => string} shown
 */
function trend(label, years, values, shown) {
  /** @type {[year: number, value: number][]} */
  const known = [];
  years.forEach((year, k) => {
    const value = values[k];
    if (value !== null && value !== undefined && !Number.isNaN(value)) known.push([year, value]);
  });
  if (known.length < 2) return null;
  const low = Math.min(...known.map(([, v]) => v));
  const high = Math.max(...known.map(([, v]) => v));
  const span = years[years.length - 1] - years[0];
  /** @param {number} year */
  const x = (year) => EDGE + ((year - years[0]) / span) * (WIDTH - 2 * EDGE);
  /** @param {number} v */
  const y = (v) =>
    HEIGHT - EDGE - (high > low ? (v - low) / (high - low) : 0.5) * (HEIGHT - 2 * EDGE);
  const spots = known.map(([year, v]) =>
    svg("circle", { cx: x(year), cy: y(v), r: 2.6 }, svg("title", {}, `${year} ${shown(v)}`)),
  );
  const points = known.map(([year, v]) => `${x(year).toFixed(1)},${y(v).toFixed(1)}`).join(" ");
  const [first, last] = [known[0], known[known.length - 1]];
  const size = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT };
  const read = known.map(([year, v]) => `${year} ${shown(v)}`).join("; ");
  const box = { ...size, role: "img", "aria-label": `${label}: ${read}` };
  const ends = el(
    "span",
    {},
    `${first[0]} ${shown(first[1])}`,
    el("br"),
    `${last[0]} `,
    el("b", {}, shown(last[1])),
  );
  const chart = svg("svg", box, svg("polyline", { points }), ...spots);
  return el("div", { class: "mujun-trend" }, el("span", {}, label), chart, ends);
}

/**
 * Charts of all figures under a heading; nothing where there are none.
 * @param {Pick<Page, "columns" | "history">} data
 * @param {Figures} figures
 * @param {"zh" | "en"} lang
 */
export function trends(data, figures, lang) {
  const { years } = data.history;
  const charts = Object.entries(figures).flatMap(([name, values]) => {
    const column = data.columns.find((c) => c.name === name);
    const unit = column?.unit[lang === "en" ? 1 : 0] ?? "";
    /** @param {number} v */
    const shownAs = (v) => (column ? figureText(column, v) : number(v));
    // Without what it is per: the title says it.
    const shown = (/** @type {number} */ v) => inMillions(shownAs(v), unit).split("/")[0];
    return trend(column?.[lang] ?? name, years, values, shown) ?? [];
  });
  return charts.length ? [el("h3", {}, WORDS[lang].trend), ...charts] : [];
}
