"""`make bench`, whole: the assessment of a province by mujun and by what people would use instead.

Six steps on the files of `tests/province.py`, by mujun's own functions, a GeoPandas script as a
good user writes it, DuckDB spatial, SedonaDB and PostGIS, each in a process of its own: read,
validity and area, overlapping parcels, land in control lines, allocation, one rule. All answers are
compared before a time counts. Then the whole: `mujun run` with twelve packs, grades and all
outputs, by the local engine and on two dask workers, beside the script of `tests/bench_script.py`,
which has to come to the same land, money, verdicts and grades.

    python -m tests.bench_peers 10000 100000 1000000
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.run import Run
from tests.bench_script import allocated, shared_land

STEPS = ("read", "area", "overlaps", "zones", "allocate", "rule")
LEAST_M2, BAND_M, LEAST_TAX, YEAR = 1.0, 0.002, 20.0, 2023
MU_M2 = 2000 / 3
MONEY = (
    "revenue",
    "output_value",
    "value_added",
    "tax",
    "fixed_investment",
    "rd_expense",
    "energy_tce",
    "employees",
)
LAYERS = ("parcels", "zones", "enterprises", "occupancy", "indicators")


class Clock:
    """Seconds of each step, and the numbers that it found."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.answers: dict[str, list[float]] = {}
        self.floor: dict[str, float] = {}
        self.more_gb = 0.0  # memory of a server

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        out = work()
        self.seconds[name] = time.perf_counter() - start
        return out

    def found(self, name: str, *numbers: Any) -> None:
        self.answers[name] = [float(n) for n in numbers]

    def least(self, name: str, work: Callable[[], Any]) -> Any:
        """What a step cannot do without: bytes read, or calls of GEOS on what has to be met."""
        start = time.perf_counter()
        out = work()
        self.floor[name] = time.perf_counter() - start
        return out


def _read(folder: Path) -> dict[str, Any]:
    return {
        name: (gpd.read_parquet if name in ("parcels", "zones") else pd.read_parquet)(
            folder / f"{name}.parquet"
        )
        for name in LAYERS
    }


def by_mujun(folder: Path, clock: Clock) -> None:
    from geo.economy.allocate import allocate
    from geo.geometry.overlay import overlaps_with, shared, threaded
    from geo.land.zones import cut_zones
    from geo.runtime import keep_memory

    keep_memory()  # as every command of mujun does
    read = clock.step("read", lambda: _read(folder))
    given = read["parcels"]
    own = np.array(given.geometry.array, dtype=object)
    sound, size = clock.step(
        "area",
        lambda: (
            threaded(shapely.is_valid, own).astype(bool),
            threaded(shapely.area, own).astype(float),
        ),
    )
    clock.found("area", sound.sum(), size[sound].sum())
    shapes = own[sound]
    land = clock.step("overlaps", lambda: shapely.area(shared(shapes, BAND_M)[2]))
    clock.found("overlaps", (land > LEAST_M2).sum(), land[land > LEAST_M2].sum())

    def zones() -> Any:
        cut = cut_zones(read["zones"], given.crs)
        met = overlaps_with(shapes, cut.pieces, cut.owner)
        return np.bincount(cut.kind[met.zone], met.area)

    land = clock.step("zones", zones)
    clock.found("zones", *np.sort(land[land > 0]))
    area = pd.Series(size, index=given["parcel_id"])
    rows = clock.step(
        "allocate", lambda: allocate(read["indicators"], read["occupancy"], area).rows
    )
    now = rows[(rows["year"] == YEAR) & rows["parcel_id"].notna()]
    clock.found("allocate", now["tax"].sum(), (now["tax"] ** 2).sum())
    tax = clock.step("rule", lambda: now.groupby("parcel_id")["tax"].sum() / area * MU_M2)
    clock.found("rule", (tax >= LEAST_TAX).sum(), (tax < LEAST_TAX).sum())
    _floor(folder, clock, shapes, cut_zones(read["zones"], given.crs).pieces)


