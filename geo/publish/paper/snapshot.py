"""`mujun snapshot`: a map of a run on paper, at a true scale, as PNG, PDF, SVG or GeoTIFF.

snapshot(run, View(theme="compliance", park="SYN-01"), Path("park.pdf"))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely

from geo.errors import OutputError
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.letters import writable
from geo.publish.look.style import Theme
from geo.publish.lookup import ready
from geo.publish.paper.fonts import chinese, save_svg, shortened, wrap_into
from geo.publish.paper.ground import Frame, framed
from geo.publish.paper.legend_panel import draw_column
from geo.publish.paper.map_frame import draw_map
from geo.publish.paper.scene import Scene, Subject, View
from geo.publish.paper.sheet import MARK, PAPERS, SOFT, Box, Sheet
from geo.publish.paper.titles import map_title
from geo.publish.paper.typeset import typeset
from geo.run import Run

FORMATS = (".png", ".pdf", ".svg", ".tif")
MARGIN, TITLE, COLUMN, GAP = 8.0, 13.0, 52.0, 6.0
"""Of A4, mm; they grow with the paper."""


@dataclass(frozen=True)
class Drawing:
    """A drawn sheet: its figure, its map's frame and axes, and what it shows."""

    sheet: Sheet
    frame: Frame
    axes: Any
    subject: Subject
    theme: Theme
    title: str


def snapshot(
    run: Run, view: View, file: Path | str, dpi: int = 300, options: Publish = DEFAULT_OPTIONS
) -> Drawing:
    """Draw a view into `file` (.png .pdf .svg .tif by its name); the drawing.

    A .pdf carries its coordinates (ISO 32000-2 geospatial); a .tif is the map alone, as an RGB
    GeoTIFF in its plane. Raises OutputError for an unknown theme, place or format.
    """
    file = Path(file)
    ready(file.parent)
    return snapshots(run, [(view, file)], dpi, options)[0]


def snapshots(
    run: Run, views: Iterable[tuple[View, Path]], dpi: int = 300, options: Publish = DEFAULT_OPTIONS
) -> list[Drawing]:
    """`snapshot` of each view into its file; outlines are brought into a plane once."""
    scene = Scene(run, options)
    return [_write(scene, view, file, dpi) for view, file in views]


def _write(scene: Scene, view: View, file: Path, dpi: int) -> Drawing:
    kind = file.suffix.lower()
    if kind not in FORMATS:
        raise OutputError("snapshot.cannot_write", kind=kind, formats=" ".join(FORMATS))
    with chinese():
        drawing = draw(scene, view)
        if kind == ".tif":
            from geo.publish.paper.georef import write_geotiff  # noqa: PLC0415 -- of few pictures

            write_geotiff(drawing.sheet, drawing.frame, file, dpi, _tags(scene, drawing))
        elif kind == ".pdf":
            _write_pdf(drawing, drawing.title, file)
        else:
            stamp = {"Software": None} if kind == ".png" else {"Date": None}
            extra: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}} if kind == ".png" else {}
            drawing.sheet.figure.savefig(
                file, dpi=dpi, metadata=stamp | {"Title": drawing.title}, **extra
            )
    return drawing


def _write_pdf(drawing: Drawing, title: str, file: Path) -> None:
    sheet = drawing.sheet

    from geo.publish.paper.georef import georeference  # noqa: PLC0415 -- of few pictures

    def picture(folder: Path) -> None:
        save_svg(sheet.figure, folder / "sheet.svg")

    typeset("sheet", {"title": title, "width": sheet.width, "height": sheet.height}, file, picture)
    georeference(file, sheet, drawing.frame)


def draw(scene: Scene, view: View) -> Drawing:
    """A view as a figure; call it inside `fonts.chinese`."""
    theme, subject = scene.theme(view.theme), scene.subject(view)
    short, long = PAPERS[view.paper]
    sheet = Sheet(*((short, long) if view.portrait else (long, short)))
    size = sheet.size
    margin, top, column, gap = (v * size for v in (MARGIN, TITLE, COLUMN, GAP))
    box = Box(
        margin + 2 * size,
        margin + top,
        sheet.width - 2 * margin - column - gap - 2 * size,
        sheet.height - 2 * margin - top - 2 * size,
    )
    frame = framed(box, subject.plane, subject.bounds, view.scale)
    if view.parcel or view.box is not None:  # then it is about what the frame shows
        seen = shapely.intersects(scene.within(frame.plane)[0], shapely.box(*frame.bounds))
        subject = replace(subject, own=seen)
    axes = draw_map(sheet, frame, scene, subject, theme, view)
    sheet.rectangle(box, linewidth=1.0, zorder=10)
    title = writable(shortened(view.title or map_title(scene, subject, theme, view)))
    _heading(sheet, title, view.subtitle or _under(scene, subject, theme, view))
    draw_column(
        sheet, Box(box.right + gap, box.y, column, box.h), frame, scene, subject, theme, view
    )
    return Drawing(sheet, frame, axes, subject, theme, title)


def _under(scene: Scene, subject: Subject, theme: Theme, view: View) -> str:
    """The line under the title: the project; place, theme and year under a title of one's choice."""
    return map_title(scene, subject, theme, view) if view.title else scene.settings.title


def _heading(sheet: Sheet, title: str, below: str) -> None:
    size = sheet.size
    x, width = MARGIN * size + 2 * size, sheet.width - 2 * MARGIN * size
    for text, points, down, color in ((title, 14, 4.6, MARK), (below, 8, 9.4, SOFT)):
        line = wrap_into(text, points * size, width, 1)[0]
        sheet.text(x, (MARGIN + down) * size, line, points, color=color)


def _tags(scene: Scene, drawing: Drawing) -> dict[str, str]:
    settings = scene.settings
    return {
        "TIFFTAG_IMAGEDESCRIPTION": " ".join(
            t
            for t in (
                settings.title,
                drawing.theme.title(settings.lang),
                str(settings.year),
                settings.synthetic,
            )
            if t
        ),
        "scale": f"1:{drawing.frame.scale:g}",
    }
