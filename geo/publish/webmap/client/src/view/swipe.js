// Two pictures side by side under one map: a divider, and another theme or year to its right.

import { inPlay, rightHidden, rightView, view } from "../derived.js";
import { el } from "../lib/dom.js";
import { ParcelCanvas } from "../map/canvas.js";
import { figuresOf } from "../map/classes.js";
import { yearOf } from "../map/year.js";
import { choice, themeSelect } from "./controls.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./controls.js").Option} Option */

const STEP = 0.02; // of the width a key moves the divider
const PANE = "mujun-right";

/**
 * The swipe's box in the panel.
 * @param {App} app
 */
export function swipeBox(app) {
  const { words } = app;
  const { data, swipe } = app.state;
  if (data.themes.length < 2) return null;
  const tick = el("input", {
    type: "checkbox",
    id: "mujun-swipe",
    checked: swipe.on ? "" : null,
    onchange: ({ target }) => app.dispatch({ type: "swipe", on: target.checked }),
  });
  return el(
    "div",
    { class: "mujun-box" },
    el("label", { class: "mujun-tick" }, tick, words.swipe),
    ...(swipe.on ? rightControls(app) : []),
  );
}

/** @param {App} app */
function rightControls(app) {
  const { words } = app;
  const { data, swipe } = app.state;
  const { years } = data.history;
  const theme = themeSelect(app, "mujun-swipe-theme", swipe.theme, (chosen) =>
    app.dispatch({ type: "swipe-theme", theme: chosen }),
  );
  /** @type {Node[]} */
  const out = [el("label", { class: "mujun-row" }, words.right, theme)];
  if (years.length && figuresOf(data, data.themes[swipe.theme], years[0])) {
    const options = years.map((year) => /** @type {Option} */ ([year, year]));
    const year = swipe.look.year ?? data.year ?? "";
    out.push(
      choice("mujun-swipe-year", words.year, options, year, (chosen) =>
        app.dispatch({ type: "swipe-year", year: Number(chosen) }),
      ),
    );
  }
  return [...out, el("div", { class: "mujun-swipe-legend" })];
}

/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {{ theme: Theme | null, year: number | null }} Side */

/**
 * The theme left and right of the divider, and of which year its figures are.
 * @param {State} state
 * @returns {[left: Side, right: Side]}
 */
export function sidesOf(state) {
  return [
    { theme: view(state), year: yearOf(state) },
    { theme: rightView(state), year: yearOf({ data: state.data, ...state.swipe }) },
  ];
}

/**
 * @param {App} app
 * @param {Side} side
 */
export function sideName(app, { theme, year }) {
  return theme ? [app.pick(theme), year].filter(Boolean).join(" · ") : "";
}

/** The divider and the picture to its right. */
export class Swipe {
  /**
   * @param {App} app
   * @param {HTMLElement} panel under which nobody could take the divider
   */
  constructor(app, panel) {
    this.app = app;
    this.panel = panel;
    this.handle = this.divider();
  }

  get layer() {
    return this.app.right;
  }

  /**
   * Follow the state: on or off, other parcels, another theme, the divider moved.
   * @param {State} state
   */
  update(state) {
    if (state.swipe.on !== Boolean(this.layer)) this.toggle(state.swipe.on);
    if (!this.layer) return;
    if (state.shape !== this.layer.shape) this.layer.take(state.shape, this.app.layer.index);
    const { codes, legend } = rightView(state);
    this.layer.names = this.app.layer.names;
    const shown = inPlay(state);
    const colors = legend.map((c) => c.color);
    const { layer } = this;
    const hidden = rightHidden(state);
    const same = codes === layer.codes && shown === layer.inPlay && hidden === layer.hidden;
    if (!same || colors.join() !== layer.colors.join()) {
      const hatches = legend.map((c) => c.hatch);
      layer.show({ codes, colors, hatches, hidden, inPlay: shown });
    }
    this.name();
    this.clip();
  }