def _floor(folder: Path, clock: Clock, shapes: Any, pieces: Any) -> None:
    """The files' bytes; each box looked up once; the intersections that are left, given the hits.

    What shares land or crosses a line is found before the clock starts.
    """
    from geo.geometry.overlay import shared, threaded

    clock.least("read", lambda: [(folder / f"{n}.parquet").read_bytes() for n in LAYERS])
    clock.floor["area"] = clock.seconds["area"]
    one, other, _ = shared(shapes, BAND_M)
    tree = shapely.STRtree(shapes)
    tree.query(shapes[:1])
    clock.least(
        "overlaps",
        lambda: (tree.query(shapes), threaded(shapely.intersection, shapes[one], shapes[other])),
    )
    at, piece = shapely.STRtree(pieces).query(shapes)
    order = np.argsort(piece, kind="stable")
    at, piece = at[order], piece[order]
    shapely.prepare(pieces)
    edge = shapely.intersects(pieces[piece], shapes[at]) & ~shapely.contains_properly(
        pieces[piece], shapes[at]
    )
    clock.least(
        "zones",
        lambda: (
            tree.query(pieces),
            threaded(shapely.intersection, pieces[piece[edge]], shapes[at[edge]]),
        ),
    )


def by_geopandas(folder: Path, clock: Clock) -> None:
    """As a good user writes it: sjoin, overlay, groupby."""
    read = clock.step("read", lambda: _read(folder))
    given = read["parcels"]
    sound, size = clock.step("area", lambda: (given.is_valid, given.area))
    clock.found("area", sound.sum(), size[sound].sum())
    parcels = given[sound][["parcel_id", "geometry"]].reset_index(drop=True)

    land = clock.step("overlaps", lambda: shared_land(parcels).area)
    clock.found("overlaps", (land > LEAST_M2).sum(), land[land > LEAST_M2].sum())

    def zones() -> Any:
        met = gpd.overlay(parcels, read["zones"], how="intersection", keep_geom_type=True)
        return met.assign(land=met.area).groupby("kind")["land"].sum()

    clock.found("zones", *np.sort(clock.step("zones", zones).to_numpy()))

    rows = clock.step("allocate", lambda: allocated(read["occupancy"], read["indicators"]))
    rows = rows[rows["year"] == YEAR]
    clock.found("allocate", rows["tax"].sum(), (rows["tax"] ** 2).sum())
    area = pd.Series(size.to_numpy(), index=given["parcel_id"])
    tax = clock.step("rule", lambda: rows.groupby("parcel_id")["tax"].sum() / area * MU_M2)
    clock.found("rule", (tax >= LEAST_TAX).sum(), (tax < LEAST_TAX).sum())


