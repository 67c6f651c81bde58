// The panel and the card beside it: what stands in them, and what each part is made of.

import { briefingCard, stepRows, stepsUse } from "../briefing/card.js";
import { flips, inPlay, now, rightHidden, rightView, view } from "../derived.js";
import { el } from "../lib/dom.js";
import { Slots } from "../lib/slots.js";
import { number } from "../lib/format.js";
import { fill } from "../lib/words.js";
import { leftOut } from "../map/backdrop.js";
import { trialTexts } from "../map/marks.js";
import { yearOf } from "../map/year.js";
import { isTrying } from "../state.js";
import { parcelCard } from "./card.js";
import { circleUses, circlesBox } from "./circles.js";
import { spreadBox, spreadUses, standing, standingUses } from "./distribution.js";
import { filterBox, folding, lookBox, parkBox, set, syncBoxes, syncLook } from "./controls.js";
import { foldButton, handle, measured, placed } from "./layout.js";
import { legend, plainLegend } from "./legend.js";
import { listCard, listUses } from "./list.js";
import { paperBox, paperPreview } from "./paper.js";
import { parkCard } from "./park.js";
import { flipsCard } from "./flips.js";
import { picker } from "./picker.js";
import { rankingBox } from "./ranking.js";
import { scenarioBox, scenariosCard } from "./scenarios.js";
import { searchBox } from "./search.js";
import { swipeBox } from "./swipe.js";
import { trialBox, trialEffect } from "./trial.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../lib/dom.js").Child} Child */
/** @typedef {import("../lib/slots.js").Slot<State>} Slot */

/**
 * The panel on the map; what it returns brings it up to date.
 * @param {App} app
 */
export function panel(app) {
  const root = placed(app, el("section", { class: "mujun-panel" }));
  const tab = new Slots(placed(app, el("div", { class: "mujun-tab" })), [
    { uses: language, make: () => [foldButton(app, "panel", true)] },
  ]);
  const slots = new Slots(root, parts(app, root));
  const container = app.map.getContainer();
  measured(container, "--mujun-bottom", root);
  const update = (/** @type {State} */ state) => {
    container.classList.toggle("mujun-wide", !state.boxes.has("panel"));
    tab.update(state);
    slots.update(state);
  };
  return { root, update };
}

/**
 * The card on the map; what it returns brings it up to date.
 * @param {App} app
 */
export function cardBox(app) {
  const root = placed(app, el("section", { class: "mujun-card", hidden: "", tabindex: -1 }));
  measured(app.map.getContainer(), "--mujun-card", root);
  const slots = new Slots(root, cardParts(app));
  /** @type {import("../state.js").Card | null} */
  let shown = null;
  /** @type {import("../state.js").Card | null} */
  let from = null;
  /** Where the card that a parcel was opened from stood. */
  let left = 0;
  return {
    root,
    update: (/** @type {State} */ state) => {
      if (shown && shown === state.before) left = root.scrollTop;
      root.hidden = !state.card;
      app.map.getContainer().classList.toggle("mujun-carded", Boolean(state.card));
      slots.update(state);
      if (state.card !== shown) root.scrollTop = state.card === from ? left : 0;
      shown = state.card;
      from = state.before;
    },
  };
}

/**
 * @param {App} app
 * @param {HTMLElement} sheet
 * @returns {Slot[]}
 */
function parts(app, sheet) {
  return [
    {
      uses: language,
      make: () => [handle(app, sheet), searchBox(app), foldButton(app, "panel", false)],
    },
    {
      uses: page,
      make: () => [parkBox(app)],
      sync: (state, box) => set(box, "mujun-park-filter", state.park),
    },
    { uses: (s) => [...page(s), s.theme], make: () => [picker(app)] },
    { uses: language, make: () => [...frame(app)] },
    {
      uses: (s) => [...page(s), s.figure, s.theme, s.park, yearOf(s)],
      make: () => [rankingBox(app)],
    },
    { uses: page, make: () => [filterBox(app)], sync: syncBoxes },
    {
      uses: (s) => [...page(s), s.trial.subject, s.trial.row, s.trial.resets],
      make: () => [trialBox(app)],
    },
    {
      uses: (s) => [...page(s), s.swipe.on, s.swipe.theme],
      make: () => [app.state.whole ? null : swipeBox(app)],
      sync: (s, root) => set(root, "mujun-swipe-year", s.swipe.look.year ?? s.data.year ?? ""),
    },
    { uses: language, make: () => [el("div", { class: "mujun-notes-slot" })] },
    { uses: (s) => [...page(s), s.park], make: () => [...outcome(app), sources(app)] },
    {
      inside: ".mujun-notes-slot",
      uses: (s) => [...page(s), s.notes, inPlay(s)],
      make: () => [app.checks?.box()],
    },
    {
      inside: ".mujun-look",
      uses: (s) => [...page(s), s.theme],
      make: () => lookBox(app),
      sync: syncLook,
    },
    {
      inside: ".mujun-filters",
      uses: (s) => [s.lang, s.hidden.size > 0],
      make: () => keepHidden(app),
    },
    {
      inside: ".mujun-legend",
      uses: (s) => [...page(s), view(s), inPlay(s), s.hidden, s.park, s.counted, s.counting],
      make: () => legend(app),
    },
    { inside: ".mujun-circles-slot", uses: circleUses, make: () => circlesBox(app) },
    { inside: ".mujun-spread-slot", uses: spreadUses, make: () => spreadBox(app) },
    {
      inside: ".mujun-said",
      uses: (s) => [s.lang, now(s), flips(s), s.counted],
      make: () => trialEffect(app),
    },
    {
      inside: ".mujun-scenario",
      uses: (s) => [s.lang, s.scenarios, isTrying(s.trial)],
      make: () => scenarioBox(app),
    },
    {
      inside: ".mujun-swipe-legend",
      uses: (s) => [s.lang, rightView(s), inPlay(s), rightHidden(s)],
      make: () => plainLegend(app, rightView(app.state), rightHidden(app.state)),
    },
  ];
}

