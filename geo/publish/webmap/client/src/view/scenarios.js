// Trials kept under a name: saved from the trial's box, set side by side in a card, in files.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { csv } from "../lib/cells.js";
import { el } from "../lib/dom.js";
import { fixed, muText, number } from "../lib/format.js";
import { Odd } from "../lib/json.js";
import { memo } from "../lib/memo.js";
import { aside, fill, parcelCount } from "../lib/words.js";
import { fileName, trialTexts } from "../map/marks.js";
import {
  LONGEST_NAME,
  fileOf,
  joined,
  outcomeOf,
  scenarioOf,
  scenariosIn,
  trialIn,
} from "../map/scenarios.js";
import { loadedPart } from "./listmarks.js";
import { isGrading, isTrying } from "../state.js";
import { save } from "../export/save.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../map/scenarios.js").Scenario} Scenario */
/** @typedef {import("../map/scenarios.js").Outcome} Outcome */
/** @typedef {import("../lib/cells.js").Cell} Cell */

const LARGEST = 5_000_000; // letters of a file that is read

/**
 * Under the trial: a name to keep it by, and the way to those kept.
 * @param {App} app
 */
export function scenarioBox(app) {
  const { state, words } = app;
  const { scenarios } = state;
  const named = el("input", {
    type: "text",
    id: "mujun-scenario-name",
    maxlength: LONGEST_NAME,
    placeholder: words.scenarios.name,
    "aria-label": words.scenarios.name,
    onkeydown: (event) => event.key === "Enter" && keep(),
  });
  const keep = () => {
    const name = named.value.trim() || fill(words.scenarios.unnamed, { n: scenarios.length + 1 });
    const kept = joined(app.state.scenarios, [scenarioOf(app.state, name)]);
    app.dispatch({ type: "scenarios", scenarios: kept });
  };
  const open = () => app.dispatch({ type: "open", card: { kind: "scenarios" } });
  const all = fill(words.scenarios.open, { n: scenarios.length });
  return [
    ...(isTrying(state.trial)
      ? [named, button("mujun-scenario-keep", words.scenarios.keep, keep)]
      : []),
    button("mujun-scenarios-open", all, open),
  ];
}

/**
 * @param {string} id
 * @param {string} text
 * @param {() => void} onclick
 */
function button(id, text, onclick) {
  return el("button", { type: "button", class: "mujun-keep", id: id || null, onclick }, text);
}

const outcomes = memo(
  (/** @type {State} */ s) => [s.data, s.scenarios],
  (state) => ({
    run: outcomeOf(state, null),
    all: state.scenarios.flatMap((scenario) => {
      try {
        return [{ scenario, outcome: outcomeOf(state, scenario), ...trialIn(state, scenario) }];
      } catch (problem) {
        if (problem instanceof Odd) return [];
        throw problem;
      }
    }),
  }),
);

/**
 * The card that sets the scenarios side by side.
 * @param {App} app
 */
export function scenariosCard(app) {
  const { state, words } = app;
  const { run, all } = outcomes(state);
  const text = words.scenarios;
  const table = () => {
    const blob = new Blob([csv(scenarioRows(app))], { type: "text/csv" });
    save(blob, fileName(state, "csv"));
  };
  const file = () => {
    const blob = new Blob([fileOf(state.data, state.scenarios)], { type: "application/json" });
    save(blob, `${state.data.title || "mujun"}_${text.file}.json`);
  };
  const input = el("input", {
    type: "file",
    accept: ".json,application/json",
    id: "mujun-scenario-file",
    "aria-label": text.load,
    onchange: ({ target }) => load(app, target.files?.[0]),
  });
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, text.title),
    el("p", { class: "mujun-tried" }, words.tried),
    all.length ? null : el("p", {}, text.empty),
    el("div", { class: "mujun-scenarios" }, comparison(app, run, all)),
    el("p", { class: "mujun-note" }, coverage(app)),
    all.length ? button("", words.save_csv, table) : null,
    all.length ? button("mujun-scenario-save", text.save, file) : null,
    el("label", { class: "mujun-keep mujun-file" }, text.load, input),
    all.length ? el("p", { class: "mujun-note" }, text.draft) : null,
  );
}

/**
 * Over which parcels the scenarios are counted: of a folder those that are loaded.
 * @param {App} app
 */
function coverage(app) {
  const part = loadedPart(app);
  return part ? `${part} · ${app.words.scenarios.beside}` : app.words.scenarios.whole;
}

/**
 * @param {App} app
 * @param {Outcome} run
 * @param {{ scenario: Scenario, outcome: Outcome, lost: string[], trial: State["trial"] }[]} all
 */
