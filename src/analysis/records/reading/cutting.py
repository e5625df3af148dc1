"""A block of bytes in, columns out: records found with numpy, cells cut by pyarrow, exact line numbers.

Lines whose quotes are all well placed are found for the whole block at once. The few others go one by one through
`splitting.record_at`, so that the outcome is that of a splitter that reads record after record.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from analysis.faults import Fault
from analysis.records.cells import Distinct
from analysis.records.reading.splitting import LONGEST_RECORD, Header, record_at

LINE_FEED, QUOTE = 10, 34
TAIL = 1 << 16
"""Bytes at the end of a block that are searched first for a place to cut."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The records of a block, column by column, the line each starts on, and those that could not be cut."""

    columns: tuple[Distinct, ...]
    lines: np.ndarray
    spoiled: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Each line's first byte and line feed, its number of cells, and whether its quotes need a closer look."""

    starts: np.ndarray
    ends: np.ndarray
    cells: np.ndarray
    rough: np.ndarray


class Lines(Sequence[str]):
    """A block's lines as texts, decoded one by one when asked for."""

    def __init__(self, data: bytes, survey: Survey) -> None:
        self._data, self._survey = data, survey

    def __len__(self) -> int:
        return len(self._survey.starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        return self._data[self._survey.starts[place] : self._survey.ends[place]].decode("utf-8", "replace")


def surveyed(data: bytes, delimiter: str) -> Survey:
    """What `data`, whole lines that each end in a line feed, looks like line by line."""
    flat = np.frombuffer(data, np.uint8)
    mark = ord(delimiter) if delimiter.isascii() else LINE_FEED
    structural = (flat == LINE_FEED) | (flat == mark)
    quoted = b'"' in data
    at = np.flatnonzero(structural | (flat == QUOTE) if quoted else structural)
    kinds = flat[at]
    last = np.flatnonzero(kinds == LINE_FEED)
    ends = at[last]
    starts = np.concatenate(([0], ends[:-1] + 1))
    if not delimiter.isascii():
        return Survey(starts, ends, np.zeros(len(ends), np.int64), np.ones(len(ends), bool))
    if not quoted:
        return Survey(starts, ends, np.diff(last, prepend=-1), np.zeros(len(ends), bool))
    return Survey(
        starts,
        ends,
        *_quoted(flat, at, kinds, last, mark),
    )


def _quoted(flat: np.ndarray, at: np.ndarray, kinds: np.ndarray, last: np.ndarray, mark: int) -> tuple[np.ndarray, ...]:
    """Cells by line, delimiters between quotes left out, and which lines have a quote out of place.

    Within a line every second quote closes: it opens after a delimiter or a line feed and closes before one, and
    two quotes side by side within a cell are a close and an open. Where no cell begins with a quote, none counts.
    """
    is_quote = kinds == QUOTE
    line = np.cumsum(kinds == LINE_FEED) - (kinds == LINE_FEED)
    places, owner = at[is_quote], line[is_quote]
    previous = np.where(places > 0, flat[places - 1], LINE_FEED)
    begins = np.zeros(len(last), bool)
    begins[owner[(previous == mark) | (previous == LINE_FEED)]] = True
    running = np.cumsum(is_quote)
    before = np.concatenate(([0], running[last[:-1]]))
    inside = ((running - before[line]) & 1).astype(bool) & begins[line]
    outside = np.cumsum((kinds == mark) & ~inside)[last]
    neighbour = np.where(inside[is_quote], previous, flat[places + 1])
    placed = (neighbour == mark) | (neighbour == LINE_FEED) | (neighbour == QUOTE)
    rough = inside[last]
    rough[owner[~placed & begins[owner]]] = True
    rough |= (np.diff(at[last], prepend=-1) > csv.field_size_limit()) & (np.diff(running[last], prepend=0) > 0)
    return np.diff(outside, prepend=0) + 1, rough


def cut(data: bytes, header: Header, *, file: str, first_line: int) -> Cut:
    """Every record of a block; blank lines are none. One with too many or too few cells is spoiled.

    `data` is UTF-8, each line ends in one line feed and no other line end occurs; its first line is `first_line`.
    """
    survey = surveyed(data, header.delimiter or ",")
    fast = ~survey.rough & (survey.cells == header.width) & _inked(data, survey, header)
    slow = _one_by_one(Lines(data, survey), fast, survey.ends > survey.starts, header)
    rows, lines = list(slow.rows), np.concatenate((np.flatnonzero(fast), np.array(slow.places, np.int64)))
    columns = _parsed(_kept(data, survey, fast), header) if fast.any() else [Distinct.of([])] * header.width
    columns, lines, wide = _as_wide_as_header(columns, lines, header, int(fast.sum()))
    if rows:
        columns = [_longer(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
        order = np.argsort(lines, kind="stable")
        columns, lines = [Distinct(column.codes[order], column.distinct) for column in columns], lines[order]
    bad = sorted([*slow.spoiled, *((int(line), header.width, False) for line in wide)])
    faults = tuple(_spoiled(file, first_line + line, cells, broken, header) for line, cells, broken in bad)
    return Cut(tuple(columns), lines + first_line, faults)


@dataclass(frozen=True, slots=True)
class _Slow:
    """Records cut one by one, their lines, and (line, cells, whether its quotes are wrong) of the spoiled ones."""

    rows: list[list[str]]
    places: list[int]
    spoiled: list[tuple[int, int, bool]]


def _one_by_one(lines: Lines, fast: np.ndarray, written: np.ndarray, header: Header) -> _Slow:
    """The records that start on written lines that are not fast; a line that such a record goes on over is not fast."""
    delimiter = header.delimiter or ","
    found, until = _Slow([], [], []), 0
    for place in np.flatnonzero(~fast & written).tolist():
        if place < until or not lines[place].strip():
            continue
        cells, used = record_at(lines, place, delimiter)
        fitted = _fitted(cells, header)
        if fitted is None:
            broken = cells is None or any("\n" in cell for cell in cells)
            found.spoiled.append((place, len(cells or ()), broken))
            continue
        found.rows.append(fitted)
        found.places.append(place)
        until = place + used
        fast[place + 1 : until] = False
    return found


def _fitted(cells: list[str] | None, header: Header) -> list[str] | None:
    """The cells when there are as many as in the header; blank ones beyond it are dropped."""
    width = len(header.cells)
    if cells is None or any(cell.strip() for cell in cells[width:]):
        return None
    if len(cells) < width:
        return [*cells, *[""] * (width - len(cells))] if header.ragged else None
    return cells[:width]


def _inked(data: bytes, survey: Survey, header: Header) -> np.ndarray:
    """False for lines that may be blank, which only those can be whose delimiter is a space of some kind."""
    if header.width > 1 and not (header.delimiter or ",").isspace():
        return np.ones(len(survey.starts), bool)
    flat = np.frombuffer(data, np.uint8)
    return np.logical_or.reduceat((flat > 32) & (flat < 127), survey.starts)


def _kept(data: bytes, survey: Survey, chosen: np.ndarray) -> bytes:
    """The chosen lines, one after the other."""
    if chosen.all():
        return data
    edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    runs = zip(survey.starts[edges[::2]].tolist(), (survey.ends[edges[1::2] - 1] + 1).tolist(), strict=True)
    return b"".join(data[start:end] for start, end in runs)


def _parsed(data: bytes, header: Header) -> list[Distinct]:
    names = [str(place) for place in range(header.width)]
    kind = pa.dictionary(pa.int32(), pa.string())
    data = codecs.BOM_UTF8 * data.startswith(codecs.BOM_UTF8) + data  # pyarrow drops one; in a cell it is text
    table = arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        parse_options=arrow_csv.ParseOptions(delimiter=header.delimiter or ",", ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False, column_types=dict.fromkeys(names, kind), null_values=[], strings_can_be_null=False
        ),
    )
    return [_distinct(column) for column in table.columns]


def _distinct(column: pa.ChunkedArray) -> Distinct:
    whole = column.combine_chunks()
    array = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    return Distinct(array.indices.to_numpy(), tuple(array.dictionary.to_pylist()))


def _longer(column: Distinct, more: list[str]) -> Distinct:
    added = Distinct.of(more)
    codes = np.concatenate((column.codes, added.codes + len(column.distinct)))
    return Distinct(codes.astype(np.int32), (*column.distinct, *added.distinct))


def _as_wide_as_header(
    columns: list[Distinct], lines: np.ndarray, header: Header, parsed: int
) -> tuple[list[Distinct], np.ndarray, np.ndarray]:
    """The columns that the header names, without the parsed rows in which another one is not blank: these lines."""
    width = len(header.cells)
    extra = np.zeros(parsed, bool)
    for column in columns[width:]:
        extra |= column.rows_where([bool(str(value).strip()) for value in column.distinct])
    if not extra.any():
        return columns[:width], lines, lines[:0]
    kept = [Distinct(column.codes[~extra], column.distinct) for column in columns[:width]]
    return kept, np.concatenate((lines[:parsed][~extra], lines[parsed:])), lines[:parsed][extra]


def _spoiled(file: str, line: int, cells: int, broken: bool, header: Header) -> Fault:
    if broken:
        problem = "a quote opens here and does not close as it should"
        return Fault(file, line, "", "", problem, 'Remove the stray " or double it')
    width = len(header.cells)
    problem = f"too many cells: {cells}, the header has {width}"
    if cells < width:
        problem = f"too few cells: {cells}, the header has {width}"
    remedy = f'Put a cell that holds "{header.delimiter}" between quotes, or add the cell that is missing'
    return Fault(file, line, "", "", problem, remedy)


def safe_end(data: bytes, header: Header) -> int:
    """How many bytes of `data`, the beginning of more, can be cut on their own with the same outcome; 0 for none.

    The line before which to cut is one that no record from above can reach across. Else, after as many calm lines as a
    record may have at most, the next line starts a record wherever the last one began. Where there is neither, every
    record is followed to the last that cannot reach beyond `data`.
    """
    whole = data.rfind(b"\n") + 1
    tail = data.rfind(b"\n", 0, max(whole - TAIL, 0)) + 1
    if end := _before_closed_line(data, tail, whole, (header.delimiter or ",").encode()):
        return end
    for start in (tail, 0) if tail else (0,):
        survey = surveyed(data[start:whole], header.delimiter or ",") if whole else None
        if survey is not None and (end := _after_calm(survey)):
            return start + end
    return _last_boundary(Lines(data[:whole], survey), survey, header) if survey is not None else 0


def _before_closed_line(data: bytes, start: int, end: int, delimiter: bytes) -> int:
    """Where the last line between these bytes begins that no record from above can reach across; 0 for none.

    A record goes on over a line only between quotes; the line's first quote would then close a cell, which spoils the
    record where neither a delimiter nor a line end nor a second quote follows.
    """
    after = (delimiter, b'"', b"\n")
    while start < end:
        line = data.rfind(b"\n", start, end - 1) + 1 or start
        quote = data.find(b'"', line, end)
        if quote >= 0 and not data.startswith(after, quote + 1):
            return line
        end = line
    return 0


def _after_calm(survey: Survey) -> int:
    """The first byte after the last run of calm lines that is long enough; 0 when there is none."""
    rough = np.concatenate(([-1], np.flatnonzero(survey.rough), [len(survey.rough)]))
    runs = np.flatnonzero(np.diff(rough) > LONGEST_RECORD)
    return int(survey.ends[rough[runs[-1] + 1] - 1]) + 1 if len(runs) else 0


def _last_boundary(lines: Lines, survey: Survey, header: Header) -> int:
    """The first byte of the first record that could reach beyond the block, found record by record."""
    until, sure = 0, len(lines) - LONGEST_RECORD
    for place in np.flatnonzero(survey.rough).tolist():
        if place >= sure:
            break
        if place >= until:
            cells, used = record_at(lines, place, header.delimiter or ",")
            until = place + used if _fitted(cells, header) is not None else place + 1
    boundary = max(until, sure)
    return int(survey.starts[boundary]) if boundary > 0 else 0
