"""Which encoding text of an attribute table, a CSV or a drawing is really in.

A .dbf without .cpg is read as ISO-8859-1 by GDAL, so GBK names turn to mojibake without a word.
The bytes themselves decide here: text that is valid UTF-8 is UTF-8, else GB18030.
"""

from __future__ import annotations

import codecs
from functools import cache
from pathlib import Path

from geo.errors import SourceError


def text_encoding(file: Path) -> str:
    """Encoding of a whole text file: "utf-8-sig", "gb18030", "utf-16", "utf-16-le" or "-be"."""
    raw = file.read_bytes()
    wide = utf16(raw)
    if wide:
        return wide
    found = decide([raw], file)
    return "gb18030" if found == "GB18030" else "utf-8-sig"


def utf16(raw: bytes) -> str | None:
    """UTF-16 by its mark, or by every second byte being nought in what is ASCII of a text."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = raw[: min(len(raw), 65_536) // 2 * 2]
    for high, low, encoding in (
        (pairs[1::2], pairs[::2], "utf-16-le"),
        (pairs[::2], pairs[1::2], "utf-16-be"),
    ):
        # Separators, digits and line ends are ASCII whatever the language.
        if len(high) > 3 and high.count(0) > max(0.2 * len(high), 5 * low.count(0)):
            return encoding
    return None


def decide(samples: list[bytes], file: Path, declared: str = "") -> str | None:
    """The encoding of these texts of a file: "UTF-8", "GB18030", what it declares, or None (ASCII).

    What is declared (in a .cpg) decides only where the bytes leave a choice: it is often wrong.
    A fixed-width field can cut its last character in two, so an unfinished end is forgiven. Raises
    SourceError where no encoding fits.
    """
    foreign = [s for s in samples if not s.isascii()]
    if not foreign:
        return None
    if samples[0].startswith(codecs.BOM_UTF8):
        return "UTF-8"
    utf8 = [_decodes(s, "utf-8") for s in foreign]
    gbk = all(_decodes(s, "gb18030") for s in foreign)
    # Some GBK text is valid UTF-8 by chance (园 is the bytes of U+0530): Chinese wins over scripts
    # that no office here writes.
    if all(utf8) and not (gbk and _odd(foreign) > 0.5 and _han(foreign) > 0.9):
        return "UTF-8"
    if is_utf8(declared) and sum(utf8) > len(utf8) / 2:
        return "UTF-8"  # a few broken texts do not outweigh the declared encoding
    if (
        _is_legacy(declared)
        and all(_decodes(s, declared) for s in foreign)
        and not (gbk and _common(foreign) > 0.5)
    ):
        return declared
    if gbk:
        return "GB18030"
    raise SourceError("encoding.text_neither_utf_8_nor", file=file.name)


def is_utf8(name: str) -> bool:
    """Whether an encoding's name means UTF-8: UTF-8, utf8, 65001."""
    return name.upper().replace("-", "").replace("_", "") in {"UTF8", "65001", "CP65001"}


def is_gb(name: str) -> bool:
    """Whether an encoding's name means GBK or another of its family."""
    return name.upper().replace("-", "").replace("_", "") in {
        "GBK",
        "GB2312",
        "GB18030",
        "936",
        "CP936",
        "EUCCN",
    }


def _is_legacy(name: str) -> bool:
    """Whether it is an encoding that Python knows, and neither UTF-8 nor of the GBK family."""
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return not (is_utf8(name) or is_gb(name))


def _han(samples: list[bytes]) -> float:
    """Share of Chinese characters in the text, not counting ASCII, if it is GB18030."""
    return _share(samples, "gb18030", "\u4e00", "\u9fa5")


def _odd(samples: list[bytes]) -> float:
    """Share of characters between Latin and punctuation, if it is UTF-8: no script of ours."""
    return _share(samples, "utf-8", "\u0250", "\u1fff")


def _share(samples: list[bytes], encoding: str, first: str, last: str) -> float:
    foreign = _foreign(samples, encoding)
    return sum(first <= c <= last for c in foreign) / max(len(foreign), 1)


def _common(samples: list[bytes]) -> float:
    """Share of everyday Chinese characters, not counting ASCII, if it is GB18030.

    Latin text with accents reads as rare characters: é and r together are 閞.
    """
    foreign = _foreign(samples, "gb18030")
    return sum(c in _everyday() for c in foreign) / max(len(foreign), 1)


@cache
def _everyday() -> frozenset[str]:
    """The 3,755 characters of level 1 of GB 2312."""
    rows = (bytes([lead, trail]) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return frozenset(b"".join(rows).decode("gb2312", "ignore"))


def _foreign(samples: list[bytes], encoding: str) -> list[str]:
    return [c for s in samples[:1000] for c in s[:100_000].decode(encoding, "ignore") if c > "~"]


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        unfinished = error.reason in ("unexpected end of data", "incomplete multibyte sequence")
        return unfinished and error.start > 0
    return True
