import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fill } from "../src/lib/fill.js";
import { parcelCount } from "../src/lib/words.js";
import WORDS from "../generated/words.json" with { type: "json" };

const SRC = new URL("../src/", import.meta.url);
const TEXT = readdirSync(SRC, { recursive: true })
  .filter((name) => name.endsWith(".js") && !name.startsWith("chain"))
  .map((name) => readFileSync(new URL(name, SRC), "utf8"))
  .join("\n");

/** Names of a table, those of the tables in it with a dot. */
function keys(table, head = "") {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === "string" ? [head + key] : keys(value, `${head}${key}.`),
  );
}

test("both languages have the same words, and none is empty but on purpose", () => {
  assert.deepEqual(keys(WORDS.en).sort(), keys(WORDS.zh).sort());
  for (const lang of ["zh", "en"]) {
    const blank = keys(WORDS[lang]).filter(
      (key) => key.split(".").reduce((t, k) => t[k], WORDS[lang]) === "",
    );
    assert.deepEqual(blank, []);
  }
});

test("English has no signs of Chinese writing", () => {
  const said = (/** @type {string} */ key) => key.split(".").reduce((t, k) => t[k], WORDS.en);
  const odd = keys(WORDS.en).filter((key) => /[\u3000-\u303f\uff01-\uff5e]/.test(said(key)));
  assert.deepEqual(odd, []);
});

test("every word that is asked for is there, and every word is asked for", () => {
  const asked = new Set([...TEXT.matchAll(/\bwords\.(?!js)(\w+)/g)].map(([, key]) => key));
  for (const key of asked) assert.ok(key in WORDS.zh, key);
  for (const key of Object.keys(WORDS.zh)) {
    assert.ok(asked.has(key) || new RegExp(`\\.${key}\\b`).test(TEXT), `${key} is not used`);
  }
});

test("words go with their number, as they do on the Python side", () => {
  const text = "{n} {n:parcel lies|parcels lie} in {park}";
  assert.equal(fill(text, { n: 1, park: "P1" }), "1 parcel lies in P1");
  assert.equal(fill(text, { n: "1", park: "P1" }), "1 parcel lies in P1");
  assert.equal(fill(text, { n: 0, park: "$&" }), "0 parcels lie in $&");
  assert.equal(fill(text, { n: "1,200", park: "P1" }), "1,200 parcels lie in P1");
  assert.equal(fill(text, { park: "P1" }), "{n} {n:parcel lies|parcels lie} in P1");
  assert.equal(parcelCount(WORDS.en, 1), "1 parcel");
  assert.equal(parcelCount(WORDS.en, 1200), "1,200 parcels");
  assert.equal(parcelCount(WORDS.zh, 1), "1 宗");
});

test("a sentence with words that go with a number is filled by fill", () => {
  const counted = keys(WORDS.en).filter((key) =>
    /\{\w+:[^}]*\|/.test(key.split(".").reduce((t, k) => t[k], WORDS.en)),
  );
  assert.ok(counted.length > 20);
  for (const key of counted) {
    const name = key.split(".").at(-1);
    assert.doesNotMatch(TEXT, new RegExp(`words\\.(\\w+\\.)?${name}\\s*\\.replace`), key);
  }
});
