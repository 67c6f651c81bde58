// Sentences with holes, as the catalogues of geo/text have them.

const HOLE = /\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}/g;

/**
 * A text with its holes filled. A hole with two forms is a word that follows a number: the first
 * with 1, the second with any other ("{n} {n:parcel|parcels}"), as `geo.text.message.fill` has it.
 * @param {string} text
 * @param {{ [hole: string]: string | number }} values
 */
export function fill(text, values) {
  return text.replace(HOLE, (hole, name, one, many) => {
    if (values[name] === undefined) return hole;
    if (many === undefined) return String(values[name]);
    return String(values[name]) === "1" ? one : many;
  });
}
