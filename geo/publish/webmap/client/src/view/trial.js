// The box of trials: drag a threshold, a score weight or a grade's share, and see what it does.

import { choice, folding } from "./controls.js";
import { rejudge } from "../judge/judge.js";
import { regrade } from "../judge/grade.js";
import { at, number, signOf } from "../lib/format.js";
import { el } from "../lib/dom.js";

const FAIL = 1;
const GRADES = ["A", "B", "C", "D"];

export class Trial {
  constructor(panel) {
    this.panel = panel;
    this.subject = ""; // "rule:3" or "grades"
    this.row = null;
    this.rules = new Map(); // "rule/row/side" → {rule, row, low or high}
    this.weights = {};
    this.cuts = {};
  }

  get on() {
    return this.rules.size > 0 || this.grading;
  }

  /** Whether weights or cuts are other than the run's. */
  get grading() {
    return Object.keys({ ...this.weights, ...this.cuts }).length > 0;
  }

  /** Number of the rule that is chosen, −1 for none. */
  get rule() {
    return this.subject.startsWith("rule:") ? Number(this.subject.slice(5)) : -1;
  }

  /** The data with verdicts and grades as the trial makes them; untouched without a trial. */
  applied(data) {
    let out = data;
    const codes = new Map();
    if (this.rules.size) {
      const { rules, compliance } = rejudge(data, [...this.rules.values()]);
      out = { ...out, rules, compliance };
      codes.set("compliance", compliance);
      for (const rule of rules) codes.set(`rule:${rule.id}`, rule.verdict);
    }
    if (this.grading) {
      this.regraded = regrade(data.scores, this);
      codes.set("grade", this.regraded.parcels);
    } else this.regraded = null;
    if (!codes.size) return data;
    return {
      ...out,
      themes: data.themes.map((t) => (codes.has(t.id) ? { ...t, codes: codes.get(t.id) } : t)),
    };
  }

  clear() {
    this.rules.clear();
    Object.assign(this, { weights: {}, cuts: {} });
    this.panel.tried();
  }

  box() {
    const { panel } = this,
      { data, words } = panel;
    const rules = (data.rules ?? [])
      .map((rule, r) => [rule, r])
      .filter(([rule]) => ["low", "high"].some((side) => rule[side].some((v) => !Number.isNaN(v))));
    if (!rules.length && !data.scores?.groups) return null;
    const options = [
      ["", words.nothing],
      ...rules.map(([rule, r]) => [`rule:${r}`, `${panel.pick(rule)}（${rule.pack}）`]),
      ...(data.scores?.groups ? [["grades", words.trialGrade]] : []),
    ];
    return folding(
      panel,
      "trial",
      "mujun-trial",
      words.trial,
      choice("mujun-trial-subject", "", options, this.subject, (subject) => this.choose(subject)),
      ...this.controls(),
      el("div", { class: "mujun-said" }, ...this.said()),
    );
  }

  choose(subject) {
    Object.assign(this, { subject, row: null });
    this.panel.opened("trial", true);
    const id = this.rule < 0 ? "grade" : `rule:${this.panel.data.rules[this.rule].id}`;
    const theme = this.panel.data.themes.findIndex((t) => t.id === id);
    if (subject && theme >= 0) this.panel.theme = theme;
    this.panel.render();
  }

  controls() {
    if (this.subject === "grades") return this.gradeControls();
    return this.rule < 0 ? [] : this.ruleControls(this.rule);
  }

  ruleControls(r) {
    const { panel } = this,
      { words } = panel,
      rule = panel.data.rules[r];
    const rows = rule.industries
      .map((name, row) => [row, name || "—"])
      .filter(([row]) =>
        rule.industry.some(
          (v, i) => v === row && !(Number.isNaN(rule.low[i]) && Number.isNaN(rule.high[i])),
        ),
      );
    const out =
      rows.length > 1
        ? [
            choice(
              "mujun-trial-row",
              words.rowOf,
              [["", words.everyRow], ...rows],
              this.row ?? "",
              (row) => {
                this.row = row === "" ? null : Number(row);
                panel.render();
              },
            ),
          ]
        : [];
    for (const side of ["low", "high"]) {
      const takes = (v, i) =>
        !Number.isNaN(v) && (this.row === null || rule.industry[i] === this.row);
      const own = rule[side].filter(takes),
        first = rule[side].findIndex(takes);
      if (!own.length) continue;
      const key = `${r}/${this.row ?? ""}/${side}`,
        now = this.rules.get(key)?.[side] ?? own.reduce((a, b) => Math.max(a, b), -Infinity);
      const most = Math.max(2 * now, ...own.slice(0, 1).map((v) => 2 * v), 10 ** -rule.decimals);
      out.push(
        slider(
          `mujun-trial-${side}`,
          `${signOf(side, rule.ends[first])} ${rule.unit[panel.at]}`,
          now,
          most,
          10 ** -rule.decimals,
          (value) => {
            this.rules.delete(key); // what was set last counts, so it stands last
            this.rules.set(key, { rule: r, row: this.row, [side]: value });
            panel.tried();
          },
        ),
      );
    }
    return out;
  }

