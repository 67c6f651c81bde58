// A sheet as CSV for Excel, written as its rows come: a byte-order mark, and no text is a formula.

import { line } from "../lib/cells.js";

/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {import("./sheet.js").Values} Values */

const UTF8 = new TextEncoder();

export class CsvWriter {
  /**
   * @param {Sheet} sheet
   * @param {(piece: Uint8Array) => void} take what is written, piece by piece
   */
  constructor({ columns, notes }, take) {
    this.take = take;
    const lines = [...notes.map((text) => [text]), columns.map(({ title }) => title)];
    this.write("\ufeff" + lines.map(line).join(""));
  }

  /**
   * Rows, column by column.
   * @param {Values[]} values
   */
  add(values) {
    const count = values[0]?.length ?? 0;
    const out = Array.from({ length: count }, (_, i) => line(values.map((own) => own[i])));
    this.write(out.join(""));
  }

  end() {}

  /** @param {string} text */
  write(text) {
    this.take(UTF8.encode(text));
  }
}
