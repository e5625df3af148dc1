"""Files in: which files a dataset holds, and a workbook's sheets as rows."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from analysis.faults import DataError, Fault
from analysis.records.cells import Value

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz")
WORKBOOK_ENDINGS = (".xlsx", ".ods")
NO_RECORDS = frozenset({"dataset.toml", "truth.json", "corrections.csv"})
NO_RECORDS_STARTS = (".", "~$", "_", "readme", "license")
LARGEST_WORKBOOK = 200_000_000
LARGEST_GRID = 20_000_000


def record_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a dataset that hold records, sorted by name, and the names of those that are left aside.

    Settings, truth, corrections, README, LICENSE, hidden and lock files and names that start with "_" are
    neither.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not _set_apart(file.relative_to(folder)))
    records = [file for file in files if file.name.casefold().endswith((*TEXT_ENDINGS, *WORKBOOK_ENDINGS))]
    return records, [file.relative_to(folder).as_posix() for file in files if file not in set(records)]


def _set_apart(path: Path) -> bool:
    hidden = any(part.startswith((".", "_", "~$")) for part in path.parts)
    return hidden or path.name in NO_RECORDS or path.name.casefold().startswith(NO_RECORDS_STARTS)


def is_workbook(file: Path) -> bool:
    """Whether the file is read as a workbook rather than as text."""
    return file.name.casefold().endswith(WORKBOOK_ENDINGS)


def load_bytes(file: Path, *, name: str) -> bytes:
    """The file's bytes; DataError when it is empty."""
    content = file.read_bytes()
    if not content.strip():
        raise _unusable(name, "is empty", 'Export it again, or put "_" before its name to leave it aside')
    return content


def load_sheets(content: bytes, *, name: str) -> list[tuple[str, list[list[Value]]]]:
    """Each sheet of an XLSX or ODS workbook: its name and its rows from A1 on, blank cells as ""."""
    check_size(content, name=name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (
                sheet,
                [
                    [_cell(cell) for cell in row]
                    for row in workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
                ],
            )
            for sheet in workbook.sheet_names
        ]
    except CalamineError as error:
        raise _unusable(name, f"cannot be read as a workbook: {error}", "Open it and save it again as XLSX") from error


def _cell(cell: object) -> Value:
    return cell if isinstance(cell, str | int | float | dt.date) else str(cell)


def check_size(content: bytes, *, name: str) -> None:
    """Nothing, when a workbook is small enough to open; DataError when broken or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > LARGEST_WORKBOOK:
                raise _unusable(name, f"unpacks to {unpacked // 1_000_000} MB", "Save the sheet as CSV")
            sheets = [entry for entry in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry)]
            for sheet in sheets:
                _check_grid(archive.read(sheet), name)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _unusable(name, f"cannot be read as a workbook: {error}", "Open it and save it again as XLSX") from error


def _check_grid(xml: bytes, name: str) -> None:
    places = re.findall(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"', xml)
    width = max((_column_number(letters) for letters in {letters for letters, _ in places}), default=0)
    height = max((int(row) for row in {row for _, row in places}), default=0)
    if width * height > LARGEST_GRID:
        problem = f"has cells as far as row {height} and column {width}"
        raise _unusable(name, problem, "Delete the stray cell far from the table, or save the sheet as CSV")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _unusable(name: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, remedy)])
