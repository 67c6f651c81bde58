"""Tables that name enterprises instead of giving their ids: found in the register by their names.

A tax office lists names, a statistics office credit codes. A cell that is no id of the register but
exactly one of its names is that enterprise. A name that several enterprises bear decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from geo import findings
from geo.arrays import Frames, Mask, Series
from geo.geometry.keys import isin_text, match_key
from geo.model import LAYERS
from geo.sources.combine import Rows
from geo.sources.ids import LAYERS_OF
from geo.text import Message, join

_REGISTER, *BY_NAME = LAYERS_OF["enterprise_id"]
"""Layers whose enterprises may be named; the register defines them."""
_OPENING, _CLOSING = r"[\[{〔【〈《]", r"[\]}〕】〉》]"
_SHOWN = 3


def name_key(names: Series) -> Series:
    """What names of enterprises are compared by: no blanks, one width, one kind of brackets.

    >>> name_key(pd.Series(["甲 〔隆昌〕公司", "甲(隆昌)公司"])).tolist()
    ['甲(隆昌)公司', '甲(隆昌)公司']
    """
    key = match_key(names).str.replace(_OPENING, "(", regex=True)
    return key.str.replace(_CLOSING, ")", regex=True)


@dataclass(frozen=True)
class EnterpriseNames:
    """What a register's enterprises are called: its rows with an id and a name, and `ids` as compared.

    Names are compared only where a table has a cell that is no id: of millions that takes seconds.
    """

    register: pd.DataFrame
    ids: Series

    @classmethod
    def of(cls, register: pd.DataFrame) -> EnterpriseNames:
        """The names of a register with `enterprise_id` and `name`; none where it lacks one."""
        columns = ["enterprise_id", "name"]
        if not set(columns) <= set(register):
            return cls(pd.DataFrame(columns=columns, dtype="str"), pd.Series(dtype="str"))
        rows = pd.DataFrame(register[columns]).dropna().astype("str")
        key = match_key(rows["enterprise_id"], credit_codes=True)
        return cls(rows, key.drop_duplicates())

    @cached_property
    def _named(self) -> pd.DataFrame:
        """Each id with what it is called, as compared; a name that stands in for its id is none."""
        ids, names = self.register["enterprise_id"], self.register["name"]
        key = match_key(ids, credit_codes=True).to_numpy()
        rows = pd.DataFrame({"id": ids, "key": key, "called": name_key(names).to_numpy()})
        stands_in = name_key(ids).to_numpy() == rows["called"].to_numpy()
        named: pd.DataFrame = rows[~stands_in].drop_duplicates(["called", "key"])
        return named

    @cached_property
    def id_of(self) -> Series:
        """The id by name, of names that one enterprise bears."""
        once = self._named[~self._named["called"].duplicated(keep=False)]
        return pd.Series(once["id"].to_numpy(), index=once["called"], dtype="str")

    @cached_property
    def several(self) -> Series:
        """The names that several enterprises bear."""
        called = self._named["called"]
        return called[called.duplicated(keep=False)].drop_duplicates()

    def matched(self, frame: pd.DataFrame, layer: str, label: str) -> Matched:
        """A table of `layer` with ids in place of names; `label` is what messages call its file."""
        if layer not in BY_NAME or "enterprise_id" not in frame or self.ids.empty:
            return Matched(frame, 0, findings.no_findings())
        cells = frame["enterprise_id"].astype("str")
        is_id = isin_text(match_key(cells, credit_codes=True), self.ids)
        strange = cells.notna().to_numpy(dtype=bool) & ~is_id
        if not strange.any():
            return Matched(frame, 0, findings.no_findings())
        called = name_key(cells.where(strange))
        unclear = strange & isin_text(called, self.several)
        taken = strange & isin_text(called, self.id_of.index)
        ids = pd.Series(called.map(self.id_of).to_numpy(), index=frame.index, dtype="str")
        note = _unclear(frame, unclear, layer)
        if not taken.any():
            return Matched(frame, 0, note)
        pairs = pd.DataFrame({"was": cells[taken], "now": ids[taken]}).drop_duplicates("was")
        shown = (pairs["was"] + " → " + pairs["now"]).head(_SHOWN)
        text = Message(
            "ids.matched_by_name",
            label=label,
            count=int(taken.sum()),
            enterprises=len(pairs),
            pairs=join(shown, "semicolon"),
        )
        mend = Message("ids.write_the_ids")
        told = findings.about_layer(layer, "ids_by_name", text, mend, "info")
        out = frame.assign(enterprise_id=cells.mask(taken, ids))
        return Matched(out, int(taken.sum()), findings.gather_findings([note, told]))


@dataclass(frozen=True)
class Matched:
    """A table with ids in place of names, how many rows that were, and the findings."""

    frame: pd.DataFrame
    rows: int
    findings: pd.DataFrame


def _unclear(frame: pd.DataFrame, unclear: Mask, layer: str) -> pd.DataFrame:
    """A finding for each row whose name several enterprises bear."""
    return findings.about_rows(
        frame,
        unclear,
        layer=layer,
        key=LAYERS[layer].id_column,
        code="name_of_several",
        severity="warning",
        set_aside=False,
        value=frame["enterprise_id"],
        message=Message("ids.name_of_several"),
        mend=Message("ids.write_the_ids"),
    )


def ids_for_names(frames: Frames) -> tuple[Frames, pd.DataFrame]:
    """Frames by layer name with ids in place of the names of the register's enterprises; findings."""
    if _REGISTER not in frames:
        return frames, findings.no_findings()
    names = EnterpriseNames.of(frames[_REGISTER])
    done = {name: names.matched(frames[name], name, name) for name in BY_NAME if name in frames}
    out = frames | {name: one.frame for name, one in done.items()}
    return out, findings.gather_findings([one.findings for one in done.values()])


def one_register(frames: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Parts of a register with ids for names: who stands in one by name alone is in another by id.

    名录 gives credit codes, the tax list only names with 行业代码: they are the same enterprises.
    """
    columns = {"enterprise_id", "name"}
    held = [pd.DataFrame(f[["enterprise_id", "name"]]) for f in frames if columns <= set(f)]
    if len(held) < 2:
        return list(frames)
    known = EnterpriseNames.of(pd.concat(held, ignore_index=True)).id_of
    return [_with_ids(f, known) if columns <= set(f) else f for f in frames]


def _with_ids(frame: pd.DataFrame, known: Series) -> pd.DataFrame:
    called = name_key(frame["enterprise_id"]).set_axis(frame.index)
    alone = (called == name_key(frame["name"]).set_axis(frame.index)) & called.isin(known.index)
    ids = called.map(known).astype("str")
    return frame.assign(enterprise_id=frame["enterprise_id"].mask(alone, ids))


def rows_of_one_register(parts: Sequence[Rows]) -> list[Rows]:
    """The parts of a register as they were read, with ids for names (`one_register`)."""
    frames = one_register([part.frame for part in parts])
    return [replace(part, frame=frame) for part, frame in zip(parts, frames, strict=True)]
