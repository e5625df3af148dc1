"""A file opened: which format recognises it, where its header stands, and how its records are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from sys import maxsize
from unicodedata import normalize

import numpy as np

from analysis.dataset import Dataset, FileRule
from analysis.faults import DataError, Fault
from analysis.records.blocks import nearest_sheet, nearest_table, ready_block
from analysis.records.cells import Distinct, Sheet, Value, plain
from analysis.records.corrections import Correction, corrections_of, is_log
from analysis.records.drafts import Format
from analysis.records.formats import FORMATS
from analysis.records.formats.mapped import mapped
from analysis.records.headings import UNSHOWN, shown_headings
from analysis.records.masking import masked
from analysis.records.parsing.amounts import amounts
from analysis.records.parsing.dates import dates
from analysis.records.parsing.evidence import Problem
from analysis.records.reading import splitting
from analysis.records.reading.cutting import cut
from analysis.records.reading.encodings import accents, as_utf8, decode, is_wide
from analysis.records.reading.finding import is_statement, is_whole, load_bytes
from analysis.records.reading.splitting import Header
from analysis.records.reading.statements import statement_sheet
from analysis.records.reading.streams import Block, TextFile, blocks, open_text
from analysis.records.reading.workbooks import load_sheets

HEADINGS_SHOWN, LONGEST_SHOWN = 100, 100
Accepts = Callable[[Sequence[str]], bool]
PUT_ASIDE = 'Export it again, or put "_" before its name to leave it aside'


@dataclass(frozen=True, slots=True)
class OpenText:
    """A text file whose header is found."""

    file: TextFile
    header: Header


def rule_for(name: str, dataset: Dataset) -> FileRule | None:
    """The first [[files]] block whose pattern matches the file's name or its path in the dataset."""
    names = [normalize("NFC", one) for one in (name, name.rpartition("/")[2])]
    return next(
        (rule for rule in dataset.files if any(fnmatchcase(one, normalize("NFC", rule.match)) for one in names)), None
    )


def kinds_for(name: str, rule: FileRule | None) -> Callable[[Sequence[str]], Format | None]:
    """Which format takes a header in a file of this name; None for none."""
    kinds = [mapped(rule)] if rule and rule.columns else list(FORMATS)
    stem = name.rpartition("/")[2].partition(".")[0]
    return lambda header: next((kind for kind in kinds if kind.recognises(stem, header)), None)


def source_of(path: Path, name: str, dataset: Dataset) -> tuple[str, str]:
    """Whose export a text file is and the table it fills; two blanks where that does not show."""
    rule = rule_for(name, dataset)
    kind_of = kinds_for(name, rule)
    if is_whole(path):
        return "", ""
    try:
        kind = kind_of(open_records(path, name, rule, lambda header: kind_of(header) is not None).header.cells)
    except DataError:
        return "", ""
    return (kind.source, kind.table) if kind else ("", "")


def open_records(path: Path, name: str, rule: FileRule | None, accepts: Accepts) -> OpenText:
    """A text file with its header; DataError when it cannot be read or nothing recognises it."""
    file = open_text(path, name=name, encoding=rule.encoding if rule else None)
    lines = file.head.decode("utf-8", "replace").split("\n", splitting.HEADER_SEARCHED + splitting.LONGEST_RECORD)
    lines = lines[: splitting.HEADER_SEARCHED + splitting.LONGEST_RECORD]
    line = rule.header_line if rule else None
    if line and line > splitting.HEADER_SEARCHED:
        lines = file.head.decode("utf-8", "replace").split("\n")
    delimiters = [rule.delimiter] if rule and rule.delimiter else splitting.DELIMITERS
    header = splitting.find_header(lines, accepts, delimiters=delimiters, header_line=line)
    if header is None:
        cells, delimiter = _first_cells(lines, delimiters)
        raise _unrecognised(name, rule, {"": cells}, delimiter=delimiter)
    return OpenText(file, header)


