"""Other programs: LibreOffice for .xls and .ods, the system's GDAL for layers; each started once."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl

_TRANSLATE = """
import json, sys
from osgeo import gdal
gdal.UseExceptions()
for job in json.load(open(sys.argv[1], encoding="utf-8")):
    done = gdal.VectorTranslate(job["to"], job["source"], **job["options"])
    assert done is not None, job
    del done
"""


class Tools:
    """Work for other programs, collected and then done at once."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="intake-corpus-")
        self._scratch = Path(self._folder.name)
        self._layers: list[dict[str, Any]] = []
        self._books: dict[str, list[tuple[Path, Path]]] = {}
        self._last: list[Callable[[], object]] = []

    def layer(self, file: Path, frame: gpd.GeoDataFrame, driver: str, **options: Any) -> None:
        """`frame` by GDAL's own translation; `append` puts a further layer into a database."""
        source = self._scratch / f"{len(self._layers)}.gpkg"
        name = options.pop("layerName", file.stem)
        frame.to_file(source, layer="source", engine="pyogrio")
        append = options.pop("append", False)
        self._layers.append(
            {
                "to": str(file),
                "source": str(source),
                "options": {
                    "format": driver,
                    "layerName": name,
                    **({"accessMode": "update"} if append else {}),
                    **options,
                },
            }
        )

    def workbook(self, book: openpyxl.Workbook, file: Path) -> None:
        """A workbook to be saved as .xls or .ods."""
        number = sum(map(len, self._books.values()))
        source = self._scratch / f"book{number}.xlsx"
        book.save(source)
        self._books.setdefault(file.suffix[1:], []).append((source, file))

    def afterwards(self, step: Callable[[], object]) -> None:
        """What is done when all files are there."""
        self._last.append(step)

    def work(self) -> None:
        """All that was collected."""
        if self._layers:
            jobs = self._scratch / "jobs.json"
            jobs.write_text(json.dumps(self._layers, ensure_ascii=False), encoding="utf-8")
            done = subprocess.run(
                ["/usr/bin/python3", "-c", _TRANSLATE, str(jobs)],
                check=False,
                capture_output=True,
                text=True,
                errors="replace",  # its warnings name fields in GBK
            )
            assert done.returncode == 0, done.stderr
        for kind, books in self._books.items():
            subprocess.run(
                [
                    "soffice",
                    f"-env:UserInstallation={(self._scratch / 'profile').as_uri()}",
                    "--headless",
                    "--convert-to",
                    kind,
                    "--outdir",
                    str(self._scratch),
                    *(str(source) for source, _ in books),
                ],
                check=True,
                capture_output=True,
                timeout=180,
            )
            for source, file in books:
                source.with_suffix(f".{kind}").replace(file)
        for step in self._last:
            step()
        self._folder.cleanup()
