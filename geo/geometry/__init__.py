"""Geometry at scale, and ids as numbers."""
