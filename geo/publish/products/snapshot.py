"""`snapshots/`: a map on paper; `mujun snapshot` says more of how."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product
from geo.text import Message


class SnapshotOptions(Options):
    """The theme, and the park that the map is of; else the first, and all."""

    theme: str = ""
    park: str = ""


def _write(making: Making, asked: SnapshotOptions) -> list[str]:
    from geo.publish.look.themes import theme_called, themes_by_id
    from geo.publish.lookup import park_id
    from geo.publish.names import file_stem
    from geo.publish.paper.scene import View
    from geo.publish.paper.snapshot import snapshots

    run = making.run
    themes = themes_by_id(run)
    theme = theme_called(themes, asked.theme).id
    name = file_stem(theme, themes).replace("-", "_")
    if asked.park:
        parks = run.parks["park_id"].astype("str")
        name += f"-{file_stem(park_id(run, asked.park), parks)}"
    folder = making.stage / "snapshots"
    folder.mkdir()
    view = View(theme=theme, park=asked.park)
    snapshots(run, [(view, folder / f"{name}.png")], options=making.options)
    return []


PRODUCT = Product(
    "snapshot",
    Message("product.snapshot"),
    ("snapshots/",),
    _write,
    options=SnapshotOptions,
    also=True,
    beside=lambda _: True,
    purpose=Message("purpose.snapshot"),
    apart=True,
    memory=5_000,
    cost=(1.5, 0.03),
)
