// Light or dark: as the system has it, or as the reader chose, which is kept in the browser.

/** @typedef {"auto" | "light" | "dark"} Scheme */

const KEY = "mujun-scheme";
const CHOICES = /** @type {const} */ (["auto", "light", "dark"]);
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** @returns {Scheme} */
export function chosenScheme() {
  try {
    const kept = localStorage.getItem(KEY);
    return CHOICES.find((one) => one === kept) ?? "auto";
  } catch {
    return "auto"; // a browser that keeps nothing for files
  }
}

/** @param {Scheme} scheme */
export function nextScheme(scheme) {
  return CHOICES[(CHOICES.indexOf(scheme) + 1) % CHOICES.length];
}

/** @param {Scheme} scheme */
export function chooseScheme(scheme) {
  try {
    localStorage.setItem(KEY, scheme);
  } catch {
    // It holds for this page then.
  }
  follow(scheme);
}

/**
 * Put the scheme on the page (`data-scheme` of its root) and tell of each change of it.
 * @param {() => void} changed
 */
export function followScheme(changed) {
  told = changed;
  follow(chosenScheme());
  dark.addEventListener("change", () => follow(chosenScheme()));
}

let told = () => {};

/** @param {Scheme} scheme */
function follow(scheme) {
  const shown = scheme === "auto" ? (dark.matches ? "dark" : "light") : scheme;
  const root = document.documentElement;
  if (root.dataset.scheme === shown) return;
  root.dataset.scheme = shown;
  told();
}

/**
 * The value of a colour of the style sheet.
 * @param {string} name
 */
export function styleColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--mujun-${name}`).trim();
}
