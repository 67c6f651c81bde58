"""`mujun.toml` read into a `Project`: which layers, which year, which standards.

Paths in the file are relative to it. An unknown key is an error, so that a slip of the pen
never turns into a default.
"""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from geo.declaration import nearest, parse_toml, why_refused
from geo.errors import ProjectError, system_reason
from geo.formula import fraction, names
from geo.industry_fields import IndustryFields, put_fields
from geo.model import INDICATORS, LAYERS, MEASURES, TOTALS, Indicator, land_use_classes
from geo.model.land_use import LandUseEdition, LandUseScheme
from geo.paths import local_path
from geo.project_parts import (
    STRICT,
    Applies,
    BriefingStep,
    Cost,
    Currency,
    ExchangeRate,
    Hotspots,
    JudgeDay,
    LandUse,
    LowEfficiencyRule,
    OwnIndicator,
    Place,
    References,
    Themes,
    read_legend,
)
from geo.source_spec import (
    Engine,
    EngineSource,
    Fields,
    FieldSource,
    Join,
    LayerSource,
    NotesSource,
    NoteStates,
    RasterSource,
    TableSource,
    leaves,
)
from geo.text import Message, Wording, join

__all__ = [
    "AreaBasis",
    "Currency",
    "EngineSource",
    "ExchangeRate",
    "FieldSource",
    "Fields",
    "Join",
    "LayerSource",
    "OwnIndicator",
    "Place",
    "Project",
    "Publish",
    "RasterSource",
    "References",
    "Settings",
    "TableSource",
    "read_project",
]

AreaBasis = Literal["contract", "ellipsoidal", "plane"]
Denominator = Literal["occupied", "industrial", "park"]


class _Strict(BaseModel):
    model_config = STRICT


