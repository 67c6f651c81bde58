"""The one pipeline: Layers → Run. Pure: it reads and writes nothing.

`work_out` does what can be done for a part of the land by itself, `conclude` what needs the whole:
grades, ranks, histories, sums over everything. A project that is not cut is one part.
"""

from geo.assess.conclude import conclude
from geo.assess.pipeline import assess, examine
from geo.assess.shared import prepare
from geo.assess.work import work_out

__all__ = ["assess", "conclude", "examine", "prepare", "work_out"]
