import assert from "node:assert/strict";
import { test } from "node:test";
import { leftOut } from "../src/map/backdrop.js";
import { isWhole, keptAround } from "../src/map/fade.js";
import { worldMetres } from "../src/map/ground.js";

/** @type {[number, number][]} */
const RING = [
  [29.3, 105.2],
  [29.32, 105.23],
  [29.31, 105.21],
];
const PARKS = [{ rings: [RING] }, { rings: [] }];

test("ground is kept 3 km about the box of a park", () => {
  const [kept, ...others] = keptAround(PARKS);
  assert.equal(others.length, 0);
  const metres = worldMetres(29.31);
  const width = (0.03 / 360) * metres + 6000;
  assert.ok(Math.abs((kept.x1 - kept.x0) * metres - width) < 1);
  assert.ok(kept.y0 < kept.y1);
});

test("a view that is well within shows no cut, one that reaches to it does", () => {
  const kept = keptAround(PARKS);
  const [{ x0, y0, x1, y1, metre }] = kept;
  const world = 256 * 2 ** 15;
  const view = (/** @type {number} */ off) => ({
    ...{ world, x: (x0 + off * metre) * world, y: (y0 + off * metre) * world },
    width: (x1 - x0 - 2 * off * metre) * world,
    height: (y1 - y0 - 2 * off * metre) * world,
  });
  assert.equal(isWhole(kept, view(1100)), true);
  assert.equal(isWhole(kept, view(900)), false);
});

test("what does not fit a page is counted, islands are no waters", () => {
  const packed = /** @type {any} */ ({ kind: Int32Array.of(0, 1, 2, 3, 3), total: 7 });
  assert.equal(leftOut(packed), 4);
  assert.equal(leftOut(null), 0);
});
