"""Files and tables for GIS: GeoPackage, GeoParquet, FlatGeobuf, PostGIS, rasters, QGIS."""
