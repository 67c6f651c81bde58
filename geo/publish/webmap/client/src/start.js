// The map's parts put together: who hears of a new state, and what clicks and keys do.

import { presenter } from "./briefing/slide.js";
import { inPlay, view } from "./derived.js";
import { el } from "./lib/dom.js";
import { memo } from "./lib/memo.js";
import { followScheme, styleColor } from "./lib/scheme.js";
import { fill } from "./lib/words.js";
import { namesOf } from "./map/names.js";
import { SolidView } from "./solid/view.js";
import { GroundLayer } from "./view/backdrop.js";
import { board } from "./view/board.js";
import { CompareView } from "./view/compare.js";
import { overlays, parkLabels, parkNames, parkOutlines, photo } from "./view/drawn.js";
import { fitTo, keepFitted, keepSense, parkView } from "./view/extent.js";
import { flipOutlines } from "./view/flips.js";
import { hover } from "./view/hover.js";
import { foldKeys } from "./view/layout.js";
import { keepAddress, reopen } from "./view/link.js";
import { marksBox } from "./view/marks.js";
import { Measure } from "./view/measure.js";
import { symbolsNow } from "./view/circles.js";
import { checksOf } from "./view/notes.js";
import { cardBox, panel } from "./view/panel.js";
import { printSheets } from "./view/paper.js";
import { reach } from "./view/reach.js";
import { keptScenarios } from "./view/scenarios.js";
import { Swipe } from "./view/swipe.js";
import { tools } from "./view/tools.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./state.js").State} State */
/** @typedef {(state: State) => void} Effect */

/**
 * Put the panel, the cards and the tools on the map and paint the parcels.
 * @param {App} app
 */
export function start(app) {
  const { map, layer, store } = app;
  const { data } = app.state;
  map.attributionControl?.setPrefix(false);
  if (data.photo) photo(app, data.photo);
  const over = overlays(app);
  parkOutlines(app);
  const tidyLabels = parkLabels(app);
  const figures = board(app);
  app.checks = checksOf(app);
  const side = panel(app);
  const card = cardBox(app);
  const measure = new Measure(app);
  const swipe = new Swipe(app, side.root);
  const solid = new SolidView(app);
  const compare = new CompareView(app);
  const write = tools(app, measure);
  const page = { settled: false };
  /** @type {Effect[]} in their order: the canvases before those that read them */
  const effects = [
    language(write),
    parcels(app),
    figures,
    side.update,
    (state) => swipe.update(state),
    card.update,
    (state) => solid.update(state),
    (state) => compare.update(state),
    memo((s) => [view(s)?.id, s.lang], over),
    parks(app),
    flipOutlines(app),
    keptScenarios(app),
    parkView(app, () => page.settled),
    () => app.folder?.province.follow(app),
    marksBox(app, side.root),
    presenter(app),
    (state) => app.checks?.pins(state),
    memo(
      (s) => [s.error],
      (s) => complain(app, s.error),
    ),
  ];
  const follow = (/** @type {State} */ state) => effects.forEach((work) => work(state));
  store.subscribe(follow);
  follow(app.state);

  if (data.extent) fitTo(app, data.extent);
  reopen(app);
  keepSense(app);
  page.settled = true;
  layer.addTo(map); // last, so that it is painted once
  keepAddress(app);
  keepFitted(app);
  answer(app, measure, swipe);
  foldKeys(app);
  tidyLabels();
  hover(app, measure, swipe);
  printSheets(app);
  reach(app, side.root, card.root);
  return { measure, swipe, solid, compare };
}

/**
 * The page's own language, and the tools written in it.
 * @param {() => void} write
 * @returns {Effect}
 */
function language(write) {
  return memo(
    (s) => [s.lang],
    (s) => {
      document.documentElement.lang = s.lang === "en" ? "en" : "zh-CN";
      write();
    },
  );
}

