"""The reference system of a layer that states none, or a doubtful one: judged by where the land lies.

Candidates are tried one by one, and one is taken only where the land then lies over the folder's
other layers, or in the division that its codes name. GCJ-02 and datums that need parameters are
never taken for an answer by themselves: they are said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from geo.arrays import CRS, Floats
from geo.errors import CrsError
from geo.intake.divisions import Box, Division, full_name
from geo.sources.axes import swapped
from geo.sources.datum import datum_name, published_accuracy, same_datum
from geo.text import Message, Wording

Bounds = tuple[float, float, float, float]

NEAR_KM = 20.0
"""Layers of one folder lie over each other, or as near as this."""
_SAME_DEGREES = 2e-5
"""Two metres: candidates that put the land at one place are one answer."""
_MANY = 40
"""Systems of one region that are tried."""
DEGREES_ALWAYS = ("geojson", "json", "kml", "kmz")
"""Formats that hold degrees and name no datum: readers call it WGS 84."""
_CHINA = (73.0, 3.0, 136.0, 54.0)
_THREE_DEGREES, _SIX_DEGREES = range(25, 46), range(13, 24)
_ZONE_WIDTH = {3: 2.5, 6: 4.5}
"""Degrees from the central meridian within which a zone is used."""


@dataclass(frozen=True)
class Candidate:
    """A reference system, where the land then lies (degrees), and what speaks for it."""

    crs: str
    name: str
    box: Box
    reasons: tuple[Wording, ...]
    fits: bool

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return _middle(self.box)


@dataclass(frozen=True)
class CrsGuess:
    """What a layer's reference system is taken for.

    Parameters
    ----------
    crs
        What has to be written in the project file; None where the file's own stands.
    sure
        Whether no question is needed.
    candidates
        Best first; more than one only where it is not sure.
    warnings
        What speaks against it, or has to be known beside it.
    """

    crs: str | None
    sure: bool
    candidates: tuple[Candidate, ...] = ()
    warnings: tuple[Wording, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What tells where the land lies.

    Parameters
    ----------
    boxes
        Degrees of the layers that state where they lie, by name.
    systems
        Reference systems of the folder's other layers.
    division
        What the codes in the data name, with the reason; None where they name nothing.
    """

    boxes: dict[str, Box]
    systems: tuple[CRS, ...] = ()
    division: Division | None = None
    why_division: Wording | None = None

    def without(self, name: str) -> Ground:
        """The same without one layer: nothing is judged by itself."""
        boxes = {key: box for key, box in self.boxes.items() if key != name}
        return Ground(boxes, self.systems, self.division, self.why_division)


def box_of(bounds: Bounds, crs: CRS) -> Box | None:
    """Degrees of bounds; None where they are none on the globe."""
    left, bottom, right, top = bounds
    if not np.isfinite(bounds).all():
        return None
    if crs.is_geographic:
        lon, lat = np.array([left, right]), np.array([bottom, top])
    else:
        xs, ys = _outline(bounds)
        lon, lat = _degrees(crs, xs, ys)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    box = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    on_globe = max(map(abs, box[::2])) <= 180 and max(map(abs, box[1::2])) <= 90
    return box if on_globe else None


def judge_crs(name: str, bounds: Bounds, crs: CRS | None, ground: Ground) -> CrsGuess:
    """The reference system of a layer by what it states and by where it then lies.

    `bounds` are left, bottom, right, top in the file's own numbers.
    """
    ground = ground.without(name)
    if crs is not None:
        stated = _judge_stated(bounds, crs, ground)
        if stated is not None:
            return stated
    found = candidates(bounds, ground)
    fitting = [one for one in found if one.fits]
    first = fitting or found
    if not first:
        return CrsGuess(None, sure=False, warnings=_no_candidate(bounds, crs))
    sure = len(fitting) == 1
    warnings = _no_parameters(first[0])
    if crs is not None:
        warnings.append(Message("intake_crs.states_other", name=crs.name))
    return CrsGuess(first[0].crs, sure, tuple(fitting[:1] if sure else first), tuple(warnings))


