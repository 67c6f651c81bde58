"""Records as pages of text for the terminal: what `mujun explain` prints."""

from __future__ import annotations

from geo.publish.headings import heading
from geo.publish.records.enterprise import EnterpriseRecord
from geo.publish.records.grades import GradeLine
from geo.publish.records.idle import IdleLine
from geo.publish.records.numbers import known, number, percent, short
from geo.publish.records.parcel import OccupierLine, ParcelRecord
from geo.publish.records.park import ParkRecord
from geo.publish.records.rules import RuleLine
from geo.publish.records.subjects import SubjectRecord
from geo.publish.records.targets import TargetLine
from geo.publish.records.zones import ZoneLine
from geo.text import Message, Value, colon, join

_GAP = "  "
_DEEP = "      "
"""Before what belongs to a line."""


def as_text(record: SubjectRecord, lang: str, currency: str) -> str:
    """A record as a page of text; `lang` and `currency` are those that it was made in.

    Examples
    --------
    ``print(as_text(explain(run, "SYN-01")[0], settings.lang, settings.currency))``
    """
    if isinstance(record, ParcelRecord):
        return _parcel(record, lang, currency)
    if isinstance(record, ParkRecord):
        return _park(record, lang)
    return _enterprise(record, lang)


def _enterprise(record: EnterpriseRecord, lang: str) -> str:
    lines = [record.enterprise_id, *_grade(record.grade, lang), *_rules(record.rules, lang)]
    return "\n".join(lines)


def _parcel(record: ParcelRecord, lang: str, currency: str) -> str:
    area = {"area": number(record.area_m2), "mu": number(record.area_mu, 4)}
    lines = [
        _GAP.join(filter(None, (record.parcel_id, record.name, record.word))),
        "  " + _say("land", lang, **area, basis=record.area_basis, year=record.year),
        "  " + _say("judged", lang, day=record.judged),
        *(_occupier(one, lang, currency) for one in record.occupiers),
        *(f"  {line}" for line in _per_mu(record)),
        *_rules(record.rules, lang),
        *_zones(record.zones, lang),
        *_idle(record.idle, lang),
        *_low(record, lang),
        *_notes(record, lang),
    ]
    land = [
        *(f"  {p.relation}  {p.before}  {number(p.shared_m2)} m²" for p in record.history),
        *(f"  ! {one.word}  {number(one.area_m2)} m²" for one in record.defects),
        *(f"  {fact.title} {fact.shown}" for fact in record.facts),
    ]
    return "\n".join([*lines, *([""] if land else []), *land])


def _idle(line: IdleLine | None, lang: str) -> list[str]:
    """What the law says of the parcel; nothing of land that is in use."""
    if line is None or line.state == "not_idle":
        return []
    head = Message("idle_line.head", word=line.word, day=line.as_of)(lang)
    missing = colon(_say("lacks", lang), line.missing)(lang) if line.missing else ""
    extras = (line.reason, *line.sums, missing, _say("document", lang, text=line.citation))
    return [f"\n  {head}", *(_DEEP + extra for extra in extras if extra)]


def _low(record: ParcelRecord, lang: str) -> list[str]:
    if not record.low_efficiency:
        return []
    head = Message("idle_line.low_efficiency", word=record.low_efficiency)(lang)
    return [f"\n  {head}", *_rules(record.criteria, lang)]


def _notes(record: ParcelRecord, lang: str) -> list[str]:
    lines = []
    for note in record.notes:
        state, author = note.state, note.author
        head = Message("note_line.head", state=state, author=author, date=note.date)(lang)
        photos = Message("note_line.photos", count=note.photos)(lang) if note.photos else ""
        words = " ".join(note.words.split())
        extras = (words, note.standing_word, note.changed, photos)
        lines += [f"\n  {head}", *(_DEEP + extra for extra in extras if extra)]
    return lines


def _per_mu(record: ParcelRecord) -> list[str]:
    """The arithmetic per mu that no rule below says."""
    told = {f"{rule.title} = " for rule in record.rules if rule.arithmetic}
    return [line for line in record.per_mu if not line.startswith(tuple(told))]


