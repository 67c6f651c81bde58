// What parks are called on the map, and how many are many.

/** Beyond so many parks none has lines of its own, and where so many are in view none is named. */
export const MANY = 300;

/**
 * Names without what all of them begin with, up to a separator, and without a bracket that all of
 * them end with: 示范园·南区（合成） and 示范园·北区（合成） are 南区 and 北区.
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function shortNames(names) {
  if (names.length < 2) return [...names];
  const start = commonStart(names);
  const end = commonEnd(names);
  const short = names.map((name) => name.slice(start, name.length - end).trim());
  return short.every(Boolean) && new Set(short).size === names.length ? short : [...names];
}

/**
 * What all names begin with, up to a separator; empty for one.
 * @param {readonly string[]} names
 */
export function commonPlace(names) {
  const start = names.length > 1 ? commonStart(names) : 0;
  return names[0]?.slice(0, start).replace(/[\s·・\-—–:：/|_]+$/u, "") ?? "";
}

/** @param {readonly string[]} names */
function commonStart([first, ...others]) {
  let same = 0;
  while (same < first.length && others.every((name) => name[same] === first[same])) same++;
  const cut = /^.*[\s·・\-—–:：/|_]/u.exec(first.slice(0, same));
  return cut?.[0].length ?? 0;
}

/** @param {readonly string[]} names */
function commonEnd([first, ...others]) {
  const bracket = /\s*[（(][^（()）]*[)）]$/u.exec(first)?.[0] ?? "";
  return others.every((name) => name.endsWith(bracket)) ? bracket.length : 0;
}

/**
 * How many parcels a view is a part of: those of the park that is chosen, else all.
 * @param {Pick<import("../state.js").State, "data" | "park">} state
 * @param {number} all
 */
export function parcelsOf({ data, park }, all) {
  return data.parks.find(({ id }) => id === park)?.parcels ?? all;
}
