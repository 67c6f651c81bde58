// mujun's map client: what `ParcelLayer` calls on a page. Leaflet is put where Folium looks for it.

import L from "leaflet";
import "leaflet/dist/leaflet.css";
import "./style.css";
import { read, written } from "./map/address.js";
import { ParcelCanvas } from "./map/canvas.js";
import { parcelCard, parkCard } from "./view/card.js";
import { decodeGeometry, decodeTable } from "./map/decode.js";
import { Folder } from "./map/folder.js";
import { joinedShapes, merged } from "./map/merge.js";
import { rejudge } from "./judge/judge.js";
import { Measure } from "./view/measure.js";
import { Panel } from "./view/panel.js";
import { regrade } from "./judge/grade.js";
import { search } from "./view/search.js";
import { addTools } from "./view/tools.js";
import { number } from "./lib/format.js";

export { names, tile } from "./map/folder.js";

window.L = L;

/** The text of an inert script element, which is then taken off the page: it is large. */
function taken(id) {
  const node = document.getElementById(id),
    text = node.textContent;
  node.remove();
  return text;
}

/** Draw the parcels of the page's layer of this name; resolves when the first picture stands. */
export async function show(map, name) {
  const data = await decodeTable(taken(`${name}_table`));
  const shape = await decodeGeometry(taken(`${name}_geometry`), data.ids.length);
  ready(await started(map, data, shape));
}

/** The map of a folder: its index is in the page, its parcels come as one looks. */
export async function showFolder(map, name) {
  const index = await decodeTable(taken(`${name}_table`)),
    folder = new Folder(index);
  const app = await started(map, merged(index, []), joinedShapes([]));
  await folder.attach(app.panel);
  ready({ ...app, folder });
}

/** For the console and tests. */
function ready(app) {
  window.mujunReady = {
    ...app,
    decodeTable,
    regrade,
    rejudge,
    search,
    get data() {
      return app.panel.data;
    },
  };
}

/** The map with its panel, cards and tools; resolves when the first picture stands. */
async function started(map, data, shape) {
  map.attributionControl?.setPrefix(false);
  if (data.photo) photo(map, data.photo);
  const layer = new ParcelCanvas(shape);
  const over = L.layerGroup().addTo(map),
    parks = parkOutlines(map, data);
  let opened = null,
    openId = null,
    settled = false;
  const actions = {
    open(i, zoom = false) {
      openId = panel.now.ids[i];
      opened = () => panel.openCard(parcelCard(panel.now, i, panel.lang));
      layer.select(i);
      opened();
      if (zoom) map.fitBounds(layer.bounds(i).pad(2), { animate: false, maxZoom: 17 });
    },
    close() {
      opened = openId = null;
      layer.select(-1);
      panel.closeCard();
    },
    language() {
      opened?.();
    },
    /** Other parcels stand in the data: the open card's may be at another place, or gone. */
    taken() {
      if (openId === null) return;
      const at = panel.now.ids.indexOf(openId);
      if (at >= 0) actions.open(at);
      else actions.close();
    },
    moved() {
      if (!settled || location.protocol === "about:") return; // in a notebook there is no address
      const { lat, lng } = map.getCenter();
      history.replaceState(
        null,
        "",
        written({
          zoom: map.getZoom(),
          lat,
          lon: lng,
          theme: data.themes[panel.theme]?.id ?? "",
          park: panel.park,
        }),
      );
    },
    /** A card that is made anew in another language. */
    show(content) {
      openId = null;
      opened = () => panel.openCard(content());
      layer.select(-1);
      opened();
    },
    theme(theme) {
      actions.moved();
      over.clearLayers();
      (data.overlays?.[theme.id] ?? []).flatMap(drawn).forEach((mark) => over.addLayer(mark));
    },
  };
  const panel = new Panel(map, layer, data, actions);
  panel.measure = new Measure(panel);
  addTools(panel);
  const asked = read(location.hash);
  if (asked) {
    map.setView([asked.lat, asked.lon], asked.zoom, { animate: false });
    panel.goTo(asked.theme, asked.park);
  } else if (data.extent) fitBeside(map, panel.root, data.extent);
  layer.addTo(map); // last, so that it is painted once
  settled = true;
  map.on("moveend", actions.moved);
  map.on("click", (event) => {
    if (panel.measure.click(event.latlng)) return;
    const i = panel.swipe.side(event.containerPoint).layer.at(event.latlng);
    if (i >= 0) actions.open(i);
    else actions.close();
  });
  parks.forEach(([label, park]) =>
    label.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      actions.show(() => parkCard(data, park, panel.lang));
    }),
  );
  parkLabels(
    map,
    parks.map(([label]) => label),
  );
  hover(map, panel);
  L.DomEvent.on(document, "keydown", (event) => {
    if (event.key === "Escape") {
      panel.measure.clear();
      actions.close();
    }
    if (event.key === "Enter") panel.measure.end();
  });
  await layer.painted;
  return { layer, panel, map };
}

