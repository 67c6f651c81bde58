"""The offline web map: a Folium layer of our own, and the map that needs no network."""
