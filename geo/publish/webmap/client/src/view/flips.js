// The parcels that a trial flips: outlined on the map, listed with what they were and are, and why.

import L from "leaflet";
import SPEC from "../../generated/spec.json" with { type: "json" };
import { flips, now } from "../derived.js";
import { csv } from "../lib/cells.js";
import { el } from "../lib/dom.js";
import { at, muText, number } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { fill, parcelCount } from "../lib/words.js";
import { ringsOf } from "../map/canvas.js";
import { changes, rulesOf } from "../map/flips.js";
import { fileName, marksOf } from "../map/marks.js";
import { isTrying } from "../state.js";
import { save } from "../export/save.js";
import { loadedPart } from "./listmarks.js";
import "../style/flips.css";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../map/flips.js").Flips} Flips */
/** @typedef {import("../map/flips.js").Change} Change */

const LISTED = 300; // rows shown; the file has all
const OUTLINED = 3000; // more would take a frame too long; their number is said
const PANE = "mujun-flips";
export const BETTER = "#00a087";
export const WORSE = "#d6008f";

/**
 * Outlines of what flips; what it returns follows the state.
 * @param {App} app
 */
export function flipOutlines({ map, layer }) {
  map.createPane(PANE).style.zIndex = "380"; // over the parcels, under lines and labels
  map.getPane(PANE)?.style.setProperty("pointer-events", "none");
  const renderer = L.canvas({ pane: PANE, padding: 0.2 });
  const group = L.layerGroup().addTo(map);
  return memo(
    (/** @type {State} */ s) => [isTrying(s.trial) ? flips(s) : null, s.shape],
    (state) => {
      group.clearLayers();
      if (!isTrying(state.trial)) return;
      for (const one of flips(state)) {
        if (one.parcels.length > OUTLINED) continue;
        for (const [better, color] of /** @type {const} */ ([
          [true, BETTER],
          [false, WORSE],
        ])) {
          const parcels = one.parcels.filter((i) => isBetter(one, i) === better);
          const rings = parcels.flatMap((i) => ringsOf(layer.shape, i));
          for (const look of [
            { weight: 4.5, color: "#ffffff" },
            { weight: 2.5, color },
          ]) {
            group.addLayer(L.polyline(rings, { ...look, renderer, interactive: false }));
          }
        }
      }
    },
  );
}

/**
 * Whether a parcel passes or is graded higher than in the run.
 * @param {Flips} flips
 * @param {number} i
 */
function isBetter({ kind, before, after }, i) {
  return kind === "compliance" ? after[i] === SPEC.verdicts.pass : after[i] < before.codes[i];
}

/**
 * Under the trial: how many flip, and the way to their list.
 * @param {App} app
 */
export function flipsLine(app) {
  const { state, words } = app;
  if (!isTrying(state.trial)) return [];
  return flips(state).map((one) => {
    const onclick = () => app.dispatch({ type: "open", card: { kind: "flips" } });
    const text = fill(words.flips.count, {
      n: number(one.parcels.length),
      what: app.pick(one.before),
    });
    const attributes = {
      type: "button",
      class: "mujun-keep",
      "data-of": `flips-${one.kind}`,
      onclick,
    };
    return el("button", attributes, [text, loadedPart(app)].filter(Boolean).join(" · "));
  });
}

/**
 * The card of what flips.
 * @param {App} app
 */
export function flipsCard(app) {
  const { state, words } = app;
  const trying = isTrying(state.trial);
  const found = trying ? flips(state) : [];
  return el(
    "div",
    { class: "mujun-facts mujun-flips" },
    el("h2", {}, words.flips.title),
    el("p", { class: "mujun-tried" }, trying ? words.tried : words.flips.no_trial),
    ...[loadedPart(app), ...marksOf(state).map(({ text }) => text)].map((text) =>
      text ? el("p", { class: "mujun-note" }, text) : null,
    ),
    ...found.flatMap((one) => section(app, one)),
  );
}

/**
 * @param {App} app
 * @param {Flips} one
 */
