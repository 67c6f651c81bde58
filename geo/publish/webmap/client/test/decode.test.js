import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOfLetters, hit, layout, mercator, readTable } from "../src/map/decode.js";

const varint = (v) => (v < 128 ? [v] : [(v % 128) + 128, ...varint(Math.floor(v / 128))]);

const zigzag = (v) => (v < 0 ? -2 * v - 1 : 2 * v);
// One feature: a square of 0.4 degrees with a hole of 0.2 in its middle, in 1e-7 degrees.
const square = [
  [0, 0],
  [4e6, 0],
  [4e6, 4e6],
  [0, 4e6],
];
const hole = [
  [1e6, 1e6],
  [3e6, 1e6],
  [3e6, 3e6],
  [1e6, 3e6],
];
const flat = [...square, ...hole];
const steps = flat.flatMap(([x, y], i) => {
  const [px, py] = i ? flat[i - 1] : [0, 0];
  return [zigzag(x - px), zigzag(y - py)];
});
const shape = layout(Uint8Array.from([7, 2, 4, 4, ...steps].flatMap(varint)), 1);

test("a point in the ring hits, a point in the hole does not", () => {
  assert.equal(hit(shape, ...mercator(0.05, 0.05)), 0);
  assert.equal(hit(shape, ...mercator(0.2, 0.2)), -1);
  assert.equal(hit(shape, ...mercator(0.5, 0.2)), -1);
});

test("vertices and boxes are where they were, beyond 32 bits of a step too", () => {
  const far = layout(
    Uint8Array.from([
      7,
      1,
      3,
      ...[
        [1799999999, 800000000],
        [-3599999998, 1],
        [7, -1],
      ]
        .flat()
        .map(zigzag)
        .flatMap(varint),
    ]),
    1,
  );
  for (const [v, [lon, lat]] of [
    [179.9999999, 80],
    [-179.9999999, 80.0000001],
    [-179.9999992, 80],
  ].entries()) {
    const [x, y] = mercator(lon, lat);
    assert.ok(Math.abs(far.x[v] - x) < 1e-14 && Math.abs(far.y[v] - y) < 1e-14);
  }
  assert.deepEqual([...far.box.slice(0, 4)], [far.x[1], far.y[1], far.x[0], far.y[2]]);
});

test("Web Mercator of the origin is the middle of the world", () => {
  assert.deepEqual(mercator(0, 0), [0.5, 0.5]);
});

test("a table's arrays stand behind its JSON, byte plane by byte plane", () => {
  const json = new TextEncoder().encode(
    '{"a":[{"v":{"$":["f4",0,2,-1]}}],"b":{"$":["u1",8,3,-1]},' +
      '"c":{"$":["f8",11,1,-1]},"d":[1,null]}',
  );
  const f4 = new Uint8Array(Float32Array.of(1.5, NaN).buffer);
  const f8 = new Uint8Array(Float64Array.of(0.1).buffer);
  const planes = [0, 1, 2, 3].flatMap((p) => [f4[p], f4[4 + p]]);
  const bytes = Uint8Array.of(json.length, 0, 0, 0, ...json, ...planes, 7, 8, 255, ...f8);
  const table = readTable(bytes);
  assert.deepEqual([...table.a[0].v], [1.5, NaN]);
  assert.deepEqual([...table.b], [7, 8, 255]);
  assert.equal(table.c[0], 0.1);
  assert.deepEqual(table.d, [1, null]);
});

test("whole numbers of a last decimal become floats again, with their holes", () => {
  const whole = new Uint8Array(Int32Array.of(125, -(2 ** 31), -7).buffer);
  const planes = [0, 1, 2, 3].flatMap((p) => [whole[p], whole[4 + p], whole[8 + p]]);
  for (const [kind, kept] of [
    ["f4", Math.fround],
    ["f8", (v) => v],
  ]) {
    const json = new TextEncoder().encode(`{"v":{"$":["${kind}",0,3,2]}}`);
    const table = readTable(Uint8Array.of(json.length, 0, 0, 0, ...json, ...planes));
    assert.deepEqual([...table.v], [1.25, NaN, kept(-0.07)]);
  }
});

test("codes become the entries that they stand for; equal arrays are read once", () => {
  const json = new TextEncoder().encode(
    '{"a":{"#":[{"$":["u1",0,3,-1]},["x",{"n":1},null]]},' +
      '"b":{"#":[{"$":["u1",0,3,-1]},{"$":["i4",3,3,-1]}]},' +
      '"c":{"#":[{"$":["u1",0,3,-1]},{"$":["i4",3,3,-1]}]}}',
  );
  const i4 = new Uint8Array(Int32Array.of(70, -5, 8).buffer);
  const planes = [0, 1, 2, 3].flatMap((p) => [i4[p], i4[4 + p], i4[8 + p]]);
  const table = readTable(Uint8Array.of(json.length, 0, 0, 0, ...json, 2, 0, 1, ...planes));
  assert.deepEqual(table.a, [null, "x", { n: 1 }]);
  assert.deepEqual(table.b, Int32Array.of(8, 70, -5));
  assert.equal(table.c, table.b);
});

test("letters of two bytes are bytes again, those that may not stand in a text too", () => {
  assert.deepEqual(bytesOfLetters("扡"), Uint8Array.of(97, 98));
  assert.deepEqual(bytesOfLetters("\ue000耢c\ue000"), Uint8Array.of(34, 0, 99));
  assert.deepEqual(bytesOfLetters("\ue000怀\ue000堀"), Uint8Array.of(0, 224, 0, 216));
});

test("records stand by field, and none behind the last", () => {
  const json = new TextEncoder().encode(
    '{"a":{"#":[{"$":["u1",0,3,-1]},{"=":{"n":{"$":["f8",3,2,1]},' +
      '"s":{"#":[{"$":["u1",11,2,-1]},["x"]]}}}]}}',
  );
  const whole = new Uint8Array(Int32Array.of(15, -(2 ** 31)).buffer);
  const planes = [0, 1, 2, 3].flatMap((p) => [whole[p], whole[4 + p]]);
  const table = readTable(Uint8Array.of(json.length, 0, 0, 0, ...json, 2, 0, 1, ...planes, 0, 0));
  assert.deepEqual(table.a, [null, { n: 1.5, s: "x" }, { n: null, s: "x" }]);
});
