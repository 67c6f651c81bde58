// Search by parcel, enterprise, code, or the initials of a name's pinyin.

import { el } from "../lib/dom.js";

const MATCHES = 12;

/** Parcels whose id, or whose enterprise's name, id or initials, hold the text: [{label, parcel}]. */
export function search(data, text, limit = MATCHES) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const found = [];
  for (let parcel = 0; parcel < data.ids.length && found.length < limit; parcel++) {
    const id = data.ids[parcel];
    if (id.toLowerCase().includes(wanted)) found.push({ label: id, parcel });
  }
  const {
    names = [],
    ids = [],
    initials = [],
    enterprise = [],
    parcel = [],
  } = data.occupiers ?? {};
  const fits = names.map(
    (name, e) =>
      name.toLowerCase().includes(wanted) ||
      ids[e].toLowerCase().includes(wanted) ||
      (initials[e] ?? "").includes(wanted),
  );
  for (let at = 0; at < parcel.length && found.length < limit; at++) {
    const e = enterprise[at];
    if (fits[e])
      found.push({ label: `${names[e] || ids[e]} · ${data.ids[parcel[at]]}`, parcel: parcel[at] });
  }
  return found;
}

/** The box: matches as one types, Enter opens the first. */
export function searchBox(panel) {
  const { words } = panel,
    list = el("ul", { class: "mujun-matches", role: "listbox" });
  const { folder } = panel; // of a folder all is searched, loaded or not
  const choose = (parcel) => {
    list.replaceChildren();
    if (folder) folder.open(parcel);
    else panel.actions.open(parcel, true);
  };
  const fill = async (event) => {
    const text = event.target.value;
    const found = folder && text.trim() ? await folder.find(text) : search(panel.data, text);
    if (event.target.value !== text) return; // typed on meanwhile
    list.replaceChildren(
      ...found.map(({ label, parcel }) =>
        el(
          "li",
          { role: "option" },
          el("button", { type: "button", onclick: () => choose(parcel) }, label),
        ),
      ),
    );
    if (event.target.value.trim() && !found.length) list.append(el("li", {}, words.none));
  };
  const enter = (event) => {
    if (event.key === "Enter") list.querySelector("button")?.click();
    if (event.key === "Escape") list.replaceChildren();
  };
  return el(
    "div",
    { class: "mujun-search" },
    el("input", {
      type: "search",
      id: "mujun-search",
      placeholder: words.search,
      "aria-label": words.search,
      oninput: fill,
      onkeydown: enter,
    }),
    list,
  );
}
