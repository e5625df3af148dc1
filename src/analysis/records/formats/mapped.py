"""A file that a [[files]] block of dataset.toml maps to a table; `canonical` builds on the same drafting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analysis.columns import Table
from analysis.dataset import FileRule
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import Draft, Format, table_called
from analysis.records.formats.signs import is_blank_or_tag, is_tag_row
from analysis.records.parsing.dates import dates

EXCLUDED, BY_SETTING = "excluded", "excluded by dataset.toml"
"""Meaning that `values` may give to a word beside the column's own: the row is rightly not counted."""
TOTAL = re.compile(r"(?:grand |sous[- ]?|sub[- ]?)?total(?: general)?\s*:?")
TOTAL_SOMEWHERE = re.compile(r"t[^\x00-\x7f]*o[^\x00-\x7f]*t[^\x00-\x7f]*a[^\x00-\x7f]*l", re.IGNORECASE)
TOTAL_OF = re.compile(r"(?:grand |sous[- ]?|sub[- ]?)?total\b.*")


def mapped(rule: FileRule) -> Format:
    """The format that one [[files]] block describes."""
    headers = {plain(header) for header in rule.columns.values()}

    def recognises(_: str, header: Sequence[str]) -> bool:
        return headers <= {plain(name) for name in header}

    def draft(sheet: Sheet) -> Draft:
        return draft_columns(sheet, table_called(rule.table), rule.columns, rule=rule)

    return Format(
        name="mapped",
        source=f"mapped {rule.match}",
        table=rule.table,
        recognises=recognises,
        draft=draft,
        row_by_row=True,
    )


def draft_columns(sheet: Sheet, table: Table, columns: Mapping[str, str], *, rule: FileRule | None = None) -> Draft:
    """The rows of a hand-kept sheet whose headers `columns` names; totals, tags and "excluded" words are left out."""
    cells = {column: found for column, header in columns.items() if (found := sheet.column(header)) is not None}
    excluded = _totals(sheet, cells, table)
    excluded[_tag_rows(sheet)] = "HXL tag row"
    for column, meanings in (rule.values if rule else {}).items():
        if column in cells:
            written = cells[column]
            cells[column] = written.map(_translation(meanings))
            chosen = cells[column].rows_where([value == EXCLUDED for value in cells[column].distinct])
            said = [f"{BY_SETTING}: {columns[column]} = {text_of(value)}" for value in written.distinct]
            reasons = written.taken(said, "object")
            excluded = np.where(chosen & (excluded == ""), reasons, excluded)
    cells |= {
        column: _filled(cells.get(column), default, table, column, len(sheet.lines))
        for column, default in (rule.defaults if rule else {}).items()
    }
    return Draft(table=table, cells=cells, headers=dict(columns), excluded=excluded)


def _filled(written: Distinct | None, default: str, table: Table, column: str, rows: int) -> Distinct:
    """The column as dataset.toml fills it: all of it where there is none, else blank words; a blank number stays so."""
    if written is None:
        return Distinct.constant(default, rows)
    if column in table.names and table.column(column).kind != "text":
        return written
    return written.map(lambda value: value if text_of(value) else default)


def _tag_rows(sheet: Sheet) -> list[int]:
    """The places of rows that hold HXL tags: two or more, and nothing else."""
    rows = sheet.rows_in_which([is_blank_or_tag] * len(sheet.columns)).tolist()
    return [row for row in rows if is_tag_row([column.distinct[column.codes[row]] for column in sheet.columns])]


def _translation(meanings: Mapping[str, tuple[str, ...]]) -> Callable[[Value], Value]:
    words = {plain(word): meaning for meaning, listed in meanings.items() for word in listed}

    def translated(value: Value) -> Value:
        return words.get(plain(text_of(value)), value)

    return translated


def _totals(sheet: Sheet, cells: Mapping[str, Distinct], table: Table) -> np.ndarray:
    """Reason "subtotal" for rows that hold the word Total, or begin with it and have no date."""
    donor = [cells[name].codes for name in ("donor_name", "donor_email") if name in cells]
    exact, begun = np.zeros(len(sheet.lines), bool), np.zeros(len(sheet.lines), bool)
    for column in sheet.columns:
        if not any(column.codes is codes for codes in donor):
            words = {place: plain(str(column.distinct[place])) for place in _may_say_total(column.distinct)}
            for rows, pattern in ((exact, TOTAL), (begun, TOTAL_OF)) if words else ():
                rows |= np.isin(column.codes, [code for code, word in words.items() if pattern.fullmatch(word)])
    if begun.any():
        exact |= begun & ~_dated(cells, table)
    return np.where(exact, "subtotal", "").astype(object)


def _may_say_total(values: Sequence[Value]) -> list[int]:
    """The places of values that may hold the word: a look at all of them at once, then at each."""
    if not _says_total("\n".join(map(str, values))):
        return []
    return [place for place, text in enumerate(values) if isinstance(text, str) and _says_total(text)]


def _says_total(text: str) -> bool:
    """Whether the letters of the word stand in a text, accents and capitals aside."""
    if text.isascii():
        return "total" in text.casefold()
    return TOTAL_SOMEWHERE.search(unicodedata.normalize("NFKD", text)) is not None


def _dated(cells: Mapping[str, Distinct], table: Table) -> np.ndarray:
    """True for rows whose required date is written as one, in any order."""
    name = next((column.name for column in table.columns if column.kind == "date" and column.required), "")
    if name not in cells:
        return np.ones(len(next(iter(cells.values())).codes), bool)
    read = (
        dates(cells[name].distinct, order="dmy", months=True),
        dates(cells[name].distinct, order="mdy", months=True),
    )
    return cells[name].rows_where([any(hasattr(day, "year") for day in pair) for pair in zip(*read, strict=True)])
