"""What the cells of a column are, whatever its heading says: codes, years, money, names.

Credit codes by their check digit (GB 32100-2015: 17 characters weighted by powers of 3, modulo
31), parcel codes by their form (宗地代码, TD/T 1001: 6 + 3 + 3 digits, two letters, 5 digits),
units of real estate (28), industries by GB/T 4754, land use by the schemes' own codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from geo.arrays import Mask, Series
from geo.model.classifications import industries, land_use_classes, plain_code
from geo.model.tenure import tenure_of
from geo.model.units import parse
from geo.sources.cells import yes_or_no
from geo.sources.missing_words import missing_words

DISTINCT = 400
"""Different cells of a column that are looked at."""

_COMMON = 30
_VOCABULARY = 30
_FLAGS = re.compile(
    r"^(?:[是否有无对错√×✓✔✗yntf01]|yes|no|true|false)$", re.IGNORECASE | re.MULTILINE
)
_TENURES = re.compile("租|借|自有|自用|自建|自持|自购|产权|购|own|leas|rent|tenan", re.IGNORECASE)
"""Different cells beyond which a column holds no words of a vocabulary."""
_INDUSTRY = re.compile(r"[A-T]?\d{2,4}|[A-T]", re.IGNORECASE)
_LAND_USE = re.compile(r"(\d{2,6}|[1-9])[A-Z]?\d?(?:\D.*)?")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}"

_FORMS = {
    "credit_form": _CREDIT,
    "registration": r"\d{15}",
    "organisation": r"[0-9A-Z]{8}-?[0-9X]",
    "parcel_code": r"\d{12}[A-Z]{2}[0-9A-Z]{5}",
    "unit_code": r"\d{12}[A-Z]{2}[0-9A-Z]{5}[FWT][0-9A-Z]{8}",
    "year": r"(?:19[5-9]|20[0-4])\d(?:\.0)?年?度?",
    "date": r"(?:19|20)\d\d(?:[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?(?:[ T]\d{1,2}:\d\d.*)?|(?:0[1-9]|1[0-2])"
    r"(?:[0-2]\d|3[01]))月?",
    "number": r"[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?%?",
    "written": r"[约近超(<>≥≤¥$€£+-]{0,2}\s*[\d,]*\.?\d+\)?\s*[^\d\s]{0,8}[23]?",
    "whole": r"[-+]?\d+(?:\.0+)?",
    "percent": r"[-+]?[\d.]+%",
    "firm": r".*(?:公司|厂|集团|合作社|经营部|事务所|研究院|工作室|商行|酒店|中心|企业(?:\(.*\))?"
    r"|\b(?:inc|llc|ltd|corp|co|company|gmbh|plc|lp)\b\.?).*",
    "park": r".*(?:园区?|开发区|集聚区|高新区|工业区|集中区|片区|\b(?:park|estate|district|zone)\b).*",
    "level": r"(?:国家|省|市|县|区|州)级.*|.{0,3}(?:national|provincial|municipal|state|county).*",
    "code": r"[0-9A-Za-z][0-9A-Za-z\-_/#.]*",
    "words": r".*[\u3400-\u9fff].*|[a-z][a-z ,.&'-]*[a-z]",
    "stage": r"[上中下]游.*|upstream|midstream|downstream",
    "built": r".*(?:现状|规划|已建|在建|拟建|建成|筹建|built|planned|existing|proposed).*",
    "supply": r".*(?:已供|未供|已出让|未出让|已批|待供|划拨|出让|闲置|supplied|unsupplied).*",
    "status": r".*(?:在业|存续|开业|营业|停产|停业|歇业|注销|吊销|正常|在产|迁出|关停|破产|投产|在建"
    r"|active|closed|dormant).*",
}
"""Forms that a cell may have in full, by name."""


@dataclass(frozen=True)
class Content:
    """What a column's cells are.

    `shares` are the shares of filled cells of each form; `quantiles` those of its numbers at 0.1,
    0.5 and 0.9 (empty without numbers); `common` its most frequent cells.
    """

    filled: int
    rows: int
    distinct: int
    shares: dict[str, float]
    quantiles: tuple[float, ...] = ()
    common: tuple[str, ...] = ()

    def share(self, form: str) -> float:
        """The share of filled cells that have a form."""
        return self.shares.get(form, 0.0)

    @property
    def unique(self) -> bool:
        """Whether no cell stands twice."""
        return self.filled > 0 and self.distinct == self.filled

    @property
    def is_number(self) -> bool:
        """Whether nearly all of its cells are numbers."""
        return self.share("number") > 0.85

    @property
    def median(self) -> float:
        """The middle of its numbers; NaN without any."""
        return self.quantiles[1] if self.quantiles else float("nan")


def content_of(values: Series) -> Content:
    """What the cells of a column are.

    Examples
    --------
    >>> codes = pd.Series(["91510000MA6AAAAA0X", "915101007130000006"])
    >>> content_of(codes).share("credit_form")
    1.0
    """
    text = _texts(values)
    filled = text[text.notna() & (text != "")]
    if filled.empty:
        return Content(0, len(text), 0, {})
    counts = filled.value_counts()
    looked = counts.head(DISTINCT)
    cells, weight = [str(cell) for cell in looked.index], looked.to_numpy(dtype=float)
    shares = {
        name: float(weight[mask(cells)].sum() / weight.sum()) for name, mask in _tests().items()
    }
    numbers = pd.to_numeric(filled.str.replace(",", "").str.rstrip("%"), errors="coerce").dropna()
    numbers = numbers[np.isfinite(numbers)]
    quantiles = tuple(float(q) for q in numbers.quantile([0.1, 0.5, 0.9])) if len(numbers) else ()
    common = tuple(cells[:_COMMON])
    return Content(len(filled), len(text), len(counts), shares, quantiles, common)


def _texts(values: Series) -> Series:
    """Cells as text: whole doubles without their .0, dates by day, width narrowed."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map({True: "是", False: "否"}).astype("str")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    text = values.astype("str").mask(values.isna()).str.normalize("NFKC").str.strip()
    return text.str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)


