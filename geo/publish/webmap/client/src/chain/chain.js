// The chains of the parks as a page: panorama, path over years, directory. No request is made.

import "./chain.css";
import { csv } from "../map/filter.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";

const SHOWN = 300; // rows of the directory on the page; the file has all
const view = { park: "", segment: null, query: "", sort: null };

/** Fill the page from the JSON that stands in it. */
export function open() {
  const data = JSON.parse(document.getElementById("chain-data").textContent);
  const words = data.words;
  view.park = data.parks[0]?.id ?? "";
  const main = el("main");
  const draw = () => main.replaceChildren(...sections(data, draw));
  const park = el(
    "select",
    {
      "aria-label": words.park,
      onchange: (e) => {
        Object.assign(view, { park: e.target.value, segment: null });
        draw();
      },
    },
    ...data.parks.map((p) => el("option", { value: p.id }, p.name)),
  );
  document.body.append(
    el(
      "header",
      {},
      el("h1", {}, data.title),
      el("label", {}, `${words.park} `, park),
      el("span", { class: "soft" }, `${data.year}`),
    ),
    ...(data.synthetic ? [el("p", { class: "synthetic" }, `※ ${data.synthetic}`)] : []),
    main,
    el("footer", {}, [data.sources, data.maker, data.date].filter(Boolean).join(" · ")),
  );
  draw();
  window.chainReady = view;
}

function sections(data, draw) {
  return [panorama(data, draw), path(data), directory(data, draw)];
}

function panorama(data, draw) {
  const { words } = data,
    links = data.links.filter((l) => l.park === view.park);
  const chains = [...new Set(links.map((l) => l.chain))];
  const stages = [...new Set(links.map((l) => l.stage))];
  return el(
    "section",
    { id: "panorama" },
    el("h2", {}, words.panorama),
    links.length ? null : el("p", { class: "soft" }, words.none),
    ...chains.map((chain) => {
      const own = links.filter((l) => l.chain === chain);
      return el(
        "div",
        { class: "chain" },
        el("h3", {}, chain),
        el(
          "div",
          { class: "stages" },
          ...stages.map((stage) =>
            el(
              "div",
              { class: "stage" },
              el("h4", {}, stage),
              ...own.filter((l) => l.stage === stage).map((l) => link(data, l, draw)),
            ),
          ),
        ),
      );
    }),
    el("p", { class: "soft" }, words.twice),
  );
}

function link(data, l, draw) {
  const { words } = data,
    chosen = view.segment?.chain === l.chain && view.segment?.segment === l.segment;
  const said =
    l.state === "have"
      ? `${number(l.enterprises)} ${words.firms}${l.leaders ? ` · ${words.leaders} ${l.leaders}` : ""}`
      : words.states[l.state];
  return el(
    "button",
    {
      type: "button",
      class: `link ${l.state}${chosen ? " chosen" : ""}`,
      "aria-pressed": String(chosen),
      onclick: () => {
        view.segment = chosen ? null : { chain: l.chain, segment: l.segment };
        draw();
        document.getElementById("directory").scrollIntoView({ block: "nearest" });
      },
    },
    el("strong", {}, l.segment),
    el("span", {}, said),
    l.state === "have"
      ? el(
          "span",
          { class: "soft" },
          `${words.revenue} ${number(l.revenue)} · ${number(l.mu)} ${words.mu}`,
        )
      : null,
  );
}

