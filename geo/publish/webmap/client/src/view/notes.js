// 核查 notes on the map: the way through the parcels that fail, the section of a parcel's card, and
// the box of the panel that saves a file and takes those of others in.

import "../style/notes.css";
import { inPlay } from "../derived.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { localDay } from "../lib/moment.js";
import { remember, remembered } from "../lib/remember.js";
import { fill } from "../lib/words.js";
import { Book } from "../notes/book.js";
import { Refused, parse } from "../notes/file.js";
import { noteBook } from "../notes/listing.js";
import { stateOf } from "../notes/merge.js";
import { parcelNotes, placesOf } from "../notes/theme.js";
import SPEC from "../../generated/spec.json" with { type: "json" };
import { folding } from "./controls.js";
import { save } from "../export/save.js";
import { Form } from "./noteform.js";
import { pins } from "./pins.js";
import { statements } from "./statements.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../notes/file.js").NoteFile} NoteFile */
/** @typedef {import("../notes/merge.js").Note} Note */

const BOX = "check"; // whether the section on the card is unfolded, from parcel to parcel
const AUTHOR = "mujun-notes-author";

/**
 * What takes notes on this map, or null where the page is of no project.
 * @param {App} app
 */
export function checksOf(app) {
  const { notes } = app.state.data;
  return notes ? new Checks(app, notes) : null;
}

