// The map on paper: a sheet with title, legend, scale and north arrow, printed or saved as PNG.

import { el, find } from "../lib/dom.js";
import { putForPrint } from "../lib/print.js";
import { fileName } from "../map/marks.js";
import { choice } from "./controls.js";
import { contextOf } from "../map/canvas.js";
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
  const turned = (/** @type {string} */ landscape) =>
    app.dispatch({ type: "sheet", sheet: { landscape: Boolean(landscape) } });
  const either = `${words.landscape} / ${words.portrait}`;
  const turn = choice("mujun-turn", "", turns, chosen.landscape ? "1" : "", turned, either);
  /** @type {Option[]} */
  const extents = [
    ["content", words.extent_content],
    ["view", words.extent_view],
  ];
  const range = choice("mujun-extent", words.extent, extents, chosen.extent, (extent) =>
    app.dispatch({ type: "sheet", sheet: { extent: /** @type {Sheet["extent"]} */ (extent) } }),
  );
  const saveNow = () => {
    drawn(app).toBlob((blob) => {
      if (blob) save(blob, fileName(app.state, "png"));
    }, "image/png");
  };
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, words.print),
    paper,
    turn,
    range,
    button("mujun-print-now", words.print_now, () => window.print()),
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
 * The sheet, of which a picture is put into the preview, as sharp as the screen is.
 * @param {App} app
 */
function drawn(app) {
  const canvas = sheet(app, app.state.sheet);
  if (app.state.card?.kind === "paper") {
    const box = preview(app);
    box.replaceChildren(smaller(canvas, (box.clientWidth || 312) * (window.devicePixelRatio || 1)));
  }
  return canvas;
}

/**
 * A picture no wider than so many px: halved as often as can be, then smoothly to the width.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 */
function smaller(canvas, width) {
  let from = canvas;
  while (from.width > width) {
    const share = Math.max(0.5, width / from.width);
    const to = document.createElement("canvas");
    to.width = Math.round(from.width * share);
    to.height = Math.round(from.height * share);
    const ctx = contextOf(to);
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(from, 0, 0, to.width, to.height);
    from = to;
  }
  from.dataset.scale = canvas.dataset.scale;
  return from;
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
 * Whatever is printed is the sheet, alone on a page of its size: by the button, by the browser's
 * menu, by Ctrl+P.
 * @param {App} app
 */
export function printSheets(app) {
  window.addEventListener("beforeprint", () => {
    if (document.querySelector(".mujun-sheet, .mujun-printing-card")) return;
    const { paper, landscape } = app.state.sheet;
    const [short, long] = PAPERS[paper];
    const [width, height] = landscape ? [long, short] : [short, long];
    const canvas = sheet(app, app.state.sheet);
    canvas.className = "mujun-sheet";
    const sized = `.mujun-sheet { width: ${width}mm; height: ${height - 0.3}mm }`;
    putForPrint(canvas, width, height, `@media print { ${sized} }`);
  });
}
