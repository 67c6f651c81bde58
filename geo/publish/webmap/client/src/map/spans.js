// What the classes of a theme of figures are called: by their ends, all with as many decimals.

import { fixed } from "../lib/format.js";

const MOST_DECIMALS = 6;

/**
 * What the classes between edges are called: < 1, 1 – 2, ≥ 2; of counts 0, 1 – 2, ≥ 3. A bound
 * belongs to the class above it; of whole numbers both ends belong to the class.
 * @param {number[]} edges
 * @param {Float64Array} ascending
 */
export function spansOf(edges, ascending) {
  const [low, high] = [ascending[0], ascending[ascending.length - 1]];
  if (!edges.length) return [ascending.length && low === high ? edgeTexts([low])[0] : "—"];
  const first = edgeTexts(edges);
  const end = edges.length;
  if (!areWhole(edges) || !ascending.every(Number.isInteger)) {
    const middle = edges.slice(1).map((_, k) => `${first[k]} – ${first[k + 1]}`);
    return [`< ${first[0]}`, ...middle, `≥ ${first[end - 1]}`];
  }
  const last = edges.map((edge) => fixed(edge - 1, 0));
  const middle = edges
    .slice(1)
    .map((_, k) => (first[k] === last[k + 1] ? first[k] : `${first[k]} – ${last[k + 1]}`));
  return [
    low === edges[0] - 1 ? last[0] : `≤ ${last[0]}`,
    ...middle,
    high === edges[end - 1] ? first[end - 1] : `≥ ${first[end - 1]}`,
  ];
}

/**
 * Edges as the legend made in Python says them, all with as many decimals: the largest with four
 * digits, the smallest with two, and each apart.
 * @param {number[]} edges
 */
export function edgeTexts(edges) {
  let decimals = decimalsOf(edges);
  const many = new Set(edges).size;
  const shown = () => edges.map((edge) => fixed(edge, decimals));
  while (decimals < MOST_DECIMALS && new Set(shown()).size < many) decimals += 1;
  return shown();
}

/** @param {number[]} edges */
function decimalsOf(edges) {
  if (edges.every(Number.isInteger)) return 0;
  const exact = [1, 2, 3].find((d) => edges.every((edge) => Number(edge.toFixed(d)) === edge));
  const sizes = edges.filter(Boolean).map((edge) => Math.floor(Math.log10(Math.abs(edge))));
  const least = Math.max(3 - Math.max(...sizes), 1 - Math.min(...sizes), 0);
  return Math.min(exact ?? least, least, MOST_DECIMALS);
}

/** @param {readonly number[]} values */
export function areWhole(values) {
  return values.length > 0 && values.every(Number.isInteger);
}
