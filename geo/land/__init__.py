"""Geometry turned into numbers per parcel; money is not known here."""
