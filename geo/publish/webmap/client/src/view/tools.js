// The tools at the map's edge: measure, full screen, paper; north arrow, scale, coordinates.

import L from "leaflet";
import { threeDegree } from "../map/ground.js";
import { paperBox } from "./paper.js";
import { el, svg } from "../lib/dom.js";
import { number } from "../lib/format.js";

const ICONS = {
  distance: ["M3 17 17 3", "M3 13v4h4", "M13 3h4v4"],
  area: ["M4 4h12v12H4z", "M4 10h12", "M10 4v12"],
  fullscreen: ["M3 8V3h5", "M12 3h5v5", "M17 12v5h-5", "M8 17H3v-5"],
  print: ["M6 7V3h8v4", "M4 7h12v7H4z", "M6 12h8v5H6z"],
};

/** Put the tools on the map. */
export function addTools(panel) {
  const { map } = panel;
  const bar = L.control({ position: "bottomright" });
  bar.onAdd = () => {
    const box = el("div", { class: "mujun-tools leaflet-bar" });
    L.DomEvent.disableClickPropagation(box);
    const fill = () =>
      box.replaceChildren(
        button("distance", panel.words.distance, () => panel.measure.start("length")),
        button("area", panel.words.measureArea, () => panel.measure.start("area")),
        button("fullscreen", panel.words.fullscreen, () =>
          document.fullscreenElement
            ? document.exitFullscreen()
            : map.getContainer().requestFullscreen(),
        ),
        button("print", panel.words.print, () => panel.actions.show(() => paperBox(panel))),
      );
    panel.onLanguage(fill);
    return box;
  };
  bar.addTo(map);
  const foot = L.control({ position: "bottomright" });
  foot.onAdd = () => {
    const said = el("output", { class: "mujun-coordinates" });
    map.on("mousemove", ({ latlng }) => {
      said.textContent = coordinates(latlng, panel.words);
    });
    map.on("mouseout", () => {
      said.textContent = "";
    });
    const arrow = el("div", { class: "mujun-north" });
    panel.onLanguage(() => arrow.replaceChildren(northArrow(panel.words.north)));
    return el("div", { class: "mujun-foot" }, said, arrow);
  };
  foot.addTo(map);
  const scale = L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  foot.getContainer().append(scale.getContainer());
  foot.getContainer().parentNode.append(foot.getContainer()); // under the buttons
}

/** Longitude and latitude, and the plane coordinates of the 3-degree zone. */
export function coordinates({ lat, lng }, words) {
  const { zone, north, east } = threeDegree(lat, lng);
  return `CGCS2000  ${lng.toFixed(6)}°  ${lat.toFixed(6)}°  ·  ${words.zone} ${zone}  X ${number(north, 1)}  Y ${number(east, 1)}`;
}

function northArrow(text) {
  return svg(
    "svg",
    { viewBox: "0 0 24 36", width: 24, height: 36, role: "img", "aria-label": text },
    svg("path", { d: "M12 12 19 34 12 29 5 34z" }),
    svg("text", { x: 12, y: 10, "text-anchor": "middle" }, text),
  );
}

function button(name, title, work) {
  return el(
    "button",
    { type: "button", title, "aria-label": title, id: `mujun-${name}`, onclick: work },
    svg(
      "svg",
      { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
      ...ICONS[name].map((d) => svg("path", { d })),
    ),
  );
}
