"""The catalogues hold all text of users, in both languages alike; messages travel as ids."""

from __future__ import annotations

import ast
import json
import pickle
import re
from functools import cache
from pathlib import Path
from string import Formatter

import numpy as np
import pandas as pd
import pytest

from geo import errors, findings
from geo.text import (
    CJK,
    LANGUAGES,
    Message,
    Text,
    Wording,
    bracket,
    catalogue,
    client_words,
    colon,
    fill,
    from_json,
    join,
    to_json,
)
from geo.text.catalogue import tables

CODE = Path(errors.__file__).parent
SPEAKING = re.compile(r"^(Message|say|warn|note|.*Error)$")

DECLARED = {
    "model": "titles of columns, layers and indicators; units and words that data is read by",
    "intake": "what offices write in headings, cells and names of files",
    "sources": "what offices write in headings, cells, notes and file formats",
    "cli": "help of options, in both languages at once: it is shown before a project names one",
    "publish/headings.py": "titles of result columns",
}
"""Where Chinese stands in the code: declarations that say the term beside the name, and readers."""

READ = {
    "checks/ledger.py": "units that a contract area was written in",
    "declaration.py": "full-width letters that an input method types between a file's keys and values",
    "economy/intensity.py": "uses of buildings",
    "evaluate/chain.py": "separators and roles in the tables `chain` and `enterprises`",
    "evaluate/method.py": "the group of all parks, as methods name their groups",
    "evaluate/park_shares.py": "separators in lists of codes",
    "evaluate/plan.py": "states of services and platforms",
    "evaluate/plan_checklist.py": "separators in a cell of the table `plan_checklist`",
    "evaluate/plan_services.py": "separators in a cell of the table `services`",
    "intake/divisions.py": "headings of division codes, and what stands behind a division's name",
    "land/facility_kinds.py": "states of facilities",
    "land/zone_kinds.py": "separators in cells of the table `zones`",
    "land/zones.py": "separators in cells of the table `zones`",
    "project_parts.py": "headings and flags of an office's table of land-use classes",
    "project.py": "[project] title, and 制图单位, 审图号 beside their English names",
    "publish/chain/panorama.py": "上游, 中游, 下游 as the table `chain` has them",
    "publish/gis/survey_txt.py": "the format of 报盘 text",
    "publish/pack_tables.py": "separators in a printed table of a rule pack",
    "publish/paper/fonts.py": "punctuation that no line begins or ends with",
    "publish/staging.py": "the name of a file that somebody changed",
    "publish/webmap/basemap.py": "the name of 天地图",
    "publish/word/layout.py": "fonts of Chinese offices, by the names that Word knows",
    "publish/word/document.py": "numerals of headings, and names of fonts",
    "standards/as_printed.py": "a rule as its document prints it",
    "standards/cited.py": "《》 around the title of a Chinese document",
    "standards/codes.py": "separators between citations",
    "standards/edition.py": "the separator between a citation and who signed the pack off",
    "standards/flat_cells.py": "what rows of decisions are called in the table `verdicts`",
    "standards/selection.py": "an exemption as the table `rules` has it",
    "standards/sets.py": "≥, ≤, ＞, ＜ and 且",
}

UNITS = re.compile(r"^(万元(/[\w万]+)?|[亩个])$")
"""Units as the tables' columns hold them."""


@cache
def trees() -> dict[str, ast.Module]:
    files = (f for f in CODE.rglob("*.py") if "node_modules" not in f.parts)
    return {f.relative_to(CODE).as_posix(): ast.parse(f.read_text("utf-8")) for f in files}


def holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_catalogues_hold_the_same_ids():
    zh, en = (catalogue(lang) for lang in LANGUAGES)
    assert list(zh) == list(en) == sorted(zh)
    client = client_words()
    assert json.loads(json.dumps(client)) == client

    def shape(words: object) -> object:
        return {k: shape(v) for k, v in words.items()} if isinstance(words, dict) else type(words)

    assert shape(client["zh"]) == shape(client["en"])


CARRIED = {
    "attributes.about_columns": {"places"},
    "fields.cells_column_say_no_figure": {"words"},
    "ids.cells_written_otherwise_taken_same": {"by"},
}
"""What findings of batches are added up by, beside what their sentences say."""


def test_every_id_in_the_code_is_in_the_catalogues_with_what_fills_its_holes():
    zh, en = (catalogue(lang) for lang in LANGUAGES)
    wrong = []
    for file, tree in trees().items():
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args):
            name = ast.unparse(call.func).rpartition(".")[2]
            first = call.args[0]
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                continue
            if SPEAKING.match(name) and (first.value in zh or _public(name)):
                given = {keyword.arg for keyword in call.keywords}
                wanted = holes(zh.get(first.value, "{?}")) | holes(en.get(first.value, "{?}"))
                given -= CARRIED.get(first.value, set())
                if given - wanted or wanted - given - {"value", "name"}:
                    wrong.append((file, call.lineno, first.value, given ^ wanted))
    assert not wrong


