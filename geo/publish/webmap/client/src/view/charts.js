// Small charts of figures over the years.

import { el, svg } from "../lib/dom.js";
import { number } from "../lib/format.js";

const WIDTH = 150,
  HEIGHT = 44,
  EDGE = 5;

/** A line over the years with its first and last value said; null where fewer than two are known. */
export function trend(label, years, values) {
  const known = years
    .map((year, k) => [year, values[k]])
    .filter(([, v]) => v !== null && !Number.isNaN(v));
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known.map(([, v]) => v)), Math.max(...known.map(([, v]) => v))];
  const x = (year) =>
    EDGE + ((year - years[0]) / (years[years.length - 1] - years[0])) * (WIDTH - 2 * EDGE);
  const y = (v) =>
    HEIGHT - EDGE - (high > low ? (v - low) / (high - low) : 0.5) * (HEIGHT - 2 * EDGE);
  const spots = known.map(([year, v]) =>
    svg("circle", { cx: x(year), cy: y(v), r: 2.6 }, svg("title", {}, `${year}：${number(v)}`)),
  );
  const line = svg("polyline", {
    points: known.map(([year, v]) => `${x(year).toFixed(1)},${y(v).toFixed(1)}`).join(" "),
  });
  const [first, last] = [known[0], known[known.length - 1]];
  return el(
    "div",
    { class: "mujun-trend" },
    el("span", {}, label),
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img" },
      line,
      ...spots,
    ),
    el(
      "span",
      {},
      `${first[0]} ${number(first[1])}`,
      el("br"),
      `${last[0]} `,
      el("b", {}, number(last[1])),
    ),
  );
}

/** Charts of all figures {name: values} under a heading; nothing where there are none. */
export function trends(data, figures, words, lang) {
  const title = (name) => {
    const column = data.columns.find((c) => c.name === name);
    return column ? (lang === "en" ? column.en : column.zh) : name;
  };
  const years = data.history?.years ?? [];
  const charts = Object.entries(figures)
    .map(([name, values]) => trend(title(name), years, values))
    .filter(Boolean);
  return charts.length ? [el("h3", {}, words.trend), ...charts] : [];
}
