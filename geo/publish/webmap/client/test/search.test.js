import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "../src/map/search.js";

const occupiers = {
  ids: ["91510"],
  names: ["隆昌玻璃"],
  initials: ["lcbl"],
  enterprise: Int32Array.of(0),
  parcel: Int32Array.of(1),
};
const column = { zh: "宗地名称", en: "Parcel name", unit: ["", ""], kind: "text", coded: {} };
const columns = /** @type {any} */ ([{ ...column, name: "name", values: ["东区一号", null] }]);

const terms = /** @type {any} */ ([
  { kind: "park", zh: "东区", en: "East", text: "东区 dq", park: "P", theme: "", code: -1 },
  {
    kind: "industry",
    zh: "15 酒",
    en: "15",
    text: "15 酒 白酒制造 bjzz",
    theme: "industry",
    code: 2,
  },
]);
const data = { ids: ["A-1", "A-2"], occupiers, columns, terms };

/** Kinds with totals and what is found. */
const found = (text, limits) =>
  search(data, text, limits).map(({ kind, total, matches }) => [
    `${kind} ${total}`,
    ...matches.map(({ label, parcel, term }) => (term ? term.zh : `${label} → ${parcel}`)),
  ]);

test("a text is found by kind: ids, names, initials, what an industry holds", () => {
  assert.deepEqual(found("一号"), [["parcel 1", "A-1 · 东区一号 → 0"]]);
  assert.deepEqual(found("a-2"), [["parcel 1", "A-2 → 1"]]);
  assert.deepEqual(found("LCBL"), [["enterprise 1", "隆昌玻璃 · A-2 → 1"]]);
  assert.deepEqual(found("白酒"), [["industry 1", "15 酒"]]);
  assert.deepEqual(found("东区"), [
    ["park 1", "东区"],
    ["parcel 1", "A-1 · 东区一号 → 0"],
  ]);
  assert.deepEqual(found(" "), []);
});

test("of many the first stand, and how many there are", () => {
  assert.deepEqual(found("a-", { parcel: 1 }), [["parcel 2", "A-1 · 东区一号 → 0"]]);
});

test("parcels without names are searched by id", () => {
  const bare = { ids: ["A-1"], occupiers: { ...occupiers, parcel: Int32Array.of() } };
  assert.equal(search(bare, "a")[0].matches[0].label, "A-1");
});
