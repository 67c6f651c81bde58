// A sheet of any length as a file of Excel, written as its rows come: nothing but texts that repeat
// is kept. Text is text and never a formula.

import { strToU8, Zip, ZipDeflate } from "fflate";
import { digits, excelText } from "../lib/cells.js";
import { serial } from "../lib/moment.js";

/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {import("./sheet.js").Values} Values */
/** @typedef {(piece: Uint8Array) => void} Take */

const SHARED = 50_000; // texts kept to be written once; what comes after stands in its cell
const LEVEL = 1; // of compression: the file is a fifth larger than at 6, and made in half the time
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const PARTS = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Styles of cells: plain, a heading, a note, figures of so many decimals, days, moments. */
const [HEADING, NOTE, FIGURES] = [1, 2, 3];
const DECIMALS = [0, 1, 2, 3, 4, 5, 6];
const DAYS = FIGURES + DECIMALS.length; // then days and moments
const MOMENTS = DAYS + 1;

export class XlsxWriter {
  /**
   * @param {Sheet} sheet
   * @param {Take} take what is written, piece by piece
   */
  constructor({ columns, notes }, take) {
    this.columns = columns;
    this.rows = 0;
    /** @type {Map<string, number>} */
    this.shared = new Map();
    this.zip = new Zip((error, piece) => {
      if (error) throw error;
      take(piece);
    });
    this.head = notes.length + 1; // the row of the headings
    this.sheet = this.part("xl/worksheets/sheet1.xml");
    const lines = notes.map((text) => row(this.text(text, NOTE)));
    const titles = row(columns.map(({ title }) => this.text(title, HEADING)).join(""));
    this.sheet.push(strToU8(opening(columns, this.head) + lines.join("") + titles));
  }

  /**
   * Rows, column by column.
   * @param {Values[]} values
   */
  add(values) {
    const count = values[0]?.length ?? 0;
    const out = Array.from({ length: count }, (_, i) =>
      row(values.map((own, k) => this.cell(own[i], k)).join("")),
    );
    this.rows += count;
    this.sheet.push(strToU8(out.join("")));
  }

  /** The last of the sheet, and the other parts of the file. */
  end() {
    const last = nameOf(this.columns.length - 1);
    const range = `A${this.head}:${last}${this.head + this.rows}`;
    this.sheet.push(strToU8(closing(range)), true);
    const dollars = `$A$${this.head}:$${last}$${this.head + this.rows}`;
    const parts = {
      "[Content_Types].xml": TYPES,
      "_rels/.rels": relations([["officeDocument", "xl/workbook.xml"]]),
      "xl/workbook.xml": workbook(dollars),
      "xl/_rels/workbook.xml.rels": relations([
        ["worksheet", "worksheets/sheet1.xml"],
        ["styles", "styles.xml"],
        ["sharedStrings", "sharedStrings.xml"],
      ]),
      "xl/styles.xml": STYLES,
    };
    for (const [name, text] of Object.entries(parts)) this.part(name).push(strToU8(text), true);
    const texts = this.part("xl/sharedStrings.xml");
    texts.push(strToU8(`${XML}<sst xmlns="${MAIN}">`));
    texts.push(strToU8([...this.shared.keys()].map((text) => `<si>${text}</si>`).join("")));
    texts.push(strToU8("</sst>"), true);
    this.zip.end();
  }

  /** @param {string} name */
  part(name) {
    const part = new ZipDeflate(name, { level: LEVEL });
    part.mtime = new Date(1980, 0, 2);
    this.zip.add(part);
    return part;
  }

  /**
   * @param {string | number | null} value
   * @param {number} k the column
   */
  cell(value, k) {
    if (value === null) return "<c/>";
    if (typeof value === "string") {
      const count = this.columns[k].dated ? serial(value) : NaN;
      if (Number.isNaN(count)) return this.text(value, 0);
      return `<c s="${Number.isInteger(count) ? DAYS : MOMENTS}"><v>${count}</v></c>`;
    }
    if (!Number.isFinite(value)) return "<c/>";
    return `<c s="${FIGURES + this.columns[k].decimals}"><v>${digits(value)}</v></c>`;
  }

