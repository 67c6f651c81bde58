// The search box: matches as one types, Enter opens the first.

import { el } from "../lib/dom.js";
import { search } from "../map/search.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function searchBox(app) {
  const { words, folder } = app;
  const list = el("ul", { class: "mujun-matches", role: "listbox" });
  /** @param {number} parcel of a folder among all, loaded or not */
  const choose = (parcel) => {
    list.replaceChildren();
    if (folder) folder.open(parcel);
    else app.goToParcel(parcel);
  };
  /** @param {{ target: HTMLInputElement }} event */
  const fill = async ({ target }) => {
    const text = target.value;
    const found = folder && text.trim() ? await folder.find(text) : search(app.state.data, text);
    if (target.value !== text) return; // typed on meanwhile
    const matches = found.map(({ label, parcel }) => {
      const button = el("button", { type: "button", onclick: () => choose(parcel) }, label);
      return el("li", { role: "option" }, button);
    });
    list.replaceChildren(...matches);
    if (text.trim() && !found.length) list.append(el("li", {}, words.none));
  };
  /** @param {KeyboardEvent} event */
  const enter = (event) => {
    if (event.key === "Enter") list.querySelector("button")?.click();
    if (event.key === "Escape") list.replaceChildren();
  };
  const box = el("input", {
    type: "search",
    id: "mujun-search",
    placeholder: words.search,
    "aria-label": words.search,
    oninput: fill,
    onkeydown: enter,
  });
  return el("div", { class: "mujun-search" }, box, list);
}