def _judge_stated(bounds: Bounds, crs: CRS, ground: Ground) -> CrsGuess | None:
    """The file's own system where nothing speaks against it; None where it must be another."""
    try:
        datum = datum_name(crs)
    except CrsError:
        return None
    box = box_of(bounds, crs)
    if box is None:
        return None
    lies, _ = _evidence(box, ground)
    if lies is False:
        return None
    foreign = [s for s in ground.systems if not same_datum(s, crs)]
    if not foreign:
        return CrsGuess(None, sure=True)
    if published_accuracy(crs, foreign[0], np.asarray(bounds)) is not None:
        return CrsGuess(None, sure=True)  # a run lays it by what is published, and says how well
    why = Message("intake_crs.other_datum", datum=datum, other=datum_name(foreign[0]))
    return CrsGuess(None, sure=True, warnings=(why,))


def _no_parameters(candidate: Candidate) -> list[Wording]:
    """In China numbers alone do not tell CGCS2000 from the datums before it."""
    inside = _within(*candidate.middle, _CHINA)
    if not inside or not candidate.crs.startswith("EPSG:4"):
        return []
    degrees = candidate.crs in ("EPSG:4490", "EPSG:4326")
    return [Message("intake_crs.degrees_may_be_shifted" if degrees else "intake_crs.older_datums")]


def _no_candidate(bounds: Bounds, crs: CRS | None) -> tuple[Wording, ...]:
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    stated = Message("intake_crs.states_other", name=crs.name) if crs is not None else None
    why = "no_candidate"
    if _within(y, x, _CHINA):  # 29.3, 105.3 is latitude first
        why = "swapped"
    elif swapped(np.asarray(bounds)):
        why = "swapped_plane"
    none = Message(f"intake_crs.{why}", x=x, y=y)
    return (none,) if stated is None else (stated, none)


def candidates(bounds: Bounds, ground: Ground) -> list[Candidate]:
    """Systems in which the land lies where it can be, those that something speaks for first."""
    out: list[Candidate] = []
    for code, system in _tried(bounds, ground):
        box = box_of(bounds, system)
        if box is None or not _in_use(code, system, box):
            continue
        lies, reasons = _evidence(box, ground)
        if lies is False or any(_one_place(box, other.box) for other in out):
            continue
        lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        where = Message("intake_crs.lands", crs=code, name=system.name, lon=lon, lat=lat)
        out.append(Candidate(code, system.name, box, (where, *reasons), lies is True))
    return sorted(out, key=lambda one: not one.fits)


def _one_place(one: Box, other: Box) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < _SAME_DEGREES