SQL = {
    "area": (
        """CREATE TABLE sized AS SELECT parcel_id, geometry,
                ST_IsValid(geometry) AS sound, ST_Area(geometry) AS area FROM parcels""",
        "SELECT count(*), sum(area) FROM sized WHERE sound",
    ),
    # Apart from the join, else DuckDB compares the ids of all pairs before it looks at the land.
    "overlaps": (
        """CREATE TABLE pairs AS WITH m AS {materialized} (
                    SELECT a.parcel_id AS i, b.parcel_id AS j, a.geometry AS g, b.geometry AS h
                    FROM {sound} a JOIN {sound} b ON ST_Intersects(a.geometry, b.geometry))
                    SELECT ST_Area(ST_Intersection(g, h)) AS land FROM m WHERE i < j""",
        f"SELECT count(*), sum(land) FROM pairs WHERE land > {LEAST_M2}",
    ),
    "zones": (
        """CREATE TABLE met AS SELECT z.kind, p.parcel_id,
                 ST_Area(ST_Intersection(p.geometry, z.geometry)) AS land
                 FROM {sound} p JOIN zones z ON ST_Intersects(p.geometry, z.geometry)""",
        "SELECT land FROM (SELECT sum(land) AS land FROM met GROUP BY kind) k ORDER BY 1",
    ),
    "allocate": (
        f"""CREATE TABLE taxed AS SELECT o.parcel_id, o.enterprise_id, o.share, i.year,
                     {", ".join(f"i.{name} * o.share AS {name}" for name in MONEY)}
                     FROM (SELECT *, area_m2 / sum(area_m2) OVER (PARTITION BY enterprise_id)
                           AS share FROM occupancy) o
                     JOIN indicators i ON i.enterprise_id = o.enterprise_id""",
        f"SELECT sum(tax), sum(tax * tax) FROM taxed WHERE year = {YEAR}",
    ),
    "rule": (
        f"""CREATE TABLE judged AS SELECT t.parcel_id,
                 sum(tax) / min(abs(s.area)) * {MU_M2!r} AS per_mu
                 FROM taxed t JOIN sized s ON s.parcel_id = t.parcel_id
                 WHERE t.year = {YEAR} GROUP BY t.parcel_id""",
        f"""SELECT sum(CASE WHEN per_mu >= {LEAST_TAX} THEN 1 ELSE 0 END),
                 sum(CASE WHEN per_mu < {LEAST_TAX} THEN 1 ELSE 0 END) FROM judged""",
    ),
}
"""By step: what makes its table, and what asks for the numbers."""


def _by_sql(
    clock: Clock,
    make_table: Callable[[str], None],
    ask: Callable[[str], list[tuple[Any, ...]]],
    between: Callable[[str], None] = lambda _: None,
    materialized: str = "MATERIALIZED",
) -> None:
    sound = "(SELECT parcel_id, geometry FROM sized WHERE sound)"
    for name, (table, question) in SQL.items():
        clock.step(
            name, lambda t=table: make_table(t.format(sound=sound, materialized=materialized))
        )
        rows = ask(question)
        clock.found(name, *(rows[0] if len(rows) == 1 else [r[0] for r in rows]))
        between(name)


def by_duckdb(folder: Path, clock: Clock) -> None:
    import duckdb
    import duckdb_extension_spatial

    where = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    base = duckdb.connect(config={"threads": 2})
    (file,) = where.rglob("spatial.duckdb_extension")
    base.execute(f"LOAD '{file}'")
    clock.step(
        "read",
        lambda: [
            base.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder / name}.parquet'")
            for name in LAYERS
        ],
    )
    _by_sql(
        clock, lambda text: base.execute(text) and None, lambda text: base.execute(text).fetchall()
    )


def by_sedonadb(folder: Path, clock: Clock) -> None:
    import pyarrow as pa
    import sedonadb

    base = sedonadb.connect()

    def keep(frame: Any, name: str) -> None:
        frame.to_memtable().to_view(name, overwrite=True)

    clock.step(
        "read",
        lambda: [keep(base.read_parquet(str(folder / f"{name}.parquet")), name) for name in LAYERS],
    )

    def table(text: str) -> None:
        head, query = text.split(" AS ", 1)
        keep(base.sql(query), head.split()[-1])

    _by_sql(
        clock,
        table,
        lambda text: [
            tuple(row.values())
            for row in pa.RecordBatchReader.from_stream(base.sql(text)).read_all().to_pylist()
        ],
        materialized="",
    )


