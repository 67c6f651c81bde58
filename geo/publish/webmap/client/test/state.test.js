import assert from "node:assert/strict";
import { test } from "node:test";
import { filterViews, inPlay, now, view } from "../src/derived.js";
import { Store } from "../src/lib/store.js";
import { chosenHeadline } from "../src/shown.js";
import { isTrying, opened, reduce } from "../src/state.js";
import { page } from "./page.js";

/** The state after actions. */
function after(...actions) {
  return actions.reduce(reduce, opened(page(), { n: 4 }));
}

test("a state is never changed, and an action that changes nothing gives the same one", () => {
  const state = after({ type: "toggle-class", code: 1 });
  const kept = JSON.stringify([...state.hidden]);
  const next = reduce(state, { type: "toggle-class", code: 2 });
  assert.equal(JSON.stringify([...state.hidden]), kept);
  assert.deepEqual([...next.hidden], [1, 2]);
  assert.equal(reduce(next, { type: "theme", theme: 0 }), next);
  assert.equal(reduce(next, { type: "unfold", box: "trial", open: false }), next);
  assert.equal(reduce(next, { type: "park", park: "" }), next);
});

test("another theme shows all its classes in its own cut; the year stays", () => {
  const look = { type: "look", look: { method: "equal", year: 2021 } };
  const state = after(look, { type: "toggle-class", code: 0 }, { type: "theme", theme: 1 });
  assert.deepEqual([state.theme, state.hidden.size], [1, 0]);
  assert.deepEqual(state.look, { method: "quantile", year: 2021 });
});

test("what the legend hides is kept as a filter that other themes obey too", () => {
  const state = after({ type: "toggle-class", code: 1 }, { type: "keep-hidden" });
  assert.equal(state.hidden.size, 0);
  const other = reduce(state, { type: "theme", theme: 1 });
  assert.deepEqual([...inPlay(other)], [0, 1, 1, 1]);
  const both = [
    { type: "park", park: "P" },
    { type: "area", side: 0, value: 2 },
  ].reduce(reduce, other);
  assert.deepEqual([...inPlay(both)], [0, 1, 0, 0]);
  const dropped = [{ type: "drop-filter", theme: 0 }, { type: "any-area" }].reduce(reduce, both);
  assert.deepEqual([...inPlay(dropped)], [1, 1, 0, 0]);
});

test("one class of a theme is let through; all of them is no filter", () => {
  const state = after({ type: "only-class", theme: 0, code: 0 });
  assert.deepEqual([...inPlay(state)], [0, 1, 1, 0]);
  assert.deepEqual([...state.filters[0].hidden], [1, 2, 3, 4]);
  const again = reduce(state, { type: "only-class", theme: 0, code: 2 });
  assert.equal(again.filters.length, 1);
  assert.deepEqual([...inPlay(again)], [0, 0, 0, 1]);
  assert.equal(reduce(again, { type: "only-class", theme: 0, code: null }).filters.length, 0);
});

test("a trial goes to its rule's theme, judges anew, and goes back", () => {
  const asked = after({ type: "toggle-class", code: 1 }, { type: "try", subject: "rule:0" });
  assert.deepEqual([asked.theme, asked.hidden.size, asked.boxes.has("trial")], [2, 0, true]);
  assert.equal(now(asked), asked.data);
  const tried = reduce(asked, { type: "try-bar", side: "low", value: 10 });
  assert.ok(isTrying(tried.trial));
  assert.deepEqual([...now(tried).compliance], [1, 1, 0, 2]);
  assert.deepEqual([...view(tried).codes], [1, 1, 0, 2]);
  const ended = reduce(tried, { type: "end-trial" });
  assert.equal(now(ended), ended.data);
  assert.deepEqual([ended.trial.subject, ended.trial.resets], ["rule:0", 1]);
});

test("of bars the one set last stands last", () => {
  const bars = [
    { type: "try", subject: "rule:0" },
    { type: "try-row", row: 0 },
    { type: "try-bar", side: "low", value: 1 },
    { type: "try-row", row: null },
    { type: "try-bar", side: "low", value: 2 },
    { type: "try-row", row: 0 },
    { type: "try-bar", side: "low", value: 3 },
  ];
  const { trial } = after(...bars);
  assert.deepEqual(
    [...trial.bars.values()],
    [
      { rule: 0, row: null, low: 2 },
      { rule: 0, row: 0, low: 3 },
    ],
  );
});

