"""Files in: which files a dataset holds, and the bytes of a small one."""

from __future__ import annotations

from pathlib import Path

from analysis.faults import DataError, Fault

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz")
WORKBOOK_ENDINGS = (".xlsx", ".ods")
STATEMENT_ENDINGS = (".ofx", ".xml")
NO_RECORDS = frozenset({"dataset.toml", "truth.json", "corrections.csv", "forgotten.csv"})
NO_RECORDS_STARTS = (".", "~$", "_", "readme", "license")


def record_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a dataset that hold records, sorted by name, and the names of those that are left aside.

    Settings, truth, corrections, the list of forgotten donors, README, LICENSE, hidden and lock files and names that
    start with "_" are neither.
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


def is_whole(file: Path) -> bool:
    """Whether the file is read at once, workbooks and statements, rather than as a text in blocks."""
    return is_workbook(file) or is_statement(file)


def load_bytes(file: Path, *, name: str) -> bytes:
    """The file's bytes; DataError when it is empty."""
    content = file.read_bytes()
    if not content.strip():
        raise _unusable(name, "is empty", 'Export it again, or put "_" before its name to leave it aside')
    return content


def _unusable(name: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, remedy)])
