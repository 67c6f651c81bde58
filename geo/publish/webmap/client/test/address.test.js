import assert from "node:assert/strict";
import { test } from "node:test";
import { inPlay, now, view } from "../src/derived.js";
import { read, shownBy, viewOf, written } from "../src/map/address.js";
import { opened, reduce } from "../src/state.js";
import { page } from "./page.js";

const plain = () => opened(page(), { n: 4 });
const at = { zoom: 13.25, lat: 29.34567, lon: 105.1 };

/** Numbers in [0, 1) from a seed. */
function dice(seed) {
  let x = seed;
  return () => (x = (x * 48271) % 2147483647) / 2147483647;
}

/** Any of a list. */
const any = (roll, list) => list[Math.floor(roll() * list.length)];

/** An action that a user might take. */
function action(roll) {
  const theme = any(roll, [0, 1, 2]);
  const year = any(roll, [2021, 2023, null]);
  const value = Math.round(roll() * 4000) / 10;
  return any(roll, [
    { type: "switch-language" },
    { type: "theme", theme },
    { type: "look", look: { method: any(roll, ["natural", "equal", "limits", "quantile"]) } },
    { type: "look", look: { year } },
    { type: "toggle-class", code: any(roll, [0, 1, 2]) },
    { type: "keep-hidden" },
    { type: "only-class", theme, code: any(roll, [0, 1, 2, null]) },
    { type: "area", side: any(roll, [0, 1]), value: any(roll, [value, null]) },
    { type: "park", park: any(roll, ["P", "Q", ""]) },
    { type: "try", subject: any(roll, ["rule:0", "rule:1", "grades", ""]) },
    { type: "try-row", row: any(roll, [0, null]) },
    { type: "try-bar", side: any(roll, ["low", "lowBy", "highBy"]), value },
    { type: "try-weight", item: any(roll, ["all/tax", "all/energy"]), value },
    { type: "try-cut", grade: any(roll, ["A", "B"]), value },
    { type: "swipe", on: roll() < 0.6 },
    { type: "swipe-theme", theme },
    { type: "swipe-share", share: roll() },
    {
      type: "open",
      card: any(roll, [
        { kind: "parcel", id: "C" },
        { kind: "park", id: "Q" },
      ]),
    },
    { type: "open", card: any(roll, [{ kind: "list" }, { kind: "paper" }]) },
    { type: "sheet", sheet: any(roll, [{ paper: "A3" }, { landscape: false }]) },
  ]);
}

/** A state after so many of them; a bar without a rule is none. */
function anyState(roll) {
  let state = plain();
  for (let k = 0; k < 14; k++) {
    const next = action(roll);
    const barless = next.type === "try-bar" && !state.trial.subject.startsWith("rule:");
    const rowless = next.type === "try-row" && !state.trial.subject.startsWith("rule:");
    const wordy = next.type === "look" && next.look.method && state.theme !== 1;
    if (!barless && !rowless && !wordy) state = reduce(state, next);
  }
  return state;
}

test("what is written is read back: the same view, counts and verdicts", () => {
  const roll = dice(7);
  for (let k = 0; k < 400; k++) {
    const state = anyState(roll);
    const json = viewOf(state, at);
    const link = written(json);
    assert.match(link, /^#v1=[\w-]+$/);
    const { state: back, place } = shownBy(read(link), plain());
    assert.deepEqual(viewOf(back, place), json);
    assert.deepEqual(back.lost, []);
    assert.deepEqual([...inPlay(back)], [...inPlay(state)]);
    assert.deepEqual([...view(back).codes], [...view(state).codes]);
    assert.deepEqual([...now(back).compliance], [...now(state).compliance]);
    assert.deepEqual(back.hidden, state.hidden);
    assert.deepEqual([...back.trial.bars], [...state.trial.bars]);
  }
});

test("classes are named, so that another order of them changes nothing", () => {
  const state = reduce(plain(), { type: "only-class", theme: 0, code: 1 });
  const json = viewOf(state);
  assert.deepEqual(json.filters, [{ theme: { id: "compliance" }, only: ["c1"] }]);
  const other = page();
  const { legend } = other.themes[0];
  other.themes = [...other.themes].reverse();
  other.themes[2] = { ...other.themes[2], legend: [legend[1], legend[0], ...legend.slice(2)] };
  const { state: back } = shownBy(json, opened(other, { n: 4 }));
  assert.equal(back.filters[0].theme, 2);
  assert.deepEqual([...back.filters[0].hidden], [1, 2, 3, 4]);
});

test("what the page does not have is left out and named; the rest is shown", () => {
  const json = {
    theme: { id: "gone", method: "natural", year: 1999 },
    hide: ["c1", "no class"],
    filters: [
      { theme: { id: "tax" }, only: ["..6"] },
      { theme: { id: "tax" }, only: ["1..2"] },
    ],
    park: "X",
    trial: {
      ...{ subject: "pack/gone", row: null, weights: { "all/tax": 3, __proto__x: 1 }, cuts: {} },
      bars: [
        ["pack/tax", null, "low", 9],
        ["pack/output", "砖", "low", 9],
      ],
    },
    card: { kind: "hologram" },
    later: { x: 1 },
  };
  const { state } = shownBy(json, plain());
  assert.deepEqual(
    state.lost.map(({ kind, name }) => `${kind} ${name}`),
    [
      ...["theme gone", "year 1999", "class no class", "class 1..2", "park X", "rule pack/gone"],
      ...["rule pack/output · 砖", "class __proto__x", "field hologram", "field later"],
    ],
  );
  assert.deepEqual([state.theme, state.park, state.card], [0, "", null]);
  assert.deepEqual([...state.hidden], [1]);
  assert.deepEqual([...inPlay(state)], [1, 0, 0, 0]);
  assert.equal(state.trial.bars.size, 1);
});

test("the former address is still read", () => {
  const json = read("#13.25/29.34567/105.10000/tax/Q");
  assert.deepEqual(shownBy(json, plain()).place, at);
  const { theme, park, lang } = shownBy(json, plain()).state;
  assert.deepEqual([theme, park, lang], [1, "Q", "zh"]);
});

test("odd or hostile addresses are no view and no error", () => {
  const old = ["", "#", "#1/2/3", "#a/b/c/d/e", "#13/95/105/x/", "#13/29/205/x/", "#%/1/1/x/y"];
  for (const hash of [...old, "#v1=", "#v1=%%%", "#v1=____", "#v1=e30x", "#v2=e30", "#//// "]) {
    assert.equal(read(hash), null, hash);
  }
  const roll = dice(3);
  const odd = [
    null,
    1,
    "x",
    [],
    {},
    [[]],
    { id: 1 },
    true,
    -1e308,
    { __proto__: null },
    "a".repeat(999),
  ];
  const names = [
    "at",
    "lang",
    "theme",
    "hide",
    "filters",
    "park",
    "area",
    "trial",
    "swipe",
    "card",
  ];
  for (const name of names) {
    for (const value of odd) {
      const shown = shownBy(JSON.parse(JSON.stringify({ [name]: value })), plain());
      assert.ok(shown === null || shown.state.data.ids.length === 4);
    }
  }
  for (const json of [null, [], 3, "x", { at: [1, 2] }, { theme: null }, { area: [1, "2"] }]) {
    assert.equal(shownBy(json, plain()), null);
  }
  for (let k = 0; k < 200; k++) {
    const json = viewOf(anyState(roll), at);
    const name = any(roll, Object.keys(json));
    json[name] = any(roll, odd);
    shownBy(JSON.parse(JSON.stringify(json)), plain());
  }
  assert.equal({}.polluted, undefined);
});
