// The panel: what is shown, under which filters and trials; and the card beside it.

import L from "leaflet";
import { dressed } from "../map/classes.js";
import { filterBox, folding, lookBox, parkBox, themeBox } from "./controls.js";
import { mask } from "../map/filter.js";
import { fillLegend } from "./legend.js";
import { listCard } from "./list.js";
import { searchBox } from "./search.js";
import { Swipe } from "./swipe.js";
import { Trial } from "./trial.js";
import { WORDS } from "./words.js";
import { el } from "../lib/dom.js";

export class Panel {
  constructor(map, layer, data, actions) {
    Object.assign(this, { map, layer, data, actions, now: data });
    this.lang = data.lang ?? "zh";
    this.theme = 0;
    this.look = { method: "quantile", year: null };
    this.filters = []; // {theme, look, hidden}
    this.park = "";
    this.area = [null, null];
    this.open = new Set(); // boxes that are open
    this.languageWork = [];
    this.trial = new Trial(this);
    this.swipe = new Swipe(this);
    this.root = el("section", { class: "mujun-panel" });
    this.card = el("aside", { class: "mujun-card", hidden: "" });
    map.getContainer().append(this.root, this.card);
    for (const node of [this.root, this.card]) {
      L.DomEvent.disableClickPropagation(node);
      // Leaflet walks up from the target, which a click on a search match has just removed.
      L.DomEvent.on(node, "click", L.DomEvent.stopPropagation);
      L.DomEvent.disableScrollPropagation(node);
    }
    this.render();
  }

  get words() {
    return WORDS[this.lang];
  }

  /** Place of the language in pairs of texts. */
  get at() {
    return this.lang === "en" ? 1 : 0;
  }

  /** px of the map's left edge that the panel covers: none where it lies across the top. */
  get covers() {
    const { offsetWidth, offsetLeft } = this.root;
    return offsetWidth < this.map.getSize().x / 2 ? offsetLeft + offsetWidth : 0;
  }

  pick(item) {
    return this.lang === "en" ? item.en : item.zh;
  }

  render() {
    const { data, words } = this;
    document.documentElement.lang = this.lang === "en" ? "en" : "zh-CN";
    this.root.replaceChildren(
      ...[
        el(
          "header",
          {},
          data.title ? el("h1", {}, data.title) : null,
          el(
            "button",
            { type: "button", class: "mujun-lang", onclick: () => this.switchLanguage() },
            words.language,
          ),
        ),
        data.synthetic
          ? el(
              "p",
              { class: "mujun-synthetic", role: "note" },
              `${words.synthetic} · ${data.synthetic}`,
            )
          : null,
        searchBox(this),
        parkBox(this),
        themeBox(this),
        el("div", { class: "mujun-look" }),
        el("div", { class: "mujun-filters" }),
        el("div", { class: "mujun-legend" }),
        el("p", { class: "mujun-note" }, words.legendHint),
        ...(this.folder?.whole ? [] : [filterBox(this), this.trial.box(), this.swipe.box()]),
        ...this.outcome(),
        data.sources
          ? el("p", { class: "mujun-note" }, `${words.sources}${words.colon}${data.sources}`)
          : null,
      ].filter(Boolean),
    );
    this.showTheme(this.theme);
  }

  /** The run in a few lines: verdicts, by which days, and the first reasons with their mend. */
  outcome() {
    const lines = this.data.outcome;
    if (!lines) return [];
    return [
      el("p", { class: "mujun-note mujun-judged" }, lines[1][this.at]),
      folding(
        this,
        "outcome",
        "mujun-outcomes",
        this.words.outcome,
        ...[lines[0], ...lines.slice(2)].map((said) =>
          el("p", { class: "mujun-note" }, said[this.at]),
        ),
      ),
    ];
  }

  switchLanguage() {
    this.lang = this.lang === "en" ? "zh" : "en";
    this.render();
    this.languageWork.forEach((work) => work());
    this.actions.language();
  }

  /** Work to do now and whenever the language changes. */
  onLanguage(work) {
    this.languageWork.push(work);
    work();
  }

  /** Other parcels under the same themes, filters and trial. */
  take(data, shape) {
    const swiped = this.swipe.on;
    if (swiped) this.swipe.toggle(false);
    this.data = data;
    this.layer.take(shape);
    this.now = this.trial.applied(data);
    this.layer.inPlay = this.inPlay();
    this.render();
    this.actions.taken();
    if (swiped) this.swipe.toggle(true);
  }

  /** A sentence about what went wrong, on the map; empty once it is mended. */
  say(text) {
    this.map.getContainer().querySelector(".mujun-error")?.remove();
    if (text)
      this.map.getContainer().append(el("p", { class: "mujun-error", role: "alert" }, text));
  }

