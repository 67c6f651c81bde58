"""Requirements that a user declares met (填报): their columns of yes and no, as rules read them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo import findings
from geo.sources.cells import yes_or_no
from geo.standards.model import Pack, declared_columns
from geo.text import Message


def read_declared(
    subjects: pd.DataFrame, packs: Iterable[Pack], layer: str, key: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The subjects with these columns as nullable booleans, and a finding a cell that is neither.

    `subjects` hold `source_row` and the id `key`. 是, 否, yes and √ are read; a cell that is none
    of them declares nothing, so the rule is not determined there.
    """
    read, notes = {}, []
    for name in declared_columns(packs):
        if name not in subjects or pd.api.types.is_bool_dtype(subjects[name].dtype):
            continue
        flags, _, odd = yes_or_no(subjects[name])
        read[name] = flags
        notes.append(
            findings.about_rows(
                subjects,
                odd,
                layer=layer,
                key=key,
                code="declared_unread",
                value=subjects[name],
                message=Message("declared.neither_yes_nor_no", name=name),
                mend=Message("declared.write_yes_or_no"),
                severity="warning",
            )
        )
    return subjects.assign(**read), findings.gather_findings(notes)