@cache
def _tests() -> dict[str, Callable[[list[str]], Mask]]:
    """A test of distinct cells by the name of what they may be."""

    def of(form: str) -> Callable[[list[str]], Mask]:
        fits = re.compile(form, re.IGNORECASE).fullmatch
        return lambda cells: _bools(fits(cell) for cell in cells)  # rows-ok: distinct cells

    tests = {name: of(form) for name, form in _FORMS.items()}
    tests["figure"] = lambda cells: _figures(cells, tests["written"])
    tests["with_unit"] = lambda cells: _bools(map(_bears_unit, cells))
    tests["credit"] = lambda cells: credit_codes(pd.Series(cells, dtype="str"))
    tests["industry"] = lambda cells: _bools(map(_is_industry, cells))
    tests["industry_name"] = lambda cells: _bools(cell in _industry_names() for cell in cells)
    tests["land_use"] = lambda cells: _bools(map(_is_land_use, cells))
    tests["flag"] = lambda cells: _few(cells, _FLAGS, lambda texts: yes_or_no(texts)[0].notna())
    tests["tenure"] = lambda cells: _few(cells, _TENURES, lambda texts: tenure_of(texts).notna())
    return tests


def _few(cells: list[str], hint: re.Pattern[str], test: Callable[[Series], Series]) -> Mask:
    """A test of words of a vocabulary: a column of many different cells holds none."""
    if len(cells) > _VOCABULARY or not hint.search("\n".join(cells)):
        return np.zeros(len(cells), dtype=bool)
    return _bools(test(pd.Series(cells, dtype="str")))


def credit_codes(cells: Series) -> Mask:
    """Which texts are credit codes whose check digit is right (GB 32100-2015).

    The check character's value is 31 - (sum of value x 3**place mod 31), 31 being 0.

    Examples
    --------
    >>> credit_codes(pd.Series(["91350100M000100Y43", "91350100M000100Y44", "甲"])).tolist()
    [True, False, False]
    """
    text = cells.astype("str").str.upper()
    form = text.str.fullmatch(_CREDIT).fillna(value=False).to_numpy(dtype=bool)
    out = np.zeros(len(text), dtype=bool)
    if not form.any():
        return out
    signs = np.array([list(code) for code in text[form]])  # rows-ok: distinct cells
    order = np.argsort(list(_SIGNS))
    value = order[np.searchsorted(np.array(list(_SIGNS))[order], signs)]
    weights = np.array([pow(3, place, 31) for place in range(17)])
    check = (31 - (value[:, :17] * weights).sum(axis=1) % 31) % 31
    out[form] = check == value[:, 17]
    return out


def _figures(cells: list[str], written: Callable[[list[str]], Mask]) -> Mask:
    """Cells with one figure, however it is written (约1000, 0.1亿元), or a word that there is none."""
    return written(cells) | missing_words(pd.Series(cells, dtype="str"))


def _bears_unit(cell: str) -> bool:
    """A figure with a known unit behind it: 0.1亿元."""
    found = re.fullmatch(r"[-+]?[\d,]*\.?\d+\s*(\D.*)", cell)
    return found is not None and parse(found[1]) is not None


def _is_industry(cell: str) -> bool:
    """A code of GB/T 4754: a section's letter, or two to four digits, with or without it."""
    if not _INDUSTRY.fullmatch(cell):
        return False
    code = plain_code(cell)
    return code in industries().index or f"0{code}" in industries().index


@cache
def _industry_names() -> frozenset[str]:
    return frozenset(str(name) for name in industries())


@cache
def _land_use_codes() -> frozenset[str]:
    known = {
        str(code) for edition in ("2020-trial", "2023") for code in land_use_classes(edition).index
    }
    # GB/T 21010-2017 and the third survey number twelve classes, with a letter for a kind of it.
    return frozenset(known | {f"{c:02d}{k:02d}" for c in range(1, 13) for k in range(1, 10)})


def _is_land_use(cell: str) -> bool:
    """A land-use code of any scheme, with or without its name behind it, or a class's name."""
    found = _LAND_USE.fullmatch(cell)
    if found is None:
        return cell in _land_use_names()
    digits = found[1]
    return (digits if len(digits) % 2 == 0 else f"0{digits}") in _land_use_codes()


@cache
def _land_use_names() -> frozenset[str]:
    names = {str(n) for e in ("2020-trial", "2023") for n in land_use_classes(e)["name_zh"]}
    return frozenset(names)


def _bools(values: Iterable[object]) -> Mask:
    return np.array([value is not pd.NA and bool(value) for value in values], dtype=bool)
