"""Rows of a ledger that are no entries: sums, shares of sums, notes, headings printed again.

A row is a sum if a label says so in one of its first columns and it has no id of its own; or if it
has no id and every figure equals the sum of the rows above. 合计有限公司 is an enterprise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.arrays import Series
from geo.sources.group_rows import group_rows

FIRST_COLUMNS = 6
"""Columns in which a label may stand, and the columns of names and ids wherever they are."""

_DIGIT = "[0-9０-９]"
"""Written out, as Arrow knows it: pandas takes a class of all digits text by text."""

_SUM = (
    r"^.{0,24}?(?:合计|小计|总计|累计|共计|合共|总和|总数|汇总|平均|均值|平均值|平均数)数?"
    rf"(?:[（(].{{0,16}}[)）])?[:：]?(?:{_DIGIT}+(?:家|户|个|宗|条))?$"
    r"|^(?:全|本)(?:省|市|区|县|镇|园|园区|区域|部|体|行业|部企业|体企业)$"
    r"|^(?:中位数|众数|标准差|最[大小高低]值?|(?:上年|去年)(?:同期)?(?:数|值)?)$"
    r"|^计[:：]?$|^(?:其中|分项|减)(?:[:：].*)?$|^其中.{0,12}$"
    r"|^(?:同比|环比)?(?:同比|环比|增长|增长率|增幅|增速|占比|比重|完成率)(?:[（(]?%[)）]?)?$"
    r"|^(?i:(?:grand|sub)?-?totals?|.{1,24}(?:sub)?total|sum|summary|average|mean|ofwhich.*):?$"
)
_AVERAGE = (
    r"中位数|众数|标准差|最[大小高低]|上年|去年|平均|均值|同比|环比|增长|增幅"
    r"|增速|占比|比重|完成率|其中|分项|减"
    r"|(?i:average|mean|ofwhich)"
)
"""Labels of rows whose figures are not the sum of what stands above."""

_CLASS = (
    r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）])?"
    r"(?:规(?:模以)?[上下]|限额?以?[上下]|小微|大中型|大型|中型|小型)"
    r"(?:工业|服务业|商贸业|建筑业|企业|法人|单位)*$"
)
"""Classes of enterprises, which no id is called: their row in the column of ids is a sum."""

_NOTE = (
    rf"^(?:注|备注|说明|填表说明|附注|note)s?(?:{_DIGIT}*[:：、.]|$)|^(?:注|备注|说明){_DIGIT}*[、.]"
    r"|^(?:填表|填报|制表|审核|复核|经办|联系|统计|单位|企业|金额|货币|计量|计价|面积|数据)?"
    r"(?:人|负责人|日期|时间|电话|部门|单位)[:：].*"
    r"|^(?:填表|填报|制表|审核|复核|统计|负责人|单位负责人|数据来源|资料来源|来源)[^，,]{0,8}[:：].*"
    rf"|^第?{_DIGIT}+页.*$|^共{_DIGIT}+页.*$|^-?{_DIGIT}+/{_DIGIT}+页?-?$"
)
_LOOSE_NOTE = r"^(?:注|说明|备注|填表|填报|制表|审核|复核|负责人|统计|note)"
_GROUP = r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）])"
_WORD = "[A-Za-z\u3400-\u9fff]"
_YEARS = (1900, 2100)
_BLANKS = "[\\s\v\x1c-\x1f\u0085\u00a0\u2000-\u200f\u2028\u2029\u202f\u205f\u3000\ufeff]+"
_NO_ID = r"^(?:[-—–/\\＼／*.·]+|无|合并|nan|None)?$"


@dataclass(frozen=True)
class RowKinds:
    """What each row of a table is, aligned with it; `agrees` of sums: 1 yes, 0 no, -1 unknown.

    `groups` are rows that bear the sum of the entries below them; titles of groups without a figure
    are among the `notes`.

    `labelled` are rows that are called a sum but have an id of their own: they are entries.
    `headed` are rows in whose first or second cell the column's heading stands.
    """

    sums: pd.Series[bool]
    groups: pd.Series[bool]
    notes: pd.Series[bool]
    repeated: pd.Series[bool]
    headed: pd.Series[bool]
    labelled: pd.Series[bool]
    agrees: pd.Series[int]


def row_kinds(
    frame: pd.DataFrame, key: str | None, names: list[str], figures: list[str]
) -> RowKinds:
    """Judge every row of a table as it stands.

    `key` is the column of ids, if known, `names` the other columns of words, `figures` those whose
    numbers can be summed (all others than words, if the layer is not known).
    """
    columns = list(frame.columns[:FIRST_COLUMNS])
    looked = columns + [c for c in [key, *names] if c is not None and c not in columns]
    texts = _Texts(frame, looked)
    label = pd.Series(pd.NA, index=frame.index, dtype="str")
    at = pd.Series("", index=frame.index, dtype="str")
    for column in texts.of_words:
        hit = label.isna() & texts[column].str.match(_SUM).fillna(False).astype(bool)
        if hit.any():
            label, at = label.mask(hit, texts[column]), at.mask(hit, column)
    called = label.notna()
    named = _has_id(texts, key, at)
    first = texts.first
    held = pd.Series(0, index=frame.index)
    for column in frame:
        held += frame[column].notna()
    blank = _without_figures(frame, figures)
    notes = _notes(held, first, blank) & ~called
    if key is not None and figures:
        notes |= (held == 1) & first.notna() & texts[key].isna() & blank & ~called
    repeated, headed = _repeats_headings(frame)
    sums = called & ~named
    if key is not None:
        # It heads its enterprises or ends them: there is nothing to compare it with.
        grouped = texts[key].str.match(_CLASS).fillna(False).astype(bool) & ~notes
        sums |= grouped
    entries = ~(sums | notes | repeated)
    if key is not None:
        no_id = texts[key].isna() | texts[key].str.match(_NO_ID).fillna(False).astype(bool)
        equal = entries & no_id
        if equal.any():
            equal &= _equals_above(_all_numbers(frame, figures), entries, sums, least=2) == 1
            # A row with a name or a year lacks its id, whatever its figures add up to.
            sums = sums | _unnamed(texts, equal, {key, *figures})
            entries = entries & ~sums
    groups, agrees = _groups(frame, texts, key, figures, entries, sums)
    entries = entries & ~groups
    if sums.any():
        titles = notes & first.str.match(_GROUP).fillna(False).astype(bool)
        ends = sums | groups | titles
        equal = _equals_above(_all_numbers(frame, figures), entries, ends, least=1)
        odd = label.str.contains(_AVERAGE).fillna(False).astype(bool)
        above = equal.mask(~sums | odd | (sums & ~called & (equal == 0)), -1)
        agrees = agrees.where(groups, above)
    if figures:  # 一 | 机械制造业 without a figure is a title, and no sum of what is below
        notes, groups = notes | (groups & blank), groups & ~blank
    return RowKinds(sums, groups, notes, repeated, headed, called & named, agrees)


def _groups(
    frame: pd.DataFrame,
    texts: _Texts,
    key: str | None,
    figures: list[str],
    entries: pd.Series[bool],
    sums: pd.Series[bool],
) -> tuple[pd.Series[bool], pd.Series[int]]:
    """Rows that head a group, and whether their figures are the sum of it: 1 yes, 0 no, -1 unknown.

    Of groups of groups those with no entry before the next one are unknown.
    """

    def sum_of_below(heads: pd.Series[bool], least: int) -> pd.Series[int]:
        numbers = _all_numbers(frame, figures)  # seldom asked for, and dear of a large table
        held, ends = entries & ~heads, heads | sums
        return _equals_above(numbers[::-1], held[::-1], ends[::-1], least=least)[::-1]

    groups = group_rows(texts.__getitem__, texts.of_words, key, entries, sum_of_below)
    if not groups.any():
        return groups, pd.Series(-1, index=frame.index)
    lowest = (entries & ~groups).shift(-1, fill_value=False)
    return groups, sum_of_below(groups, 1).where(groups & lowest, -1)


class _Texts:
    """Cells of some columns as text, made when asked for: a large table has columns of numbers."""

    def __init__(self, frame: pd.DataFrame, columns: list[Any]) -> None:
        self.frame, self.columns = frame, columns
        self._made: dict[Any, Series] = {}

    @property
    def of_words(self) -> list[Any]:
        """Columns that may hold a word: a number is called nothing."""
        kinds = self.frame.dtypes
        return [c for c in self.columns if not pd.api.types.is_numeric_dtype(kinds[c])]

    @property
    def first(self) -> Series:
        """The first text of each row."""
        out = pd.Series(pd.NA, index=self.frame.index, dtype="str")
        for column in self.columns:
            if out.notna().all():
                break
            out = out.where(out.notna(), self[column])
        return out

    def __getitem__(self, column: Any) -> Series:
        if column not in self._made:
            self._made[column] = _text(self.frame[column])
        return self._made[column]


def _all_numbers(frame: pd.DataFrame, figures: list[str]) -> pd.DataFrame:
    """The figures, missing where they are none or without end."""
    numbers = pd.DataFrame({c: _numbers(frame[c]) for c in figures}, index=frame.index)
    return numbers.where(np.isfinite(numbers))


def _without_figures(frame: pd.DataFrame, figures: list[str]) -> pd.Series[bool]:
    """Rows in which no figure is a number."""
    out = np.ones(len(frame), dtype=bool)
    for column in figures:
        out &= ~np.isfinite(_numbers(frame[column]).to_numpy())
    return pd.Series(out, index=frame.index, dtype=bool)


def _text(values: Series) -> Series:
    """Cells as text without any blank; blank ones are missing."""
    # Arrow's own: pandas takes a class of such letters row by row.
    bare = pc.replace_substring_regex(pa.array(values.astype("str")), _BLANKS, "")
    text = pd.Series(pd.array(bare, dtype="str"), index=values.index)
    return text.mask(values.isna() | (text == ""))


def _numbers(values: Series) -> Series:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return pd.to_numeric(values).astype("float64")
    plain = values.astype("str").str.replace(r"[,，]", "", regex=True)
    out = pd.to_numeric(plain.mask(values.isna()), errors="coerce").astype("float64")
    wide = (out.isna() & values.notna()).to_numpy()
    if wide.any():  # full-width digits, which are worth what the others are
        narrow = plain[wide].str.normalize("NFKC").str.replace(",", "").str.strip()
        out[wide] = pd.to_numeric(narrow, errors="coerce").astype("float64")
    return out


def _unnamed(texts: _Texts, rows: pd.Series[bool], beside: set[Any]) -> pd.Series[bool]:
    """Those of `rows` without a word or a year in their columns; `beside` are not looked at."""
    out = rows.copy()
    for column in texts.columns:
        if column not in beside:
            some = texts[column][rows]
            word = some.str.contains(_WORD).fillna(False).astype(bool)
            out[rows] &= ~(word | _numbers(some).between(*_YEARS))
    return out


def _has_id(
    texts: _Texts,
    key: str | None,
    at: Series,
) -> Series:
    """Rows with an id of their own: not blank, not a dash, not the label, not the row above's.

    Where the column of ids is not known, a code of letters and digits in a column of words is one.
    """
    if key is not None:
        ids = texts[key]
        alone = ids.notna() & ~ids.str.match(_NO_ID).fillna(False).astype(bool)
        label = ids.str.match(_SUM).fillna(False).astype(bool)
        return alone & ~label & (at != key) & (ids != ids.shift())
    coded = pd.Series(False, index=at.index)
    for column in texts.columns:
        code = texts[column].str.fullmatch(r"[A-Za-z0-9-]{8,}").fillna(False).astype(bool)
        digits = texts[column].str.contains(r"[0-9]").fillna(False).astype(bool)
        coded |= code & digits & (at != column)
    return coded


def _notes(held: Series, first: Series, blank: Series) -> Series:
    """Rows of words beside the table: notes, who filled it in, pages, headings of groups.

    `held` is how many cells of each row hold something, `first` its first text; `blank` are rows
    without a figure.
    """
    note = first.str.match(_NOTE).fillna(False).astype(bool) & blank
    loose = (held == 1) & first.str.match(f"{_LOOSE_NOTE}|{_GROUP}").fillna(False).astype(bool)
    return (note | loose).astype(bool)


def _repeats_headings(frame: pd.DataFrame) -> tuple[Series, Series]:
    """Rows in which every cell is its own column's heading: a ledger printed page by page.

    Beside them those in whose first or second cell it stands.

    A heading of two lines holds the words of both: the row below such a row repeats the second.
    """
    out = pd.Series(False, index=frame.index)
    hit = pd.Series(False, index=frame.index)
    for column in frame.columns[:2]:
        hit |= _text(frame[column]) == _bare(column)
    if hit.any():
        lower = hit.shift(fill_value=False) & ~hit
        some = frame[hit | lower]
        within = pd.DataFrame({c: _within(some[c], _bare(c)) for c in some}, index=some.index)
        held = some.notna().sum(axis=1)
        out[some.index] = (held > 0) & (within.sum(axis=1) == held)
        out &= (hit & (frame.notna().sum(axis=1) > 1)) | (lower & out.shift(fill_value=False))
    return out, hit


def _within(values: Series, heading: str) -> list[bool]:
    """Which cells are words of a heading."""
    return [isinstance(text, str) and text in heading for text in _text(values)]


def _bare(column: Any) -> str:
    return "".join(str(column).split())


def _equals_above(numbers: pd.DataFrame, entries: Series, sums: Series, *, least: int) -> Series:
    """Whether each row's figures are the sum of the entries above: 1 yes, 0 no, -1 unknown.

    All entries above, or those since the row of sums before it; at least so many.
    """
    if numbers.empty:
        return pd.Series(-1, index=numbers.index)
    held = numbers.fillna(0.0).where(entries, 0.0).to_numpy()
    above = np.cumsum(held, axis=0) - held
    count = np.cumsum(entries.to_numpy()) - entries.to_numpy()
    # What was added up before the last row of sums above.
    block = (np.cumsum(sums.to_numpy()) - sums.to_numpy()).astype(int)
    starts = np.flatnonzero(sums.to_numpy())
    before = np.vstack([np.zeros(held.shape[1]), above[starts]])[block]
    counted = np.concatenate([[0], count[starts]])[block]
    values = numbers.to_numpy()
    known = ~np.isnan(values) & (values != 0)
    out = np.full(len(numbers), -1)
    for total, rows in ((above, count), (above - before, count - counted)):
        near = np.abs(values - total) <= 0.005 * np.maximum(1, rows)[:, None] + 1e-9 * np.abs(total)
        fits = (near | ~known).all(axis=1) & known.any(axis=1) & (rows >= least)
        out = np.where(fits, 1, out)
    differs = known.any(axis=1) & (count > 0) & (out != 1)
    return pd.Series(np.where(differs, 0, out), index=numbers.index)
