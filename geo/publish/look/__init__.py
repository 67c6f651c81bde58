"""Colours, classes and themes, shared by map, paper and GIS."""
