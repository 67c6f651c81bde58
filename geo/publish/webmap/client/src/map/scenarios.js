// Trials kept under a name: what each does to verdicts and grades, and the file that holds them.

import { regrade } from "../judge/grade.js";
import { rejudge } from "../judge/judge.js";
import { Odd, list, record, text } from "../lib/json.js";
import { isGrading } from "../state.js";
import { trialJson, trialOf } from "./trialjson.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Page} Page */
/** @typedef {{ name: string, made: string, trial: any }} Scenario its trial as links hold one */
/** @typedef {{ parcels: number, mu: number }} Tally */
/**
 * @typedef {object} Outcome
 * @property {Tally[]} verdicts by the code of the verdict
 * @property {number[] | null} grades enterprises by the code of the grade
 * @property {string[]} lost what the page does not have of it
 */

export const KIND = "mujun-scenarios";
export const LONGEST_NAME = 60; // letters
const MOST = 50; // scenarios kept

/**
 * The trial of the state under a name.
 * @param {State} state
 * @param {string} name
 * @returns {Scenario}
 */
export function scenarioOf(state, name) {
  const plain = name.trim().replace(/\s+/g, " ");
  return {
    name: [...plain].slice(0, LONGEST_NAME).join(""),
    made: new Date().toLocaleDateString("sv-SE"),
    trial: trialJson(state),
  };
}

/**
 * Scenarios with others added, each name once: the last of a name counts.
 * @param {readonly Scenario[]} all
 * @param {readonly Scenario[]} more
 */
export function joined(all, more) {
  const byName = new Map([...all, ...more].map((one) => [one.name, one]));
  return [...byName.values()].slice(-MOST);
}

/**
 * What a file of scenarios says.
 * @param {Page} data
 * @param {readonly Scenario[]} scenarios
 */
export function fileOf({ title, year }, scenarios) {
  return JSON.stringify({ kind: KIND, version: 1, title, year, scenarios }, null, 1);
}

/**
 * The scenarios of a file; throws Odd where it is none.
 * @param {string} content
 * @returns {Scenario[]}
 */
export function scenariosIn(content) {
  let json;
  try {
    json = JSON.parse(content);
  } catch {
    throw new Odd();
  }
  if (record(json).kind !== KIND || json.version !== 1) throw new Odd();
  return list(json.scenarios).map((one) => {
    const { name, made, trial } = record(one);
    if (!text(name).trim() || [...name].length > LONGEST_NAME) throw new Odd();
    const { subject, row, bars, weights, cuts } = record(trial);
    list(bars).forEach((bar) => list(bar, 4));
    return {
      name,
      made: text(made),
      trial: { subject, row, bars, weights: record(weights), cuts: record(cuts) },
    };
  });
}

/**
 * The trial of a scenario on this page, and what the page does not have of it. Throws Odd where it
 * is none.
 * @param {State} state
 * @param {Scenario} scenario
 */
export function trialIn(state, { trial }) {
  /** @type {string[]} */
  const lost = [];
  const found = trialOf(trial, state, (_, name) => lost.push(String(name)));
  return { trial: found, lost: [...new Set(lost)] };
}

/**
 * What a scenario comes to over all parcels of the page; without one, what the run has.
 * @param {State} state
 * @param {Scenario | null} scenario
 * @returns {Outcome}
 */
export function outcomeOf(state, scenario) {
  const { data } = state;
  const { trial, lost } = scenario ? trialIn(state, scenario) : { trial: null, lost: [] };
  const tried = trial?.bars.size ? rejudge(data, [...trial.bars.values()]).compliance : null;
  const graded =
    trial && data.scores && isGrading(trial) ? regrade(data.scores, trial).grade : null;
  const grade = graded ?? (data.scores?.grade.length ? data.scores.grade : null);
  return {
    verdicts: tallies(data, tried ?? data.compliance),
    grades: grade ? counted(grade) : null,
    lost,
  };
}

/**
 * @param {Page} data
 * @param {Uint8Array | null} codes
 */
function tallies({ verdicts, mu }, codes) {
  const out = verdicts.map(() => ({ parcels: 0, mu: 0 }));
  codes?.forEach((code, i) => {
    out[code].parcels++;
    if (mu[i] > 0) out[code].mu += mu[i];
  });
  return out;
}

/** @param {Uint8Array} codes */
function counted(codes) {
  /** @type {number[]} */
  const out = [];
  for (const code of codes) out[code] = (out[code] ?? 0) + 1;
  return Array.from(out, (count) => count ?? 0);
}
