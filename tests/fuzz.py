"""Files that were damaged at random, fed to every reader: each is read or refused in a sentence.

    python -m tests.fuzz 200000 [seed]

An input fails that ends in another error than mujun's own, takes over 10 s, asks for over 2 GB or
ends the process. What failed is kept in a folder that is named at the end.
"""

from __future__ import annotations

import io
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import shapely

from geo.errors import MujunError
from geo.evaluate.method import read_method
from geo.model import LAYERS
from geo.project import LayerSource, TableSource, read_project
from geo.source_spec import RasterSource
from geo.sources.fields import canonical
from geo.sources.raster import open_raster
from geo.sources.survey_txt import read_survey
from geo.sources.tables import read_table
from geo.sources.vector import read_vector
from geo.standards.model import read_pack

ROOT = Path(__file__).parent.parent
SECONDS = 10.0
MEMORY = 2 << 30
BATCH = 400
SLOW = {".fgb": 40, ".xls": 40}
"""Formats whose readers run in a process of their own: one in so many inputs is theirs."""

MONEY = pd.DataFrame(
    {
        "enterprise_id": [f"9151108{i}" for i in range(9)],
        "year": 2023,
        "revenue": [1000.5 * i for i in range(9)],
        "tax": range(9),
    }
)
LAND = gpd.GeoDataFrame(
    {
        "parcel_id": [f"P{i}" for i in range(6)],
        "land_use": "100101",
        "name": [f"宗地{i}" for i in range(6)],
        "contract_area_m2": 1e4 + pd.Series(range(6)),
    },
    geometry=[
        shapely.box(5.28e5 + 100 * i, 3.246e6, 5.281e5 + 100 * i, 3.2461e6) for i in range(6)
    ],
    crs="EPSG:4544",
)


def table(file: Path) -> None:
    """Read as the indicators of a project."""
    frame, _ = read_table(file, TableSource(path=file.name), "indicators")
    canonical(frame, LAYERS["indicators"], {}, file.name, "CNY")


def layer(file: Path) -> None:
    """Read as the parcels of a project."""
    frame, _ = read_vector(file, LayerSource(path=file.name), "parcels")
    canonical(frame, LAYERS["parcels"], {}, file.name, "CNY")


def survey(file: Path) -> None:
    """Read as parcels of 报盘 TXT."""
    frame, _ = read_survey([file], None, "parcels")
    canonical(frame, LAYERS["parcels"], {}, file.name, "CNY")


def raster(file: Path) -> None:
    """Opened as a raster of elevations."""
    open_raster("elevation", file, RasterSource(path=file.name))


def project(file: Path) -> None:
    """Read as a project file."""
    read_project(file)


def pack(file: Path) -> None:
    """Read as a rule pack of an office."""
    read_pack(file.name, file.parent)


def method(file: Path) -> None:
    """Read as a grading method of an office."""
    read_method(file.name, file.parent)


Reader = Callable[[Path], None]


def seeds(folder: Path) -> dict[Path, Reader]:
    """One whole file of each format, with what reads it."""
    out: dict[Path, Reader] = {}

    def kept(name: str, reader: Reader) -> Path:
        out[folder / name] = reader
        return folder / name

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["企业经济指标表（单位：万元）"])
    sheet.append(["统一社会信用代码", "年份", "营业收入（万元）", "税收（万元）"])
    for row in MONEY.to_numpy().tolist():
        sheet.append(row)
    sheet["E3"] = "=SUM(C3:D3)"
    sheet.merge_cells("B3:B4")
    book.save(kept("t.xlsx", table))
    MONEY.to_csv(kept("t.csv", table), index=False)
    MONEY.rename(columns={"revenue": "营业收入（万元）"}).to_csv(
        kept("gbk.csv", table), index=False, encoding="gbk"
    )
    MONEY.to_parquet(kept("t.parquet", table))
    LAND.to_file(kept("l.gpkg", layer))
    LAND.to_file(kept("l.geojson", layer))
    LAND.to_parquet(kept("g.parquet", layer))
    LAND.to_file(kept("l.fgb", layer))
    LAND.to_file(kept("l.shp", layer), encoding="GBK")
    LAND.to_file(kept("l.gml", layer))
    LAND.to_crs(4490).to_file(kept("l.kml", layer), driver="KML")
    pyogrio.write_dataframe(
        LAND[["geometry"]].boundary.to_frame("geometry").set_geometry("geometry").set_crs(4544),
        kept("l.dxf", layer),
        driver="DXF",
    )
    for name in sorted((ROOT / "tests/data/survey_txt").glob("*.txt")):
        shutil.copy(name, kept(name.name, survey))
    shutil.copy(ROOT / "layers/elevation.tif", kept("e.tif", raster))
    shutil.copy(ROOT / "geo/data/template/mujun.toml", kept("mujun.toml", project))
    shutil.copy(ROOT / "geo/standards/packs/longchang-neirong-2022.toml", kept("pack.toml", pack))
    shutil.copy(ROOT / "geo/evaluate/methods/huangyan-2022.toml", kept("method.toml", method))
    return out


