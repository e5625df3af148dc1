"""One file in, its checked rows out: the step that any `map` can run, in a loop or in a pool of processes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from analysis.dataset import Dataset, FileRule
from analysis.faults import DataError, Fault
from analysis.records import splitting
from analysis.records.bench import Rates
from analysis.records.blocks import nearest_table, ready_block
from analysis.records.cells import Distinct, Format, Rows, Sheet, plain, text_of
from analysis.records.cleaning import clean
from analysis.records.corrections import Correction, corrected, corrections_of, is_log
from analysis.records.formats import FORMATS
from analysis.records.formats.mapped import mapped
from analysis.records.parsing import Ambiguous, Problem, amounts, dates
from analysis.records.pseudonyms import masked
from analysis.records.reading import decode, is_statement, is_workbook, load_bytes, load_sheets
from analysis.records.statements import statement_sheet

REPEATED_HEADING, EMPTY_ROW = "repeated heading", "empty row"


@dataclass(frozen=True, slots=True)
class Reading:
    """One file's rows, and what the ledger says about the file."""

    rows: Rows
    about: dict[str, Any]


def rule_for(name: str, dataset: Dataset) -> FileRule | None:
    """The first [[files]] block whose pattern matches the file's name or its path in the dataset."""
    names = [normalize("NFC", one) for one in (name, name.rpartition("/")[2])]
    return next(
        (rule for rule in dataset.files if any(fnmatchcase(one, normalize("NFC", rule.match)) for one in names)), None
    )


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a file needs beside it: settings, exchange rates, corrections, the pseudonyms' key."""

    dataset: Dataset
    rates: Rates
    corrections: tuple[Correction, ...]
    key: bytes


def load_corrections(file: Path, *, files: Sequence[str]) -> list[Correction]:
    """The corrections in a dataset's log, none where there is no log; DataError when it cannot be used."""
    if not file.is_file():
        return []
    log = _from_text(load_bytes(file, name=file.name), file.name, None, is_log)
    return corrections_of(log, files=files)


def read_file(file: Path, name: str, context: Context) -> Reading:
    """Every record of one file, checked (see `Rows`), and what the ledger says about the file.

    Raises DataError when nothing recognises the file, it holds no record or a column has two readings.
    """
    rule = rule_for(name, context.dataset)
    sheet, kind = load_sheet(file, name, rule)
    corrections = [one for one in context.corrections if one.file == name]
    if len(sheet.lines) == 0 and not sheet.spoiled:
        raise _refusal(
            name,
            "has a header and no row below it",
            'Export it again, or put "_" before its name to leave it aside',
        )
    sheet = replace(corrected(sheet, corrections), rule=rule)
    try:
        draft = kind.draft(sheet)
        apart = _no_records(sheet)
        excluded = np.where(apart == "", draft.excluded, apart)
        decimal, order = (rule.decimal, rule.dates) if rule else (None, None)
        draft = replace(draft, excluded=excluded, decimal=decimal or draft.decimal, dates=order or draft.dates)
        rows = clean(sheet, draft, context.dataset, rates=context.rates, key=context.key, source=kind.source)
    except Ambiguous as two:
        raise _two_readings(sheet, two, kind) from two
    about = {
        "file": name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "format": kind.name, "table": kind.table,
        "encoding": sheet.encoding, "delimiter": sheet.delimiter, "sheet": sheet.sheet,
        "unread_sheets": list(sheet.unread_sheets), "stray_lines": sheet.stray_lines,
        "corrected": len(corrections),
    }  # fmt: skip
    return Reading(rows, about)


def load_sheet(file: Path, name: str, rule: FileRule | None) -> tuple[Sheet, Format]:
    """The file cut into columns and the format that recognises it; DataError when none does."""
    content = load_bytes(file, name=name)
    kinds = [mapped(rule)] if rule and rule.columns else list(FORMATS)
    stem = name.rpartition("/")[2].partition(".")[0]

    def accepts(header: Sequence[str]) -> bool:
        return any(kind.recognises(stem, header) for kind in kinds)

    def kind_of(header: Sequence[str]) -> Format:
        return next(kind for kind in kinds if kind.recognises(stem, header))

    if is_statement(file):
        sheet = _from_statement(content, name, rule, accepts)
    elif is_workbook(file):
        sheet = _from_workbook(content, name, rule, accepts)
    else:
        sheet = _from_text(content, name, rule, accepts, ragged=lambda header: kind_of(header).ragged)
    return sheet, kind_of(sheet.header)


Accepts = Callable[[Sequence[str]], bool]


def _from_statement(content: bytes, name: str, rule: FileRule | None, accepts: Accepts) -> Sheet:
    text = decode(content, name=name, encoding=rule.encoding if rule else None)
    sheet = statement_sheet(content, text.lines, name=name)
    if not accepts(sheet.header):
        raise _unrecognised(name, rule, [sheet.header])
    return replace(sheet, encoding=text.encoding)


def _from_text(
    content: bytes, name: str, rule: FileRule | None, accepts: Accepts, *, ragged: Accepts = lambda _: False
) -> Sheet:
    text = decode(content, name=name, encoding=rule.encoding if rule else None)
    delimiters = [rule.delimiter] if rule and rule.delimiter else splitting.DELIMITERS
    header = splitting.find_header(
        text.lines, accepts, delimiters=delimiters, header_line=rule.header_line if rule else None
    )
    if header is None:
        cells, delimiter = _first_cells(text.lines, delimiters)
        raise _unrecognised(name, rule, [cells], delimiter=delimiter)
    sheet = _sheet(name, header, splitting.cut(text.lines, header, file=name, ragged=ragged(header.cells)))
    return replace(sheet, encoding=text.encoding, delimiter=header.delimiter, stray_lines=text.stray_lines)


