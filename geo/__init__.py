"""mujun (亩均): per-mu intensity and standard-land compliance of industrial parks, on maps.

    from geo import assess, load, park_map, read_pack, read_project

    project = read_project(Path("mujun.toml"))
    result = assess(load(project), project.project, [read_pack("longchang-neirong-2022")])
    park_map(result, project).save("map.html")

Data flows one way: sources → checks → land → economy → standards → publish.
"""

from geo.assess import Assessment, assess
from geo.evaluate.changes import changes
from geo.evaluate.grades import grade
from geo.evaluate.method import Method, read_method
from geo.evaluate.thresholds import thresholds
from geo.evaluate.ways import cheapest
from geo.land.area import ellipsoidal_area, plane_area
from geo.project import Project, read_project
from geo.publish.webmap import OfflineMap, ParcelLayer, park_map
from geo.sources.load import Layers, load
from geo.standards.model import Pack, read_pack

__all__ = [
    "Assessment", "Layers", "Method", "OfflineMap", "Pack", "ParcelLayer", "Project", "assess",
    "changes", "cheapest", "ellipsoidal_area", "grade", "load", "park_map", "plane_area",
    "read_method", "read_pack", "read_project", "thresholds",
]
