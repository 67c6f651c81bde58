"""Land-use codes of several national classifications, and which one a column of codes is of.

The same digits mean different land: 0601 is 农村道路 in 用地用海 and 工业用地 in GB/T 21010 and in
the third survey, 1001 is 工业用地 in 用地用海 and 铁路用地 in the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import pandas as pd

from geo.model.classifications import INDUSTRIAL, land_use_classes
from geo.text import Message, Text, Wording

LandUseScheme = Literal["yongdiyonghai", "gbt21010", "third_survey"]
LandUseEdition = Literal["2020", "2023"]

_CODE = re.compile(r"(\d{1,6}(?:H\d)?[A-Z]?)(?!\d)")
_JOINT = re.compile(r"[\s\-_:：]+")
"""What may stand between a code and its title."""
_COMMONEST = 3
"""Codes whose titles are shown."""
_NAMES = 0.6
"""Share of the different cells of a column that are titles of classes, to name them."""
_OTHERS = 1_000
"""Different cells that are no titles, beyond which a column names no classes."""
_AGREES, _CONTRADICTS = 0.6, 0.3
"""Share of rows whose name is the title of the code: from which a scheme agrees, below which not."""
_INDUSTRIAL, _HARDLY = 0.5, 0.1
"""Share of industrial rows that a park's parcels have, and one that says another scheme is meant."""


@dataclass(frozen=True)
class LandUseReading:
    """What a column of codes is by one scheme.

    Parameters
    ----------
    agree
        Share (0 to 1) of the rows with a code and a name whose name is the title of the code or of
        a class that holds it; None without names.
    known
        Share of the rows whose code the scheme has.
    industrial
        Share of the rows whose code is 工业用地.
    """

    scheme: LandUseScheme
    edition: LandUseEdition
    agree: float | None
    known: float
    industrial: float

    @property
    def title(self) -> Wording:
        """The classification's name, with its edition."""
        return scheme_title(self.scheme, self.edition)


def scheme_title(scheme: str, edition: str) -> Wording:
    """The name of a classification; only 用地用海 has editions here."""
    return _TITLES[scheme, edition if scheme == "yongdiyonghai" else "2023"]


@cache
def class_titles(scheme: str, edition: str) -> dict[str, Text]:
    """Titles of a scheme's classes by code.

    >>> [str(class_titles(s, "2023")["0601"].zh) for s in ("yongdiyonghai", "gbt21010")]
    ['农村道路', '工业用地']
    """
    if scheme == "yongdiyonghai":
        table = land_use_classes(edition)
    else:
        raw = pd.read_csv(str(files("geo") / "data" / "land_use_other_schemes.csv"), dtype=str)
        table = raw[raw["scheme"] == scheme].set_index("code")
    named = zip(table.index, table["name_zh"], table["name_en"], strict=True)
    return {str(code): Text(str(zh), str(en)) for code, zh, en in named}


@cache
def _every_title() -> frozenset[str]:
    """The titles of all schemes, as names are compared."""
    return frozenset(_stem(title.zh) for s, e in _SCHEMES for title in class_titles(s, e).values())


def coded(cells: pd.Series[str], scheme: str, edition: str) -> pd.Series[str]:
    """Land uses with the scheme's code for a cell that is the title of one of its classes.

    Also for a code with its title behind it; one with another's title stays as it stands.

    >>> cells = pd.Series(["工业用地", "0601", "0601 工业用地", "0601耕地", "厂房"])
    >>> coded(cells, "gbt21010", "2023").tolist()
    ['0601', '0601', '0601', '0601耕地', '厂房']
    """
    titles = class_titles(scheme, edition)
    codes: dict[str, set[str]] = {}
    for code, title in titles.items():
        codes.setdefault(title.zh, set()).add(code)
        codes[f"{code}{title.zh}"] = {code}
    number, texts = pd.factorize(cells)
    found = [codes.get(_JOINT.sub("", str(text)), {str(text)}) for text in texts]
    named = [next(iter(c)) if len(c) == 1 else str(t) for c, t in zip(found, texts, strict=True)]
    return pd.Series(
        pd.array([*named, None], dtype="str")[number], index=cells.index, name=cells.name
    )


def names_column(frame: pd.DataFrame, heading: str) -> str | None:
    """The column whose cells are titles of land-use classes; None where none is.

    Examples
    --------
    >>> names_column(pd.DataFrame({"DLBM": ["0601"], "DLMC": ["工业用地"], "QLR": ["甲"]}), "DLBM")
    'DLMC'
    """
    best, most = None, _NAMES
    for name in frame.columns:
        if name in (heading, "geometry", "source_row"):
            continue
        if not (pd.api.types.is_string_dtype(frame[name]) or frame[name].dtype == object):
            continue
        texts = frame[name].dropna().unique()
        share = _naming(texts)
        if share >= most and (best is None or share > most):
            best, most = str(name), share
    return best


