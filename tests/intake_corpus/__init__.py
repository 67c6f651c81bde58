"""Folders as offices keep them, each with known answers: what `mujun init --from` is measured by.

`make(root)` writes `root/NAME/…` and `root/NAME.answers.json`, always the same. All of it is
synthetic: places are near real ones, outlines, firms, codes and figures are invented. Layers are
written by GDAL's own tools and by GeoPandas, workbooks by openpyxl and LibreOffice, as in offices
no two of which use one program.
"""

from __future__ import annotations

from tests.intake_corpus.build import FOLDERS, make

__all__ = ["FOLDERS", "make"]
