"""核查 notes: merging, files that are damaged or hostile, and that they change no figure."""

import base64
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.assess.pipeline import assess
from geo.cli import app
from geo.errors import SourceError
from geo.findings import gather_findings, in_language
from geo.model.notes import Note, Photo, conflicts, merged, standings
from geo.project import read_project
from geo.run import Run
from geo.run.declared import undeclared
from geo.sources.load import load
from geo.sources.notes import JPEG, NoteFile, all_of, notes_text, parse_notes
from geo.sources.project_notes import check_notes, read_project_notes
from geo.standards.selection import packs_of

CASES = json.loads((Path(__file__).parent / "data" / "notes_cases.json").read_text("utf-8"))
PICTURE = JPEG + base64.b64encode(b"\xff\xd8\xff\xe0 no more of it").decode()


def a_note(**told):
    settles = tuple((s["author"], s["saved"]) for s in told.pop("settles", ()))
    return Note(**told, settles=settles)


def a_file(*notes, title="示范", **other):
    told = json.loads(notes_text(NoteFile(((title, "r1"),), notes)))
    return told | other


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_notes_stand_as_in_the_cases_of_both_languages(case):
    kept = merged(a_note(**dict(one)) for one in case["notes"])
    standing = standings(kept)
    found = [[n.parcel, n.author, n.saved, n.state, standing[n]] for n in kept]
    assert found == case["kept"]


moments = st.sampled_from([f"2026-03-0{day}T08:00:00.000Z" for day in range(1, 5)])
photos = st.builds(
    Photo, st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from(["", PICTURE])
)
any_note = st.builds(
    Note,
    parcel=st.sampled_from(["P1", "P2"]),
    author=st.sampled_from(["王", "李"]),
    saved=moments,
    state=st.sampled_from(["不符", "已整改"]),
    words=st.sampled_from(["", "=1+1", "空地"]),
    withdrawn=st.booleans(),
    settles=st.lists(st.tuples(st.sampled_from(["王", "李"]), moments), max_size=2).map(tuple),
    photos=st.lists(photos, max_size=2).map(tuple),
)
any_file = st.lists(any_note, max_size=5).map(
    lambda notes: NoteFile((("示范", "r1"),), tuple(notes))
)


@given(any_file, any_file, any_file)
def test_merging_does_not_depend_on_order_grouping_or_repetition(a, b, c):
    whole = all_of([a, b, c])
    assert notes_text(whole) == notes_text(all_of([c, a, b]))
    assert whole == all_of([all_of([a, b]), c]) == all_of([a, all_of([b, c])])
    assert whole == all_of([whole, whole, b])
    assert parse_notes(notes_text(whole).encode(), "x") == whole
    # nobody's last word on a parcel is lost, and who differs is listed
    assert {(n.parcel, n.author) for f in (a, b, c) for n in f.notes} == {
        (n.parcel, n.author) for n in whole.notes
    }
    for listed in conflicts(whole.notes).values():
        assert len({n.state for n in listed}) > 1


NOTE = Note("P1", "王", "2026-03-01T08:00:00.000Z", "不符", photos=(Photo("a", "a.jpg", PICTURE),))


def changed(**fields):
    told = a_file(NOTE)
    told["notes"][0] |= fields
    return json.dumps(told)


SVG = {"id": "a", "name": "a.svg", "data": "data:image/svg+xml;base64,PHN2Zy8+"}
FAKE = {"id": "a", "name": "a.jpg", "data": JPEG + base64.b64encode(b"<svg onload=1>").decode()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "第 1 行"),
        ("[" * 100_000, "JSON"),
        ('{"format": "mujun-notes", "version": NaN}', "NaN"),
        ('{"format": "mujun-notes", "version": 1' + "0" * 5000 + "}", "x.json"),
        (json.dumps(a_file(NOTE, version=2)), "更新"),
        (json.dumps(a_file(NOTE, format="other")), "不是核查记录文件"),
        (json.dumps(a_file(NOTE, notes={})), "notes：应为列表"),
        (changed(parcel=" "), "notes[1].parcel"),
        (changed(parcel="a\nb"), "控制字符"),
        (changed(author=1), "notes[1].author：应为文字"),
        (changed(saved="2026-13-01T08:00:00.000Z"), "notes[1].saved"),
        (changed(date="2026-02-30"), "notes[1].date"),
        (changed(words="长" * 5001), "超过 5000 个字"),
        (changed(words="\x1b[2J"), "控制字符"),
        (changed(withdrawn="no"), "notes[1].withdrawn"),
        (changed(photos=[SVG]), "不是 JPEG"),
        (changed(photos=[FAKE]), "不是 JPEG"),
        (changed(photos=[SVG] * 21), "超过 20 条"),
    ],
)
def test_a_damaged_or_hostile_file_is_one_sentence_with_the_place(text, told):
    with pytest.raises(SourceError) as refused:
        parse_notes(text.encode(), "x.json")
    said = refused.value.text("zh")
    assert said.startswith("x.json")
    assert told in said
    assert "\n" not in said
    assert "\x1b" not in said


