// Two pictures side by side under one map: a divider, and another theme or year to its right.

import { ParcelCanvas } from "../map/canvas.js";
import { dressed, figuresOf } from "../map/classes.js";
import { choice, themeSelect } from "./controls.js";
import { plainLegend } from "./legend.js";
import { el } from "../lib/dom.js";

const STEP = 0.02; // of the width a key moves the divider

export class Swipe {
  constructor(panel) {
    this.panel = panel;
    this.on = false;
    this.share = 0.6; // of the map's width that is left of the divider
    this.theme = 0;
    this.look = { method: "quantile", year: null };
  }

  box() {
    const { panel } = this,
      { words, data } = panel;
    if ((data.themes?.length ?? 0) < 2) return null;
    const years = data.history?.years ?? [];
    const tick = el("input", {
      type: "checkbox",
      id: "mujun-swipe",
      ...(this.on ? { checked: "" } : {}),
      onchange: (event) => this.toggle(event.target.checked),
    });
    const rest = !this.on
      ? []
      : [
          el(
            "label",
            { class: "mujun-row" },
            words.right,
            themeSelect(panel, "mujun-swipe-theme", this.theme, (at) => {
              this.theme = at;
              panel.render();
            }),
          ),
          ...(figuresOf(data, data.themes[this.theme], years[0])
            ? [
                choice(
                  "mujun-swipe-year",
                  words.year,
                  years.map((y) => [y, y]),
                  this.look.year ?? data.year,
                  (year) => {
                    this.look.year = Number(year);
                    this.update();
                  },
                ),
              ]
            : []),
          el("div", { class: "mujun-swipe-legend" }),
        ];
    return el(
      "div",
      { class: "mujun-box" },
      el("label", { class: "mujun-tick" }, tick, words.swipe),
      ...rest,
    );
  }

  toggle(on) {
    const { map, layer } = this.panel;
    this.on = on;
    if (on) {
      this.theme = this.panel.theme;
      this.layer = new ParcelCanvas(layer.shape, { pane: "mujun-right", index: layer.index });
      this.handle = el(
        "div",
        {
          class: "mujun-divider",
          role: "slider",
          tabindex: 0,
          "aria-label": this.panel.words.divider,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          onpointerdown: (event) => this.drag(event),
          onkeydown: (event) => {
            const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (way) {
              this.move(this.share + way * STEP);
              event.stopPropagation();
            }
          },
        },
        el("span", {}, "⇔"),
      );
      map.getContainer().append(this.handle);
      this.layer.addTo(map);
      map.on("move zoomend resize", this.clip, this);
    } else {
      map.off("move zoomend resize", this.clip, this);
      this.layer.remove();
      this.handle.remove();
      this.layer = null;
      map.getPane(layer.paneName).style.clipPath = "";
    }
    this.panel.render();
  }

  /** Show what is chosen to the right, of the same parcels in play. */
  update() {
    if (!this.layer) return;
    const { panel } = this;
    this.view = dressed(panel.now, panel.now.themes[this.theme], this.look);
    this.layer.inPlay = panel.layer.inPlay;
    this.layer.theme(
      this.view.codes,
      this.view.legend.map((c) => c.color),
    );
    panel.root
      .querySelector(".mujun-swipe-legend")
      ?.replaceChildren(...plainLegend(panel, this.view, panel.layer.inPlay));
    this.clip();
  }

  move(share) {
    const least = this.panel.covers / this.panel.map.getSize().x; // under the panel nobody could take it
    this.share = Math.min(0.98, Math.max(least + 0.02, share));
    this.clip();
  }

  drag(event) {
    event.preventDefault();
    event.stopPropagation();
    const box = this.panel.map.getContainer().getBoundingClientRect();
    this.handle.setPointerCapture(event.pointerId);
    this.handle.onpointermove = (now) => this.move((now.clientX - box.left) / box.width);
    this.handle.onpointerup = () => {
      this.handle.onpointermove = null;
    };
  }

  clip() {
    const { map, layer } = this.panel,
      size = map.getSize(),
      x = Math.round(size.x * this.share);
    const cut = (pane, from, to) => {
      const a = map.containerPointToLayerPoint([from, 0]),
        b = map.containerPointToLayerPoint([to, size.y]);
      map.getPane(pane).style.clipPath =
        `polygon(${a.x}px ${a.y}px, ${b.x}px ${a.y}px, ${b.x}px ${b.y}px, ${a.x}px ${b.y}px)`;
    };
    cut(layer.paneName, 0, x);
    cut("mujun-right", x, size.x);
    this.handle.style.left = `${x}px`;
    this.handle.setAttribute("aria-valuenow", Math.round(this.share * 100));
  }

  /** The layer and view that a point of the map's container shows. */
  side(point) {
    const { panel } = this;
    return this.layer && point.x > panel.map.getSize().x * this.share
      ? { layer: this.layer, view: this.view }
      : { layer: panel.layer, view: panel.view };
  }
}
