// mujun's map client: what `ParcelLayer` calls on a page. Leaflet is put where Folium looks for it.

import L from "leaflet";
import "leaflet/dist/leaflet.css";
import "./style.css";
import "./style/board.css";
import "./style/layout.css";
import { App } from "./app.js";
import { inPlay, now, rightView, view } from "./derived.js";
import { regrade } from "./judge/grade.js";
import { rejudge } from "./judge/judge.js";
import { decodeGeometry, decodeTable } from "./map/decode.js";
import { Folder } from "./map/folder.js";
import { search } from "./map/search.js";
import { start } from "./start.js";
import { reopen } from "./view/link.js";

export { column, names, tile } from "./map/folder.js";

Object.assign(window, { L });

const PATIENCE_S = 15; // after which a page that is not there says what may be wrong

/**
 * The text of an inert script element, which is then taken off the page: it is large.
 * @param {string} id
 */
function taken(id) {
  const node = document.getElementById(id);
  const text = node?.textContent ?? "";
  node?.remove();
  return text;
}

/** A map that takes long says so; the page may be enlarged, which Folium's viewport forbids. */
function opening() {
  /** @type {any} */ (window).mujunFloor?.wait(PATIENCE_S);
  const viewport = document.querySelector('meta[name="viewport"]');
  viewport?.setAttribute("content", "width=device-width, initial-scale=1");
}

/**
 * Draw the parcels of the page's layer of this name; resolves when the first picture stands.
 * @param {L.Map} map
 * @param {string} name
 */
export async function show(map, name) {
  opening();
  const data = await decodeTable(taken(`${name}_table`));
  const shape = await decodeGeometry(taken(`${name}_geometry`), data.ids.length);
  const app = new App(map, data, shape, null);
  const parts = start(app);
  await app.layer.painted;
  ready(app, parts);
}

/**
 * The map of a folder: its index is in the page, its parcels come as one looks.
 * @param {L.Map} map
 * @param {string} name
 */
export async function showFolder(map, name) {
  opening();
  const folder = new Folder(await decodeTable(taken(`${name}_table`)));
  const { data, shape } = folder.empty;
  const app = new App(map, data, shape, folder);
  const parts = start(app);
  await folder.attach(app);
  reopen(app); // now that the parcels it may name are there
  ready(app, parts);
}

/**
 * For the console and tests: `mujunReady.state` is all that is shown, `dispatch` changes it.
 * @param {App} app
 * @param {ReturnType<typeof start>} parts
 */
function ready(app, { measure, swipe, solid, compare }) {
  const { map, layer, folder } = app;
  const own = { map, layer, folder, measure, swipe, solid, compare };
  const work = { decodeTable, regrade, rejudge, search };
  const mujunReady = {
    ...own,
    ...work,
    dispatch: app.dispatch.bind(app),
    get state() {
      return app.state;
    },
    get data() {
      return app.state.data;
    },
    get now() {
      return now(app.state);
    },
    get view() {
      return view(app.state);
    },
    get rightView() {
      return rightView(app.state);
    },
    get inPlay() {
      return inPlay(app.state);
    },
  };
  Object.assign(window, { mujunReady });
}
