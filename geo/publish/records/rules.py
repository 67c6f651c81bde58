"""Verdicts as they are said: the arithmetic against the limit, the reason, what would mend a fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints
from geo.economy.production import FULL_YEARS
from geo.evaluate.compliance_options import rule_changes, target_changes
from geo.model import LAYERS, MEASURES, Indicator, gap_unit, show_unit
from geo.model.currency import in_millions
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.records.numbers import known, limit, number, rounded, short, text, with_unit
from geo.publish.records.tables import Row, about
from geo.standards.cited import said_in
from geo.standards.codes import RuleCodes, VerdictCodes
from geo.standards.flat_cells import NO_CELL
from geo.standards.vocabulary import REASONS, VERDICT_CODES, VERDICTS
from geo.text import Message, Wording

T = TypeVar("T", bound=Any)
OPTION_DECIMALS = 2
"""Of a figure that is to be added or taken off."""
LAND_DECIMALS = 4
"""Of 亩 to be given back."""

_MEASURES = frozenset(column.name for column in MEASURES)
_SUM_SIGNS = {"pass": "✓", "fail": "✗"}


@dataclass(frozen=True)
class OptionLine:
    """The smallest change that would pass a failing rule by itself, rounded so that it is enough.

    `change` is added to `quantity` (below zero: taken off), which is then `reached`; `land_mu` is
    the 亩 to be given back instead, missing where land is no way.
    """

    quantity: str
    change: float
    reached: float
    land_mu: float | None
    text: str


@dataclass(frozen=True)
class RuleLine:
    """One verdict in the reader's language; `id`, `indicator` and `verdict` are codes."""

    id: str
    indicator: str
    title: str
    verdict: str
    word: str
    reason: str
    arithmetic: str
    value: str
    limit: str
    gap: float
    option: OptionLine | None
    industry_row: str
    cell: str
    clause: str
    citation: str

    @property
    def row(self) -> str:
        """The row of the document's table that applies, and what its cell prints."""
        return f"{self.industry_row} {self.cell}".rstrip()


def judged_rules(
    verdicts: pd.DataFrame, subject: str, catalogue: dict[str, Indicator]
) -> pd.DataFrame:
    """Verdicts on parcels or enterprises, with what would mend each failing one.

    `mend_change` and `mend_land_mu` are rounded away from zero to what is shown of them: a
    neighbour that adds what is printed passes. 603.0641 more is 603.07, 1.72301 亩 are 1.7231.
    """
    judged = about(verdicts, subject).reset_index(drop=True)
    return judged.assign(**mends(judged, catalogue))


def mends(judged: pd.DataFrame, catalogue: dict[str, Indicator]) -> dict[str, pd.Series[float]]:
    """`mend_change` and `mend_land_mu` of rows of the long table, as `judged_rules` has them."""
    options = target_changes(judged, catalogue)
    return {
        "mend_change": _enough(options["mend_change"], OPTION_DECIMALS),
        "mend_land_mu": _enough(options["mend_land_mu"], LAND_DECIMALS),
    }


def rule_mends(
    rule: RuleCodes, fails: Ints, catalogue: dict[str, Indicator]
) -> tuple[Floats, Floats]:
    """The same, an array each, of the subjects `fails` of one rule."""
    change, land = rule_changes(rule, fails, catalogue.get(rule.indicator))
    return _enough(change, OPTION_DECIMALS), _enough(land, LAND_DECIMALS)


def _enough(change: T, decimals: int) -> T:
    """Changes rounded away from zero; noise of floats is no change."""
    scale = 10.0**decimals
    out: T = np.copysign(np.ceil(np.abs(change) * scale - 1e-6) / scale, change)
    return out


def rule_line(row: Row, settings: Settings, subject: Row | None = None) -> RuleLine:
    """One row of `judged_rules` as it is said; `subject` is the parcel or enterprise, if at hand."""
    lang = settings.lang
    unit = show_unit(text(row["unit"]), lang, settings.currency)
    return RuleLine(
        id=str(row["rule_id"]),
        indicator=str(row["indicator"]),
        title=column_title(str(row["indicator"]), str(row["subject"]), settings),
        verdict=str(row["verdict"]),
        word=VERDICTS[row["verdict"]](lang),
        reason=_reason(row, subject or {})(lang),
        arithmetic=_arithmetic(row, settings),
        value=number(row["value"], int(row["decimals"])),
        limit=limit(row["operator"], row["threshold"], row["threshold_high"], unit, lang),
        gap=row["gap"],
        option=_option(row, settings),
        industry_row=text(row["industry_row"]),
        cell="" if row["cell_text"] == NO_CELL else text(row["cell_text"]),
        clause=text(row["clause"]),
        citation=said_in(text(row["citation"]), lang),
    )


def _reason(row: Row, subject: Row) -> Wording:
    """Why the verdict is what it is; of a figure over five years, what of it is missing."""
    if row["reason"] == "input_missing":
        indicator = str(row["indicator"])
        years = subject.get(f"{indicator}_years")
        if indicator == FULL_YEARS or (f"{indicator}_years" in subject and not known(years)):
            return Message("verdict_reason.no_first_production")
        if years is not None:
            return Message("verdict_reason.five_years", years=int(years))
    return REASONS[row["reason"]]


def column_title(name: str, subject: str, settings: Settings, *, unit: bool = True) -> str:
    """What a column is called where it is about a parcel (总建筑面积) or another subject.

    A building's 建筑面积 bears the same name in the tables as the sum of a parcel's.
    """
    if subject == "parcel" and name in LAYERS["parcels"].by_name and name not in _MEASURES:
        column = LAYERS["parcels"].by_name[name]
        return column.label(settings.lang, settings.currency) if unit else column(settings.lang)
    return heading(name, settings.lang, settings.currency, settings.rule_figures, unit=unit)