test("a filter of a theme follows the trial", () => {
  const state = after(
    { type: "only-class", theme: 0, code: 1 },
    { type: "try", subject: "rule:0" },
    { type: "try-bar", side: "low", value: 10 },
  );
  assert.deepEqual([...filterViews(state)[0].view.codes], [1, 1, 0, 2]);
  assert.deepEqual([...inPlay(state)], [1, 1, 0, 0]);
});

test("an open parcel stays open while it is there, wherever it stands", () => {
  const state = after({ type: "open", card: { kind: "parcel", id: "B" } });
  const take = (ids) => reduce(state, { type: "take", data: { ...page(), ids }, shape: {} });
  assert.deepEqual(take(["X", "B"]).card, { kind: "parcel", id: "B" });
  assert.equal(take(["X"]).card, null);
  assert.equal(reduce(state, { type: "close" }).card, null);
});

test("the swipe begins with the theme in another year, or with another main theme", () => {
  const state = after({ type: "theme", theme: 1 }, { type: "swipe", on: true });
  assert.deepEqual([state.swipe.theme, state.swipe.look.year], [1, 2021]);
  const words = after({ type: "swipe", on: true }); // verdicts have no history, and no land use
  assert.deepEqual([words.swipe.theme, words.swipe.look.year], [1, null]);
  const moved = reduce(state, { type: "swipe-theme", theme: 0 });
  assert.equal(reduce(moved, { type: "swipe", on: false }).swipe.theme, 0);
});

test("what listeners dispatch comes after what they hear of", () => {
  const store = new Store(0, (n, { by }) => n + by);
  const heard = [];
  const end = store.subscribe((n) => {
    heard.push(`a${n}`);
    if (n === 1) store.dispatch({ type: "add", by: 10 });
  });
  store.subscribe((n, before) => heard.push(`b${before}-${n}`));
  store.dispatch({ type: "add", by: 1 });
  store.dispatch({ type: "add", by: 0 });
  assert.deepEqual(heard, ["a1", "b0-1", "a11", "b1-11"]);
  end();
  store.dispatch({ type: "add", by: 1 });
  assert.deepEqual(heard.slice(4), ["b11-12"]);
});

test("a headline shows its theme, again the first one; without a theme it ranks parks", () => {
  const shown = after({ type: "headline", id: "tax" });
  assert.deepEqual([shown.theme, shown.figure], [1, "tax"]);
  const again = reduce(shown, { type: "headline", id: "tax" });
  assert.deepEqual([again.theme, again.figure], [0, ""]);
  const targets = reduce(shown, { type: "headline", id: "targets" });
  assert.deepEqual([targets.theme, targets.figure], [1, "targets"]);
});

test("a part of a headline filters its class, and lets all through again", () => {
  const part = { type: "headline-part", id: "pass", theme: "compliance", code: 0 };
  const fails = after({ type: "headline", id: "tax" }, { ...part, code: 1 });
  assert.deepEqual([fails.theme, [...inPlay(fails)]], [0, [1, 0, 0, 0]]);
  const passes = reduce(fails, part);
  assert.deepEqual([...inPlay(passes)], [0, 1, 1, 0]);
  assert.deepEqual(reduce(passes, part).filters, []);
  const cleared = after(part, { type: "park", park: "P" }, { type: "clear" });
  assert.deepEqual([...inPlay(cleared)], [1, 1, 1, 1]);
});

test("one headline is chosen: the one last clicked, or the first of the theme shown", () => {
  const first = after();
  first.data.board.push({ id: "land", theme: "tax" });
  const clicked = (...ids) => ids.reduce((s, id) => reduce(s, { type: "headline", id }), first);
  assert.equal(chosenHeadline(first), "pass");
  assert.equal(chosenHeadline(clicked("targets")), "targets");
  assert.equal(chosenHeadline(clicked("land")), "land");
  assert.equal(chosenHeadline(clicked("targets", "tax")), "tax");
  assert.equal(chosenHeadline(reduce(clicked("land"), { type: "theme", theme: 0 })), "pass");
});
