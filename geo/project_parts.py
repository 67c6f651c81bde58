"""What `[project]` and `[publish]` hold in tables of their own: rates, references, classes.

An own land-use class is industrial, is not, or leaves it open; nothing is concluded from its title.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    field_validator,
    model_validator,
)

from geo.declaration import nearest
from geo.errors import ProjectError
from geo.model import CURRENCIES, PER_MU, USE_SEPARATOR
from geo.text import join

STRICT = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, serialize_by_alias=True)
"""An unknown key is an error."""


class Strict(BaseModel):
    """An unknown key is an error."""

    model_config = STRICT


def _as_currency(code: str) -> str:
    """A code of ISO 4217; an empty one where a table may leave it out."""
    if code and code not in CURRENCIES:
        like = nearest(code.upper(), sorted(CURRENCIES)) or "CNY"
        raise ProjectError("project.no_currency", code=code, like=like)
    return code


Currency = Annotated[str, AfterValidator(_as_currency)]


class ExchangeRate(Strict):
    """What one unit of another currency is worth in the project's."""

    value: float = Field(gt=0, description="units of the project's currency for one of this")
    citation: str = Field(min_length=4, description="who published the rate")
    date: dt.date = Field(description="the day, or the last day of the year, that it is of")


class Place(Strict):
    """Where the project lies; a layer that lands elsewhere stops the run."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    radius_km: float = Field(default=50, gt=0)


class Reference(Strict):
    """What a pack leaves to another document or to agreement (一事一议), with its source.

    Exactly one of a figure, a range, a requirement (attested), or `exempt`. `row`, `industries` or
    the ids say for whom; without them it is for the column's open cells.
    """

    value: StrictFloat | StrictInt | None = None
    min: StrictFloat | StrictInt | None = None
    max: StrictFloat | StrictInt | None = None
    requirement: str = ""
    exempt: bool = False
    citation: str = Field(min_length=4)
    row: str = Field(default="", description="a row of the pack's table")
    industries: list[str] = Field(default=[], description="codes of GB/T 4754, the longest counts")
    parcels: list[str] = []
    enterprises: list[str] = []

    @model_validator(mode="after")
    def _one(self) -> Reference:
        ranged = self.min is not None or self.max is not None
        if (self.value is not None) + ranged + bool(self.requirement) + self.exempt != 1:
            raise ProjectError("project.give_value_min_max_requirement")
        if bool(self.row) + bool(self.industries) + bool(self.parcels or self.enterprises) > 1:
            raise ProjectError("project.give_row_parcels")
        return self


class LowEfficiencyRule(Strict):
    """How a pack of low-efficiency criteria counts, by which clause."""

    fails: Literal["any", "all"] | Annotated[int, Field(ge=1)] = Field(
        default="any", description="how many criteria must fail: any, all, or a number"
    )
    completed_within_years: int | None = Field(
        default=None,
        ge=1,
        le=70,
        description="land completed less than so many years ago is exempt",
    )
    except_parcels: list[str] = Field(default=[], description="parcels that are exempt by decision")
    citation: str = Field(min_length=2, description="the clause that says so")


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


References = dict[str, Annotated[list[Reference], BeforeValidator(_as_list)]]


class OwnIndicator(Strict):
    """An office's own indicator: a formula over columns (`geo.formula`)."""

    zh: str = Field(min_length=1)
    en: str = ""
    unit: str = ""
    formula: str
    better: Literal["higher", "lower"] = "higher"
    source: str = Field(min_length=4, description="the document that defines it")


class Cost(Strict):
    """What a unit more, or less, of a quantity costs in 万元, and whose figure that is."""

    more: float | None = Field(default=None, ge=0, description="万元 for a unit more")
    less: float | None = Field(default=None, ge=0, description="万元 for a unit less")
    at_most: float | None = Field(
        default=None, gt=0, description="share of today's figure by which it may change at most"
    )
    citation: str = Field(default="", description="who declares it, or where it is published")

    @model_validator(mode="after")
    def _one(self) -> Cost:
        if self.more is None and self.less is None:
            raise ProjectError("project.cost_more_or_less")
        return self


