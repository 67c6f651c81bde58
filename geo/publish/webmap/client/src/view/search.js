// The search box: matches by kind as one types, Enter opens the first.

import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { MATCHES, search } from "../map/search.js";
import { themeCalled } from "../state.js";
import { combobox } from "./combobox.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../map/search.js").Group} Group */
/** @typedef {import("../map/search.js").Kind} Kind */
/** @typedef {import("../map/search.js").Match} Match */
/** @typedef {import("../../generated/wire.js").Term} Term */

/** @param {App} app */
export function searchBox(app) {
  const { words, folder } = app;
  /** @type {Partial<Record<Kind, number>>} */
  let limits = {};
  let last = "";
  /** @param {Group} group */
  const laid = ({ kind, total, matches }) => {
    const choices = matches.map((match) => ({
      label: match.term ? app.pick(match.term) : match.label,
      run: () => open(app, match),
    }));
    const left = total - matches.length;
    const more = {
      label: words.more.replace("{count}", number(left)),
      more: true,
      run: () => (limits = { ...limits, [kind]: 10 * (limits[kind] ?? MATCHES) }),
    };
    const title = `${words.kinds[kind]} · ${number(total)}`;
    return { title, choices: left ? [...choices, more] : choices };
  };
  /** @param {string} text */
  const groups = (text) => {
    if (text !== last) limits = {};
    last = text;
    if (folder) return folder.find(text, limits).then((found) => found.map(laid));
    return search(app.state.data, text, limits).map(laid);
  };
  const box = combobox({
    id: "mujun-search",
    label: words.search,
    listClass: "mujun-matches",
    none: words.none,
    groups,
  });
  return el("div", { class: "mujun-search" }, box);
}

/**
 * Go to what was found: a parcel and its card, a park, a class of a theme as the filter.
 * @param {App} app
 * @param {Match} match
 */
function open(app, { parcel, term }) {
  if (term?.park) {
    app.goToPark(term.park);
    app.dispatch({ type: "open", card: { kind: "park", id: term.park } });
  } else if (term) {
    const theme = themeCalled(app.state, term.theme);
    if (theme < 0) return;
    app.dispatch({ type: "theme", theme });
    app.dispatch({ type: "only-class", theme, code: term.code });
  } else if (app.folder) app.folder.open(/** @type {number} */ (parcel)).then(focusCard);
  else app.goToParcel(/** @type {number} */ (parcel));
  focusCard();
}

/** What was opened by keyboard is read on by keyboard. */
function focusCard() {
  /** @type {HTMLElement | null} */
  const card = document.querySelector(".mujun-card:not([hidden])");
  card?.focus();
}
