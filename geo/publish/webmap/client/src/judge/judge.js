// A trial of other thresholds: verdicts worked out anew, as geo/standards judges and settles them.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { gapOf, holds, raw } from "./sets.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Rule & { trial?: boolean }} Rule */
/** @typedef {import("../state.js").Bar} Bar */
/** @typedef {Rule & { from: Float64Array, to: Float64Array }} Settled what cells admit */
/** @typedef {[rule: Settled, where: Uint8Array]} Step */

const { verdicts: VERDICT, reasons: REASON } = SPEC;
const { pass: PASS, fail: FAIL, no_data: NO_DATA, exempt: EXEMPT, conflict: CONFLICT } = VERDICT;
/** By reason: whether settling gives it, so that under it lies a plain comparison. */
const SETTLED = flags(SPEC.settled);
/** By reason: whether a rule with it is judged anew. */
const JUDGED = flags([...SPEC.settled, "", "input_missing", "rounded"]);

/** @param {string[]} names */
function flags(names) {
  const out = new Uint8Array(256);
  for (const name of names) out[REASON[/** @type {keyof typeof REASON} */ (name)]] = 1;
  return out;
}

/**
 * Rules and overall verdicts under other thresholds. A setting names a rule, a row of its table
 * (null: all) and the limits in the rule's unit (undefined: as it is). The data stay as they are.
 * @param {Pick<Page, "ids" | "rules">} data
 * @param {Bar[]} settings
 * @returns {{ rules: Rule[], compliance: Uint8Array }}
 */
export function rejudge(data, settings) {
  /** @type {Rule[]} */
  const rules = [...data.rules];
  const group = related(rules, new Set(settings.map((s) => s.rule)));
  /** @type {Settled[]} */
  const own = [];
  for (const r of group) {
    const rule = plain(
      rules[r],
      settings.filter((s) => s.rule === r),
    );
    own.push({ ...rule, ...bounds(rule) });
  }
  settle(own);
  group.forEach((r, k) => (rules[r] = own[k]));
  return { rules, compliance: overall(rules, data.ids.length) };
}

/**
 * Let alternatives stand in for each other, levels give way, and what cannot be met conflict.
 * @param {Settled[]} rules
 */
function settle(rules) {
  alternatives(rules);
  const all = pairs(rules);
  const layered = all.filter(([general, local]) => general.level !== local.level);
  giveWay(layered, "local", replaced, REASON.local_rule);
  giveWay(layered, "stricter", implied, REASON.stricter_rule);
  const alone = (/** @type {Settled} */ rule) => !isAlternative(rules, rule);
  conflicts(
    all.filter(([one, other]) => one.mandatory === other.mandatory && alone(one) && alone(other)),
  );
}

/**
 * What gives way is found of all pairs before any does, so that their order moves nothing.
 * @param {[Settled, Settled][]} layered
 * @param {string} stands
 * @param {(general: Settled, local: Settled) => Step[]} step
 * @param {number} why
 */
function giveWay(layered, stands, step, why) {
  const found = layered
    .filter(([, local]) => local.stands === stands)
    .flatMap(([general, local]) => step(general, local));
  for (const [rule, where] of found) mark(rule, where, EXEMPT, why);
}

/**
 * What each parcel's cell admits before rounding.
 * @param {Rule} rule
 */
function bounds({ low, high, ends, decimals }) {
  const n = low.length;
  const from = new Float64Array(n);
  const to = new Float64Array(n);
  /** @param {number} i @param {number} k */
  const equal = (i, k) =>
    Object.is(low[i], low[k]) && Object.is(high[i], high[k]) && ends[i] === ends[k];
  let last = -1; // parcels of one row follow each other often
  for (let i = 0; i < n; i++) {
    if (last >= 0 && equal(i, last)) {
      from[i] = from[last];
      to[i] = to[last];
    } else {
      [from[i], to[i]] = raw(low[i], high[i], ends[i], decimals);
      last = i;
    }
  }
  return { from, to };
}

/**
 * What a rule asks, parcel by parcel; of a folder each bar once, whatever is loaded.
 * @param {Rule} rule
 */
export function barsOf(rule) {
  return rule.cells ?? rule;
}

/**
 * Rules that those touched are settled with: of the same indicator, or alternatives, and so on.
 * @param {Rule[]} rules
 * @param {Set<number>} touched
 */
