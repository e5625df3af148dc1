"""Where a file's header stands, and one record at a time: what `cutting` asks about the lines that need care.

A quote that opens a cell and never closes as it should spoils the line it stands on; reading goes on with the
next line. A quote inside a cell that does not start with one is a character like any other.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.records.cells import SPACES, Value

DELIMITERS = (";", ",", "\t", "|")
HEADER_SEARCHED = 20
MOST_COLUMNS = 5_000
"""A line of more cells is no header."""
LONGEST_RECORD = 200
"""Most lines one record may span; a quote still open after them is one that never closes."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (its first line, the first line below it), its cells and its delimiter.

    `width` counts the nameless cells at its end too, which `cells` leaves out. Below a `ragged` header, records with
    fewer cells are filled up with blank ones.
    """

    place: int
    below: int
    cells: tuple[str, ...]
    delimiter: str | None
    width: int
    ragged: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of a sheet as wide as its header, and the line each stands on."""

    rows: list[Sequence[Value]]
    lines: list[int]


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
            if cells and len(cells) <= MOST_COLUMNS and accepts(names := heading_cells(cells)):
                return Header(place, place + used, names, delimiter, len(cells))
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
            return Header(place, place + 1, names, None, len(names))
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
    span = (lines[at] + "\n" for at in range(place, min(place + LONGEST_RECORD, len(lines))))
    reader = csv.reader(span, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return None, 1
    return cells, reader.line_num


def rows_below(rows: Sequence[Sequence[Value]], header: Header) -> Records:
    """Every row of a sheet below its header that is not blank, as wide as the header."""
    width = len(header.cells)
    kept = [
        (place + 1, tuple(row[:width]))
        for place, row in enumerate(rows)
        if place >= header.below and any(c != "" for c in row[:width])
    ]
    return Records([row for _, row in kept], [line for line, _ in kept])
