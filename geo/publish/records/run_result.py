"""What a run found, in one record: terminal, `--json`, `run.json` and the start page lay it out.

Nothing is worked out here that a table holds: figures are those of `figures`, `benchmarks`,
`park_targets`, `conserved` and `rows_read`; counts over all rows come with `RunCounts`, so that a
run whose rows went to disk part by part has the same record.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from geo import findings
from geo.economy.growth import LAND_OF_ALL, changes
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.idle_land import IDLE_BY_LAW, IDLE_STATES
from geo.evaluate.plan import Benchmark
from geo.model import INDICATORS, LAYERS, MEASURES, MU_M2, PER_MU, gap_unit, show_unit
from geo.project import Settings
from geo.publish.records.comparable import NOT_COMPARED, comparable_lines
from geo.publish.records.counts import RunCounts, run_counts
from geo.publish.records.fields import FieldsResult, fields_result
from geo.publish.records.numbers import known
from geo.publish.records.result_lines import (
    FindingKind,
    GradeShare,
    IdleShare,
    LayerRows,
    MeasureResult,
    MoneyLine,
    ParkTarget,
    ReasonLine,
    RuleOutcome,
    TargetResult,
    VerdictShare,
)
from geo.publish.records.rules import column_title
from geo.publish.records.tables import Row
from geo.publish.records.targets import TargetLine, lines_by_park, project_lines
from geo.publish.words import BASES, LAND, SEVERITIES
from geo.run import Run
from geo.run.kept import kept
from geo.standards.asof import days_text
from geo.standards.outcome import Outcome, cause, mend, ordered
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Text, Wording, join
from geo.text.as_json import Json

FIRST = 3
"""Reasons for fail, and reasons for no verdict, that are told: the commonest."""
FIRST_FINDINGS = 5
"""Kinds of findings that are told: errors before warnings, then the commonest."""
BEGIN = ("index.html", "map.html", "assessment.xlsx", "findings.xlsx")
"""Where to begin: these of the files, in this order."""
NOT_CHECKED = "not_checked"
"""The word for parcels that no mandatory rule is for, beside those of `VERDICTS`."""


@dataclass(frozen=True)
class RunResult:
    """A run in the reader's language; see the classes of its lines.

    `earlier_year` is `[project] compare_to`, else the last year before the project's that has
    figures; 0 without one. `published_title` and `published_citation` say whose means stand
    beside the figures, empty without a plan that has any. `fields` is None without a table of fields
    of industry.
    """

    title: str
    synthetic: str
    year: int
    earlier_year: int
    area_basis: str
    denominator: str
    published_title: str
    published_citation: str
    parks: int
    parcels: int
    enterprises: int
    mu: float
    judged: str
    verdicts: tuple[VerdictShare, ...]
    rules: tuple[RuleOutcome, ...]
    fails: tuple[ReasonLine, ...]
    undetermined: tuple[ReasonLine, ...]
    grades: tuple[GradeShare, ...]
    idle_as_of: str
    idle: tuple[IdleShare, ...]
    measures: tuple[MeasureResult, ...]
    plan: str
    targets: tuple[TargetResult, ...]
    targets_met: int
    targets_judged: int
    fields: FieldsResult | None
    project_targets: tuple[TargetLine, ...]
    overdue: int
    due_no_data: int
    money: tuple[MoneyLine, ...]
    rows: tuple[LayerRows, ...]
    findings: dict[str, int]
    first_findings: tuple[FindingKind, ...]
    not_computed: tuple[str, ...]
    begin: tuple[str, ...]

    @property
    def pass_share(self) -> float:
        """The land that passes over that which passes or fails; NaN where no land is judged so."""
        land = {line.verdict: line.mu for line in self.verdicts}
        judged = land.get("pass", 0.0) + land.get("fail", 0.0)
        return land.get("pass", 0.0) / judged if judged else math.nan

    @property
    def idle_land(self) -> tuple[int, float]:
        """Parcels and 亩 that are idle by the law; NaN 亩 where no parcel could be judged."""
        if not {line.state for line in self.idle} - {"no_data", "not_listed"}:
            return 0, math.nan
        found = [line for line in self.idle if line.state in IDLE_BY_LAW]
        return sum(line.parcels for line in found), sum(line.mu for line in found)


def run_result(
    run: Run,
    settings: Settings,
    counts: RunCounts | None = None,
    files: Iterable[str] = (),
    left_out: Iterable[Wording] = (),
) -> RunResult:
    """The record of a run.

    Parameters
    ----------
    run
        The run.
    settings
        Those that it was judged by; their `lang` is the reader's.
    counts
        The counts over all rows, where they are not in the run's tables.
    files
        Names of the files that were written, of which `begin` names the first to open.
    left_out
        What such a run does not make, told with what was not computed.

    Examples
    --------
    ``run_result(run, run.settings).verdicts[0].mu``
    """
    counts = run_counts(run) if counts is None else counts
    known = _known(run)
    result = next((one for *by, one in known if by[0] == settings and by[1] is counts), None)
    if result is None:
        result = _result(run, settings, counts)
        known.append((settings, counts, result))
    written = set(files)
    more = (text(settings.lang) for text in left_out)
    return replace(
        result,
        not_computed=(*result.not_computed, *more),
        begin=tuple(name for name in BEGIN if name in written),
    )


@kept
def _known(_: Run) -> list[tuple[Settings, RunCounts, RunResult]]:
    """Records of a run that somebody asked for, by what they are of."""
    return []


def _result(run: Run, settings: Settings, counts: RunCounts) -> RunResult:
    """The record of a run, whatever files there are."""
    lang, plan = settings.lang, run.basis.plan
    verdicts = _verdicts(counts.outcome, lang)
    benchmark = next(iter(plan.benchmarks.values()), None) if plan else None
    targets = _targets(run, settings)
    earlier = _earlier_year(run, settings)
    return RunResult(
        title=settings.title,
        synthetic=settings.synthetic,
        year=settings.year,
        earlier_year=earlier,
        area_basis=BASES[settings.area_basis](lang),
        denominator=LAND[settings.denominator](lang),
        published_title=_benchmark_title(benchmark)(lang),
        published_citation=benchmark.citation if benchmark else "",
        parks=len(run.parks),
        parcels=sum(line.parcels for line in verdicts),
        enterprises=counts.enterprises,
        mu=sum(line.mu for line in verdicts),
        judged=days_text(counts.outcome.days)(lang) if run.basis.packs else "",
        verdicts=verdicts,
        rules=_rules(counts.outcome.rules, settings),
        fails=_reasons(counts.outcome, ("fail",), settings),
        undetermined=_reasons(counts.outcome, ("no_data", "conflict"), settings),
        grades=_grades(counts.grades, lang),
        idle_as_of=settings.idle_day.isoformat(),
        idle=_idle(run, lang),
        measures=_measures(run, earlier, benchmark, settings),
        plan=plan.head.title(lang) if plan else "",
        targets=targets,
        targets_met=sum(target.met for target in targets),
        targets_judged=sum(len(target.parks) for target in targets),
        fields=fields_result(run, settings),
        project_targets=project_lines(run.project_targets, run.plan_progress, plan, settings),
        overdue=int(run.plan_checklist["overdue"].sum()),
        due_no_data=int(run.plan_checklist["overdue"].isna().sum()),
        money=_money(run, settings),
        rows=_rows(run.rows_read, lang),
        findings=_severities(counts.found),
        first_findings=_first_findings(counts.found, lang),
        not_computed=tuple(text(lang) for text in run.basis.not_computed),
        begin=(),
    )


def result_json(result: RunResult) -> dict[str, Json]:
    """The record as JSON: its fields by name; a figure that is missing is null."""
    out: dict[str, Json] = _json(asdict(result))
    return out


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _verdicts(counted: Outcome, lang: str) -> tuple[VerdictShare, ...]:
    """Each verdict without the parcels that no rule is for; these come last, where there are any."""
    rows = counted.verdicts.set_index("verdict")
    unchecked = counted.unchecked.set_index("verdict").reindex(rows.index, fill_value=0)
    left = rows - unchecked
    left.loc[NOT_CHECKED] = unchecked.sum()
    words = VERDICTS | {NOT_CHECKED: Message("run_result.not_checked")}
    whole = float(left["mu"].sum())
    return tuple(
        VerdictShare(
            verdict=str(name),
            word=words[str(name)](lang),
            parcels=int(row["parcels"]),
            mu=float(row["mu"]) if row["parcels"] else 0.0,
            share=float(row["mu"]) / whole if whole and row["parcels"] else 0.0,
        )
        for name, row in left.iterrows()  # rows-ok: verdicts
        if name != NOT_CHECKED or row["parcels"]
    )


def _rules(rules: pd.DataFrame, settings: Settings) -> tuple[RuleOutcome, ...]:
    out = []
    for rule_id, rows in rules.groupby("rule_id", sort=False):  # rows-ok: rules
        first = rows.iloc[0]
        out.append(
            RuleOutcome(
                rule_id=str(rule_id),
                title=column_title(str(first["indicator"]), "parcel", settings),
                counts={name: int(rows[name].sum()) for name in VERDICTS},
                clause=str(first["clause"]),
                citations=tuple(sorted(set(rows["citation"].astype("str")))),
            )
        )
    return tuple(sorted(out, key=lambda rule: rule.rule_id))


def _reasons(
    counted: Outcome, verdicts: tuple[str, ...], settings: Settings
) -> tuple[ReasonLine, ...]:
    rows = counted.reasons[counted.reasons["verdict"].isin(verdicts)]
    return tuple(_reason(row, counted, settings) for row in list(ordered(rows))[:FIRST])


def _reason(row: Row, counted: Outcome, settings: Settings) -> ReasonLine:
    lang = settings.lang
    fails = row["verdict"] == "fail"
    gap, unit = counted.median_gap(row["indicator"]) if fails else (math.nan, "")
    conflict = [VERDICTS["conflict"]] if row["verdict"] == "conflict" else []
    texts = [*conflict, *cause(row, settings.rule_figures)]
    return ReasonLine(
        verdict=str(row["verdict"]),
        word=VERDICTS[row["verdict"]](lang),
        reason=str(row["reason"]),
        indicator=str(row["indicator"]),
        text=Text(" · ".join(t.zh for t in texts), ", ".join(t.en for t in texts))(lang),
        parcels=int(row["parcels"]),
        mu=float(row["mu"]),
        gap=gap,
        unit=show_unit(gap_unit(unit), lang, settings.currency),
        mend=mend(row)(lang),
    )


def _grades(counted: pd.DataFrame, lang: str) -> tuple[GradeShare, ...]:
    rows = {row["grade"]: row for row in counted.to_dict("records")}
    return tuple(
        GradeShare(name, word(lang), int(row["enterprises"]), float(row["mu"]))
        for name, word in GRADE_WORDS.items()
        if (row := rows.get(name)) is not None
    )


def _idle(run: Run, lang: str) -> tuple[IdleShare, ...]:
    """Land of every state, the gravest first; they add up to the land of all parcels."""
    if "land_states" not in run.tables:  # a run of an earlier edition
        return ()
    by = run.land_states.groupby("idle_state", observed=True)
    numbers = ["parcels", "area_mu", "idle_fee", "low_efficiency_mu"]
    rows = by[numbers].sum(skipna=False).to_dict("index")
    return tuple(
        IdleShare(
            state=name,
            word=word(lang),
            parcels=int(row["parcels"]),
            mu=float(row["area_mu"]),
            fee=float(row["idle_fee"]),
            low_efficiency_mu=float(row["low_efficiency_mu"]),
        )
        for name, word in IDLE_STATES.items()
        if (row := rows.get(name)) is not None
    )


def _earlier_year(run: Run, settings: Settings) -> int:
    years = run.about("figures", "project")["year"]
    before = years[years < settings.year]
    last = 0 if before.empty else int(before.max())
    return last if settings.compare_to is None else settings.compare_to


def _benchmark_title(benchmark: Benchmark | None) -> Wording:
    if benchmark is None:
        return Text("", "")
    return Text(benchmark.title_zh, benchmark.title_en or benchmark.title_zh)


def _measures(
    run: Run, earlier_year: int, benchmark: Benchmark | None, settings: Settings
) -> tuple[MeasureResult, ...]:
    """The measures per mu that the project has a figure of, in this year or the earlier one."""
    lang, figures = settings.lang, run.about("figures", "project")
    by = {(row["measure"], int(row["year"])): row for row in figures.to_dict("records")}
    means = benchmark.means if benchmark else {}
    nothing: dict[str, Any] = {
        "per_mu": math.nan,
        "land_m2": math.nan,
        "reporting": 0,
        "missing": 0,
        "land_basis": "",
    }
    grown = changes(figures, earlier_year, settings.year).set_index("measure")["per_mu_change"]
    compared = comparable_lines(run, "project").get("project", {})
    out = []
    for measure in PER_MU:
        this = by.get((measure, settings.year), nothing)
        before = by.get((measure, earlier_year), nothing)
        indicator = INDICATORS[f"{measure}_per_mu"]
        if not known(this["per_mu"]) and not known(before["per_mu"]):
            continue
        out.append(
            MeasureResult(
                measure=measure,
                title=indicator.column(lang),
                unit=show_unit(indicator.unit, lang, settings.currency),
                value=float(this["per_mu"]),
                earlier=float(before["per_mu"]),
                published=means.get(indicator.name, math.nan),
                land_mu=float(this["land_m2"]) / MU_M2,
                reporting=int(this["reporting"]),
                missing=int(this["missing"]),
                growth=float(grown.get(measure, math.nan)),
                short=bool(this["missing"]) and this["land_basis"] in LAND_OF_ALL,
                comparable=compared.get(indicator.name, NOT_COMPARED),
            )
        )
    return tuple(out)


def _targets(run: Run, settings: Settings) -> tuple[TargetResult, ...]:
    table = run.park_targets
    names = dict(zip(table["park_id"].astype("str"), table["name"].astype("str"), strict=True))
    by_target: dict[str, list[ParkTarget]] = {}
    for park_id, lines in lines_by_park(table, run.basis.plan, settings).items():
        for line in lines:
            by_target.setdefault(line.id, []).append(ParkTarget(park_id, names[park_id], line))
    out = []
    for target, parks in by_target.items():
        results = [park.line.result for park in parks]
        first = parks[0].line
        counts = {name: results.count(name) for name in ("met", "not_met", "no_data")}
        # Levels of parks are asked for different values: each stands once.
        limits = list(dict.fromkeys(park.line.limit for park in parks if park.line.limit))
        asked = join(limits)(settings.lang)
        out.append(TargetResult(target, first.title, asked, **counts, parks=tuple(parks)))
    return tuple(out)


def _money(run: Run, settings: Settings) -> tuple[MoneyLine, ...]:
    now = run.conserved[run.conserved["year"] == settings.year]
    by = {row["measure"]: row for row in now.to_dict("records")}
    lang = settings.lang
    return tuple(
        MoneyLine(
            measure=column.name,
            title=column(lang),
            unit=show_unit(column.unit, lang, settings.currency),
            **{name: float(row[name]) for name in ("input", "allocated", "unallocated")},
            set_aside=float(row["set_aside"]),
            balanced=bool(row["balanced"]),
        )
        for column in MEASURES
        if (row := by.get(column.name)) is not None
    )


def _rows(rows: pd.DataFrame, lang: str) -> tuple[LayerRows, ...]:
    return tuple(
        LayerRows(
            layer=str(row["layer"]),
            title=_layer_title(row["layer"], lang),
            **{name: int(row[name]) for name in ("read", "used", "sums", "repeats", "set_aside")},
            balanced=bool(row["balanced"]),
        )
        for row in rows.to_dict("records")  # rows-ok: layers
    )


def _layer_title(name: Any, lang: str) -> str:
    spec = LAYERS.get(str(name))
    return spec.title(lang) if spec else str(name)


def _severities(found: pd.DataFrame) -> dict[str, int]:
    counts = found.groupby("severity")["count"].sum()
    return {name: int(counts.get(name, 0)) for name in SEVERITIES}


def _first_findings(found: pd.DataFrame, lang: str) -> tuple[FindingKind, ...]:
    rows = found.head(FIRST_FINDINGS)
    return tuple(
        FindingKind(
            severity=row["severity"],
            word=SEVERITIES[row["severity"]](lang),
            layer=str(row["layer"]),
            layer_title=_layer_title(row["layer"], lang),
            code=str(row["code"]),
            count=int(row["count"]),
            message=findings.of_group(row)(lang),
            mend=findings.sentence(row, "mend")(lang),
        )
        for _, row in rows.iterrows()  # rows-ok: at most `FIRST_FINDINGS`
    )
