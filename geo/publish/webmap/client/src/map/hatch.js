// Patterns over a class's colour, for eyes and paper without colour: on the canvas, in the legend,
// on the sheet. They are named as matplotlib names them, of which the first sign counts.

const TILE = 7; // px

/** @type {{ [sign: string]: [x0: number, y0: number, x1: number, y1: number][] }} */
const LINES = {
  "/": [[0, 1, 1, 0]],
  "\\": [[0, 0, 1, 1]],
  x: [
    [0, 1, 1, 0],
    [0, 0, 1, 1],
  ],
  "+": [
    [0.5, 0, 0.5, 1],
    [0, 0.5, 1, 0.5],
  ],
};

/**
 * Patterns of classes that lie still on the ground; null where a class has none.
 * @param {CanvasRenderingContext2D} ctx
 * @param {readonly string[]} hatches
 * @param {readonly string[]} colors
 * @param {{ x: number, y: number }} origin of the view, px of the world
 * @param {number} ratio device pixels a CSS pixel
 */
export function patterns(ctx, hatches, colors, origin, ratio) {
  return hatches.map((hatch, code) => {
    if (!hatch) return null;
    const pattern = ctx.createPattern(tile(hatch, ink(colors[code]), TILE, ratio), "repeat");
    const [x, y] = [-(origin.x % TILE), -(origin.y % TILE)];
    pattern?.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, x, y]));
    return pattern;
  });
}

/**
 * A box of a colour and its pattern, as legends show a class.
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ x: number, y: number, w: number, h: number }} box
 * @param {{ color: string, hatch?: string }} look
 * @param {number} size of the pattern
 * @param {number} ratio of its picture to `size`
 */
export function fillBox(ctx, { x, y, w, h }, { color, hatch }, size, ratio) {
  ctx.fillStyle = color;
  ctx.fillRect(x, y, w, h);
  const pattern = hatch && ctx.createPattern(tile(hatch, ink(color), size, ratio), "repeat");
  if (!pattern) return;
  pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, x, y]));
  ctx.fillStyle = pattern;
  ctx.fillRect(x, y, w, h);
}

/**
 * One tile, which joins itself on all sides.
 * @param {string} hatch
 * @param {string} color
 * @param {number} size
 * @param {number} ratio
 */
function tile(hatch, color, size, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * ratio);
  const ctx = canvas.getContext("2d");
  if (!ctx) return canvas;
  const side = canvas.width;
  Object.assign(ctx, { strokeStyle: color, fillStyle: color, lineWidth: 0.13 * side });
  const sign = hatch[0];
  for (const [x0, y0, x1, y1] of LINES[sign] ?? []) {
    for (const [dx, dy] of [
      [0, 0],
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ]) {
      // prettier-ignore
      ctx.beginPath();
      ctx.moveTo((x0 + dx) * side, (y0 + dy) * side);
      ctx.lineTo((x1 + dx) * side, (y1 + dy) * side);
      ctx.stroke();
    }
  }
  if (sign === "." || sign === "o") {
    ctx.beginPath();
    ctx.arc(side / 2, side / 2, side * (sign === "." ? 0.17 : 0.3), 0, 2 * Math.PI);
    if (sign === ".") ctx.fill();
    else ctx.stroke();
  }
  return canvas;
}

/**
 * What shows on a colour: dark on light, light on dark.
 * @param {string} color
 */
export function ink(color) {
  const [r, g, b] = [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 95 ? "rgba(20,24,32,0.42)" : "rgba(255,255,255,0.6)";
}
