// The panel: title, theme, legend, search; and the card beside it.

import L from "leaflet";
import { counts, csv, mask, shown, sorted, sums } from "./filter.js";
import { WORDS, at as valueAt, el, number } from "./words.js";

const MATCHES = 12;
const LISTED = 300; // rows of the list; the CSV has all

/** Parcels whose id, or whose enterprise's name or id, holds the text: [{label, parcel}]. */
export function search(data, text, limit = MATCHES) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const found = [];
  data.ids.forEach((id, parcel) => {
    if (found.length < limit && id.toLowerCase().includes(wanted)) found.push({ label: id, parcel });
  });
  const { names = [], ids = [], enterprise = [], parcel = [] } = data.occupiers ?? {};
  for (let at = 0; at < parcel.length && found.length < limit; at++) {
    const e = enterprise[at];
    if (names[e].toLowerCase().includes(wanted) || ids[e].toLowerCase().includes(wanted)) {
      found.push({ label: `${names[e] || ids[e]} · ${data.ids[parcel[at]]}`, parcel: parcel[at] });
    }
  }
  return found;
}

export class Panel {
  constructor(map, layer, data, actions) {
    Object.assign(this, { map, layer, data, actions });
    this.lang = data.lang ?? "zh";
    this.theme = 0;
    this.filters = [];
    this.park = "";
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

  get words() { return WORDS[this.lang]; }

  pick(item) { return this.lang === "en" ? item.en : item.zh; }

  render() {
    const { data, words } = this;
    document.documentElement.lang = this.lang === "en" ? "en" : "zh-CN";
    this.root.replaceChildren(...[
      el("header", {}, data.title ? el("h1", {}, data.title) : null,
        el("button", { type: "button", class: "mujun-lang", onclick: () => this.switchLanguage() },
          words.language)),
      data.synthetic ? el("p", { class: "mujun-synthetic", role: "note" },
        `${words.synthetic} · ${data.synthetic}`) : null,
      this.searchBox(), this.parkBox(), this.themeBox(), el("div", { class: "mujun-filters" }),
      el("div", { class: "mujun-legend" }),
      el("p", { class: "mujun-note" }, words.legendHint),
      data.sources ? el("p", { class: "mujun-note" }, `${words.sources}${words.colon}${data.sources}`) : null,
    ].filter(Boolean));
    this.showTheme(this.theme);
  }

  switchLanguage() {
    this.lang = this.lang === "en" ? "zh" : "en";
    this.render();
    this.actions.language();
  }

  themeBox() {
    const groups = new Map();
    this.data.themes.forEach((t, at) => {
      const title = t.group?.[this.lang === "en" ? 1 : 0] ?? "";
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push(el("option", { value: at, ...(at === this.theme ? { selected: "" } : {}) },
        this.pick(t)));
    });
    const options = [...groups].flatMap(([title, some]) =>
      title ? [el("optgroup", { label: title }, ...some)] : some);
    const select = el("select", { id: "mujun-theme",
      onchange: (event) => this.showTheme(Number(event.target.value)) }, ...options);
    return el("label", { class: "mujun-row" }, this.words.theme, select);
  }

  parkBox() {
    const parks = this.data.parks ?? [];
    if (parks.length < 2 || !this.data.park_of) return null;
    const select = el("select", { id: "mujun-park-filter",
      onchange: (event) => { this.park = event.target.value; this.narrow(); } },
      el("option", { value: "" }, this.words.everyPark),
      ...parks.map((p) => el("option", { value: p.id, ...(p.id === this.park ? { selected: "" } : {}) }, p.name)));
    return el("label", { class: "mujun-row" }, this.words.park, select);
  }

  /** A theme by its id and a park by its own, where the page has them. */
  goTo(theme, park) {
    const at = this.data.themes.findIndex((t) => t.id === theme);
    if (at >= 0) this.theme = at;
    if (this.data.parks?.some((p) => p.id === park)) this.park = park;
    this.layer.inPlay = mask(this.data, this.filters, this.park);
    this.render();
  }

  /** Take the filters anew: what is in play, the picture, the legend, the chips. */
  narrow() {
    this.layer.inPlay = mask(this.data, this.filters, this.park);
    this.showTheme(this.theme);
  }

  /** Keep what the legend hides now as a filter that other themes obey too. */
  keep() {
    this.filters = [...this.filters.filter((f) => f.theme !== this.theme),
      { theme: this.theme, hidden: new Set(this.layer.hidden) }];
    this.layer.hidden.clear();
    this.narrow();
  }

  chips() {
    const { data, layer, words } = this;
    const kept = this.filters.map((filter) => {
      const theme = data.themes[filter.theme];
      const open = theme.legend.filter((c, code) => c.parcels && !filter.hidden.has(code)).map((c) => this.pick(c));
      return el("button", { type: "button", class: "mujun-chip", title: words.drop, onclick: () => {
        this.filters = this.filters.filter((f) => f !== filter);
        this.narrow();
      } }, `${this.pick(theme)}${words.colon}${open.join(words.comma)} ×`);
    });
    const keep = layer.hidden.size ? [el("button", { type: "button", class: "mujun-keep",
      onclick: () => this.keep() }, words.keep)] : [];
    this.root.querySelector(".mujun-filters").replaceChildren(...kept, ...keep);
  }

  /** The parcels in play, listed: sorted by the theme's own figures, a row zooms, all go to CSV. */
  list() {
    const { data, words, lang } = this, theme = data.themes[this.theme];
    const column = data.columns.find((c) => c.name === theme.id && typeof c.values[0] === "number");
    const all = sorted(shown(theme, this.layer.inPlay, this.layer.hidden), column?.values ?? data.mu);
    const save = el("button", { type: "button", class: "mujun-keep", onclick: () => {
      const url = URL.createObjectURL(new Blob([csv(data, all, lang)], { type: "text/csv" }));
      el("a", { href: url, download: `${data.title || "mujun"}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    } }, words.save);
    const rows = all.slice(0, LISTED).map((i) => el("tr", {},
      el("th", {}, el("button", { type: "button", class: "mujun-link",
        onclick: () => this.actions.open(i, true) }, data.ids[i])),
      el("td", {}, `${number(data.mu[i])} ${words.mu}`),
      el("td", {}, column ? number(valueAt(column.values, i)) : this.pick(theme.legend[theme.codes[i]]))));
    return el("div", { class: "mujun-facts" }, el("h2", {}, `${this.pick(theme)} · ${number(all.length)}`),
      save, el("table", { class: "mujun-list" }, ...rows),
      all.length > LISTED ? el("p", { class: "mujun-note" }, words.firstOnly) : null);
  }

  searchBox() {
    const list = el("ul", { class: "mujun-matches", role: "listbox" });
    const choose = (parcel) => { list.replaceChildren(); this.actions.open(parcel, true); };
    const fill = (event) => {
      const found = search(this.data, event.target.value);
      list.replaceChildren(...found.map(({ label, parcel }) => el("li", { role: "option" },
        el("button", { type: "button", onclick: () => choose(parcel) }, label))));
      if (event.target.value.trim() && !found.length) list.append(el("li", {}, this.words.none));
    };
    const enter = (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
      if (event.key === "Escape") list.replaceChildren();
    };
    return el("div", { class: "mujun-search" }, el("input", { type: "search", id: "mujun-search",
      placeholder: this.words.search, "aria-label": this.words.search, oninput: fill,
      onkeydown: enter }), list);
  }

  showTheme(at) {
    if (at !== this.theme) this.layer.hidden.clear();
    this.theme = at;
    const theme = this.data.themes[at];
    if (!theme) return;
    this.layer.theme(theme.codes, theme.legend.map((c) => c.color));
    this.legend(theme);
    this.actions.theme?.(theme);
  }

  legend(theme) {
    const { hidden, inPlay } = this.layer;
    const { data, words } = this, now = counts(data, theme, inPlay);
    const rows = theme.legend.flatMap((item, code) => item.parcels ? [el("button", {
      type: "button", class: "mujun-class", "aria-pressed": String(!hidden.has(code)),
      onclick: () => {
        if (!hidden.delete(code)) hidden.add(code);
        this.layer.redraw();
        this.legend(theme);
      } },
      el("i", { style: `background:${item.color}` }), el("span", {}, this.pick(item)),
      el("b", {}, number(now[code].parcels)), el("b", {}, number(now[code].mu, 0)))] : []);
    const open = now.filter((_, code) => !hidden.has(code));
    const sum = (name) => open.reduce((total, item) => total + item[name], 0);
    const total = el("div", { class: "mujun-class mujun-total" }, el("i"),
      el("span", {}, words.total), el("b", {}, number(sum("parcels"))),
      el("b", {}, number(sum("mu"), 0)));
    const head = el("div", { class: "mujun-class mujun-head" }, el("i"),
      el("span", {}, theme.note[this.lang === "en" ? 1 : 0]), el("b", {}, words.parcels),
      el("b", {}, words.mu));
    const money = sums(data, shown(theme, inPlay, hidden)).map(({ column, total: value, known }) =>
      el("p", { class: "mujun-note mujun-sum" }, `${this.pick(column)} ${number(value, 0)} `
        + `${column.unit[this.lang === "en" ? 1 : 0]}（${number(known)} ${words.parcels}）`));
    const list = el("button", { type: "button", class: "mujun-keep", onclick: () => this.actions.show(() => this.list()) }, words.list);
    const samples = (data.overlays?.[theme.id] ?? []).map((kind) => el("div",
      { class: "mujun-class mujun-line" }, kind.points.length
        ? el("i", { class: "mujun-spot", style: `background:${kind.color}` })
        : el("i", { style: `border-top: 3px ${kind.dash ? "dashed" : "solid"} ${kind.color}` }),
      el("span", {}, this.pick(kind))));
    this.root.querySelector(".mujun-legend").replaceChildren(head, ...rows, total, ...money, ...samples, list);
    this.chips();
  }

  openCard(content) {
    const close = el("button", { type: "button", class: "mujun-close", "aria-label": this.words.close,
      onclick: () => this.actions.close() }, "×");
    this.card.replaceChildren(close, content);
    this.card.hidden = false;
    this.card.scrollTop = 0;
  }

  closeCard() {
    this.card.hidden = true;
    this.card.replaceChildren();
  }
}
