"""A run as a value, and the folder that it is kept in."""

from geo.run.basis import Basis
from geo.run.run import ResultTables, Run, verdicts

read_run = Run.load
"""The run that `mujun run` left in a folder."""

__all__ = ["Basis", "ResultTables", "Run", "read_run", "verdicts"]