def _arithmetic(row: Row, settings: Settings) -> str:
    """The computation with its inputs: a ÷ b × scale = value ≥ threshold."""
    indicator = settings.rule_figures.get(row["indicator"])
    if indicator is None or not known(row["value"]):
        return ""
    places, subject = int(row["decimals"]), str(row["subject"])
    above = f"{column_title(indicator.numerator, subject, settings)} {short(row['numerator'])}"
    below = ""
    if indicator.denominator != "1":  # a total is divided by nothing
        title = column_title(indicator.denominator, subject, settings)
        below = f" ÷ {title} {short(row['denominator'])}"
    times = f" × {indicator.scale:g}" if indicator.scale != 1 else ""
    unit = show_unit(text(row["unit"]), settings.lang, settings.currency)
    figure = number(row["value"], places)
    # Beside a threshold in millions stands the value in millions.
    shown = f"{above}{below}{times} = {in_millions(figure, unit) or figure}"
    asked = limit(row["operator"], row["threshold"], row["threshold_high"], unit, settings.lang)
    if asked:
        shown = f"{shown} {asked} {_SUM_SIGNS.get(row['verdict'], '')}".rstrip()
    if row["reason"] == "rounded":  # the figure before rounding would be judged otherwise
        exact = number(row["numerator"] / row["denominator"] * indicator.scale, places + 3)
        shown += Message("explain.before_rounding", figure=exact)(settings.lang)
    return shown


def _option(row: Row, settings: Settings) -> OptionLine | None:
    change, land = row["mend_change"], row["mend_land_mu"]
    indicator = settings.rule_figures.get(row["indicator"])
    if indicator is None or not known(change):
        return None
    quantity = column_title(indicator.numerator, str(row["subject"]), settings)
    reached = float(rounded(row["numerator"] + change, OPTION_DECIMALS))
    sentence = Message(
        "records.add" if change > 0 else "records.take_off",
        quantity=quantity,
        amount=number(abs(change), OPTION_DECIMALS),
        reached=number(reached, OPTION_DECIMALS),
    )
    if not known(land):
        return OptionLine(quantity, change, reached, None, sentence(settings.lang))
    back = number(land, LAND_DECIMALS)
    sentence = Message("records.or_give_back", change=sentence, land=back)
    return OptionLine(quantity, change, reached, land, sentence(settings.lang))


@dataclass(frozen=True)
class RuleCount:
    """How many parcels one rule passes, fails, …: `counts` by verdict, and the 亩 that fail.

    `name` is the title without its unit; `gap` how far the median failing parcel is from its limit,
    with the unit, empty where none fails by a figure.
    """

    id: str
    title: str
    name: str
    gap: str
    counts: dict[str, int]
    fail_mu: float
    clause: str
    citations: tuple[str, ...]


def rule_counts(
    verdicts: VerdictCodes, parcels: pd.DataFrame, settings: Settings
) -> tuple[RuleCount, ...]:
    """Each rule over these parcels, in the order of the verdicts; of these only theirs are read."""
    parcels = parcels[parcels["area_mu"].notna()]
    own = verdicts.of_ids("parcel", parcels["parcel_id"])
    land = parcels.set_index("parcel_id")["area_mu"]
    area = [land.reindex(pd.Index(kind.ids)).to_numpy(float) for kind in own.kinds]
    by_rule: dict[str, list[RuleCodes]] = {}
    for rule in own:
        if rule.told.any():
            by_rule.setdefault(rule.id, []).append(rule)
    return tuple(_rule_count(rules, area[0], settings) for rules in by_rule.values())


def _rule_count(rules: list[RuleCodes], area: Floats, settings: Settings) -> RuleCount:
    """What rules of one name say of the parcels that they are for; `area` is of all, 亩."""
    first, told = rules[0], [rule.told for rule in rules]

    def of_told(values: list[Any]) -> Any:
        return np.concatenate([own[mask] for own, mask in zip(values, told, strict=True)])

    verdict, land = of_told([rule.verdict for rule in rules]), of_told([area] * len(rules))
    failing = verdict == VERDICT_CODES["fail"]
    gap = np.abs(of_told([rule.gap for rule in rules])[failing])
    counts = np.bincount(verdict, minlength=len(VERDICTS)).tolist()
    unit = show_unit(gap_unit(text(first.unit)), settings.lang, settings.currency)
    return RuleCount(
        id=first.id,
        title=column_title(first.indicator, "parcel", settings),
        name=column_title(first.indicator, "parcel", settings, unit=False),
        gap=with_unit(number(pd.Series(gap).median()), unit),
        counts={name: counts[code] for name, code in VERDICT_CODES.items()},
        fail_mu=float(land[failing].sum()),
        clause=text(first.clause),
        citations=tuple(
            sorted(
                {
                    said_in(str(rule.cells["citation"].iloc[cell]), settings.lang)
                    for rule, mask in zip(rules, told, strict=True)
                    for cell in np.unique(rule.cell[mask])
                }
            )
        ),
    )


@dataclass(frozen=True)
class VerdictCount:
    """Parcels and 亩 of one verdict over all rules."""

    verdict: str
    word: str
    parcels: int
    mu: float


def verdict_counts(parcels: pd.DataFrame, lang: str) -> tuple[VerdictCount, ...]:
    """Parcels by their overall verdict; every verdict, those without parcels too."""
    land = parcels.groupby("compliance")["area_mu"].agg(["size", "sum"])
    return tuple(
        VerdictCount(
            name, word(lang), int(land["size"].get(name, 0)), float(land["sum"].get(name, 0.0))
        )
        for name, word in VERDICTS.items()
    )
