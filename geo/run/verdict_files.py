"""Verdicts in files: the long table where it is short, else codes, a dictionary and a view of SQL.

Up to `LONG` verdicts `verdicts.parquet` is the long table of the contract. Of more the same stands
once each: `verdict_codes` has a row a subject, and small integers and figures by rule in its
columns; `verdict_rules` a row a rule and cell; `verdict_meanings` what the integers say.
`verdicts.sql` is the long table again, as a view of these three for DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.model.table import FOLDER
from geo.run.files import table_file, write_table
from geo.run.pieces import Pieces, pieces_of_frame
from geo.standards.codes import (
    MEANINGS,
    SILENT,
    SubjectCodes,
    VerdictCodes,
    said_of,
)
from geo.standards.table import COLUMNS, MOST, long_table
from geo.standards.vocabulary import REASON_CODES, VERDICT_CODES

LONG = MOST
"""Most verdicts that lie in a file as the long table."""
TABLE, CODES, RULES, MEANING = (
    "verdicts",
    "verdict_codes",
    "verdict_rules",
    "verdict_meanings",
)
PARTS = (CODES, RULES, MEANING)
COUNT = b"verdicts"
"""What says in the metadata of a file of codes how many verdicts it holds."""
VIEW = f"{FOLDER}/verdicts.sql"
PLACES = (*(f"{FOLDER}/{name}.parquet" for name in PARTS), VIEW)
"""The files of many verdicts, in place of `verdicts.parquet`."""
OF_SUBJECT = ("subject", "subject_id")


def write_verdicts(codes: VerdictCodes, folder: Path) -> None:
    """The verdicts of a run into the folder of its results."""
    if codes.count <= LONG:
        write_table(long_table(codes), table_file(folder, TABLE))
        return
    write_codes(codes, table_file(folder, CODES))
    write_dictionary(codes, folder)


def write_dictionary(codes: VerdictCodes, folder: Path, source: str = f"{CODES}.parquet") -> None:
    """What the codes of a run mean, and the view; `source` is what the view reads codes from."""
    write_table(codes.rules, table_file(folder, RULES))
    write_table(MEANINGS, table_file(folder, MEANING))
    (folder / VIEW).write_text(view(codes.rules, source), encoding="utf-8")


def codes_table(codes: VerdictCodes) -> pa.Table:
    """A row a subject: parcels, then enterprises; a rule on others is silent."""
    names = [
        (of, name) for k in codes.kinds for of in ("codes", "figures") for name in getattr(k, of)
    ]
    sizes = [len(kind.ids) for kind in codes.kinds]
    columns: dict[str, Any] = {
        "subject": np.repeat(np.array([k.subject for k in codes.kinds], object), sizes),
        "subject_id": np.concatenate([k.ids for k in codes.kinds]),
    }
    for of, name in names:
        blank = np.int16(SILENT) if of == "codes" else np.nan
        columns[name] = np.concatenate(
            [getattr(kind, of).get(name, np.full(len(kind.ids), blank)) for kind in codes.kinds]
        )
    count = str(codes.count).encode()
    return pa.table(columns).replace_schema_metadata({COUNT: count})


def pieces_of_codes(codes: VerdictCodes, name: str) -> Pieces:
    """One of the tables `PARTS` of verdicts that are in memory."""
    if name != CODES:
        return pieces_of_frame(codes.rules if name == RULES else MEANINGS)
    table = codes_table(codes)
    return Pieces(table.schema, None, len(table), lambda _: iter([table]))


def write_codes(codes: VerdictCodes, file: Path) -> None:
    """The codes of all subjects into a file, figures apart from words and codes."""
    table = codes_table(codes)
    figures = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    pq.write_table(
        table,
        file,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name not in figures],
        column_encoding=dict.fromkeys(figures, "BYTE_STREAM_SPLIT"),
        write_statistics=[*OF_SUBJECT],
    )


def read_codes(files: Mapping[str, Any]) -> VerdictCodes:
    """The verdicts of the three tables by name: codes as Arrow, the other two as frames."""
    rules, codes = files[RULES], files[CODES]
    meaning = files[MEANING]
    ours = np.zeros(int(meaning["said"].max()) + 1, np.int16)
    ours[meaning["said"].to_numpy()] = said_of(
        meaning["verdict"].map(VERDICT_CODES).to_numpy(np.uint8),
        meaning["reason"].fillna("").map(REASON_CODES).to_numpy(np.uint8),
        meaning["has_gap"].to_numpy(bool),
    )
    subject = codes["subject"].to_pandas().to_numpy(object)
    ids = codes["subject_id"].to_pandas().to_numpy(object)
    kinds = []
    for name in dict.fromkeys(rules["subject"].astype("str")):
        rows = subject == name
        own = rules[rules["subject"] == name]
        kinds.append(
            SubjectCodes(
                name,
                ids[rows],
                {
                    column: ours[values] if of == "said_at" else values
                    for of in ("said_at", "cell_at")
                    for column in dict.fromkeys(own[of])
                    for values in [codes[column].to_numpy()[rows]]
                },
                {
                    column: codes[column].to_numpy()[rows]
                    for of in ("value_at", "numerator_at", "denominator_at")
                    for column in dict.fromkeys(own[of])
                },
            )
        )
    return VerdictCodes(rules, tuple(kinds))


_OF_DICTIONARY = [
    name
    for name in COLUMNS
    if name not in {*OF_SUBJECT, "value", "verdict", "gap", "reason", "numerator", "denominator"}
]


def selected(gap: str) -> str:
    """What the view `verdicts` takes of `s` (what is said), `r` (rules) and `m` (meanings).

    `gap` is the figure's distance to the nearer end of what the cell admits, to nine decimals, as
    the SQL at hand writes it.
    """
    said = {
        **{name: f"r.{name}" for name in _OF_DICTIONARY},
        **{name: f"s.{name}" for name in (*OF_SUBJECT, "value", "numerator", "denominator")},
        **{name: f"m.{name}" for name in ("verdict", "reason")},
        "gap": f"CASE WHEN m.has_gap THEN {gap} END AS gap",
    }
    return ",\n  ".join(said[name] for name in COLUMNS)


def view(rules: pd.DataFrame, source: str) -> str:
    """SQL that makes the view `verdicts`, the long table of the contract, of the three files."""
    each = rules.drop_duplicates("rule").to_dict("records")
    branches = " UNION ALL BY NAME\n".join(_branch(rule, source) for rule in each)
    columns = selected("round_even(least(s.value - r.low, r.high - s.value) * 1e9, 0) / 1e9")
    head = (
        "-- The table of verdicts, a row a subject and rule, of the codes beside this file (DuckDB)."
        "\n-- Say first where they are: SET file_search_path = 'outputs/tables';\n"
    )
    select = (
        f"SELECT\n  {columns}\nFROM said s\n"
        f"JOIN read_parquet('{RULES}.parquet') r USING (rule, cell)\n"
        f"JOIN read_parquet('{MEANING}.parquet') m USING (said);\n"
    )
    return f"{head}CREATE OR REPLACE VIEW verdicts AS\nWITH said AS (\n{branches}\n)\n{select}"


def _branch(rule: Mapping[Any, Any], source: str) -> str:
    return (
        f"  SELECT {rule['rule']}::SMALLINT AS rule, subject, subject_id, {rule['said_at']} AS said,"  # noqa: S608 -- names are our own
        f" {rule['cell_at']} AS cell, {rule['value_at']} AS value,"
        f" {rule['numerator_at']} AS numerator, {rule['denominator_at']} AS denominator"
        f" FROM read_parquet('{source}') WHERE {rule['said_at']} <> {SILENT}"
    )