function comparison(app, run, all) {
  const { state, words } = app;
  const codes = shownVerdicts([run, ...all.map(({ outcome }) => outcome)]);
  const graded = all.some(({ trial }) => isGrading(trial));
  const letters = graded && run.grades ? SPEC.letters.map((_, code) => code) : [];
  const heads = [
    ...codes.map((code) => state.data.verdicts[code][app.at + 1]),
    ...letters.map((code) => SPEC.letters[code]),
  ];
  /** @param {Outcome} outcome */
  const cells = (outcome) => [
    ...codes.map((code) => verdictCell(app, outcome, run, code)),
    ...letters.map((code) => gradeCell(outcome, run, code)),
  ];
  const rows = all.map(({ scenario, outcome, lost, trial }) =>
    el(
      "tr",
      { "data-of": scenario.name },
      el(
        "th",
        {},
        el("b", {}, scenario.name),
        el("small", {}, trialTexts({ ...state, trial }).join(words.semicolon)),
        lost.length ? el("small", {}, `${words.scenarios.lost}${lost.join(words.comma)}`) : null,
        button("", words.scenarios.use, () => app.dispatch({ type: "trial", trial })),
        " ",
        button("", words.scenarios.drop, () => {
          const kept = app.state.scenarios.filter((one) => one.name !== scenario.name);
          app.dispatch({ type: "scenarios", scenarios: kept });
        }),
      ),
      ...cells(outcome),
    ),
  );
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, el("th", {}), ...heads.map((head) => el("th", {}, head)))),
    el("tbody", {}, el("tr", {}, el("th", {}, words.scenarios.run), ...cells(run)), ...rows),
  );
}

/**
 * Verdicts that some parcel has, in the run or in a scenario.
 * @param {Outcome[]} all
 */
function shownVerdicts(all) {
  return all[0].verdicts.flatMap((_, code) =>
    all.some(({ verdicts }) => verdicts[code].parcels) ? [code] : [],
  );
}

/**
 * @param {App} app
 * @param {Outcome} outcome
 * @param {Outcome} run
 * @param {number} code
 */
function verdictCell({ words }, outcome, run, code) {
  const [is, was] = [outcome.verdicts[code], run.verdicts[code]];
  const more = outcome === run ? "" : ` ${signed(is.parcels - was.parcels, 0)}`;
  const land = outcome === run ? "" : ` ${signed(is.mu - was.mu, 2)}`;
  return el(
    "td",
    {},
    `${parcelCount(words, is.parcels)}${more}`,
    el("small", {}, `${muText(is.mu)} ${words.mu}${land}`),
  );
}

/**
 * @param {Outcome} outcome
 * @param {Outcome} run
 * @param {number} code
 */
function gradeCell(outcome, run, code) {
  const [is, was] = [outcome.grades?.[code] ?? 0, run.grades?.[code] ?? 0];
  return el("td", {}, `${number(is)}${outcome === run ? "" : ` ${signed(is - was, 0)}`}`);
}

/**
 * A difference with its sign, in brackets.
 * @param {number} value
 * @param {number} digits
 */
function signed(value, digits) {
  const shown = Number(value.toFixed(digits));
  if (!shown) return "(±0)";
  return `(${shown > 0 ? "+" : "−"}${fixed(Math.abs(shown), digits)})`;
}

/**
 * The comparison as a table for files.
 * @param {App} app
 * @returns {Cell[][]}
 */
export function scenarioRows(app) {
  const { state, words } = app;
  const { run, all } = outcomes(state);
  const verdicts = state.data.verdicts.map((names) => names[app.at + 1]);
  const letters = run.grades ? SPEC.letters : [];
  const head = [
    words.scenarios.title,
    ...verdicts.flatMap((name) =>
      [words.parcels, words.mu].map((unit) => name + aside(words, unit)),
    ),
    ...letters,
    words.scenarios.settings,
  ];
  /** @param {string} name @param {Outcome} outcome @param {string} settings @returns {Cell[]} */
  const row = (name, { verdicts: found, grades }, settings) => [
    name,
    ...found.flatMap(({ parcels, mu }) => [parcels, mu]),
    ...letters.map((_, code) => grades?.[code] ?? 0),
    settings,
  ];
  return [
    [words.tried],
    head,
    row(words.scenarios.run, run, ""),
    ...all.map(({ scenario, outcome, trial }) =>
      row(scenario.name, outcome, trialTexts({ ...state, trial }).join(words.semicolon)),
    ),
  ];
}

/**
 * Scenarios of a file beside those that are there.
 * @param {App} app
 * @param {File | undefined} file
 */
async function load(app, file) {
  if (!file) return;
  try {
    if (file.size > LARGEST) throw new Odd();
    const found = scenariosIn(await file.text());
    found.forEach((one) => trialIn(app.state, one)); // throws where it is no trial
    app.dispatch({ type: "scenarios", scenarios: joined(app.state.scenarios, found) });
    app.dispatch({ type: "error", text: "" });
  } catch (problem) {
    if (!(problem instanceof Odd)) throw problem;
    app.dispatch({ type: "error", text: fill(app.words.scenarios.odd, { file: file.name }) });
  }
}

/**
 * Keep the scenarios in the browser, by the title of the page; where it keeps nothing they last as
 * long as the page. Returns what follows the state.
 * @param {App} app
 */
export function keptScenarios(app) {
  const key = `mujun-scenarios:${app.state.data.title}`;
  try {
    const stored = localStorage.getItem(key);
    if (stored) app.dispatch({ type: "scenarios", scenarios: scenariosIn(stored) });
  } catch {
    // nothing can be read, or it is of another form: the page begins without
  }
  return memo(
    (/** @type {State} */ s) => [s.scenarios],
    ({ data, scenarios }) => {
      try {
        if (scenarios.length) localStorage.setItem(key, fileOf(data, scenarios));
        else localStorage.removeItem(key);
      } catch {
        // the browser keeps nothing
      }
    },
  );
}
