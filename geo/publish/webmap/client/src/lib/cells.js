// Rows of a table as other programs take them: CSV, and texts for cells of Excel.

/** @typedef {string | number | null} Cell */

const LONGEST = 32767; // letters that a cell of Excel takes

/**
 * A text as a cell of Excel takes it: what is no character of XML is replaced, the end is cut.
 * @param {Cell} value
 */
export function excelText(value) {
  const text = String(value).toWellFormed?.() ?? String(value);
  // eslint-disable-next-line no-control-regex -- exactly these are no characters of XML
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}

/**
 * As CSV for Excel: a byte-order mark; text that would be a formula is not.
 * @param {Cell[][]} rows
 */
export function csv(rows) {
  return "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** @param {Cell} value */
function cell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(7)));
  // Excel reads the full-width signs as formulas too, where an input method writes them.
  const text = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
