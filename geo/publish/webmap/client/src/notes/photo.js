// A photo from a file: drawn anew on a canvas at most SIDE long, so nothing of the file but its
// picture is kept: no place, no camera, no date.

import SPEC from "../../generated/spec.json" with { type: "json" };

export const SIDE = 1600;
export const MOST_OF_A_NOTE = 4;
const LARGEST_FILE = 60_000_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const LARGEST = 800_000; // letters of what is kept

/** @typedef {import("./merge.js").Photo} Photo */

/** A file that is no photo. */
export class NoPhoto extends Error {}

/**
 * The photo of a file; NoPhoto where a browser shows none: a drawing, a text, a damaged file.
 * @param {File} file
 * @returns {Promise<Photo>}
 */
export async function shrunk(file) {
  if (/svg|xml|html/i.test(file.type) || file.size > LARGEST_FILE) throw new NoPhoto();
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) throw new NoPhoto();
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new NoPhoto();
  context.fillStyle = "#ffffff"; // behind what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const data = QUALITIES.map((q) => () => canvas.toDataURL("image/jpeg", q)).reduce(
    (best, make) => (best && best.length <= LARGEST ? best : make()),
    "",
  );
  if (data.length > SPEC.notes.longest_photo) throw new NoPhoto();
  return { id: newId(), name: nameOf(file.name), data };
}

/** @param {string} name */
function nameOf(name) {
  // eslint-disable-next-line no-control-regex -- exactly these are left out
  return name.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, " ").slice(-100);
}

/** An id that no other photo has. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