/** @param {State} state */
const language = (state) => [state.lang];

/** @param {State} state */
const page = (state) => [state.lang, state.data, state.whole];

/** @param {App} app */
function frame({ words }) {
  const boxes = ["mujun-look", "mujun-filters", "mujun-legend"];
  const hint = el("p", { class: "mujun-note" }, words.legend_hint);
  const after = ["mujun-circles-slot", "mujun-spread-slot"];
  const made = (/** @type {string} */ name) => el("div", { class: name });
  return [...boxes.map(made), hint, ...after.map(made)];
}

/**
 * The run in a few lines: verdicts, by which days, and the first reasons with their mend. They are
 * of all parks, and say so where one is chosen.
 * @param {App} app
 */
function outcome(app) {
  const { state, words } = app;
  const of = state.park ? `${words.every_park}${words.colon}` : "";
  const lines = state.data.outcome.map((line) => line[app.at]);
  if (!lines.length) return [];
  const [counts, days, ...reasons] = lines;
  const notes = [counts, ...reasons].map((text) => el("p", { class: "mujun-note" }, text));
  return [
    el("p", { class: "mujun-note mujun-judged" }, `${of}${days}`),
    folding(app, "outcome", "mujun-outcomes", `${of}${words.outcome}`, ...notes),
  ];
}

/** @param {App} app */
function sources({ state, words }) {
  const { sources: text, backdrop } = state.data;
  const left = leftOut(backdrop);
  const ground = fill(words.ground_left, { n: number(left), total: number(backdrop?.total) });
  return el(
    "div",
    {},
    text ? el("p", { class: "mujun-note" }, `${words.sources}${words.colon}${text}`) : null,
    left ? el("p", { class: "mujun-note" }, ground) : null,
  );
}

/**
 * What the legend hides, to be kept as a filter; the filters stand on the map (`view/marks.js`).
 * @param {App} app
 */
function keepHidden(app) {
  if (!app.state.hidden.size) return [];
  const onclick = () => app.dispatch({ type: "keep-hidden" });
  return [el("button", { type: "button", class: "mujun-keep", onclick }, app.words.keep)];
}

/**
 * @param {App} app
 * @returns {Slot[]}
 */
function cardParts(app) {
  return [
    {
      uses: (s) => [
        ...[s.card, s.lang, s.card ? now(s) : null, ...listUses(s)],
        s.card?.kind === "scenarios" && s.scenarios,
      ],
      make: () => cardContent(app),
    },
    {
      inside: ".mujun-checks",
      uses: (s) => [s.card, s.lang, s.data, s.notes, inPlay(s), s.boxes.has("check")],
      make: () => app.checks?.section() ?? [],
    },
    {
      inside: ".mujun-preview",
      uses: (s) => [
        ...[s.sheet, s.swipe.on, s.swipe.theme, s.swipe.look, s.solid.on, s.compare],
        ...(s.card?.kind === "paper" ? [view(s), inPlay(s), s.hidden] : []),
      ],
      make: () => paperPreview(app),
    },
    { inside: ".mujun-standing", uses: standingUses, make: () => standing(app) },
    { inside: ".mujun-steps", uses: stepsUse, make: () => stepRows(app) },
  ];
}

/**
 * @param {App} app
 * @returns {Child[]}
 */
function cardContent(app) {
  if (!app.state.card) return [];
  const close = {
    type: "button",
    class: "mujun-close",
    "aria-label": app.words.close,
    onclick: () => app.dispatch({ type: "close" }),
  };
  const checks = el("section", { class: "mujun-checks", "aria-label": app.words.notes });
  return [el("button", close, "×"), ...[content(app, app.state.card)].flat(), checks];
}

/**
 * On a parcel's card, whose verdicts follow a trial: that they do, and what is tried.
 * @param {App} app
 */
function triedNote({ state, words }) {
  if (!isTrying(state.trial)) return [];
  const lines = [words.tried, ...trialTexts(state)].map((text) => el("p", {}, text));
  return [el("div", { class: "mujun-tried" }, ...lines)];
}

/**
 * @param {App} app
 * @param {import("../state.js").Card} card
 * @returns {Child | Child[]}
 */
function content(app, card) {
  const { state } = app;
  const data = now(state);
  switch (card.kind) {
    case "parcel":
      return [...triedNote(app), parcelCard(app, data, data.ids.indexOf(card.id))];
    case "park": {
      const park = data.parks.find((p) => p.id === card.id);
      return park ? parkCard(data, park, state.lang) : null;
    }
    case "list":
      return listCard(app);
    case "paper":
      return paperBox(app);
    case "flips":
      return flipsCard(app);
    case "scenarios":
      return scenariosCard(app);
    case "briefing":
      return briefingCard(app);
  }
}
