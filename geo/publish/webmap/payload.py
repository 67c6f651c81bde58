"""What the map's client is told: columns, themes, rules, enterprises, parks, words."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assess import Assessment
from geo.errors import Text
from geo.evaluate.parks import RESULTS, plan
from geo.evaluate.scope import REASONS as GRADE_REASONS
from geo.evaluate.ways import mends
from geo.land.facility_kinds import STATES, title
from geo.land.zone_kinds import CONTROL, kind_names, kinds
from geo.model import INDICATORS, LAYERS, MEASURES, Indicator, show_unit
from geo.project import Settings
from geo.publish.headings import columns as headings
from geo.publish.headings import heading
from geo.publish.style import Theme, legend
from geo.publish.webmap import encode
from geo.publish.webmap.themes import indicator_title, land_columns, of_parcels
from geo.standards.words import REASONS, VERDICTS

_AREAS = ("area_mu", "area_contract_m2", "area_plane_m2", "area_ellipsoid_m2")
_FACTS = ("land_use", "supplied_on", "supply_status", "floor_area_m2",
          "footprint_area_m2", "office_area_m2", "green_area_m2")


def labelled(
    table: pd.DataFrame, currency: str, catalogue: dict[str, Indicator] = INDICATORS
) -> list[tuple[str, Text, Text]]:
    """(column, title, unit) of what a parcel's card shows, in order."""
    known = LAYERS["parcels"].by_name
    columns = [*(headings()[n] for n in _AREAS), *(known[n] for n in _FACTS),
               *(headings()[f"in_{kind}"] for kind in kinds()), *land_columns(table), *MEASURES,
               *(i.column for i in catalogue.values())]
    return [(c.name, Text(c.zh, c.en),
             Text(show_unit(c.unit, "zh", currency), show_unit(c.unit, "en", currency)))
            for c in columns if c.name in table]


def parcel_columns(
    parcels: pd.DataFrame, currency: str = "CNY", catalogue: dict[str, Indicator] = INDICATORS
) -> list[dict[str, Any]]:
    """The card's columns with their values: numbers to six digits, text as it is."""
    out = []
    for name, said, unit in labelled(parcels, currency, catalogue):
        values = parcels[name]
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        shown = encode.floats(values) if numeric else _texts(values)
        out.append({"name": name, "zh": said.zh, "en": said.en, "unit": [unit.zh, unit.en],
                    "values": shown})
    return out


def theme_table(theme: Theme, area_mu: pd.Series[float]) -> dict[str, Any]:
    """A theme for the client, with its legend's counts and 亩."""
    return {"id": theme.id, "zh": theme.title.zh, "en": theme.title.en,
            "note": [theme.note.zh, theme.note.en],
            "group": [theme.group.zh, theme.group.en], "codes": theme.codes,
            "legend": legend(theme, area_mu).to_dict("records")}


def rules(result: Assessment, settings: Settings) -> list[dict[str, Any]]:
    """Each rule on parcels with its citation and, in parcel order, what each was judged."""
    order = {v: i for i, v in enumerate(VERDICTS)}
    reasons = {r: i for i, r in enumerate(REASONS)}
    out = []
    judged = of_parcels(result)
    judged = judged.join(mends(judged, settings.catalogue))
    for rule, rows in judged.groupby("rule_id", sort=False):
        own = rows.set_index(rows["subject_id"].astype("str")).reindex(result.parcels["parcel_id"])
        first = rows.iloc[0]
        title = indicator_title(str(first["indicator"]), settings)
        citations = own["citation"].astype("str").fillna("")
        sources = list(dict.fromkeys(citations))
        out.append({
            "id": rule, "zh": title.zh, "en": title.en,
            "unit": [show_unit(str(first["unit"]), lang, settings.currency)
                     for lang in ("zh", "en")],
            "operator": first["operator"], "clause": first["clause"], "sources": sources,
            "source": citations.map({c: i for i, c in enumerate(sources)}).tolist(),
            "verdict": own["verdict"].map(order).fillna(order["no_data"]).to_numpy(np.uint8),
            "reason": own["reason"].map(reasons).fillna(0).to_numpy(np.uint8),
            "value": encode.exact(own["value"]), "low": encode.exact(own["threshold"]),
            "high": encode.exact(own["threshold_high"]), "gap": encode.exact(own["gap"]),
            "industry": own["industry_row"].astype("str").fillna("").tolist(),
            "mend": _numerator(str(first["indicator"]), settings),
            "change": encode.exact(own["mend_change"]),
            "land": encode.exact(own["mend_land_mu"])})
    return out