export function related(rules, touched) {
  const found = new Set(touched);
  /** @param {Rule} rule @param {Rule} other */
  const meets = (rule, other) =>
    other.indicator === rule.indicator ||
    (rule.any_of !== "" && other.any_of === rule.any_of && other.pack === rule.pack);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    rules.forEach((rule, r) => {
      if ([...found].some((f) => meets(rule, rules[f]))) found.add(r);
    });
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * A rule judged by itself under its settings: what it says before others are looked at.
 * @param {Rule} rule
 * @param {Bar[]} settings
 * @returns {Rule}
 */
function plain(rule, settings) {
  const out = {
    ...rule,
    verdict: rule.verdict.slice(),
    reason: rule.reason.slice(),
    low: rule.low.slice(),
    high: rule.high.slice(),
  };
  if (settings.length) out.trial = true;
  for (const setting of settings) drag(rule, setting, out);
  for (let i = 0; i < out.verdict.length; i++) if (JUDGED[rule.reason[i]]) compare(rule, out, i);
  return out;
}

/**
 * Put a setting's limits in the place of the rule's.
 * @param {Rule} rule
 * @param {Bar} setting
 * @param {Rule} out
 */
function drag(rule, { row, low, high, lowBy, highBy }, out) {
  for (let i = 0; i < out.low.length; i++) {
    if (row !== null && rule.industry[i] !== row) continue;
    // A cell without a number is not made one: there is nothing to drag.
    if (low !== undefined && !Number.isNaN(rule.low[i])) out.low[i] = low;
    if (high !== undefined && !Number.isNaN(rule.high[i])) out.high[i] = high;
    if (lowBy !== undefined) out.low[i] = moved(rule.low[i], lowBy);
    if (highBy !== undefined) out.high[i] = moved(rule.high[i], highBy);
  }
}

/**
 * A limit so many per cent higher or lower, without the noise of floats: as a pack would print it.
 * @param {number} limit
 * @param {number} percent
 */
export function moved(limit, percent) {
  return Number((limit * (1 + percent / 100)).toFixed(6));
}

/**
 * Judge one parcel by the limits of `out`.
 * @param {Rule} rule
 * @param {Rule} out
 * @param {number} i
 */
function compare(rule, out, i) {
  const [reason, value, low, high] = [rule.reason[i], rule.value[i], out.low[i], out.high[i]];
  if (Number.isNaN(low) && Number.isNaN(high)) {
    if (SETTLED[reason]) attest(rule, out, i);
    return;
  }
  if (Number.isNaN(value)) {
    out.verdict[i] = NO_DATA;
    out.reason[i] = REASON.input_missing;
    return;
  }
  const gap = gapOf(value, low, high);
  out.verdict[i] = holds(gap, value, low, high, out.ends[i]) ? PASS : FAIL;
  const same = Object.is(low, rule.low[i]) && Object.is(high, rule.high[i]);
  out.reason[i] = reason === REASON.rounded && same ? REASON.rounded : REASON[""];
}

/**
 * Judge a cell without a number: attested yes or no, or words.
 * @param {Rule} rule
 * @param {Rule} out
 * @param {number} i
 */
function attest(rule, out, i) {
  const attested = rule.operator === "attested";
  const met = rule.value[i] === 1;
  const known = attested && (met || rule.value[i] === 0);
  const why = attested ? REASON.not_attested : REASON.reference;
  out.verdict[i] = !known ? NO_DATA : met ? PASS : FAIL;
  out.reason[i] = known ? REASON[""] : why;
}

/** @param {Settled[]} rules */
function alternatives(rules) {
  const named = rules.filter((rule) => rule.any_of);
  for (const own of grouped(named, (rule) => `${rule.pack}\n${rule.any_of}`)) {
    for (let i = 0; i < own[0].verdict.length; i++) {
      const met = own.some((rule) => rule.verdict[i] === PASS);
      const open = own.some((rule) => rule.verdict[i] === NO_DATA);
      for (const { verdict, reason } of own) {
        if (met && (verdict[i] === FAIL || verdict[i] === NO_DATA)) {
          verdict[i] = EXEMPT;
          reason[i] = REASON.alternative_met;
        } else if (!met && open && verdict[i] === FAIL) {
          verdict[i] = NO_DATA;
          reason[i] = REASON.alternative_open;
        }
      }
    }
  }
}

/**
 * Pairs of rules of different packs on one indicator, the more general first.
 * @param {Settled[]} rules
 */
function pairs(rules) {
  /** @type {[Settled, Settled][]} */
  const out = [];
  rules.forEach((one, k) => {
    for (const other of rules.slice(k + 1)) {
      if (one.indicator !== other.indicator || one.pack === other.pack) continue;
      out.push(one.level <= other.level ? [one, other] : [other, one]);
    }
  });
  return out;
}

/**
 * Whether the rule sets a number for a parcel, its input there or not.
 * @param {Rule} rule
 * @param {number} i
 */
function inForce(rule, i) {
  return (
    rule.verdict[i] <= FAIL ||
    (rule.verdict[i] === NO_DATA && rule.reason[i] === REASON.input_missing)
  );
}

/**
 * The more local rule alone counts.
 * @param {Settled} general
 * @param {Settled} local
 * @returns {Step[]}
 */
function replaced(general, local) {
  const where = general.verdict.map((_, i) => Number(inForce(general, i) && inForce(local, i)));
  return [[general, where]];
}

/**
 * Each of two rules with where the other holds it; of equal ones the more general gives way.
 * @param {Settled} general
 * @param {Settled} local
 * @returns {Step[]}
 */
function implied(general, local) {
  const n = general.verdict.length;
  const byLocal = new Uint8Array(n);
  const byGeneral = new Uint8Array(n);
  const mayGeneral = local.mandatory || !general.mandatory; // recommended holds no mandatory one
  const mayLocal = general.mandatory || !local.mandatory;
  for (let i = 0; i < n; i++) {
    if (!inForce(general, i) || !inForce(local, i)) continue;
    byLocal[i] = Number(mayGeneral && lies(local, general, i));
    byGeneral[i] = Number(!byLocal[i] && mayLocal && lies(general, local, i));
  }
  return [
    [general, byLocal],
    [local, byGeneral],
  ];
}

/**
 * Whether all that one rule admits the other admits too.
 * @param {Settled} inner
 * @param {Settled} outer
 * @param {number} i
 */
function lies(inner, outer, i) {
  return inner.from[i] >= outer.from[i] && inner.to[i] <= outer.to[i];
}

/**
 * Where no value meets two rules of equal weight, both are conflict.
 * @param {[Settled, Settled][]} couples
 */
function conflicts(couples) {
  /** @type {Map<Settled, Uint8Array>} */
  const torn = new Map();
  for (const couple of couples) {
    const [one, other] = couple;
    for (let i = 0; i < one.verdict.length; i++) {
      if (one.verdict[i] > FAIL || other.verdict[i] > FAIL) continue;
      if (!(one.from[i] >= other.to[i] || other.from[i] >= one.to[i])) continue;
      for (const rule of couple) {
        const where = torn.get(rule) ?? new Uint8Array(one.verdict.length);
        where[i] = 1;
        torn.set(rule, where);
      }
    }
  }
  for (const [rule, where] of torn) mark(rule, where, CONFLICT, REASON.apart);
}

/**
 * Whether another rule of the pack is enough in the rule's place.
 * @param {Rule[]} rules
 * @param {Rule} rule
 */
function isAlternative(rules, rule) {
  return (
    rule.any_of !== "" &&
    rules.some((r) => r !== rule && r.pack === rule.pack && r.any_of === rule.any_of)
  );
}

/**
 * @param {Rule} rule
 * @param {Uint8Array} where
 * @param {number} verdict
 * @param {number} why
 */
function mark(rule, where, verdict, why) {
  for (let i = 0; i < where.length; i++) {
    if (!where[i]) continue;
    rule.verdict[i] = verdict;
    rule.reason[i] = why;
  }
}

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string} key
 */
function grouped(items, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

/**
 * One verdict a parcel over its mandatory rules; without one there is no data.
 * @param {Rule[]} rules
 * @param {number} n
 */
export function overall(rules, n) {
  const own = rules.filter((rule) => rule.mandatory);
  const out = new Uint8Array(n).fill(own.length ? EXEMPT : NO_DATA);
  for (const { verdict } of own) {
    for (let i = 0; i < n; i++) {
      if (SPEC.worst[verdict[i]] < SPEC.worst[out[i]]) out[i] = verdict[i];
    }
  }
  return out;
}
