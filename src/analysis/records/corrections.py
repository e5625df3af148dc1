"""Corrections as data: `corrections.csv` says which cell, what stands there, what to put, why, who, when.

A correction whose expected value is gone stops the build: the source was mended, or the log is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Sheet, plain, text_of
from analysis.records.headings import UNSHOWN, shown_headings
from analysis.records.masking import masked

CORRECTIONS_FILE = "corrections.csv"
WORD = re.compile(r"[^\W\d_]{2,}")
NEEDED = ("file", "column", "expected", "new", "reason", "who", "when")
PLACES = ("line", "id")


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
    faults, found = list(log.spoiled), []
    for row, entry in enumerate(log.lines.tolist()):
        said = {name: text_of(column.distinct[column.codes[row]]) for name, column in cells.items()}
        for name in ("file", "column", "reason", "who", "when"):
            if not said[name]:
                faults.append(Fault(log.file, entry, name, "", "is empty", "Fill it in"))
        if said["file"] not in files:
            faults.append(
                Fault(
                    log.file,
                    entry,
                    "file",
                    said["file"] if Path(said["file"]).suffix else _shown(said["file"]),
                    "no such file here",
                    "Write its name as in the folder",
                )
            )
        line, identifier = said.get("line", ""), said.get("id", "")
        if not line.isdecimal() and not identifier:
            problem = "neither a line number nor an id"
            faults.append(Fault(log.file, entry, "line", _shown(line), problem, "Write one of them"))
        place = int(line) if line.isdecimal() else None
        found.append(Correction(entry, said["file"], place, identifier, said["column"], said["expected"], said["new"]))
    if faults:
        raise DataError(faults)
    return found


def corrected(sheet: Sheet, corrections: Sequence[Correction]) -> tuple[Sheet, tuple[int, ...], list[Fault]]:
    """A block with its cells corrected, in how many of its rows each correction fits, and what does not fit.

    `one_row_each` must then be asked whether every correction fits one row of the whole file.
    """
    columns, faults, found = list(sheet.columns), list[Fault](), list[int]()
    for one in corrections:
        place, rows = sheet.place(one.column), _rows(sheet, one)
        found.append(len(rows))
        if place is None:
            problem = f"{sheet.file} has no such column"
            [column] = shown_headings([one.column], known=sheet.header)
            known = list(sheet.rule.columns.values()) if sheet.rule else []
            remedy = f"Write one of: {', '.join(shown_headings(sheet.header, known=known))}"
            faults.append(_fault(replace(one, column=column), problem, remedy))
        elif len(rows) == 1:
            faults.extend(_unexpected(one, columns[place], int(rows[0])))
            columns[place] = columns[place].replaced(int(rows[0]), one.new)
    return replace(sheet, columns=tuple(columns)), tuple(found), faults


def one_row_each(file: str, corrections: Sequence[Correction], found: Sequence[int]) -> list[Fault]:
    """What is wrong with corrections that fit no row of the whole file, or several."""
    faults = []
    for one, rows in zip(corrections, found, strict=True):
        if rows != 1:
            where = f"line {one.line}" if one.line is not None else "this id"
            problem = f"{where} is {rows} records of {file}"
            faults.append(_fault(one, problem, "Write the line on which the record starts"))
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
    return [_fault(one, problem, remedy)]


def _fault(one: Correction, problem: str, remedy: str) -> Fault:
    """What is wrong with an entry: the cell it expects is shown without words, which may be a name."""
    return Fault(CORRECTIONS_FILE, one.entry, masked(one.column), _shown(one.expected), problem, remedy)


def _shown(cell: str) -> str:
    return re.sub(WORD, UNSHOWN, masked(cell))
