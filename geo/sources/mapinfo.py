"""MapInfo tables (.tab, .mif): the encoding of their text."""

from __future__ import annotations

from pathlib import Path

from geo.sources.dbf import dbf_encoding, open_dbf
from geo.sources.encoding import decide


def mapinfo_encoding(file: Path) -> str | None:
    """Encoding of a MapInfo table's text if its own charset does not say: "GB18030" or None.

    Most are declared Neutral, which GDAL takes for UTF-8, and hold GBK.
    """
    if b"WindowsSimpChinese" in file.read_bytes()[:4096]:
        return None
    suffix = {".tab": ".dat", ".mif": ".mid"}[file.suffix.lower()]
    held = [f for f in file.parent.iterdir() if f.stem == file.stem and f.suffix.lower() == suffix]
    if not held:
        return None
    found = (
        dbf_encoding(open_dbf(held[0]))
        if suffix == ".dat"
        else decide([held[0].read_bytes()], held[0])
    )
    return "GB18030" if found == "GB18030" else None
