// What people stated of a parcel, on its card: side by side where they differ, each to be chosen.

import { el } from "../lib/dom.js";
import { standings } from "../notes/merge.js";
import { dayOf } from "../notes/theme.js";

/** @typedef {import("./notes.js").Checks} Checks */
/** @typedef {import("../notes/merge.js").Note} Note */
/** @typedef {import("../notes/merge.js").Standing} Standing */

/**
 * @param {Checks} checks
 * @param {string} id of the parcel
 * @param {readonly Note[]} notes
 */
export function statements(checks, id, notes) {
  const { words } = checks.app;
  const shown = standings(notes).filter(({ standing }) => standing !== "withdrawn");
  if (!shown.length) return [];
  const against = shown.filter(({ standing }) => standing === "conflict");
  const others = shown.filter(({ standing }) => standing !== "conflict");
  const out = [];
  if (against.length) {
    out.push(
      el("p", { class: "mujun-check-trouble" }, words.note_choose),
      el(
        "div",
        { class: "mujun-check-against" },
        ...against.map((one) => statement(checks, id, one, () => choose(checks, id, one.note))),
      ),
    );
  }
  return [...out, ...others.map((one) => statement(checks, id, one, null))];
}

/**
 * @param {Checks} checks
 * @param {string} id
 * @param {{ note: Note, standing: Standing }} one
 * @param {(() => void) | null} choosing
 */
function statement(checks, id, { note, standing }, choosing) {
  const { app, author } = checks;
  const { words, state } = app;
  const { title, color } = checks.classOf(note.state);
  const place = state.data.ids.indexOf(id);
  const code = state.data.compliance?.[place];
  const verdict = code === undefined ? "" : state.data.verdicts[code]?.[0];
  const seen = state.data.verdicts.find(([name]) => name === note.verdict);
  const changed = seen && verdict && note.verdict !== verdict ? seen[1 + app.at] : "";
  const own = author && note.author === author;
  return el(
    "div",
    { class: `mujun-check-one mujun-check-${standing}` },
    el(
      "p",
      {},
      el("i", { class: "mujun-check-dot", style: `background:${color}` }),
      el("b", {}, title),
      ` ${note.author} ${dayOf(note)}`,
      standing === "settled" ? el("span", { class: "mujun-note" }, ` ${words.note_settled}`) : null,
    ),
    note.words ? el("p", { class: "mujun-check-words" }, note.words) : null,
    changed
      ? el(
          "p",
          { class: "mujun-note" },
          words.note_changed.replace("{seen}", () => changed),
        )
      : null,
    note.photos.length
      ? el("div", { class: "mujun-check-photos" }, ...photosOf(checks, note))
      : null,
    choosing ? small(words.note_take_this, choosing) : null,
    own && !choosing ? small(words.note_withdraw, () => withdraw(checks, note)) : null,
  );
}

/**
 * @param {string} text
 * @param {() => void} onclick
 */
function small(text, onclick) {
  return el("button", { type: "button", class: "mujun-link", onclick }, text);
}

/**
 * @param {Checks} checks
 * @param {Note} note
 */
function photosOf({ book, app }, note) {
  return note.photos.map((photo) => {
    const { name } = photo;
    const picture = el("img", { alt: name, title: name });
    const large = () => button.classList.toggle("mujun-check-large");
    const button = el("button", { type: "button", onclick: large }, picture);
    book.photo(note, photo).then((data) => {
      if (data) picture.src = data;
      else
        button.replaceWith(
          el("span", { class: "mujun-note" }, `${name} ${app.words.note_no_photo}`),
        );
    });
    return button;
  });
}

/**
 * Answer all that was said of a parcel with one of its notes: a statement of one's own.
 * @param {Checks} checks
 * @param {string} id
 * @param {Note} note
 */
async function choose(checks, id, note) {
  const { words } = checks.app;
  if (!checks.author) return checks.say(words.note_who);
  await checks.form.state(id, {
    ...{ state: note.state, words: note.words, date: note.date, photos: [] },
    answers: true,
  });
  return checks.say(words.note_answered.replace("{author}", () => note.author));
}

/**
 * @param {Checks} checks
 * @param {Note} note
 */
async function withdraw(checks, note) {
  await checks.form.withdraw(note);
  checks.say(checks.app.words.note_withdrawn);
}
