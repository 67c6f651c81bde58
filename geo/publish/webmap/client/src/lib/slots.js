// Parts of a page, each made anew when what it is made of changes, and only then: a box that is
// held or typed in keeps its focus.

import { same } from "./memo.js";

/** @typedef {import("./dom.js").Child} Child */

/**
 * A part stands in the root itself or, with `inside`, fills the element that the selector names.
 * `sync` brings the values of a part that stays up to date.
 * @template S
 * @typedef {object} Slot
 * @property {(state: S) => readonly unknown[]} uses
 * @property {(state: S) => Child[]} make
 * @property {string} [inside]
 * @property {(state: S, root: HTMLElement) => void} [sync]
 */

/** @template S */
export class Slots {
  /**
   * @param {HTMLElement} root
   * @param {Slot<S>[]} slots those of the root first, in the order in which they stand
   */
  constructor(root, slots) {
    this.root = root;
    this.parts = slots.map((slot) => ({
      slot,
      end: slot.inside ? null : root.appendChild(document.createTextNode("")),
      /** @type {Node[]} */
      nodes: [],
      /** @type {Element | null} */
      box: null,
      /** @type {readonly unknown[] | null} */
      last: null,
    }));
  }

  /** @param {S} state */
  update(state) {
    for (const part of this.parts) {
      const { slot, end } = part;
      const box = slot.inside ? this.root.querySelector(slot.inside) : this.root;
      if (!box) continue;
      const uses = slot.uses(state);
      if (box !== part.box || !part.last || !same(uses, part.last)) {
        const nodes = slot.make(state).filter((n) => n !== null && n !== undefined);
        if (end) part.nodes = replaced(part.nodes, nodes, end);
        else box.replaceChildren(...nodes);
        Object.assign(part, { box, last: uses });
      }
      slot.sync?.(state, this.root);
    }
  }
}

/**
 * Put nodes where others stood, before an end.
 * @param {Node[]} old
 * @param {(Node | string)[]} nodes
 * @param {Text} end
 */
function replaced(old, nodes, end) {
  const made = nodes.map((n) => (typeof n === "string" ? document.createTextNode(n) : n));
  for (const node of old) node.parentNode?.removeChild(node);
  end.before(...made);
  return made;
}
