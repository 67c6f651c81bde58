// The chains of the parks as a page: panorama, path over years, directory. No request is made.

import "./chain.css";
import { csv } from "../lib/cells.js";
import { el, find } from "../lib/dom.js";
import { fill } from "../lib/fill.js";
import { fixed, number } from "../lib/format.js";

/** @typedef {import("../lib/cells.js").Cell} Cell */
/** @typedef {{ chain: string, segment: string }} Segment */
/**
 * @typedef {Segment & { park: string, stage: string, state: string, enterprises: number | null,
 *   leaders: number | null, revenue: number | null, mu: number | null,
 *   field: string | null, color: string | null }} Link
 */
/**
 * @typedef {object} Step
 * @property {string} park
 * @property {number | null} year
 * @property {string} lane
 * @property {string} line what is said of it, as on the printed path
 * @property {number | null} count
 * @property {string} state
 */
/** @typedef {Segment & { park: string, cells: Cell[] }} Member */
/** @typedef {{ [key: string]: string } & { [table in "states" | "lanes"]: any }} Words */
/**
 * @typedef {object} Data what geo/publish/chain/page.py writes
 * @property {string} title
 * @property {number} year
 * @property {string} synthetic
 * @property {string} sources
 * @property {string} maker
 * @property {string} date
 * @property {Words} words
 * @property {{ id: string, name: string }[]} parks
 * @property {string} fields whether the table of fields of industry is confirmed
 * @property {string[]} heads
 * @property {Link[]} links
 * @property {Step[]} path
 * @property {Member[]} members
 */

const SHOWN = 300; // rows of the directory on the page; the file has all

/** @typedef {{ at: number, down: boolean }} Sort */

/** @type {{ park: string, segment: Segment | null, query: string, sort: Sort | null }} */
const view = { park: "", segment: null, query: "", sort: null };

/** Fill the page from the JSON that stands in it. */
export function open() {
  /** @type {Data} */
  const data = JSON.parse(document.getElementById("chain-data")?.textContent ?? "");
  const { words } = data;
  view.park = data.parks[0]?.id ?? "";
  const main = el("main");
  const draw = () => main.replaceChildren(panorama(data, draw), path(data), directory(data, draw));
  const choose = (/** @type {{ target: HTMLSelectElement }} */ { target }) => {
    Object.assign(view, { park: target.value, segment: null });
    draw();
  };
  const options = data.parks.map((park) => el("option", { value: park.id }, park.name));
  const parks = el("select", { "aria-label": words.park, onchange: choose }, ...options);
  const made = [data.sources, data.maker, data.date].filter(Boolean).join(" · ");
  document.body.append(
    el(
      "header",
      {},
      el("h1", {}, data.title),
      el("label", {}, `${words.park} `, parks),
      el("span", { class: "soft" }, `${data.year}`),
    ),
    ...(data.synthetic ? [el("p", { class: "synthetic" }, `※ ${data.synthetic}`)] : []),
    main,
    el("footer", {}, made),
  );
  draw();
  Object.assign(window, { chainReady: view });
}

/**
 * @param {Data} data
 * @param {() => void} draw
 */
function panorama(data, draw) {
  const { words } = data;
  const links = data.links.filter((link) => link.park === view.park);
  const stages = [...new Set(links.map((link) => link.stage))];
  /** @param {Link[]} own */
  const columns = (own) =>
    stages.map((stage) => {
      const buttons = own.filter((l) => l.stage === stage).map((l) => button(data, l, draw));
      return el("div", { class: "stage" }, el("h4", {}, stage), ...buttons);
    });
  const chains = [...new Set(links.map((link) => link.chain))].map((chain) => {
    const own = links.filter((link) => link.chain === chain);
    const row = el("div", { class: "stages" }, ...columns(own));
    return el("div", { class: "chain" }, el("h3", {}, chain), row);
  });
  return el(
    "section",
    { id: "panorama" },
    el("h2", {}, words.panorama),
    links.length ? null : el("p", { class: "soft" }, words.none),
    ...chains,
    el("p", { class: "soft" }, words.twice),
    data.fields ? el("p", { class: "soft" }, data.fields) : null,
  );
}

/**
 * A link of a chain: a click shows its members in the directory.
 * @param {Data} data
 * @param {Link} link
 * @param {() => void} draw
 */
function button({ words }, link, draw) {
  const { chain, segment, state } = link;
  const chosen = view.segment?.chain === chain && view.segment.segment === segment;
  const leaders = link.leaders ? ` · ${words.leaders} ${link.leaders}` : "";
  const there = state === "have";
  const members = `${fill(words.firms, { value: number(link.enterprises) })}${leaders}`;
  const money = `${words.revenue} ${number(link.revenue)} · ${number(link.mu)} ${words.mu}`;
  const attributes = {
    type: "button",
    class: `link ${state}${chosen ? " chosen" : ""}`,
    "aria-pressed": String(chosen),
    onclick: () => {
      view.segment = chosen ? null : { chain, segment };
      draw();
      document.getElementById("directory")?.scrollIntoView({ block: "nearest" });
    },
  };
  const node = el(
    "button",
    attributes,
    el("strong", {}, segment),
    el("span", {}, there ? members : words.states[state]),
    there ? el("span", { class: "soft" }, money) : null,
    link.field ? el("span", { class: "soft" }, link.field) : null,
  );
  if (link.color) node.style.borderLeft = `6px solid ${link.color}`;
  return node;
}

/**
 * A column a year: what began, with its count; what has no year first, what is planned last.
 * @param {Data} data
 */