class Settings(_Strict):
    """`[project]`."""

    title: str = "园区亩均效益评估"
    year: int = Field(ge=1949, le=2100)
    compare_to: int | None = Field(default=None, ge=1949, le=2100)
    lang: Literal["zh", "en"] = "zh"
    standards: list[str] = []
    references: References = {}
    judge_as: JudgeDay = Field(
        default="supplied",
        description="the day whose rules count: of the supply, of the run"
        " (today), or a date; a parcel without a supply date is judged as of the day of the run",
    )
    today: dt.date = Field(
        default_factory=lambda: dt.datetime.now().astimezone().date(),
        description="the day of the run; to repeat a run of another day",
    )
    plan: str = Field(default="", description="the plan whose targets are shown and judged")
    growth_of: Literal["all", "comparable"] = Field(
        default="all",
        description="judge growth where some are blank by all (no data), or 可比口径",
    )
    fields: IndustryFields | None = Field(
        default=None, description="fields of industry: a table's id or file, or the table itself"
    )
    applies: dict[str, Applies] = {}
    indicators: dict[str, OwnIndicator] = {}
    evaluation: str = Field(default="", description="grading method: an id, or a .toml file")
    weights: dict[str, float] = Field(
        default={}, description="weights that the method's text does not print"
    )
    baselines: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default={}, description="baselines that the method's text does not print"
    )
    costs: dict[str, float | Cost] = Field(
        default={}, description="万元 a unit of a quantity that is changed, for `mujun comply`"
    )
    low_efficiency: list[str] = Field(
        default=[], description="packs whose failing parcels count as low-efficiency land"
    )
    low_efficiency_rules: dict[str, LowEfficiencyRule] = Field(
        default={}, description="how many criteria of such a pack must fail, and what it leaves out"
    )
    hotspots: Hotspots = Hotspots()
    idle_as_of: dt.date | None = Field(
        default=None, description="the day as of which idle land is told; else the year's last"
    )
    idle_warning_days: int = Field(default=180, ge=0, le=3660, description="days to warn ahead")
    uncertainty: float = Field(
        default=0.05, ge=0, lt=1, description="relative standard error of the figures"
    )
    area_basis: AreaBasis = "ellipsoidal"
    denominator: Denominator = "occupied"
    share_stacked_land_by: str = Field(
        default="", description="column by which parcels on one outline share its land"
    )
    area_tolerance: float = Field(default=0.05, gt=0, description="share by which areas may differ")
    overlap_band_m: float = Field(
        default=0.1, gt=0, description="m; parcels that overlap less across are not a defect"
    )
    gap_band_m: float = Field(
        default=1.0, gt=0, description="m; a void between parcels that is narrower is a sliver"
    )
    zone_band_m: float = Field(
        default=1.0, gt=0, description="m; a narrower overlap with a control line is a sliver"
    )
    zones_absent: list[str] = Field(
        default=[], description="kinds of control line that the office states do not exist here"
    )
    walk_15min_m: float | None = Field(
        default=None, gt=0, description="m; 15 minutes on foot (1,000 if not given)"
    )
    road_join_m: float = Field(
        default=0.5, gt=0, le=5, description="m; roads that miss each other by less are joined"
    )
    place: Place | None = None
    currency: Currency = Field(default="CNY", min_length=3, description="code of ISO 4217")
    rates: dict[Currency, ExchangeRate] = Field(
        default={}, description="exchange rates of money that stands in other currencies"
    )
    land_use: LandUse = Field(
        default={}, description="the office's own land-use codes, or a CSV file of them"
    )
    land_use_edition: LandUseEdition = "2023"
    land_use_scheme: LandUseScheme = "yongdiyonghai"
    themes: Themes = Field(
        default={}, description="of [publish.themes]", json_schema_extra={"of": "publish"}
    )
    briefing: list[BriefingStep] = Field(
        default=[], description="of [[briefing]]", json_schema_extra={"of": "briefing"}
    )
    note_states: NoteStates = Field(
        default=[], description="of [notes]", json_schema_extra={"of": "notes"}
    )
    synthetic: str = Field(default="", description="notice shown wherever the data is shown")
    sources: str = Field(default="", description="data sources and licences, shown on the map")

    @property
    def judge_day(self) -> dt.date:
        """The day whose rules count where `judge_as` is no supply date."""
        return self.judge_as if isinstance(self.judge_as, dt.date) else self.today

    @property
    def idle_day(self) -> dt.date:
        """The day as of which idle land is told: `idle_as_of`, else the last day of the year."""
        return self.idle_as_of or dt.date(self.year, 12, 31)

    @property
    def catalogue(self) -> dict[str, Indicator]:
        """Every indicator by name: mujun's, and the office's own."""
        of_project = {
            name: Indicator(
                name, i.zh, i.en or i.zh, i.unit, *fraction(i.formula), i.source, i.better
            )
            for name, i in self.indicators.items()
        }
        return INDICATORS | of_project

    @property
    def rule_figures(self) -> dict[str, Indicator]:
        """Every figure that a rule may name: the indicators, and totals of a parcel."""
        return TOTALS | self.catalogue


class Publish(_Strict):
    """`[publish]`."""

    basemap: str = Field(
        default="none",
        description="none, osm, tianditu, tianditu_image, tianditu_terrain, an"
        " address of tiles with {z} {x} {y}, or a raster file",
    )
    basemap_attribution: str = ""
    tianditu_key_env: str = "TIANDITU_KEY"
    postgis: str = Field(default="", description="database that the results go to as well")
    postgis_schema: str = Field(default="mujun", min_length=1)
    also: list[str] = Field(
        default=[],
        description="products made with each run beside the usual ones: docx, chain, fgb, atlas,"
        " txt, cards, snapshot, or one of an extension",
    )
    maker: str = Field(default="", description="制图单位, printed on maps and reports")
    templates: str = Field(default="", description="folder of atlas.typ, card.typ, report.docx")
    address: Annotated[str, Field(pattern=r"^(https?://[^\s#]+)?$")] = ""
    report: Literal["plain", "gbt9704"] = "plain"
    map_number: str = Field(default="", description="审图号 of maps that are shown in public")
    themes: Themes = Field(
        default={}, description="themes of the map over columns that the layers carry"
    )
    surface_cell_m: float | None = Field(
        default=None, gt=0, description="m; cells of the surfaces (else as fine as is sensible)"
    )
    old_paths: bool | None = Field(
        default=None,
        description="tables and layers also at the top of the results, where they lay before"
        " December 2026 (else where the last results have them there); for one release",
    )


DEFAULT_OPTIONS = Publish()
"""What products do where a project asks for nothing."""