def _public(name: str) -> bool:
    return not name.endswith("Error") or hasattr(errors, name)


def test_every_id_in_the_catalogues_is_in_the_code():
    used, stems = set(), set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            if isinstance(node, ast.JoinedStr):
                first = next(ast.iter_child_nodes(node), None)
                stems.add(str(getattr(first, "value", "")))
    for template in CODE.rglob("*.typ"):
        used |= {f"paper.{name}" for name in re.findall(r"\bw\.(\w+)", template.read_text("utf-8"))}
    stems = {stem for stem in stems if re.fullmatch(r"[a-z_]+\.", stem)}
    left = [i for i in catalogue("zh") if i not in used and not i.startswith(tuple(stems))]
    assert not left


def test_no_chinese_in_the_code_but_declarations_and_what_is_read():
    found = {}
    for file, tree in trees().items():
        known = {file, file.split("/")[0], "/".join(file.split("/")[:2])}
        if known & (DECLARED.keys() | READ.keys()):
            continue
        docstrings = _docstrings(tree)
        texts = [
            (node.lineno, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and CJK.search(node.value)
            and not UNITS.match(node.value)
            and id(node) not in docstrings
        ]
        if texts:
            found[file] = texts
    assert not found


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }


WORDINGS = [
    Message("list.bracket", text="甲", note=np.float64(1.5)),
    Message("list.colon", head=Text("园区", "park"), tail=join([1, "P", None])),
    Text("标题", "title"),
    join(["a", Text("乙", "b")], "semicolon"),
    bracket(colon("甲", 1), Path("a.shp").name),
]


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_wording_survives_json_and_pickle(wording: Wording):
    assert pickle.loads(pickle.dumps(wording)) == wording
    back = from_json(json.loads(json.dumps(to_json(wording))))
    assert back == wording
    assert hash(back) == hash(wording)
    assert (back.zh, back.en) == (wording("zh"), wording("en"))


def test_a_message_is_what_its_id_and_arguments_are():
    message = Message("list.bracket", text="甲", note=Text("乙", "b"))
    assert (message.zh, message.en) == ("甲（乙）", "甲 (b)")
    assert message == Message("list.bracket", text="甲").filled(note=Text("乙", "b"))
    with pytest.raises(AttributeError):
        message.code = "list.colon"
    with pytest.raises(TypeError, match="cannot be filled"):
        Message("list.bracket", text=["a"])


def test_values_are_never_read_as_holes():
    hostile = "{0} {note} {text.__class__} %s"
    assert Message("list.bracket", text=hostile, note="{text}").en == f"{hostile} ({{text}})"


@pytest.mark.parametrize(
    "kind", [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
)
def test_an_error_travels_by_its_id(kind: type[errors.MujunError]):
    error = kind("list.colon", head=Path("a.shp"), tail=join(["x", "y"]))
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.code, back.arguments) == ("list.colon", {"head": "a.shp", "tail": join("xy")})
    assert (str(back), back.text("zh")) == ("a.shp: x, y", "a.shp：x、y")
    assert kind(error.text).code == "list.colon"


OVERLAP = Message("topology.overlaps_parcel")


def _found(values: list[str]) -> pd.DataFrame:
    rows = range(2, 2 + len(values))
    frame = pd.DataFrame({"source_row": rows, "id": values})
    return findings.about_rows(
        frame,
        frame["id"] != "",
        layer="parcels",
        key="id",
        code="overlap",
        message=OVERLAP,
        mend=Message("common.nothing_to_do"),
        value=frame["id"],
    )


def test_findings_are_told_in_either_language_and_values_stay_as_they_are():
    found = findings.gather_findings(
        [
            _found(["P1", "{value}", "\\1 %s"]),
            findings.about_layer(
                "parcels", "note", bracket("a", "{value}"), Text("数据", "data"), "info"
            ),
        ]
    )
    for lang, noted in (("zh", "a（{value}）"), ("en", "a ({value})")):
        told = findings.in_language(found, lang)
        overlaps = (OVERLAP.filled(value=v)(lang) for v in ("P1", "{value}", "\\1 %s"))
        assert told["message"].tolist() == [*overlaps, noted]
        assert told["mend"].iloc[3] == Text("数据", "data")(lang)


def test_values_take_the_punctuation_of_the_language():
    value = findings.ITEM.join(["P1", "P2"]) + f"{findings.OPEN}3 m²{findings.CLOSE}"
    found = _found([value])
    for lang, shown in (("zh", "P1、P2（3 m²）"), ("en", "P1, P2 (3 m²)")):
        assert findings.in_language(found, lang)["message"].tolist() == [
            OVERLAP.filled(value=shown)(lang)
        ]
        one = findings.sentence(found.iloc[0], "message")
        assert one(lang) == OVERLAP.filled(value=shown)(lang)


