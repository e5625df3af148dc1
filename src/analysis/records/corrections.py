"""Corrections as data: `corrections.csv` says which cell, what stands there, what to put, why, who, when.

A correction whose expected value is gone stops the build: the source was mended, or the log is wrong. What stands
in a cell is never shown, for it may name a donor; the log's line is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import normalize

import numpy as np

from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Sheet, plain, text_of
from analysis.records.headings import UNSHOWN, WORD, shown_headings
from analysis.records.masking import masked

CORRECTIONS_FILE = "corrections.csv"
NEEDED = ("file", "column", "expected", "new", "reason", "who", "when")
PLACES = ("line", "id")
LINE_NUMBER = re.compile("[0-9]{1,12}")
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell to correct, by line or by identifier; `entry` is its own line in corrections.csv."""

    entry: int
    file: str
    line: int | None
    identifier: str
    column: str
    expected: str
    new: str


def is_log(header: Sequence[str]) -> bool:
    """Whether a header is that of a log of corrections."""
    names = {plain(name) for name in header}
    return names >= set(NEEDED) and bool(names & set(PLACES))


def corrections_of(log: Sheet, *, files: Sequence[str]) -> list[Correction]:
    """The corrections a log holds; DataError where one lacks a known file, cell, reason or author."""
    cells = {name: column for name in (*NEEDED, *PLACES) if (column := log.column(name)) is not None}
    names = {normalize("NFC", name): name for name in files}
    faults, found = list(log.spoiled), []
    for row, entry in enumerate(log.lines.tolist()):
        said = {name: text_of(column.distinct[column.codes[row]]) for name, column in cells.items()}
        for name in ("file", "column", "reason", "who", "when"):
            if not said[name]:
                faults.append(Fault(log.file, entry, name, "", "is empty", "Fill it in"))
        file = names.get(normalize("NFC", said["file"]), "")
        if said["file"] and not file:
            shown = masked(said["file"]) if Path(said["file"]).suffix else _without_words(said["file"])
            faults.append(Fault(log.file, entry, "file", shown, "no such file here", "Write its name as in the folder"))
        line, identifier = said.get("line", ""), said.get("id", "")
        place = int(line) if LINE_NUMBER.fullmatch(line) else None
        if place is None and not identifier:
            problem, remedy = "neither a line number nor an id", "Write one of them"
            faults.append(Fault(log.file, entry, "line", _without_words(line)[:LONGEST_SHOWN], problem, remedy))
        found.append(Correction(entry, file, place, identifier, said["column"], said["expected"], said["new"]))
    if faults:
        raise DataError(faults)
    return found


def _without_words(cell: str) -> str:
    """A cell that stands where it should not, shown without words, which may be a name."""
    return WORD.sub(UNSHOWN, masked(cell))


def corrected(sheet: Sheet, corrections: Sequence[Correction]) -> tuple[Sheet, tuple[int, ...], list[Fault]]:
    """A block with its cells corrected, in how many of its rows each correction fits, and what does not fit.

    `one_row_each` must then be asked whether every correction fits one row of the whole file.
    """
    columns, faults, found = list(sheet.columns), list[Fault](), list[int]()
    entries: dict[tuple[int, int], int] = {}
    for one in corrections:
        place, rows = sheet.place(one.column), _rows(sheet, one)
        found.append(len(rows))
        if place is None:
            [column] = shown_headings([one.column], known=sheet.header)
            known = list(sheet.rule.columns.values()) if sheet.rule else []
            problem = f"{sheet.file} has no such column"
            remedy = f"Write one of: {', '.join(shown_headings(sheet.header, known=known))}"
            faults.append(_fault(one, "column", column, problem, remedy))
        elif len(rows) == 1:
            row = int(rows[0])
            earlier = entries.setdefault((place, row), one.entry)
            if earlier != one.entry:
                problem = f"line {earlier} of corrections.csv corrects this cell already"
                faults.append(_fault(one, "column", masked(one.column), problem, "Keep one of the two lines"))
            else:
                faults.extend(_unexpected(one, columns[place], row))
                columns[place] = columns[place].replaced(row, one.new)
    return replace(sheet, columns=tuple(columns)), tuple(found), faults


def one_row_each(file: str, corrections: Sequence[Correction], found: Sequence[int]) -> list[Fault]:
    """What is wrong with corrections that fit no row of the whole file, or several."""
    faults = []
    for one, rows in zip(corrections, found, strict=True):
        remedy = "Write the line on which the record starts"
        if one.line is not None and rows != 1:
            problem = f"no record of {file} that can be read starts on this line"
            faults.append(_fault(one, "line", str(one.line), problem, remedy))
        elif rows == 0:
            faults.append(_fault(one, "id", "", f"no record of {file} has this id", remedy))
        elif rows > 1:
            faults.append(_fault(one, "id", "", f"{rows} records of {file} have this id", remedy))
    return faults


def _rows(sheet: Sheet, one: Correction) -> np.ndarray:
    """The places of the rows that a correction means."""
    if one.line is not None:
        return np.flatnonzero(sheet.lines == one.line)
    holds = [
        column.rows_where([text_of(value) == one.identifier for value in column.distinct]) for column in sheet.columns
    ]
    return np.flatnonzero(np.any(holds, axis=0))


def _unexpected(one: Correction, column: Distinct, row: int) -> list[Fault]:
    """The fault of a correction whose expected value is gone."""
    if text_of(column.distinct[column.codes[row]]) == one.expected:
        return []
    problem = "another value stands there now than the log expects"
    remedy = "If the source was corrected, delete this line of corrections.csv; else correct the log"
    return [_fault(one, "expected", "", problem, remedy)]


def _fault(one: Correction, column: str, value: str, problem: str, remedy: str) -> Fault:
    return Fault(CORRECTIONS_FILE, one.entry, column, value, problem, remedy)
