// The card of one parcel or park: every figure, every verdict with its clause and source.

import { trends } from "./charts.js";
import { WORDS } from "./words.js";
import { at, coded, number, signOf, withUnit } from "../lib/format.js";
import { el } from "../lib/dom.js";

export function parcelCard(data, i, lang) {
  const words = WORDS[lang];
  const park = data.parks?.find((p) => p.id === data.park_of?.[i]);
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, data.ids[i]),
    data.compliance ? badge(data, data.compliance[i], lang) : null,
    park ? el("p", {}, `${words.park}${words.colon}${park.name}`) : null,
    ...enterprises(data, i, words),
    data.grades?.[i] ? gradeRow(data, data.grades[i], lang) : null,
    data.rules?.length ? el("h3", {}, words.verdicts) : null,
    ...(data.rules ?? [])
      .filter((rule) => data.reason_names?.[rule.reason[i]] !== "other_place")
      .map((rule) => ruleRow(data, rule, i, lang)),
    ...zoneRows(data, i, lang),
    el("h3", {}, `${words.figures}${data.year ? `（${data.year}）` : ""}`),
    el("table", {}, ...data.columns.map((c) => fact(c, i, lang)).filter(Boolean)),
    ...trends(data, figuresOfParcel(data, i), words, lang),
    data.outcome
      ? el("p", { class: "mujun-note mujun-judged" }, data.outcome[1][lang === "en" ? 1 : 0])
      : null,
  );
}

/** The figures per mu of a parcel over the years, by name. */
function figuresOfParcel({ history }, i) {
  const out = {};
  for (const { name, values } of history.figures) (out[name] ??= []).push(values[i]);
  return out;
}

/** The card of a park. */
export function parkCard(data, park, lang) {
  const words = WORDS[lang];
  const rows = park.facts.map(({ zh, en, shown }) =>
    el("tr", {}, el("th", {}, lang === "en" ? en : zh), el("td", {}, shown || "—")),
  );
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, park.name),
    el("p", {}, `${number(park.parcels)} ${words.parcels} · ${number(park.mu)} ${words.mu}`),
    park.targets.length ? el("h3", {}, words.targets) : null,
    ...park.targets.map((target) => targetRow(target, lang)),
    ...benchmarks(park, lang),
    ...facilities(park, lang),
    el("h3", {}, words.figures),
    el("table", {}, ...rows),
    ...trends(data, park.trend ?? {}, words, lang),
  );
}

/** What the park has of the plan's list: state, number or distance to the nearest, coverage. */
function facilities(park, lang) {
  const words = WORDS[lang],
    at = lang === "en" ? 1 : 0;
  if (!park.facilities?.length) return [];
  const rows = park.facilities.map((f) => {
    const look = { have: "pass", planned: "exempt", lack: "fail", no_data: "no_data" }[f.state];
    const where = f.count
      ? `× ${number(f.count)}`
      : f.metres === null
        ? ""
        : `${words.nearest} ${number(f.metres, 0)} m`;
    const covered = f.covered === null ? "" : `${words.covered} ${number(f.covered, 0)}%`;
    return el(
      "tr",
      {},
      el("th", {}, f.kind[at]),
      el(
        "td",
        {},
        el("span", { class: `mujun-badge mujun-${look}` }, f.words[at]),
        " ",
        el("span", { title: f.nearest }, [where, covered].filter(Boolean).join(" · ")),
      ),
    );
  });
  return [el("h3", {}, words.facilities), el("table", {}, ...rows)];
}

/** The park's figures beside a published mean, with the ratio. */
function benchmarks(park, lang) {
  const words = WORDS[lang],
    at = lang === "en" ? 1 : 0;
  const known = (park.benchmarks ?? []).filter((b) => b.value !== null);
  if (!known.length) return [];
  const rows = known.map((b) =>
    el(
      "tr",
      {},
      el("th", {}, b.title[at]),
      el("td", {}, `${number(b.value)} / ${number(b.mean)} = ${number(b.value / b.mean)}`),
    ),
  );
  return [
    el("h3", {}, `${words.beside}${words.colon}${known[0].of[at]}`),
    el("table", {}, ...rows),
    el("p", { class: "mujun-note" }, `${words.source}${words.colon}${known[0].source}`),
  ];
}

/** The main enterprise's grade: score, place, how sure, what the next grade would take. */
function gradeRow(data, grade, lang) {
  const words = WORDS[lang],
    at = lang === "en" ? 1 : 0;
  const facts = [
    grade.score === null ? null : `${words.score} ${number(grade.score)}`,
    grade.rank === null ? null : `${words.rank} ${number(grade.rank)}/${number(grade.of)}`,
    grade.sure === null ? null : `${words.sure} ${number(grade.sure * 100, 0)}%`,
  ];
  return el(
    "details",
    { class: "mujun-rule" },
    el(
      "summary",
      {},
      el(
        "span",
        { class: `mujun-badge mujun-grade-${grade.grade}` },
        `${words.grade} ${data.grade_words[grade.grade][at]}`,
      ),
      " ",
      el("span", {}, facts.filter(Boolean).join(" · ")),
    ),
    grade.reason[at] ? el("p", {}, grade.reason[at]) : null,
    grade.better === null ? null : el("p", {}, `${words.better} ${number(grade.better)}`),
    el("p", {}, `${words.source}${words.colon}${grade.source}`),
  );
}

/** Rows of pairs that are of a parcel. */
function rowsOf(parcels, i) {
  const rows = [];
  for (let row = 0; row < parcels.length; row++) if (parcels[row] === i) rows.push(row);
  return rows;
}

