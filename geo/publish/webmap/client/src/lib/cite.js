// Documents as they are cited: each once, with a number, and whether a page is a copy.

/** @typedef {{ text: string, host: string, copy: boolean }} Document */

/**
 * A citation taken apart: its words, and the host of its page; a page of no authority is a copy.
 * The words keep neither the address nor the label before it.
 * @param {string} citation
 * @returns {Document}
 */
export function documentOf(citation) {
  const [found, host = ""] = /(?:转载：)?https?:\/\/([^/\s；]+)[^\s；]*/.exec(citation) ?? [""];
  const text = citation.replace(found, "").replace(/\s+；/, "；").trim();
  return { text, host, copy: host !== "" && !/(^|\.)gov(\.[a-z]{2})?$/.test(host) };
}

/** Documents in the order in which they are first cited. */
export class Cited {
  constructor() {
    /** @type {string[]} */
    this.citations = [];
  }

  /**
   * The number of a citation, such as 〔1〕; empty without one.
   * @param {string} citation
   */
  mark(citation) {
    if (!citation) return "";
    if (!this.citations.includes(citation)) this.citations.push(citation);
    return `〔${this.citations.indexOf(citation) + 1}〕`;
  }
}