function section(app, one) {
  const { state, words } = app;
  const count = number(one.parcels.length);
  const head = el("h3", {}, fill(words.flips.count, { n: count, what: app.pick(one.before) }));
  if (!one.parcels.length) return [head];
  const file = () => {
    const blob = new Blob([csv(flipRows(app, one))], { type: "text/csv" });
    save(blob, fileName(state, "csv"));
  };
  const attributes = { type: "button", class: "mujun-keep", onclick: file };
  let left = LISTED;
  const tables = changes(state.data, one).map((change) => {
    const rows = change.parcels.slice(0, left);
    left -= rows.length;
    return block(app, one, change, rows);
  });
  const many = one.parcels.length > OUTLINED;
  return [
    head,
    el("button", attributes, words.save_csv),
    many
      ? el("p", { class: "mujun-note" }, fill(words.flips.not_outlined, { n: number(OUTLINED) }))
      : el(
          "p",
          { class: "mujun-note" },
          el("i", { class: "mujun-outline", style: `border-color:${BETTER}` }),
          words.flips.better,
          " ",
          el("i", { class: "mujun-outline", style: `border-color:${WORSE}` }),
          words.flips.other,
        ),
    ...tables,
    one.parcels.length > LISTED ? el("p", { class: "mujun-note" }, words.first_only) : null,
  ];
}

/**
 * What is from one class to another: how many, how much land, and which.
 * @param {App} app
 * @param {Flips} one
 * @param {Change} change
 * @param {number[]} rows
 */
function block(app, { kind, before }, { from, to, parcels, mu }, rows) {
  const { state, words } = app;
  const { data } = state;
  const names = [from, to].map((code) => app.pick(before.legend[code]));
  const sum = `${parcelCount(words, parcels.length)} · ${muText(mu)} ${words.mu}`;
  const lines = rows.map((i) => {
    const onclick = () => app.goToParcel(i);
    const link = el(
      "button",
      { ...{ type: "button", class: "mujun-link", "data-parcel": data.ids[i] }, onclick },
      data.ids[i],
    );
    const why = kind === "compliance" ? ruleTexts(app, i).join(words.comma) : "";
    return el(
      "tr",
      {},
      el("th", {}, link),
      el("td", {}, `${muText(data.mu[i])} ${words.mu}`),
      el("td", {}, why),
    );
  });
  return el(
    "div",
    { "data-of": `${from}-${to}` },
    el("p", {}, el("b", {}, `${names[0]} → ${names[1]}`), ` ${sum}`),
    rows.length ? el("table", { class: "mujun-list" }, ...lines) : null,
  );
}

/**
 * Rules that flip a parcel, with the verdict of each before and after.
 * @param {App} app
 * @param {number} i
 */
function ruleTexts(app, i) {
  const { data } = app.state;
  const page = now(app.state);
  /** @param {number} code */
  const verdict = (code) => data.verdicts[code][app.at + 1];
  return rulesOf(data, page, i).map((r) => {
    const steps = [data.rules[r].verdict[i], page.rules[r].verdict[i]].map(verdict);
    return `${app.pick(data.rules[r])} ${steps.join(" → ")}`;
  });
}

/**
 * All flips as a table: headings, then a row a parcel.
 * @param {App} app
 * @param {Flips} one
 * @returns {import("../lib/cells.js").Cell[][]}
 */
export function flipRows(app, { kind, before, after, parcels }) {
  const { state, words } = app;
  const { data } = state;
  const parks = new Map(data.parks.map((park) => [park.id, park.name]));
  const { from, to, by } = words.flips;
  const notes = marksOf(state).map(({ text }) => text);
  const notice = data.synthetic ? [`${words.synthetic} · ${data.synthetic}`] : [];
  return [
    [...notice, words.tried, ...notes],
    [words.parcel, words.park, words.area, from, to, by],
    ...parcels.map((i) => [
      data.ids[i],
      parks.get(data.park_of?.[i]) ?? null,
      at(data.mu, i),
      app.pick(before.legend[before.codes[i]]),
      app.pick(before.legend[after[i]]),
      kind === "compliance" ? ruleTexts(app, i).join(words.semicolon) : null,
    ]),
  ];
}
