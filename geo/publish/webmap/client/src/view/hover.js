// What is told of the parcel under the pointer: its name, figure with unit and class, enterprise.

import L from "leaflet";
import { now } from "../derived.js";
import { el } from "../lib/dom.js";
import { figureText, muText, number, withUnit } from "../lib/format.js";
import { aside } from "../lib/words.js";
import { figuresOf } from "../map/classes.js";
import { columnTexts } from "./card.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("./measure.js").Measure} Measure */
/** @typedef {import("./swipe.js").Swipe} Swipe */

/**
 * A tooltip of the parcel where the pointer is; none while one measures.
 * @param {App} app
 * @param {Measure} measure
 * @param {Swipe} swipe
 */
export function hover(app, measure, swipe) {
  const { map } = app;
  const tip = L.tooltip({ direction: "top", offset: [0, -6] });
  let shown = "";
  const leave = () => {
    shown = "";
    tip.remove();
  };
  map.on("mousemove", ({ containerPoint, latlng }) => {
    const { layer, view: theme, year } = swipe.side(containerPoint);
    const i = measure.kind ? -1 : layer.at(latlng);
    map.getContainer().style.cursor = i >= 0 ? "pointer" : "";
    if (i < 0) {
      leave();
      return;
    }
    const lines = texts(app, theme, i, year);
    if (lines.join("\n") !== shown) {
      shown = lines.join("\n");
      tip.setContent(
        el("div", { class: "mujun-tip" }, ...lines.map((text) => el("div", {}, text))),
      );
    }
    tip.setLatLng(latlng).addTo(map);
  });
  map.on("mouseout", leave);
}

/**
 * The lines that are told of a parcel: those that the layer asks for, or its own.
 * @param {App} app
 * @param {Theme | null} theme
 * @param {number} i
 * @param {number | null} year of the figure, where it is not the map's
 */
function texts(app, theme, i, year) {
  const data = now(app.state);
  const id = data.ids[i];
  if (data.tooltip) {
    return [[id, ...columnTexts(data, data.tooltip, i, app.state.lang)].join(" · ")];
  }
  const area = `${id} · ${muText(data.mu[i])} ${app.words.mu}`;
  const firms = app.layer.names?.(i)[1];
  return [area, theme && figure(app, theme, i, year), firms].filter(
    (text) => text !== null && text !== undefined,
  );
}

/**
 * The theme's figure with its unit and class, or the class alone.
 * @param {App} app
 * @param {Theme} theme
 * @param {number} i
 * @param {number | null} year
 */
function figure(app, theme, i, year) {
  const data = now(app.state);
  const label = app.pick(theme.legend[theme.codes[i]]);
  const name = [app.pick(theme), year && year !== data.year ? year : ""].filter(Boolean).join(" ");
  const value = figuresOf(data, theme, year)?.[i];
  const column = data.columns.find((c) => c.name === theme.column);
  if (value === undefined || Number.isNaN(value) || !column || !theme.edges.length) {
    return `${name}${app.words.colon}${label}`;
  }
  const shown = withUnit(figureText(column, value), column.unit[app.at]);
  const digits = String(label) === number(value) ? "" : aside(app.words, label);
  return `${name}${app.words.colon}${shown}${digits}`;
}
