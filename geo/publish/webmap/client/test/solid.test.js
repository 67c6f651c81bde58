import assert from "node:assert/strict";
import { test } from "node:test";
import { skyline } from "../src/solid/paint.js";
import * as prisms from "../src/solid/prisms.js";

const ORIGIN = { x: 0, y: 0, metres: 1 };

/** Features of rings of [x, y] in metres; Web Mercator's y runs to the south. */
function shapeOf(...features) {
  const rings = features.flat();
  const points = rings.flat();
  const starts = (lists) =>
    Uint32Array.from(
      [0, ...lists].map(
        (
          (sum) => (l) =>
            (sum += l.length ?? l)
        )(0),
      ),
    );
  return {
    n: features.length,
    ringStart: starts(features),
    vertexStart: starts(rings),
    x: Float64Array.from(points, (p) => p[0]),
    y: Float64Array.from(points, (p) => -p[1]),
    box: new Float64Array(4 * features.length),
  };
}

const box = (x0, y0, x1, y1) => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

function standing(features, heights, { turn = 0, tilt = 30 } = {}) {
  const shape = prisms.prints(
    shapeOf(...features),
    features.map((_, i) => i),
    ORIGIN,
  );
  const lie = prisms.turned(shape, turn);
  const order = prisms.order(shape, lie);
  const camera = { k: 1, x: 0, y: 0, tilt };
  const hit = (x, y) => prisms.hitPrism(shape, lie, camera, order, heights, x, y);
  return { shape, lie, order: [...order], camera, hit };
}

test("a point shows where the sine and cosine of the tilt put it", () => {
  const [x, y] = prisms.project({ k: 2, x: 100, y: 50, tilt: 30 }, 10, 20, 40);
  assert.equal(x, 120);
  assert.ok(Math.abs(y - (50 - 2 * (20 * 0.5 + 40 * Math.sqrt(0.75)))) < 1e-9);
  const [u, v] = prisms.turnedPoint(1, 0, 90); // the east lies ahead after a quarter turn
  assert.ok(Math.abs(u) < 1e-12 && Math.abs(v - 1) < 1e-12);
  assert.ok(Math.abs(prisms.upright({ k: 2, x: 0, y: 0, tilt: 60 }) - 1) < 1e-9);
});

test("of two that lie behind each other the farther comes first, whatever their middles", () => {
  // A long bar; its middle is nearer than that of the block which stands before its far end.
  const bar = [
    [0, 0],
    [100, 60],
    [100, 70],
    [0, 10],
  ];
  const block = box(80, 38, 90, 42);
  assert.ok((0 + 70) / 2 < (38 + 42) / 2);
  assert.deepEqual(standing([[bar], [block]], [1, 1]).order, [0, 1]);
  assert.deepEqual(standing([[block], [bar]], [1, 1]).order, [1, 0]);
  assert.deepEqual(standing([[bar], [block]], [1, 1], { turn: 180 }).order, [1, 0]);
  // Squares of a street, seen from the south: the northern first; from the north the other way.
  const street = [0, 1, 2].map((k) => [box(0, 20 * k, 10, 20 * k + 10)]);
  assert.deepEqual(standing(street, [1, 1, 1]).order, [2, 1, 0]);
  assert.deepEqual(standing(street, [1, 1, 1], { turn: 180 }).order, [0, 1, 2]);
});

test("the skyline is the uppermost end of the columns that stand there", () => {
  const boxes = Float64Array.of(...[0, 10, 0, 10], ...[20, 30, 0, 10], ...[22, 24, 40, 44]);
  const picture = {
    lie: { u: new Float64Array(), v: new Float64Array(), box: boxes },
    camera: { k: 1, x: 100, y: 200, tilt: 30 },
    heights: Float64Array.of(50, 0, 20), // the second one has none
    frame: { x: 0, y: 0, w: 400, h: 300 },
  };
  const over = skyline(/** @type {any} */ (picture));
  /** @param {number} v @param {number} z */
  const end = (v, z) => 200 - v / 2 - (z * 3 ** 0.5) / 2;
  assert.ok(Math.abs(over(96, 112) - end(10, 50)) < 1e-9);
  assert.ok(Math.abs(over(116, 135) - end(44, 20)) < 1e-9);
  assert.equal(over(200, 240), Infinity);
});

