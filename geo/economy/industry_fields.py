"""Parks, enterprises and money by field of industry (`[project] fields`, `geo.industry_fields`).

The field of a park is, in this order: what it declares (领域); the one field of all its leading
industries; the field with most of the revenue on its land. What the other evidence says stands
beside it, and a difference is a note, never a correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Series
from geo.economy.allocate import UNITS, Allocation
from geo.economy.growth import compound
from geo.economy.intensity import figures, wide
from geo.industry_fields import (
    NO_CODE,
    NO_DATA,
    OUTSIDE,
    UNDECIDED,
    UNLISTED,
    WITHOUT_FIELD,
    IndustryFields,
    declared_field,
    field_of,
    field_of_all,
)
from geo.model import MU_M2
from geo.project import Settings
from geo.text import Message, Wording, join

MONEY = ("revenue", "value_added", "tax")
"""Measures that are shown by field."""
EVIDENCE: dict[str, Wording] = {
    "declared": Message("field_evidence.declared"),
    "leading": Message("field_evidence.leading"),
    "revenue": Message("field_evidence.revenue"),
    "unread": Message("field_evidence.unread"),
    "tie": Message("field_evidence.tie"),
    "open": Message("field_evidence.open"),
    "outside": Message("field_evidence.outside"),
    "no_revenue": Message("field_evidence.no_revenue"),
}
"""What a park's field rests on, or why it has none."""

PARK_FIELDS = (
    "park_id",
    "field_id",
    "enterprises",
    "land_mu",
    *(name for measure in MONEY for name in (measure, f"{measure}_per_mu")),
    "revenue_share",
    "missing",
)
"""A row a park and field: what enterprises of the field have on the park's land."""

COUNTED = ("field_id", "enterprises", "land_mu")
"""What is counted by field in each part of a run."""

FIELDS = (
    "field_id",
    "title_zh",
    "title_en",
    "parks",
    "published_parks",
    "enterprises",
    "land_mu",
    *MONEY,
    *(f"{measure}_per_mu" for measure in MONEY),
    *(f"{measure}_beside" for measure in MONEY),
    *(f"{measure}_share" for measure in MONEY),
    "land_share",
    "year_before",
    *(f"{measure}_before" for measure in MONEY),
    *(f"{measure}_missing" for measure in MONEY),
    *(f"{measure}_growth" for measure in MONEY),
    *(f"{measure}_per_mu_growth" for measure in MONEY),
    "field_table",
    "citation",
    "published_citation",
)
"""A row a field, then one for each reason to have none."""