def _occupier(one: OccupierLine, lang: str, currency: str) -> str:
    money = "  ".join(
        f"{heading(name, lang, currency)} {number(value) or '—'}"
        for name, value in one.money.items()
    )
    return f"  {_say('occupier', lang, name=one.name, share=percent(one.share))}  {money}"


def _park(record: ParkRecord, lang: str) -> str:
    counts = "  ".join(f"{count.word} {count.parcels}" for count in record.verdicts)
    nothing = Message("common.no_data")(lang)
    return "\n".join(
        [
            f"{record.park_id}  {record.name}",
            *([f"  {record.field}"] if record.field else []),
            "  " + _say("parcels", lang, counts=counts),
            *_grade(record.grade, lang),
            *(line for target in record.targets for line in _target(target)),
            *(
                "  "
                + colon(line.title, join([line.shown or nothing, *filter(None, [line.lack])]))(lang)
                for line in record.supply
            ),
            *_facilities(record),
            *_zones(record.zones, lang),
        ]
    )


def _target(line: TargetLine) -> list[str]:
    inputs = (line.numerator, line.denominator)
    extras = (
        " ÷ ".join(short(part) for part in inputs if known(part)),
        *line.notes,
        line.need_text,
        line.trend,
        line.clause,
        line.citation,
    )
    head = f"\n  [{line.word}] {line.title}  {line.shown or '—'}  {line.limit}"
    return [head, *(_DEEP + extra for extra in extras if extra)]


def _facilities(record: ParkRecord) -> list[str]:
    """The plan's list, a line a kind."""
    lines = []
    for line in record.facilities:
        far = f"{line.nearest} {number(line.nearest_m, 0)} m" if known(line.nearest_m) else ""
        covered = percent(line.land_covered_share, 0)
        lines.append(
            f"  [{line.word}] {line.title}  {line.built}  {far}  {covered}  {line.clause}".rstrip()
        )
    return ["", *lines] if lines else []


def _zones(zones: tuple[ZoneLine, ...], lang: str) -> list[str]:
    lines: list[str] = []
    for line in zones:
        size = f"  {percent(line.share)}  {number(line.overlap_m2)} m²" if known(line.share) else ""
        extras = (
            line.consequence,
            line.requirement,
            _say("clause", lang, text=line.clause) if line.clause else "",
            _say("document", lang, text=line.citation) if line.citation else "",
        )
        lines.append(f"\n  [{line.word}] {line.kind}{size}  {line.name}".rstrip())
        lines += [_DEEP + extra for extra in extras if extra]
    return lines


def _grade(grade: GradeLine | None, lang: str) -> list[str]:
    if grade is None:
        return []
    place = f"  {number(grade.rank, 0)}/{number(grade.of, 0)}" if known(grade.rank) else ""
    head = _say("grade", lang, word=grade.word, score=number(grade.score) or "—")
    extras = [f"{item.title}: {item.sum}" for item in grade.items]
    points = (
        ("bonus", grade.bonus),
        ("penalty", grade.penalty),
        ("deduction", grade.deduction),
    )
    extras += [_say(code, lang, points=short(value)) for code, value in points if value > 0]
    if grade.tie:
        extras.append(grade.tie)
    if known(grade.to_better):
        extras.append(_say("to_better", lang, points=short(grade.to_better, 10)))
    if known(grade.stability):
        extras.append(_say("stability", lang, share=percent(grade.stability, 0)))
    extras.append(_say("document", lang, text=grade.citation))
    return [f"\n  {head}{place}  {grade.reason}".rstrip(), *(_DEEP + extra for extra in extras)]


def _rules(rules: tuple[RuleLine, ...], lang: str) -> list[str]:
    lines: list[str] = []
    for line in rules:
        extras = (
            line.arithmetic,
            line.reason,
            line.option.text if line.option else "",
            _say("row", lang, text=line.row) if line.row else "",
            _say("clause", lang, text=line.clause),
            _say("document", lang, text=line.citation),
        )
        lines.append(f"\n  [{line.word}] {line.title}")
        lines += [_DEEP + extra for extra in extras if extra]
    return lines


def _say(code: str, lang: str, /, **arguments: Value) -> str:
    return Message(f"records.{code}", **arguments)(lang)
