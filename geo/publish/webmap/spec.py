"""What the client is built with: codes and ranks of the Python side, and the data format.

`spec()` becomes `generated/spec.json`, `declarations()` `generated/wire.d.ts`.
"""

from __future__ import annotations

from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.method import GRADES
from geo.evaluate.points import FLOOR, SPAN
from geo.land.ground import AROUND_M
from geo.publish.look.style import CLASSES
from geo.publish.webmap.nodes import ARRAYS, Each, Node, Once, Record, Value, form
from geo.publish.webmap.packing import HOLE
from geo.publish.webmap.scores import COMPETES, LACKS, NONE, OUT
from geo.publish.webmap.wire import FURTHER, PAGE
from geo.sources import notes
from geo.standards.comply import OUT_OF_SCOPE
from geo.standards.precedence import SETTLED, WORST
from geo.standards.sets import NOISE, PLACES
from geo.standards.vocabulary import REASON_CODES, VERDICT_CODES


def spec() -> dict[str, Value]:
    """Codes, ranks and constants that both sides work with, as JSON holds them."""
    grades = {name: code for code, name in enumerate(GRADE_WORDS)}
    return {
        "verdicts": dict(VERDICT_CODES),
        "worst": [int(rank) for rank in WORST],
        "reasons": dict(REASON_CODES),
        "settled": list(SETTLED),
        "outside": [reason for reason, _ in OUT_OF_SCOPE],
        "places": PLACES,
        "noise": NOISE,
        "grades": grades,
        "letters": list(GRADES),
        "no_grade": NONE,
        "states": {"competes": COMPETES, "lacks_data": LACKS, "not_graded": OUT},
        "minmax": {"floor": FLOOR, "span": SPAN},
        "classes": CLASSES,
        "hole": HOLE,
        "ground_around_m": AROUND_M,
        "notes": limits(),
    }


def limits() -> dict[str, Value]:
    """What a file of notes may hold, as `geo.sources.notes` reads it."""
    return {
        "format": notes.FORMAT,
        "version": notes.VERSION,
        "most_bytes": notes.MOST_BYTES,
        "most": notes.MOST_NOTES,
        "most_photos": notes.MOST_PHOTOS,
        "longest": dict(notes.LONGEST),
        "longest_photo": notes.LONGEST_PHOTO,
    }


_TILE = (
    "file: string",
    *(f"{side}: number" for side in ("west", "south", "east", "north")),
    "parks: Run[]",
)


def declarations() -> str:
    """The format as TypeScript declares it, for the client's checks."""
    found: dict[str, Record] = {}
    for record in (PAGE, *FURTHER):
        _gather(record, found)
    lines = [
        "// Made from geo/publish/webmap/wire.py by `python -m geo.publish.webmap.build`.",
        "export type Words = [zh: string, en: string];",
        "export type Node = string | { each?: Plan; record?: Plan; pairs?: Plan; counts?: string };",
        "export type Run = [park: number, parcels: number];",
        f"export type Tile = [{', '.join(_TILE)}];",
        "export type Plan = { [field: string]: Node };",
        *(_interface(record) for record in found.values()),
    ]
    return "\n".join(lines) + "\n"


def _gather(record: Record, found: dict[str, Record]) -> None:
    found[record.name] = record
    for node in record.fields.values():
        if isinstance(node, Record | Each):
            _gather(node.of if isinstance(node, Each) else node, found)


def _interface(record: Record) -> str:
    fields = "".join(
        f"  {name}{'?' if form(node) else ''}: {_typescript(node)};\n"
        for name, node in record.fields.items()
    )
    return f"export interface {record.name} {{\n{fields}}}"


def _typescript(node: Node) -> str:
    if isinstance(node, Once):
        return node.type
    if isinstance(node, Record):
        return f"{node.name} | null" if node.optional else node.name
    if isinstance(node, Each):
        return f"{node.of.name}[]"
    kinds = {"text": "string[]", "column": "Float32Array | (string | null)[]"}
    kinds |= {kind: js for kind, (_, js) in ARRAYS.items()}
    return kinds.get(node.kind, f"({node.type})[]")
