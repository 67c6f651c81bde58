"""A run as a value, and the folder that it is kept in."""

from geo.run.basis import Basis
from geo.run.run import ResultTables, Run

__all__ = ["Basis", "ResultTables", "Run"]
