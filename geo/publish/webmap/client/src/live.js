// A trial of other thresholds: verdicts worked out anew, as geo/standards judges and settles them.

const [PASS, FAIL, NO_DATA, EXEMPT, CONFLICT] = [0, 1, 2, 3, 4];
const WORST = [3, 0, 2, 4, 1]; // rank in the overall verdict: fail, conflict, no data, pass, exempt
/** Reasons that settling gives: under them lies a plain comparison. */
const SETTLED = ["local_rule", "stricter_rule", "alternative_met", "alternative_open"];

/**
 * Rules and overall verdicts under other thresholds: {rules, compliance}. `settings` are
 * {rule, row, low, high}: number of the rule, number of the row of its table (null: all), the
 * limits in the rule's unit (undefined: as it is). The data stay as they are.
 */
export function rejudge(data, settings) {
  const rules = [...data.rules], touched = new Set(settings.map((s) => s.rule));
  const group = related(rules, touched);
  const code = (name) => data.reason_names.indexOf(name);
  for (const r of group) rules[r] = plain(rules[r], settings.filter((s) => s.rule === r), code);
  const own = group.map((r) => rules[r]);
  alternatives(own, code);
  for (const [one, other] of pairs(own)) giveWay(own[one], own[other], code);
  conflicts(own);
  return { rules, compliance: overall(rules, data.ids.length) };
}

/** Rules that those touched are settled with: of the same indicator, or alternatives, and so on. */
function related(rules, touched) {
  const found = new Set(touched);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    rules.forEach((rule, r) => {
      if ([...found].some((f) => rules[f].indicator === rule.indicator
        || (rule.any_of && rules[f].any_of === rule.any_of && rules[f].pack === rule.pack))) found.add(r);
    });
  }
  return [...found].sort((a, b) => a - b);
}

/** A rule judged by itself under its settings: what it says before others are looked at. */
function plain(rule, settings, code) {
  const n = rule.verdict.length, missing = code("input_missing");
  const settled = new Uint8Array(256), judged = new Uint8Array(256); // by reason: settled; judged anew
  for (const name of SETTLED) settled[code(name)] = judged[code(name)] = 1;
  judged[0] = judged[missing] = 1;
  const out = { ...rule, verdict: rule.verdict.slice(), reason: rule.reason.slice(),
    low: rule.low.slice(), high: rule.high.slice(), gap: rule.gap.slice() };
  if (settings.length) out.trial = true;
  for (const { row, low, high } of settings) {
    for (let i = 0; i < n; i++) {
      if (row !== null && rule.industry[i] !== row) continue;
      // A cell without a number is not made one: there is nothing to drag.
      if (low !== undefined && !Number.isNaN(rule.low[i])) out.low[i] = low;
      if (high !== undefined && !Number.isNaN(rule.high[i])) out.high[i] = high;
    }
  }
  const upper = rule.operator === "<=" || rule.operator === "<";
  const strict = rule.operator === "<" || rule.operator === ">";
  for (let i = 0; i < n; i++) {
    const reason = rule.reason[i];
    if (!judged[reason]) continue;
    const value = rule.value[i], low = out.low[i], high = out.high[i];
    if (Number.isNaN(low) && Number.isNaN(high)) { // attested
      if (settled[reason]) { out.verdict[i] = value === 1 ? PASS : value === 0 ? FAIL : NO_DATA; out.reason[i] = 0; }
      else if (out.verdict[i] === CONFLICT) out.verdict[i] = value === 1 ? PASS : FAIL;
      continue;
    }
    if (Number.isNaN(value)) { out.verdict[i] = NO_DATA; out.reason[i] = missing; continue; }
    const range = !Number.isNaN(high);
    const gap = rounded(range ? least(value - low, high - value) : upper ? low - value : value - low);
    out.gap[i] = gap;
    out.verdict[i] = (strict && !range ? gap > 0 : gap >= 0) ? PASS : FAIL;
    out.reason[i] = 0;
  }
  return out;
}

/** The lesser of two numbers, of which one may be missing. */
function least(a, b) {
  return Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b);
}

/** Float noise of a difference is no gap: to 1e-9, halves to even. */
function rounded(gap) {
  const scaled = gap * 1e9, floor = Math.floor(scaled), rest = scaled - floor;
  return (rest > 0.5 || (rest === 0.5 && floor % 2) ? floor + 1 : floor) / 1e9;
}

function alternatives(rules, code) {
  const groups = grouped(rules.filter((r) => r.any_of), (r) => `${r.pack}\n${r.any_of}`);
  for (const own of groups) {
    for (let i = 0; i < own[0].verdict.length; i++) {
      const met = own.some((r) => r.verdict[i] === PASS), open = own.some((r) => r.verdict[i] === NO_DATA);
      for (const { verdict, reason } of own) {
        if (met && (verdict[i] === FAIL || verdict[i] === NO_DATA)) exempt({ verdict, reason }, i, code("alternative_met"));
        else if (!met && open && verdict[i] === FAIL) { verdict[i] = NO_DATA; reason[i] = code("alternative_open"); }
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

function giveWay(general, local, code) {
  if (general.level === local.level || local.stands === "beside") return;
  const missing = code("input_missing");
  const inForce = (rule, i) => rule.verdict[i] <= FAIL || (rule.verdict[i] === NO_DATA && rule.reason[i] === missing);
  const sign = local.operator === "<=" || local.operator === "<" ? -1 : 1;
  for (let i = 0; i < general.verdict.length; i++) {
    if (!inForce(general, i) || !inForce(local, i)) continue;
    if (local.stands === "local") { exempt(general, i, code("local_rule")); continue; }
    const [one, other] = [sign * general.low[i], sign * local.low[i]];
    if (other >= one) exempt(general, i, code("stricter_rule"));
    else if (other < one) exempt(local, i, code("stricter_rule"));
  }
}

function conflicts(rules) {
  for (const own of grouped(rules, (r) => `${r.indicator}\n${r.mandatory}`)) {
    if (new Set(own.map((r) => r.pack)).size < 2) continue;
    const said = new Uint8Array(own[0].verdict.length); // 1: one passes, 2: one fails
    for (const { verdict } of own) {
      for (let i = 0; i < said.length; i++) if (verdict[i] <= FAIL) said[i] |= verdict[i] + 1;
    }
    for (const { verdict } of own) {
      for (let i = 0; i < said.length; i++) if (said[i] === 3 && verdict[i] <= FAIL) verdict[i] = CONFLICT;
    }
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
  const own = rules.filter((r) => r.mandatory), out = new Uint8Array(n).fill(own.length ? EXEMPT : NO_DATA);
  for (const { verdict } of own) {
    for (let i = 0; i < n; i++) if (WORST[verdict[i]] < WORST[out[i]]) out[i] = verdict[i];
  }
  return out;
}