/**
 * The canvas: its parcels, what is in play, classes and colours, the parcel that is open.
 * @param {App} app
 * @returns {Effect}
 */
function parcels(app) {
  const { layer } = app;
  layer.font = getComputedStyle(document.documentElement).getPropertyValue("--mujun-font");
  const ground = app.ground && new GroundLayer(app.ground, layer.font, () => parkNames(app.map));
  ground?.addTo(app.map);
  followScheme(() => {
    layer.pale = styleColor("pale");
    layer.placing = placing(app, ground);
    layer.redraw();
    if (app.right) Object.assign(app.right, { pale: layer.pale, placing: layer.placing }).redraw();
    ground?.redraw();
  });
  /** @type {Effect[]} */
  const effects = [
    memo(
      (s) => [s.shape],
      (s) => layer.shape !== s.shape && layer.take(s.shape),
    ),
    memo(
      (s) => [s.data, s.whole, s.lang],
      (s) => {
        const count = (/** @type {number} */ n) => fill(words.several_firms, { count: n });
        const { words } = app;
        layer.names = s.whole ? null : namesOf(s.data, count);
      },
    ),
    memo(
      (s) => [s.shape, view(s), inPlay(s), s.hidden, symbolsNow(s)],
      (s) => {
        const theme = view(s);
        if (!theme) return;
        layer.symbols = symbolsNow(s);
        layer.show({
          codes: theme.codes,
          colors: colors(s),
          hatches: theme.legend.map((c) => c.hatch),
          hidden: s.hidden,
          inPlay: inPlay(s),
        });
      },
    ),
    memo(
      (s) => [s.card, s.data],
      (s) => layer.select(s.card?.kind === "parcel" ? s.data.ids.indexOf(s.card.id) : -1),
    ),
  ];
  return (state) => effects.forEach((work) => work(state));
}

/**
 * Place names in the colours of the page, which yield to the names of the ground and of parks.
 * @param {App} app
 * @param {GroundLayer | null} ground
 * @returns {import("./map/canvas.js").Placing | null}
 */
function placing({ layer, places }, ground) {
  if (!places) return null;
  const [place, water, halo] = ["place", "water-name", "halo"].map(styleColor);
  const inks = { place, water, halo, font: layer.font };
  return { places, inks, taken: () => [...(ground?.taken ?? [])] };
}

const colors = memo(
  (/** @type {State} */ state) => [view(state)],
  (state) => view(state)?.legend.map((c) => c.color) ?? [],
);

/**
 * Of a folder the parks that stand for their parcels.
 * @param {App} app
 * @returns {Effect}
 */
function parks({ folder }) {
  return memo(
    (s) => [view(s), s.park, s.whole, s.counted, s.circles],
    (s) => {
      const theme = view(s);
      if (theme) folder?.fill(theme, s);
    },
  );
}

/**
 * A sentence about what went wrong, on the map; gone once it is mended.
 * @param {App} app
 * @param {string} text
 */
function complain({ map }, text) {
  const container = map.getContainer();
  container.querySelector(".mujun-error")?.remove();
  if (text) container.append(el("p", { class: "mujun-error", role: "alert" }, text));
}

/**
 * Clicks on parcels open their card, beside them close it; Escape goes back to the card that it was
 * opened from, or closes it.
 * @param {App} app
 * @param {Measure} measure
 * @param {Swipe} swipe
 */
function answer(app, measure, swipe) {
  app.map.on("click", (event) => {
    if (measure.click(event.latlng)) return;
    const i = swipe.side(event.containerPoint).layer.at(event.latlng);
    if (i >= 0) app.openParcel(app.state.data.ids[i]);
    else app.dispatch({ type: "close" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      measure.clear();
      if (app.state.card) app.dispatch({ type: "back" });
      else if (app.state.solid.on) app.dispatch({ type: "solid", solid: { on: false } });
      else app.dispatch({ type: "compare", parks: [] });
    }
    if (event.key === "Enter") measure.end();
  });
}