def by_postgis(folder: Path, clock: Clock) -> None:
    """Reading is loading the files with their indexes."""
    import pyarrow as pa
    from adbc_driver_postgresql import dbapi

    from tests.postgis_server import server

    with (
        server() as address,
        _server_memory(clock),
        dbapi.connect(address, autocommit=True) as base,
        base.cursor() as cursor,
    ):
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute("SET work_mem = '512MB'")
        cursor.execute("SET max_parallel_workers_per_gather = 2")

        def load(name: str, frame: Any) -> None:
            plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
            if "geometry" in frame:
                plain["geometry"] = shapely.to_wkb(np.asarray(frame.geometry.array))
            cursor.adbc_ingest(
                name, pa.Table.from_pandas(plain, preserve_index=False), mode="create"
            )
            if "geometry" in frame:
                cursor.execute(
                    f"ALTER TABLE {name} ALTER geometry TYPE geometry"
                    " USING ST_GeomFromWKB(geometry)"
                )
                cursor.execute(f"CREATE INDEX ON {name} USING gist (geometry)")
            cursor.execute(f"ANALYZE {name}")

        def index(name: str) -> None:
            if name == "area":
                cursor.execute("CREATE INDEX ON sized USING gist (geometry) WHERE sound")
                cursor.execute("ANALYZE sized")

        def ask(text: str) -> list[tuple[Any, ...]]:
            cursor.execute(text)
            return list(cursor.fetchall())

        clock.step("read", lambda: [load(n, f) for n, f in _read(folder).items()])
        _by_sql(clock, cursor.execute, ask, index)


@contextmanager
def _server_memory(clock: Clock) -> Iterator[None]:
    """The most memory that all processes of PostgreSQL had together, shared pages counted once."""
    import psutil

    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            held = 0
            for process in psutil.process_iter(["name"]):
                if process.info["name"] == "postgres":
                    with suppress(psutil.Error):
                        held += process.memory_full_info().pss
            clock.more_gb = max(clock.more_gb, held / 1e9)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


PEERS = {
    "mujun": by_mujun,
    "GeoPandas": by_geopandas,
    "DuckDB spatial": by_duckdb,
    "SedonaDB": by_sedonadb,
    "PostGIS": by_postgis,
}


def one(name: str, folder: Path) -> dict[str, Any]:
    """A peer in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.bench_peers", "--one", name, str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    out: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return out


def compare(folder: Path, n: int) -> None:
    """Every peer beside the others; a different answer ends the run."""
    for name in LAYERS:  # so that the first does not wait for the disk
        (folder / f"{name}.parquet").read_bytes()
    found = {name: one(name, folder) for name in PEERS}
    for step in STEPS[1:]:
        mine = found["mujun"]["answers"][step]
        for name, other in found.items():
            if not np.allclose(mine, other["answers"][step], rtol=1e-9):
                raise SystemExit(f"{step}: mujun {mine}, {name} {other['answers'][step]}")
    size = sum((folder / f"{name}.parquet").stat().st_size for name in LAYERS) / 1e6
    print(f"\n{n:,} parcels ({size:,.0f} MB of files); seconds, and × mujun\n")
    print("| step | floor | " + " | ".join(PEERS) + " |\n|---|---:|" + "---:|" * len(PEERS))
    floor = found["mujun"]["floor"]
    whole = {name: sum(f["seconds"].values()) for name, f in found.items()}
    for step in (*STEPS, "all six"):
        own = {
            name: whole[name] if step == "all six" else f["seconds"][step]
            for name, f in found.items()
        }
        least = f"{floor[step]:.2f}" if step in floor else "—"
        print(
            f"| {step} | {least} | "
            + " | ".join(f"{s:.2f} ×{s / own['mujun']:.1f}" for s in own.values())
            + " |"
        )
    print(
        "| peak memory, GB (PostGIS: with its server) | | "
        + " | ".join(f"{f['peak'] + f['more']:.1f}" for f in found.values())
        + " |"
    )
    print(
        "| µs a parcel, all six | | "
        + " | ".join(f"{seconds / n * 1e6:.0f}" for seconds in whole.values())
        + " |",
        flush=True,
    )


def whole_run(folder: Path, n: int) -> None:
    """From files to files: `mujun run`, and a script that has to find the same."""
    print("\n| whole, 12 packs | seconds | ms a parcel | peak of a process, GB | of it: |")
    print("|---|---:|---:|---:|---|", flush=True)
    told: dict[str, Any] = {}
    for name in ("script", "dask", "local"):
        out = folder / name
        command = (
            [sys.executable, "-W", "ignore", "-m", "tests.bench_script", folder, out]
            if name == "script"
            else [
                Path(sys.executable).with_name("mujun"),
                "run",
                "-q",
                "--json",
                "-p",
                folder,
                "--output",
                out,
                "--engine",
                name,
            ]
        )
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, *map(str, command)],
            env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            check=False,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{name}: {done.stderr[-2000:]}")
        *_, said, peak = done.stdout.splitlines()
        most: list[tuple[str, float]] = []
        if name == "script":
            told = json.loads(said)
        else:
            agree(told, out)
            steps = json.loads((out / "run.json").read_text(encoding="utf-8"))["seconds"]
            most = sorted(steps.items(), key=lambda kv: -kv[1])[:5]
        print(
            f"| {name} | {seconds:.0f} | {seconds / n * 1000:.2f} | {float(peak):.1f} | "
            + ", ".join(f"{k} {v:.0f}" for k, v in most)
            + " |",
            flush=True,
        )
        shutil.rmtree(out)


_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6)
sys.exit(done)
"""


