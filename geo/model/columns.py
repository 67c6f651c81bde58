"""What a column is: its name, its title in both languages, its kind and unit.

1 mu (亩) is 2000/3 m², exactly; money is in 万元 (10,000 yuan) throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from geo.model.currency import ten_thousands
from geo.text import Text

MU_M2 = 2000.0 / 3.0
"""Square metres in one mu (亩)."""

Kind = Literal["text", "number", "integer", "date", "bool"]
Geometry = Literal["polygon", "line", "point", "line or polygon", "point or polygon", "any", "none"]


_BARE = re.compile(r"\s*[（(][^（）()]*[）)]")
"""What stands in brackets."""


@dataclass(frozen=True)
class Column:
    """A canonical column: what it is called, what it holds, and in which unit."""

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    unit: str = ""
    required: bool = False
    floor: float | None = None
    dimension: str = ""
    """What a number without a unit measures (`geo.model.units`): shares, points, …; "" where its unit
    says it, "any" where another column does."""
    aliases: tuple[str, ...] = ()
    """Other names by which an office may head it; what mujun called it before."""
    vocabulary: str = ""
    """What says its codes in words, by name (`geo.publish.words.vocabularies`)."""
    form: Literal["", "share", "plain"] = ""
    """How a number is shown: a share as per cent, a plain one (a year, a row) without commas."""
    wide: bool = False
    """Whether it holds sentences."""

    def __call__(self, lang: str) -> str:
        """Its title in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh

    @property
    def is_code(self) -> bool:
        """Whether it is an id or a code: compared and looked up, never read."""
        return self.kind == "text" and (
            self.name.endswith(("_id", "_code", "_codes"))
            or self.name in ("land_use", "leading_industries")
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called in a heading: its name, titles and other names, bare ones too.

        >>> Column("contract_area_m2", "合同（证载）面积", "Contract area", "number", "m²").names
        ('contract_area_m2', '合同（证载）面积', '合同面积', 'Contract area')
        """
        called = (self.name, self.zh, self.en, *self.aliases)
        return tuple(dict.fromkeys(form for one in called for form in (one, _BARE.sub("", one))))

    def label(self, lang: str, currency: str) -> str:
        """Heading with its unit, such as 营业收入（万元） or Revenue (10,000 CNY)."""
        unit = show_unit(self.unit, lang, currency)
        if not unit:
            return self(lang)
        return f"{self.en} ({unit})" if lang == "en" else f"{self.zh}（{unit}）"


@dataclass(frozen=True)
class LayerSpec:
    """A layer or table of the contract."""

    name: str
    title: Text
    geometry: Geometry
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    whole: tuple[str, ...] = ()
    """Words that stand in its `id_column` for all together: such a row is an entry, not a sum."""

    @property
    def id_column(self) -> str:
        """The column that names a row: the first of its key, else the first required one or first."""
        required = (column.name for column in self.columns if column.required)
        return self.key[0] if self.key else next(required, self.columns[0].name)

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by canonical name."""
        return {c.name: c for c in self.columns}


EN_UNITS = {
    "个百分点": "percentage points",
    "亩": "mu",
    "当量": "eq",
    "人": "person",
    "吨标准煤": "tce",
    "万千瓦时": "10 MWh",
    "公顷": "ha",
    "米": "m",
    "层": "storeys",
    "个": "",
}


def gap_unit(unit: str) -> str:
    """The unit of the difference of two figures of `unit`: shares in per cent differ by points.

    >>> gap_unit("%"), gap_unit("万元/亩")
    ('个百分点', '万元/亩')
    """
    return "个百分点" if unit == "%" else unit


def show_unit(unit: str, lang: str, currency: str) -> str:
    """A canonical unit as a reader of `lang` sees it, with the project's currency."""
    shown = unit.replace("万元", ten_thousands(currency, lang))
    if lang == "en":
        for zh, en in EN_UNITS.items():
            shown = shown.replace(zh, en)
    return shown