/** What control lines say of a parcel: kind, share and m², consequence, clause, document. */
function zoneRows(data, i, lang) {
  const words = WORDS[lang],
    at = lang === "en" ? 1 : 0,
    zones = data.zones;
  const here = rowsOf(zones?.parcel ?? [], i);
  if (!here.length) return [];
  return [
    el("h3", {}, words.zones),
    ...here.map((row) => {
      const kind = zones.kinds[zones.kind[row]],
        [name, zh, en] = zones.words[zones.control[row]];
      return el(
        "details",
        { class: "mujun-rule", "data-zone": zones.kind[row] },
        el(
          "summary",
          {},
          el("span", { class: `mujun-badge mujun-control-${name}` }, at ? en : zh),
          ` ${kind.names[at]} `,
          zones.share[row] === null
            ? null
            : el("span", {}, `${number(zones.share[row])}% · ${number(zones.area[row])} m²`),
        ),
        zones.name[row] ? el("p", {}, zones.name[row]) : null,
        kind.consequence[at] ? el("p", {}, kind.consequence[at]) : null,
        zones.requirement[row] ? el("p", {}, zones.requirement[row]) : null,
        kind.clause ? el("p", {}, `${words.clause}${words.colon}${kind.clause}`) : null,
        kind.source ? el("p", {}, `${words.source}${words.colon}${kind.source}`) : null,
      );
    }),
  ];
}

function targetRow(target, lang) {
  const words = WORDS[lang],
    at = lang === "en" ? 1 : 0;
  const value = target.shown[at] || "—";
  const look = { met: "pass", not_met: "fail", no_data: "no_data" }[target.result];
  return el(
    "details",
    { class: "mujun-rule" },
    el(
      "summary",
      {},
      el("span", { class: `mujun-badge mujun-${look}` }, target.words[at]),
      ` ${at ? target.en : target.zh} `,
      el("span", {}, `${words.value} ${value} · ${words.threshold} ${target.limit[at]}`),
    ),
    target.rounding[at] ? el("p", {}, target.rounding[at]) : null,
    target.need[at] ? el("p", { class: "mujun-mend" }, target.need[at]) : null,
    el("p", {}, `${words.clause}${words.colon}${target.clause}`),
    el("p", {}, `${words.source}${words.colon}${target.source}`),
  );
}

export function badge(data, code, lang) {
  const [name, zh, en] = data.verdicts[code];
  return el("span", { class: `mujun-badge mujun-${name}` }, lang === "en" ? en : zh);
}

function enterprises(data, i, words) {
  if (!data.occupiers) return [];
  const { parcel, enterprise, names, ids } = data.occupiers;
  const here = rowsOf(parcel, i).map((row) => enterprise[row]);
  if (!here.length) return [];
  return [
    el(
      "p",
      {},
      `${words.enterprises}${words.colon}`,
      ...here.flatMap((e, at) => [
        at ? words.comma : "",
        el("span", { title: ids[e] }, names[e] || ids[e]),
      ]),
    ),
  ];
}

function fact(column, i, lang) {
  const value = at(column.values, i);
  if (value === null) return null;
  const unit = column.unit[lang === "en" ? 1 : 0];
  const shown = typeof value === "number" ? number(value) : coded(column, value, lang);
  return el(
    "tr",
    { "data-name": column.name },
    el("th", {}, lang === "en" ? column.en : column.zh),
    el("td", {}, withUnit(shown, unit)),
  );
}

function ruleRow(data, rule, i, lang) {
  const words = WORDS[lang];
  const reason = data.reasons[rule.reason[i]][lang === "en" ? 1 : 0];
  return el(
    "details",
    { class: "mujun-rule", "data-rule": rule.id },
    el(
      "summary",
      {},
      badge(data, rule.verdict[i], lang),
      ` ${lang === "en" ? rule.en : rule.zh} `,
      el("span", {}, arithmetic(rule, i, lang)),
    ),
    reason ? el("p", {}, reason) : null,
    rule.trial ? el("p", { class: "mujun-tried" }, words.tried) : mend(rule, i, lang),
    rule.industries[rule.industry[i]]
      ? el("p", {}, `${words.rowOf}${words.colon}${rule.industries[rule.industry[i]]}`)
      : null,
    el("p", {}, `${words.clause}${words.colon}${rule.clause}`),
    el("p", {}, `${words.source}${words.colon}${rule.sources[rule.source[i]]}`),
  );
}

/** What would mend a failing rule by itself: more or less of a figure, or land given back. */
function mend(rule, i, lang) {
  const words = WORDS[lang],
    change = at(rule.change, i),
    land = at(rule.land, i);
  if (change === null) return null;
  const sign = change < 0 ? "−" : "+";
  const figure = `${rule.mend[lang === "en" ? 1 : 0]} ${sign}${number(Math.abs(change))}`;
  const back = land === null ? "" : `${words.or} ${number(land, 4)} ${words.mu}`;
  return el("p", { class: "mujun-mend" }, `${words.mend}${words.colon}${figure}${back}`);
}

function arithmetic(rule, i, lang) {
  const words = WORDS[lang];
  const unit = rule.unit[lang === "en" ? 1 : 0];
  const value = at(rule.value, i),
    low = at(rule.low, i),
    high = at(rule.high, i),
    gap = at(rule.gap, i);
  if (low === null && high === null) return "";
  const limit = [
    ["low", low],
    ["high", high],
  ]
    .filter(([, end]) => end !== null)
    .map(([side, end]) => `${signOf(side, rule.ends[i])} ${number(end, 6)}`)
    .join(words.and);
  const digits = Math.max(2, rule.decimals); // a figure is judged as it is shown
  const shown = `${words.value} ${number(value, digits)} · ${words.threshold} ${withUnit(limit, unit)}`;
  if (gap === null) return shown;
  return `${shown} · ${gap < 0 ? words.short : words.over} ${number(Math.abs(gap), digits)}`;
}
