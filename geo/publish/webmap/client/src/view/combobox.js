// A box that one types in and a list under it, as ARIA has comboboxes: arrows, Enter, Escape.

import "../style/combobox.css";
import { el } from "../lib/dom.js";

/** @typedef {{ label: string, on?: boolean, more?: boolean, run: () => void }} Choice */
/** @typedef {{ title: string, choices: Choice[] }} Group */

/**
 * @typedef {object} Box
 * @property {string} id of the input; the list's is this with `-list`
 * @property {string} label
 * @property {string} listClass
 * @property {string} none what stands where nothing is found
 * @property {string} [value] what the input holds while nobody types
 * @property {boolean} [all] whether the list opens before anything is typed
 * @property {(text: string) => Group[] | Promise<Group[]>} groups
 */

/**
 * @param {Box} box
 * @returns {HTMLElement}
 */
export function combobox({ id, label, listClass, none, value = "", all = false, groups }) {
  /** @type {{ node: HTMLElement, choice: Choice }[]} */
  let options = [];
  let active = -1;
  let typed = false;
  let entered = false;
  let asked = 0;
  const list = el("div", {
    class: `mujun-options ${listClass}`,
    role: "listbox",
    id: `${id}-list`,
    "aria-label": label,
    hidden: "",
  });
  const input = el("input", {
    id,
    value,
    type: "search",
    role: "combobox",
    autocomplete: "off",
    placeholder: label,
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    oninput: () => {
      typed = true;
      fill();
    },
    onclick: () => all && list.hidden && fill(),
    onfocus: () => all && input.select(),
    onblur: () => close(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => key(event),
  });
  /** @param {boolean} open */
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    asked++;
    typed = false;
    show(false);
    if (all) input.value = value;
  };
  /** @param {number} at */
  const point = (at) => {
    options[active]?.node.classList.remove("mujun-active");
    active = at;
    const now = options[active]?.node;
    if (!now) return;
    now.classList.add("mujun-active");
    now.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", now.id);
  };
  /** @param {Choice} choice */
  const choose = (choice) => {
    if (!choice.more) {
      asked++;
      typed = false;
      show(false);
    }
    choice.run();
    if (choice.more) fill(active);
  };
  /** @param {Group[]} found @param {number} at */
  const lay = (found, at) => {
    options = found.flatMap((group) => group.choices).map((choice, k) => option(choice, k));
    let first = 0;
    const made = found.map(({ title, choices }) => {
      const own = options.slice(first, (first += choices.length)).map(({ node }) => node);
      const head = el("div", { class: "mujun-options-head", "aria-hidden": "true" }, title);
      return el("div", { role: "group", "aria-label": title }, title ? head : null, ...own);
    });
    const nothing = el("p", { class: "mujun-note", role: "status" }, none);
    list.replaceChildren(...(options.length ? made : [nothing]));
    show(true);
    const chosen = options.findIndex(({ choice }) => choice.on);
    point(at >= 0 ? Math.min(at, options.length - 1) : typed ? 0 : Math.max(chosen, 0));
  };
  /** @param {Choice} choice @param {number} k */
  const option = (choice, k) => {
    const attributes = {
      id: `${id}-${k}`,
      role: "option",
      class: choice.more ? "mujun-option mujun-more" : "mujun-option",
      title: choice.label,
      "aria-selected": String(Boolean(choice.on)),
      onpointerdown: (/** @type {Event} */ event) => event.preventDefault(), // focus stays
      onclick: () => choose(choice),
    };
    return { choice, node: el("div", attributes, choice.label) };
  };
  const fill = async (at = -1) => {
    const text = typed ? input.value : all ? "" : input.value;
    const ask = ++asked;
    if (!all && !text.trim()) {
      show(false);
      return;
    }
    const found = groups(text);
    const ready = Array.isArray(found) ? found : await found;
    if (ask !== asked) return; // typed on meanwhile
    lay(ready, at);
    if (entered && options[0]) choose(options[0].choice);
    entered = false;
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key === "Escape") {
      if (list.hidden) return;
      event.stopPropagation();
      close();
    } else if (event.key === "Enter") {
      if (list.hidden) entered = typed;
      else if (options[active]) choose(options[active].choice);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) fill();
      else if (options.length) {
        const step = event.key === "ArrowDown" ? 1 : options.length - 1;
        point((active + step) % options.length);
      }
    }
  };
  return el("div", { class: "mujun-combobox" }, input, list);
}