class Applies(Strict):
    """The parks or parcels that a rule pack is for, by this project's ids."""

    parks: list[str] = []
    parcels: list[str] = []
    row: str = Field(default="", description="the row chosen, of a table of which one is")


def _as_day(value: Any) -> Any:
    """A date may stand in quotes; anything else is refused in words that name the choices."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date) or value in ("supplied", "today"):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ProjectError("project.must_supplied_today_date_such") from None


JudgeDay = Annotated[Literal["supplied", "today"] | dt.date, BeforeValidator(_as_day)]


def _as_colour(value: str) -> str:
    if value and not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ProjectError("project.no_colour", value=value)
    return value.lower()


Colour = Annotated[str, AfterValidator(_as_colour)]


class LandUseClass(Strict):
    """A class of an office's own land-use classification."""

    title: str = Field(min_length=1)
    en: str = Field(default="", description="its English title")
    industrial: bool | Literal["unknown"] = Field(
        default="unknown", description="whether it is industrial land"
    )
    colour: Colour = ""
    national: str = Field(
        default="", description="the code of land_use_scheme that it is nearest to"
    )

    @property
    def is_industrial(self) -> bool | None:
        """Whether it is industrial land; None where that is left open."""
        return None if self.industrial == "unknown" else bool(self.industrial)


class Hotspots(Strict):
    """What hotspots (热点) are looked for in, and how."""

    figures: list[str] = Field(
        default=["tax_per_mu", "revenue_per_mu"], description="indicators of parcels; none: []"
    )
    within_m: float = Field(
        default=60.0,
        gt=0,
        le=5_000,
        description="m; parcels are neighbours whose outlines are nearer",
    )
    fdr: float = Field(
        default=0.05, gt=0, lt=1, description="false discovery rate that all tests are held to"
    )

    @field_validator("figures")
    @classmethod
    def _per_mu(cls, figures: list[str]) -> list[str]:
        known = [f"{measure}_per_mu" for measure in PER_MU]
        for name in figures:
            if name not in known:
                raise ProjectError("project.no_such_figure", name=name[:40], ordered=join(known))
        return list(dict.fromkeys(figures))


class OwnTheme(Strict):
    """A theme of the map over a column that the office's layers carry."""

    column: str = Field(min_length=1)
    of: Literal["parcels", "parks"] = Field(
        default="parcels", description="the layer that has the column"
    )
    title: str = Field(default="", max_length=60)
    en: str = Field(default="", max_length=60, description="its English title")
    unit: str = Field(default="", max_length=20)
    scheme: Literal["quantiles", "natural_breaks", "equal_interval"] = "quantiles"
    k: int = Field(default=5, ge=2, le=9, description="classes of figures")
    better: Literal["", "higher", "lower"] = ""
    palette: list[Colour] = Field(default=[], description="colours #rrggbb, low to high")


def _as_named(value: Any) -> Any:
    """`[[publish.themes]]` without names: they are numbered."""
    return {str(at): one for at, one in enumerate(value, 1)} if isinstance(value, list) else value


def _as_name(name: str) -> str:
    if not re.fullmatch(r"[\w-]{1,40}", name):
        raise ProjectError("project.theme_name", name=name[:40])
    return name


Themes = Annotated[
    dict[Annotated[str, AfterValidator(_as_name)], OwnTheme], BeforeValidator(_as_named)
]


class StepFilter(Strict):
    """The classes of a theme that a step lets through."""

    theme: str = Field(min_length=1, description="the theme's id")
    only: list[str] = Field(min_length=1, description="keys of its classes, as a link has them")


class StepPlace(Strict):
    """The ground that a step shows, degrees."""

    west: float = Field(ge=-180, le=180)
    south: float = Field(ge=-90, le=90)
    east: float = Field(ge=-180, le=180)
    north: float = Field(ge=-90, le=90)

    @model_validator(mode="after")
    def _extends(self) -> StepPlace:
        if not (self.west < self.east and self.south < self.north):
            raise ProjectError("project.step_place")
        return self