test("prints that hide each other in a circle each stand once", () => {
  const ring = [
    [[box(0, 0, 30, 10)], [box(30, 0, 40, 30)], [box(10, 30, 40, 40)], [box(0, 10, 10, 40)]],
  ][0];
  const { order } = standing(ring, [1, 1, 1, 1], { turn: 17 });
  assert.deepEqual([...order].sort(), [0, 1, 2, 3]);
});

test("a place of the screen is on the top or a wall of what stands nearest", () => {
  const near = [box(0, 0, 10, 10)];
  const far = [box(0, 20, 10, 30)];
  const { hit } = standing([near, far], [40, 5], { tilt: 30 });
  const cos = Math.sqrt(0.75);
  assert.equal(hit(5, -1), 0); // the wall, a metre over its foot
  assert.equal(hit(5, -(5 * 0.5 + 40 * cos)), 0); // the middle of the top
  assert.equal(hit(5, -(25 * 0.5 + 5 * cos)), 0); // the far one's top is behind the near wall
  assert.equal(hit(5, -(10 * 0.5 + 40 * cos) - 0.5), -1); // over the near top, nothing
  const low = standing([near, far], [1, 5], { tilt: 30 });
  assert.equal(low.hit(5, -(25 * 0.5 + 5 * cos)), 1); // a low one hides it no more
  assert.equal(low.hit(11, -1), -1);
});

test("holes let through, whichever way their rings run", () => {
  for (const hole of [box(10, 10, 20, 20), box(10, 10, 20, 20).reverse()]) {
    const { shape, hit } = standing([[box(0, 0, 30, 30), hole]], [0], { tilt: 80 });
    assert.equal(prisms.landOf(shape), 900 - 100);
    const sin = Math.sin((80 * Math.PI) / 180);
    assert.equal(hit(15, -15 * sin), -1);
    assert.equal(hit(5, -15 * sin), 0);
  }
});

test("heights are one scale for all years, and the key's figure is round", () => {
  assert.equal(prisms.metresAUnit({ high: 10, most: 20 }, 1000, 1), 20); // a fifth of 1000 over 10
  assert.equal(prisms.metresAUnit({ high: 10, most: 100 }, 1000, 1), 9); // the highest 900 m
  assert.equal(prisms.metresAUnit({ high: 10, most: 100 }, 1000, 2), 18);
  assert.equal(prisms.metresAUnit({ high: 0, most: 0 }, 1000, 1), 0);
  assert.equal(prisms.roundFigure(84, 1), 50);
  assert.equal(prisms.roundFigure(84, 0.4), 200);
  assert.equal(prisms.roundFigure(84, 100), 0.5);
  assert.equal(prisms.roundFigure(84, 0), 0);
});

test("1,000 prints are ordered pair by pair, 10,000 by their middles", () => {
  const side = 32;
  const grid = Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [12 * (i % side), 12 * Math.floor(i / side)];
    return [box(x, y, x + 10, y + 10)];
  });
  const { order, lie } = standing(
    grid,
    grid.map(() => 1),
    { turn: 33 },
  );
  const place = new Int32Array(order.length);
  order.forEach((i, k) => (place[i] = k));
  // Each stands before its neighbours that are nearer and meet it from left to right.
  for (let i = 0; i + side < order.length; i++) {
    const behind = lie.box[4 * (i + side) + 2] > lie.box[4 * i + 2] ? i + side : i;
    assert.ok(place[behind] < place[behind === i ? i + side : i]);
  }
});
