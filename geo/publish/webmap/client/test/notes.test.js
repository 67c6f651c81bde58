import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Refused, noteOf, parse, written } from "../src/notes/file.js";
import { byParcel, merged, standings } from "../src/notes/merge.js";

const golden = new URL("../../../../../tests/data/notes_cases.json", import.meta.url);
const CASES = JSON.parse(readFileSync(golden, "utf8"));
const note = (told) => noteOf(told);
const NOTE = { parcel: "P", author: "王", saved: "2026-03-01T08:00:00.000Z", state: "不符" };
const PICTURE = "data:image/jpeg;base64,/9j/4AAQ";

test("notes stand as in the cases of both languages", () => {
  for (const { what, notes, kept } of CASES) {
    const found = [...byParcel(merged(notes.map(note))).values()].flatMap((own) =>
      standings(own).map(({ note: n, standing }) => [
        ...[n.parcel, n.author, n.saved, n.state],
        standing,
      ]),
    );
    assert.deepEqual(found, kept, what);
  }
});

test("a file that is written is read, and merging it again changes nothing", () => {
  const photos = [{ id: "a", name: "a.jpg", data: PICTURE }];
  const notes = merged([note({ ...NOTE, photos }), note({ ...NOTE, words: "=1\n2" })]);
  const maps = [{ title: "示范", run: "r" }];
  const text = written({ maps, notes });
  assert.deepEqual(parse(text), { maps, notes });
  assert.equal(written({ maps, notes: [...notes, ...parse(text).notes].reverse() }), text);
  // the photo of a statement that came without it
  const bare = note({ ...NOTE, photos: [{ id: "a", name: "a.jpg" }] });
  assert.equal(merged([bare, ...notes]).flatMap((n) => n.photos)[0].data, PICTURE);
});

test("a damaged or hostile file is refused, with the place", () => {
  const file = (more) => JSON.stringify({ format: "mujun-notes", version: 1, ...more });
  const of = (more) => file({ notes: [{ ...NOTE, ...more }] });
  const svg = { id: "a", data: "data:image/svg+xml;base64,PHN2Zy8+" };
  const html = { id: "a", data: "data:image/jpeg;base64,PHN2Zy8+" };
  /** @type {[string, string, string][]} */
  const cases = [
    ["{", "no_json", ""],
    ["[".repeat(100_000), "no_json", ""],
    ['{"version": NaN}', "no_json", ""],
    ["[]", "other_format", ""],
    [file({ version: 2 }), "version", "version"],
    [file({ notes: {} }), "kind", "notes"],
    [of({ parcel: " " }), "missing", "notes[1].parcel"],
    [of({ author: "a\nb" }), "control", "notes[1].author"],
    [of({ words: "\u001b[2J" }), "control", "notes[1].words"],
    [of({ words: "长".repeat(5001) }), "too_long", "notes[1].words"],
    [of({ saved: "2026-13-01T08:00:00.000Z" }), "moment", "notes[1].saved"],
    [of({ date: "2026-02-30" }), "day", "notes[1].date"],
    [of({ withdrawn: 1 }), "kind", "notes[1].withdrawn"],
    [of({ photos: [svg] }), "no_jpeg", "notes[1].photos[1].data"],
    [of({ photos: [html] }), "no_jpeg", "notes[1].photos[1].data"],
  ];
  for (const [text, fault, place] of cases) {
    assert.throws(
      () => parse(text),
      (/** @type {any} */ error) =>
        error instanceof Refused && error.fault === fault && error.place === place,
      `${fault} ${place}`,
    );
  }
});
