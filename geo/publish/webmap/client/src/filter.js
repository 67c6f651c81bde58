// Which parcels are in play: a park, and classes of any themes that were kept as filters.

import { at } from "./words.js";

export const MEASURES = ["revenue", "tax"];

/** 1 where a parcel passes every filter {theme, hidden} and lies in the park (any if empty). */
export function mask(data, filters, park = "") {
  const out = new Uint8Array(data.ids.length).fill(1);
  for (const { theme, hidden } of filters) {
    const { codes } = data.themes[theme];
    for (let i = 0; i < out.length; i++) if (hidden.has(codes[i])) out[i] = 0;
  }
  if (park) for (let i = 0; i < out.length; i++) if (data.park_of[i] !== park) out[i] = 0;
  return out;
}

/** Parcels and 亩 of each class of a theme, of those in play. */
export function counts(data, theme, inPlay) {
  const out = theme.legend.map(() => ({ parcels: 0, mu: 0 }));
  for (let i = 0; i < inPlay.length; i++) {
    if (!inPlay[i]) continue;
    out[theme.codes[i]].parcels++;
    out[theme.codes[i]].mu += at(data.mu, i) ?? 0;
  }
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
  return data.columns.filter((c) => MEASURES.includes(c.name)).flatMap((column) => {
    let total = 0, known = 0;
    for (const i of parcels) {
      const value = at(column.values, i);
      if (value !== null) { total += value; known++; }
    }
    return known ? [{ column, total, known }] : [];
  });
}

/** The parcels sorted by a column of figures, the largest first; what is missing comes last. */
export function sorted(parcels, values) {
  return [...parcels].sort((a, b) => {
    const one = at(values, a), other = at(values, b);
    return (one === null) - (other === null) || (other ?? 0) - (one ?? 0) || a - b;
  });
}

/** CSV of parcels with all columns, for Excel: a byte-order mark; text that would be a formula is not. */
export function csv(data, parcels, lang) {
  const title = (c) => `${lang === "en" ? c.en : c.zh}${unit(c, lang)}`;
  const head = [lang === "en" ? "Parcel" : "宗地", lang === "en" ? "Area (mu)" : "面积（亩）",
    ...data.columns.map(title)];
  const rows = parcels.map((i) => [data.ids[i], at(data.mu, i),
    ...data.columns.map((c) => at(c.values, i))]);
  return "\ufeff" + [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function unit(column, lang) {
  const said = column.unit[lang === "en" ? 1 : 0];
  return said ? (lang === "en" ? ` (${said})` : `（${said}）`) : "";
}

function cell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(7)));
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