class BriefingStep(Strict):
    """A step of the map's briefing: what it shows, its title and its sentence."""

    title: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=500, description="the sentence under the title")
    title_en: str = Field(default="", max_length=200)
    text_en: str = Field(default="", max_length=500)
    theme: str = Field(default="", description="a theme's id; else the first")
    method: Literal["quantile", "natural", "equal", "limits"] = "quantile"
    year: int | None = Field(default=None, ge=1949, le=2100)
    hide: list[str] = Field(default=[], description="keys of the theme's classes that are hidden")
    park: str = Field(default="", description="a park's id")
    filter: list[StepFilter] = []
    area_from: float | None = Field(default=None, ge=0, description="亩")
    area_to: float | None = Field(default=None, ge=0, description="亩")
    parcel: str = Field(default="", description="the parcel whose card is open")
    link: str = Field(
        default="", description="a link copied from the map, in the place of all the others"
    )
    place: StepPlace | None = None

    @model_validator(mode="after")
    def _one(self) -> BriefingStep:
        # A run that is read back has every setting, as it stands or by default.
        if self.link and self.model_dump(include=_OF_VIEW, exclude_defaults=True):
            raise ProjectError("project.step_link_or_settings")
        if self.link:
            view_of_link(self.link)
        return self


def view_of_link(link: str) -> dict[str, Any]:
    """The view that a link of the map holds behind `#v1=`; ProjectError where it holds none."""
    _, found, packed = link.partition("#v1=")
    try:
        view = json.loads(base64.b64decode(packed + "=" * (-len(packed) % 4), "-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise ProjectError("project.step_no_link") from error
    if not found or not isinstance(view, dict):
        raise ProjectError("project.step_no_link")
    return view


_OF_VIEW = set(BriefingStep.model_fields) - {
    *("title", "text", "title_en", "text_en", "place", "link")
}
"""Settings that a link holds already."""


def _as_class(value: Any) -> Any:
    return {"title": value} if isinstance(value, str) else value


LandUse = dict[str, Annotated[LandUseClass, BeforeValidator(_as_class)]]


def classes_of(code: str, legend: Mapping[str, LandUseClass]) -> list[LandUseClass] | None:
    """The classes of a parcel's code, several of mixed land; None where one is not in the legend."""
    parts = [code] if code in legend else [p.strip() for p in re.split(USE_SEPARATOR, code)]
    return [legend[p] for p in parts] if all(p in legend for p in parts) else None


_HEADINGS = {
    "code": ("code", "代码", "编码", "地类编码"),
    "title": ("title", "名称", "地类名称"),
    "en": ("en", "英文名称"),
    "industrial": ("industrial", "工业", "是否工业"),
    "colour": ("colour", "color", "颜色"),
    "national": ("national", "国家代码", "国标编码"),
}
_FLAGS = {
    "是": True,
    "true": True,
    "yes": True,
    "1": True,
    "否": False,
    "false": False,
    "no": False,
}
_FLAGS |= {"0": False}
_OPEN = ("", "unknown", "未知", "不明")


def read_legend(raw: bytes) -> dict[str, Any]:
    r"""A CSV file of land-use classes, by code; UTF-8 or GB 18030. Raises ProjectError.

    >>> read_legend("代码,名称,是否工业\n316,仓库,是\n".encode("gb18030"))
    {'316': {'title': '仓库', 'industrial': True}}
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    heads = [heading.strip().lower() for heading in next(rows, [])]
    place = {
        name: heads.index(called)
        for name, names in _HEADINGS.items()
        for called in names
        if called in heads
    }
    for name in ("code", "title"):
        if name not in place:
            raise ProjectError("project.legend_heading", name=name)
    out: dict[str, Any] = {}
    for line, row in enumerate(rows, 2):  # rows-ok: classes of a legend
        cells = {name: row[at].strip() for name, at in place.items() if at < len(row)}
        code = cells.pop("code", "")
        if not code and not any(cells.values()):
            continue
        if not code or code in out:
            raise ProjectError("project.legend_code", line=line, code=code)
        out[code] = {name: cell for name, cell in cells.items() if cell and name != "industrial"}
        out[code] |= _flag(cells.get("industrial", ""), line)
    return out


def _flag(cell: str, line: int) -> dict[str, bool]:
    if cell.lower() in _OPEN:
        return {}
    if cell.lower() not in _FLAGS:
        raise ProjectError("project.legend_flag", line=line, cell=cell)
    return {"industrial": _FLAGS[cell.lower()]}