def notes(*arguments):
    return CliRunner().invoke(app, ["notes", *map(str, arguments)], env={"LANG": "zh_CN.UTF-8"})


def test_merge_lists_conflicts_and_replaces_only_files_of_notes(tmp_path):
    early = NOTE
    late = Note("P1", "王", "2026-03-02T08:00:00.000Z", "已整改")
    other = Note("P1", "李", "2026-03-01T09:00:00.000Z", "不符", words="<b>空地\n无厂房</b>")
    a, b, out = (tmp_path / f"{name}.mujun-notes.json" for name in ("a", "b", "out"))
    a.write_text(notes_text(NoteFile((("示范", "r1"),), (early,))), "utf-8")
    b.write_text(notes_text(NoteFile((("示范", "r1"),), (late, other))), "utf-8")
    said = notes("merge", tmp_path / "?.mujun-notes.json", "-o", out).output
    assert "合并 2 个文件，2 条记录，1 宗" in said
    assert "后来改为新的说法：P1  不符  王 2026-03-01" in said
    assert "说法不一：P1" in said
    assert "李 2026-03-01  <b>空地 无厂房</b>" in said
    first = out.read_bytes()
    told = json.loads(notes("merge", b, out, a, "-o", out, "--json").output)
    assert out.read_bytes() == first  # order and repetition change nothing
    assert [n["standing"] for n in told["notes"]] == ["conflict", "conflict"]
    assert list(told["conflicts"]) == ["P1"]
    assert len(told["replaced"]) == 1

    taken = tmp_path / "mujun.toml"
    taken.write_text("[project]", "utf-8")
    refused = notes("merge", a, b, "-o", taken)
    assert refused.exit_code == 1
    assert taken.read_text("utf-8") == "[project]"
    b.write_text(notes_text(NoteFile((("别处", "r1"),), (late,))), "utf-8")
    two = notes("merge", a, b, "-o", tmp_path / "two.json")
    assert two.exit_code == 1
    assert not (tmp_path / "two.json").exists()
    assert notes("merge", a, b).exit_code == 2


def run_of(project):
    """The run's tables without its products."""
    chosen = read_project(project)
    return assess(load(chosen), chosen.settings, packs_of(chosen))


def saved(run, folder):
    run.save(folder)
    return {file.name: file.read_bytes() for file in (folder / "tables").glob("*.parquet")}


def test_notes_change_no_other_table(project):
    before = saved(run_of(project), project / "before")
    one = Note("A", "王", "2026-03-01T08:00:00.000Z", "不符", "=空地", "2026-03-01", "pass")
    two = Note("A", "李", "2026-03-01T09:00:00.000Z", "已整改", photos=NOTE.photos)
    declare(project, ["notes/*.json"], a=notes_text(NoteFile((("测试", "r"),), (one, two))))
    after = saved(run_of(project), project / "after")
    assert set(before) == set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"notes.parquet", "note_photos.parquet"}
    run = Run.load(project / "after")
    assert undeclared(run) == []
    assert run.settings.note_states == ["属实", "不符"]
    assert run.notes["standing"].tolist() == ["conflict", "conflict"]
    assert run.note_photos["data"].tolist() == [PICTURE]


def declare(project, paths, **files):
    (project / "notes").mkdir()
    for name, text in files.items():
        (project / "notes" / f"{name}.json").write_text(text, "utf-8")
    toml = project / "mujun.toml"
    declared = f'[notes]\nfiles = {paths}\nstates = ["属实", "不符"]\n'
    toml.write_text(toml.read_text("utf-8") + declared, "utf-8")


def test_strange_notes_are_findings_with_file_and_place(project):
    strange = Note("没有", "王", "2026-03-01T08:00:00.000Z", "不符")
    known = Note("A", "王", "2026-03-01T08:00:00.000Z", "不符")
    declare(
        project,
        ["notes/*.json", "none/*"],
        b=notes_text(NoteFile((("别处", "r"),), (known, strange))),
        c="{",
    )
    read = read_project_notes(read_project(project))
    found = check_notes(read.tables["notes"], pd.Series(["A"]))
    said = in_language(gather_findings([read.findings, found]), "zh")
    told = dict(zip(said["code"], said["message"], strict=True))
    assert told["notes_unread"].startswith("c.json")
    assert "别处" in told["notes_of_another_map"]
    assert "none/*" in told["notes_none_yet"]
    assert "没有" in told["note_of_unknown_parcel"]
    assert "notes/b.json" in told["note_of_unknown_parcel"]
    assert said["row"].dropna().tolist() == [2]
    assert list(read.files) == ["notes/b.json"]
    assert set(read.tables["notes"]["parcel_id"]) == {"A", "没有"}
