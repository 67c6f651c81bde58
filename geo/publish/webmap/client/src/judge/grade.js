// A trial of other score weights and grade shares: grades worked out anew, as geo/evaluate does.

import SPEC from "../../generated/spec.json" with { type: "json" };

/** @typedef {import("../../generated/wire.js").Scores} Scores */
/** @typedef {import("../../generated/wire.js").ScoreGroup} Group */
/** @typedef {import("../../generated/wire.js").ScoreItem} Item */
/** @typedef {import("../../generated/wire.js").Cut} Cut */
/** @typedef {{ [key: string]: number }} Settings */
/** @typedef {{ of: number, ranked: number }} Places */
/** @typedef {{ grade: Uint8Array, score: Float64Array, parcels: Uint8Array }} Regraded */

const { no_grade: NO_GRADE, states: STATE } = SPEC;
const { ungraded: UNGRADED, no_data: NO_DATA } = SPEC.grades;
const NO_CODE = -1;

/**
 * Grades under other weights, by `group/indicator`, and cuts, as `to` (%) or `least` (points), by
 * the grade's letter. `parcels` has the code of each parcel's main enterprise, no data where it has
 * none.
 * @param {Scores} scores
 * @param {{ weights?: Settings, cuts?: Settings }} settings
 * @returns {Regraded}
 */
export function regrade(scores, { weights = {}, cuts = {} } = {}) {
  const { by } = scores.grading;
  const grade = scores.grade.slice();
  const score = new Float64Array(grade.length).fill(NaN);
  const own = scores.grading.cuts.map((cut) => ({
    ...cut,
    to: by === "share" ? (cuts[cut.name] ?? cut.to) : cut.to,
    least: by === "score" ? (cuts[cut.name] ?? cut.least) : cut.least,
  }));
  for (const group of scores.groups) {
    if (group.member.length) regradeGroup(scores, group, own, weights, grade, score);
  }
  return { grade, score, parcels: ofParcels(scores, grade) };
}

/**
 * The code of each parcel's main enterprise.
 * @param {Pick<Scores, "main">} scores
 * @param {Uint8Array} grade
 */
export function ofParcels({ main }, grade) {
  return Uint8Array.from(main, (e) => (e < 0 ? NO_DATA : grade[e]));
}

/**
 * @param {Scores} scores
 * @param {Group} group
 * @param {Cut[]} cuts
 * @param {Settings} weights
 * @param {Uint8Array} grade
 * @param {Float64Array} score
 */
function regradeGroup(scores, group, cuts, weights, grade, score) {
  const { grading, state } = scores;
  const { member } = group;
  const total = totals(scores, group, weights);
  const competes = Array.from(
    member,
    (e, k) => state[e] === STATE.competes && !Number.isNaN(total[k]),
  );
  const places = placesOf(member, state, competes, grading.shares_of);
  const ordered = total.filter((_, k) => competes[k]).sort(); // ascending
  const none = grading.by === "none" || (grading.by === "share" && places.of < grading.least);
  member.forEach((e, k) => {
    score[e] = total[k];
    if (!competes[k]) {
      grade[e] = state[e] === STATE.not_graded ? UNGRADED : NO_DATA;
      return;
    }
    const measure = grading.by === "share" ? rank(ordered, total[k], grading.ties) : -total[k];
    const code = none ? NO_CODE : codeOf(measure, cuts, places, grading.by);
    grade[e] = code < 0 ? UNGRADED : bounded(code, scores.best[e], scores.least[e]);
  });
}

/**
 * What shares are counted by: the base, and how many of it hold a place.
 * @param {Int32Array} member
 * @param {Uint8Array} state
 * @param {boolean[]} competes
 * @param {string} sharesOf
 * @returns {Places}
 */
function placesOf(member, state, competes, sharesOf) {
  const graded = competes.filter(Boolean).length;
  if (sharesOf === "graded") return { of: graded, ranked: graded };
  const ranked = member.filter((e) => state[e] !== STATE.not_graded).length;
  return { of: sharesOf === "group" ? member.length : ranked, ranked };
}

/**
 * Each member's score as it is shown.
 * @param {Scores} scores
 * @param {Group} group
 * @param {Settings} weights
 */
function totals({ bonus, penalty, decimals }, group, weights) {
  const points = group.items.map((item) =>
    pointsOf(item, group, weights[`${group.id}/${item.indicator}`] ?? item.weight ?? 0),
  );
  return Float64Array.from(group.member, (e, k) => {
    let sum = points[0][k];
    for (let j = 1; j < points.length; j++) sum += points[j][k];
    return shown(sum + bonus[e] - penalty[e], decimals);
  });
}

