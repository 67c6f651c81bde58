// A trial of other thresholds: verdicts worked out anew, as geo/standards judges and settles them.

import { gapOf, holds, raw } from "./sets.js";

const [PASS, FAIL, NO_DATA, EXEMPT, CONFLICT] = [0, 1, 2, 3, 4];
const WORST = [3, 0, 2, 4, 1]; // rank in the overall verdict: fail, conflict, no data, pass, exempt
/** Reasons that settling gives: under them lies a plain comparison. */
const SETTLED = ["local_rule", "stricter_rule", "alternative_met", "alternative_open", "apart"];

/**
 * Rules and overall verdicts under other thresholds: {rules, compliance}. `settings` are
 * {rule, row, low, high}: number of the rule, number of the row of its table (null: all), the
 * limits in the rule's unit (undefined: as it is). The data stay as they are.
 */
export function rejudge(data, settings) {
  const rules = [...data.rules],
    touched = new Set(settings.map((s) => s.rule));
  const group = related(rules, touched);
  const code = (name) => data.reason_names.indexOf(name);
  for (const r of group)
    rules[r] = plain(
      rules[r],
      settings.filter((s) => s.rule === r),
      code,
    );
  const own = group.map((r) => rules[r]);
  settle(own, code);
  return { rules, compliance: overall(rules, data.ids.length) };
}

/** Let alternatives stand in for each other, levels give way, and what cannot be met conflict. */
function settle(rules, code) {
  for (const rule of rules) Object.assign(rule, bounds(rule));
  alternatives(rules, code);
  const all = pairs(rules).map((pair) => pair.map((r) => rules[r]));
  const layered = all.filter(([general, local]) => general.level !== local.level);
  for (const [stands, step, why] of [
    ["local", replaced, "local_rule"],
    ["stricter", implied, "stricter_rule"],
  ]) {
    // What gives way is found of all pairs before any does, so that their order moves nothing.
    const found = layered
      .filter(([, local]) => local.stands === stands)
      .flatMap(([general, local]) => step(general, local, code));
    for (const [rule, mask] of found) marked(rule, mask, EXEMPT, code(why));
  }
  conflicts(
    all.filter(
      ([one, other]) =>
        one.mandatory === other.mandatory &&
        ![one, other].some((rule) => isAlternative(rules, rule)),
    ),
    code,
  );
}

/** {from, to} of a rule: what each parcel's cell admits before rounding. */
function bounds({ low, high, ends, decimals }) {
  const n = low.length,
    from = new Float64Array(n),
    to = new Float64Array(n);
  let last = -1; // parcels of one row follow each other often
  for (let i = 0; i < n; i++) {
    if (
      last < 0 ||
      !Object.is(low[i], low[last]) ||
      !Object.is(high[i], high[last]) ||
      ends[i] !== ends[last]
    ) {
      [from[i], to[i]] = raw(low[i], high[i], ends[i], decimals);
      last = i;
    } else {
      from[i] = from[last];
      to[i] = to[last];
    }
  }
  return { from, to };
}

/** Rules that those touched are settled with: of the same indicator, or alternatives, and so on. */
function related(rules, touched) {
  const found = new Set(touched);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    rules.forEach((rule, r) => {
      if (
        [...found].some(
          (f) =>
            rules[f].indicator === rule.indicator ||
            (rule.any_of && rules[f].any_of === rule.any_of && rules[f].pack === rule.pack),
        )
      )
        found.add(r);
    });
  }
  return [...found].sort((a, b) => a - b);
}

/** A rule judged by itself under its settings: what it says before others are looked at. */
function plain(rule, settings, code) {
  const n = rule.verdict.length,
    missing = code("input_missing");
  const settled = new Uint8Array(256),
    judged = new Uint8Array(256); // by reason: settled; judged anew
  for (const name of SETTLED) settled[code(name)] = judged[code(name)] = 1;
  judged[0] = judged[missing] = judged[code("rounded")] = 1;
  const out = {
    ...rule,
    verdict: rule.verdict.slice(),
    reason: rule.reason.slice(),
    low: rule.low.slice(),
    high: rule.high.slice(),
    gap: rule.gap.slice(),
  };
  if (settings.length) out.trial = true;
  for (const { row, low, high } of settings) {
    for (let i = 0; i < n; i++) {
      if (row !== null && rule.industry[i] !== row) continue;
      // A cell without a number is not made one: there is nothing to drag.
      if (low !== undefined && !Number.isNaN(rule.low[i])) out.low[i] = low;
      if (high !== undefined && !Number.isNaN(rule.high[i])) out.high[i] = high;
    }
  }
  const attested = rule.operator === "attested",
    rounded = code("rounded");
  for (let i = 0; i < n; i++) {
    const reason = rule.reason[i];
    if (!judged[reason]) continue;
    const value = rule.value[i],
      low = out.low[i],
      high = out.high[i];
    if (Number.isNaN(low) && Number.isNaN(high)) {
      // attested, or words
      if (!settled[reason]) continue;
      out.verdict[i] = attested && value === 1 ? PASS : attested && value === 0 ? FAIL : NO_DATA;
      out.reason[i] =
        out.verdict[i] !== NO_DATA ? 0 : code(attested ? "not_attested" : "reference");
      continue;
    }
    if (Number.isNaN(value)) {
      out.verdict[i] = NO_DATA;
      out.reason[i] = missing;
      continue;
    }
    const gap = (out.gap[i] = gapOf(value, low, high));
    out.verdict[i] = holds(gap, value, low, high, out.ends[i]) ? PASS : FAIL;
    const same = Object.is(low, rule.low[i]) && Object.is(high, rule.high[i]);
    out.reason[i] = reason === rounded && same ? rounded : 0;
  }
  return out;
}

