// What one does with a parcel that is open: go there, to the next of the list, copy, print.

import { listedRows } from "../export/listing.js";
import { el } from "../lib/dom.js";
import { isTrying } from "../state.js";
import { listMarks } from "./listmarks.js";

/** @typedef {import("../app.js").App} App */

/**
 * @param {App} app
 * @param {number} i
 */
export function actions(app, i) {
  const { words } = app;
  const bar = { class: "mujun-actions", role: "toolbar", "aria-label": words.actions.label };
  return el(
    "div",
    bar,
    back(app),
    button(`‹ ${words.actions.before}`, words.actions.previous, () => step(app, i, -1)),
    button(`${words.actions.after} ›`, words.actions.next, () => step(app, i, 1)),
    button(words.actions.zoom, "", () => app.goToParcel(i)),
    button(words.actions.copy, "", (event) => copy(app, event.currentTarget)),
    button(words.actions.print, "", () => printCard(app)),
  );
}

/**
 * The way back to the list that the card was opened from.
 * @param {App} app
 */
function back(app) {
  const { state, words } = app;
  if (!state.before) return null;
  const text = words.actions.to_list;
  return button(`← ${text}`, `${text} (Esc)`, () => app.dispatch({ type: "back" }));
}

/**
 * @param {string} text
 * @param {string} name what it is called, where the text does not say it
 * @param {(event: any) => void} onclick
 */
function button(text, name, onclick) {
  const named = name ? { title: name, "aria-label": name } : {};
  return el("button", { type: "button", ...named, onclick }, text);
}

/**
 * Open the parcel before or after in the order of the list; of one that is not listed, the first.
 * @param {App} app
 * @param {number} i
 * @param {number} by
 */
function step(app, i, by) {
  const rows = listedRows(app.state).rows;
  if (!rows.length) return;
  const at = rows.indexOf(i);
  app.goToParcel(rows[at < 0 ? 0 : (at + by + rows.length) % rows.length]);
}

/**
 * What a card that leaves the map says of itself: of which map, that data are synthetic or a trial,
 * what is filtered, of which day.
 * @param {App} app
 */
function said(app) {
  const { state, words } = app;
  const { title, year } = state.data;
  const of = [title, year ? words.board_year.replace("{year}", String(year)) : ""];
  return [
    of.filter(Boolean).join(" · "),
    ...listMarks(app, true),
    `${words.made_on} ${new Date().toLocaleDateString("sv-SE")}`,
  ].filter(Boolean);
}

/**
 * The card's text to the clipboard, with a word on the button.
 * @param {App} app
 * @param {HTMLElement} pressed
 */
async function copy(app, pressed) {
  const { words } = app;
  const card = pressed.closest(".mujun-facts");
  if (!(card instanceof HTMLElement)) return;
  const bar = pressed.parentElement?.innerText ?? "";
  const own = card.innerText.replace(bar, "").replace(/\n{2,}/g, "\n");
  const trial = isTrying(app.state.trial) ? [words.tried] : [];
  const text = [...said(app), ...trial, own].join("\n");
  try {
    await navigator.clipboard.writeText(text);
    pressed.textContent = words.actions.copied;
  } catch {
    pressed.textContent = words.actions.not_copied;
  }
}

/**
 * The card alone on paper, all of it unfolded, under what it says of itself.
 * @param {App} app
 */
function printCard(app) {
  const [title, ...lines] = said(app);
  const head = el("header", { class: "mujun-card-head" }, el("b", {}, title));
  head.append(...lines.map((text) => el("p", {}, text)));
  document.querySelector(".mujun-card .mujun-facts")?.prepend(head);
  const folded = [...document.querySelectorAll(".mujun-card details:not([open])")];
  folded.forEach((part) => part.setAttribute("open", ""));
  document.body.classList.add("mujun-printing-card");
  const after = () => {
    head.remove();
    document.body.classList.remove("mujun-printing-card");
    folded.forEach((part) => part.removeAttribute("open"));
  };
  window.addEventListener("afterprint", after, { once: true });
  window.print();
}
