// Where notes are kept: the texts in localStorage, photos in IndexedDB. Either may be refused or
// full; then they stay in the page, which says so in a sentence until they are saved as a file.

import { Refused, noteOf, parse, written } from "./file.js";
import { keyOf, merged } from "./merge.js";

/** @typedef {import("./merge.js").Note} Note */
/** @typedef {import("./merge.js").Photo} Photo */
/** @typedef {"" | "texts" | "photos" | "damaged"} Trouble what the browser does not keep */

export class Book {
  /**
   * @param {NonNullable<import("../../generated/wire.js").Page["notes"]>} page
   * @param {{ ids: string[] }} data parcels of the map, as far as they are loaded
   * @param {(notes: Note[]) => void} tell of all notes, whenever they are others
   */
  constructor(page, data, tell) {
    this.page = page;
    this.tell = tell;
    this.before = `mujun-notes:${page.project}`; // of an earlier edition
    this.key = `${this.before}\n${page.place}`;
    /** @type {Trouble} */
    this.trouble = "";
    /** @type {Map<string, string>} photos by `photoKey` */
    this.photos = new Map();
    /** @type {Promise<IDBDatabase | null> | null} */
    this.database = null;
    this.run = page.known.flatMap((one) => known(one));
    this.inherit(data.ids);
    this.kept = this.stored();
    this.notes = merged([...this.run, ...this.kept]);
    window.addEventListener("storage", ({ key }) => key === this.key && this.hear());
  }

  /**
   * Notes that an earlier edition kept by the title alone, which another project may bear: taken
   * once where any is on this map, and left where they were.
   * @param {string[]} ids
   */
  inherit(ids) {
    const own = new Set(ids);
    try {
      const text = localStorage.getItem(this.before);
      if (!text || localStorage.getItem(this.key) !== null) return;
      const { notes } = parse(text);
      if (!ids.length || notes.some(({ parcel }) => own.has(parcel))) {
        localStorage.setItem(this.key, text);
      }
    } catch {
      // nothing is kept here, or what is kept cannot be read: it stays as it is
    }
  }

  /** What another tab has saved; what it did not know of is saved again. */
  hear() {
    const theirs = this.stored();
    const count = theirs.length;
    this.take(theirs);
    if (merged(theirs).length < this.notes.length && count) this.write();
  }

  /**
   * Take notes in: merged, shown and kept.
   * @param {readonly Note[]} notes
   */
  async add(notes) {
    const bare = notes.map((note) => this.withoutPhotos(note));
    this.take([...this.stored(), ...bare]);
    this.write();
    await this.keepPhotos(notes);
  }

  /** @param {readonly Note[]} notes */
  take(notes) {
    this.notes = merged([...this.notes, ...notes]);
    this.tell(this.notes);
  }

  /** The notes that the browser has kept; damaged ones are put aside, and told. */
  stored() {
    try {
      const text = localStorage.getItem(this.key);
      if (!text) return [];
      try {
        return parse(text).notes;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        localStorage.setItem(`${this.key}:damaged`, text);
        localStorage.removeItem(this.key);
        this.trouble = "damaged";
        return [];
      }
    } catch {
      this.trouble = "texts";
      return [];
    }
  }

  /** Keep all notes that the run does not have. */
  write() {
    const run = new Set(this.run.map(keyOf));
    const own = this.notes.filter((note) => !run.has(keyOf(note)) || note.settles.length);
    const maps = [{ title: this.page.project, run: this.page.run }];
    try {
      localStorage.setItem(this.key, written({ maps, notes: own }));
      if (this.trouble === "texts") this.trouble = "";
    } catch {
      this.trouble = "texts";
    }
  }

  /**
   * A note whose photos' data are taken into `photos`.
   * @param {Note} note
   */
  withoutPhotos(note) {
    for (const photo of note.photos) {
      if (photo.data) this.photos.set(photoKey(note, photo), photo.data);
    }
    return { ...note, photos: note.photos.map((photo) => ({ ...photo, data: "" })) };
  }

  /** @param {readonly Note[]} notes */
  async keepPhotos(notes) {
    const all = notes.flatMap((note) =>
      note.photos.filter(({ data }) => data).map((photo) => ({ note, photo })),
    );
    if (!all.length) return;
    const database = await this.opened();
    const kept =
      database &&
      (await settled(() => {
        const write = database.transaction(STORE, "readwrite");
        for (const { note, photo } of all) {
          write.objectStore(STORE).put(photo.data, this.placeOf(photoKey(note, photo)));
        }
        return new Promise((done, fail) => {
          write.oncomplete = () => done(true);
          write.onabort = write.onerror = () => fail(write.error);
        });
      }));
    if (!kept && !this.trouble) this.trouble = "photos";
  }

  /**
   * The data of a photo; "" where it is in none of the files that this browser has seen.
   * @param {Note} note
   * @param {Photo} photo
   * @returns {Promise<string>}
   */
  async photo(note, photo) {
    const key = photoKey(note, photo);
    const held = photo.data || this.photos.get(key);
    if (held) return held;
    const database = await this.opened();
    const found =
      database &&
      (await settled(() => {
        const read = database.transaction(STORE).objectStore(STORE).get(this.placeOf(key));
        return new Promise((done, fail) => {
          read.onsuccess = () => done(read.result);
          read.onerror = () => fail(read.error);
        });
      }));
    const data = typeof found === "string" ? found : "";
    if (data) this.photos.set(key, data);
    return data;
  }

  /** All notes with their photos, as a file's text; `lacks` counts photos that are not here. */
  async file() {
    let lacks = 0;
    const notes = [];
    for (const note of this.notes) {
      const photos = [];
      for (const photo of note.photos) {
        const data = await this.photo(note, photo);
        if (!data) lacks++;
        photos.push({ ...photo, data });
      }
      notes.push({ ...note, photos });
    }
    const maps = [{ title: this.page.project, run: this.page.run }];
    return { text: written({ maps, notes }), lacks };
  }

  /** The browser's database of photos, or null where it has none. */
  opened() {
    this.database ??= new Promise((done) => {
      try {
        const asked = indexedDB.open("mujun-notes", 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
        asked.onsuccess = () => done(asked.result);
        asked.onerror = asked.onblocked = () => done(null);
      } catch {
        done(null);
      }
    });
    return this.database;
  }

  /** @param {string} key */
  placeOf(key) {
    return `${this.page.project}\n${key}`;
  }
}

const STORE = "photos";

/**
 * @param {Note} note
 * @param {Photo} photo
 */
function photoKey({ parcel, author, saved }, { id }) {
  return JSON.stringify([parcel, author, saved, id]);
}

/**
 * What a promise comes to, or null where it fails.
 * @template T
 * @param {() => Promise<T>} work
 */
async function settled(work) {
  try {
    return await work();
  } catch {
    return null;
  }
}

/** @param {unknown} json a note of the run */
function known(json) {
  try {
    return [noteOf(json)];
  } catch {
    return []; // of a later version
  }
}
