// The card of a park: targets of the plan, figures beside published means, facilities, trend.

import { el } from "../lib/dom.js";
import { fixed, number } from "../lib/format.js";
import { WORDS, parcelCount } from "../lib/words.js";
import { trends } from "./charts.js";
import { place, told } from "./lines.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Park} Park */
/** @typedef {import("../../generated/wire.js").Facility} Facility */
/** @typedef {import("../../generated/wire.js").Target} Target */
/** @typedef {"zh" | "en"} Lang */

/** @type {{ [state: string]: string }} the verdict whose colour a state has */
const LOOKS = {
  have: "pass",
  planned: "exempt",
  lack: "fail",
  no_data: "no_data",
  met: "pass",
  not_met: "fail",
};

/**
 * @param {Page} data
 * @param {Park} park
 * @param {Lang} lang
 */
export function parkCard(data, park, lang) {
  const words = WORDS[lang];
  const rows = park.facts.map((fact) =>
    el("tr", {}, el("th", {}, fact[lang]), el("td", {}, fact.shown[place(lang)] || "—")),
  );
  const size = `${parcelCount(words, park.parcels)} · ${fixed(park.mu)} ${words.mu}`;
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, park.name),
    el("p", {}, size),
    park.targets.length ? el("h3", {}, words.targets) : null,
    ...park.targets.map((target) => targetRow(target, lang)),
    ...benchmarks(park, lang),
    ...facilities(park, lang),
    el("h3", {}, words.figures),
    el("table", {}, ...rows),
    ...trends(data, park.trend, lang),
  );
}

/**
 * @param {Target} target
 * @param {Lang} lang
 */
function targetRow(target, lang) {
  const words = WORDS[lang];
  const shown = target.shown[place(lang)] || "—";
  const figures = `${words.value} ${shown} · ${words.threshold} ${target.limit[place(lang)]}`;
  const need = target.need[place(lang)];
  const ahead = target.ahead[place(lang)];
  const look = `mujun-badge mujun-${LOOKS[target.result]}`;
  return el(
    "details",
    { class: "mujun-rule" },
    el(
      "summary",
      {},
      el("span", { class: look }, target.words[place(lang)]),
      ` ${target[lang]} `,
      el("span", {}, figures),
    ),
    ...target.notes[place(lang)].map((said) => el("p", {}, said)),
    need ? el("p", { class: "mujun-mend" }, need) : null,
    ahead ? el("p", {}, ahead) : null,
    told(lang, words.clause, target.clause),
    told(lang, words.source, target.source),
  );
}

/**
 * The park's figures beside a published mean, with the ratio.
 * @param {Park} park
 * @param {Lang} lang
 */
function benchmarks(park, lang) {
  const words = WORDS[lang];
  const rows = park.benchmarks.flatMap(({ title, value, mean }) => {
    if (value === null) return [];
    const figures = `${fixed(value)}\u00a0/\u00a0${fixed(mean)}\u00a0=\u00a0${fixed(value / mean)}`;
    return [el("tr", {}, el("th", {}, title[place(lang)]), el("td", {}, figures))];
  });
  const known = park.benchmarks.find((b) => b.value !== null);
  if (!known) return [];
  return [
    el("h3", {}, `${words.beside}${words.colon}${known.of[place(lang)]}`),
    el("table", {}, ...rows),
    el("p", { class: "mujun-note" }, `${words.source}${words.colon}${known.source}`),
  ];
}

/**
 * What the park has of the plan's list: state, number or distance to the nearest, coverage.
 * @param {Park} park
 * @param {Lang} lang
 */
function facilities(park, lang) {
  if (!park.facilities.length) return [];
  const rows = park.facilities.map((facility) => {
    const look = `mujun-badge mujun-${LOOKS[facility.state]}`;
    const mark = el("span", { class: look }, facility.words[place(lang)]);
    const text = el("span", { title: facility.nearest }, reach(facility, lang));
    const name = el("th", {}, facility.kind[place(lang)]);
    return el("tr", {}, name, el("td", {}, mark, " ", text));
  });
  return [el("h3", {}, WORDS[lang].facilities), el("table", {}, ...rows)];
}

/**
 * How many there are, or how far the nearest is, and the share of land within its reach.
 * @param {Facility} facility
 * @param {Lang} lang
 */
function reach({ count, metres, covered }, lang) {
  const words = WORDS[lang];
  const near = metres === null ? "" : `${words.nearest} ${number(metres, 0)} m`;
  const parts = [
    count ? `× ${number(count)}` : near,
    covered === null ? "" : `${words.covered} ${number(covered, 0)}%`,
  ];
  return parts.filter(Boolean).join(" · ");
}
