// Columns in the place of the map: height is a figure, colour the class of the theme. Turned and
// tilted by dragging and by keys, without WebGL.

import { el } from "../lib/dom.js";
import { memo } from "../lib/memo.js";
import { contextOf } from "../map/canvas.js";
import { margin, overMap, room } from "../view/layout.js";
import { FONT } from "../view/sheetmap.js";
import { solidBar, syncYear } from "./bar.js";
import { gestures } from "./gestures.js";
import { paintScene } from "./paint.js";
import { meanings, pictureOf, tipOf } from "./picture.js";
import { hitPrism } from "./prisms.js";
import { sceneOf } from "./scene.js";
import "./solid.css";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./paint.js").Frame} Frame */
/** @typedef {import("./paint.js").Inks} Inks */
/** @typedef {import("./paint.js").Picture} Picture */

/** What the map beneath would answer to as well. */
const MAP_EVENTS = [
  ...["click", "dblclick", "mousedown", "mousemove", "mouseover", "mouseout", "contextmenu"],
  ...["pointerdown", "pointermove", "touchstart", "touchmove", "wheel"],
];
const ROW = 12; // px over the row of marks
const NARROW = 720; // px under which the key is short, and the rest of it under the picture
const LEAST = 160; // px of a side that columns are drawn in, whatever lies over it

export class SolidView {
  /**
   * @param {App} app
   */
  constructor(app) {
    this.app = app;
    this.canvas = el("canvas", { tabindex: 0, role: "img", class: "mujun-solid-canvas" });
    this.tip = el("div", { class: "mujun-solid-tip", hidden: "" });
    this.bar = el("div", { class: "mujun-solid-bar" });
    this.root = el("section", { class: "mujun-solid" }, this.canvas, this.tip, this.bar);
    this.hovered = -1;
    this.frame = 0;
    this.sized = new ResizeObserver(() => this.soon());
    /** @type {Picture | null} */
    this.picture = null;
    for (const name of MAP_EVENTS) {
      this.root.addEventListener(name, (event) => event.stopPropagation(), { passive: true });
    }
    gestures(this);
    this.fillBar = memo(
      (/** @type {State} */ s) => [s.lang, s.data, s.whole, s.theme, s.solid.figure],
      () => this.bar.replaceChildren(...solidBar(this.app)),
    );
    this.fillYear = memo(
      (/** @type {State} */ s) => [s.look.year],
      () => syncYear(this.app, this.bar),
    );
    this.redraw = memo(
      (/** @type {State} */ s) => [
        ...[s.lang, s.solid, s.card, s.boxes, sceneOf(s), s.park, s.briefing.at],
      ],
      () => this.soon(),
    );
  }

  get shown() {
    return this.root.isConnected;
  }

  /**
   * Follow the state: on or off, and whatever the picture is made of.
   * @param {State} state
   */
  update(state) {
    if (state.solid.on !== this.shown) this.toggle(state.solid.on);
    if (!this.shown) return;
    this.fillBar(state);
    this.fillYear(state);
    this.redraw(state);
  }

  /** @param {boolean} on */
  toggle(on) {
    const container = this.app.map.getContainer();
    container.classList.toggle("mujun-solid-on", on);
    if (!on) {
      this.sized.disconnect();
      cancelAnimationFrame(this.frame);
      this.root.remove();
      const button = container.querySelector("#mujun-solid");
      if (button instanceof HTMLElement) button.focus({ preventScroll: true });
      return;
    }
    overMap(this.app, this.root);
    this.sized.observe(container);
    this.canvas.focus({ preventScroll: true });
    this.soon();
  }

