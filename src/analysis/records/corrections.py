"""Corrections as data: `corrections.csv` says which cell, what stands there, what to put, why, who, when.

A correction whose expected value is gone stops the build: the source was mended, or the log is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Sheet, plain, text_of
from analysis.records.pseudonyms import masked

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
                    said["file"],
                    "no such file here",
                    "Write its name as in the folder",
                )
            )
        line, identifier = said.get("line", ""), said.get("id", "")
        place = int(line) if LINE_NUMBER.fullmatch(line) else None
        if place is None and not identifier:
            shown = line[:LONGEST_SHOWN]
            faults.append(Fault(log.file, entry, "line", shown, "neither a line number nor an id", "Write one of them"))
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
            faults.append(_fault(one, problem, f"Write one of: {', '.join(sheet.header)}"))
        elif len(rows) == 1:
            faults.extend(_unexpected(one, columns[place], int(rows[0])))
            columns[place] = columns[place].replaced(int(rows[0]), one.new)
    return replace(sheet, columns=tuple(columns)), tuple(found), faults


def one_row_each(file: str, corrections: Sequence[Correction], found: Sequence[int]) -> list[Fault]:
    """What is wrong with corrections that fit no row of the whole file, or several."""
    faults = []
    for one, rows in zip(corrections, found, strict=True):
        if rows != 1:
            where = f"line {one.line}" if one.line is not None else f"id {one.identifier}"
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
    return Fault(CORRECTIONS_FILE, one.entry, one.column, masked(one.expected), problem, remedy)
