import assert from "node:assert/strict";
import { test } from "node:test";
import { hit, layout, mercator, readTable, varints } from "../src/decode.js";

test("varints read seven bits a byte, low bits first", () => {
  assert.deepEqual([...varints(Uint8Array.of(0, 1, 127, 0x80, 1, 0xac, 2))], [0, 1, 127, 128, 300]);
});

test("a varint beyond 32 bits keeps its value", () => {
  // 2**35 + 5
  assert.deepEqual([...varints(Uint8Array.of(0x85, 0x80, 0x80, 0x80, 0x80, 1))], [2 ** 35 + 5]);
});

const zigzag = (v) => (v < 0 ? -2 * v - 1 : 2 * v);
// One feature: a square of 0.4 degrees with a hole of 0.2 in its middle, in 1e-7 degrees.
const square = [[0, 0], [4e6, 0], [4e6, 4e6], [0, 4e6]];
const hole = [[1e6, 1e6], [3e6, 1e6], [3e6, 3e6], [1e6, 3e6]];
const flat = [...square, ...hole];
const steps = flat.flatMap(([x, y], i) => {
  const [px, py] = i ? flat[i - 1] : [0, 0];
  return [zigzag(x - px), zigzag(y - py)];
});
const shape = layout(Float64Array.from([2, 4, 4, ...steps]), 1);

test("a point in the ring hits, a point in the hole does not", () => {
  assert.equal(hit(shape, ...mercator(0.05, 0.05)), 0);
  assert.equal(hit(shape, ...mercator(0.2, 0.2)), -1);
  assert.equal(hit(shape, ...mercator(0.5, 0.2)), -1);
});

test("Web Mercator of the origin is the middle of the world", () => {
  assert.deepEqual(mercator(0, 0), [0.5, 0.5]);
});

test("a table's arrays stand behind its JSON, byte plane by byte plane", () => {
  const json = new TextEncoder().encode('{"a":[{"v":{"$":["f4",0,2]}}],"b":{"$":["u1",8,3]},"c":{"$":["f8",11,1]},"d":[1,null]}');
  const f4 = new Uint8Array(Float32Array.of(1.5, NaN).buffer), f8 = new Uint8Array(Float64Array.of(0.1).buffer);
  const planes = [0, 1, 2, 3].flatMap((p) => [f4[p], f4[4 + p]]);
  const bytes = Uint8Array.of(json.length, 0, 0, 0, ...json, ...planes, 7, 8, 255, ...f8);
  const table = readTable(bytes);
  assert.deepEqual([...table.a[0].v], [1.5, NaN]);
  assert.deepEqual([...table.b], [7, 8, 255]);
  assert.equal(table.c[0], 0.1);
  assert.deepEqual(table.d, [1, null]);
});
