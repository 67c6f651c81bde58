"""Reads a layer a batch of rows at a time in a process of its own; see `geo.sources.apart`.

A damaged file may end that process, and GDAL there knows the drivers of one format only.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pyogrio
from pyogrio import _ogr


def batches(
    file: str, drivers: tuple[str, ...], size: int, options: dict[str, Any]
) -> Iterator[Any]:
    """What is known of the layer, then its rows as Arrow record batches, in the file's order.

    Times come as text: a column may have several zones.
    """
    others = [name for name in pyogrio.list_drivers() if name not in drivers]
    # Its own way into Arrow spoils the rows after one without an outline (GDAL 3.12).
    pyogrio.set_gdal_config_options(
        {"GDAL_SKIP": ",".join(others) + ",", "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"}
    )
    _ogr._register_drivers()  # noqa: SLF001 -- pyogrio has no public way
    warnings.simplefilter("ignore")
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
    if "FlatGeobuf" in drivers:
        _check_end(file, held, options)


def _check_end(file: str, held: int, options: dict[str, Any]) -> None:
    """Raise ValueError where a FlatGeobuf has fewer features than its header says.

    GDAL ends in silence where the file ends early.
    """
    if options["where"]:
        every = {"layer": options["layer"], "read_geometry": False, "use_pyarrow": True}
        with pyogrio.raw.open_arrow(file, **every) as (_, rows):
            held = sum(batch.num_rows for batch in rows)
    if held < pyogrio.read_info(file, layer=options["layer"])["features"]:
        raise ValueError("fewer features than the header says")
