// All parcels of a folder counted by park and class, under filters, cuts and a trial: from columns
// that are taken in when they are first needed, and a tile's parcels at a time.

import { ofParcels, regrade } from "./grade.js";
import { fileOf } from "./needed.js";
import { at } from "../lib/format.js";
import { breakKey } from "../map/breaks.js";
import { dressed, edgesUnder, figuresOf, known } from "../map/classes.js";
import { barsInForce, spreadOf } from "../map/distribution.js";
import { mask } from "../map/filter.js";
import { datedAs, yearOf } from "../map/year.js";
import { isGrading, ruleOf } from "../state.js";
import { effect, joinedEffects, triedPage } from "./tried.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Tile} Tile */
/** @typedef {import("../state.js").Look} Look */
/** @typedef {import("../state.js").Filter} Filter */
/** @typedef {import("../state.js").Trial} Trial */
/** @typedef {import("./tried.js").Effect} Effect */
/** @typedef {{ [field: string]: any }} Fields */

/**
 * What is asked: of a theme under filters and a trial. Parks and hidden classes are not in it: the
 * answer has each by itself.
 * @typedef {object} Ask
 * @property {number} theme
 * @property {Look} look
 * @property {readonly Filter[]} filters
 * @property {readonly [number | null, number | null]} area
 * @property {Trial} trial
 * @property {{ park: string } | null} [spread] of which park the theme's figure is to be spread out
 */
/**
 * By park (the last: in none) and class; `total` and `known` of each of the page's sums in turn.
 * @typedef {{ count: Float64Array, land: Float64Array, total: Float64Array,
 *   known: Float64Array }} Table
 */
/** @typedef {import("../map/breaks.js").Breaks} Breaks */
/**
 * @typedef {object} Answer
 * @property {Table} table
 * @property {Effect | null} effect of a trial of bars
 * @property {Breaks} breaks
 * @property {SpreadOut | null} [spread]
 */
/**
 * How the theme's figure is spread, and the bars in force, each by its rule's place.
 * @typedef {object} SpreadOut
 * @property {import("../map/distribution.js").Spread} spread
 * @property {(Omit<import("../map/distribution.js").InForce, "rule"> & { rule: number })[]} bars
 */

const KEPT = 400e6; // bytes of columns

/** @param {Fields} fields */
function bytesOf(fields) {
  return Object.values(fields).reduce((n, values) => n + (values.byteLength ?? 0), 0);
}

const NONE = {
  u1: new Uint8Array(0),
  i4: new Int32Array(0),
  f4: new Float32Array(0),
  f8: new Float64Array(0),
};

export class Census {
  /** @param {Page} index the page without what parcels have each */
  constructor(index) {
    this.index = index;
    /** @type {Map<string, Fields>} */
    this.columns = new Map();
    /** @type {Breaks} */
    this.breaks = {};
  }

  /**
   * The columns of a file. What was used longest ago makes room; the names of what went.
   * @param {string} name
   * @param {Fields} fields
   * @param {string[]} keep files that an answer needs now
   */
  take(name, fields, keep = []) {
    this.columns.set(name, fields);
    this.use([name, ...keep]);
    const gone = [];
    let bytes = [...this.columns.values()].reduce((n, own) => n + bytesOf(own), 0);
    for (const [other, own] of this.columns) {
      if (bytes <= KEPT || other === name || keep.includes(other)) break;
      bytes -= bytesOf(own);
      this.columns.delete(other);
      gone.push(other);
    }
    return gone;
  }

  /**
   * Files that are used now, so that they go last.
   * @param {string[]} names
   */
  use(names) {
    for (const name of names) {
      const own = this.columns.get(name);
      if (!own) continue;
      this.columns.delete(name);
      this.columns.set(name, own);
    }
  }

