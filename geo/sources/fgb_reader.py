"""Reads a FlatGeobuf in a process of its own: a damaged one can end the process that reads it.

Run by `geo.sources.apart`; imports nothing of this package, so that it starts quickly.
"""

from __future__ import annotations

import warnings
from typing import Any

import pyogrio
from pyogrio import _ogr


def read(file: str, options: dict[str, Any]) -> tuple[list[str], dict[str, Any], Any]:
    """Names of the layers, what is known of the one read, and its rows as an Arrow table.

    A named layer that is not there gives no table.
    """
    others = [name for name in pyogrio.list_drivers() if name != "FlatGeobuf"]
    # Its own way into Arrow spoils the rows after one without an outline (GDAL 3.12).
    pyogrio.set_gdal_config_options(
        {"GDAL_SKIP": ",".join(others) + ",", "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"}
    )
    _ogr._register_drivers()  # noqa: SLF001 -- pyogrio has no public way
    warnings.simplefilter("ignore")
    names = [str(name) for name in pyogrio.list_layers(file)[:, 0]]
    if options.get("layer") not in (None, *names):
        return names, {}, None
    about, table = pyogrio.raw.read_arrow(file, **options)
    held = table.num_rows if not options.get("where") else _held(file)
    # That way ends in silence where the file ends early.
    if held < pyogrio.read_info(file)["features"]:
        raise ValueError("fewer features than the header says")
    return names, {key: about[key] for key in ("crs", "geometry_name")}, table


def _held(file: str) -> int:
    """How many features can be read."""
    return int(pyogrio.raw.read_arrow(file, read_geometry=False)[1].num_rows)
