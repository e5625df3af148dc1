"""Files in: which files a dataset holds, and the bytes of a small one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from analysis.faults import DataError, Fault
from analysis.records.storage.processed import LOCK

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz")
WORKBOOK_ENDINGS = (".xlsx", ".ods")
STATEMENT_ENDINGS = (".ofx", ".xml")
RECORD_ENDINGS = (*TEXT_ENDINGS, *WORKBOOK_ENDINGS, *STATEMENT_ENDINGS)
LARGEST_WHOLE = 100_000_000
"""Bytes of a workbook or statement, which are read at once."""
PUBLISHED_FILE = "published.csv"
"""What the last report told of giving (see `report.earlier`)."""
NO_RECORDS = frozenset({"dataset.toml", "truth.json", "corrections.csv", "forgotten.csv", PUBLISHED_FILE})
NO_RECORDS_STARTS = (".", "~$", "_", "readme", "license")


def record_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a dataset that hold records, sorted by name, and the names of those that are left aside.

    Settings, truth, corrections, the list of forgotten donors, what the last report told, README, LICENSE, hidden and
    lock files and names that start with "_" are neither, nor is a folder that a build wrote; folders behind links are
    left aside. Raises DataError for a folder that cannot be listed, and for what has the name of a file with records
    and is a pipe or a link to nowhere.
    """
    faults, found = list[Fault](), list[Path]()
    for parent, folders, names in os.walk(folder, onerror=lambda error: faults.append(_unlisted(folder, error))):
        folders[:] = [name for name in folders if not _set_apart(Path(name)) and not Path(parent, name, LOCK).exists()]
        found += [Path(parent, name) for name in (*names, *(n for n in folders if Path(parent, n).is_symlink()))]
    files = sorted(file for file in found if not _set_apart(file.relative_to(folder)))
    records = [file for file in files if may_hold_records(file) and not file.is_dir()]
    settled = [folder / name for name in NO_RECORDS if os.path.lexists(folder / name)]
    faults += [fault for file in (*settled, *records) for fault in unreadable(file, shown(file, folder))]
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.file))
    return records, [shown(file, folder) for file in files if file not in set(records)]


def shown(file: Path, folder: Path) -> str:
    """A file's name in its dataset, as text that can be written down."""
    return file.relative_to(folder).as_posix().encode("utf-8", "replace").decode()


def unreadable(file: Path, name: str) -> list[Fault]:
    """What is wrong with something that bears the name of a file to read, before it is opened."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            remedy = 'Put the file itself here, or put "_" before its name to leave it aside'
            return [Fault(name, 0, "", "", "is no file that can be read, but a pipe, a device or a folder", remedy)]
    except OSError as error:
        return list(unopened(name, error).faults)
    if not file.as_posix().endswith(name):
        return [Fault(name, 0, "", "", "has a name that is not written in UTF-8", "Rename it")]
    return []


def _unlisted(folder: Path, error: OSError) -> Fault:
    return Fault(shown(Path(error.filename), folder), 0, "", "", f"cannot be listed ({error.strerror})",
                 "Allow reading this folder, or move it elsewhere")  # fmt: skip


def may_hold_records(file: Path) -> bool:
    """Whether the file is of a kind that is read, by its ending."""
    return file.name.casefold().endswith(RECORD_ENDINGS)


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
    """The file's bytes; DataError when it is empty, cannot be opened or is larger than 100 MB."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_WHOLE + 1)
    except OSError as error:
        raise unopened(name, error) from error
    if len(content) > LARGEST_WHOLE:
        raise _unusable(name, f"is larger than {LARGEST_WHOLE // 1_000_000} MB", "Export it again as CSV")
    if not content.strip():
        raise _unusable(name, "this file is empty", 'Export it again, or put "_" before its name to leave it aside')
    return content


def unopened(name: str, error: OSError) -> DataError:
    """The refusal of a file that cannot be opened or read to its end."""
    remedy = "See that it is still there, that you may read it and that no other program keeps it"
    return _unusable(name, f"cannot be opened ({error.strerror or error})", remedy)


def _unusable(name: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, remedy)])
