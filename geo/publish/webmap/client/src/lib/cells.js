// Rows of a table as other programs take them: CSV, and texts for cells of Excel.

/** @typedef {string | number | null} Cell */

const LONGEST = 32767; // letters that a cell of Excel takes

/**
 * A text as a cell of Excel takes it: what is no character of XML is replaced, the end is cut.
 * @param {string} value
 */
export function excelText(value) {
  const text = value.toWellFormed?.() ?? value;
  // eslint-disable-next-line no-control-regex -- exactly these are no characters of XML
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}

/**
 * Rows as CSV for Excel, with a byte-order mark.
 * @param {Cell[][]} rows
 */
export function csv(rows) {
  return "\ufeff" + rows.map(line).join("");
}

/**
 * A line of CSV; text that would be a formula is not.
 * @param {Cell[]} row
 */
export function line(row) {
  return `${row.map(cell).join(",")}\r\n`;
}

/** @param {Cell} value */
function cell(value) {
  if (value === null || Number.isNaN(value)) return "";
  if (typeof value === "number") return String(digits(value));
  // Excel reads the full-width signs as formulas too, where an input method writes them.
  const text = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const POWERS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`)); // exact

/**
 * A figure with its seven digits, as the page has it.
 * @param {number} value
 */
export function digits(value) {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return value;
  const place = 6 - Math.floor(Math.log10(Math.abs(value)));
  if (!(place >= 0 && place <= 22)) return Number(value.toPrecision(7));
  return Math.round(value * POWERS[place]) / POWERS[place];
}
