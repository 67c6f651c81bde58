// What a rule admits: an interval with open or closed ends, as geo/standards/sets.py has it.
// A missing end is NaN; an entry with neither end has no set. `ends`: 1 the lower end is open,
// 2 the upper.

import SPEC from "../../generated/spec.json" with { type: "json" };

const { places: PLACES, noise: NOISE } = SPEC;

/**
 * The lowest shown figure, in units of its last decimal, from `end` on (or above it).
 * @param {number} end
 * @param {number} scale
 * @param {number} open
 */
function grid(end, scale, open) {
  const place = end * scale;
  const noise = NOISE * scale + Math.abs(place) * 1e-12;
  return open ? Math.floor(place + noise) + 1 : Math.ceil(place - noise);
}

/**
 * [from … on, below …] of what is admitted before rounding, in halves of a millionth; both NaN
 * where there is no set.
 * @param {number} low
 * @param {number} high
 * @param {number} ends
 * @param {number} decimals
 * @returns {[number, number]}
 */
export function raw(low, high, ends, decimals) {
  const [noLow, noHigh] = [Number.isNaN(low), Number.isNaN(high)];
  if (noLow && noHigh) return [NaN, NaN];
  const scale = 10 ** decimals;
  const step = 10 ** (PLACES - decimals);
  return [
    noLow ? -Infinity : (2 * grid(low, scale, ends & 1) - 1) * step,
    noHigh ? Infinity : (2 * -grid(-high, scale, ends & 2) + 1) * step,
  ];
}

/**
 * Distance of a value to the set, below zero outside; NaN where either is missing.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function gapOf(value, low, high) {
  const below = value - low;
  const above = high - value;
  if (Number.isNaN(low)) return rounded(above);
  return rounded(Number.isNaN(high) ? below : Math.min(below, above));
}

/**
 * Whether the set holds a value that lies `gap` within it.
 * @param {number} gap
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @param {number} ends
 */
export function holds(gap, value, low, high, ends) {
  if (gap !== 0) return gap > 0;
  const onLow = (ends & 1) !== 0 && Math.abs(value - low) < NOISE;
  const onHigh = (ends & 2) !== 0 && Math.abs(high - value) < NOISE;
  return !onLow && !onHigh;
}

/**
 * Float noise of a difference is no gap: to 1e-9, halves to even.
 * @param {number} gap
 */
function rounded(gap) {
  const scaled = gap * 1e9;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  return (rest > 0.5 || (rest === 0.5 && floor % 2) ? floor + 1 : floor) / 1e9;
}