def _naming(cells: Iterable[object]) -> float:
    """Share of different cells that are titles of classes; 0 where too few can be for a name."""
    texts = [str(cell) for cell in cells]
    able = [text for text in texts if not text.isascii()]  # no title is, and ids mostly are
    if len(able) < _NAMES * len(texts):
        return 0.0
    return sum(_stem(text) in _every_title() for text in able) / max(len(texts), 1)


def readings(codes: pd.Series[str], names: pd.Series[str] | None = None) -> list[LandUseReading]:
    """How every scheme reads a column of codes, beside a column of names if there is one.

    Parameters
    ----------
    codes, names
        Of the same rows; cells without a code are passed over.

    Returns
    -------
    list
        用地用海 2023 and 2020, GB/T 21010-2017, the third survey; empty where no cell has a code.
    """
    return readings_of(_pairs(codes, names))


def readings_of(pairs: Counter[tuple[str, str]]) -> list[LandUseReading]:
    """`readings` of so many rows of each code and name."""
    total = sum(pairs.values())
    if not total:
        return []
    return [_reading(scheme, edition, pairs, total) for scheme, edition in _SCHEMES]


@dataclass(frozen=True)
class NamesColumn:
    """A column that may name land-use classes: its different cells that are titles, and others.

    `pairs` are rows by code and name.
    """

    titles: frozenset[str]
    others: frozenset[str]
    pairs: Counter[tuple[str, str]]


@dataclass(frozen=True)
class LandUseCounts:
    """What is counted of parcels' land-use codes, and of the columns that may name them.

    Counts of parts of a layer add up to those of the layer. A column of more than `_OTHERS` different
    cells that are no titles names no classes, in any part: it is None.
    """

    codes: Counter[tuple[str, str]]
    columns: dict[str, NamesColumn | None]

    @classmethod
    def of(cls, parcels: pd.DataFrame) -> LandUseCounts:
        """Of parcels with their codes in `land_use`."""
        codes = parcels["land_use"]
        texts = [
            name
            for name in parcels.columns
            if name not in ("land_use", "geometry", "source_row")
            and (pd.api.types.is_string_dtype(parcels[name]) or parcels[name].dtype == object)
        ]
        return cls(_pairs(codes, None), {str(name): _named(codes, parcels[name]) for name in texts})

    def joined(self, others: Iterable[LandUseCounts]) -> LandUseCounts:
        """Of these parcels and others."""
        codes, columns = Counter(self.codes), dict(self.columns)
        for other in others:
            codes.update(other.codes)
            for name, column in other.columns.items():
                columns[name] = _both(columns[name], column) if name in columns else column
        return LandUseCounts(codes, columns)

    def names(self) -> str | None:
        """The column whose cells are titles of classes; None where none is."""
        shares = {
            name: len(column.titles) / max(len(column.titles) + len(column.others), 1)
            for name, column in self.columns.items()
            if column is not None
        }
        best = max(shares, key=lambda name: shares[name], default=None)
        return best if best is not None and shares[best] >= _NAMES else None

    def readings(self) -> list[LandUseReading]:
        """How every scheme reads the codes, beside the names if there are any."""
        column = self.columns.get(self.names() or "")
        return readings_of(self.codes if column is None else column.pairs)


def _named(codes: pd.Series[str], cells: pd.Series[str]) -> NamesColumn | None:
    texts = {str(cell) for cell in cells.dropna().unique().tolist()}
    titles = frozenset(t for t in texts if not t.isascii() and _stem(t) in _every_title())
    others = frozenset(texts - titles)
    return None if len(others) > _OTHERS else NamesColumn(titles, others, _pairs(codes, cells))


def _both(one: NamesColumn | None, other: NamesColumn | None) -> NamesColumn | None:
    if one is None or other is None:
        return None
    others = one.others | other.others
    pairs = Counter(one.pairs)
    pairs.update(other.pairs)
    return None if len(others) > _OTHERS else NamesColumn(one.titles | other.titles, others, pairs)


def contradicted(found: list[LandUseReading], scheme: str, edition: str) -> LandUseReading | None:
    """The scheme that the names agree with where they contradict the present one; else None."""
    present = _of(found, scheme, edition)
    if present is None or present.agree is None or present.agree >= _CONTRADICTS:
        return None
    best = max(found, key=lambda one: one.agree or 0.0)
    return best if (best.agree or 0.0) >= _AGREES else None


def flipped(found: list[LandUseReading], scheme: str, edition: str) -> LandUseReading | None:
    """The scheme by which most land would be industrial, where hardly any is by the present one."""
    present = _of(found, scheme, edition)
    if present is None or present.industrial > _HARDLY:
        return None
    if present.agree is not None and present.agree >= _AGREES:
        return None
    best = max(found, key=lambda one: one.industrial)
    return best if best.industrial >= _INDUSTRIAL else None


def agreeing(found: list[LandUseReading]) -> list[LandUseReading]:
    """The schemes that names agree with, all as well as the best; none where no names do."""
    best = max((one.agree or 0.0 for one in found), default=0.0)
    return [one for one in found if one.agree == best] if best >= _AGREES else []