def agree(told: dict[str, Any], out: Path) -> None:
    """End the run unless the tables in `out` say what the script found."""

    def table(name: str, *columns: str) -> Any:
        read = gpd.read_parquet if "geometry" in columns else pd.read_parquet
        parts = out / "tables" / name
        return read(
            parts if parts.is_dir() else out / f"tables/{name}.parquet", columns=list(columns)
        )

    parcels = table("parcels", "parcel_id", "area_m2", "geometry")
    money = table("allocation", "parcel_id", "year", "tax")
    zones = table("zones", "subject", "subject_id", "zone_id", "kind", "share")
    zones = zones[(zones["subject"] == "parcel") & (zones["zone_id"] != "")]
    plane = zones["subject_id"].astype("str").map(parcels.set_index("parcel_id").area)
    grades = table("grades", "subject", "grade")
    grade = grades.loc[grades["subject"] == "enterprise", "grade"].astype("str")
    met = {
        rule.id: [int((rule.gap >= 0).sum()), int((~np.isnan(rule.gap)).sum())]
        for rule in Run.load(out).verdict_codes
    }
    code = table("findings", "code")["code"]
    found = {
        "area": parcels["area_m2"].sum(),
        "tax": money.loc[(money["year"] == YEAR) & money["parcel_id"].notna(), "tax"].sum(),
        "overlaps": int((code == "overlap").sum()),
        "zones": (zones["share"] * plane).groupby(zones["kind"].astype("str")).sum().to_dict(),
        "grades": grade[grade != "ungraded"].value_counts().to_dict(),
        "verdicts": {rule: row for rule, row in met.items() if row[1]},
    }
    for name, mine in found.items():
        theirs = told[name]
        if name == "verdicts":
            theirs = {rule: row for rule, row in theirs.items() if row[1]}
        same = (
            mine == theirs
            if name in ("overlaps", "grades", "verdicts")
            else np.allclose(
                *(
                    [v for _, v in sorted(d.items())] if isinstance(d, dict) else d
                    for d in (mine, theirs)
                ),
                rtol=1e-8,
            )
        )
        if not same:
            raise SystemExit(f"{name}: mujun {mine}, the script {theirs}")


def main(sizes: list[int]) -> None:
    for n in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "province"  # made apart, so that its memory is no one's
            code = (
                "import sys; from pathlib import Path; from tests.province import make;"
                " make(Path(sys.argv[1]), int(sys.argv[2]))"
            )
            subprocess.run([sys.executable, "-c", code, str(folder), str(n)], check=True)
            compare(folder, n)
            whole_run(folder, n)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        own = Clock()
        PEERS[sys.argv[2]](Path(sys.argv[3]), own)
        peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
        print(
            json.dumps(
                {
                    "seconds": own.seconds,
                    "answers": own.answers,
                    "floor": own.floor,
                    "more": own.more_gb,
                    "peak": int(peak.group(1)) / 1e6 if peak else 0.0,
                }
            )
        )
    else:
        main([int(word) for word in sys.argv[1:]] or [10_000, 100_000])