def with_field(subjects: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The subjects with `field_id` of their `industry_code`; as they are without a table of fields.

    Without a column of codes there is nothing to tell the field of a parcel by.
    """
    if settings.fields is None or "industry_code" not in subjects:
        return subjects
    return subjects.assign(field_id=field_of(settings.fields, subjects["industry_code"]))


def enterprise_fields(
    enterprise_ids: Series, enterprises: pd.DataFrame | None, settings: Settings
) -> Series:
    """The field of each of these enterprises; `NO_CODE` of one that no table lists."""
    if settings.fields is None or enterprises is None or "industry_code" not in enterprises:
        return pd.Series(NO_CODE, index=enterprise_ids.index, dtype="str")
    listed = enterprises.drop_duplicates("enterprise_id").set_index("enterprise_id")
    fields = field_of(settings.fields, listed["industry_code"])
    return enterprise_ids.map(fields).fillna(NO_CODE).astype("str")


def park_fields(
    allocation: Allocation,
    enterprises: pd.DataFrame | None,
    parcels: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """What enterprises of each field have on the land of each park in the year (`PARK_FIELDS`).

    `allocation` holds the rows on these parcels. `missing` are rows that do not report revenue.
    """
    if settings.fields is None or not len(allocation.rows):
        return _empty(PARK_FIELDS)
    now = allocation.only(allocation.rows["year"] == settings.year)
    park = now.rows["parcel_id"].map(parcels.set_index("parcel_id")["park_id"])
    field = enterprise_fields(now.rows["enterprise_id"], enterprises, settings)
    number, pairs = pd.factorize(pd.MultiIndex.from_arrays([park.astype("str"), field]))
    ids = pd.Series(number, index=now.rows.index).where(park.notna())
    out = _summed(now, ids, settings.year)
    out.insert(0, "park_id", [pairs[int(at)][0] for at in out.index])  # rows-ok: parks by field
    out.insert(1, "field_id", [pairs[int(at)][1] for at in out.index])  # rows-ok: parks by field
    whole = out.groupby("park_id")["revenue"].transform("sum")
    out["revenue_share"] = out["revenue"] / whole.where(whole > 0)
    order = list(settings.fields.titles)
    place = {name: at for at, name in enumerate(dict.fromkeys(parcels["park_id"].astype("str")))}
    rank = np.lexsort((out["field_id"].map(order.index), out["park_id"].map(place)))
    return out.reindex(columns=list(PARK_FIELDS)).iloc[rank].reset_index(drop=True)


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    """No rows: ids and titles are text, all else numbers."""
    texts = ("_id", "title_zh", "title_en", "field_table", "citation")
    return pd.DataFrame(
        {name: pd.Series(dtype="str" if name.endswith(texts) else "float64") for name in columns}
    )


def _summed(allocation: Allocation, ids: Series, year: int) -> pd.DataFrame:
    """Enterprises, land in use and money of the year by id; each parcel's land counts once."""
    held = replace(allocation, rows=allocation.rows.assign(land=1.0), measures=("land",))
    land = figures(held, "park", ids, None, "occupied").set_index("subject_id")["land_m2"]
    firms = pd.DataFrame({"id": ids, "firm": allocation.rows["enterprise_id"]}).dropna()
    table = figures(allocation, "park", ids, None, "occupied")
    money = wide(table, year)
    out = firms.drop_duplicates().groupby("id").size().to_frame("enterprises")
    out["land_mu"] = land / MU_M2
    for name in (*MONEY, *(f"{measure}_per_mu" for measure in MONEY)):
        out[name] = money.get(name, np.nan)
    silent = table[table["measure"] == "revenue"].set_index("subject_id")["missing"]
    return out.assign(missing=silent.reindex(out.index).fillna(0).astype("int64"))


# The field of a park


def parks_by_field(
    parks: gpd.GeoDataFrame,
    usable: Frames,
    allocation: Allocation,
    firms: pd.DataFrame,
    settings: Settings,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, dict[str, pd.DataFrame]]:
    """The parks with their field, findings, and the tables by field; as they are without a table.

    `allocation` holds the rows on the usable parcels, `firms` the part's own enterprises.
    """
    registered = usable.get("enterprises")
    held = park_fields(allocation, registered, usable["parcels"], settings)
    out, found = with_park_fields(parks, held, settings)
    counts = field_counts(allocation, registered, firms, settings)
    return out, found, {"fields": counts, "park_fields": held}


def with_park_fields(
    parks: gpd.GeoDataFrame, by_field: pd.DataFrame, settings: Settings
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The parks with their field, what it rests on and what each evidence says; and findings.

    `by_field` is what `park_fields` makes. `field_id` is missing where `field_evidence` says why.
    """
    table = settings.fields
    if table is None:
        return parks, findings.no_findings()
    nothing = pd.Series(pd.NA, index=parks.index, dtype="str")
    declared, unread = declared_field(table, parks.get("field", nothing))
    leading = field_of_all(table, parks.get("leading_industries", nothing))
    settled = _by_revenue(by_field, table).reindex(parks["park_id"].astype("str"))
    settled.index = parks.index
    revenue = settled["field_id"].astype("str")
    field = declared.fillna(leading.fillna(revenue).mask(unread))
    why = settled["field_evidence"].fillna("no_revenue").astype("str")
    by = np.select(
        [declared.notna(), unread, leading.notna()], ["declared", "unread", "leading"], why
    )
    keys = pd.MultiIndex.from_arrays([parks["park_id"].astype("str"), field.fillna("")])
    shares = by_field.set_index(["park_id", "field_id"])["revenue_share"].reindex(keys)
    out = parks.assign(
        field_id=field,
        field_evidence=by,
        field_declared=declared,
        field_of_leading=leading,
        field_of_revenue=revenue,
        field_share=shares.to_numpy(dtype=float),
    )
    return out, findings.gather_findings([_unread(out, unread, table), *_differing(out, table)])


def _by_revenue(by_field: pd.DataFrame, table: IndustryFields) -> pd.DataFrame:
    """By park the field with most revenue, or why none can be told: `field_id`, `field_evidence`.

    The first field must be ahead of the second, of all that is of no field, and of either with all
    revenue whose field is unknown: 50 and 30 of 100, with 20 unknown, might be a tie.
    """
    units = (by_field["revenue"].fillna(0) * UNITS).round().astype("int64")
    rows = by_field[["park_id", "field_id"]].assign(units=units)
    real = rows[rows["field_id"].isin(list(table.field))]
    real = real.sort_values("units", ascending=False, kind="stable")
    order = real.groupby("park_id").cumcount()
    every = pd.Index(by_field["park_id"].unique(), name="park_id")
    first, second = (real[order == at].set_index("park_id").reindex(every) for at in (0, 1))
    top, next_units = (one["units"].fillna(0).astype("int64") for one in (first, second))
    unknown, other = (
        rows[rows["field_id"].isin(kinds)]
        .groupby("park_id")["units"]
        .sum()
        .reindex(every)
        .fillna(0)
        for kinds in ((UNDECIDED, NO_CODE), (OUTSIDE, UNLISTED))
    )
    rival = np.maximum(next_units, other)
    why = np.select(
        [
            top + unknown + other <= 0,
            top > rival + unknown,
            (unknown > 0) & (top + unknown >= rival),
            (top == next_units) & (top >= other),
        ],
        ["no_revenue", "revenue", "open", "tie"],
        "outside",
    )
    field = first["field_id"].where(pd.Series(why == "revenue", index=every))
    return pd.DataFrame({"field_id": field, "field_evidence": why}, index=every)


def _unread(parks: pd.DataFrame, unread: Series, table: IndustryFields) -> pd.DataFrame:
    return findings.about_rows(
        parks,
        unread,
        layer="parks",
        key="park_id",
        code="field_unread",
        severity="warning",
        value=parks.get("field"),
        message=Message("industry_fields.unread"),
        mend=Message("industry_fields.write_one_of", known=_names(table)),
    )


def _names(table: IndustryFields) -> Wording:
    return join([one.title for one in table.field.values()])


def _differing(parks: pd.DataFrame, table: IndustryFields) -> Iterator[pd.DataFrame]:
    """A note a park and evidence that says another field than the one it has."""
    for evidence in ("leading", "revenue"):
        found = parks[f"field_of_{evidence}"]
        differs = parks["field_id"].notna() & found.notna() & (found != parks["field_id"])
        for name in found[differs].unique():
            yield findings.about_rows(
                parks,
                differs & (found == name),
                layer="parks",
                key="park_id",
                code="field_differs",
                severity="info",
                message=Message(
                    "industry_fields.differs",
                    evidence=EVIDENCE[evidence],
                    field=table.field[str(name)].title,
                ),
                mend=Message("industry_fields.check_field"),
            )


# The whole by field


def field_counts(
    allocation: Allocation,
    enterprises: pd.DataFrame | None,
    listed: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """Enterprises and land in use by field (`COUNTED`), of a part whose parcels have these rows.

    `listed` are the part's own enterprises, with or without land.
    """
    if settings.fields is None:
        return _empty(COUNTED)
    count = enterprise_fields(listed["enterprise_id"], enterprises, settings).value_counts()
    now = allocation.only(allocation.rows["year"] == settings.year)
    ids = enterprise_fields(now.rows["enterprise_id"], enterprises, settings)
    land = _summed(now, ids, settings.year)["land_mu"] if len(ids) else pd.Series(dtype="float64")
    both = pd.DataFrame({"enterprises": count, "land_mu": land})
    return both.fillna(0).rename_axis("field_id").reset_index().astype({"enterprises": "int64"})


def counts_of_all(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The counts of all parts by field."""
    return pd.concat(parts, ignore_index=True).groupby("field_id").sum().reset_index()


def field_table(
    counts: pd.DataFrame, sums: pd.DataFrame, parks: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Every field with its parks, enterprises, land and money (`FIELDS`); no rows without a table.

    `counts` is `field_counts` over all parts, `sums` the table of figures. A share is of all that
    enterprises report, those without land among them; the rows of money add up to the project's.
    """
    table = settings.fields
    if table is None:
        return _empty(FIELDS)
    of_field = sums[sums["subject"] == "field"]
    out = counts.set_index("field_id")[["enterprises", "land_mu"]]
    now, ids = wide(of_field, settings.year), list(table.field)
    beside = _beside(of_field, settings.year)
    rows = [*ids, *(name for name in WITHOUT_FIELD if name in now.index or name in out.index)]
    without = int(parks["field_id"].isna().sum())
    rows += [NO_DATA] if without else []
    out = out.reindex(rows).fillna({"enterprises": 0, "land_mu": 0.0})
    own = parks["field_id"].value_counts()
    titles = table.titles
    published = table.published.counts if table.published else {}
    known = now.columns
    columns = {
        "title_zh": [titles[name].zh for name in rows],
        "title_en": [titles[name].en for name in rows],
        "parks": [without if name == NO_DATA else int(own.get(name, 0)) for name in rows],
        "published_parks": pd.array([published.get(name) for name in rows], dtype="Int64"),
        **{name: now[name] for name in (*MONEY, *_rates()) if name in known},
        **{f"{name}_beside": beside[name] for name in MONEY if name in beside},
        "field_table": table.status,
        "citation": table.citation,
        "published_citation": table.published.citation if table.published else "",
    }
    out = out.assign(**columns)
    land = out["land_mu"].sum()
    out["land_share"] = out["land_mu"] / (land if land > 0 else np.nan)
    for measure in MONEY:
        if measure in out:
            total = out[measure].fillna(0) + out[f"{measure}_beside"].fillna(0)
            out[f"{measure}_share"] = total / (total.sum() if total.sum() > 0 else np.nan)
    shares = [name for name in out if str(name).endswith("_share")]
    out.loc[out.index == NO_DATA, shares] = np.nan
    out = _since(out, of_field, settings).astype({"enterprises": "int64"})
    return out.rename_axis("field_id").reset_index().reindex(columns=list(FIELDS))


def _rates() -> list[str]:
    return [f"{measure}_per_mu" for measure in MONEY]


def _beside(of_field: pd.DataFrame, year: int) -> pd.DataFrame:
    now = of_field[of_field["year"] == year]
    return now.pivot(index="subject_id", columns="measure", values="beside_value")


def _since(out: pd.DataFrame, of_field: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """With the sums of the earlier year, and the yearly growth of sums and figures per mu.

    `*_missing` are the rows of both years that do not report: with any, the sum has no growth.
    """
    first, last = settings.compare_to, settings.year
    if first is None:
        return out
    then = wide(of_field, first)
    before = {f"{name}_before": then[name] for name in MONEY if name in then}
    both_years = of_field[of_field["year"].isin([first, last])]
    silent = both_years.groupby(["subject_id", "measure"])["missing"].sum().unstack("measure")
    missing = {f"{name}_missing": silent[name] for name in MONEY if name in silent}
    grown = compound(of_field, first, last, "value")
    grown.columns = grown.columns.str.replace("_per_mu_growth", "_growth")
    both = grown.join(compound(of_field, first, last), how="outer")
    return out.assign(
        year_before=first, **before, **missing, **{str(name): both[name] for name in both}
    )
