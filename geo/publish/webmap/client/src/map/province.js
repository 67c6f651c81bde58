// All parcels of a folder, whatever is loaded: counted anew as the view asks, beside the page.

import { asked } from "../derived.js";
import { needed } from "../judge/census.js";
import { isTrying } from "../state.js";
import { isPlain } from "./breaks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../judge/census.js").Ask} Ask */
/** @typedef {import("../judge/census.js").Table} Table */
/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {(name: string) => Promise<any>} Handed what a file of the folder hands over */

export class Province {
  /**
   * @param {Page} index
   * @param {Handed} handed
   */
  constructor(index, handed) {
    this.index = index;
    this.handed = handed;
    /** @type {Map<string, Promise<void>>} columns on their way to the worker, or there */
    this.columns = new Map();
    /** @type {Ask | null} */
    this.ask = null;
    /** @type {Promise<void> | null} */
    this.opened = null;
    /** @type {Promise<void>} resolves once the last answer stands */
    this.counting = Promise.resolve();
  }

  /**
   * Count what the view asks for, unless the run has counted it or it is asked for already.
   * @param {App} app
   */
  follow(app) {
    const { state } = app;
    const ask = asked(state);
    if (ask === this.ask || state.counted?.ask === ask) return;
    this.ask = ask;
    if (countedByRun(state)) return;
    this.counting = this.count(app, ask).catch((error) => {
      if (this.ask !== ask) return;
      this.ask = null;
      app.dispatch({ type: "error", text: `${app.words.missing} ${error.message}` });
    });
  }

  /**
   * Tell the worker of the folder, once.
   * @param {import("../work/hand.js").Hand} hand
   */
  open(hand) {
    this.opened ??= hand.ask("census", { index: bare(this.index) });
    return this.opened;
  }

  /**
   * @param {App} app
   * @param {Ask} ask
   */
  async count(app, ask) {
    await this.open(app.hand);
    const names = needed(this.index, ask);
    for (const [k, name] of names.entries()) {
      if (this.ask !== ask) return;
      await this.column(app, name, names);
      app.dispatch({ type: "counting", share: (k + 1) / (names.length + 1) });
    }
    const answer = await app.hand.ask("count", { ask });
    if (answer && this.ask === ask) app.dispatch({ type: "counted", ask, answer });
  }

  /**
   * @param {App} app
   * @param {string} name
   * @param {string[]} keep
   */
  column(app, name, keep) {
    const known = this.columns.get(name) ?? this.fetched(app, name, keep);
    this.columns.set(name, known);
    known.catch(() => this.columns.delete(name));
    return known;
  }

  /**
   * @param {App} app
   * @param {string} name
   * @param {string[]} keep
   */
  async fetched(app, name, keep) {
    const table = await this.handed(`columns/${name}.js`);
    const gone = await app.hand.ask("column", { name, table, keep });
    for (const other of gone) this.columns.delete(other);
  }
}

/**
 * Of a folder, counts and sums of all parcels by park and class as the view has them, or null while
 * they are not known.
 * @param {State} state
 * @returns {Table | null}
 */
export function tableOf(state) {
  if (!countedByRun(state)) {
    return state.counted?.ask === asked(state) ? state.counted.answer.table : null;
  }
  const { count, land, total, known } = state.data.themes[state.theme] ?? {};
  return count && land && total && known ? { count, land, total, known } : null;
}

/**
 * Whether the view asks for no more than the run has counted: no filter, no trial, no other cut.
 * @param {State} state
 */
function countedByRun({ data, look, filters, area, trial }) {
  const open = area[0] === null && area[1] === null;
  return open && !filters.length && !isTrying(trial) && isPlain(data, look);
}

/**
 * The index without what no count needs.
 * @param {Page} index
 */
function bare(index) {
  const empty = { count: undefined, land: undefined, total: undefined, known: undefined };
  const themes = index.themes.map((theme) => ({ ...theme, ...empty }));
  const parks = index.parks.map(({ id, name }) => ({ id, name }));
  return { ...index, themes, parks, overlays: {}, photo: null, outcome: [], totals: {} };
}

/**
 * Parcels and 亩 of each class, over all parks or the one that is chosen.
 * @param {Table} table
 * @param {number[]} parks numbers of the parks that count, after the last: in none
 * @param {number} classes
 */
export function tally({ count, land }, parks, classes) {
  return Array.from({ length: classes }, (_, code) => ({
    parcels: added(count, parks, classes, code),
    mu: added(land, parks, classes, code),
  }));
}

/**
 * What each of the page's sums adds up to over classes that show, and over how many parcels.
 * @param {Table} table
 * @param {number[]} parks
 * @param {number} classes
 * @param {{ sums: number, hidden: ReadonlySet<number> }} of
 */
export function totals({ count, total, known }, parks, classes, { sums, hidden }) {
  const open = Array.from({ length: classes }, (_, code) => code).filter((c) => !hidden.has(c));
  return Array.from({ length: sums }, (_, k) => {
    /** @param {Float64Array} values */
    const sum = (values) => {
      const own = values.subarray(k * count.length, (k + 1) * count.length);
      return open.reduce((n, code) => n + added(own, parks, classes, code), 0);
    };
    return { total: sum(total), known: sum(known) };
  });
}

/**
 * @param {Float64Array} values by park and class
 * @param {number[]} parks
 * @param {number} classes
 * @param {number} code
 */
function added(values, parks, classes, code) {
  return parks.reduce((n, park) => n + values[park * classes + code], 0);
}