function path(data) {
  const { words } = data;
  const own = data.path.filter((step) => step.park === view.park);
  const known = own.flatMap((step) => step.year ?? []);
  const years = [...new Set(known)].sort((a, b) => a - b).slice(-12);
  const lanes = Object.keys(words.lanes).filter((lane) => own.some((s) => s.lane === lane));
  /** @type {[title: string, fits: (step: Step) => boolean][]} */
  const columns = [
    [words.undated, (s) => s.year === null && s.state === "have"],
    ...years.map(
      (year) =>
        /** @type {[string, (step: Step) => boolean]} */ ([
          String(year),
          (s) => s.year === year && s.state !== "planned",
        ]),
    ),
    [words.planned, (s) => s.state === "planned"],
  ];
  const heads = columns.map(([title]) => el("th", { scope: "col" }, title));
  const rows = lanes.map((lane) => {
    const steps = own.filter((step) => step.lane === lane);
    const cells = columns.map(([, fits]) => el("td", {}, ...steps.filter(fits).map(item)));
    return el("tr", {}, el("th", { scope: "row" }, words.lanes[lane]), ...cells);
  });
  const head = el("thead", {}, el("tr", {}, el("th"), ...heads));
  const table = el("table", {}, head, el("tbody", {}, ...rows));
  const box = el("div", { class: "scroll" }, table);
  return el("section", { id: "path" }, el("h2", {}, words.path), box);
}

/** @param {Step} step */
function item(step) {
  const { lane, line, state, count } = step;
  const said = lane === "enterprise" ? `${line} ${number(count)}` : line;
  return el("div", { class: lane === "target" ? state : null }, said);
}

/**
 * @param {Data} data
 * @param {() => void} draw
 */
function directory(data, draw) {
  const { words, heads } = data;
  const rows = listed(data);
  const saved = () => save(heads, rows, data.title);
  const figures = heads.map((_, at) => rows.some(({ cells }) => typeof cells[at] === "number"));
  const shown = rows
    .slice(0, SHOWN)
    .map(({ cells }) => el("tr", {}, ...cells.map((value, at) => cell(value, figures[at]))));
  const titles = heads.map((title, at) => heading(data, title, at, draw));
  const head = el("thead", {}, el("tr", {}, ...titles));
  return el(
    "section",
    { id: "directory" },
    el("h2", {}, words.directory),
    el(
      "div",
      { class: "tools" },
      searchBox(words, draw),
      view.segment ? chosenSegment(view.segment, draw) : null,
      el("span", { class: "soft", id: "count" }, fill(words.rows, { value: number(rows.length) })),
      el("button", { type: "button", id: "csv", onclick: saved }, words.csv),
    ),
    el("div", { class: "scroll" }, el("table", {}, head, el("tbody", {}, ...shown))),
    rows.length > SHOWN ? el("p", { class: "soft" }, words.firstOnly) : null,
  );
}

/**
 * @param {Words} words
 * @param {() => void} draw
 */
function searchBox(words, draw) {
  return el("input", {
    type: "search",
    placeholder: words.search,
    value: view.query,
    "aria-label": words.search,
    oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) => {
      view.query = target.value;
      draw();
      const again = /** @type {HTMLInputElement} */ (find(document, "#directory input"));
      again.focus();
      again.setSelectionRange(again.value.length, again.value.length);
    },
  });
}

/**
 * @param {Segment} segment
 * @param {() => void} draw
 */
function chosenSegment(segment, draw) {
  const onclick = () => {
    view.segment = null;
    draw();
  };
  return el("button", { type: "button", onclick }, `${segment.chain} · ${segment.segment} ×`);
}

/**
 * A heading that sorts: a column of numbers the largest first, the other way at the next click.
 * @param {Data} data
 * @param {string} title
 * @param {number} at
 * @param {() => void} draw
 */
function heading(data, title, at, draw) {
  const sorted = view.sort?.at === at ? view.sort : null;
  const onclick = () => {
    const down = sorted ? !sorted.down : typeof data.members[0]?.cells[at] === "number";
    view.sort = { at, down };
    draw();
  };
  const order = sorted ? (sorted.down ? "descending" : "ascending") : "none";
  const attributes = { scope: "col", "aria-sort": order };
  return el("th", attributes, el("button", { type: "button", onclick }, title));
}

/**
 * Of a column of figures each with the same decimals, what is missing in line with them.
 * @param {Cell} value
 * @param {boolean} figure
 */
function cell(value, figure) {
  const text = typeof value === "string" ? value : fixed(value);
  return el("td", { class: figure ? "number" : null }, text);
}

/**
 * Members of the park and the chosen link that have the words looked for, in the order asked.
 * @param {Data} data
 */
function listed(data) {
  const query = view.query.trim().toLowerCase();
  const { segment, sort } = view;
  const rows = data.members.filter(
    (member) =>
      member.park === view.park &&
      (!segment || (member.chain === segment.chain && member.segment === segment.segment)) &&
      (!query || member.cells.some((c) => typeof c === "string" && holds(c, query))),
  );
  if (!sort) return rows;
  const sign = sort.down ? -1 : 1;
  return rows.sort((one, other) => {
    const [a, b] = [one.cells[sort.at], other.cells[sort.at]];
    if (a === null || b === null) return Number(a === null) - Number(b === null); // blanks last
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), "zh");
  });
}

/**
 * @param {string} text
 * @param {string} query
 */
function holds(text, query) {
  return text.toLowerCase().includes(query);
}

/**
 * @param {string[]} heads
 * @param {Member[]} rows
 * @param {string} name
 */
function save(heads, rows, name) {
  const text = csv([heads, ...rows.map((member) => member.cells)]);
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  el("a", { href: url, download: `${name}.csv` }).click();
  URL.revokeObjectURL(url);
}
