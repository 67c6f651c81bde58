// A trial of other score weights and grade shares: grades worked out anew, as geo/evaluate does.

import SPEC from "../../generated/spec.json" with { type: "json" };

/** @typedef {import("../../generated/wire.js").Scores} Scores */
/** @typedef {import("../../generated/wire.js").ScoreGroup} Group */
/** @typedef {import("../../generated/wire.js").ScoreItem} Item */
/** @typedef {import("../../generated/wire.js").Cut} Cut */
/** @typedef {import("../../generated/wire.js").Band} Band */
/** @typedef {{ [key: string]: number }} Settings */
/** @typedef {{ of: number, ranked: number }} Places */
/** @typedef {{ grade: Uint8Array, score: Float64Array, parcels: Uint8Array }} Regraded */

const { no_grade: NO_GRADE, states: STATE } = SPEC;
const { ungraded: UNGRADED, no_data: NO_DATA } = SPEC.grades;
const NO_CODE = -1;
const NO_BAND = -1;

/**
 * Grades under other weights, by `group/indicator`, and cuts, as `to` (%) or `least` (points), by
 * the grade's letter, or `group/letter` of a group with its own. `parcels` has the code of each
 * parcel's main enterprise, no data where it has none.
 * @param {Scores} scores
 * @param {{ weights?: Settings, cuts?: Settings }} settings
 * @returns {Regraded}
 */
export function regrade(scores, { weights = {}, cuts = {} } = {}) {
  const { by } = scores.grading;
  const grade = scores.grade.slice();
  const score = new Float64Array(grade.length).fill(NaN);
  for (const group of scores.groups) {
    const own = group.cuts.map((cut) => {
      const tried = cuts[cutKey(group, cut)];
      return {
        ...cut,
        to: by === "share" ? (tried ?? cut.to) : cut.to,
        least: by === "score" ? (tried ?? cut.least) : cut.least,
      };
    });
    if (group.member.length) regradeGroup(scores, group, own, weights, grade, score);
  }
  return { grade, score, parcels: ofParcels(scores, grade) };
}

/**
 * What a trial calls a cut: by its letter, with its group where that has its own.
 * @param {Pick<Group, "id" | "own_cuts">} group
 * @param {Pick<Cut, "name">} cut
 */
