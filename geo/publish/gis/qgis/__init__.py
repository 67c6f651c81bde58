"""For QGIS: styles in the GeoPackage, and a project with every layer grouped and named."""

from geo.publish.gis.qgis.project import write_project
from geo.publish.gis.qgis.styles import write_styles

__all__ = ["write_project", "write_styles"]
