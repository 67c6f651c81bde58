"""Reads layers by GDAL in a process of its own; see `geo.sources.apart`.

A damaged file may end that process, and GDAL there knows the drivers of one format only. Imports
nothing of this package, so that it starts quickly.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import pyogrio
from pyogrio import _ogr


def facts(
    file: str, drivers: Sequence[str], layer: str | None
) -> tuple[list[str], dict[str, Any] | None]:
    """Names of the layers, and what one says of itself, none of its rows read: crs and features."""
    _only(drivers)
    names = _layers(file)
    if layer not in (None, *names):
        return names, None
    about = pyogrio.read_info(file, layer=layer)
    return names, {key: about[key] for key in ("crs", "features")}


def read(
    file: str, drivers: Sequence[str], options: dict[str, Any]
) -> tuple[list[str], dict[str, Any], Any]:
    """Names of the layers, what is known of the one read, and its rows as an Arrow table.

    A named layer that is not there gives no table.
    """
    _only(drivers)
    names = _layers(file)
    if options["layer"] not in (None, *names):
        return names, {}, None
    about, table = pyogrio.raw.read_arrow(file, **options)
    _check_end(file, drivers, table.num_rows, options)
    return names, {key: about[key] for key in ("crs", "geometry_name")}, table


def batches(file: str, drivers: Sequence[str], size: int, options: dict[str, Any]) -> Iterator[Any]:
    """What is known of the layer, then its rows as Arrow record batches, in the file's order.

    Times come as text: a column may have several zones.
    """
    _only(drivers)
    with pyogrio.raw.open_arrow(
        file, batch_size=size, datetime_as_string=True, use_pyarrow=True, **options
    ) as (about, rows):
        yield {
            "crs": about["crs"],
            "geometry": about["geometry_name"] or "wkb_geometry",
            "times": [
                str(name)
                for name, kind in zip(about["fields"], about["dtypes"], strict=True)
                if str(kind).startswith("datetime") and kind != "datetime64[D]"
            ],
        }
        held = 0
        for batch in rows:
            held += batch.num_rows
            yield batch
    _check_end(file, drivers, held, options)


def _layers(file: str) -> list[str]:
    return [str(name) for name in pyogrio.list_layers(file)[:, 0]]


def _only(drivers: Sequence[str]) -> None:
    """Let GDAL know these drivers and no others."""
    others = [name for name in pyogrio.list_drivers() if name not in drivers]
    # FlatGeobuf's own way into Arrow spoils the rows after one without an outline (GDAL 3.12).
    pyogrio.set_gdal_config_options(
        {"GDAL_SKIP": ",".join(others) + ",", "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"}
    )
    _ogr._register_drivers()  # noqa: SLF001 -- pyogrio has no public way
    warnings.simplefilter("ignore")


def _check_end(file: str, drivers: Sequence[str], held: int, options: dict[str, Any]) -> None:
    """Raise ValueError where a FlatGeobuf has fewer features than its header says.

    GDAL ends in silence where the file ends early.
    """
    if "FlatGeobuf" not in drivers:
        return
    layer = options["layer"]
    if options["where"]:
        every = {"layer": layer, "read_geometry": False, "use_pyarrow": True}
        with pyogrio.raw.open_arrow(file, **every) as (_, rows):
            held = sum(batch.num_rows for batch in rows)
    if held < pyogrio.read_info(file, layer=layer)["features"]:
        raise ValueError("fewer features than the header says")