  /**
   * The page of parcels first … end − 1, with what has been taken in; all else is empty.
   * @param {number} first
   * @param {number} end
   * @returns {Page}
   */
  page(first, end) {
    const { index } = this;
    /** @param {string} name @param {string} field @param {any} none */
    const part = (name, field, none) =>
      this.columns.get(fileOf(index, name))?.[field].subarray(first, end) ?? none;
    const { u1, i4, f4, f8 } = NONE;
    return /** @type {Page} */ ({
      ...index,
      ids: /** @type {any} */ ({ length: end - first }),
      mu: part("mu", "mu", f4),
      compliance: part("compliance", "compliance", u1),
      themes: index.themes.map((t, k) => ({ ...t, codes: part(`theme-${k}`, "codes", u1) })),
      columns: index.columns.map((c, k) => ({ ...c, values: part(`column-${k}`, "values", f4) })),
      history: {
        ...index.history,
        figures: index.history.figures.map((f, k) => ({
          ...f,
          values: part(`figure-${k}`, "values", f4),
        })),
      },
      rules: index.rules.map((r, k) => ({
        ...r,
        verdict: part(`verdict-${k}`, "verdict", u1),
        reason: part(`rule-${k}`, "reason", u1),
        industry: part(`rule-${k}`, "industry", i4),
        ends: part(`rule-${k}`, "ends", u1),
        value: part(`value-${k}`, "value", f8),
        low: part(`rule-${k}`, "low", f8),
        high: part(`rule-${k}`, "high", f8),
      })),
    });
  }

  /**
   * The answer, or null where `stopped` while it was worked out; `rest` is waited for after each
   * tile.
   * @param {Ask} ask
   * @param {{ rest?: () => Promise<void>, stopped?: () => boolean }} watch
   * @returns {Promise<Answer | null>}
   */
  async count(ask, { rest = async () => {}, stopped = () => false } = {}) {
    const { index } = this;
    const tiles = index.tiles ?? [];
    const breaks = this.cut(
      ask,
      tiles.reduce((n, tile) => n + sizeOf(tile), 0),
    );
    const scores = index.scores && { ...index.scores, main: NONE.i4 };
    const grades = scores && isGrading(ask.trial) ? regrade(scores, ask.trial).grade : null;
    const classes = dressed(index, index.themes[ask.theme], ask.look, breaks).legend.length;
    const cells = classes * (index.parks.length + 1);
    const out = new Counts(cells, index.sums.length);
    const spread = ask.spread ? new Spreading(ask, index.parks) : null;
    let first = 0;
    for (const tile of tiles) {
      const end = first + sizeOf(tile);
      const page = this.page(first, end);
      const main = this.columns.get(fileOf(index, "main"))?.main.subarray(first, end);
      const now = triedPage(page, ask.trial.bars, grades && main && ofParcels({ main }, grades));
      const inPlay = out.add(now, ask, breaks, cellsOf(tile, classes));
      spread?.add(now, inPlay, tile);
      if (ask.trial.bars.size) {
        out.effect = joinedEffects(out.effect, effect(page, now, ruleOf(ask.trial)));
      }
      first = end;
      await rest();
      if (stopped()) return null;
    }
    return { table: out.table, effect: out.effect, breaks, spread: spread?.made ?? null };
  }

  /**
   * Edges of what is cut otherwise than by quantiles, over all parcels; each is worked out once.
   * @param {Ask} ask
   * @param {number} parcels
   */
  cut({ theme, look, filters }, parcels) {
    const all = this.page(0, parcels);
    for (const own of [{ theme, look }, ...filters]) {
      const { method } = own.look;
      const of = all.themes[own.theme];
      const figures = figuresOf(all, of);
      const key = breakKey(of, method);
      if (method !== "quantile" && figures && !this.breaks[key]) {
        const ascending = known(figures);
        const edges = edgesUnder(all, of, method, ascending);
        this.breaks[key] = { edges, ends: endsOf(ascending) };
      }
    }
    return this.breaks;
  }
}

/**
 * The least and the largest figure, and between them one that is not whole, if any.
 * @param {Float64Array} ascending
 */
function endsOf(ascending) {
  const part = ascending.find((value) => !Number.isInteger(value));
  const [low, high] = [ascending[0] ?? NaN, ascending[ascending.length - 1] ?? NaN];
  return Float64Array.of(low, part ?? low, high);
}

/**
 * How many parcels a tile has.
 * @param {Tile} tile
 */
function sizeOf(tile) {
  return tile[5].reduce((n, [, own]) => n + own, 0);
}

/**
 * The first cell of each parcel's park.
 * @param {Tile} tile
 * @param {number} classes
 */
function cellsOf(tile, classes) {
  const out = new Int32Array(sizeOf(tile));
  let end = 0;
  for (const [park, own] of tile[5]) out.fill(park * classes, end, (end += own));
  return out;
}

