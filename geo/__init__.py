"""mujun (亩均): per-mu intensity and standard-land (标准地) compliance of industrial parks, on maps.

Areas are m² unless they are called mu (亩, 2000/3 m²), money is 万元, energy tce; layers may be in
any CRS with a datum, and nothing is measured in degrees. Frames that are given are not changed, and
what comes back is on their index.

With a frame of your own, begin with `area` and `per_mu`, then `judge`; the same as methods of any
GeoDataFrame: `gdf.mujun.area()`. With an office's files, begin with `mujun init DIR`, or here:

    from geo import assess, load, packs_of, park_map, read_project

    project = read_project(Path("mujun.toml"))
    run = assess(load(project), project.settings, packs_of(project))
    park_map(run).save("map.html")

On anybody's frame:
    area                m² of polygons, on the ellipsoid or in the plane
    to_mu, MU_M2        m² as mu
    per_mu              amounts per mu of land
    ratios              floor area ratio, tax per mu and the like; `Indicator` is one of them
    Rule, judge         pass, fail or no data, by one's own rules and published packs
    grade               A to D by a published method
    zone_shares         how much of each parcel lies in each kind of zone
    distance_to         metres to the nearest place, straight or along roads
    allocate            totals of enterprises brought to the parcels they occupy
    overlaps            pairs that share land
    explore             a map of any frame, offline
    assess              all of it, as a `Run`

Of a project:
    read_project, load  its file and its layers (`Project`, `Settings`, `Layers`)
    packs_of, read_pack, with_thresholds    its rule packs (`Pack`)
    read_method         a grading method (`Method`)
    Run, Basis, read_run    what a run found, and what it was judged by
    verdicts            the table of verdicts of a folder of results, however many
    changes, cheapest, thresholds, explain  what changed, what would mend, entry bars, why
    park_map, OfflineMap, ParcelLayer       the web map and its Folium parts
    snapshot, View, write_atlas, write_cards, write_report   paper

Errors are all `MujunError`: CrsError, DataError, EngineError, OutputError, ProjectError, RuleError,
SourceError. Data flows one way: sources → checks → land → economy → standards → publish.

Names are loaded when they are first used: `import geo` by itself reads no frame and draws nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.api.grades import grade as grade
    from geo.api.land import area as area
    from geo.api.land import distance_to as distance_to
    from geo.api.land import overlaps as overlaps
    from geo.api.land import to_mu as to_mu
    from geo.api.land import zone_shares as zone_shares
    from geo.api.maps import explore as explore
    from geo.api.money import allocate as allocate
    from geo.api.money import per_mu as per_mu
    from geo.api.money import ratios as ratios
    from geo.api.rules import Judgement as Judgement
    from geo.api.rules import judge as judge
    from geo.api.whole import assess as assess
    from geo.errors import CrsError as CrsError
    from geo.errors import DataError as DataError
    from geo.errors import EngineError as EngineError
    from geo.errors import MujunError as MujunError
    from geo.errors import OutputError as OutputError
    from geo.errors import PluginError as PluginError
    from geo.errors import ProjectError as ProjectError
    from geo.errors import RuleError as RuleError
    from geo.errors import SourceError as SourceError
    from geo.evaluate.compare_runs import changes as changes
    from geo.evaluate.compliance_options import cheapest as cheapest
    from geo.evaluate.method import Method as Method
    from geo.evaluate.method import read_method as read_method
    from geo.evaluate.thresholds import thresholds as thresholds
    from geo.geometry.area import ellipsoidal_area as ellipsoidal_area
    from geo.geometry.area import plane_area as plane_area
    from geo.model import MU_M2 as MU_M2
    from geo.model import Indicator as Indicator
    from geo.project import Project as Project
    from geo.project import Settings as Settings
    from geo.project import read_project as read_project
    from geo.publish.paper.atlas import write_atlas as write_atlas
    from geo.publish.paper.cards import write_cards as write_cards
    from geo.publish.paper.scene import View as View
    from geo.publish.paper.snapshot import snapshot as snapshot
    from geo.publish.records.subjects import explain as explain
    from geo.publish.webmap.map import OfflineMap as OfflineMap
    from geo.publish.webmap.map import ParcelLayer as ParcelLayer
    from geo.publish.webmap.map import park_map as park_map
    from geo.publish.word.report import write_report as write_report
    from geo.run import Basis as Basis
    from geo.run import Run as Run
    from geo.run import read_run as read_run
    from geo.run import verdicts as verdicts
    from geo.sources.load import Layers as Layers
    from geo.sources.load import load as load
    from geo.standards.model import Pack as Pack
    from geo.standards.model import read_pack as read_pack
    from geo.standards.rule import Rule as Rule
    from geo.standards.selection import packs_of as packs_of
    from geo.standards.selection import with_thresholds as with_thresholds

_PUBLIC = {
    "geo.api.grades": ("grade",),
    "geo.api.land": ("area", "distance_to", "overlaps", "to_mu", "zone_shares"),
    "geo.api.maps": ("explore",),
    "geo.api.money": ("allocate", "per_mu", "ratios"),
    "geo.api.rules": ("Judgement", "judge"),
    "geo.api.whole": ("assess",),
    "geo.errors": (
        "CrsError",
        "DataError",
        "EngineError",
        "MujunError",
        "OutputError",
        "PluginError",
        "ProjectError",
        "RuleError",
        "SourceError",
    ),
    "geo.evaluate.compare_runs": ("changes",),
    "geo.evaluate.compliance_options": ("cheapest",),
    "geo.evaluate.method": ("Method", "read_method"),
    "geo.evaluate.thresholds": ("thresholds",),
    "geo.geometry.area": ("ellipsoidal_area", "plane_area"),
    "geo.model": ("MU_M2", "Indicator"),
    "geo.project": ("Project", "Settings", "read_project"),
    "geo.publish.paper.atlas": ("write_atlas",),
    "geo.publish.paper.cards": ("write_cards",),
    "geo.publish.paper.scene": ("View",),
    "geo.publish.paper.snapshot": ("snapshot",),
    "geo.publish.records.subjects": ("explain",),
    "geo.publish.webmap.map": ("OfflineMap", "ParcelLayer", "park_map"),
    "geo.publish.word.report": ("write_report",),
    "geo.run": ("Basis", "Run", "read_run", "verdicts"),
    "geo.sources.load": ("Layers", "load"),
    "geo.standards.model": ("Pack", "read_pack"),
    "geo.standards.rule": ("Rule",),
    "geo.standards.selection": ("packs_of", "with_thresholds"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 -- the imports above tell tools the same names


def __getattr__(name: str) -> Any:
    """A public name, from its module (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    """This package: `geo.assess` is the function, also once the package of that name is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set by an import: a package never stands in a public name's place."""
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


class _WithAccessor(MetaPathFinder):
    """Gives frames their `.mujun` when pandas is imported, which `import geo` does not do itself."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:  # noqa: ARG002
        """Of pandas alone: its own spec, with the accessor registered behind it."""
        if name != "pandas":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                load(module)
                import_module("geo.api.accessor")

            spec.loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec


if "pandas" in sys.modules:
    import_module("geo.api.accessor")
else:
    sys.meta_path.insert(0, _WithAccessor())