class Project(_Strict):
    """A whole project file, with the folder it lies in."""

    settings: Settings = Field(alias="project")
    layers: dict[str, LayerSource] = {}
    tables: dict[str, TableSource] = {}
    rasters: dict[str, RasterSource] = {}
    publish: Publish = Publish()
    briefing: list[BriefingStep] = Field(
        default=[], max_length=200, description="the steps of the map's briefing, in order"
    )
    notes: NotesSource = NotesSource()
    engine: Engine = EngineSource()
    folder: Path = Path()
    file: str = "mujun.toml"
    legend: str = Field(default="", description="the file that the land-use codes were read from")
    fields_file: str = Field(default="", description="the file or id of the fields of industry")

    def path(self, relative: str) -> Path:
        """A path of the project file, made absolute; there may be nothing yet.

        Raises ProjectError where it is no path, goes round in links, or names what can be no file
        of an office: a pipe, a socket or a device would be waited for without end.
        """
        try:
            written = self.folder / relative
            path = (written if written.exists() else self.folder / local_path(relative)).resolve()
            mode = path.stat().st_mode if path.exists() else stat.S_IFREG
        except (OSError, RuntimeError, ValueError) as error:  # too long, a loop of links, a NUL
            raise _no_path(relative) from error
        if not relative.strip() or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise _no_path(relative)
        return path

    @property
    def options(self) -> Publish:
        """`[publish]` with its paths made absolute: what products ask of a project."""
        publish = self.publish
        named = {"templates": publish.templates, "basemap": publish.basemap}
        if not Path(publish.basemap).suffix or "{" in publish.basemap or "://" in publish.basemap:
            named["basemap"] = ""
        paths = {name: str(self.path(path)) for name, path in named.items() if path}
        return publish.model_copy(update=paths)


def _no_path(relative: str) -> ProjectError:
    shown = f"{relative[:80]}…" if len(relative) > 80 else relative
    return ProjectError("project.path_cannot_used", shown=shown)


def read_project(file: Path | str, text: bytes | None = None) -> Project:
    """Read `mujun.toml`, or that of a folder, or the `text` that is to stand there.

    Raises ProjectError with the key and the mend.
    """
    file = Path(file)
    file = file / "mujun.toml" if file.is_dir() else file
    if text is None and not file.is_file():
        raise ProjectError("project.no_project_file", file=file)
    raw: dict[str, Any] = {}
    try:
        raw = parse_toml(file.read_bytes() if text is None else text)
        _refuse_ours(raw, file)
        legend, fields = _legend(raw, file), put_fields(raw, file.parent)
        project = Project(
            **raw,
            folder=file.parent.resolve(),
            file=file.name,
            legend=legend,
            fields_file=fields,
        )
    except ProjectError:
        raise
    except ValueError as error:
        raise _bad(file, *why_refused(error, raw, Project)) from error
    except OSError as error:
        raise _bad(file, "", Message("project.cannot_read", why=system_reason(error))) from error
    # What is shown of a run goes by its settings.
    shown = {"themes": project.publish.themes, "briefing": project.briefing}
    shown["note_states"] = project.notes.states
    settings = project.settings.model_copy(update=shown)
    project = project.model_copy(update={"settings": settings})
    _check_names(project, file)
    _check_legend(project, file)
    _check_indicators(project, file)
    return project


def _refuse_ours(raw: dict[str, Any], file: Path) -> None:
    """ProjectError for what mujun says of a project, and the file does not."""
    for key in ("folder", "file", "legend", "fields_file"):
        if key in raw:
            raise _bad(file, key, Message("project.unknown_key"))
    settings = raw.get("project")
    if isinstance(settings, dict) and "themes" in settings:
        raise _bad(file, "project.themes", Message("project.themes_of_publish"))
    if isinstance(settings, dict) and "briefing" in settings:
        raise _bad(file, "project.briefing", Message("project.briefing_stands_alone"))
    if isinstance(settings, dict) and "note_states" in settings:
        raise _bad(file, "project.note_states", Message("project.note_states_of_notes"))