/** A column a year: what began, with its count; what has no year first, what is planned last. */
function path(data) {
  const { words } = data,
    own = data.path.filter((p) => p.park === view.park);
  const years = [...new Set(own.map((p) => p.year).filter((y) => y !== null))]
    .sort((a, b) => a - b)
    .slice(-12);
  const lanes = Object.keys(words.lanes).filter((lane) => own.some((p) => p.lane === lane));
  const columns = [
    [words.undated, (p) => p.year === null && p.state !== "planned" && p.state !== "lack"],
    ...years.map((year) => [String(year), (p) => p.year === year && p.state !== "planned"]),
    [words.planned, (p) => p.state === "planned"],
  ];
  return el(
    "section",
    { id: "path" },
    el("h2", {}, words.path),
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el("tr", {}, el("th"), ...columns.map(([title]) => el("th", { scope: "col" }, title))),
        ),
        el(
          "tbody",
          {},
          ...lanes.map((lane) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, words.lanes[lane]),
              ...columns.map(([, fits]) =>
                el(
                  "td",
                  {},
                  ...own.filter((p) => p.lane === lane && fits(p)).map((p) => item(data, p)),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function item(data, p) {
  if (p.lane === "target")
    return el(
      "div",
      { class: p.state },
      `${p.item} ${p.value === null ? data.words.noData : number(p.value)}`,
    );
  const what = p.item || data.words.outside;
  return el("div", {}, p.lane === "enterprise" ? `${what} ${number(p.count)}` : what);
}

function directory(data, draw) {
  const { words, heads } = data,
    rows = listed(data);
  const search = el("input", {
    type: "search",
    placeholder: words.search,
    value: view.query,
    "aria-label": words.search,
    oninput: (e) => {
      view.query = e.target.value;
      draw();
      const again = document.querySelector("#directory input");
      again.focus();
      again.setSelectionRange(again.value.length, again.value.length);
    },
  });
  return el(
    "section",
    { id: "directory" },
    el("h2", {}, words.directory),
    el(
      "div",
      { class: "tools" },
      search,
      view.segment
        ? el(
            "button",
            {
              type: "button",
              onclick: () => {
                view.segment = null;
                draw();
              },
            },
            `${view.segment.chain} · ${view.segment.segment} ×`,
          )
        : null,
      el("span", { class: "soft", id: "count" }, `${number(rows.length)} ${words.rows}`),
      el(
        "button",
        { type: "button", id: "csv", onclick: () => save(heads, rows, data.title) },
        words.csv,
      ),
    ),
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            ...heads.map((h, k) =>
              el(
                "th",
                {
                  scope: "col",
                  "aria-sort":
                    view.sort?.at === k ? (view.sort.down ? "descending" : "ascending") : "none",
                },
                el(
                  "button",
                  {
                    type: "button",
                    onclick: () => {
                      view.sort = {
                        at: k,
                        down:
                          view.sort?.at === k
                            ? !view.sort.down
                            : typeof data.members[0]?.cells[k] === "number",
                      };
                      draw();
                    },
                  },
                  h,
                ),
              ),
            ),
          ),
        ),
        el(
          "tbody",
          {},
          ...rows
            .slice(0, SHOWN)
            .map((m) =>
              el(
                "tr",
                {},
                ...m.cells.map((c) =>
                  el(
                    "td",
                    { class: typeof c === "number" ? "number" : null },
                    c === null ? "—" : typeof c === "number" ? number(c) : c,
                  ),
                ),
              ),
            ),
        ),
      ),
    ),
    rows.length > SHOWN ? el("p", { class: "soft" }, words.firstOnly) : null,
  );
}

/** Members of the park and the chosen link that have the words looked for, in the order asked. */
export function listed(data) {
  const query = view.query.trim().toLowerCase();
  const rows = data.members.filter(
    (m) =>
      m.park === view.park &&
      (!view.segment || (m.chain === view.segment.chain && m.segment === view.segment.segment)) &&
      (!query || m.cells.some((c) => typeof c === "string" && c.toLowerCase().includes(query))),
  );
  if (!view.sort) return rows;
  const { at, down } = view.sort,
    sign = down ? -1 : 1;
  const key = (m) => m.cells[at];
  return rows.sort((a, b) => {
    if (key(a) === null || key(b) === null) return (key(a) === null) - (key(b) === null); // blanks last
    return (
      sign * (typeof key(a) === "number" ? key(a) - key(b) : key(a).localeCompare(key(b), "zh"))
    );
  });
}

function save(heads, rows, name) {
  const url = URL.createObjectURL(
    new Blob([csv([heads, ...rows.map((m) => m.cells)])], { type: "text/csv" }),
  );
  const a = el("a", { href: url, download: `${name}.csv` });
  a.click();
  URL.revokeObjectURL(url);
}
