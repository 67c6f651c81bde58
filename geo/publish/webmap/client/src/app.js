// The map as its parts know it: the Leaflet map, the parcels' canvas, the store of what is shown.

import { WORDS } from "./lib/words.js";
import { Store } from "./lib/store.js";
import { groundOf } from "./map/backdrop.js";
import { placesOf } from "./map/placenames.js";
import { ParcelCanvas } from "./map/canvas.js";
import { opened, reduce } from "./state.js";
import { Hand } from "./work/hand.js";
import { fitTo } from "./view/extent.js";
import { reveal, room } from "./view/layout.js";

/** @typedef {import("leaflet").Map} LeafletMap */
/** @typedef {import("./map/folder.js").Folder} Folder */
/** @typedef {import("./state.js").Action} Action */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./map/decode.js").Shape} Shape */

export class App {
  /**
   * @param {LeafletMap} map
   * @param {Page} data
   * @param {Shape} shape
   * @param {Folder | null} folder
   */
  constructor(map, data, shape, folder) {
    this.map = map;
    this.folder = folder;
    /** @type {import("./view/notes.js").Checks | null} null on a map of no project */
    this.checks = null;
    this.layer = new ParcelCanvas(shape);
    /** @type {ParcelCanvas | null} what a swipe shows right of its divider */
    this.right = null;
    /** @type {Hand | null} */
    this.helper = null;
    this.ground = groundOf(data.backdrop, data.parks);
    this.places = placesOf(data.backdrop);
    /** @type {HTMLImageElement | null} the office's picture of the ground, once it is decoded */
    this.photo = null;
    /** @type {Store<State, Action>} */
    this.store = new Store(opened(data, shape, folder !== null), reduce);
  }

  /** What works beside the page, started when it is first asked for. */
  get hand() {
    this.helper ??= new Hand();
    return this.helper;
  }

  get state() {
    return this.store.state;
  }

  /** @param {Action} action */
  dispatch(action) {
    this.store.dispatch(action);
  }

  get words() {
    return WORDS[this.state.lang];
  }

  /** Place of the language in pairs of texts. */
  get at() {
    return this.state.lang === "en" ? 1 : 0;
  }

  /**
   * A thing's name in the language.
   * @param {{ zh: string, en: string }} item
   */
  pick(item) {
    return item[this.state.lang];
  }

  /**
   * Open a parcel's card, and move the map where the card would cover the parcel.
   * @param {string} id
   */
  openParcel(id) {
    this.dispatch({ type: "open", card: { kind: "parcel", id } });
    const i = this.state.data.ids.indexOf(id);
    if (i >= 0) reveal(this.map, this.layer.bounds(i));
  }

  /**
   * Choose a park and go to it.
   * @param {string} id
   */
  goToPark(id) {
    this.dispatch({ type: "park", park: id });
    const rings = this.state.data.parks.find((park) => park.id === id)?.rings.flat() ?? [];
    if (rings.length) fitTo(this, rings);
  }

  /**
   * Go to a parcel and open it.
   * @param {number} i
   */
  goToParcel(i) {
    this.dispatch({ type: "open", card: { kind: "parcel", id: this.state.data.ids[i] } });
    const bounds = this.layer.bounds(i).pad(1);
    this.map.fitBounds(bounds, { ...room(this.map), animate: false, maxZoom: 17 });
  }
}