def _numerator(name: str, settings: Settings) -> list[str]:
    """What would have to be added to, with its unit, in both languages."""
    indicator = settings.catalogue.get(name)
    column = indicator.numerator if indicator else name
    return [heading(column, lang, settings.currency, settings.catalogue) for lang in ("zh", "en")]


def grades(result: Assessment) -> list[dict[str, Any] | None]:
    """In parcel order, the grade of the main enterprise with what it hangs on; or nothing."""
    own = result.grades[result.grades["subject"] == "enterprise"].set_index("subject_id")
    if own.empty or "main_enterprise_id" not in result.parcels:
        return []
    reasons = GRADE_REASONS
    records: dict[Any, dict[str, Any]] = {
        key: {"grade": row["grade"], "score": encode.numbers([row["score"]])[0],
              "rank": encode.numbers([row["rank"]])[0], "of": encode.numbers([row["of"]])[0],
              "reason": [reasons[row["reason"]].zh, reasons[row["reason"]].en],
              "better": encode.numbers([row["to_better"]])[0],
              "sure": encode.numbers([row["stability"]])[0], "source": row["citation"]}
        for key, row in own.to_dict("index").items()}
    return [records.get(key) for key in result.parcels["main_enterprise_id"]]


def zones(result: Assessment) -> dict[str, Any]:
    """What control lines say of parcels, but for `clear`: one entry a parcel and zone."""
    own = result.zones[(result.zones["subject"] == "parcel") & (result.zones["control"] != "clear")]
    place = pd.Series(range(len(result.parcels)), index=result.parcels["parcel_id"])
    names = kind_names()
    said = own.drop_duplicates("kind")
    order = {name: i for i, name in enumerate(said["kind"])}
    return {
        "kinds": [{"names": [names[r["kind"]].zh, names[r["kind"]].en], "clause": r["clause"],
                   "consequence": [r["consequence_zh"], r["consequence_en"]],
                   "source": r["citation"]} for r in said.to_dict("records")],
        "words": [[name, text.zh, text.en] for name, text in CONTROL.items()],
        "parcel": own["subject_id"].map(place).astype(int).tolist(),
        "kind": own["kind"].map(order).astype(int).tolist(),
        "control": own["control"].map({n: i for i, n in enumerate(CONTROL)}).astype(int).tolist(),
        "share": encode.numbers(own["share"] * 100), "area": encode.numbers(own["overlap_m2"]),
        "name": own["zone_name"].tolist(), "requirement": own["requirement"].tolist()}


def occupiers(result: Assessment, settings: Settings) -> dict[str, Any]:
    """Enterprises of the year: names and ids, and whose parcels they occupy (pairs)."""
    rows = result.allocation
    rows = rows[(rows["year"] == settings.year) & rows["parcel_id"].notna()]
    rows = rows.drop_duplicates(["enterprise_id", "parcel_id"])
    place = pd.Series(range(len(result.parcels)), index=result.parcels["parcel_id"])
    ids = pd.Index(rows["enterprise_id"].unique())
    table = result.enterprises.set_index("enterprise_id").reindex(ids)
    names = table["name"] if "name" in table else pd.Series(ids, index=ids)
    return {"ids": ids.tolist(), "names": names.fillna("").tolist(),
            "enterprise": ids.get_indexer(rows["enterprise_id"]).tolist(),
            "parcel": rows["parcel_id"].map(place).astype(int).tolist()}