  /**
   * @param {string} value
   * @param {number} style
   */
  text(value, style) {
    const text = `<t xml:space="preserve">${escaped(value)}</t>`;
    const look = style ? ` s="${style}"` : "";
    let place = this.shared.get(text);
    if (place === undefined) {
      if (this.shared.size >= SHARED) return `<c t="inlineStr"${look}><is>${text}</is></c>`;
      place = this.shared.size;
      this.shared.set(text, place);
    }
    return `<c t="s"${look}><v>${place}</v></c>`;
  }
}

/** @param {string} cells */
function row(cells) {
  return `<row>${cells}</row>`;
}

/**
 * A text in XML; what Excel would read as a character's code (`_x0041_`) stays as it is written.
 * @param {string} value
 */
function escaped(value) {
  const text = excelText(value);
  if (!/[&<>_\r]/.test(text)) return text;
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replace(/_(x[0-9A-Fa-f]{4}_)/g, "_x005F_$1");
}

/**
 * A column's letters: 0 is A, 26 is AA.
 * @param {number} place
 * @returns {string}
 */
export function nameOf(place) {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : nameOf(Math.floor(place / 26) - 1) + last;
}

/**
 * @param {Sheet["columns"]} columns
 * @param {number} head
 */
function opening(columns, head) {
  const widths = columns.map(
    ({ width }, k) => `<col min="${k + 1}" max="${k + 1}" width="${width}" customWidth="1"/>`,
  );
  const corner = `topLeftCell="B${head + 1}" activePane="bottomRight" state="frozen"`;
  return (
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews>` +
    `<sheetView tabSelected="1" workbookViewId="0"><pane xSplit="1" ySplit="${head}" ${corner}/>` +
    `</sheetView></sheetViews><cols>${widths.join("")}</cols><sheetData>`
  );
}

/** @param {string} range */
function closing(range) {
  const page = '<pageSetup paperSize="9" orientation="landscape"/>';
  return `</sheetData><autoFilter ref="${range}"/>${page}</worksheet>`;
}

/** @param {string} range */
function workbook(range) {
  const filter = '<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">';
  return (
    `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">` +
    '<sheets><sheet name="mujun" sheetId="1" r:id="rId1"/></sheets>' +
    `<definedNames>${filter}mujun!${range}</definedName></definedNames></workbook>`
  );
}

/** @param {[kind: string, target: string][]} targets */
function relations(targets) {
  const all = targets.map(
    ([kind, target], k) =>
      `<Relationship Id="rId${k + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${all.join("")}</Relationships>`;
}

/** @param {string} name @param {string} kind */
const part = (name, kind) =>
  `<Override PartName="/xl/${name}.xml" ContentType="${PARTS}.${kind}"/>`;

const TYPES =
  `${XML}<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ' +
  'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  part("workbook", "sheet.main+xml") +
  part("worksheets/sheet1", "worksheet+xml") +
  part("styles", "styles+xml") +
  part("sharedStrings", "sharedStrings+xml") +
  "</Types>";

/** @param {number} decimals */
const formatOf = (decimals) => `#,##0${decimals ? `.${"0".repeat(decimals)}` : ""}`;
const FORMATS = [...DECIMALS.map(formatOf), "yyyy-mm-dd", "yyyy-mm-dd hh:mm"];

const FONT = '<sz val="11"/><name val="Calibri"/><family val="2"/>';
const STYLES =
  `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length}">` +
  FORMATS.map((code, k) => `<numFmt numFmtId="${170 + k}" formatCode="${code}"/>`).join("") +
  `</numFmts><fonts count="3"><font>${FONT}</font><font><b/>${FONT}</font>` +
  `<font><sz val="11"/><color rgb="FF8A4B00"/><name val="Calibri"/></font></fonts>` +
  '<fills count="3"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">' +
  '<fgColor rgb="FFEAF0F5"/></patternFill></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  `<cellXfs count="${3 + FORMATS.length}">` +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" ' +
  'applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>' +
  '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  FORMATS.map(
    (_, k) =>
      `<xf numFmtId="${170 + k}" fontId="0" fillId="0" borderId="0" xfId="0" ` +
      'applyNumberFormat="1"/>',
  ).join("") +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>' +
  "</styleSheet>";
