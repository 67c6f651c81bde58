// The tools at the map's edge: measure, full screen, paper; north arrow, scale, coordinates.

import L from "leaflet";
import { el, svg } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { chooseScheme, chosenScheme, nextScheme } from "../lib/scheme.js";
import { firstParks } from "./compare.js";
import { threeDegree } from "../map/ground.js";
import { home } from "./extent.js";
import { copyLink, hasAddress } from "./link.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./measure.js").Measure} Measure */

const ICONS = {
  home: ["M3 10 10 4l7 6", "M5 9v7h10V9"],
  scheme: ["M10 3a7 7 0 1 0 0 14z", "M10 3a7 7 0 0 1 0 14"],
  distance: ["M3 17 17 3", "M3 13v4h4", "M13 3h4v4"],
  area: ["M4 4h12v12H4z", "M4 10h12", "M10 4v12"],
  link: ["M8 12l4-4", "M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2", "M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2"],
  briefing: ["M3 4h14", "M4 4v8h12V4", "M10 12v2", "M7 17l3-3 3 3"],
  fullscreen: ["M3 8V3h5", "M12 3h5v5", "M17 12v5h-5", "M8 17H3v-5"],
  compare: ["M3 4h6v12H3z", "M11 4h6v12h-6z"],
  solid: ["M3 14 10 17 17 14V9l-7-3-7 3z", "M3 9l7 3 7-3", "M10 12v5"],
  print: ["M6 7V3h8v4", "M4 7h12v7H4z", "M6 12h8v5H6z"],
};

/**
 * Put the tools on the map; what it returns writes them in the language.
 * @param {App} app
 * @param {Measure} measure
 */
export function tools(app, measure) {
  const { map } = app;
  const box = el("div", { class: "mujun-tools leaflet-bar" });
  L.DomEvent.disableClickPropagation(box);
  control(map, box);
  const foot = footer(app);
  const container = control(map, foot.node);
  const scale = L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  container.append(scale.getContainer() ?? "");
  container.parentNode?.append(container); // under the buttons
  const write = () => {
    box.replaceChildren(...buttons(app, measure, write));
    foot.arrow.replaceChildren(northArrow(app.words.north));
    named(map, ".leaflet-control-zoom-in", app.words.zoom_nearer);
    named(map, ".leaflet-control-zoom-out", app.words.zoom_farther);
  };
  return write;
}

/**
 * Leaflet's own buttons in the language of the page.
 * @param {L.Map} map
 * @param {string} selector
 * @param {string} name
 */
function named(map, selector, name) {
  const node = map.getContainer().querySelector(selector);
  node?.setAttribute("title", name);
  node?.setAttribute("aria-label", name);
}

/**
 * @param {L.Map} map
 * @param {HTMLElement} node
 */
function control(map, node) {
  const made = new L.Control({ position: "bottomright" });
  made.onAdd = () => node;
  made.addTo(map);
  return node;
}

/**
 * @param {App} app
 * @param {Measure} measure
 * @param {() => void} write the buttons anew
 */
function buttons(app, measure, write) {
  const { map, words } = app;
  const fullscreen = () =>
    document.fullscreenElement ? document.exitFullscreen() : map.getContainer().requestFullscreen();
  const print = () => app.dispatch({ type: "open", card: { kind: "paper" } });
  const compare = () =>
    app.dispatch(
      app.folder
        ? { type: "error", text: words.compare.not_here }
        : { type: "compare", parks: firstParks(app.state) },
    );
  const solid = () => app.dispatch({ type: "solid", solid: { on: true } });
  const scheme = chosenScheme();
  const turn = () => {
    chooseScheme(nextScheme(scheme));
    write();
  };
  return [
    button("home", words.home, () => home(app)),
    button("solid", words.solid.enter, solid),
    ...(app.state.data.parks.length > 1 ? [button("compare", words.compare.enter, compare)] : []),
    button("distance", words.distance, () => measure.start("length")),
    button("area", words.measure_area, () => measure.start("area")),
    button("fullscreen", words.fullscreen, fullscreen),
    button("print", words.print, print),
    button("briefing", words.briefing.title, () =>
      app.dispatch({ type: "open", card: { kind: "briefing" } }),
    ),
    ...(hasAddress() ? [button("link", words.copy_link, () => copyLink(app))] : []),
    button("scheme", words.schemes[scheme], turn),
  ];
}

/**
 * Coordinates under the pointer, and the north arrow's place.
 * @param {App} app
 */
function footer(app) {
  const output = el("output", { class: "mujun-coordinates" });
  app.map.on("mousemove", ({ latlng }) => {
    output.textContent = coordinates(latlng, app.words);
  });
  app.map.on("mouseout", () => {
    output.textContent = "";
  });
  const arrow = el("div", { class: "mujun-north" });
  return { node: el("div", { class: "mujun-foot" }, output, arrow), arrow };
}

/**
 * Longitude and latitude, and the plane coordinates of the 3-degree zone.
 * @param {L.LatLng} place
 * @param {{ zone: string }} words
 */
function coordinates({ lat, lng }, words) {
  const { zone, north, east } = threeDegree(lat, lng);
  const plane = `${words.zone} ${zone}  X ${number(north, 1)}  Y ${number(east, 1)}`;
  return `CGCS2000  ${lng.toFixed(6)}°  ${lat.toFixed(6)}°  ·  ${plane}`;
}

/** @param {string} text */
function northArrow(text) {
  const box = { viewBox: "0 0 24 36", width: 24, height: 36, role: "img", "aria-label": text };
  return svg(
    "svg",
    box,
    svg("path", { d: "M12 12 19 34 12 29 5 34z" }),
    svg("text", { x: 12, y: 10, "text-anchor": "middle" }, text),
  );
}

/**
 * @param {keyof typeof ICONS} name
 * @param {string} title
 * @param {() => void} onclick
 */
function button(name, title, onclick) {
  const id = `mujun-${name}`;
  const box = { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" };
  const icon = svg("svg", box, ...ICONS[name].map((d) => svg("path", { d })));
  return el("button", { type: "button", title, "aria-label": title, id, onclick }, icon);
}
