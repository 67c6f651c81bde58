"""Which encoding a shapefile's attribute table or a CSV is really in.

A .dbf without .cpg is read as ISO-8859-1 by GDAL, so GBK names turn to mojibake without a word.
The bytes themselves decide here: text that is valid UTF-8 is UTF-8, else GB18030.
"""

from __future__ import annotations

import codecs
import struct
from pathlib import Path

import numpy as np

from geo.errors import SourceError

SAMPLE_RECORDS = 20_000


def dbf_encoding(dbf: Path) -> str | None:
    """Encoding of a .dbf's names and text: "UTF-8", "GB18030", or None if it is all ASCII."""
    raw = dbf.read_bytes()[:32]
    if len(raw) < 32:
        raise _unreadable(dbf)
    count, header, width = struct.unpack("<IHH", raw[4:12])
    with dbf.open("rb") as stream:
        head = stream.read(header)
        body = stream.read(width * min(count, SAMPLE_RECORDS))
    fields = [head[i : i + 32] for i in range(32, len(head) - 31, 32) if head[i] != 0x0D]
    texts = [f[:11].split(b"\0")[0] for f in fields]
    rows = np.frombuffer(body[: len(body) // width * width], np.uint8).reshape(-1, width)
    start = 1
    for field in fields:
        if field[11:12] == b"C":
            cell = np.ascontiguousarray(rows[:, start : start + field[16]])
            foreign = (cell > 127).any(axis=1)
            texts += [row.tobytes().rstrip(b" \0") for row in cell[foreign]]
        start += field[16]
    return _decide([t for t in texts if not t.isascii()], dbf)


def mapinfo_encoding(file: Path) -> str | None:
    """Encoding of a MapInfo table's text if its own charset does not say: "GB18030" or None.

    Most are declared Neutral, which GDAL takes for UTF-8, and hold GBK.
    """
    if b"WindowsSimpChinese" in file.read_bytes()[:4096]:
        return None
    suffix = {".tab": ".dat", ".mif": ".mid"}[file.suffix.lower()]
    held = [f for f in file.parent.iterdir()
            if f.stem == file.stem and f.suffix.lower() == suffix]
    if not held:
        return None
    found = dbf_encoding(held[0]) if suffix == ".dat" else _decide([held[0].read_bytes()], held[0])
    return "GB18030" if found == "GB18030" else None


def text_encoding(file: Path) -> str:
    """Encoding of a whole text file: "utf-8-sig" or "gb18030"."""
    found = _decide([file.read_bytes()], file)
    return "gb18030" if found == "GB18030" else "utf-8-sig"


def _decide(samples: list[bytes], file: Path) -> str | None:
    if not any(not s.isascii() for s in samples):
        return None
    # A fixed-width field can cut its last character in two: forgive the tail, not the middle.
    if samples[0].startswith(codecs.BOM_UTF8):
        return "UTF-8"
    utf8 = all(_decodes(s, "utf-8") for s in samples)
    gbk = all(_decodes(s, "gb18030") for s in samples)
    # Some GBK text is valid UTF-8 by chance (园 is the bytes of U+0530): Chinese wins over scripts
    # that no office here writes.
    if utf8 and not (gbk and _odd(samples) > 0.5 and _han(samples) > 0.9):
        return "UTF-8"
    if gbk:
        return "GB18030"
    raise SourceError(
        f"{file.name}：文字既不是 UTF-8 也不是 GBK/GB18030：请在 mujun.toml 中写明 encoding。",
        f"{file.name}: its text is neither UTF-8 nor GBK/GB18030: name its `encoding`"
        " in mujun.toml.",
    )


def _han(samples: list[bytes]) -> float:
    """Share of Chinese characters in the text, not counting ASCII, if it is GB18030."""
    return _share(samples, "gb18030", "\u4e00", "\u9fa5")


def _odd(samples: list[bytes]) -> float:
    """Share of characters between Latin and punctuation, if it is UTF-8: no script of ours."""
    return _share(samples, "utf-8", "\u0250", "\u1fff")


def _share(samples: list[bytes], encoding: str, first: str, last: str) -> float:
    foreign = [c for s in samples[:1000] for c in s[:100_000].decode(encoding, "ignore") if c > "~"]
    return sum(first <= c <= last for c in foreign) / max(len(foreign), 1)


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 3 and error.start > 0
    return True


def _unreadable(file: Path) -> SourceError:
    return SourceError(
        f"{file.name}：文件已损坏或不是 DBF 表：请重新导出。",
        f"{file.name}: damaged, or not a DBF table: export it again.",
    )
