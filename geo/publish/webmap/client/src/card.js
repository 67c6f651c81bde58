// Which card is open, and the way back from a parcel's card to the list that it was opened from.

/** @typedef {import("./state.js").State} State */
/**
 * @typedef {{ kind: "parcel", id: string } | { kind: "park", id: string }
 *   | { kind: "list" } | { kind: "paper" } | { kind: "flips" } | { kind: "scenarios" }
 *   | { kind: "briefing" }} Card
 */
/** @typedef {{ type: "open", card: Card } | { type: "close" } | { type: "back" }} CardAction */

export const CARD_CHANGES = {
  /**
   * @param {State} state
   * @param {{ card: Card }} action
   */
  open: ({ card: last, before }, { card }) => {
    if (card.kind !== "parcel") return { card, before: null };
    if (last?.kind === "parcel") return { card, before }; // from parcel to parcel the list stays
    return { card, before: last?.kind === "list" || last?.kind === "flips" ? last : null };
  },
  close: () => ({ card: null, before: null }),
  /** @param {State} state */
  back: ({ before }) => ({ card: before, before: null }),
};
