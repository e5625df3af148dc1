"""XLSX and ODS workbooks as rows of cells, behind a guard: a hostile one ends in one sentence, not in memory."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from analysis.faults import DataError, Fault
from analysis.records.cells import Value

LARGEST_UNPACKED = 200_000_000
LARGEST_GRID = 20_000_000
SPARSE_GRID, SPARSE = 1_000_000, 20
"""A sheet of more than so many places is refused when it has more than so many for each cell that is filled."""
PIECE = 1 << 20
OVERLAP = 4096
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
XLSX_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
ODS_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>|</table:(table)>")
REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')
READ_AGAIN = "Open it and save it again as XLSX"


@dataclass(slots=True)
class Extent:
    """How far a sheet reaches and how many of its cells are filled."""

    rows: int = 0
    columns: int = 0
    filled: int = 0

    def refuse_if_vast(self, name: str) -> None:
        """Nothing, or DataError when the sheet's places would not fit into memory."""
        grid = self.rows * self.columns
        if grid > LARGEST_GRID or (grid > SPARSE_GRID and grid > SPARSE * self.filled):
            problem = f"has cells as far as row {self.rows} and column {self.columns}"
            raise _unusable(name, problem, "Delete the stray cell far from the table, or save the sheet as CSV")


def load_sheets(content: bytes, *, name: str) -> list[tuple[str, list[list[Value]]]]:
    """Each sheet of an XLSX or ODS workbook: its name and its rows from A1 on, blank cells as "".

    Raises DataError when the workbook is broken, declares XML entities or is too large to open.
    """
    try:
        guard(content, name=name)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [(sheet, _rows(workbook, sheet)) for sheet in workbook.sheet_names]
    except DataError:
        raise
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise _unusable(name, "cannot be read as a workbook: it is damaged or of another kind", READ_AGAIN) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unusable(name, "cannot be read as a workbook: its content contradicts itself", READ_AGAIN) from error


def _rows(workbook: CalamineWorkbook, sheet: str) -> list[list[Value]]:
    rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: object) -> Value:
    return cell if isinstance(cell, str | int | float | dt.date) else str(cell)


def guard(content: bytes, *, name: str) -> None:
    """Nothing, when a workbook is small enough to open; DataError when it is not, or declares XML entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > LARGEST_UNPACKED:
            raise _unusable(name, f"unpacks to {unpacked // 1_000_000} MB", "Save the sheet as CSV")
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                _look_through(archive, entry, name)


def _look_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Nothing, or DataError when one part of a workbook declares entities or reaches too far."""
    in_sheet = re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename) is not None
    xlsx, ods = Extent(), OdsExtent() if entry.filename == "content.xml" else None
    for piece in _pieces(archive, entry):
        if DECLARATION.search(piece):
            raise _unusable(name, "declares XML entities, which no spreadsheet program writes", READ_AGAIN)
        if in_sheet:
            _reach(xlsx, piece)
        if ods:
            for extent in ods.read(piece):
                extent.refuse_if_vast(name)
    xlsx.refuse_if_vast(name)


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's content, piece by piece, each cut before a tag."""
    rest = b""
    with archive.open(entry) as opened:
        while more := opened.read(PIECE):
            whole = rest + more
            cut = whole.rfind(b"<")
            cut = cut if cut > 0 and len(whole) - cut < OVERLAP else len(whole)
            rest = whole[cut:]
            yield whole[:cut]
    yield rest


def _reach(extent: Extent, piece: bytes) -> None:
    """Widen the extent of an XLSX sheet by the cells of a piece."""
    places = XLSX_CELL.findall(piece)
    if places:
        extent.filled += len(places)
        extent.columns = max(extent.columns, *map(_column_number, {letters for letters, _ in places}))
        extent.rows = max(extent.rows, *map(int, {row for _, row in places}))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


class OdsExtent:
    """Reads an ODS sheet tag by tag; a row or cell may be repeated a million times in one tag."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._extent, self._row, self._column, self._times = Extent(), 0, 0, 0

    def read(self, piece: bytes) -> Iterator[Extent]:
        """The extent of the sheet so far, whenever a row has grown it."""
        for kind, attributes, closed in ODS_TAG.findall(piece):
            if kind == b"table" or closed:
                self._begin()
            elif kind == b"table-row":
                self._row += self._times
                self._column, self._times = 0, _times(attributes)
            else:
                times = _times(attributes)
                self._column += times
                if b"office:value-type" in attributes or not attributes.endswith(b"/"):
                    self._extent.rows = max(self._extent.rows, self._row + self._times)
                    self._extent.columns = max(self._extent.columns, self._column)
                    self._extent.filled += 1
                    yield self._extent


def _times(attributes: bytes) -> int:
    found = REPEATED.search(attributes)
    return int(found.group(1)) if found else 1


def _unusable(name: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, remedy)])
