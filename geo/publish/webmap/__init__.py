"""The offline web map: a Folium layer of our own, and the map that needs no network."""

from geo.publish.webmap.map import OfflineMap, ParcelLayer, park_map

__all__ = ["OfflineMap", "ParcelLayer", "park_map"]