def sheet_of_block(name: str, header: Header, block: Block) -> Sheet:
    """The records of a block, whose bytes are UTF-8 already."""
    records = cut(block.data, header, file=name, first_line=block.first_line)
    return Sheet(
        file=name, header=header.cells, header_line=header.place + 1, columns=records.columns, lines=records.lines,
        spoiled=records.spoiled, delimiter=header.delimiter,
    )  # fmt: skip


def load_corrections(file: Path, *, files: Sequence[str]) -> list[Correction]:
    """The corrections in a dataset's log, none where there is no log; DataError when it cannot be used."""
    if not file.is_file():
        return []
    opened = open_records(file, file.name, None, is_log)
    sheets = []
    for block in blocks(opened.file, opened.header, size=maxsize):
        encoding = "utf-8" if is_wide(opened.file.encoding) else opened.file.encoding or accents(block.data).encoding
        data, _ = as_utf8(block.data, encoding, given=False)
        sheets.append(sheet_of_block(file.name, opened.header, Block(block.first_line, data)))
    return corrections_of(sheets[0], files=files) if sheets else []


def sheet_of_whole(path: Path, name: str, rule: FileRule | None, accepts: Accepts) -> Sheet:
    """The records of a file that is read at once, a bank statement or a workbook; DataError when nothing takes it."""
    content = load_bytes(path, name=name)
    return (_of_statement if is_statement(path) else _of_workbook)(content, name, rule, accepts)


def _of_statement(content: bytes, name: str, rule: FileRule | None, accepts: Accepts) -> Sheet:
    text = decode(content, name=name, encoding=rule.encoding if rule else None)
    sheet = statement_sheet(content, text.lines, name=name)
    if not accepts(sheet.header):
        raise _unrecognised(name, rule, {"": sheet.header})
    return replace(sheet, encoding=text.encoding)


def _of_workbook(content: bytes, name: str, rule: FileRule | None, accepts: Accepts) -> Sheet:
    """The first sheet whose header is recognised."""
    sheets = [
        (title, rows)
        for title, rows in load_sheets(content, name=name)
        if any(cell != "" for row in rows for cell in row)
    ]
    wanted = [one for one in sheets if rule is None or rule.sheet in (None, one[0])]
    for title, rows in wanted:
        header = splitting.find_header_row(rows, accepts, header_line=rule.header_line if rule else None)
        if header is not None:
            same = [
                other for other, its in wanted
                if other != title and (found := splitting.find_header_row(its, accepts)) and found.cells == header.cells
            ]  # fmt: skip
            if same:
                raise _several_sheets(name, [title, *same])
            unread = tuple(other for other, _ in sheets if other != title)
            return _sheet(name, header, splitting.rows_below(rows, header), title, unread)
    if not sheets:
        raise refusal(name, "no sheet has anything in it", PUT_ASIDE)
    if not wanted:
        titles = ", ".join(shown_headings(title for title, _ in sheets))
        problem = "has no such sheet with anything in it"
        raise refusal(name, problem, f"Name one of its sheets in the [[files]] block: {titles}")
    raise _unrecognised(name, rule, {title: _header_like(rows) for title, rows in wanted})


def _several_sheets(name: str, titles: Sequence[str]) -> DataError:
    problem = f"several sheets hold records under the same headers: {', '.join(shown_headings(titles))}"
    remedy = 'Save each sheet as a file of its own, or name the one to read in a [[files]] block: sheet = "..."'
    return refusal(name, problem, remedy)


def _sheet(name: str, header: Header, records: splitting.Records, title: str, unread: tuple[str, ...]) -> Sheet:
    columns = zip(*records.rows, strict=True) if records.rows else [() for _ in header.cells]
    return Sheet(
        file=name,
        header=header.cells,
        header_line=header.place + 1,
        columns=tuple(Distinct.of(cells) for cells in columns),
        lines=np.array(records.lines, dtype=np.int64),
        sheet=title,
        unread_sheets=unread,
    )


