// The form of a note on a parcel's card. What is typed stays with its parcel until it is saved.

import { el } from "../lib/dom.js";
import { localDay } from "../lib/moment.js";
import { fill } from "../lib/words.js";
import { parcelNotes } from "../notes/theme.js";
import { MOST_OF_A_NOTE, SIDE, shrunk } from "../notes/photo.js";
import SPEC from "../../generated/spec.json" with { type: "json" };

/** @typedef {import("./notes.js").Checks} Checks */
/** @typedef {import("../notes/merge.js").Note} Note */
/** @typedef {import("../notes/merge.js").Photo} Photo */
/** @typedef {{ state: string, words: string, date: string, photos: Photo[] }} Draft */

export class Form {
  /** @param {Checks} checks */
  constructor(checks) {
    this.checks = checks;
    /** @type {Map<string, Draft>} by parcel */
    this.drafts = new Map();
  }

  /**
   * What is being written of a parcel: to begin with, one's own note of it.
   * @param {string} id
   * @returns {Draft}
   */
  draft(id) {
    const known = this.drafts.get(id);
    if (known) return known;
    const own = this.own(id);
    /** @type {Draft} */
    const draft = own
      ? { state: own.state, words: own.words, date: own.date, photos: [...own.photos] }
      : { state: "", words: "", date: localDay(), photos: [] };
    this.drafts.set(id, draft);
    if (own?.photos.length) this.fill(id, own, draft);
    return draft;
  }

  /**
   * The photos of one's own note, which the next one keeps.
   * @param {string} id
   * @param {Note} own
   * @param {Draft} draft
   */
  async fill(id, own, draft) {
    const { book } = this.checks;
    const data = await Promise.all(own.photos.map((photo) => book.photo(own, photo)));
    draft.photos = draft.photos.map((photo) => {
      const k = own.photos.findIndex(({ id: one }) => one === photo.id);
      return k < 0 ? photo : { ...photo, data: data[k] };
    });
    if (this.drafts.get(id) === draft) this.checks.redraw();
  }

  /**
   * One's own note of a parcel.
   * @param {string} id
   */
  own(id) {
    const { author, app } = this.checks;
    const notes = parcelNotes(app.state).get(id) ?? [];
    return notes.find((note) => note.author === author && !note.withdrawn);
  }

  /** @param {string} id */
  node(id) {
    const { checks } = this;
    const { app, page } = checks;
    const { words } = app;
    const draft = this.draft(id);
    const choices = page.states.map(({ key, zh, en }) => {
      const attributes = {
        ...{ type: "radio", name: "mujun-check-state", value: key },
        checked: draft.state === key ? "" : null,
        onchange: () => (draft.state = key),
      };
      return el("label", {}, el("input", attributes), ` ${{ zh, en }[app.state.lang]}`);
    });
    const text = el(
      "textarea",
      {
        ...{ rows: 2, maxlength: SPEC.notes.longest.words, id: "mujun-check-words" },
        ...{ placeholder: words.note_words, "aria-label": words.note_words },
        oninput: ({ target }) => (draft.words = target.value),
      },
      draft.words,
    );
    return el(
      "form",
      {
        class: "mujun-check-form",
        onsubmit: (event) => {
          event.preventDefault();
          this.save(id, false);
        },
        onkeydown: (event) => event.key === "Enter" && event.ctrlKey && this.save(id, true),
      },
      el(
        "div",
        { class: "mujun-check-states", role: "radiogroup", "aria-label": words.notes },
        ...choices,
      ),
      text,
      this.signature(draft),
      this.photoRow(id, draft),
      el(
        "div",
        { class: "mujun-check-buttons" },
        el("button", { type: "submit", class: "mujun-keep" }, words.note_save),
        el(
          "button",
          {
            ...{ type: "button", class: "mujun-keep", title: "Ctrl+Enter" },
            onclick: () => this.save(id, true),
          },
          words.note_save_next,
        ),
      ),
    );
  }

  /** @param {Draft} draft */
  signature(draft) {
    const { checks } = this;
    const { words } = checks.app;
    const name = el("input", {
      ...{ type: "text", id: "mujun-check-author", maxlength: 60, value: checks.author },
      ...{ placeholder: words.note_author, "aria-label": words.note_author },
      oninput: ({ target }) => checks.signAs(target.value.trim()),
    });
    const date = el("input", {
      ...{ type: "date", id: "mujun-check-date", value: draft.date, max: "2100-12-31" },
      ...{ min: "1949-01-01", "aria-label": words.note_date },
      oninput: ({ target }) => (draft.date = target.value),
    });
    return el("div", { class: "mujun-check-row" }, name, date);
  }