function alternatives(rules, code) {
  const groups = grouped(
    rules.filter((r) => r.any_of),
    (r) => `${r.pack}\n${r.any_of}`,
  );
  for (const own of groups) {
    for (let i = 0; i < own[0].verdict.length; i++) {
      const met = own.some((r) => r.verdict[i] === PASS),
        open = own.some((r) => r.verdict[i] === NO_DATA);
      for (const { verdict, reason } of own) {
        if (met && (verdict[i] === FAIL || verdict[i] === NO_DATA))
          exempt({ verdict, reason }, i, code("alternative_met"));
        else if (!met && open && verdict[i] === FAIL) {
          verdict[i] = NO_DATA;
          reason[i] = code("alternative_open");
        }
      }
    }
  }
}

/** Pairs of rules of different packs on one indicator, the more general first. */
function pairs(rules) {
  const out = [];
  for (let i = 0; i < rules.length; i++) {
    for (let j = i + 1; j < rules.length; j++) {
      if (rules[i].indicator !== rules[j].indicator || rules[i].pack === rules[j].pack) continue;
      out.push(rules[i].level <= rules[j].level ? [i, j] : [j, i]);
    }
  }
  return out;
}

const inForce = (rule, i, missing) =>
  rule.verdict[i] <= FAIL || (rule.verdict[i] === NO_DATA && rule.reason[i] === missing);

/** The more local rule alone counts. */
function replaced(general, local, code) {
  const missing = code("input_missing");
  return [
    [
      general,
      Uint8Array.from(
        general.verdict,
        (_, i) => inForce(general, i, missing) && inForce(local, i, missing),
      ),
    ],
  ];
}

/** Each of two rules with where the other holds it; of equal ones the more general gives way. */
function implied(general, local, code) {
  const n = general.verdict.length,
    missing = code("input_missing");
  const byLocal = new Uint8Array(n),
    byGeneral = new Uint8Array(n);
  const mayGeneral = local.mandatory || !general.mandatory; // a recommended rule holds no mandatory one
  const mayLocal = general.mandatory || !local.mandatory;
  for (let i = 0; i < n; i++) {
    if (!inForce(general, i, missing) || !inForce(local, i, missing)) continue;
    byLocal[i] = mayGeneral && local.from[i] >= general.from[i] && local.to[i] <= general.to[i];
    byGeneral[i] =
      !byLocal[i] && mayLocal && general.from[i] >= local.from[i] && general.to[i] <= local.to[i];
  }
  return [
    [general, byLocal],
    [local, byGeneral],
  ];
}

/** Where no value meets two rules of equal weight, both are conflict. */
function conflicts(couples, code) {
  const torn = new Map();
  for (const couple of couples) {
    const [one, other] = couple;
    for (let i = 0; i < one.verdict.length; i++) {
      if (
        one.verdict[i] > FAIL ||
        other.verdict[i] > FAIL ||
        !(one.from[i] >= other.to[i] || other.from[i] >= one.to[i])
      )
        continue;
      for (const rule of couple) {
        if (!torn.has(rule)) torn.set(rule, new Uint8Array(one.verdict.length));
        torn.get(rule)[i] = 1;
      }
    }
  }
  for (const [rule, mask] of torn) marked(rule, mask, CONFLICT, code("apart"));
}

/** Whether another rule of the pack is enough in the rule's place. */
function isAlternative(rules, rule) {
  return (
    Boolean(rule.any_of) &&
    rules.some((r) => r !== rule && r.pack === rule.pack && r.any_of === rule.any_of)
  );
}

function marked({ verdict, reason }, mask, what, why) {
  for (let i = 0; i < mask.length; i++)
    if (mask[i]) {
      verdict[i] = what;
      reason[i] = why;
    }
}

function exempt({ verdict, reason }, i, why) {
  verdict[i] = EXEMPT;
  reason[i] = why;
}

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

/** One verdict a parcel over its mandatory rules; without one there is no data. */
export function overall(rules, n) {
  const own = rules.filter((r) => r.mandatory),
    out = new Uint8Array(n).fill(own.length ? EXEMPT : NO_DATA);
  for (const { verdict } of own) {
    for (let i = 0; i < n; i++) if (WORST[verdict[i]] < WORST[out[i]]) out[i] = verdict[i];
  }
  return out;
}
