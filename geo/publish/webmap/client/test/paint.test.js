import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK, blocks, painting, visible } from "../src/map/paint.js";

/** n unit squares in a row of a world of `n` units. */
function row(n) {
  const shape = {
    n,
    ringStart: new Uint32Array(n + 1),
    vertexStart: new Uint32Array(n + 1),
    x: new Float64Array(4 * n),
    y: new Float64Array(4 * n),
    box: new Float64Array(4 * n),
  };
  for (let i = 0; i < n; i++) {
    shape.ringStart[i + 1] = i + 1;
    shape.vertexStart[i + 1] = 4 * (i + 1);
    const [x0, x1] = [i / n, (i + 1) / n];
    shape.x.set([x0, x1, x1, x0], 4 * i);
    shape.y.set([0, 0, 1 / n, 1 / n], 4 * i);
    shape.box.set([x0, 0, x1, 1 / n], 4 * i);
  }
  return shape;
}

class Recorder {
  constructor() {
    this.fills = [];
    this.pixels = new Map();
    this.strokes = 0;
  }
  fill(path) {
    this.fills.push([this.fillStyle, path.rings]);
  }
  createImageData(w, h) {
    return { data: new Uint8ClampedArray(4 * w * h) };
  }
  putImageData({ data }) {
    for (const v of new Uint32Array(data.buffer))
      if (v) this.pixels.set(v, (this.pixels.get(v) ?? 0) + 1);
  }
  stroke(path) {
    this.strokes += path.rings;
  }
}

globalThis.Path2D = class {
  rings = 0;
  moveTo() {}
  lineTo() {}
  closePath() {
    this.rings++;
  }
};

const view = (world) => ({ world, x: 0, y: 0, width: world, height: world });
const style = (n, hidden = []) => ({
  codes: Uint8Array.from({ length: n }, (_, i) => i % 2),
  colors: ["#aa0000", "#0000bb"],
  hidden: new Set(hidden),
  inPlay: new Uint8Array(n).fill(1),
});

test("every parcel is in one block, and blocks hold neighbours", () => {
  const shape = row(1000);
  const index = blocks(shape);
  assert.deepEqual(
    [...index.order].sort((a, b) => a - b),
    [...Array(1000).keys()],
  );
  assert.equal(index.box.length, 4 * Math.ceil(1000 / BLOCK));
  assert.equal(visible(index, { world: 1000, x: 0, y: 0, width: 10, height: 10 }).length, 1);
});

test("each parcel is painted once in its class's colour, and outlined", () => {
  const shape = row(100);
  const ctx = new Recorder();
  for (const _ of painting(ctx, shape, blocks(shape), view(1000), style(100)));
  const sum = (color) => ctx.fills.filter(([c]) => c === color).reduce((n, [, r]) => n + r, 0);
  assert.deepEqual(
    [sum("#aa0000"), sum("#0000bb"), ctx.strokes, ctx.pixels.size],
    [50, 50, 100, 0],
  );
});

test("hidden and filtered parcels stay pale without pattern; off the view is left out", () => {
  const shape = row(100);
  const ctx = new Recorder();
  const look = { ...style(100, [1]), pale: "#eeeeee", patterns: ["lines", "dots"] };
  look.inPlay[0] = 0;
  for (const _ of painting(ctx, shape, blocks(shape), view(1000), look));
  const sum = (color) => ctx.fills.filter(([c]) => c === color).reduce((n, [, r]) => n + r, 0);
  assert.deepEqual(["#aa0000", "#0000bb", "#eeeeee", "lines", "dots"].map(sum), [49, 0, 51, 49, 0]);
  assert.equal(ctx.strokes, 100);
  const part = new Recorder();
  const left = { world: 1000, x: 0, y: 0, width: 95, height: 10 };
  for (const _ of painting(part, shape, blocks(shape), left, style(100)));
  assert.equal(part.strokes, 10);
});

test("tiny parcels are pixels of their colour, on a dense screen too", () => {
  const shape = row(1000);
  const ctx = new Recorder();
  for (const _ of painting(ctx, shape, blocks(shape), view(1000), style(1000)));
  assert.deepEqual([ctx.fills.length, ctx.strokes], [0, 0]);
  // Red and blue as the bytes r, g, b, a of an image.
  assert.deepEqual(
    [...ctx.pixels].sort(),
    [
      [0xff0000aa, 500],
      [0xffbb0000, 500],
    ].sort(),
  );
  const dense = new Recorder();
  for (const _ of painting(dense, shape, blocks(shape), view(1000), style(1000), 2));
  assert.equal(dense.pixels.get(0xff0000aa), 500 * 4);
});

test("a caller may pause after each block", () => {
  const shape = row(320);
  const steps = [...painting(new Recorder(), shape, blocks(shape), view(3200), style(320))].length;
  assert.equal(steps, (3 * 320) / BLOCK); // pixels, fills, outlines
});
