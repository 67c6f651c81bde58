// What is printed stands alone on the page until the printing has ended.

import { el } from "./dom.js";

/**
 * Put a node beside the map for one printing: pages of a size in mm, further rules of style.
 * @param {HTMLElement} node
 * @param {number} width
 * @param {number} height
 * @param {string} [rules]
 */
export function putForPrint(node, width, height, rules = "") {
  const page = `@page { size: ${width}mm ${height}mm; margin: 0 }`;
  const style = el("style", {}, `${page} ${rules}`);
  document.head.append(style);
  document.body.append(node);
  document.body.classList.add("mujun-printing");
  const done = () => {
    node.remove();
    style.remove();
    document.body.classList.remove("mujun-printing");
  };
  window.addEventListener("afterprint", done, { once: true });
}