/**
 * A promotion lifts a grade to `least`; a veto holds it at `best`, a promotion or not.
 * @param {number} code
 * @param {number} best
 * @param {number} least
 */
function bounded(code, best, least) {
  const lifted = least !== NO_GRADE && code > least ? least : code;
  return best !== NO_GRADE && lifted < best ? best : lifted;
}

/**
 * Points of an item; who is not in the base of the scale may lie beyond its ends.
 * @param {Item} item
 * @param {Group} group
 * @param {number} weight
 */
function pointsOf(item, group, weight) {
  const { values, cap } = item;
  const points = scaled(item, group, weight);
  const out = Float64Array.from(values, (v) => {
    const own = points(v);
    return cap !== null && own > cap ? cap : own;
  });
  if (!item.mean) return out;
  const there = out.filter((v, k) => group.mean[k] && !Number.isNaN(v));
  const filled = there.length ? pairwise(there, 0, there.length) / there.length : NaN;
  return out.map((v) => (Number.isNaN(v) ? filled : v));
}

/**
 * How a value becomes points: against a baseline, on the scale of those in its base, or as it is.
 * @param {Item} item
 * @param {Group} group
 * @param {number} weight
 * @returns {(value: number) => number}
 */
function scaled({ values, baseline }, { family, scale }, weight) {
  if (family === "ratio") return (v) => (v / (baseline || NaN)) * weight;
  if (family !== "minmax") return (v) => v * weight;
  let low = Infinity;
  let high = -Infinity;
  values.forEach((v, k) => {
    if (!scale[k] || Number.isNaN(v)) return;
    low = Math.min(low, v);
    high = Math.max(high, v);
  });
  return (v) => {
    if (Number.isNaN(v) || low === Infinity) return NaN;
    const share = high > low ? (v - low) / (high - low) : 1;
    return (weight * (SPEC.minmax.floor + SPEC.minmax.span * share)) / 100;
  };
}

/**
 * The sum of a run as NumPy adds it up: eight at a time, blocks of 128 in pairs.
 * @param {Float64Array} a
 * @param {number} first
 * @param {number} n
 * @returns {number}
 */
function pairwise(a, first, n) {
  if (n < 8) {
    let sum = -0;
    for (let i = 0; i < n; i++) sum += a[first + i];
    return sum;
  }
  if (n <= 128) {
    const r = Array.from({ length: 8 }, (_, k) => a[first + k]);
    let i = 8;
    for (; i < n - (n % 8); i += 8) for (let k = 0; k < 8; k++) r[k] += a[first + i + k];
    let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
    for (; i < n; i++) sum += a[first + i];
    return sum;
  }
  const half = (n >> 1) - ((n >> 1) % 8);
  return pairwise(a, first, half) + pairwise(a, first + half, n - half);
}

/**
 * Half up to the decimals, as it is shown and compared.
 * @param {number} value
 * @param {number} decimals
 */
function shown(value, decimals) {
  const scale = 10 ** decimals;
  return Math.floor(value * scale + (0.5 + 1e-9)) / scale;
}

/**
 * Place from the top among ascending scores; equal scores share the better or the worse place.
 * @param {Float64Array} ordered
 * @param {number} score
 * @param {string} ties
 */
function rank(ordered, score, ties) {
  const above = ordered.length - bound(ordered, score, true);
  return ties === "better" ? above + 1 : ordered.length - bound(ordered, score, false);
}

/**
 * How many are under a value, or not above it.
 * @param {Float64Array} ordered
 * @param {number} value
 * @param {boolean} include
 */
function bound(ordered, value, include) {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (ordered[mid] < value || (include && ordered[mid] === value)) low = mid + 1;
    else high = mid;
  }
  return low;
}

/**
 * The best grade whose cut reaches the rank, or the least score.
 * @param {number} measure
 * @param {Cut[]} cuts
 * @param {Places} places
 * @param {string} by
 */
function codeOf(measure, cuts, places, by) {
  return cuts.find((cut) => measure <= limit(cut, places, by))?.grade ?? NO_CODE;
}

/**
 * The last rank, or minus the least score, that still has the grade.
 * @param {Cut} cut
 * @param {Places} places
 * @param {string} by
 */
function limit({ to, above_last, least, round }, { of, ranked }, by) {
  if (by === "score") return least === null ? Infinity : -least;
  if (above_last !== null) return ranked - rounded((above_last / 100) * of, round);
  return rounded(((to ?? 100) / 100) * of, round);
}

/**
 * A share that is no whole number of enterprises.
 * @param {number} share
 * @param {string} round
 */
function rounded(share, round) {
  return round === "down" ? Math.floor(share + 1e-9) : Math.ceil(share - 1e-9);
}
