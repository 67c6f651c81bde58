// Moments and days by the reader's clock, not by Greenwich's.

/** @param {number} part */
const two = (part) => String(part).padStart(2, "0");

/**
 * 2026-11-28
 * @param {string} [moment] as ISO 8601 has it; else now
 */
export function localDay(moment) {
  const time = moment === undefined ? new Date() : new Date(moment);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/**
 * 2026-11-28 15:04
 * @param {string} moment as ISO 8601 has it
 */
export function localTime(moment) {
  const time = new Date(moment);
  return `${localDay(moment)} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

const FIRST = Date.UTC(1899, 11, 30); // the day that Excel counts from
const DAY = 86_400_000; // ms

/**
 * What Excel counts a day or a moment as; NaN where the text is neither.
 * @param {string} text as `localDay` or `localTime` writes it
 */
export function serial(text) {
  if (!/^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/.test(text)) return NaN;
  const [day, time = "00:00"] = text.split(" ");
  return (Date.parse(`${day}T${time}Z`) - FIRST) / DAY;
}