  /** Paint before the next frame. */
  soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    const { app, canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.root.clientWidth, this.root.clientHeight];
    if (
      canvas.width !== Math.round(width * ratio) ||
      canvas.height !== Math.round(height * ratio)
    ) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const inks = inksOf(this.root);
    const ctx = contextOf(canvas, { willReadFrequently: true });
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = inks.back;
    ctx.fillRect(0, 0, width, height);
    const frame = this.free(width, height);
    const right = width - frame.x - frame.w; // under the card
    Object.assign(this.bar.style, {
      left: `${frame.x}px`,
      paddingRight: `${right + 12}px`,
      bottom: `${height - frame.y - frame.h}px`,
    });
    const bar = this.bar.offsetHeight;
    const above = { ...frame, h: Math.max(frame.h - bar, LEAST) };
    const brief = above.w < NARROW;
    this.picture = pictureOf(app, ctx, above, { inks, font: FONT, marked: this.marked, brief });
    if (this.picture) paintScene(ctx, this.picture);
    const note = this.bar.querySelector(".mujun-note");
    const text = brief ? meanings(app).join(app.words.comma) : app.words.solid.hint;
    if (note && note.textContent !== text) {
      note.textContent = text;
      if (this.bar.offsetHeight !== bar) this.soon();
    }
    this.name();
  }

  /** The print that is pointed at, or else that of the open card. */
  get marked() {
    if (this.hovered >= 0) return this.hovered;
    const { card, data } = this.app.state;
    const scene = sceneOf(this.app.state);
    if (!scene || card?.kind !== scene.kind) return -1;
    const ids = scene.kind === "park" ? data.parks.map((p) => p.id) : data.ids;
    return scene.of.indexOf(ids.indexOf(card.id));
  }

  /** What the canvas is to those who do not see it. */
  name() {
    const { words } = this.app;
    const all = [...new Set([...(this.picture?.texts.lines ?? []), ...meanings(this.app)])];
    const lines = all.join(words.comma) || words.solid.none;
    const named = (this.picture?.labels ?? []).map((label) => label.text).join(words.comma);
    this.canvas.setAttribute("aria-label", `${lines} ${named}`);
  }

  /**
   * The part of the view that no box covers; the row of marks is free where there is none.
   * @param {number} width
   * @param {number} height
   * @returns {Frame}
   */
  free(width, height) {
    const { paddingTopLeft: first, paddingBottomRight: last } = room(this.app.map);
    const around = margin(this.app.map);
    const marks = this.app.map.getContainer().querySelector(".mujun-marks:empty");
    const row = marks instanceof HTMLElement && first.y > around ? marks.offsetHeight + ROW : 0;
    const [x, y] = [first.x - around, first.y - around - row];
    const [w, h] = [width - x - last.x + around, height - y - last.y + around];
    return { x, y, w: Math.max(w, LEAST), h: Math.max(h, LEAST) };
  }

  /**
   * The print at a place of the canvas, or −1.
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const { picture } = this;
    if (!picture) return -1;
    const { scene, lie, camera, order, heights } = picture;
    return hitPrism(scene.prints, lie, camera, order, heights, x, y);
  }

  /**
   * The tip beside the pointer.
   * @param {number} x
   * @param {number} y
   */
  point(x, y) {
    const place = this.at(x, y);
    this.canvas.style.cursor = place >= 0 ? "pointer" : "grab";
    const scene = this.picture?.scene;
    this.tip.hidden = place < 0 || !scene;
    if (scene && place >= 0) {
      this.tip.textContent = tipOf(this.app, scene, place);
      const left = Math.min(x + 14, this.root.clientWidth - this.tip.offsetWidth - 8);
      Object.assign(this.tip.style, { left: `${left}px`, top: `${Math.max(y - 34, 4)}px` });
    }
    if (place !== this.hovered) {
      this.hovered = place;
      this.soon();
    }
  }

  /**
   * The card of what stands at a place.
   * @param {number} x
   * @param {number} y
   */
  open(x, y) {
    const scene = this.picture?.scene;
    const place = this.at(x, y);
    if (!scene || place < 0) {
      this.app.dispatch({ type: "close" });
      return;
    }
    const { data } = this.app.state;
    const i = scene.of[place];
    const id = scene.kind === "park" ? data.parks[i].id : data.ids[i];
    this.app.dispatch({ type: "open", card: { kind: scene.kind, id } });
  }
}

/**
 * The page's colours, light or dark.
 * @param {Element} node
 * @returns {Inks}
 */
function inksOf(node) {
  const style = getComputedStyle(node);
  /** @param {string} name */
  const ink = (name) => style.getPropertyValue(`--mujun-${name}`).trim();
  return {
    back: ink("ground"),
    land: ink("solid-land"),
    paper: ink("paper"),
    ink: ink("ink"),
    soft: ink("soft"),
    park: ink("solid-park"),
  };
}
