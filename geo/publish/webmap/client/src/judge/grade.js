// A trial of other score weights and grade shares: grades worked out anew, as geo/evaluate does.

const NO_GRADE = 255,
  UNGRADED = 4,
  NO_DATA = 5; // codes after A, B, C, D

/**
 * Grades under other weights and cuts: {grade, score, parcels}. `settings` are {weights, cuts}:
 * weights by `group/indicator`; cuts, as `to` (%) or `least` (points), by the grade's letter.
 * `parcels` has the code of each parcel's main enterprise, no data where it has none.
 */
export function regrade(scores, { weights = {}, cuts = {} } = {}) {
  const { grading } = scores,
    grade = scores.grade.slice();
  const score = new Float64Array(grade.length).fill(NaN);
  const own = grading.cuts.map((cut) => ({
    ...cut,
    to: grading.by === "share" ? (cuts[cut.name] ?? cut.to) : cut.to,
    least: grading.by === "score" ? (cuts[cut.name] ?? cut.least) : cut.least,
  }));
  for (const group of scores.groups) regradeGroup(scores, group, own, weights, grade, score);
  return { grade, score, parcels: ofParcels(scores, grade) };
}

/** The code of each parcel's main enterprise. */
export function ofParcels({ main }, grade) {
  return Uint8Array.from(main, (e) => (e < 0 ? NO_DATA : grade[e]));
}

function regradeGroup(scores, group, cuts, weights, grade, score) {
  const { grading, state, best, least, bonus, penalty, decimals } = scores,
    { member } = group;
  if (!member.length) return;
  const points = group.items.map((item) =>
    pointsOf(item, group, weights[`${group.id}/${item.indicator}`] ?? item.weight ?? 0),
  );
  const total = Float64Array.from(member, (e, k) => {
    let sum = points[0][k];
    for (let j = 1; j < points.length; j++) sum += points[j][k];
    return shown(sum + bonus[e] - penalty[e], decimals);
  });
  const competes = Array.from(member, (e, k) => state[e] === 0 && !Number.isNaN(total[k]));
  const counted =
    grading.shares_of === "graded" ? competes : Array.from(member, (e) => state[e] < 2);
  const of = counted.filter(Boolean).length;
  const ordered = total.filter((_, k) => competes[k]).sort(); // ascending
  const codes = Array.from(member, (_, k) => {
    if (grading.by === "none" || (grading.by === "share" && of < grading.least)) return -1;
    const measure =
      grading.by === "share"
        ? competes[k]
          ? rank(ordered, total[k], grading.ties)
          : NaN
        : -total[k];
    return codeOf(measure, cuts, of, grading.by);
  });
  member.forEach((e, k) => {
    score[e] = total[k];
    if (!competes[k]) {
      grade[e] = state[e] === 2 ? UNGRADED : NO_DATA;
      return;
    }
    let code = codes[k];
    if (code >= 0) {
      if (least[e] !== NO_GRADE && code > least[e]) code = least[e];
      if (best[e] !== NO_GRADE && code < best[e]) code = best[e]; // a veto holds
    }
    grade[e] = code < 0 ? UNGRADED : code;
  });
}

/** Points of an item; who is not in the base of the scale may lie beyond its ends. */
function pointsOf({ values, baseline, cap, mean }, { family, scale, mean: base }, weight) {
  let low = Infinity,
    high = -Infinity;
  values.forEach((v, k) => {
    if (scale[k] && !Number.isNaN(v)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  });
  const out = Float64Array.from(values, (v) => {
    let points = v * weight;
    if (family === "ratio") points = (v / (baseline ?? NaN)) * weight;
    else if (family === "minmax") {
      points =
        Number.isNaN(v) || low === Infinity
          ? NaN
          : (weight * (20 + 80 * (high > low ? (v - low) / (high - low) : 1))) / 100;
    }
    return cap !== null && points > cap ? cap : points;
  });
  if (!mean) return out;
  const there = out.filter((v, k) => base[k] && !Number.isNaN(v));
  const filled = there.length ? pairwise(there, 0, there.length) / there.length : NaN;
  return out.map((v) => (Number.isNaN(v) ? filled : v));
}

/** The sum of a run as NumPy adds it up: eight at a time, blocks of 128 in pairs. */
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

/** Half up to the decimals, as it is shown and compared. */
function shown(value, decimals) {
  const scale = 10 ** decimals;
  return Math.floor(value * scale + (0.5 + 1e-9)) / scale;
}

/** Place from the top among ascending scores; equal scores share the better or the worse place. */
function rank(ordered, score, ties) {
  const above = ordered.length - bound(ordered, score, true);
  return ties === "better" ? above + 1 : ordered.length - bound(ordered, score, false);
}

/** How many are under a value, or not above it. */
function bound(ordered, value, include) {
  let low = 0,
    high = ordered.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (ordered[mid] < value || (include && ordered[mid] === value)) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The best grade whose cut reaches the rank, or the least score. */
function codeOf(measure, cuts, of, by) {
  for (const cut of cuts) if (measure <= limit(cut, of, by)) return cut.grade;
  return -1;
}

function limit({ to, least, round }, of, by) {
  if (by === "score") return least === null ? Infinity : -least;
  const share = ((to ?? 100) / 100) * of;
  return round === "down" ? Math.floor(share + 1e-9) : Math.ceil(share - 1e-9);
}