export class Checks {
  /**
   * @param {App} app
   * @param {NonNullable<State["data"]["notes"]>} page
   */
  constructor(app, page) {
    this.app = app;
    this.page = page;
    this.book = new Book(page, app.state.data, (notes) => app.dispatch({ type: "notes", notes }));
    this.form = new Form(this);
    this.message = "";
    this.author = remembered(AUTHOR);
    const { key, before } = this.book;
    this.fileSaved = remembered(`${key}:saved`) || remembered(`${before}:saved`);
    /** @type {{ name: string, file: NoteFile } | null} a file of another map, to be agreed to */
    this.foreign = null;
    app.dispatch({ type: "notes", notes: this.book.notes });
    this.pins = pins(app);
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => this.drop(event));
    window.addEventListener("beforeunload", (event) => this.book.trouble && event.preventDefault());
  }

  /** The failing parcels in play, or all in play where no rule was judged. */
  queue() {
    const { state } = this.app;
    const { compliance } = state.data;
    const playing = inPlay(state);
    const out = [];
    for (let i = 0; i < playing.length; i++) {
      if (playing[i] && (!compliance || compliance[i] === SPEC.verdicts.fail)) out.push(i);
    }
    return out;
  }

  /** How many of them are checked. */
  progress() {
    const { state, words } = this.app;
    const [done, all] = this.counts();
    const text = state.data.compliance ? words.note_progress : words.note_progress_all;
    return fill(text, { done: number(done), all: number(all) });
  }

  counts() {
    const { state } = this.app;
    const notes = parcelNotes(state);
    const queue = this.queue();
    const done = queue.filter((i) => stateOf(notes.get(state.data.ids[i]) ?? []) !== null);
    return [done.length, queue.length];
  }

  /** The same in two figures. */
  short() {
    const [done, all] = this.counts();
    return `${number(done)} / ${number(all)}`;
  }

  /**
   * Go to the next or the one before of the parcels to be checked, around the end.
   * @param {1 | -1} way
   * @param {boolean} unchecked pass over those that have notes
   */
  step(way, unchecked = false) {
    const { state, words } = this.app;
    const { ids } = state.data;
    const notes = parcelNotes(state);
    const open = this.queue().filter(
      (i) => !unchecked || stateOf(notes.get(ids[i]) ?? []) === null,
    );
    if (way < 0) open.reverse();
    const here = state.card?.kind === "parcel" ? ids.indexOf(state.card.id) : -1;
    const next = open.find((i) => (here < 0 ? true : way * (i - here) > 0)) ?? open[0];
    this.message = open.length ? "" : words.note_all_done;
    if (next === undefined) this.redraw();
    else this.app.goToParcel(next);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || this.app.state.solid.on) return;
    if (target instanceof Element && target.closest("input, textarea, select, [role=slider]"))
      return;
    if (key === "n" || key === "N") this.step(1, true);
    else if (key === "]") this.step(1);
    else if (key === "[") this.step(-1);
    else return;
    event.preventDefault();
  }

  /** What stands at the foot of a parcel's card. */
  section() {
    const { state, words } = this.app;
    if (state.card?.kind !== "parcel") return [];
    const { id } = state.card;
    const open = state.boxes.has(BOX);
    const notes = parcelNotes(state).get(id) ?? [];
    const agreed = stateOf(notes);
    const { title, color } = this.classOf(agreed);
    const toggle = el(
      "button",
      {
        type: "button",
        class: "mujun-check-open",
        "aria-expanded": String(open),
        title: words.note_hint,
        onclick: () => this.app.dispatch({ type: "unfold", box: BOX, open: !open }),
      },
      el("i", { class: "mujun-check-dot", style: `background:${color}` }),
      `${words.notes_short}${words.colon}${title}`,
    );
    const head = el(
      "div",
      { class: "mujun-check-head" },
      toggle,
      el("span", { class: "mujun-check-progress", title: this.progress() }, this.short()),
      button(words.note_next, () => this.step(1, true), words.note_keys),
    );
    if (!open) return [head, this.live()];
    return [head, ...statements(this, id, notes), this.form.node(id), this.live()];
  }

  /**
   * Title and colour of what a parcel's notes come to.
   * @param {string | null} state as `stateOf` has it
   */
  classOf(state) {
    const [conflict, other, unchecked] = this.page.further;
    const known = this.page.states.find(({ key }) => key === state);
    if (state === null) return { title: this.app.pick(unchecked), color: unchecked.color };
    if (state === "") return { title: this.app.pick(conflict), color: conflict.color };
    return known
      ? { title: this.app.pick(known), color: known.color }
      : { title: state, color: other.color };
  }

  /** The box of the panel. */
  box() {
    const { words, folder, state } = this.app;
    const notes = parcelNotes(state);
    const places = placesOf(state.data);
    const differ = [...notes].filter(([, own]) => stateOf(own) === "").map(([id]) => id);
    const strange = folder ? [] : [...notes.keys()].filter((id) => !places.has(id));
    const unsaved = this.unsaved();
    return folding(
      this.app,
      "notes",
      "mujun-notes-box",
      words.notes,
      el("p", { class: "mujun-note" }, this.progress()),
      el(
        "div",
        { class: "mujun-check-buttons" },
        button(words.note_next, () => this.step(1, true), words.note_keys),
        button(words.note_save_file, () => this.saveFile()),
        button(words.save_xlsx, () => this.saveSheet(), undefined, "mujun-notes-book"),
        this.chooser(),
      ),
      unsaved ? el("p", { class: "mujun-note" }, counted(words.note_unsaved, unsaved)) : null,
      ...this.links(counted(words.note_differ, differ.length), differ),
      strange.length
        ? el("p", { class: "mujun-note" }, `${counted(words.note_strange, strange.length)} `)
        : null,
      strange.length ? this.strangeList(strange) : null,
      el("p", { class: "mujun-note" }, words.note_drop),
      this.live(),
    );
  }

  /**
   * @param {string} title
   * @param {string[]} ids of parcels
   */
  links(title, ids) {
    if (!ids.length) return [];
    const places = placesOf(this.app.state.data);
    const shown = ids.slice(0, 50).flatMap((id) => {
      const i = places.get(id);
      const open = () => {
        this.app.dispatch({ type: "unfold", box: BOX, open: true });
        if (i !== undefined) this.app.goToParcel(i);
      };
      return i === undefined ? [] : [button(id, open), " "];
    });
    return [el("p", { class: "mujun-note mujun-check-differ" }, title, " ", ...shown)];
  }

  /** @param {string[]} ids of parcels that this map has not */
  strangeList(ids) {
    const notes = parcelNotes(this.app.state);
    const lines = ids.slice(0, 50).flatMap((id) =>
      (notes.get(id) ?? []).map(({ state, author }) => {
        const { title } = this.classOf(state);
        return el("li", {}, `${id} · ${title} · ${author}`);
      }),
    );
    return el("ul", { class: "mujun-check-strange" }, ...lines);
  }

  /** The button that chooses files, which may be dropped as well. */
  chooser() {
    const input = el("input", {
      type: "file",
      id: "mujun-notes-file",
      accept: ".json",
      multiple: "",
      hidden: "",
      onchange: ({ target }) => this.takeFiles([...target.files]).then(() => (target.value = "")),
    });
    return el(
      "span",
      {},
      button(this.app.words.note_take_file, () => input.click()),
      input,
    );
  }

  /** Notes that are in no file that this browser has saved, and not in the run. */
  unsaved() {
    const run = new Set(this.book.run.map(({ parcel, author, saved }) => parcel + author + saved));
    return this.app.state.notes.filter(
      ({ parcel, author, saved }) => saved > this.fileSaved && !run.has(parcel + author + saved),
    ).length;
  }

  /** Hand all notes out as one file. */
  async saveFile() {
    const { words, state } = this.app;
    if (!state.notes.length) return this.say(words.note_none);
    const { text, lacks } = await this.book.file();
    const name = `${this.fileName()}.mujun-notes.json`;
    save(new Blob([text], { type: "application/json" }), name);
    this.fileSaved = new Date().toISOString();
    remember(`${this.book.key}:saved`, this.fileSaved);
    const size = (new Blob([text]).size / 1e6).toFixed(1);
    const said = counted(words.note_file_saved, state.notes.length).replace("{size}", size);
    return this.say(lacks ? `${said} ${counted(words.note_photos_lack, lacks)}` : said);
  }

  /** All notes as a workbook to be read; a colleague's map takes the file of notes, not this. */
  async saveSheet() {
    const { app } = this;
    const { words, state } = app;
    if (!state.notes.length) return this.say(words.note_none);
    const blob = await noteBook(app, (one) => this.classOf(one).title);
    return blob ? save(blob, `${this.fileName()}.xlsx`) : undefined;
  }

  /** A name for a file of notes: the project, who saves it, the day. */
  fileName() {
    const day = localDay();
    const parts = [this.page.project || "mujun", this.app.words.notes, this.author, day];
    return parts
      .filter(Boolean)
      .join("_")
      .replace(/[\\/:*?"<>|\s]+/g, "-");
  }

  /** @param {DragEvent} event */
  drop(event) {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    const photos = files.filter(({ type }) => type.startsWith("image/"));
    const { card, boxes } = this.app.state;
    if (photos.length === files.length && card?.kind === "parcel" && boxes.has(BOX)) {
      this.form.addPhotos(card.id, photos);
    } else this.takeFiles(files);
  }

  /** @param {File[]} files */
  async takeFiles(files) {
    this.app.dispatch({ type: "unfold", box: "notes", open: true });
    for (const file of files) await this.takeFile(file);
  }

  /** @param {File} file */
  async takeFile(file) {
    const { words } = this.app;
    try {
      if (file.size > SPEC.notes.most_bytes) throw new Refused("too_large");
      const read = parse(await file.text());
      const titles = read.maps.map(({ title }) => title).filter(Boolean);
      if (titles.some((title) => title !== this.page.project)) {
        this.foreign = { name: file.name, file: read };
        this.say(words.note_foreign.replace("{titles}", () => titles.join(words.comma)));
      } else await this.merge(file.name, read);
    } catch (error) {
      const fault = error instanceof Refused ? error.fault : "no_json";
      const place = error instanceof Refused && error.place ? ` ${error.place}` : "";
      this.say(`${file.name}${place}${words.colon}${words.note_faults[fault]}`);
    }
  }

  /**
   * @param {string} name
   * @param {NoteFile} file
   */
  async merge(name, file) {
    const before = this.app.state.notes.length;
    this.foreign = null;
    await this.book.add(file.notes);
    const more = this.app.state.notes.length - before;
    const text = counted(this.app.words.note_merged, file.notes.length)
      .replace("{name}", () => name)
      .replace("{more}", number(more));
    this.say(text);
  }

  /**
   * Say a sentence where notes stand, on the card and in the panel.
   * @param {string} text
   */
  say(text) {
    this.message = text;
    this.redraw();
  }

  /** What was said last, and what the browser does not keep. */
  live() {
    const { words } = this.app;
    const { trouble } = this.book;
    const { foreign } = this;
    const agree = foreign ? () => this.merge(foreign.name, foreign.file) : null;
    return el(
      "div",
      { class: "mujun-check-said", role: "status" },
      trouble ? el("p", { class: "mujun-check-trouble" }, words.note_troubles[trouble]) : null,
      this.message ? el("p", {}, this.message) : null,
      agree ? button(words.note_take_anyway, agree) : null,
    );
  }

  /** Make anew what stands of notes, where the state itself did not change. */
  redraw() {
    const root = this.app.map.getContainer();
    const typing = document.activeElement?.id ?? "";
    root.querySelector(".mujun-checks")?.replaceChildren(...this.section());
    root.querySelector(".mujun-notes-slot")?.replaceChildren(this.box());
    const again = typing.startsWith("mujun-check-") ? document.getElementById(typing) : null;
    again?.focus(); // the cursor comes to the end of what was typed
  }

  /** @param {string} author */
  signAs(author) {
    this.author = author;
    remember(AUTHOR, author);
  }
}

/**
 * @param {string} text
 * @param {() => void} onclick
 * @param {string} [title]
 * @param {string} [id]
 */
function button(text, onclick, title, id) {
  return el("button", { type: "button", class: "mujun-keep", id, title, onclick }, text);
}

/**
 * @param {string} text
 * @param {number} count
 */
function counted(text, count) {
  return fill(text, { count: number(count) });
}
