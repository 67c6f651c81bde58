// Which parcels a trial gives another verdict or another grade, and by which rules.

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/**
 * @typedef {object} Flips
 * @property {"compliance" | "grade"} kind
 * @property {Theme} before the theme of the run
 * @property {Uint8Array} after its codes under the trial
 * @property {number[]} parcels those whose code is another, of those in play
 */
/** @typedef {{ from: number, to: number, parcels: number[], mu: number }} Change */

/**
 * Parcels in play whose verdict or grade is another under the trial.
 * @param {Page} data of the run
 * @param {Page} page under the trial
 * @param {Uint8Array} inPlay
 * @returns {Flips[]}
 */
export function flipsOf(data, page, inPlay) {
  return data.themes.flatMap((before, k) => {
    const kind = before.trial;
    const after = page.themes[k].codes;
    if ((kind !== "compliance" && kind !== "grade") || after === before.codes) return [];
    const parcels = [];
    for (let i = 0; i < after.length; i++) {
      if (after[i] !== before.codes[i] && inPlay[i]) parcels.push(i);
    }
    return [{ kind, before, after, parcels }];
  });
}

/**
 * The flips by what they are from and to, the most parcels first.
 * @param {Pick<Page, "mu">} data
 * @param {Flips} flips
 * @returns {Change[]}
 */
export function changes({ mu }, { before, after, parcels }) {
  /** @type {Map<number, Change>} */
  const out = new Map();
  for (const i of parcels) {
    const [from, to] = [before.codes[i], after[i]];
    const key = from * 256 + to;
    const change = out.get(key) ?? { from, to, parcels: [], mu: 0 };
    change.parcels.push(i);
    change.mu += mu[i] > 0 ? mu[i] : 0;
    out.set(key, change);
  }
  return [...out.values()].sort((a, b) => b.parcels.length - a.parcels.length || a.from - b.from);
}

/**
 * Places of the rules whose verdict on a parcel is another under the trial.
 * @param {Pick<Page, "rules">} data
 * @param {Pick<Page, "rules">} page
 * @param {number} i
 */
export function rulesOf(data, page, i) {
  return data.rules.flatMap(({ verdict }, r) =>
    verdict[i] === page.rules[r].verdict[i] ? [] : [r],
  );
}