export function cutKey({ id, own_cuts }, { name }) {
  return own_cuts ? `${id}/${name}` : name;
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
  const steps = amongEquals(
    total,
    competes,
    group.further.map(({ values }) => values),
  );
  const side = grading.ties === "better" ? steps.above : steps.below.map((n) => -n);
  const none = grading.by === "none" || (grading.by === "share" && places.of < grading.least);
  member.forEach((e, k) => {
    score[e] = total[k];
    if (!competes[k]) {
      grade[e] = state[e] === STATE.not_graded ? UNGRADED : NO_DATA;
      return;
    }
    const place = rank(ordered, total[k], grading.ties) + side[k];
    const measure = grading.by === "share" ? place : -total[k];
    const code = none ? NO_CODE : codeOf(measure, cuts, places, grading.by);
    const vetoed = grading.promotion === "unless_vetoed" && scores.best[e] !== NO_GRADE;
    const least = vetoed ? NO_GRADE : scores.least[e];
    grade[e] = code < 0 ? UNGRADED : bounded(code, scores.best[e], least);
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
  const { values, missing } = item;
  const points = scaled(item, group, weight);
  const cap = capOf(item, weight);
  const out = Float64Array.from(values, (v) => {
    if (missing !== null && Number.isNaN(v)) return missing;
    const own = points(v);
    return own > cap ? cap : own;
  });
  if (!item.mean) return out;
  const filled = meanOf(out, group.mean);
  return out.map((v) => (Number.isNaN(v) ? filled : v));
}

/**
 * The most points of an item: so many, or so many times its weight.
 * @param {Item} item
 * @param {number} weight
 */
function capOf({ cap, cap_times }, weight) {
  return Math.min(cap ?? Infinity, cap_times === null ? Infinity : cap_times * weight);
}

/**
 * The mean of those in a base whose value is known.
 * @param {Float64Array} values
 * @param {Uint8Array} base
 */
function meanOf(values, base) {
  const there = values.filter((v, k) => base[k] && !Number.isNaN(v));
  return there.length ? pairwise(there, 0, there.length) / there.length : NaN;
}

/**
 * Least and largest known value of those in a base; infinite where there is none.
 * @param {Float64Array} values
 * @param {Uint8Array} base
 */
function endsOf(values, base) {
  let low = Infinity;
  let high = -Infinity;
  values.forEach((v, k) => {
    if (!base[k] || Number.isNaN(v)) return;
    low = Math.min(low, v);
    high = Math.max(high, v);
  });
  return [low, high];
}

/**
 * How a value becomes points, by the item's family (geo/evaluate/points.py).
 * @param {Item} item
 * @param {Group} group
 * @param {number} weight
 * @returns {(value: number) => number}
 */
function scaled({ family, values, baseline, bands }, { scale }, weight) {
  if (family === "ratio") return (v) => (v / (baseline || NaN)) * weight;
  if (family === "banded") {
    const most = Math.max(...bands.map(({ points }) => points));
    return (v) => (bands[bandOf(v, bands)]?.points ?? NaN) * (weight / most);
  }
  if (family === "inverse") return inverse(baseline || meanOf(values, scale), weight);
  if (family === "best") {
    const [, high] = endsOf(values, scale);
    return (v) => (v / (high > 0 ? high : NaN)) * weight;
  }
  if (family !== "minmax") return (v) => v * weight;
  const [low, high] = endsOf(values, scale);
  return (v) => {
    if (Number.isNaN(v) || low === Infinity) return NaN;
    const share = high > low ? (v - low) / (high - low) : 1;
    return (weight * (SPEC.minmax.floor + SPEC.minmax.span * share)) / 100;
  };
}

/**
 * Less is better: half the weight at the base, none from twice the base on, all of it at 0.
 * @param {number} base
 * @param {number} weight
 * @returns {(value: number) => number}
 */
function inverse(base, weight) {
  return (v) => {
    const times = v === 0 && !Number.isNaN(base) ? 0 : v / base;
    return (weight * Math.max(2 - times, 0)) / 2;
  };
}

/**
 * The band that holds a value: the first whose end it reaches, else the last.
 * @param {number} value
 * @param {Band[]} bands
 */
function bandOf(value, bands) {
  if (Number.isNaN(value)) return NO_BAND;
  return bands.findIndex(({ sign, end }) => {
    if (end === null) return true;
    const noise = SPEC.noise + Math.abs(end) * 1e-12;
    const past = sign[0] === ">" ? value - end : end - value;
    return sign.endsWith("=") ? past >= -noise : past > noise;
  });
}

/**
 * How many of the same score stand above and below each by further figures, the larger first. Who
 * lacks a figure is set apart by none.
 * @param {Float64Array} total
 * @param {boolean[]} competes
 * @param {Float64Array[]} further
 */
function amongEquals(total, competes, further) {
  const above = new Int32Array(total.length);
  const below = new Int32Array(total.length);
  if (!further.length) return { above, below };
  const all = [...total.keys()].filter((k) => competes[k]);
  let blocks = runs(
    all.sort((a, b) => total[a] - total[b]),
    total,
  );
  for (const figure of further) {
    const next = [];
    for (const block of blocks) {
      const known = block.filter((k) => !Number.isNaN(figure[k]));
      const parts = runs(
        known.sort((a, b) => figure[b] - figure[a]),
        figure,
      );
      let first = 0;
      for (const part of parts) {
        for (const k of part) {
          above[k] += first;
          below[k] += known.length - first - part.length;
        }
        first += part.length;
      }
      next.push(...parts);
    }
    blocks = next;
  }
  return { above, below };
}

/**
 * Runs of the same figure among members in its order.
 * @param {number[]} ordered
 * @param {Float64Array} figure
 */
function runs(ordered, figure) {
  /** @type {number[][]} */
  const out = [];
  ordered.forEach((k, at) => {
    if (at && figure[k] === figure[ordered[at - 1]]) out[out.length - 1].push(k);
    else out.push([k]);
  });
  return out;
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
  if (round === "up") return Math.ceil(share - 1e-9);
  return Math.floor(share + 1e-9 + (round === "half_up" ? 0.5 : 0));
}