def _legend(raw: dict[str, Any], file: Path) -> str:
    """The file that `[project] land_use` names, its classes put in its place; empty without one."""
    settings = raw.get("project")
    name = settings.get("land_use") if isinstance(settings, dict) else None
    if not isinstance(name, str) or not isinstance(settings, dict):
        return ""
    path = (file.parent / name).resolve()
    if not path.is_file():
        raise _bad(file, "project.land_use", Message("project.no_legend_file", name=name))
    try:
        settings["land_use"] = read_legend(path.read_bytes())
    except ProjectError as error:
        raise _bad(file, f"project.land_use: {name}", error.text) from error
    return name


def _bad(file: Path, key: str, why: Wording) -> ProjectError:
    if not key:
        return ProjectError("project.invalid_file", file=file.name, why=why)
    return ProjectError("project.invalid", file=file.name, key=key, why=why)


def _check_names(project: Project, file: Path) -> None:
    for group, entries in (("layers", project.layers), ("tables", project.tables)):
        for name, source in entries.items():
            if name not in LAYERS:
                raise _bad(file, f"{group}.{name}", _unknown(name, list(LAYERS), "no_such_layer"))
            if group == "layers" and LAYERS[name].geometry == "none":
                raise _bad(
                    file,
                    f"layers.{name}",
                    Message("project.write_tables", name=name),
                )
            if group == "tables" and LAYERS[name].geometry != "none" and name != "buildings":
                raise _bad(
                    file,
                    f"tables.{name}",
                    Message("project.write_layers", name=name),
                )
            for leaf in leaves(source):
                _check_columns(group, name, leaf, file)
    _check_currencies(project, file)
    if "parcels" not in project.layers:
        raise _bad(file, "layers.parcels", Message("common.must_be_given"))


def _check_columns(group: str, name: str, source: LayerSource | TableSource, file: Path) -> None:
    """Every column that is named is one of the layer; of parcels a measure, too: their own."""
    for key in ("fields", "constants"):
        known = list(LAYERS[name].by_name)
        if (name, key) == ("parcels", "fields"):
            known += [c.name for c in MEASURES if c.name not in known]
        for canonical in getattr(source, key):
            if canonical not in known:
                raise _bad(file, f"{group}.{name}.{key}.{canonical}", _unknown(canonical, known))
    if source.year_from and "year" not in LAYERS[name].by_name:
        raise _bad(file, f"{group}.{name}.year_from", Message("project.layer_without_year"))


def _check_currencies(project: Project, file: Path) -> None:
    """A rate of the project's own currency says nothing; a table in another one needs its rate."""
    settings = project.settings
    if settings.currency in settings.rates:
        key = f"project.rates.{settings.currency}"
        raise _bad(file, key, Message("project.rate_of_itself", currency=settings.currency))
    for group, entries in (("layers", project.layers), ("tables", project.tables)):
        stated = [(name, leaf.currency) for name, one in entries.items() for leaf in leaves(one)]
        for name, code in stated:
            if code not in {"", settings.currency, *settings.rates}:
                why = Message("project.no_rate", code=code, currency=settings.currency)
                raise _bad(file, f"{group}.{name}.currency", why)


def _check_legend(project: Project, file: Path) -> None:
    """A national code that an own class is mapped to is one of the national classification."""
    settings = project.settings
    known = list(land_use_classes(settings.land_use_edition).index)
    for code, one in settings.land_use.items():
        listed = settings.land_use_scheme == "yongdiyonghai"
        if listed and one.national and one.national not in known:
            key = f"project.land_use.{code}.national"
            like = nearest(one.national, known) or "1001"
            raise _bad(file, key, Message("project.no_national_code", code=one.national, like=like))


def _check_indicators(project: Project, file: Path) -> None:
    known = {c.name for c in MEASURES} | set(LAYERS["parcels"].by_name) | {"area_m2", "area_mu"}
    for name, own in project.settings.indicators.items():
        key = f"project.indicators.{name}"
        if name in INDICATORS or name in known or not name.isidentifier():
            raise _bad(file, key, Message("project.taken_not_name_letters_digits"))
        strange = sorted(names(own.formula) - known)
        if strange:
            raise _bad(file, f"{key}.formula", _unknown(strange[0], sorted(known)))


def _unknown(name: str, known: list[str], code: str = "not_one_of") -> Wording:
    """What is said of a name that is none of the known ones, the nearest of them first."""
    like = nearest(name, known)
    ordered = [like, *(k for k in known if k != like)] if like else known
    return Message(f"project.{code}", name=name, ordered=join(ordered))
