"""Land use by an office's own classification: what is industrial, and what national code stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import pandas as pd

from geo.arrays import Series
from geo.model import INDUSTRIAL
from geo.project import Settings
from geo.project_parts import LandUseClass, classes_of

Frame = TypeVar("Frame", bound=pd.DataFrame)

OTHER = "other"
"""What stands in for a class that is not industrial and has no national code."""


def own_industrial_use(land_use: Series, legend: Mapping[str, LandUseClass]) -> pd.DataFrame:
    """`land_use_industrial` and `land_use_mixed` by the legend; missing where it leaves that open.

    Mixed land with one industrial class is industrial, as that of the national schemes is.
    """
    number, texts = pd.factorize(land_use)
    found = [classes_of(str(text), legend) for text in texts]  # rows-ok: distinct codes
    industrial = [_any_industrial(classes) for classes in found]
    mixed = [bool(works) and len(c or []) > 1 for works, c in zip(industrial, found, strict=True)]
    return pd.DataFrame(
        {
            name: pd.array([*flags, None], dtype="boolean")[number]
            for name, flags in (("land_use_industrial", industrial), ("land_use_mixed", mixed))
        },
        index=land_use.index,
    )


def _any_industrial(classes: list[LandUseClass] | None) -> bool | None:
    flags = [one.is_industrial for one in classes or []]
    if True in flags:
        return True
    return None if not flags or None in flags else False


def with_national(parcels: Frame, settings: Settings) -> Frame:
    """The parcels with national codes in `land_use`, for what a law says by them."""
    if not settings.land_use or "land_use" not in parcels:
        return parcels
    codes = as_national(parcels["land_use"], settings.land_use, settings.land_use_scheme)
    return parcels.assign(land_use=codes)


def as_national(land_use: Series, legend: Mapping[str, LandUseClass], scheme: str) -> Series:
    """Codes of the national scheme that stand in where a law goes by them; missing where unknown.

    What the office calls industrial stands in as 工业用地, whatever code it is mapped to.
    """
    number, texts = pd.factorize(land_use)
    codes = [_national(classes_of(str(text), legend), scheme) for text in texts]
    return pd.Series(
        pd.array([*codes, None], dtype="str")[number], index=land_use.index, name=land_use.name
    )


def _national(classes: list[LandUseClass] | None, scheme: str) -> str | None:
    works = _any_industrial(classes)
    if works:
        return INDUSTRIAL[scheme]
    if works is None or classes is None:
        mapped = {one.national for one in classes or []}
        return mapped.pop() if len(mapped) == 1 and "" not in mapped else None
    code = classes[0].national
    return OTHER if not code or code.startswith(INDUSTRIAL[scheme]) else code