def test_each_sentence_is_made_once_however_many_rows_say_it(monkeypatch: pytest.MonkeyPatch):
    made: list[object] = []
    one = findings.wording_from_json
    monkeypatch.setattr(findings, "wording_from_json", lambda s: made.append(s) or one(s))
    told = findings.in_language(_found([f"P{i}" for i in range(20_000)]), "en")
    assert told["message"].iloc[-1] == OVERLAP.filled(value="P19999").en
    assert len(made) == 2  # the message and its mend


def test_findings_read_back_from_a_file_say_the_same(tmp_path: Path):
    found = findings.gather_findings([_found(["P1", "P2"])]).drop(columns="geometry")
    found["sheet"] = ["一季度", None]
    found.astype("str").where(found.notna()).to_parquet(tmp_path / "f.parquet")
    back = pd.read_parquet(tmp_path / "f.parquet")
    for lang in LANGUAGES:
        told = findings.in_language(found, lang)["message"].tolist()
        assert findings.in_language(back, lang)["message"].tolist() == told
    first, second = (OVERLAP.filled(value=value) for value in ("P1", "P2"))
    assert told == [Message("findings.in_sheet", sheet="一季度", sentence=first).en, second.en]


@pytest.mark.parametrize(
    ("lang", "count", "told"),
    [
        ("en", 1, "1 parcel conflicts with control lines: red lines."),
        ("en", 0, "0 parcels conflict with control lines: red lines."),
        ("en", 2100, "2,100 parcels conflict with control lines: red lines."),
        ("zh", 1, "与管控线冲突1宗：red lines。"),
    ],
)
def test_words_go_with_their_number(lang: str, count: int, told: str):
    said = Message("conclusions.conflicts", parcels=count, kinds="red lines")
    assert said(lang) == told
    assert from_json(json.loads(json.dumps(to_json(said)))) == said


def test_a_number_is_one_however_it_is_handed_over():
    for one in (1, 1.0, np.int64(1), "1"):
        assert fill("{n:parcel|parcels}", {"n": one}, "en") == "parcel"
    for other in (0, 1.5, 11, "1,000", "1 / 10", None):
        assert fill("{n:parcel|parcels}", {"n": other}, "en") == "parcels"
    assert fill("{n:parcel|parcels}", {}, "en") == "{n:parcel|parcels}"  # the client's to fill


NOUN = re.compile(
    r"\b(?!(?:is|was|has|its|this|less|as|plus|us|does|yes|thus|always|class)\b)[a-z-]+s\b"
    r"|\b(?:are|have|were|people|criteria|they|their)\b"
)
"""A word that does not go with the number before it, if that is 1."""

VERB = re.compile(r"\b(?:are|have|were|do)\b")
"""The same behind a noun that does."""

NOT_OF_THE_NUMBER = {
    *(("checks_ledger.floor_large", "most"), ("client.ground_left", "total")),
    *(("client.outlines_loaded", "all"), ("combine.joined", "files")),
    *(("fields.units_by_row", "columns"), ("intake_crs.no_candidate", "y")),
    *(("new_year.scale", "times"), ("pack_diff.subjects", "count")),
    *(("reserved.holds_results_earlier_run", "shown"), ("rules.pack_subjects_kind", "other")),
}
"""Holes that are no count, or before words that go with another ("outlines of 1 / 10 are loaded")."""


def _sentences(table: dict, head: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in table.items():
        out |= (
            _sentences(value, f"{head}{key}.") if isinstance(value, dict) else {head + key: value}
        )
    return out


def _goes_on(pieces: list[tuple]) -> str:
    """The words that a hole's number may be of; those that go with a number as ~."""
    text = ""
    for literal, name, form, _ in pieces:
        text += literal
        if name is not None and "|" not in (form or ""):
            break
        text += "~" if name is not None else ""
    sentence = re.split(r"[.,;:()“”`→]", text)[0]
    return re.split(r" (?:of|in|at|about|by|with)\b", sentence)[0].strip()


def test_every_english_sentence_goes_with_a_count_of_one():
    """Behind each number stands no word that goes with several only, unless it is a hole."""
    said = _sentences(tables("en"))
    pieces = {code: list(Formatter().parse(text)) for code, text in said.items()}
    counts = {name for one in pieces.values() for _, name, form, _ in one if "|" in (form or "")}
    wrong = []
    for code, parts in pieces.items():
        for k, (_, name, form, _) in enumerate(parts):
            number = name in counts - {"value"} or "," in (form or "")
            if not number or "|" in (form or "") or (code, name) in NOT_OF_THE_NUMBER:
                continue
            noun, told, rest = _goes_on(parts[k + 1 :]).partition("~")
            verb = rest.split("~")[0]
            if NOUN.search(" ".join(noun.split()[:4])) or (told and VERB.search(verb)):
                wrong.append((code, name, noun, verb))
    assert not wrong


def test_forms_are_two_and_of_a_number_that_the_sentence_has():
    for lang in LANGUAGES:
        for code, text in _sentences(tables(lang)).items():
            for _, name, form, _ in Formatter().parse(text):
                assert "|" not in (form or "") or form.count("|") == 1, (lang, code, name)
