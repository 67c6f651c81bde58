// Which parcels are in play: a park, and classes of any themes that were kept as filters.

import { at, coded } from "../lib/format.js";

/**
 * 1 where a parcel passes every filter {codes, hidden}, lies in the park (any if empty) and has an
 * area of `area` = [from, to] 亩 (null: no such bound).
 */
export function mask(data, filters, park = "", area = [null, null]) {
  const out = new Uint8Array(data.ids.length).fill(1),
    [from, to] = area;
  for (const { codes, hidden } of filters) {
    for (let i = 0; i < out.length; i++) if (hidden.has(codes[i])) out[i] = 0;
  }
  if (park) for (let i = 0; i < out.length; i++) if (data.park_of[i] !== park) out[i] = 0;
  if (from !== null) for (let i = 0; i < out.length; i++) if (!(data.mu[i] >= from)) out[i] = 0;
  if (to !== null) for (let i = 0; i < out.length; i++) if (!(data.mu[i] <= to)) out[i] = 0;
  return out;
}

/** Numbers of the parcels in play whose class is not hidden. */
export function shown(theme, inPlay, hidden) {
  const out = [];
  for (let i = 0; i < inPlay.length; i++) if (inPlay[i] && !hidden.has(theme.codes[i])) out.push(i);
  return out;
}

/** Sum of each measure over parcels; a measure that none of them reports is left out. */
export function sums(data, parcels) {
  return data.columns
    .filter((c) => data.sums.includes(c.name))
    .flatMap((column) => {
      let total = 0,
        known = 0;
      for (const i of parcels) {
        const value = at(column.values, i);
        if (value !== null) {
          total += value;
          known++;
        }
      }
      return known ? [{ column, total, known }] : [];
    });
}

/** The parcels sorted by a column of figures, the largest first; what is missing comes last. */
export function sorted(parcels, values) {
  return [...parcels].sort((a, b) => {
    const one = at(values, a),
      other = at(values, b);
    return (one === null) - (other === null) || (other ?? 0) - (one ?? 0) || a - b;
  });
}

/** The parcels' table: headings, then a row each, of text, numbers and null. */
export function rowsOf(data, parcels, lang) {
  const title = (c) => `${lang === "en" ? c.en : c.zh}${unit(c, lang)}`;
  const head = [
    lang === "en" ? "Parcel" : "宗地",
    lang === "en" ? "Area (mu)" : "面积（亩）",
    ...data.columns.map(title),
  ];
  return [
    head,
    ...parcels.map((i) => [
      data.ids[i],
      at(data.mu, i),
      ...data.columns.map((c) => coded(c, at(c.values, i), lang)),
    ]),
  ];
}

const LONGEST = 32767; // letters that a cell of Excel takes

/** A text as a cell of Excel takes it: what is no character of XML is replaced, the end is cut. */
export function excelText(value) {
  const text = String(value).toWellFormed?.() ?? String(value);
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}

/** As CSV for Excel: a byte-order mark; text that would be a formula is not. */
export function csv(rows) {
  return "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function unit(column, lang) {
  const said = column.unit[lang === "en" ? 1 : 0];
  return said ? (lang === "en" ? ` (${said})` : `（${said}）`) : "";
}

function cell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(7)));
  // Excel reads the full-width signs as formulas too, where an input method writes them.
  const text = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
