// All parcels of a folder, whatever is loaded: counted anew as the view asks, beside the page.

import { asked } from "../derived.js";
import { fileOf, needed } from "../judge/needed.js";
import { isGrading, isTrying } from "../state.js";
import { isPlain } from "./breaks.js";
import { decodeTable } from "./decode.js";

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
    /** @type {Map<number, Promise<Table>>} what the run has counted, by theme */
    this.tables = new Map();
    /** @type {Promise<void> | null} the grading of all enterprises on its way, or there */
    this.graded = null;
    /** @type {Promise<void>} resolves once the last answer stands */
    this.counting = Promise.resolve();
  }

  /**
   * Count what the view asks for, unless it is asked for already.
   * @param {App} app
   */
  follow(app) {
    const { state } = app;
    if (state.trial.subject === "grades" || isGrading(state.trial)) this.grade(app);
    const ask = asked(state);
    if (ask === this.ask || state.counted?.ask === ask) return;
    this.ask = ask;
    const work = countedByRun(state) ? this.sum(app, ask) : this.count(app, ask);
    this.counting = work.catch((error) => {
      if (this.ask !== ask) return;
      this.ask = null;
      app.dispatch({ type: "error", text: `${app.words.missing} ${error.message}` });
    });
  }

  /**
   * What the run has counted of a theme; read once.
   * @param {number} theme
   * @returns {Promise<Table>}
   */
  sums(theme) {
    const known = this.tables.get(theme) ?? this.read(theme);
    this.tables.set(theme, known);
    known.catch(() => this.tables.delete(theme));
    return known;
  }

  /** @param {number} theme */
  async read(theme) {
    const pieces = await this.handed(`columns/${fileOf(this.index, `sums-${theme}`)}.js`);
    const { parks, sums, themes } = this.index;
    const tables = await Promise.all(pieces.map(decodeTable));
    return added(tables, parks.length + 1, themes[theme].legend.length, sums.length);
  }

  /**
   * Take what the run has counted.
   * @param {App} app
   * @param {Ask} ask
   */
  async sum(app, ask) {
    if (!this.index.themes.length) return;
    const table = await this.sums(ask.theme);
    const answer = { table, effect: null, breaks: {} };
    if (this.ask === ask) app.dispatch({ type: "counted", ask, answer });
  }

  /**
   * Have the grading of all enterprises at hand, once it is to be tried.
   * @param {App} app
   */
  grade(app) {
    this.graded ??= this.grades(app).catch((error) => {
      this.graded = null;
      app.dispatch({ type: "error", text: `${app.words.missing} ${error.message}` });
    });
    return this.graded;
  }

  /** @param {App} app */
  async grades(app) {
    if (!this.index.scores) return;
    const [piece] = await this.handed("columns/scores.js");
    const scores = await decodeTable(piece);
    this.index.scores = scores;
    if (this.opened) await app.hand.ask("scores", { scores });
    const { data, shape, whole } = app.state;
    const main = data.scores?.main ?? new Int32Array(0);
    app.dispatch({ type: "take", data: { ...data, scores: { ...scores, main } }, shape, whole });
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
    if (isGrading(ask.trial)) await this.grade(app);
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
    const pieces = await this.handed(`columns/${name}.js`);
    const gone = await app.hand.ask("column", { name, pieces, keep });
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
  return state.counted?.ask === asked(state) ? state.counted.answer.table : null;
}

/**
 * Whether the view asks for no more than the run has counted: no filter, no trial, no other cut,
 * no distribution.
 * @param {State} state
 */
function countedByRun(state) {
  const { data, look, filters, area, trial } = state;
  if (asked(state).spread) return false;
  const open = area[0] === null && area[1] === null;
  return open && !filters.length && !isTrying(trial) && isPlain(data, look);
}

/**
 * The index without what no count needs.
 * @param {Page} index
 */
function bare(index) {
  const parks = index.parks.map(({ id, name }) => ({ id, name }));
  return { ...index, parks, overlays: {}, photo: null, outcome: [], totals: {} };
}

/**
 * Parcels and 亩 of each class, over all parks or the one that is chosen.
 * @param {Table} table
 * @param {number[]} parks numbers of the parks that count, after the last: in none
 * @param {number} classes
 */
export function tally({ count, land }, parks, classes) {
  return Array.from({ length: classes }, (_, code) => ({
    parcels: addedOf(count, parks, classes, code),
    mu: addedOf(land, parks, classes, code),
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
      return open.reduce((n, code) => n + addedOf(own, parks, classes, code), 0);
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
function addedOf(values, parks, classes, code) {
  return parks.reduce((n, park) => n + values[park * classes + code], 0);
}

/**
 * Sums of parts by their own parks, over all parks; `total` and `known` hold several of them.
 * @param {(Table & { parks: Int32Array })[]} parts
 * @param {number} parks
 * @param {number} classes
 * @param {number} several
 * @returns {Table}
 */
export function added(parts, parks, classes, several) {
  const cells = parks * classes;
  /** @param {"count" | "land" | "total" | "known"} name @param {number} times */
  const all = (name, times) => {
    const out = new Float64Array(cells * times);
    for (const { parks: own, [name]: values } of parts) {
      values.forEach((value, at) => {
        const [sum, cell] = [Math.floor(at / (own.length * classes)), at % (own.length * classes)];
        const [park, code] = [own[Math.floor(cell / classes)], cell % classes];
        out[sum * cells + park * classes + code] += value;
      });
    }
    return out;
  };
  return {
    ...{ count: all("count", 1), land: all("land", 1) },
    ...{ total: all("total", several), known: all("known", several) },
  };
}
