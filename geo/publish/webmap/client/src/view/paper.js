// The map on paper: a sheet with title, legend, scale and north arrow, printed or saved as PNG.

import { el, find } from "../lib/dom.js";
import { fileName } from "../map/marks.js";
import { choice } from "./controls.js";
import { save } from "../export/save.js";
import { PAPERS, sheet } from "./sheet.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").Sheet} Sheet */
/** @typedef {import("./controls.js").Option} Option */

/**
 * The card that asks for the paper; the preview is what will be printed.
 * @param {App} app
 */
export function paperBox(app) {
  const { words } = app;
  const chosen = app.state.sheet;
  const papers = Object.keys(PAPERS).map((name) => /** @type {Option} */ ([name, name]));
  /** @type {Option[]} */
  const turns = [
    ["1", words.landscape],
    ["", words.portrait],
  ];
  const paper = choice("mujun-paper", words.paper, papers, chosen.paper, (name) =>
    app.dispatch({ type: "sheet", sheet: { paper: /** @type {Sheet["paper"]} */ (name) } }),
  );
  const turn = choice("mujun-turn", "", turns, chosen.landscape ? "1" : "", (landscape) =>
    app.dispatch({ type: "sheet", sheet: { landscape: Boolean(landscape) } }),
  );
  const saveNow = async () => {
    const canvas = await drawn(app);
    canvas.toBlob((blob) => {
      if (blob) save(blob, fileName(app.state, "png"));
    }, "image/png");
  };
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, words.print),
    paper,
    turn,
    button("mujun-print-now", words.print_now, async () =>
      print(await drawn(app), app.state.sheet),
    ),
    " ",
    button("mujun-png", words.picture, saveNow),
    el("div", { class: "mujun-preview" }),
    el("p", { class: "mujun-note" }, words.baseless),
  );
}

/**
 * What stands in the preview until the sheet is drawn anew.
 * @param {App} app
 */
export function paperPreview(app) {
  drawn(app);
  return [...preview(app).childNodes];
}

/** @param {App} app */
function preview(app) {
  return find(app.map.getContainer(), ".mujun-preview");
}

/**
 * The sheet, which is put into the preview.
 * @param {App} app
 */
async function drawn(app) {
  const canvas = await sheet(app, app.state.sheet);
  if (app.state.card?.kind === "paper") preview(app).replaceChildren(canvas);
  return canvas;
}

/**
 * @param {string} id
 * @param {string} text
 * @param {() => void} onclick
 */
function button(id, text, onclick) {
  return el("button", { type: "button", class: "mujun-keep", id, onclick }, text);
}

/**
 * The sheet alone on a page of its size, until the print dialogue is left.
 * @param {HTMLCanvasElement} canvas
 * @param {Sheet} chosen
 */
async function print(canvas, { paper, landscape }) {
  const [short, long] = PAPERS[paper];
  const [width, height] = landscape ? [long, short] : [short, long];
  const src = canvas.toDataURL("image/png");
  const picture = el("img", { class: "mujun-sheet", src, alt: "" });
  const style = el(
    "style",
    {},
    `@page { size: ${width}mm ${height}mm; margin: 0 }
    @media print { .mujun-sheet { width: ${width}mm; height: ${height}mm } }`,
  );
  document.head.append(style);
  document.body.append(picture);
  document.body.classList.add("mujun-printing");
  const done = () => {
    picture.remove();
    style.remove();
    document.body.classList.remove("mujun-printing");
  };
  window.addEventListener("afterprint", done, { once: true });
  await picture.decode();
  window.print();
}
