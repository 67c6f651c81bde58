// A file of 核查 notes, read whole or refused as geo/sources/notes.py reads it: nothing in it is
// believed, a photo is a JPEG, and what is refused is named with its place.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { merged } from "./merge.js";

/** @typedef {import("./merge.js").Note} Note */
/** @typedef {import("./merge.js").Photo} Photo */
/** @typedef {{ title: string, run: string }} MapOf */
/** @typedef {{ maps: MapOf[], notes: Note[] }} NoteFile */
/** @typedef {keyof typeof import("../lib/words.js").WORDS.zh.note_faults} Fault */
/** @typedef {{ [name: string]: unknown }} Table */

const LIMITS = SPEC.notes;
const JPEG = /^data:image\/jpeg;base64,\/9j\/[A-Za-z0-9+/]*={0,2}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const ID = /^[0-9A-Za-z_-]{1,100}$/;
// eslint-disable-next-line no-control-regex -- exactly these are refused
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
// eslint-disable-next-line no-control-regex -- exactly these are refused
const UNPRINTED = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** What no file of notes holds: why, and where it stands. */
export class Refused extends Error {
  /**
   * @param {Fault} fault
   * @param {string} place
   */
  constructor(fault, place = "") {
    super(`${fault} ${place}`);
    this.fault = fault;
    this.place = place;
  }
}

/**
 * The notes of a file's text.
 * @param {string} text
 * @returns {NoteFile}
 */
export function parse(text) {
  let json;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new Refused("no_json");
  }
  if (!isTable(json) || json.format !== LIMITS.format) throw new Refused("other_format");
  if (json.version !== LIMITS.version) throw new Refused("version", "version");
  const maps = listIn(json, "maps", "", 1000).map((one, k) => {
    const place = `maps[${k + 1}]`;
    const own = table(one, place);
    return { title: textIn(own, "title", place, 1000), run: textIn(own, "run", place, 100) };
  });
  const notes = listIn(json, "notes", "", LIMITS.most).map((one, k) =>
    noteOf(one, `notes[${k + 1}]`),
  );
  return { maps, notes };
}

/**
 * A file's text: the same for the same notes.
 * @param {NoteFile} file
 */
export function written({ maps, notes }) {
  const titles = new Map(maps.map(({ title, run }) => [`${title}\n${run}`, { title, run }]));
  const told = {
    format: LIMITS.format,
    version: LIMITS.version,
    maps: [...titles.keys()].sort().map((key) => titles.get(key)),
    notes: merged(notes),
  };
  return `${JSON.stringify(told, null, 1)}\n`;
}

/**
 * A note from outside.
 * @param {unknown} json
 * @param {string} place
 * @returns {Note}
 */
export function noteOf(json, place = "note") {
  const own = table(json, place);
  /** @param {"parcel" | "author" | "state"} name */
  const given = (name) => {
    const value = textIn(own, name, place, LIMITS.longest[name]);
    if (!value.trim()) throw new Refused("missing", `${place}.${name}`);
    return value;
  };
  const { withdrawn = false } = own;
  if (typeof withdrawn !== "boolean") throw new Refused("kind", `${place}.withdrawn`);
  const settles = listIn(own, "settles", place, 1000).map((one, k) => {
    const where = `${place}.settles[${k + 1}]`;
    const answer = table(one, where);
    const author = textIn(answer, "author", where, LIMITS.longest.author);
    return { author, saved: momentIn(answer, where) };
  });
  const photos = listIn(own, "photos", place, LIMITS.most_photos).map((one, k) =>
    photoOf(one, `${place}.photos[${k + 1}]`),
  );
  return {
    parcel: given("parcel"),
    author: given("author"),
    saved: momentIn(own, place),
    state: given("state"),
    words: textIn(own, "words", place, LIMITS.longest.words, CONTROL),
    date: dayIn(own, place),
    verdict: textIn(own, "verdict", place, LIMITS.longest.verdict),
    withdrawn,
    settles,
    photos,
  };
}

/**
 * @param {unknown} json
 * @param {string} place
 * @returns {Photo}
 */
function photoOf(json, place) {
  const own = table(json, place);
  const id = textIn(own, "id", place, 100);
  const data = textIn(own, "data", place, LIMITS.longest_photo);
  if (!ID.test(id)) throw new Refused("photo_id", `${place}.id`);
  if (data && !JPEG.test(data)) throw new Refused("no_jpeg", `${place}.data`);
  return { id, name: textIn(own, "name", place, LIMITS.longest.name), data };
}

/** @param {unknown} json @returns {json is Table} */
function isTable(json) {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/**
 * @param {unknown} json
 * @param {string} place
 */
function table(json, place) {
  if (!isTable(json)) throw new Refused("kind", place);
  return json;
}

/**
 * @param {Table} own
 * @param {string} name
 * @param {string} place
 * @param {number} most
 * @returns {unknown[]}
 */
function listIn(own, name, place, most) {
  const value = own[name] ?? [];
  const where = place ? `${place}.${name}` : name;
  if (!Array.isArray(value)) throw new Refused("kind", where);
  if (value.length > most) throw new Refused("too_many", where);
  return value;
}

/**
 * @param {Table} own
 * @param {string} name
 * @param {string} place
 * @param {number} most
 * @param {RegExp} refused characters
 */
function textIn(own, name, place, most, refused = UNPRINTED) {
  const value = own[name] ?? "";
  const where = `${place}.${name}`;
  if (typeof value !== "string") throw new Refused("kind", where);
  if (value.length > most) throw new Refused("too_long", where);
  if (refused.test(value) || value.isWellFormed?.() === false) throw new Refused("control", where);
  return value;
}

/**
 * @param {Table} own
 * @param {string} place
 */
function momentIn(own, place) {
  const value = textIn(own, "saved", place, 100);
  if (!MOMENT.test(value) || !isTime(value)) throw new Refused("moment", `${place}.saved`);
  return value;
}

/**
 * @param {Table} own
 * @param {string} place
 */
function dayIn(own, place) {
  const value = textIn(own, "date", place, 100);
  const known = DAY.test(value) && isTime(`${value}T00:00:00.000Z`);
  if (value && !known) throw new Refused("day", `${place}.date`);
  return value;
}

/**
 * Whether a moment is one of the calendar: 30 February is none.
 * @param {string} value
 */
function isTime(value) {
  const time = new Date(value);
  return !Number.isNaN(time.valueOf()) && time.toISOString() === value;
}