def _first_cells(lines: Sequence[str], delimiters: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The line that looks like a header, cut at the delimiter that makes most cells of it, and that delimiter."""
    places = [place for place, line in enumerate(lines[: splitting.HEADER_SEARCHED]) if line.strip()]
    cuts = {one: _header_like([splitting.record_at(lines, place, one)[0] or [] for place in places])
            for one in delimiters}  # fmt: skip
    delimiter = max(cuts, key=lambda one: len(cuts[one]))
    return cuts[delimiter], delimiter


def _header_like(rows: Sequence[Sequence[Value]]) -> tuple[str, ...]:
    """The first of a table's first rows with more than half as many filled cells as the fullest of them."""
    found = [splitting.heading_cells(row) for row in rows[: splitting.HEADER_SEARCHED]]
    filled = [sum(cell != "" for cell in cells) for cells in found]
    return next((cells for cells, n in zip(found, filled, strict=True) if 2 * n > max(filled)), ())


def _unrecognised(
    name: str, rule: FileRule | None, headers: Mapping[str, Sequence[str]], *, delimiter: str | None = None
) -> DataError:
    """The refusal of a file whose header nothing takes; `headers` holds one for each sheet by its title."""
    if rule and rule.columns:
        found = {plain(cell) for header in headers.values() for cell in header[:HEADINGS_SHOWN]}
        missing = [header for header in rule.columns.values() if plain(header) not in found] or list(
            rule.columns.values()
        )
        return refusal(
            name,
            f"no line holds the headers {', '.join(missing)}; the file's are: {_headings(_clear(headers))}",
            "Correct columns in its [[files]] block",
        )
    begun = {title: header[:HEADINGS_SHOWN] for title, header in headers.items()}
    clear = {title: header for title, header in begun.items() if not any(_is_data(cell) for cell in header)}
    if not clear:
        return refusal(
            name,
            "nothing recognises this file, and its first line holds data",
            "Put a line with column names on top",
        )
    return _with_block(name, headers, clear, delimiter)


def _clear(headers: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The fullest header of a file's sheets, as it may be shown."""
    fullest: Sequence[str] = max(headers.values(), key=len, default=())
    return shown_headings(fullest)


def _with_block(
    name: str, headers: Mapping[str, Sequence[str]], clear: Mapping[str, Sequence[str]], delimiter: str | None
) -> DataError:
    """The refusal that repeats a file's headers and gives the block that would read the sheet that is `clear`."""
    known = [name for kind in FORMATS for name in kind.signature]
    titles = dict(zip(headers, shown_headings(headers), strict=True))
    clear = {title: shown_headings(headers[title], known=known) for title in clear}
    shown = {title: _headings(clear[title]) if title in clear else "its first line holds data" for title in headers}
    sheet = nearest_sheet(name, clear)
    header = [cell for cell in clear[sheet][:HEADINGS_SHOWN] if cell != UNSHOWN]
    title = titles[sheet] if titles[sheet] != UNSHOWN else ""
    block = ready_block(name, nearest_table(name, header), header=header, delimiter=delimiter, sheet=title)
    if len(headers) > 1:
        problem = f"nothing recognises this file, a workbook of {len(headers)} sheets"
        listed = "".join(f"\n  {titles[title]}: {header}" for title, header in shown.items())
        remedy = f"Say in dataset.toml which header holds what; its sheets are headed:{listed}\n\n{block}"
        return refusal(name, problem, remedy)
    problem = f"nothing recognises this file; its header is: {shown[sheet]}"
    return refusal(name, problem, f"Say in dataset.toml which header holds what:\n\n{block}")


def _headings(header: Sequence[str]) -> str:
    """A header's names; of a very long one the first, and how many more."""
    more = len(header) - HEADINGS_SHOWN
    names = [name[:LONGEST_SHOWN] for name in header[:HEADINGS_SHOWN]]
    return " | ".join([*names, *([f"+ {more}"] if more > 0 else [])])


def _is_data(cell: str) -> bool:
    readings = (
        amounts([cell], decimal=","),
        amounts([cell], decimal="."),
        dates([cell], order="dmy"),
        dates([cell], order="mdy"),
    )
    return masked(cell) != cell or any(not isinstance(one[0], Problem) and one[0] is not None for one in readings)


def refusal(name: str, problem: str, remedy: str) -> DataError:
    """One sentence on why a file cannot be read, and what to do."""
    return DataError([Fault(name, 0, "", "", problem, remedy)])