def mostly_industrial(one: LandUseReading) -> bool:
    """Whether most of the rows are industrial by a scheme."""
    return one.industrial >= _INDUSTRIAL


def commonest(codes: pd.Series[str]) -> list[tuple[str, int]]:
    """The commonest codes with their numbers of rows."""
    return [(code, n) for (code, _), n in _pairs(codes, None).most_common(_COMMONEST)]


def same_meaning(one: LandUseReading, other: LandUseReading, codes: pd.Series[str]) -> bool:
    """Whether two schemes give every code of a column the same title."""
    first, second = (class_titles(r.scheme, r.edition) for r in (one, other))
    return all(
        (code in first) == (code in second)
        and (code not in first or _alike(first[code].zh, second[code].zh))
        for code, _ in _pairs(codes, None)
    )


_SCHEMES: tuple[tuple[LandUseScheme, LandUseEdition], ...] = (
    ("yongdiyonghai", "2023"),
    ("yongdiyonghai", "2020"),
    ("gbt21010", "2023"),
    ("third_survey", "2023"),
)
_TITLES: dict[tuple[str, str], Wording] = {
    ("yongdiyonghai", "2023"): Message("land_use_scheme.yongdiyonghai_2023"),
    ("yongdiyonghai", "2020"): Message("land_use_scheme.yongdiyonghai_2020"),
    ("gbt21010", "2023"): Message("land_use_scheme.gbt21010"),
    ("third_survey", "2023"): Message("land_use_scheme.third_survey"),
}


def _of(found: list[LandUseReading], scheme: str, edition: str) -> LandUseReading | None:
    """The reading by one scheme; editions count for 用地用海 alone."""
    dated = scheme == "yongdiyonghai"
    matching = (r for r in found if r.scheme == scheme and (not dated or r.edition == edition))
    return next(matching, None)


def _pairs(codes: pd.Series[str], names: pd.Series[str] | None) -> Counter[tuple[str, str]]:
    """How many rows have each code and name; "" for no name, rows without a code left out."""
    told = pd.Series("", codes.index) if names is None else names
    code, words = pd.factorize(codes.astype("str").fillna(""), sort=True)
    name, titles = pd.factorize(told.astype("str").fillna(""), sort=True)
    counts = pd.DataFrame({"code": code, "name": name}).value_counts().reset_index(name="rows")
    pairs = zip(words[counts["code"]], titles[counts["name"]], counts["rows"], strict=True)
    out: Counter[tuple[str, str]] = Counter()
    for cell, title, rows in pairs:
        plain = plain_land_use(str(cell))
        if plain:
            out[plain, _stem(str(title))] += int(rows)
    return out


def plain_land_use(cell: str) -> str:
    """The code that a cell begins with, its zero in front kept or given back; "" for none.

    >>> [plain_land_use(cell) for cell in ("601", "0601工业用地", "05h1", "工业用地", "1001.0")]
    ['0601', '0601', '05H1', '', '1001']
    """
    found = _CODE.match(unicodedata.normalize("NFKC", cell).strip().upper())
    if found is None:
        return ""
    digits = re.sub(r"\D.*", "", found[1])
    return found[1] if len(digits) % 2 == 0 else f"0{found[1]}"


def _reading(
    scheme: LandUseScheme,
    edition: LandUseEdition,
    pairs: Counter[tuple[str, str]],
    total: int,
) -> LandUseReading:
    titles = class_titles(scheme, edition)
    named = sum(n for (_, name), n in pairs.items() if name)
    agree = sum(n for (code, name), n in pairs.items() if name and _is_titled(code, name, titles))
    known = sum(n for (code, _), n in pairs.items() if code in titles)
    works = INDUSTRIAL[scheme]
    industrial = sum(n for (code, _), n in pairs.items() if code.startswith(works))
    return LandUseReading(
        scheme, edition, agree / named if named else None, known / total, industrial / total
    )


def _is_titled(code: str, name: str, titles: dict[str, Text]) -> bool:
    """Whether a name is that of the code, or of a class that holds it: 100101 is 工业用地."""
    held = [code[:size] for size in (2, 4, 6) if size <= len(code)]
    return any(c in titles and _alike(titles[c].zh, name) for c in {code, *held})


def _stem(title: str) -> str:
    """A title as it is compared: without what stands in brackets and without 用地 or 地 behind."""
    plain = re.sub(r"[(（].*?[)）]|\s", "", unicodedata.normalize("NFKC", title))
    plain = re.sub(r"^\d[\dA-Z]*", "", plain)
    return re.sub(r"(?<=..)(?:用地|地)$", "", plain)


def _alike(one: str, other: str) -> bool:
    """Whether two titles name one class: 商务金融用地 and 商务金融, 城镇住宅用地 and 住宅用地."""
    short, long = sorted((_stem(one), _stem(other)), key=len)
    return short == long or (len(short) > 1 and short in long)