/** The whole extent in the part of the map that the panel leaves free: right of it, or below. */
function fitBeside(map, panel, extent) {
  const size = map.getSize(),
    right = panel.offsetWidth + 40,
    below = panel.offsetHeight + 50;
  const free = size.x - right > size.x / 2 ? [right, 30] : [20, below];
  map.fitBounds(extent, { paddingTopLeft: free, paddingBottomRight: [20, 30], animate: false });
}

/** The office's own picture of the ground, under everything. */
function photo(map, { image, bounds }) {
  map.createPane("mujun-photo").style.zIndex = 210;
  L.imageOverlay(image, bounds, { pane: "mujun-photo" }).addTo(map);
}

/** The marks of one kind that stand over the parcels with its theme: lines, and named points. */
function drawn(kind) {
  const lines = L.polyline(kind.lines, {
    color: kind.color,
    weight: 2.5,
    dashArray: kind.dash || null,
    interactive: false,
  });
  return [
    lines,
    ...kind.points.map(([lat, lon, name]) => {
      const said = document.createElement("span");
      said.textContent = name;
      return L.circleMarker([lat, lon], {
        radius: 6,
        color: "#ffffff",
        weight: 1.5,
        fillColor: kind.color,
        fillOpacity: 1,
      }).bindTooltip(said);
    }),
  ];
}

function parkOutlines(map, data) {
  return (data.parks ?? []).map((park) => {
    const outline = L.polyline(park.rings, {
      color: "#1d3557",
      weight: 2,
      dashArray: "8 4",
      interactive: false,
    }).addTo(map);
    const text = document.createElement("span");
    text.textContent = park.name;
    const label = L.marker(outline.getBounds().getCenter(), {
      icon: L.divIcon({ className: "mujun-park", html: text, iconSize: null }),
      keyboard: true,
      title: park.name,
    }).addTo(map);
    label.setLatLng([outline.getBounds().getNorth(), outline.getBounds().getCenter().lng]);
    return [label, park];
  });
}

/** Of labels that would lie on each other only the first is shown. */
function parkLabels(map, labels) {
  const tidy = () => {
    const taken = [];
    for (const label of labels) {
      const node = label.getElement(),
        box = node.firstChild.getBoundingClientRect();
      const free = !taken.some(
        (t) => t.left < box.right && box.left < t.right && t.top < box.bottom && box.top < t.bottom,
      );
      node.style.visibility = free ? "" : "hidden"; // its place is still measured
      if (free) taken.push(box);
    }
  };
  map.on("zoomend", tidy);
  tidy();
}

function hover(map, panel) {
  const tip = L.tooltip({ direction: "top", offset: [0, -6] });
  let shown = "";
  map.on("mousemove", (event) => {
    const { layer, view } = panel.swipe.side(event.containerPoint);
    const i = panel.measure.kind ? -1 : layer.at(event.latlng);
    map.getContainer().style.cursor = i >= 0 ? "pointer" : "";
    if (i < 0) {
      shown = "";
      tip.remove();
      return;
    }
    const { ids, mu } = panel.now,
      label = view ? ` · ${panel.pick(view.legend[view.codes[i]])}` : "";
    const text = `${ids[i]} · ${number(mu[i])} ${panel.words.mu}${label}`;
    if (text !== shown) {
      shown = text;
      const box = document.createElement("span");
      box.textContent = text;
      tip.setContent(box);
    }
    tip.setLatLng(event.latlng).addTo(map);
  });
  map.on("mouseout", () => {
    shown = "";
    tip.remove();
  });
}