/** Sums over tiles. */
class Counts {
  /**
   * @param {number} cells
   * @param {number} sums
   */
  constructor(cells, sums) {
    this.cells = cells;
    /** @type {Table} */
    this.table = {
      count: new Float64Array(cells),
      land: new Float64Array(cells),
      total: new Float64Array(cells * sums),
      known: new Float64Array(cells * sums),
    };
    /** @type {Effect | null} */
    this.effect = null;
  }

  /**
   * @param {Page} page under the trial
   * @param {Ask} ask
   * @param {Breaks} breaks
   * @param {Int32Array} first cell of each parcel's park
   * @returns {Uint8Array} which parcels are in play
   */
  add(page, { theme, look, filters, area }, breaks, first) {
    const { codes } = dressed(page, page.themes[theme], look, breaks);
    const kept = filters.map((filter) => ({
      codes: dressed(page, page.themes[filter.theme], filter.look, breaks).codes,
      hidden: filter.hidden,
    }));
    const inPlay = mask(page, kept, "", area);
    const money = this.money(page, yearOf({ data: page, theme, look }));
    const { count, land, total, known: reported } = this.table;
    for (let i = 0; i < inPlay.length; i++) {
      if (!inPlay[i]) continue;
      const cell = first[i] + codes[i];
      count[cell]++;
      land[cell] += at(page.mu, i) ?? 0;
      money.forEach((values, k) => {
        const value = at(/** @type {Float32Array} */ (values), i);
        if (value === null) return;
        total[k * this.cells + cell] += value;
        reported[k * this.cells + cell]++;
      });
    }
    return inPlay;
  }

  /**
   * The values of each of the page's sums, of a year where it has them; none of one it has not.
   * @param {Page} page
   * @param {number | null} year
   */
  money({ sums, ...page }, year) {
    return sums.map((name) => {
      const columns = page.columns.filter((c) => c.name === name);
      return datedAs(/** @type {Page} */ (page), columns, year)[0]?.values;
    });
  }
}

/** A theme's figure over tiles, of the parcels in play. */
class Spreading {
  /**
   * @param {Ask} ask
   * @param {{ id: string }[]} parks
   */
  constructor({ theme, look, spread }, parks) {
    this.asked = { theme, look };
    this.park = spread?.park ? parks.findIndex(({ id }) => id === spread.park) : null;
    /** @type {Float64Array[]} */
    this.values = [];
    /** @type {Map<string, SpreadOut["bars"][0]>} */
    this.bars = new Map();
  }

  /**
   * @param {Page} page under the trial
   * @param {Uint8Array} inPlay
   * @param {Tile} tile
   */
  add(page, inPlay, tile) {
    const theme = page.themes[this.asked.theme];
    const year = yearOf({ data: page, ...this.asked });
    const figures = figuresOf(page, theme, year === page.year ? null : year);
    if (!figures) return;
    const own = this.ofPark(inPlay, tile);
    this.values.push(Float64Array.from(figures).filter((_, i) => own[i] === 1));
    for (const bar of barsInForce(page, theme.column, own)) {
      const rule = page.rules.indexOf(bar.rule);
      const key = `${rule} ${bar.side}`;
      const last = this.bars.get(key);
      const from = Math.min(bar.from, last?.from ?? Infinity);
      const to = Math.max(bar.to, last?.to ?? -Infinity);
      this.bars.set(key, {
        rule,
        side: bar.side,
        from,
        to,
        open: bar.open && (last?.open ?? true),
      });
    }
  }

  /**
   * Those in play that lie in the park that is asked for.
   * @param {Uint8Array} inPlay
   * @param {Tile} tile
   */
  ofPark(inPlay, [, , , , , parks]) {
    if (this.park === null) return inPlay;
    const out = inPlay.slice();
    let end = 0;
    for (const [park, n] of parks) {
      const first = end;
      end += n;
      if (park !== this.park) out.fill(0, first, end);
    }
    return out;
  }

  /** @returns {SpreadOut} */
  get made() {
    const all = new Float64Array(this.values.reduce((n, own) => n + own.length, 0));
    let end = 0;
    for (const own of this.values) {
      all.set(own, end);
      end += own.length;
    }
    const every = new Uint8Array(all.length).fill(1);
    const ordered = [...this.bars.values()].sort((a, b) => a.rule - b.rule);
    return { spread: spreadOf(all, every), bars: ordered };
  }
}