  opened(name, open) {
    if (open) this.open.add(name);
    else this.open.delete(name);
  }

  /** A theme by its id and a park by its own, where the page has them. */
  goTo(theme, park) {
    const at = this.data.themes.findIndex((t) => t.id === theme);
    if (at >= 0) this.theme = at;
    if (this.data.parks?.some((p) => p.id === park)) this.park = park;
    this.layer.inPlay = this.inPlay();
    this.render();
  }

  inPlay() {
    const filters = this.filters.map(({ theme, look, hidden }) => ({
      codes: dressed(this.now, this.now.themes[theme], look).codes,
      hidden,
    }));
    return mask(this.data, filters, this.park, this.area);
  }

  /** Take the filters anew: what is in play, the picture, the legend, the chips. */
  narrow() {
    this.layer.inPlay = this.inPlay();
    this.showTheme(this.theme);
  }

  /** Keep what the legend hides now as a filter that other themes obey too. */
  keep() {
    this.filter(this.theme, this.look, new Set(this.layer.hidden));
    this.layer.hidden.clear();
    this.render();
  }

  /** Let one class of a theme through; null: all. */
  only(theme, code) {
    const codes = this.data.themes[theme].legend.map((_, k) => k).filter((k) => k !== code);
    this.filter(theme, {}, new Set(code === null ? [] : codes));
  }

  filter(theme, look, hidden) {
    this.filters = [
      ...this.filters.filter((f) => f.theme !== theme),
      ...(hidden.size ? [{ theme, look: { ...look }, hidden }] : []),
    ];
    this.narrow();
  }

  /** A trial has changed: take verdicts and grades anew. */
  tried() {
    this.now = this.trial.applied(this.data);
    this.layer.inPlay = this.inPlay();
    this.showTheme(this.theme);
    this.root.querySelector("#mujun-trial .mujun-said")?.replaceChildren(...this.trial.said());
    if (!this.trial.on) this.render();
    this.actions.language(); // an open card is made anew
  }

  chips() {
    const { words } = this;
    const chip = (text, drop) =>
      el(
        "button",
        {
          type: "button",
          class: "mujun-chip",
          title: words.drop,
          onclick: () => {
            drop();
            this.layer.inPlay = this.inPlay();
            this.render();
          },
        },
        `${text} ×`,
      );
    const kept = this.filters.map((filter) => {
      const view = dressed(this.now, this.now.themes[filter.theme], filter.look);
      const open = view.legend
        .filter((c, code) => c.parcels && !filter.hidden.has(code))
        .map((c) => this.pick(c));
      return chip(`${this.pick(view)}${words.colon}${open.join(words.comma)}`, () => {
        this.filters = this.filters.filter((f) => f !== filter);
      });
    });
    const [from, to] = this.area;
    if (from !== null || to !== null) {
      kept.push(
        chip(`${words.area}${words.colon}${from ?? 0} – ${to ?? "∞"}`, () => {
          this.area = [null, null];
        }),
      );
    }
    const keep = this.layer.hidden.size
      ? [
          el(
            "button",
            { type: "button", class: "mujun-keep", onclick: () => this.keep() },
            words.keep,
          ),
        ]
      : [];
    this.root.querySelector(".mujun-filters").replaceChildren(...kept, ...keep);
  }

  showTheme(at) {
    if (at !== this.theme) {
      this.layer.hidden.clear();
      this.look = { method: "quantile", year: this.look.year };
    }
    this.theme = at;
    if (!this.data.themes[at]) return;
    const changed = this.themeShown !== at;
    this.themeShown = at;
    const themes = this.now.themes;
    this.view = this.folder?.whole ? themes[at] : dressed(this.now, themes[at], this.look);
    this.layer.theme(
      this.view.codes,
      this.view.legend.map((c) => c.color),
    );
    const look = this.root.querySelector(".mujun-look");
    // Not while its own slider is held: it would lose the focus.
    if (changed || !look.hasChildNodes())
      look.replaceChildren(...(this.folder?.whole ? [] : lookBox(this)));
    fillLegend(this);
    this.chips();
    this.swipe.update();
    this.actions.theme?.(this.view);
  }

  openList() {
    this.actions.show(() => listCard(this));
  }

  openCard(content) {
    const close = el(
      "button",
      {
        type: "button",
        class: "mujun-close",
        "aria-label": this.words.close,
        onclick: () => this.actions.close(),
      },
      "×",
    );
    this.card.replaceChildren(close, content);
    this.card.hidden = false;
    this.map.getContainer().classList.add("mujun-carded");
    this.card.scrollTop = 0;
  }

  closeCard() {
    this.card.hidden = true;
    this.map.getContainer().classList.remove("mujun-carded");
    this.card.replaceChildren();
  }
}
