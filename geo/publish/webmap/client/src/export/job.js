// Rows handed to a writer piece by piece, and the file that it makes of them.

import { CsvWriter } from "./csv.js";
import { XlsxWriter } from "./xlsx.js";

/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {import("./sheet.js").Values} Values */
/** @typedef {"csv" | "xlsx"} Format */

export const KINDS = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** A file that is being written. */
export class Job {
  /**
   * @param {Format} format
   * @param {Sheet} sheet
   */
  constructor(format, sheet) {
    this.format = format;
    /** @type {BlobPart[]} */
    this.pieces = [];
    const take = (/** @type {Uint8Array} */ piece) =>
      this.pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
    this.writer = format === "csv" ? new CsvWriter(sheet, take) : new XlsxWriter(sheet, take);
  }

  /** @param {Values[]} values */
  add(values) {
    this.writer.add(values);
    // What is written goes to the browser, which may put it on disk.
    if (this.pieces.length > 64) this.pieces = [new Blob(this.pieces)];
  }

  end() {
    this.writer.end();
    return new Blob(this.pieces, { type: KINDS[this.format] });
  }
}