  /** @param {boolean} on */
  toggle(on) {
    const { map, layer, words } = this.app;
    if (on) {
      const right = new ParcelCanvas(layer.shape, { pane: PANE, index: layer.index });
      this.app.right = Object.assign(right, {
        font: layer.font,
        pale: layer.pale,
        placing: layer.placing,
      });
      this.handle.setAttribute("aria-label", words.divider);
      map.getContainer().append(this.handle);
      right.addTo(map);
      map.on("move zoomend resize", this.clip, this);
    } else {
      map.off("move zoomend resize", this.clip, this);
      this.layer?.remove();
      this.handle.remove();
      this.app.right = null;
      pane(map, layer.paneName).style.clipPath = "";
    }
  }

  divider() {
    return el(
      "div",
      {
        class: "mujun-divider",
        role: "slider",
        tabindex: 0,
        "aria-label": "",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        onpointerdown: (event) => this.drag(event),
        onkeydown: (event) => {
          const way = { ArrowLeft: -1, ArrowRight: 1 }[/** @type {string} */ (event.key)];
          if (!way) return;
          this.move(this.app.state.swipe.share + way * STEP);
          event.stopPropagation();
        },
      },
      el("b", { class: "mujun-side-left" }),
      el("b", { class: "mujun-side-right" }),
      el("span", {}, "⇔"),
    );
  }

  /** Say beside the divider what each side shows. */
  name() {
    const sides = sidesOf(this.app.state);
    this.handle.querySelectorAll("b").forEach((side, k) => {
      const { theme, year } = sides[k];
      const name = theme ? this.app.pick(theme) : "";
      side.replaceChildren(el("i", {}, name), year ? ` · ${year}` : "");
    });
  }

  /** @param {number} share */
  move(share) {
    const least = covered(this.app, this.panel) / this.app.map.getSize().x;
    const within = Math.min(0.98, Math.max(least + 0.02, share));
    this.app.dispatch({ type: "swipe-share", share: within });
  }

  /** @param {PointerEvent} event */
  drag(event) {
    event.preventDefault();
    event.stopPropagation();
    const box = this.app.map.getContainer().getBoundingClientRect();
    this.handle.setPointerCapture(event.pointerId);
    this.handle.onpointermove = (moved) => this.move((moved.clientX - box.left) / box.width);
    this.handle.onpointerup = () => {
      this.handle.onpointermove = null;
    };
  }

  clip() {
    const { map, layer, state } = this.app;
    const size = map.getSize();
    const x = Math.round(size.x * state.swipe.share);
    /** @param {string} name @param {number} from @param {number} to */
    const cut = (name, from, to) => {
      const a = map.containerPointToLayerPoint([from, 0]);
      const b = map.containerPointToLayerPoint([to, size.y]);
      const corners = [
        [a.x, a.y],
        [b.x, a.y],
        [b.x, b.y],
        [a.x, b.y],
      ].map(([left, top]) => `${left}px ${top}px`);
      pane(map, name).style.clipPath = `polygon(${corners.join(", ")})`;
    };
    cut(layer.paneName, 0, x);
    cut(PANE, x, size.x);
    this.handle.style.left = `${x}px`;
    this.handle.style.setProperty("--mujun-left", `${x}px`);
    this.handle.style.setProperty("--mujun-right", `${size.x - x}px`);
    this.handle.setAttribute("aria-valuenow", String(Math.round(state.swipe.share * 100)));
  }

  /**
   * The layer and theme that a point of the map's container shows.
   * @param {{ x: number }} point
   */
  side({ x }) {
    const { map, layer, state } = this.app;
    return this.layer && x > map.getSize().x * state.swipe.share
      ? { layer: this.layer, view: rightView(state), year: state.swipe.look.year }
      : { layer, view: view(state), year: state.look.year };
  }
}

/**
 * @param {import("leaflet").Map} map
 * @param {string} name
 */
function pane(map, name) {
  return map.getPane(name) ?? map.createPane(name);
}

/**
 * px of the map's left edge that the panel covers: none where it lies across the top.
 * @param {App} app
 * @param {HTMLElement} panel
 */
export function covered({ map }, { offsetWidth, offsetLeft }) {
  return offsetWidth < map.getSize().x / 2 ? offsetLeft + offsetWidth : 0;
}