  /**
   * @param {string} id
   * @param {Draft} draft
   */
  photoRow(id, draft) {
    const { words } = this.checks.app;
    const hint = words.note_photo_hint
      .replace("{count}", String(MOST_OF_A_NOTE))
      .replace("{side}", String(SIDE));
    const input = el("input", {
      ...{ type: "file", id: "mujun-check-photos", accept: "image/*", multiple: "", hidden: "" },
      onchange: ({ target }) => this.addPhotos(id, [...target.files]),
    });
    const shown = draft.photos.map((photo) => {
      const drop = () => {
        draft.photos = draft.photos.filter((other) => other !== photo);
        this.checks.redraw();
      };
      const label = `${words.note_drop_photo} ${photo.name}`;
      return el(
        "span",
        { class: "mujun-check-thumb" },
        el("img", { alt: photo.name, src: photo.data || null }),
        el("button", { type: "button", "aria-label": label, title: label, onclick: drop }, "×"),
      );
    });
    const choose = () => input.click();
    const button = el(
      "button",
      { type: "button", class: "mujun-keep", title: hint, onclick: choose },
      words.note_add_photo,
    );
    return el("div", { class: "mujun-check-row mujun-check-photos" }, button, input, ...shown);
  }

  /**
   * @param {string} id
   * @param {File[]} files
   */
  async addPhotos(id, files) {
    const { checks } = this;
    const { words } = checks.app;
    const draft = this.draft(id);
    const refused = [];
    for (const file of files) {
      if (draft.photos.length >= MOST_OF_A_NOTE) {
        refused.push(fill(words.note_photos_full, { count: MOST_OF_A_NOTE }));
        break;
      }
      try {
        const photo = await shrunk(file);
        draft.photos = [...draft.photos, photo];
      } catch {
        refused.push(words.note_not_a_photo.replace("{name}", () => file.name));
      }
    }
    checks.say(refused.join(" "));
  }

  /**
   * Save what is written, and go on if asked.
   * @param {string} id
   * @param {boolean} onwards
   */
  async save(id, onwards) {
    const { checks } = this;
    const { words, map } = checks.app;
    const typed = map.getContainer().querySelector("#mujun-check-author");
    if (typed instanceof HTMLInputElement) checks.signAs(typed.value.trim());
    const draft = this.draft(id);
    if (!draft.state) return checks.say(words.note_which);
    if (!checks.author) return checks.say(words.note_who);
    await this.state(id, { ...draft, answers: false });
    if (onwards) return checks.step(1, true);
    return checks.say(words.note_saved);
  }

  /**
   * State something of a parcel; with `answers`, in answer to all that others said of it.
   * @param {string} id
   * @param {Draft & { answers: boolean }} said
   */
  async state(id, { state, words: text, date, photos, answers }) {
    const { app, author, book } = this.checks;
    const { data, notes } = app.state;
    const mine = notes.filter((note) => note.parcel === id && note.author === author);
    const others = notes.filter((note) => note.parcel === id && note.author !== author);
    const before = mine.flatMap((note) => [...note.settles]);
    const now = others.map((note) => ({ author: note.author, saved: note.saved }));
    const code = data.compliance?.[data.ids.indexOf(id)];
    const verdict = code === undefined ? "" : (data.verdicts[code]?.[0] ?? "");
    this.drafts.delete(id);
    await book.add([
      {
        ...{ parcel: id, author, saved: after(mine), state, words: text.trim(), date, verdict },
        ...{ withdrawn: false, settles: [...before, ...(answers ? now : [])], photos },
      },
    ]);
  }

  /**
   * Take one's own note back.
   * @param {Note} note
   */
  async withdraw(note) {
    this.drafts.delete(note.parcel);
    const taken = { withdrawn: true, settles: [], photos: [], words: "" };
    await this.checks.book.add([{ ...note, ...taken, saved: after([note]) }]);
  }
}

/**
 * This moment, or the one after the last of some notes where the clock was put back since.
 * @param {readonly Note[]} notes
 */
function after(notes) {
  const last = Math.max(0, ...notes.map(({ saved }) => Date.parse(saved) + 1));
  return new Date(Math.max(Date.now(), last)).toISOString();
}