def _tried(bounds: Bounds, ground: Ground) -> list[tuple[str, CRS]]:
    """Systems by their names, in the order in which they are likely."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    codes: list[str] = []
    if abs(bounds[0]) <= 180 and abs(bounds[2]) <= 180 and abs(bounds[1]) <= 90 >= abs(bounds[3]):
        codes.append("EPSG:4490" if _within(x, y, _CHINA) else "EPSG:4326")
        return [(code, _system(code)) for code in codes]
    codes += [text for text in map(_code_of, ground.systems) if text]
    zone = int(x // 1e6)
    if zone in _THREE_DEGREES:
        codes.append(f"EPSG:{4488 + zone}")
    elif zone in _SIX_DEGREES:
        codes.append(f"EPSG:{4478 + zone}")
    elif 0 < x < 1e6 and 4e5 < y < 6e6:
        codes += [f"EPSG:{4509 + zone}" for zone in _THREE_DEGREES]
        codes += [f"EPSG:{4489 + zone}" for zone in _SIX_DEGREES]
    if 8e6 < x < 15.2e6 and 3e5 < y < 7.2e6:
        codes.append("EPSG:3857")
    codes += _of_region(ground)
    return [(code, _system(code)) for code in dict.fromkeys(codes)]


def _of_region(ground: Ground) -> list[str]:
    """Projected systems in use where the other layers lie, outside China."""
    if not ground.boxes:
        return []
    boxes = np.array(list(ground.boxes.values()))
    lon, lat = float(np.median(boxes[:, [0, 2]])), float(np.median(boxes[:, [1, 3]]))
    return [] if _within(lon, lat, _CHINA) else list(_projected(round(lon, 1), round(lat, 1)))


@lru_cache(maxsize=64)
def _projected(lon: float, lat: float) -> tuple[str, ...]:
    """Projected systems of the EPSG register for a point, those of the smallest area first."""
    infos = query_crs_info("EPSG", PJType.PROJECTED_CRS, AreaOfInterest(lon, lat, lon, lat))
    sized = [
        ((a.east - a.west) * (a.north - a.south), int(info.code))
        for info in infos
        if (a := info.area_of_use) is not None
    ]
    return tuple(f"EPSG:{code}" for _, code in sorted(sized)[:_MANY])


@lru_cache(maxsize=256)
def _system(code: str) -> CRS:
    return pyproj.CRS.from_user_input(code)


def _code_of(system: CRS) -> str:
    code = system.to_epsg()
    return "" if code is None or system.is_geographic else f"EPSG:{code}"


def _in_use(code: str, system: CRS, box: Box) -> bool:
    """Whether a zone is used so far from its central meridian."""
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    number = int(code.partition(":")[2])
    if 4491 <= number <= 4554:
        width = _ZONE_WIDTH[3 if number >= 4513 else 6]
        middle = _central_meridian(system)
        return abs(lon - middle) <= width and _within(lon, lat, _CHINA)
    if 32643 <= number <= 32653:
        return abs(lon - _central_meridian(system)) <= 3.2
    return True


def _central_meridian(system: CRS) -> float:
    operation = system.coordinate_operation
    found = [p.value for p in operation.params if p.name == "Longitude of natural origin"]
    return float(found[0])


def _evidence(box: Box, ground: Ground) -> tuple[bool | None, list[Wording]]:
    """Whether land lies where other layers and codes say, and why; None where nothing says."""
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if ground.boxes:
        away = {name: _apart_km(box, other) for name, other in ground.boxes.items()}
        nearest = min(away, key=lambda name: away[name])
        if away[nearest] > NEAR_KM:
            return False, []
        code = "intake_crs.overlaps" if away[nearest] == 0 else "intake_crs.near"
        return True, [Message(code, layer=nearest, km=away[nearest])]
    if ground.division is not None:
        if not ground.division.holds(lon, lat):
            return False, []
        name = full_name(ground.division)
        return True, [Message("intake_crs.in_division", name=name, why=ground.why_division or "")]
    return None, []


def _apart_km(one: Box, other: Box) -> float:
    """Kilometres between two boxes of degrees; 0 where they overlap."""
    east = max(one[0] - other[2], other[0] - one[2], 0.0)
    north = max(one[1] - other[3], other[1] - one[3], 0.0)
    middle = np.radians((one[1] + one[3] + other[1] + other[3]) / 4)
    return float(np.hypot(east * 111.32 * np.cos(middle), north * 110.57))


def _middle(box: Box) -> tuple[float, float]:
    west, south, east, north = box
    return (west + east) / 2, (south + north) / 2


def _within(lon: float, lat: float, box: Box) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def _outline(bounds: Bounds) -> tuple[Floats, Floats]:
    left, bottom, right, top = bounds
    xs = np.array([left, right, right, left, (left + right) / 2], dtype=np.float64)
    ys = np.array([bottom, bottom, top, top, (bottom + top) / 2], dtype=np.float64)
    return xs, ys


def _degrees(crs: CRS, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    try:
        to = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        lon, lat = to.transform(xs, ys)
    except pyproj.exceptions.ProjError:
        nothing = np.full(len(xs), np.inf)
        return nothing, nothing
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
