"""Money and land: figures per mu, the other ratios, totals of enterprises brought to parcels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.api.edges import (
    Column,
    column_of,
    ids_of,
    named,
    renamed,
    require_canonical,
    require_frame,
    several,
)
from geo.api.land import area as area_of
from geo.arrays import Series
from geo.economy.allocate import allocate as allocated
from geo.economy.intensity import ratios as ratios_of
from geo.economy.intensity import value_per_mu
from geo.errors import DataError
from geo.formula import fraction, names
from geo.guards import require_columns, require_known, with_numbers
from geo.model import INDICATORS, LAYERS, MU_M2, Indicator


@overload
def per_mu(frame: pd.DataFrame, columns: str, area: Column | None = ...) -> pd.Series[float]: ...
@overload
def per_mu(
    frame: pd.DataFrame, columns: list[str] | tuple[str, ...], area: Column | None = ...
) -> pd.DataFrame: ...
def per_mu(
    frame: pd.DataFrame,
    columns: str | list[str] | tuple[str, ...],
    area: Column | None = None,
) -> pd.Series[float] | pd.DataFrame:
    """Columns of amounts per mu of each row's land (亩均).

    Parameters
    ----------
    frame
        One row a parcel, enterprise or park, with the amounts in any unit.
    columns
        The column to divide, or several.
    area
        The land in m²: a column, or a Series on the frame's index. Without it the column `area_m2`,
        else the ellipsoidal area of the frame's polygons; all functions take it in this order.

    Returns
    -------
    float64 on the index of the frame, in the amounts' unit per mu: a Series `NAME_per_mu`, or for a
    list of names a DataFrame of them. NaN where the amount is missing or the land is not positive.

    Raises
    ------
    DataError
        Where a column is not there (the nearest name is told), or holds what is no number.

    Notes
    -----
    隆府办发〔2022〕58号: 指标 ÷ 土地面积; 1 mu is 2000/3 m².

    Examples
    --------
    >>> import geo, pandas as pd
    >>> firms = pd.DataFrame({"tax": [600.0, None], "land": [10_000.0, 5_000.0]}, index=["E1", "E2"])
    >>> geo.per_mu(firms, "tax", area="land").round(6)
    E1    40.0
    E2     NaN
    Name: tax_per_mu, dtype: float64
    """
    require_frame(frame, "per_mu")
    wanted = named(columns)
    require_columns(frame, wanted, "per_mu")
    flag = next((name for name in wanted if pd.api.types.is_bool_dtype(frame[name].dtype)), None)
    if flag is not None:
        raise DataError("money.true_false", name=str(flag))
    flat = with_numbers(pd.DataFrame({name: frame[name] for name in wanted}), wanted, "per_mu")
    land = _land(frame, area, "per_mu")
    out = value_per_mu(flat, land).add_suffix("_per_mu")
    return out if several(columns) else out.iloc[:, 0]


def _land(frame: pd.DataFrame, area: Column | None, what: str) -> pd.Series[float]:
    """m² of each row: the column, else `area_m2`, else the area of its polygon."""
    if area is None and "area_m2" in frame:
        area = "area_m2"
    if area is None:
        if not isinstance(frame, gpd.GeoDataFrame):
            raise DataError("money.name_column_area", what=what)
        return area_of(frame)
    column = column_of(frame, area, what)
    name = area if isinstance(area, str) else "area"
    land: pd.Series[float] = with_numbers(column.to_frame(name), (name,), what)[name]
    return land.rename("area")


def ratios(
    frame: pd.DataFrame,
    indicators: Sequence[str] | Mapping[str, str | Indicator] | None = None,
    area: Column | None = None,
    *,
    columns: dict[str, str] | None = None,
) -> pd.DataFrame:
    """The ratios that rules and grades are about: floor area ratio, tax per mu, R&D intensity.

    Parameters
    ----------
    frame
        One row a subject, with the canonical columns that the ratios are made of (万元, m², people).
    indicators
        Names of `geo.Indicator`s that mujun knows; or a mapping of names to formulas over columns
        of the frame (`"water / area_mu"`). None: every known one whose inputs are there.
    area
        The land in m², as of `per_mu`; without it the column `area_m2`, else the frame's polygons.
        `area_mu` is made of it.
    columns
        Which of the frame's columns stands for a canonical one: `{"tax": "税收"}`.

    Returns
    -------
    DataFrame of float64 on the index of the frame, a column a ratio. NaN where an input is missing
    or the divisor is not positive.

    Raises
    ------
    DataError
        Where a named ratio is not known, a column that it is made of is not there, or `columns` names
        what is no canonical column.
    ProjectError
        Where a formula is none.

    Examples
    --------
    >>> import geo, pandas as pd
    >>> parcels = pd.DataFrame({"floor_area_m2": [15_000.0], "tax": [600.0], "m2": [10_000.0]})
    >>> geo.ratios(parcels, area="m2").round(6)
       tax_per_mu  floor_area_ratio
    0        40.0               1.5
    >>> geo.ratios(parcels, {"tax_per_floor": "tax / floor_area_m2 * 10000"}, area="m2")
       tax_per_floor
    0          400.0
    """
    catalogue = catalogue_of(indicators)
    inputs = inputs_of(frame, catalogue, area, columns, "ratios")
    if indicators is not None:
        for indicator in catalogue.values():
            require_columns(inputs, sorted(read_by(indicator)), f"ratios: {indicator.name}")
    return ratios_of(inputs, catalogue)


def catalogue_of(
    indicators: Sequence[str] | Mapping[str, str | Indicator] | None,
) -> dict[str, Indicator]:
    """The indicators that are meant, by name."""
    if indicators is None:
        return INDICATORS
    if isinstance(indicators, Mapping):
        return {
            name: what
            if isinstance(what, Indicator)
            else Indicator(name, name, name, "", *fraction(str(what)))
            for name, what in indicators.items()
        }
    if all(isinstance(one, Indicator) for one in indicators):
        return {one.name: one for one in indicators if isinstance(one, Indicator)}
    wanted = named(indicators)
    require_known(wanted, INDICATORS, "ratios")
    return {name: INDICATORS[name] for name in wanted}


def read_by(indicator: Indicator) -> set[str]:
    """The columns that an indicator is made of."""
    return names(indicator.numerator) | names(indicator.denominator)


_CANONICAL = {
    *INDICATORS,
    *(name for indicator in INDICATORS.values() for name in read_by(indicator)),
    *(column.name for layer in LAYERS.values() for column in layer.columns),
    *("area_m2", "area_mu", "land_use_industrial"),
}


def inputs_of(
    frame: pd.DataFrame,
    catalogue: Mapping[str, Indicator],
    area: Column | None,
    columns: dict[str, str] | None,
    what: str,
    also: Iterable[str] = (),
) -> pd.DataFrame:
    """The frame by canonical names, with area_m2 and area_mu where its land can be told.

    `also` are names that count as canonical beside those of the layers and the catalogue.
    """
    require_frame(frame, what)
    read = {name for indicator in catalogue.values() for name in read_by(indicator)}
    require_canonical(columns, {*_CANONICAL, *catalogue, *read, *also}, what)
    flat = renamed(frame, columns, what)
    has_outlines = isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None
    if area is not None or ("area_m2" not in flat and has_outlines):
        flat = flat.assign(area_m2=_land(frame, area, what))
    if "area_m2" in flat:
        flat = with_numbers(flat, ("area_m2",), what)
        flat = flat.assign(area_mu=flat["area_m2"] / MU_M2)
    return with_numbers(flat, sorted(read), what)


def allocate(
    amounts: pd.DataFrame,
    occupancy: pd.DataFrame,
    area: pd.Series[float] | pd.DataFrame,
    measures: Sequence[str] | None = None,
    *,
    enterprise: str = "enterprise_id",
    parcel: str = "parcel_id",
    year: str | None = "year",
) -> pd.DataFrame:
    """Totals of enterprises brought to the parcels that they occupy; nothing is lost.

    Parameters
    ----------
    amounts
        One row an enterprise (and year), amounts in any unit: revenue, tax, water, people.
    occupancy
        One row an enterprise and parcel; `area_m2` or `share` (0 to 1) where it is known, `tenure`
        (owned, leased), and the year where it changes.
    area
        m² by parcel: a Series indexed by parcel id, or a frame of polygons with the column
        `parcel`.
    measures
        The columns of amounts; None takes every column of numbers.
    enterprise, parcel, year
        The columns' names; `year=None` where the amounts are of one year. Ids match whatever they
        were read as: 10, 10.0 and "10" are one parcel.

    Returns
    -------
    DataFrame, one row an enterprise, year and parcel: the ids, `share` of the enterprise's total,
    `area_m2` occupied, `method` (how the share was told), `reason` and each measure. An amount
    without a parcel keeps its row, with the reason (`no_land`, `no_area`, `parcel_unknown`,
    `share_rest`): each measure adds up to its input to a millionth of its unit.

    Raises
    ------
    DataError
        Where a column is not there, no column holds numbers, or shares are below 0 or add up to more
        than 1.

    Notes
    -----
    Shares are by occupied area; an enterprise with one parcel needs none. Where several leave the
    area out they take equal parts of what is left, and `method` says `assumed_equal`.

    Examples
    --------
    >>> import geo, pandas as pd
    >>> amounts = pd.DataFrame({"firm": ["E1", "E2"], "water": [90.0, 5.0]})
    >>> held = pd.DataFrame({"firm": ["E1", "E1"], "plot": ["A", "B"], "area_m2": [2e3, 1e3]})
    >>> land = pd.Series({"A": 2e3, "B": 4e3})
    >>> geo.allocate(amounts, held, land, enterprise="firm", parcel="plot", year=None)[
    ...     ["firm", "plot", "water", "reason"]
    ... ]
      firm plot  water   reason
    0   E1    A   60.0      NaN
    1   E1    B   30.0      NaN
    2   E2  NaN    5.0  no_land
    """
    require_frame(amounts, "amounts")
    require_frame(occupancy, "occupancy")
    require_columns(amounts, [enterprise, *([year] if year else [])], "amounts")
    require_columns(occupancy, (enterprise, parcel), "occupancy")
    wanted = _measures(amounts, measures, (enterprise, year))
    # Under names of their own, so that an amount may be called as any column within.
    numbered = {name: f"amount {at}" for at, name in enumerate(wanted)}
    figures = with_numbers(amounts, wanted, "amounts")
    table = pd.DataFrame(
        {"enterprise_id": ids_of(amounts[enterprise]), "year": amounts[year] if year else 0}
        | {numbered[name]: figures[name] for name in wanted}
    )
    held = {"area_m2": "area_m2", "share": "share", "tenure": "tenure", "year": year}
    claims = pd.DataFrame(
        {"enterprise_id": ids_of(occupancy[enterprise]), "parcel_id": ids_of(occupancy[parcel])}
        | {name: occupancy[own] for name, own in held.items() if own in occupancy}
    )
    claims = with_numbers(claims, ("share",), "occupancy")
    if "share" in claims and (claims["share"] < 0).any():
        raise DataError("money.share_negative", share=claims["share"].min())
    rows = allocated(
        table, claims, _area_by_parcel(area, parcel), measures=tuple(numbered.values())
    ).rows
    rows["enterprise_id"] = _as_written(rows["enterprise_id"], amounts[enterprise])
    rows["parcel_id"] = _as_written(rows["parcel_id"], occupancy[parcel])
    if (rows["year"].dropna() % 1 == 0).all():
        rows["year"] = rows["year"].astype("Int64")
    named_back = {"enterprise_id": enterprise, "parcel_id": parcel, "year": year or "year"}
    named_back |= {number: name for name, number in numbered.items()}
    return rows.drop(columns=[] if year else "year").rename(columns=named_back)


def _as_written(ids: Series, written: Series) -> Series:
    """Ids as whole numbers again, where that is what they were."""
    whole = ids.dropna().str.fullmatch(r"-?\d{1,18}").all()
    numbers = pd.api.types.is_numeric_dtype(written.dtype) and whole
    return ids.astype("object").astype("Int64") if numbers else ids


_OF_ROWS = ("share", "area_m2", "method", "reason")


def _measures(
    amounts: pd.DataFrame, measures: Sequence[str] | None, keys: tuple[str | None, ...]
) -> list[str]:
    numbers = amounts.select_dtypes(np.number).columns
    found = [str(n) for n in numbers if n not in keys] if measures is None else named(measures)
    require_columns(amounts, found, "amounts")
    taken = next((name for name in found if name in (*_OF_ROWS, *keys)), None)
    if taken is not None:
        raise DataError("money.column_result", taken=taken)
    if not found:
        raise DataError("money.no_column_holds_numbers")
    return found


def _area_by_parcel(area: Any, parcel: str) -> pd.Series[float]:
    if isinstance(area, gpd.GeoDataFrame):
        require_columns(area, (parcel,), "area")
        area = area_of(area).set_axis(pd.Index(area[parcel]))
    if not isinstance(area, pd.Series):
        raise DataError("money.give_series_m_indexed_parcel")
    area = area.set_axis(pd.Index(ids_of(area.index.to_series())))
    twice = area.index[area.index.duplicated()]
    if len(twice):
        raise DataError(
            "money.parcel_rows", twice=twice[0], value=int((area.index == twice[0]).sum())
        )
    land: pd.Series[float] = with_numbers(area.rename("area").to_frame(), ("area",), "area")["area"]
    return land
