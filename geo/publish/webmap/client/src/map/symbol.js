// Marks of places: a shape with a sign in it, one drawing for the map, the legend and the sheet.

import { el, svg } from "../lib/dom.js";

/** @typedef {{ shape: string, color: string, text: string }} Look */

/** @type {{ [shape: string]: number }} corners; the first one is above */
const CORNERS = { triangle: 3, diamond: 4, hexagon: 6 };

/**
 * Corners about a middle; none for a circle.
 * @param {string} shape
 * @param {number} r
 * @returns {[number, number][]}
 */
function corners(shape, r) {
  if (shape === "square") {
    const a = r * 0.88;
    return [[-a, -a], [a, -a], [a, a], [-a, a]]; // prettier-ignore
  }
  const count = CORNERS[shape] ?? 0;
  const far = shape === "triangle" ? 1.3 * r : 1.15 * r;
  return Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * k) / count - Math.PI / 2;
    return [far * Math.cos(angle), far * Math.sin(angle)];
  });
}

/**
 * The mark as an element of `2 × size` px.
 * @param {Look} look
 * @param {number} size
 */
export function symbolNode({ shape, color, text }, size) {
  const wide = size * 1.35;
  const points = corners(shape, size);
  const style = { fill: color, stroke: "#ffffff", "stroke-width": 1.4 };
  const outline = points.length
    ? svg("polygon", { ...style, points: points.map((p) => p.join()).join(" ") })
    : svg("circle", { ...style, r: size });
  const letter = {
    "text-anchor": "middle",
    y: size * 0.42,
    fill: "#ffffff",
    "font-size": size * 1.15,
    "font-weight": 700,
  };
  const box = { viewBox: `${-wide} ${-wide} ${2 * wide} ${2 * wide}`, width: 2 * wide };
  const drawing = svg("svg", { ...box, height: 2 * wide, "aria-hidden": "true" }, outline);
  drawing.append(svg("text", letter, text));
  return el("i", { class: "mujun-symbol" }, drawing);
}

/**
 * The mark on a canvas.
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} r
 * @param {Look} look
 * @param {string} font
 */
export function drawSymbol(ctx, x, y, r, { shape, color, text }, font) {
  ctx.save();
  ctx.translate(x, y);
  ctx.beginPath();
  const points = corners(shape, r);
  points.forEach((point, k) => (k ? ctx.lineTo(...point) : ctx.moveTo(...point)));
  if (points.length) ctx.closePath();
  else ctx.arc(0, 0, r, 0, 2 * Math.PI);
  Object.assign(ctx, { fillStyle: color, strokeStyle: "#ffffff", lineWidth: r * 0.17 });
  ctx.fill();
  ctx.stroke();
  Object.assign(ctx, { fillStyle: "#ffffff", textAlign: "center", textBaseline: "alphabetic" });
  ctx.font = `700 ${r * 1.15}px ${font}`;
  ctx.fillText(text, 0, r * 0.42);
  ctx.restore();
}