EXTREMES = [
    b"",
    b"\0",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"-1",
    b"1e309",
    b"nan",
    b"inf",
    b"9" * 400,
    "园".encode(),
    "园".encode("gbk"),
    b"\xef\xbb\xbf",
    b"\r",
    b"\n\n",
    b'"',
    b",",
    b"[[",
    b"}}",
    b"<x>",
    b"&lt;",
    b"1048576",
    b"XFD1048576",
    b"../../x",
]


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four hurts."""
    out = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(7)
        if kind == 0 and out:
            out[at % len(out)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at : at + chance.choice((1, 4, 16, 200))] = b""
        elif kind == 2:
            out[at:at] = chance.choice(EXTREMES)
        elif kind == 3:
            del out[at:]
        elif kind == 4:
            out[at:at] = out[at : at + chance.choice((1, 8, 64, 512))]
        elif kind == 5:
            part = chance.choice(EXTREMES)
            out[at : at + len(part)] = part
        else:
            found = list(re.finditer(rb"\d+", bytes(out[at : at + 2000])))
            if found:
                start, end = chance.choice(found).span()
                out[at + start : at + end] = chance.choice(EXTREMES)
    return bytes(out)


def damaged_zip(raw: bytes, chance: random.Random) -> bytes:
    """The archive with one of its members hurt, so that the hurt reaches the reader inside."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
        hurt = chance.choice(old.namelist())
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, damaged(body, chance) if name == hurt else body)
    return made.getvalue()


def inputs(folder: Path, first: int, count: int, seed: int) -> Iterator[tuple[int, Path, Reader]]:
    """Damaged files, each in a folder of its own beside what belongs to it."""
    whole = seeds(folder / "seeds")
    files = list(whole)
    for number in range(first, first + count):
        chance = random.Random(f"{seed}/{number}")
        file = chance.choice(files)
        while file.suffix in SLOW and chance.randrange(SLOW[file.suffix]):
            file = chance.choice(files)
        place = folder / "one"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for part in file.parent.glob(f"{file.stem}.*"):
            if file.suffix == ".shp" or part == file:
                shutil.copy(part, place)
        victims = sorted(p for p in place.iterdir() if p.suffix not in (".cpg", ".prj"))
        victim = chance.choice(victims)
        raw = victim.read_bytes()
        zipped = file.suffix == ".xlsx" and chance.random() < 0.8
        victim.write_bytes((damaged_zip if zipped else damaged)(raw, chance))
        yield number, place / file.name, whole[file]


def why_wrong(file: Path, reader: Reader) -> str:
    """What is wrong with how a file was taken; empty where it was read or refused."""
    began = time.process_time()
    try:
        with redirect_stderr(io.StringIO()):
            reader(file)
    except MujunError as error:
        if not error.text.zh.strip() or "\n" in error.text.zh.strip():
            return f"not one sentence: {error.text.zh!r}"
    except BaseException:  # noqa: BLE001 -- a fault of any other kind is what is looked for
        return traceback.format_exc()
    took = time.process_time() - began
    return f"{took:.0f} s of processor" if took > SECONDS else ""


def batch(first: int, count: int, seed: int, kept: Path) -> int:
    """Feed a batch in this process; what failed is copied into `kept`."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY + (3 << 30), hard))  # with what is loaded
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "seeds").mkdir()
        for number, file, reader in inputs(Path(folder), first, count, seed):
            (kept / "now").write_text(f"{number} {file.name}", encoding="utf-8")
            said = why_wrong(file, reader)
            if said:
                wrong += 1
                place = kept / f"{seed}-{number}"
                shutil.copytree(file.parent, place, dirs_exist_ok=True)
                (place / "said.txt").write_text(said, encoding="utf-8")
    return wrong


def feed(count: int, seed: int, kept: Path) -> list[str]:
    """Feed `count` inputs in processes, two at a time; what failed, a line each."""
    found: list[str] = []
    waiting = [(first, min(BATCH, count - first)) for first in range(0, count, BATCH)]
    running: list[tuple[subprocess.Popen[bytes], Path, int]] = []
    while waiting or running:
        while waiting and len(running) < 2:
            first, size = waiting.pop(0)
            place = kept / f"batch-{first}"
            place.mkdir(parents=True)
            running.append(
                (
                    subprocess.Popen(
                        [
                            sys.executable,
                            "-m",
                            "tests.fuzz",
                            "--batch",
                            str(first),
                            str(size),
                            str(seed),
                            str(place),
                        ],
                        cwd=ROOT,
                        stderr=subprocess.DEVNULL,
                    ),
                    place,
                    first,
                )
            )
        process, place, _ = running.pop(0)
        try:
            code = process.wait(timeout=BATCH * SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = -9
        if code:
            last = (place / "now").read_text(encoding="utf-8")
            found.append(f"{last}: the process ended ({code})")
        for said in sorted(place.glob("*/said.txt")):
            last = said.read_text(encoding="utf-8").strip().splitlines()[-1]
            found.append(f"{said.parent}: {last}")
    return found


def main() -> None:
    """`python -m tests.fuzz COUNT [SEED]`."""
    if sys.argv[1] == "--batch":
        first, size, seed = map(int, sys.argv[2:5])
        batch(first, size, seed, Path(sys.argv[5]))
        return
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    kept = Path(tempfile.mkdtemp(prefix="fuzz-"))
    found = feed(count, seed, kept)
    print("\n".join(found))
    print(f"{count} inputs, {len(found)} wrong; seed {seed}; kept in {kept}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
