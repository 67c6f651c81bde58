import assert from "node:assert/strict";
import { test } from "node:test";
import { read, written } from "../src/map/address.js";

test("a view is read back from its address", () => {
  const view = {
    zoom: 13.25,
    lat: 29.34567,
    lon: 105.1,
    theme: "rule:longchang/tax",
    park: "园区 1/2",
  };
  assert.deepEqual(read(written(view)), view);
});

test("anything else is no view", () => {
  for (const hash of [
    "",
    "#",
    "#1/2/3",
    "#a/b/c/d/e",
    "#13/95/105/x/",
    "#13/29/205/x/",
    "#%/1/1/x/y",
  ]) {
    assert.equal(read(hash), null);
  }
});
