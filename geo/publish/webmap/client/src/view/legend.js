// The legend: classes with counts and 亩 of what is in play, sums, and what is drawn over.

import { counts } from "../map/classes.js";
import { shown, sums } from "../map/filter.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";

/** Fill the legend of the panel's view. */
export function fillLegend(panel) {
  const { layer, words, view } = panel,
    { hidden, inPlay } = layer;
  const { folder } = panel,
    now = folder?.whole ? folder.sums(view) : counts(panel.now, view, inPlay);
  const rows = view.legend.flatMap((item, code) =>
    item.parcels || now[code].parcels
      ? [
          el(
            "button",
            {
              type: "button",
              class: "mujun-class",
              "aria-pressed": String(!hidden.has(code)),
              onclick: () => {
                if (!hidden.delete(code)) hidden.add(code);
                layer.redraw();
                fillLegend(panel);
                panel.chips();
              },
            },
            swatch(item.color),
            el("span", {}, panel.pick(item)),
            el("b", {}, number(now[code].parcels)),
            el("b", {}, number(now[code].mu, 0)),
          ),
        ]
      : [],
  );
  const open = now.filter((_, code) => !hidden.has(code));
  const sum = (name) => open.reduce((total, item) => total + item[name], 0);
  const money = sums(panel.now, shown(view, inPlay, hidden)).map(({ column, total, known }) =>
    el(
      "p",
      { class: "mujun-note mujun-sum" },
      `${panel.pick(column)} ${number(total, 0)} ` +
        `${column.unit[panel.at]}（${number(known)} ${words.parcels}）`,
    ),
  );
  // The sum over parcels is not all that was reported: what is not on them stands beside it.
  const totals = panel.data.sums.flatMap((name) =>
    panel.data.totals[name]
      ? [el("p", { class: "mujun-note mujun-input" }, panel.data.totals[name][panel.at])]
      : [],
  );
  const list = el(
    "button",
    { type: "button", class: "mujun-keep", onclick: () => panel.openList() },
    words.list,
  );
  panel.root
    .querySelector(".mujun-legend")
    .replaceChildren(
      line("mujun-head", el("i"), view.note[panel.at], words.parcels, words.mu),
      ...rows,
      line("mujun-total", el("i"), words.total, number(sum("parcels")), number(sum("mu"), 0)),
      ...money,
      ...totals,
      ...samples(panel),
      ...(folder ? [el("p", { class: "mujun-note mujun-loaded" }, folder.told(words))] : []),
      ...(folder?.whole ? [] : [list]),
    );
  folder?.fill(view);
}

/** A legend that is only read: of the other side of the swipe, of paper. */
export function plainLegend(panel, view, inPlay) {
  const now = counts(panel.now, view, inPlay);
  return view.legend.flatMap((item, code) =>
    now[code].parcels
      ? [
          line(
            "",
            swatch(item.color),
            panel.pick(item),
            number(now[code].parcels),
            number(now[code].mu, 0),
          ),
        ]
      : [],
  );
}

function line(kind, mark, text, parcels, mu) {
  return el(
    "div",
    { class: `mujun-class ${kind}` },
    mark,
    el("span", {}, text),
    el("b", {}, parcels),
    el("b", {}, mu),
  );
}

function swatch(color) {
  return el("i", { style: `background:${color}`, class: "mujun-swatch" });
}

/** What is drawn over the parcels with the theme. */
export function samples(panel) {
  return (panel.data.overlays?.[panel.view.id] ?? []).map((kind) =>
    el(
      "div",
      { class: "mujun-class mujun-line" },
      kind.points.length
        ? el("i", { class: "mujun-spot", style: `background:${kind.color}` })
        : el("i", { style: `border-top: 3px ${kind.dash ? "dashed" : "solid"} ${kind.color}` }),
      el("span", {}, panel.pick(kind)),
    ),
  );
}
