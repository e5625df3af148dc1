"""Files in: which files a dataset holds, their bytes, and bytes turned into lines or spreadsheet rows."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from analysis.faults import DataError, Fault
from analysis.records.cells import Value

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz")
WORKBOOK_ENDINGS = (".xlsx", ".ods")
STATEMENT_ENDINGS = (".ofx", ".xml")
NO_RECORDS = frozenset({"dataset.toml", "truth.json", "corrections.csv"})
NO_RECORDS_STARTS = (".", "~$", "_", "readme", "license")
LARGEST_WORKBOOK = 200_000_000
LARGEST_GRID = 20_000_000
ODS_PLACE = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[ />])([^>]*)")
ODS_REPEAT = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def record_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a dataset that hold records, sorted by name, and the names of those that are left aside.

    Settings, truth, corrections, README, LICENSE, hidden and lock files and names that start with "_" are
    neither.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not _set_apart(file.relative_to(folder)))
    endings = (*TEXT_ENDINGS, *WORKBOOK_ENDINGS, *STATEMENT_ENDINGS)
    records = [file for file in files if file.name.casefold().endswith(endings)]
    return records, [file.relative_to(folder).as_posix() for file in files if file not in set(records)]


def _set_apart(path: Path) -> bool:
    hidden = any(part.startswith((".", "_", "~$")) for part in path.parts)
    return hidden or path.name in NO_RECORDS or path.name.casefold().startswith(NO_RECORDS_STARTS)


def is_workbook(file: Path) -> bool:
    """Whether the file is read as a workbook rather than as text."""
    return file.name.casefold().endswith(WORKBOOK_ENDINGS)


def is_statement(file: Path) -> bool:
    """Whether the file is read as an OFX or CAMT.053 bank statement."""
    return file.name.casefold().endswith(STATEMENT_ENDINGS)


def load_bytes(file: Path, *, name: str) -> bytes:
    """The file's bytes, unpacked when its name ends in .gz; DataError when broken or empty."""
    content = file.read_bytes()
    if file.name.casefold().endswith(".gz"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise _unusable(name, f"cannot be unpacked: {error}", "Copy or export the file again") from error
    if not content.strip():
        raise _unusable(name, "is empty", 'Export it again, or put "_" before its name to leave it aside')
    return content


@dataclass(frozen=True, slots=True)
class Text:
    """A text file's physical lines, its encoding and how many lines were written in another one."""

    lines: list[str]
    encoding: str
    stray_lines: int


def decode(content: bytes, *, name: str, encoding: str | None = None) -> Text:
    """The lines of a text file.

    The encoding is the one given, else the byte order mark's, else UTF-8, else windows-1252 when most lines
    that are not plain ASCII are no UTF-8. A line in the other encoding is decoded on its own and counted.
    """
    for mark, marked in BYTE_ORDER_MARKS:
        if content.startswith(mark) and encoding is None:
            encoding, content = marked, content[len(mark) :]
    try:
        if encoding is None or encoding == "utf-8":
            return Text(_lines(content.decode("utf-8")), "utf-8", 0)
        if encoding.startswith("utf-16"):
            return Text(_lines(content.decode(encoding, errors="replace").removeprefix("\ufeff")), encoding, 0)
        return Text(_lines(content.decode(encoding)), encoding, 0)
    except LookupError as error:
        raise _unusable(
            name, f"the encoding {encoding} is not known", 'Write encoding = "utf-8" or "windows-1252"'
        ) from error
    except UnicodeDecodeError:
        return _mixed(content, encoding)


def _mixed(content: bytes, encoding: str | None) -> Text:
    pieces = content.split(b"\n")
    beyond_ascii = [piece for piece in pieces if not piece.isascii()]
    valid = sum(_is_utf8(piece) for piece in beyond_ascii)
    chosen = encoding or ("utf-8" if 2 * valid >= len(beyond_ascii) else "windows-1252")
    decoded = [_decoded(piece, chosen) for piece in pieces]
    return Text(_lines("\n".join(text for text, _ in decoded)), chosen, sum(stray for _, stray in decoded))


def _decoded(piece: bytes, encoding: str) -> tuple[str, bool]:
    """A line's text, and whether it is written in another encoding than the file."""
    if piece.isascii():
        return piece.decode("ascii"), False
    if encoding != "utf-8" and _is_utf8(piece):
        return piece.decode("utf-8"), True
    for candidate in (encoding, "windows-1252"):
        try:
            return piece.decode(candidate), candidate != encoding
        except UnicodeDecodeError:
            continue
    return piece.decode("latin-1"), True


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(text: str) -> list[str]:
    """Physical lines without their ends (LF, CRLF, or CR in a file that has no LF)."""
    if "\n" not in text:
        return text.split("\r")
    return [line.removesuffix("\r").replace("\r", " ") for line in text.split("\n")]


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
                _check_grid(*_corner(archive.read(sheet)), name)
            if "content.xml" in archive.namelist():
                _check_grid(*_ods_corner(archive.read("content.xml")), name)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _unusable(name, f"cannot be read as a workbook: {error}", "Open it and save it again as XLSX") from error


def _corner(xml: bytes) -> tuple[int, int]:
    """The last row and column that an XLSX sheet writes to."""
    places = re.findall(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"', xml)
    width = max((_column_number(letters) for letters in {letters for letters, _ in places}), default=0)
    return max((int(row) for row in {row for _, row in places}), default=0), width


def _ods_corner(xml: bytes) -> tuple[int, int]:
    """The last row and column, repeats counted, in which some sheet of an ODS workbook holds a value."""
    height = width = row = repeats = column = 0
    for tag, attributes in ODS_PLACE.findall(xml):
        repeated = ODS_REPEAT.search(attributes)
        times = int(repeated.group(1)) if repeated else 1
        if tag == b"table":
            row = repeats = 0
        elif tag == b"table-row":
            row, repeats, column = row + repeats, times, 0
        else:
            column += times
            if b"value-type" in attributes:
                height, width = max(height, row + repeats), max(width, column)
    return height, width


def _check_grid(height: int, width: int, name: str) -> None:
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
