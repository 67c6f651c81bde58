// What a rule admits: an interval with open or closed ends, as geo/standards/sets.py has it.
// A missing end is NaN; an entry with neither end has no set. `ends`: 1 the lower end is open, 2 the upper.

const PLACES = 6; // most decimals of a rule; raw ends are whole halves of the last
const NOISE = 5e-10; // below it two figures are equal

/** The lowest shown figure, in units of its last decimal, from `end` on (or above it). */
function grid(end, scale, open) {
  const at = end * scale,
    noise = NOISE * scale + Math.abs(at) * 1e-12;
  return open ? Math.floor(at + noise) + 1 : Math.ceil(at - noise);
}

/** [from … on, below …] of what is admitted before rounding; both NaN where there is no set. */
export function raw(low, high, ends, decimals) {
  const none = Number.isNaN(low),
    open = Number.isNaN(high);
  if (none && open) return [NaN, NaN];
  const scale = 10 ** decimals,
    step = 10 ** (PLACES - decimals);
  return [
    none ? -Infinity : (2 * grid(low, scale, ends & 1) - 1) * step,
    open ? Infinity : (2 * -grid(-high, scale, ends & 2) + 1) * step,
  ];
}

/** Distance of a value to the set, below zero outside; NaN where either is missing. */
export function gapOf(value, low, high) {
  const below = value - low,
    above = high - value;
  return rounded(Number.isNaN(low) ? above : Number.isNaN(high) ? below : Math.min(below, above));
}

/** Whether the set holds a value that lies `gap` within it. */
export function holds(gap, value, low, high, ends) {
  if (gap !== 0) return gap > 0;
  return !(
    (ends & 1 && Math.abs(value - low) < NOISE) ||
    (ends & 2 && Math.abs(high - value) < NOISE)
  );
}

/** Float noise of a difference is no gap: to 1e-9, halves to even. */
function rounded(gap) {
  const scaled = gap * 1e9,
    floor = Math.floor(scaled),
    rest = scaled - floor;
  return (rest > 0.5 || (rest === 0.5 && floor % 2) ? floor + 1 : floor) / 1e9;
}
