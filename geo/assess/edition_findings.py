"""Findings on editions of rule packs: parcels that none or several of them judge, stale sign-offs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Mask
from geo.standards.comply import Judged
from geo.standards.editions import ALWAYS, families
from geo.standards.model import Pack
from geo.standards.vocabulary import REASON_CODES
from geo.text import Message, join

_BEFORE, _AFTER, _ELSEWHERE = (
    REASON_CODES[name] for name in ("before_force", "after_force", "other_place")
)
_NOT_ASKED = [
    REASON_CODES[name] for name in ("not_industrial", "supply_date_missing", "land_use_missing")
]


def check_editions(parcels: pd.DataFrame, judged: Judged) -> pd.DataFrame:
    """A finding a parcel that none of the chosen editions of a document judges, or several do.

    `parcels` have parcel_id, source_row and judged_as_of, in the order of `judged`.
    """
    parts = []
    for family in families(judged.packs):
        if len(family) == 1 and not family[0].head.replaces:
            continue
        neither, several = _none_or_several(family, judged)
        chosen = [pack.head.id for pack in family]
        groups = [(neither, "edition_gap", chosen)]
        groups += [(mask, "edition_overlap", names) for mask, names in several]
        for mask, code, names in groups:
            parts.append(
                findings.about_rows(
                    parcels,
                    mask,
                    layer="parcels",
                    key="parcel_id",
                    code=code,
                    message=Message(f"editions.{code}", packs=join(names)),
                    mend=Message(
                        f"editions.{code}_mend", replaced=family[-1].head.replaces or "id"
                    ),
                    severity="warning",
                    value=parcels["judged_as_of"].dt.strftime("%Y-%m-%d"),
                    set_aside=False,
                )
            )
    return findings.gather_findings(parts)


def _none_or_several(
    family: Sequence[Pack], judged: Judged
) -> tuple[Mask, list[tuple[Mask, list[str]]]]:
    """Which subjects fall between the editions of a document, and which under several, and which.

    Before the first edition of all there was no rule: that is no gap.
    """
    first = {rule.pack.head.id: at for at, rule in reversed(list(enumerate(judged.rules)))}
    reasons = np.stack([judged.reason[first[pack.head.id]] for pack in family])
    outside = np.isin(reasons, (_BEFORE, _AFTER, _ELSEWHERE))
    asked = np.asarray(~np.isin(reasons, _NOT_ASKED).any(axis=0))
    early, late = (reasons == _BEFORE).any(axis=0), (reasons == _AFTER).any(axis=0)
    elsewhere = (reasons == _ELSEWHERE).any(axis=0)
    between = late & (early | elsewhere)
    if family[-1].head.replaces:  # an edition that the project does not choose
        between |= early & ~late
    return asked & outside.all(axis=0) & between, _several(family, ~outside, asked)


def _several(family: Sequence[Pack], judges: Mask, asked: Mask) -> list[tuple[Mask, list[str]]]:
    """The subjects of each two or more editions that judge them; `judges` is (edition, subject)."""
    many = asked & (judges.sum(axis=0) > 1)
    return [
        (
            many & (judges == held[:, None]).all(axis=0),
            [pack.head.id for pack, one in zip(family, held, strict=True) if one],
        )
        for held in np.unique(judges[:, many], axis=1).T
    ]


def about_packs(packs: Sequence[Pack]) -> pd.DataFrame:
    """Findings on the packs of a run: which edition judges when, and sign-offs that no longer hold."""
    return findings.gather_findings([*_transitions(packs), *_stale(packs)])


def _transitions(packs: Sequence[Pack]) -> Iterator[pd.DataFrame]:
    for pack in packs:
        head = pack.head
        if not head.replaces:
            continue
        for_all = head.in_force_from == ALWAYS
        code = "for_all" if for_all else "by_supply"
        day = str(head.transition if for_all else head.in_force_from)
        yield findings.about_layer(
            "parcels" if head.subject == "parcel" else "enterprises",
            "edition_chosen",
            Message(
                f"editions.{code}",
                pack=head.id,
                replaced=head.replaces,
                day=day,
                clause=head.transition_clause or Message("editions.no_clause"),
            ),
            Message("common.nothing_to_do"),
            "info",
        )


def _stale(packs: Sequence[Pack]) -> Iterator[pd.DataFrame]:
    for pack in packs:
        signed = pack.head.signed_off
        if signed is not None and not signed.holds:
            yield findings.about_layer(
                "parcels" if pack.head.subject == "parcel" else "enterprises",
                "pack_signature_stale",
                Message("pack_sign.stale", pack=pack.head.id, signed=signed.text),
                Message("pack_sign.stale_mend", pack=pack.head.id),
            )
