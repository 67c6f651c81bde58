import assert from "node:assert/strict";
import { test } from "node:test";
import { across, groundOf, paintGround, straightest } from "../src/map/backdrop.js";
import { placesOf, writePlaces } from "../src/map/placenames.js";

const view = { world: 256 * 2 ** 14, x: 0, y: 0, width: 1000, height: 1000 };
const inks = { place: "p", water: "w", halo: "h", font: "x" };

const close = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} ${other}`);

/** A context that keeps what is written, 10 px a letter. */
function paper() {
  const said = [];
  const calls = { measureText: (text) => ({ width: 10 * text.length }) };
  calls.fillText = (text, x, y) => said.push([text, x, y]);
  calls.fill = (rule) => said.push(["fill", rule]);
  for (const name of "save restore beginPath moveTo lineTo stroke strokeText".split(" ")) {
    calls[name] = () => {};
  }
  for (const name of ["translate", "rotate"]) calls[name] = (...at) => said.push([name, ...at]);
  return { ctx: calls, said };
}

/** Places at px of the view; each is a name, x, y, level and, of water, the px of its room. */
function places(...rows) {
  const of = (k) => Float64Array.from(rows, (row) => (row[k] ?? 0) / view.world);
  return {
    names: rows.map(([name]) => name),
    name: Int32Array.from(rows.keys()),
    x: of(1),
    y: of(2),
    level: Int32Array.from(rows, (row) => row[3]),
    room: of(4),
  };
}

test("of names that meet the larger place's stays, the other moves or goes", () => {
  const { ctx, said } = paper();
  const taken = [{ x0: 480, y0: 692, x1: 520, y1: 708 }];
  const all = places(
    ["大镇", 100, 100, 2],
    ["小村", 105, 102, 3],
    ["远村", 300, 100, 3],
    ["地块旁村", 500, 700, 3],
    ["外村", 1200, 100, 3],
  );
  writePlaces(ctx, all, view, inks, taken);
  // The town holds 90.5 … 109.5: the village, 17.5 px high, ends at 89.75 where it is 21 px up.
  assert.deepEqual(said[0], ["大镇", 100, 100]);
  assert.deepEqual(said[1], ["小村", 105, 102 - 21]);
  assert.deepEqual(said[2], ["远村", 300, 100]);
  assert.deepEqual(said[3], ["地块旁村", 500, 700 - 21]);
  assert.equal(said.length, 4);
  for (const [k, a] of taken.entries()) {
    for (const b of taken.slice(k + 1)) {
      assert.ok(a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0);
    }
  }
});

test("where all is taken a name is not written; small places wait for a nearer view", () => {
  const { ctx, said } = paper();
  const full = [{ x0: 0, y0: 0, x1: 1000, y1: 1000 }];
  writePlaces(ctx, places(["镇", 500, 500, 2]), view, inks, full);
  const far = { ...view, world: 256 * 2 ** 12, width: 1000, height: 1000 };
  const several = places(["市", 400, 400, 0], ["村", 1600, 1600, 3]);
  writePlaces(ctx, several, far, inks, []);
  assert.deepEqual(said, [["市", 100, 100]]);
});

test("a water's name is written where the water has room for it", () => {
  const { ctx, said } = paper();
  const waters = places(["大湖", 500, 500, -1, 40], ["小水塘", 200, 200, -1, 15]);
  writePlaces(ctx, waters, view, inks, []);
  assert.deepEqual(said, [["大湖", 500, 500]]);
});

test("a page's names come from their steps; a page without any has none", () => {
  assert.equal(placesOf(null), null);
  const packed = {
    place_lon: Int32Array.of(90_000_000, 90_000_000),
    place_lat: Int32Array.of(0, 0),
    place_name: Int32Array.of(0, 1),
    names: ["甲", "乙"],
    level: Int32Array.of(2, -1),
    room: Int32Array.of(0, 360_000),
  };
  const made = placesOf(packed);
  assert.deepEqual([...made.x], [0.75, 1]);
  for (const y of made.y) close(y, 0.5);
  assert.deepEqual([...made.room], [0, 0.001]);
  assert.equal(placesOf({ ...packed, place_name: Int32Array.of() }), null);
});

/** Lines at px of the view: a kind, a name and points. */
function ground(...lines) {
  const start = [0];
  for (const [, , ...points] of lines) start.push(start.at(-1) + points.length);
  const points = lines.flatMap(([, , ...all]) => all);
  const box = lines.flatMap(([, , ...all]) => {
    const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  });
  return {
    x: Float64Array.from(points, ([x]) => x / view.world),
    y: Float64Array.from(points, ([, y]) => y / view.world),
    start: Int32Array.from(start),
    kind: Int32Array.from(lines, ([kind]) => kind),
    name: Int32Array.from(lines.keys()),
    names: lines.map(([, name]) => name),
    box: Float64Array.from(box, (v) => v / view.world),
    kept: [],
  };
}

test("a name lies on a straight piece near the view's middle, and reads from left to right", () => {
  const bent = ground([1, "溪", [100, 0], [100, 400], [900, 400], [900, 900]]);
  const place = straightest(bent, 0, view, 60);
  close(place.x, 500);
  close(place.y, 400);
  close(place.angle, 0);
  const back = straightest(ground([1, "溪", [900, 500], [100, 500]]), 0, view, 60);
  close(Math.sin(back.angle), 0);
  close(Math.cos(back.angle), 1);
  // No 100 px of a zigzag of 40 px a side are straight: 2.5 sides lead 63 px far.
  const zigzag = Array.from({ length: 21 }, (_, k) => [100 + 28 * k, k % 2 ? 128 : 100]);
  assert.equal(straightest(ground([1, "溪", ...zigzag]), 0, view, 100), null);
});

test("a name keeps off the end of its line, and is not cut at the frame", () => {
  // The brook ends in the view's middle; its next straight piece is as near as a name is long.
  const brook = ground([1, "溪", [500, 500], [600, 500], [900, 500]]);
  close(straightest(brook, 0, view, 60).x, 750);
  const shore = ground([2, "溪", [500, 500], [600, 500], [900, 500]]); // a ring has no end
  close(straightest(shore, 0, view, 60).x, 550);
  const { ctx, said } = paper();
  const look = { road: "r", name: "n", water: "w", waterName: "v", halo: "h", font: "x" };
  // 40 px of name and 10 about it: 25 to each side of x = 20 are not all in the frame.
  paintGround(ctx, ground([1, "一二三四", [-80, 900], [120, 900]]), view, look, []);
  const all = places(["边上村", 14, 500, 3], ["里面村", 19, 700, 3], ["顶上村", 500, 3, 3]);
  writePlaces(ctx, all, view, inks, []);
  // Letters of 30 px and 3 about them take 18 to each side; over the frame's top is no room, under
  // the point is: 1.2 × 17.5 px lower.
  assert.deepEqual(said, [
    ["里面村", 19, 700],
    ["顶上村", 500, 3 + 21],
  ]);
});

test("a river's name stands in its middle, whichever shore it was found on", () => {
  // Counterclockwise on the earth, as y grows to the south: the water is on the left of the shore.
  const river = ground([2, "大河", [0, 480], [0, 520], [1000, 520], [1000, 480], [0, 480]]);
  const place = straightest(river, 0, view, 60);
  close(across(river, 0, view, place), 40);
  const { ctx, said } = paper();
  const look = { road: "r", name: "n", water: "w", waterName: "v", halo: "h", font: "x" };
  const taken = [];
  paintGround(ctx, river, view, look, taken);
  const [, x, y] = said.find(([what]) => what === "translate");
  close(x, 500);
  close(y, 500);
  close(taken[0].y1 - taken[0].y0, 14);
  assert.deepEqual(said.filter(([what]) => what === "大河").length, 1);
});

test("a lake is filled with its islands left out, and names of waters keep apart", () => {
  const lake = ground(
    [2, "", [100, 100], [100, 300], [300, 300], [300, 100], [100, 100]],
    [3, "", [150, 150], [200, 150], [200, 200], [150, 200], [150, 150]],
    [1, "一溪", [0, 600], [1000, 600]],
    [1, "一溪", [0, 640], [1000, 640]],
    [1, "二溪", [0, 660], [1000, 660]],
  );
  const { ctx, said } = paper();
  const look = { road: "r", name: "n", water: "w", waterName: "v", halo: "h", font: "x" };
  const taken = [];
  paintGround(ctx, lake, view, look, taken);
  assert.deepEqual(said[0], ["fill", "evenodd"]);
  assert.equal(said.filter(([what]) => what === "fill").length, 1);
  const names = said.filter(([what]) => what.endsWith("溪")).map(([what]) => what);
  assert.deepEqual(names, ["一溪"]); // the others would lie within 90 px
  assert.equal(taken.length, 1);
  const beside = paper();
  paintGround(beside.ctx, lake, view, look, [{ x0: 0, y0: 590, x1: 1000, y1: 700 }]);
  assert.deepEqual(beside.said, [["fill", "evenodd"]]); // names of parks are there before
  assert.equal(groundOf(null), null);
});
