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

test("a parcel is found by its id and by its name", () => {
  const data = { ids: ["A-1", "A-2"], occupiers, columns };
  assert.deepEqual(search(data, "一号"), [{ label: "A-1 · 东区一号", parcel: 0 }]);
  assert.deepEqual(search(data, "a-2"), [{ label: "A-2", parcel: 1 }]);
  assert.deepEqual(search(data, "LCBL"), [{ label: "隆昌玻璃 · A-2", parcel: 1 }]);
});

test("parcels without names are searched by id", () => {
  assert.deepEqual(
    search({ ids: ["A-1"], occupiers: { ...occupiers, parcel: Int32Array.of() } }, "a"),
    [{ label: "A-1", parcel: 0 }],
  );
});
