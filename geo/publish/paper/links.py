"""Links of a card to the web map, and the QR code that bears them.

With `[publish] address` it is the address of the map with the parcel's card open, in the form of
`map/address.js`: #v1= and base64url of a JSON. Without one nobody knows where the map is: the code
bears the parcel's id, which the map's search box takes.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import segno

ZOOM = 17
QUIET = 2
"""Modules left white around a code."""
CHUNK = 1_500
"""Letters of a piece of a code's path: a sheet cuts long texts."""


def view_link(address: str, place: tuple[float, float], theme: str, parcel: str) -> str:
    """The map at `address` with a parcel's card open; `place` is its longitude and latitude.

    >>> view_link("https://a.cn/map.html", (105.3, 29.3), "compliance", "A")
    'https://a.cn/map.html#v1=eyJhdCI6WzE3LDI5LjMsMTA1LjNdLCJ0aGVtZSI6eyJpZCI6ImNvbXBsaWFuY2UifSwiY2FyZCI6eyJraW5kIjoicGFyY2VsIiwiaWQiOiJBIn19'
    """
    view = {
        "at": [ZOOM, round(place[1], 6), round(place[0], 6)],
        "theme": {"id": theme},
        "card": {"kind": "parcel", "id": parcel},
    }
    text = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
    coded = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"{address}#v1={coded}"


def qr_code(text: str) -> dict[str, Any]:
    """A QR code as a template takes it: its side in modules, and its SVG path in pieces.

    Of a text that no code can hold (some 2,300 bytes) the side is 0: none is drawn.
    """
    try:
        code = segno.make(text, error="m", micro=False, boost_error=False, encoding="utf-8")
    except segno.DataOverflowError:
        return {"side": 0, "path": []}
    drawn = code.svg_inline(border=QUIET, omitsize=True)
    path = drawn.split(' d="', 1)[1].split('"', 1)[0]
    pieces = [path[at : at + CHUNK] for at in range(0, len(path), CHUNK)]
    return {"side": code.symbol_size(border=QUIET)[0], "path": pieces}
