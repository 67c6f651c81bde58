import assert from "node:assert/strict";
import { test } from "node:test";
import { beginnings, namesOf, naming, room } from "../src/map/names.js";
import { blocks } from "../src/map/paint.js";
import { commonPlace, shortNames } from "../src/map/parks.js";

/** Shapes of one ring each in a world of 1000 px. */
function shapes(...rings) {
  const n = rings.length;
  const vertexStart = Uint32Array.from({ length: n + 1 }, (_, i) =>
    rings.slice(0, i).reduce((sum, ring) => sum + ring.length, 0),
  );
  const points = rings.flat();
  const box = rings.flatMap((ring) => {
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  });
  return {
    n,
    ringStart: Uint32Array.from({ length: n + 1 }, (_, i) => i),
    vertexStart,
    x: Float64Array.from(points, ([x]) => x / 1000),
    y: Float64Array.from(points, ([, y]) => y / 1000),
    box: Float64Array.from(box, (v) => v / 1000),
  };
}

const view = { world: 1000, x: 0, y: 0, width: 1000, height: 1000 };
const square = (x, y, a) => [[x, y], [x + a, y], [x + a, y + a], [x, y + a]]; // prettier-ignore

test("room for a name lies inside the parcel, beside its notch", () => {
  assert.deepEqual(room(shapes(square(0, 0, 60)), 0, view, 12), { x: 30, y: 30, width: 60 });
  const ring = "0,0 90,0 90,60 60,60 60,20 30,20 30,60 0,60";
  const notched = shapes(ring.split(" ").map((point) => point.split(",").map(Number)));
  const place = room(notched, 0, view, 12);
  assert.ok(place.y + 6 <= 20 || place.x <= 15 || place.x >= 75);
  assert.equal(room(shapes(square(0, 0, 10)), 0, view, 12), null);
});

test("names that fit are written, longer ones without the enterprise, others not at all", () => {
  const shape = shapes(square(0, 0, 60), square(100, 0, 30), square(200, 0, 20));
  const said = [];
  const ctx = {
    measureText: (text) => ({ width: 6 * text.length }),
    strokeText() {},
    fillText: (text) => said.push(text),
  };
  const names = (i) => [["0341", "玻璃厂"], ["0342", "某某建材公司"], ["0343"]][i];
  const style = { visible: () => true, names, font: "x" };
  for (const _ of naming(ctx, shape, blocks(shape), view, style));
  assert.deepEqual(said, ["0341", "玻璃厂", "0342"]);
});

test("a parcel is called by its name, or by its id without what its park's ids begin with", () => {
  const ids = ["SYN-01-0341", "SYN-01-0342", "SYN-02-0001", "SYN-02-0101"];
  const park_of = ["a", "a", "b", "b"];
  assert.deepEqual([...beginnings(ids, park_of).values()], ["SYN-01-", "SYN-02-"]);
  const occupiers = { names: ["甲", "乙"], parcel: [0, 1, 1], enterprise: [0, 0, 1] };
  const columns = [{ name: "name", kind: "text", values: [null, "一号地", null, null] }];
  const names = namesOf({ ids, park_of, columns, occupiers }, (n) => `${n} 家`);
  assert.deepEqual([0, 1, 3].map(names), [["0341", "甲"], ["一号地", "2 家"], ["0101"]]);
});

test("parks lose what all their names share, and nothing else", () => {
  const names = ["示范园·南区（合成）", "示范园·北区（合成）"];
  assert.deepEqual([shortNames(names), commonPlace(names)], [["南区", "北区"], "示范园"]);
  assert.deepEqual(shortNames(["成都高新区", "成都天府区"]), ["成都高新区", "成都天府区"]);
  assert.deepEqual(shortNames(["甲·东", "甲·"]), ["甲·东", "甲·"]);
  assert.deepEqual([shortNames(["甲·东"]), commonPlace(["甲·东"])], [["甲·东"], ""]);
});
