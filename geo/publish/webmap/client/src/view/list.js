// The parcels in play as a table: sorted, zoomed to, saved as CSV or Excel.

import writeExcel from "write-excel-file/universal";
import { csv, excelText, rowsOf, shown, sorted } from "../map/filter.js";
import { at, number } from "../lib/format.js";
import { el } from "../lib/dom.js";

const LISTED = 300; // rows shown; the files have all

/** The list of the panel's view, the largest of the theme's own figures first. */
export function listCard(panel) {
  const { now, words, view, lang } = panel;
  const column = now.columns.find((c) => c.name === view.id && c.values instanceof Float32Array);
  const all = sorted(shown(view, panel.layer.inPlay, panel.layer.hidden), column?.values ?? now.mu);
  const name = now.title || "mujun";
  const button = (text, work) =>
    el("button", { type: "button", class: "mujun-keep", onclick: work }, text);
  const rows = all
    .slice(0, LISTED)
    .map((i) =>
      el(
        "tr",
        {},
        el(
          "th",
          {},
          el(
            "button",
            { type: "button", class: "mujun-link", onclick: () => panel.actions.open(i, true) },
            now.ids[i],
          ),
        ),
        el("td", {}, `${number(now.mu[i])} ${words.mu}`),
        el(
          "td",
          {},
          column ? number(at(column.values, i)) : panel.pick(view.legend[view.codes[i]]),
        ),
      ),
    );
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, `${panel.pick(view)} · ${number(all.length)}`),
    button(words.saveCsv, () =>
      save(new Blob([csv(rowsOf(now, all, lang))], { type: "text/csv" }), `${name}.csv`),
    ),
    " ",
    button(words.saveXlsx, async () =>
      save(await workbook(rowsOf(now, all, lang), now.synthetic), `${name}.xlsx`),
    ),
    el("table", { class: "mujun-list" }, ...rows),
    all.length > LISTED ? el("p", { class: "mujun-note" }, words.firstOnly) : null,
  );
}

/** One sheet: headings bold and fixed, text as text (never a formula), numbers as numbers. */
function workbook(rows, notice) {
  const cells = rows.map((row, k) =>
    row.map((value) =>
      value === null
        ? null
        : typeof value === "number"
          ? { value: Number(value.toPrecision(7)), type: Number }
          : { value: excelText(value), type: String, ...(k ? {} : { fontWeight: "bold" }) },
    ),
  );
  const head = notice ? [[{ value: excelText(notice), type: String, textColor: "#8a4b00" }]] : [];
  return writeExcel([...head, ...cells], {
    sheet: "mujun",
    stickyRowsCount: head.length + 1,
    columns: rows[0].map((title) => ({
      width: Math.min(30, Math.max(12, 2 * String(title).length)),
    })),
  }).toBlob();
}

/** Hand a blob to the browser's downloads. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