def _first_cells(lines: Sequence[str], delimiters: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The first line that is not blank, cut at the delimiter that makes most cells of it, and that delimiter."""
    place = next((place for place, line in enumerate(lines) if line.strip()), 0)
    cuts = {delimiter: splitting.record_at(lines, place, delimiter)[0] or [] for delimiter in delimiters}
    delimiter = max(cuts, key=lambda one: len(cuts[one]))
    return splitting.heading_cells(cuts[delimiter]), delimiter


def _from_workbook(content: bytes, name: str, rule: FileRule | None, accepts: Accepts) -> Sheet:
    sheets = [
        (title, rows)
        for title, rows in load_sheets(content, name=name)
        if any(cell != "" for row in rows for cell in row)
    ]
    wanted = [one for one in sheets if rule is None or rule.sheet in (None, one[0])]
    for title, rows in wanted:
        header = splitting.find_header_row(rows, accepts, header_line=rule.header_line if rule else None)
        if header is not None:
            sheet = _sheet(name, header, splitting.rows_below(rows, header))
            return replace(sheet, sheet=title, unread_sheets=tuple(other for other, _ in sheets if other != title))
    if not wanted:
        titles = ", ".join(title for title, _ in sheets) or "none"
        raise _refusal(
            name,
            "has no such sheet with anything in it",
            f"Name one of its sheets in the [[files]] block: {titles}",
        )
    headers = [next((cells for row in rows if any(cells := splitting.heading_cells(row))), ()) for _, rows in wanted]
    raise _unrecognised(name, rule, headers)


def _sheet(name: str, header: splitting.Header, records: splitting.Records) -> Sheet:
    columns = zip(*records.rows, strict=True) if records.rows else [() for _ in header.cells]
    return Sheet(
        file=name,
        header=header.cells,
        header_line=header.place + 1,
        columns=tuple(Distinct.of(cells) for cells in columns),
        lines=np.array(records.lines, dtype=np.int64),
        spoiled=records.spoiled,
    )


def _no_records(sheet: Sheet) -> np.ndarray:
    """Why a row is no record of its own: it repeats the header, or all its cells are blank; else ""."""
    heading, blank = np.ones(len(sheet.lines), bool), np.ones(len(sheet.lines), bool)
    for name, column in zip(sheet.names, sheet.columns, strict=True):
        texts = [plain(text_of(value)) for value in column.distinct] if heading.any() or blank.any() else []
        if not texts:
            break
        heading &= column.rows_where([text == name for text in texts])
        blank &= column.rows_where([not text for text in texts])
    return np.where(heading, REPEATED_HEADING, np.where(blank, EMPTY_ROW, "")).astype(object)


def _two_readings(sheet: Sheet, two: Ambiguous, kind: Format) -> DataError:
    """The refusal of a file in which a value has two readings: its place, both readings, what decides."""
    for name, column in zip(sheet.header, sheet.columns, strict=True):
        rows = np.flatnonzero(column.rows_where([text_of(value) == two.value for value in column.distinct]))
        if len(rows):
            line = int(sheet.lines[rows[0]])
            columns = (
                "" if kind.name == "mapped" else f'match = "{sheet.file}", table = "{kind.table}", columns = {{}} and '
            )
            problem = f"can be read as {two.readings[0]} or {two.readings[1]}, and nothing in the column says which"
            remedy = f"Add to dataset.toml, in a [[files]] block for this file: {columns}{two.setting}"
            return DataError([Fault(sheet.file, line, name, masked(two.value), problem, remedy)])
    return _refusal(sheet.file, str(two), f"Add to dataset.toml, in a [[files]] block for this file: {two.setting}")


def _unrecognised(
    name: str, rule: FileRule | None, headers: Sequence[Sequence[str]], *, delimiter: str | None = None
) -> DataError:
    cells = [cell for header in headers for cell in header]
    if rule and rule.columns:
        found = {plain(cell) for cell in cells}
        missing = [header for header in rule.columns.values() if plain(header) not in found] or list(
            rule.columns.values()
        )
        return _refusal(
            name, f"no line holds the headers {', '.join(missing)}", "Correct columns in its [[files]] block"
        )
    if any(_is_data(cell) for cell in cells):
        return _refusal(
            name,
            "nothing recognises this file, and its first line holds data",
            "Put a line with column names on top",
        )
    block = ready_block(name, nearest_table(name, cells), delimiter=delimiter)
    problem = f"nothing recognises this file; its header is: {' | '.join(masked(cell) for cell in cells)}"
    return _refusal(name, problem, f"Say in dataset.toml which header holds what:\n\n{block}")


def _is_data(cell: str) -> bool:
    readings = (
        amounts([cell], decimal=","),
        amounts([cell], decimal="."),
        dates([cell], order="dmy"),
        dates([cell], order="mdy"),
    )
    return masked(cell) != cell or any(not isinstance(one[0], Problem) and one[0] is not None for one in readings)


def _refusal(name: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, remedy)])
