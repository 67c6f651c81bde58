"""Low-efficiency land (低效用地) by an office's own rule packs."""

from __future__ import annotations

from geo.text import Message, Wording

LOW_WORDS: dict[str, Wording] = {
    "fail": Message("low_efficiency.fail"),
    "pass": Message("low_efficiency.pass"),
    "no_data": Message("low_efficiency.no_data"),
    "exempt": Message("low_efficiency.exempt"),
    "conflict": Message("low_efficiency.conflict"),
}
"""What the verdict of a pack of low-efficiency criteria means: to fail it is to be 低效."""