  gradeControls() {
    const { panel } = this,
      { words } = panel,
      { groups, grading } = panel.data.scores,
      out = [];
    const several = groups.length > 1;
    for (const group of groups) {
      if (group.family === "rank") continue; // its value orders, a weight changes nothing
      out.push(
        el(
          "p",
          { class: "mujun-note" },
          `${words.weights}${several ? ` · ${panel.pick(group)}` : ""}`,
        ),
      );
      for (const item of group.items) {
        const key = `${group.id}/${item.indicator}`,
          now = this.weights[key] ?? item.weight ?? 0;
        out.push(
          slider(`mujun-weight-${key}`, panel.pick(item), now, Math.max(100, now), 0.1, (value) => {
            this.weights[key] = value;
            panel.tried();
          }),
        );
      }
    }
    const side = grading.by === "share" ? "to" : "least";
    const cuts =
      grading.by === "none" ? [] : grading.cuts.filter((c) => c[side] !== null && c.to !== 100);
    if (cuts.length)
      out.push(
        el("p", { class: "mujun-note" }, grading.by === "share" ? words.shares : words.points),
      );
    for (const cut of cuts) {
      out.push(
        slider(
          `mujun-cut-${cut.name}`,
          cut.name,
          this.cuts[cut.name] ?? cut[side],
          Math.max(100, 2 * cut[side]),
          0.1,
          (value) => {
            this.cuts[cut.name] = value;
            panel.tried();
          },
        ),
      );
    }
    return out;
  }

  /** What the trial does: who fails, 亩 and tax, against the run. */
  said() {
    const { panel } = this,
      { data, now, words } = panel;
    if (!this.on) return [];
    const out = [el("p", { class: "mujun-tried", role: "status" }, words.tried)];
    const row = (name, before, after) =>
      el(
        "p",
        { class: "mujun-outcome", "data-of": name },
        `${name} `,
        el("b", {}, `${number(after.parcels)} ${words.parcels}`),
        ` · ${number(after.mu)} ${words.mu}` +
          `${after.tax === null ? "" : ` · ${words.tax} ${number(after.tax)}`}（${words.was} ${number(before.parcels)} ${words.parcels} · ${number(before.mu)} ${words.mu}）`,
      );
    if (this.rules.size) {
      out.push(row(words.fails, failing(data, data.compliance), failing(data, now.compliance)));
      const r = this.rule;
      if (r >= 0)
        out.push(
          row(
            panel.pick(data.rules[r]),
            failing(data, data.rules[r].verdict),
            failing(data, now.rules[r].verdict),
          ),
        );
    }
    if (this.regraded) {
      const tally = (grade) => GRADES.map((_, g) => grade.reduce((n, v) => n + (v === g), 0));
      const [was, is] = [tally(data.scores.grade), tally(this.regraded.grade)];
      out.push(
        el(
          "p",
          { class: "mujun-outcome", "data-of": "grades" },
          `${words.graded} `,
          GRADES.map((g, k) => `${g} ${number(is[k])}（${words.was} ${number(was[k])}）`).join(
            " · ",
          ),
        ),
      );
    }
    out.push(
      el(
        "button",
        { type: "button", class: "mujun-keep", id: "mujun-reset", onclick: () => this.clear() },
        words.reset,
      ),
    );
    return out;
  }
}

/** Parcels, 亩 and tax of what fails; tax null where no parcel reports it. */
function failing(data, verdict) {
  const taxes = data.columns.find((c) => c.name === data.trial_sum);
  const out = { parcels: 0, mu: 0, tax: null };
  for (let i = 0; i < verdict.length; i++) {
    if (verdict[i] !== FAIL) continue;
    out.parcels++;
    out.mu += at(data.mu, i) ?? 0;
    const tax = taxes ? at(taxes.values, i) : null;
    if (tax !== null) out.tax = (out.tax ?? 0) + tax;
  }
  return out;
}

/** A slider and a box of the same number. */
function slider(id, label, value, most, step, change) {
  const box = el("input", {
    type: "number",
    step: "any",
    min: 0,
    value: Number(value.toFixed(6)),
    id: `${id}-number`,
  });
  const bar = el("input", { type: "range", min: 0, max: most, step, value, id });
  const take = (from, other) => () => {
    const number_ = Number(from.value);
    if (from.value === "" || Number.isNaN(number_)) return;
    other.value = from.value;
    change(number_);
  };
  bar.addEventListener("input", take(bar, box));
  box.addEventListener("change", take(box, bar));
  return el("label", { class: "mujun-slide" }, el("span", {}, label), bar, box);
}
