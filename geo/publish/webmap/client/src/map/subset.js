// Some features of a shape as a shape.

/** @typedef {import("./decode.js").Shape} Shape */

/**
 * @param {Shape} shape
 * @param {ArrayLike<number>} chosen
 * @returns {Shape}
 */
export function subset(shape, chosen) {
  const n = chosen.length;
  /** @type {number[]} */
  const rings = [];
  const ringStart = new Uint32Array(n + 1);
  const box = new Float64Array(4 * n);
  for (let k = 0; k < n; k++) {
    const i = chosen[k];
    for (let r = shape.ringStart[i]; r < shape.ringStart[i + 1]; r++) rings.push(r);
    ringStart[k + 1] = rings.length;
    box.set(shape.box.subarray(4 * i, 4 * i + 4), 4 * k);
  }
  const vertexStart = new Uint32Array(rings.length + 1);
  rings.forEach((r, k) => {
    vertexStart[k + 1] = vertexStart[k] + shape.vertexStart[r + 1] - shape.vertexStart[r];
  });
  const x = new Float64Array(vertexStart[rings.length]);
  const y = new Float64Array(x.length);
  rings.forEach((r, k) => {
    x.set(shape.x.subarray(shape.vertexStart[r], shape.vertexStart[r + 1]), vertexStart[k]);
    y.set(shape.y.subarray(shape.vertexStart[r], shape.vertexStart[r + 1]), vertexStart[k]);
  });
  return { n, ringStart, vertexStart, x, y, box };
}