def parks(result: Assessment, settings: Settings) -> list[dict[str, Any]]:
    """Park outlines as rings of (lat, lon), with their figures."""
    table = result.parks
    fields = [c for c in table if c.endswith(("_per_mu", "_per_mu_growth"))]
    lines = gpd.GeoSeries(table.geometry).to_crs(4326).simplify(2e-6).boundary.explode()
    rings: dict[Any, list[Any]] = {i: [] for i in table.index}
    for at, line in lines.items():  # rows-ok: one a park
        rings[at].append(np.round(np.asarray(line.coords)[:, 1::-1], 7).tolist())
    out = []
    for at, row in table.iterrows():  # rows-ok: one a park
        facts = [[*_figure_title(c, settings.currency), encode.numbers([row[c]])[0]]
                 for c in fields]
        out.append({"targets": _targets(result, row["park_id"], settings),
                    "facilities": _facilities(result, row["park_id"]),
                    "benchmarks": _benchmarks(result, row["park_id"], settings),
                    "id": str(row["park_id"]), "name": str(row["name"]), "rings": rings[at],
                    "parcels": int(row["parcels"]), "mu": float(round(row["parcel_mu"], 2))
                    if pd.notna(row["parcel_mu"]) else 0.0, "facts": facts})
    return out


def _benchmarks(result: Assessment, park_id: Any, settings: Settings) -> list[dict[str, Any]]:
    """A park's figures beside the published means: title, value, mean, where it is from."""
    own = result.benchmarks[result.benchmarks["park_id"] == park_id]
    return [{"title": list(_figure_title(b["indicator"], settings.currency)),
             "value": encode.numbers([b["value"]])[0], "mean": b["published"],
             "of": [b["title_zh"], b["title_en"]], "source": b["citation"]}
            for b in own.to_dict("records")]


def _facilities(result: Assessment, park_id: Any) -> list[dict[str, Any]]:
    """What a park has of the plan's list: kind, state, how many, the nearest and how far."""
    own = result.access[result.access["park_id"] == park_id]
    return [{"kind": [title(r["kind"]).zh, title(r["kind"]).en], "state": r["state"],
             "words": [STATES[r["state"]].zh, STATES[r["state"]].en], "count": r["facilities"],
             "nearest": r["nearest_name"], "metres": encode.numbers([r["nearest_m"]])[0],
             "covered": encode.numbers([r["land_covered_share"] * 100])[0]}
            for r in own.to_dict("records")]


def _targets(result: Assessment, park_id: Any, settings: Settings) -> list[dict[str, Any]]:
    """A park's targets of the year: titles, result, value, limit, clause and document."""
    now = result.park_targets
    own = now[(now["park_id"] == park_id) & (now["year"] == settings.year)]
    titles = {t.id: t.title for t in plan()[1]}
    return [{"zh": titles[t["target"]].zh, "en": titles[t["target"]].en, "result": t["result"],
             "words": [RESULTS[t["result"]].zh, RESULTS[t["result"]].en],
             "value": encode.numbers([t["value"]])[0], "high": encode.numbers([t["value_high"]])[0],
             "limit": f"{t['operator']} {t['threshold']:g} {t['unit']}", "clause": t["clause"],
             "source": t["citation"]} for t in own.to_dict("records")]


def _figure_title(column: str, currency: str) -> tuple[str, str]:
    growth = column.endswith("_growth")
    indicator = INDICATORS[column.removesuffix("_growth")]
    zh, en = indicator.column.label("zh", currency), indicator.column.label("en", currency)
    return (f"{indicator.zh}年均增长", f"{indicator.en}, yearly growth") if growth else (zh, en)


def _texts(values: pd.Series[Any]) -> list[str | None]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype(object).where(values.notna(), None).tolist()
