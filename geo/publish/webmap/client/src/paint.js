// Parcels onto a canvas, in small batches: a path of thousands of rings costs Chromium seconds
// (measured: 20,000 parcels 4.0 s as one path a class, 0.05 s in blocks of 32).

export const BLOCK = 32;
const TINY = 1.5; // px: a smaller parcel is a dot
const OUTLINE_FROM = 2.5; // px: a smaller parcel has no outline

/** Parcels in Morton order, cut into blocks: {order, box}; box holds minx, miny, maxx, maxy a block. */
export function blocks({ n, box }) {
  let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
  for (let i = 0; i < 4 * n; i += 4) {
    x0 = Math.min(x0, box[i]); y0 = Math.min(y0, box[i + 1]);
    x1 = Math.max(x1, box[i + 2]); y1 = Math.max(y1, box[i + 3]);
  }
  const scale = 65535 / Math.max(x1 - x0, y1 - y0, 1e-12);
  const key = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const b = 4 * i;
    key[i] = morton(((box[b] + box[b + 2]) / 2 - x0) * scale, ((box[b + 1] + box[b + 3]) / 2 - y0) * scale);
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => key[a] - key[b]);
  const count = Math.ceil(n / BLOCK), around = new Float64Array(4 * count);
  for (let k = 0; k < count; k++) {
    const own = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = k * BLOCK; at < Math.min(n, (k + 1) * BLOCK); at++) {
      const b = 4 * order[at];
      own[0] = Math.min(own[0], box[b]); own[1] = Math.min(own[1], box[b + 1]);
      own[2] = Math.max(own[2], box[b + 2]); own[3] = Math.max(own[3], box[b + 3]);
    }
    around.set(own, 4 * k);
  }
  return { order, box: around };
}

/** The bits of two whole numbers under 65,536 taken in turn. */
function morton(x, y) {
  return spread(x) + 2 * spread(y);
}

function spread(value) {
  let v = value & 0xffff;
  v = (v | (v << 8)) & 0x00ff00ff;
  v = (v | (v << 4)) & 0x0f0f0f0f;
  v = (v | (v << 2)) & 0x33333333;
  return ((v | (v << 1)) & 0x55555555) >>> 0;
}

/** Whether a box, at 4k of an array, shows in a view {world, x, y, width, height} (px). */
export function shows(box, k, { world, x, y, width, height }) {
  const b = 4 * k;
  return box[b + 2] * world >= x && box[b] * world <= x + width &&
    box[b + 3] * world >= y && box[b + 1] * world <= y + height;
}

/** Numbers of the blocks that show. */
export function visible(index, view) {
  const out = [];
  for (let k = 0; 4 * k < index.box.length; k++) if (shows(index.box, k, view)) out.push(k);
  return out;
}

/** Paint fills, then outlines, block by block; yields after each, so that a caller may pause. */
export function* painting(ctx, shape, index, view, { codes, colors, hidden, inPlay }) {
  const seen = visible(index, view), { box } = shape;
  const inBlock = function* (k) {
    for (let at = k * BLOCK; at < Math.min(shape.n, (k + 1) * BLOCK); at++) {
      const i = index.order[at];
      if (inPlay[i] && !hidden.has(codes[i]) && shows(box, i, view)) yield i;
    }
  };
  for (const k of seen) {
    const paths = new Map();
    for (const i of inBlock(k)) {
      const b = 4 * i, width = (box[b + 2] - box[b]) * view.world;
      const height = (box[b + 3] - box[b + 1]) * view.world;
      if (width < TINY && height < TINY) {
        ctx.fillStyle = colors[codes[i]];
        ctx.fillRect(box[b] * view.world - view.x, box[b + 1] * view.world - view.y,
          Math.max(width, 1), Math.max(height, 1));
        continue;
      }
      let path = paths.get(codes[i]);
      if (!path) paths.set(codes[i], path = new Path2D());
      trace(path, shape, i, view);
    }
    paths.forEach((path, code) => {
      ctx.fillStyle = colors[code];
      ctx.fill(path, "evenodd");
    });
    yield;
  }
  ctx.lineWidth = 0.6;
  ctx.strokeStyle = "rgba(40, 40, 40, 0.55)";
  for (const k of seen) {
    let lines = null;
    for (const i of inBlock(k)) {
      if ((box[4 * i + 2] - box[4 * i]) * view.world <= OUTLINE_FROM) continue;
      trace(lines ??= new Path2D(), shape, i, view);
    }
    if (lines) {
      ctx.stroke(lines);
      yield;
    }
  }
}

function trace(path, { ringStart, vertexStart, x, y }, i, view) {
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const first = vertexStart[r];
    for (let v = first; v < vertexStart[r + 1]; v++) {
      const px = x[v] * view.world - view.x, py = y[v] * view.world - view.y;
      if (v === first) path.moveTo(px, py); else path.lineTo(px, py);
    }
    path.closePath();
  }
}
