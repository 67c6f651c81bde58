// 核查 notes as values: statements of people on parcels, merged as geo/model/notes.py merges them.
// Both sides are held to tests/data/notes_cases.json.

/** @typedef {{ id: string, name: string, data: string }} Photo */
/** @typedef {{ author: string, saved: string }} Answer */
/**
 * @typedef {object} Note
 * @property {string} parcel
 * @property {string} author
 * @property {string} saved the moment of the statement, UTC
 * @property {string} state
 * @property {string} words
 * @property {string} date of the check, or ""
 * @property {string} verdict the code of the overall verdict that the author saw
 * @property {boolean} withdrawn
 * @property {readonly Answer[]} settles statements of others that this one answers
 * @property {readonly Photo[]} photos
 */
/** @typedef {"counts" | "conflict" | "settled" | "withdrawn"} Standing */

/**
 * What tells two statements apart: all but what further files may add to them.
 * @param {Note} note
 */
export function keyOf({ parcel, author, saved, state, words, date, verdict, withdrawn }) {
  return JSON.stringify([parcel, author, saved, state, words, date, verdict, withdrawn]);
}

/** @param {Answer} answer */
const answerKey = ({ author, saved }) => JSON.stringify([author, saved]);

/** @param {Pick<Note, "parcel" | "author">} note */
const subjectOf = ({ parcel, author }) => JSON.stringify([parcel, author]);

/**
 * All statements in one list: of an author on a parcel those of the last moment, equal ones once.
 * @param {Iterable<Note>} notes
 * @returns {Note[]}
 */
export function merged(notes) {
  /** @type {Map<string, Note>} */
  const found = new Map();
  /** @type {Map<string, string>} */
  const last = new Map();
  for (const note of notes) {
    const key = keyOf(note);
    found.set(key, joined(found.get(key) ?? note, note));
    const subject = subjectOf(note);
    const before = last.get(subject) ?? "";
    last.set(subject, before > note.saved ? before : note.saved);
  }
  return [...found]
    .filter(([, note]) => note.saved === last.get(subjectOf(note)))
    .sort(([a], [b]) => byLetters(a, b))
    .map(([, note]) => note);
}

/**
 * One statement from two files: what either settles, and the photos of both.
 * @param {Note} one
 * @param {Note} other
 * @returns {Note}
 */
function joined(one, other) {
  const settles = new Map([...one.settles, ...other.settles].map((a) => [answerKey(a), a]));
  /** @type {Map<string, Photo>} */
  const photos = new Map();
  for (const photo of [...one.photos, ...other.photos]) {
    const known = photos.get(photo.id);
    if (!known || ranked(photo) > ranked(known)) photos.set(photo.id, photo);
  }
  return {
    ...one,
    settles: [...settles].sort(([a], [b]) => byLetters(a, b)).map(([, answer]) => answer),
    photos: [...photos.values()].sort((a, b) => byLetters(a.id, b.id)),
  };
}

/** @param {Photo} photo */
const ranked = ({ data, name }) => `${data}\n${name}`;

/**
 * The order of Python's strings: by code point, the same in every language of the browser.
 * @param {string} a
 * @param {string} b
 */
function byLetters(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Notes by their parcel.
 * @param {Iterable<Note>} notes
 */
export function byParcel(notes) {
  /** @type {Map<string, Note[]>} */
  const out = new Map();
  for (const note of notes) {
    const own = out.get(note.parcel);
    if (own) own.push(note);
    else out.set(note.parcel, [note]);
  }
  return out;
}

/**
 * How each of the merged notes of one parcel stands beside the others.
 * @param {readonly Note[]} notes
 * @returns {{ note: Note, standing: Standing }[]}
 */
export function standings(notes) {
  const said = notes.filter((note) => !note.withdrawn);
  const settled = new Set(
    said.flatMap((note) => note.settles.map(answerKey).filter((key) => key !== answerKey(note))),
  );
  const open = said.filter((note) => !settled.has(answerKey(note)));
  const counting = new Set(open.length ? open : said);
  const differ = new Set([...counting].map((note) => note.state)).size > 1;
  return notes.map((note) => {
    if (note.withdrawn) return { note, standing: "withdrawn" };
    if (!counting.has(note)) return { note, standing: "settled" };
    return { note, standing: differ ? "conflict" : "counts" };
  });
}

/**
 * What a parcel's notes come to: the state that all agree on, "" where they differ, null without.
 * @param {readonly Note[]} notes
 */
export function stateOf(notes) {
  const counting = standings(notes).filter(({ standing }) =>
    ["counts", "conflict"].includes(standing),
  );
  if (!counting.length) return null;
  return counting[0].standing === "conflict" ? "" : counting[0].note.state;
}
