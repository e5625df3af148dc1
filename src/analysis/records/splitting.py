"""Lines in, records out: cells cut at the delimiter, embedded line breaks kept, exact line numbers.

A quote that opens a cell and never closes as it should spoils the line it stands on; reading goes on with the
next line. A quote inside a cell that does not start with one is a character like any other.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.faults import Fault
from analysis.records.cells import SPACES, Value

DELIMITERS = (";", ",", "\t", "|")
HEADER_SEARCHED = 20
LONGEST_RECORD = 200
"""Most lines one record may span; a quote still open after them is one that never closes."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (its first line, the first line below it), its cells and its delimiter."""

    place: int
    below: int
    cells: tuple[str, ...]
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class Records:
    """Records cut to the header's cells with the line each starts on, and those that could not be cut."""

    rows: list[Sequence[Value]]
    lines: list[int]
    spoiled: tuple[Fault, ...]


def find_header(
    lines: Sequence[str],
    accepts: Callable[[Sequence[str]], bool],
    *,
    delimiters: Sequence[str] = DELIMITERS,
    header_line: int | None = None,
) -> Header | None:
    """The first record of the file's first lines, under any delimiter, that `accepts` takes for a header."""
    places = [header_line - 1] if header_line else range(min(HEADER_SEARCHED, len(lines)))
    for place in places:
        for delimiter in delimiters:
            cells, used = record_at(lines, place, delimiter) if place < len(lines) else (None, 0)
            if cells and accepts(names := heading_cells(cells)):
                return Header(place, place + used, names, delimiter)
    return None


def find_header_row(
    rows: Sequence[Sequence[Value]],
    accepts: Callable[[Sequence[str]], bool],
    *,
    header_line: int | None = None,
) -> Header | None:
    """The first of a sheet's first rows that `accepts` takes for a header."""
    places = [header_line - 1] if header_line else range(min(HEADER_SEARCHED, len(rows)))
    for place in places:
        if place < len(rows) and accepts(names := heading_cells(rows[place])):
            return Header(place, place + 1, names, None)
    return None


def heading_cells(cells: Sequence[Value]) -> tuple[str, ...]:
    """A header's names with single spaces and no line breaks; nameless columns at the end are dropped."""
    names = [SPACES.sub(" ", str(cell)).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def record_at(lines: Sequence[str], place: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the record that starts at `place` (None if its quotes are wrong) and its lines."""
    if '"' not in lines[place]:
        return lines[place].split(delimiter), 1
    span = (line + "\n" for line in lines[place : place + LONGEST_RECORD])
    reader = csv.reader(span, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return None, 1
    return cells, reader.line_num


def cut(lines: Sequence[str], header: Header, *, file: str, ragged: bool = False) -> Records:
    """Every record below the header; blank lines are none. One with too many or too few cells is spoiled.

    With `ragged`, one with too few cells is filled up with blank ones.
    """
    width, delimiter = len(header.cells), header.delimiter or ","
    rows: list[Sequence[Value]] = []
    starts: list[int] = []
    spoiled: list[Fault] = []
    place = header.below
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        cells, used = record_at(lines, place, delimiter)
        fitted = _fitted([*cells, *[""] * (width - len(cells))] if ragged and cells else cells, width)
        if fitted is None:
            used = 1
            spoiled.append(_spoiled(file, place + 1, lines[place], cells, width, delimiter))
        else:
            rows.append(fitted)
            starts.append(place + 1)
        place += used
    return Records(rows, starts, tuple(spoiled))


def _fitted(cells: list[str] | None, width: int) -> list[str] | None:
    """The cells when there are as many as in the header; blank ones beyond it are dropped."""
    if cells is not None and len(cells) == width:
        return cells
    if cells is None or len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return None
    return cells[:width]


def _spoiled(file: str, line: int, text: str, cells: list[str] | None, width: int, delimiter: str) -> Fault:
    if cells is None or "\n" in "".join(cells):
        return Fault(
            file,
            line,
            "",
            "",
            "a quote opens here and does not close as it should",
            'Remove the stray " or double it',
        )
    few = "few" if len(cells) < width else "many"
    problem = f"too {few} cells: {len(cells)}, the header has {width}"
    return Fault(
        file,
        line,
        "",
        "",
        problem,
        f'Put a cell that holds "{delimiter}" between quotes, or add the cell that is missing',
    )


def rows_below(rows: Sequence[Sequence[Value]], header: Header) -> Records:
    """Every row of a sheet below its header that is not blank, as wide as the header."""
    width = len(header.cells)
    kept = [
        (place + 1, tuple(row[:width]))
        for place, row in enumerate(rows)
        if place >= header.below and any(c != "" for c in row[:width])
    ]
    return Records([row for _, row in kept], [line for line, _ in kept], ())
