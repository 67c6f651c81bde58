// The map on paper: a sheet with title, legend, scale and north arrow, printed or saved as PNG.

import { choice } from "./controls.js";
import { save } from "./list.js";
import { PAPERS, sheet } from "./sheet.js";
import { el } from "../lib/dom.js";

let chosen = { paper: "A4", landscape: true };

/** The card that asks for the paper; the preview is what will be printed. */
export function paperBox(panel) {
  const { words } = panel,
    preview = el("div", { class: "mujun-preview" });
  const draw = async () => {
    const canvas = await sheet(panel, chosen);
    preview.replaceChildren(canvas);
    return canvas;
  };
  const change = (some) => {
    chosen = { ...chosen, ...some };
    draw();
  };
  const button = (id, text, work) =>
    el("button", { type: "button", class: "mujun-keep", id, onclick: work }, text);
  draw();
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, words.print),
    choice(
      "mujun-paper",
      words.paper,
      Object.keys(PAPERS).map((name) => [name, name]),
      chosen.paper,
      (paper) => change({ paper }),
    ),
    choice(
      "mujun-turn",
      "",
      [
        ["1", words.landscape],
        ["", words.portrait],
      ],
      chosen.landscape ? "1" : "",
      (turn) => change({ landscape: Boolean(turn) }),
    ),
    button("mujun-print-now", words.printNow, async () => print(await draw())),
    " ",
    button("mujun-png", words.picture, async () => {
      const canvas = await draw();
      canvas.toBlob((blob) => save(blob, `${panel.data.title || "mujun"}.png`), "image/png");
    }),
    preview,
    el("p", { class: "mujun-note" }, words.baseless),
  );
}

/** The sheet alone on a page of its size, until the print dialogue is left. */
async function print(canvas) {
  const { width, height } = paperSize();
  const picture = el("img", { class: "mujun-sheet", src: canvas.toDataURL("image/png"), alt: "" });
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

function paperSize() {
  const [short, long] = PAPERS[chosen.paper];
  return chosen.landscape ? { width: long, height: short } : { width: short, height: long };
}
