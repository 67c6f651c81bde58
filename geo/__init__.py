"""mujun (亩均): per-mu intensity and standard-land compliance of industrial parks, on maps.

    from geo import assess, load, packs_of, park_map, read_project

    project = read_project(Path("mujun.toml"))
    result = assess(load(project), project.project, packs_of(project))
    park_map(result, project).save("map.html")

Data flows one way: sources → checks → land → economy → standards → publish.
"""

from geo.assess import assess
from geo.evaluate.compare_runs import changes
from geo.evaluate.compliance_options import cheapest
from geo.evaluate.grades import grade
from geo.evaluate.method import Method, read_method
from geo.evaluate.thresholds import thresholds
from geo.geometry.area import ellipsoidal_area, plane_area
from geo.project import Project, read_project
from geo.publish.explain import explain
from geo.publish.paper.atlas import write_atlas
from geo.publish.paper.cards import write_cards
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.snapshot import snapshot
from geo.publish.webmap import OfflineMap, ParcelLayer, park_map
from geo.publish.word.report import write_report
from geo.run import Basis, Run
from geo.sources.load import Layers, load
from geo.standards.model import Pack, read_pack
from geo.standards.selection import packs_of, with_thresholds

read_run = Run.load
"""The run that `mujun run` left in a folder."""

__all__ = [
    "Basis",
    "Layers",
    "Method",
    "OfflineMap",
    "Pack",
    "ParcelLayer",
    "Project",
    "Run",
    "Scene",
    "View",
    "assess",
    "changes",
    "cheapest",
    "ellipsoidal_area",
    "explain",
    "grade",
    "load",
    "packs_of",
    "park_map",
    "plane_area",
    "read_method",
    "read_pack",
    "read_project",
    "read_run",
    "snapshot",
    "thresholds",
    "with_thresholds",
    "write_atlas",
    "write_cards",
    "write_report",
]
