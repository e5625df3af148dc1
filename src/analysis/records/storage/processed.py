"""The folder of processed tables: written whole or not at all, and known by its content."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from analysis.columns import RECORD_TABLES, TABLES, Column
from analysis.faults import DataError, Fault
from analysis.files import as_json, sha256
from analysis.records.cells import plain
from analysis.tables import Tables, checked

LOCK = ".lock"
LEDGER, BUILD, PACKAGE, QUARANTINE_CSV = "ledger.json", "build.json", "datapackage.json", "quarantine.csv"
DRAFT = ".draft-"
"""How the name of a folder begins in which a build works."""
TABLE_NAMES = (*RECORD_TABLES, "quarantine")
FIELD_TYPES = {
    "text": "string", "date": "date", "money": "number", "number": "number", "share": "number",
    "whole": "integer", "flag": "boolean",
}  # fmt: skip


def put_in_place(draft: Path, processed: Path, made: Mapping[str, Any]) -> None:
    """Move a finished draft's files into the folder; the file that says "finished" goes first and comes back last.

    That file holds every other one's digest, so that whatever moment the computer stops at, what is left counts
    as built only when every file is of the same build.
    """
    files = sorted(file for file in draft.iterdir() if file.is_file())
    digests = {file.name: sha256(file) for file in files}
    (draft / BUILD).write_bytes(as_json({**made, "outputs": digests}))
    for file in (*files, draft / BUILD):
        _flush(file)
    (processed / BUILD).unlink(missing_ok=True)
    for file in files:
        file.replace(processed / file.name)
    (draft / BUILD).replace(processed / BUILD)


def remains(processed: Path) -> list[Path]:
    """Whatever builds have left in the folder: tables and what describes them, finished or not, and drafts."""
    names = [BUILD, LEDGER, PACKAGE, QUARANTINE_CSV, *(f"{table}.parquet" for table in TABLE_NAMES)]
    return [*(processed / name for name in names if (processed / name).exists()), *processed.glob(f"{DRAFT}*")]


def remove(processed: Path) -> None:
    """Remove what builds have left in the folder; whatever else lies there stays."""
    for left in remains(processed):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _flush(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def made_from(processed: Path) -> dict[str, Any] | None:
    """From what the folder's tables were made; None when they are not all there, of one build and unchanged."""
    try:
        made: dict[str, Any] = json.loads((processed / BUILD).read_text(encoding="utf-8"))
        outputs = made.pop("outputs")
        whole = all(sha256(processed / name) == digest for name, digest in outputs.items())
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return made if whole else None


def load_tables(processed: Path) -> Tables:
    """The tables, quarantine and ledger that `build` wrote, all of one build; DataError when there is no finished one.

    A build that is under way is waited for.
    """
    processed = Path(processed)
    found = _whole(processed)
    if found is None and (processed / LOCK).is_file():
        with suppress(OSError), locked(processed):  # a folder that may only be read has no build under way to wait for
            found = _whole(processed)
    if found is None:
        raise _not_built(processed)
    return found


def locked(processed: Path) -> FileLock:
    """The lock that a build holds while it writes into the folder; entering it waits until it is free."""
    return FileLock(processed / LOCK)


def _whole(processed: Path) -> Tables | None:
    """The folder's tables; None when they are not all there, of one build and unchanged while they were read."""
    before = _stamp(processed)
    if made_from(processed) is None:
        return None
    try:
        frames = {name: checked(pd.read_parquet(processed / f"{name}.parquet"), name) for name in TABLE_NAMES}
        ledger = json.loads((processed / LEDGER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Tables(**frames, ledger=ledger) if _stamp(processed) == before else None


def _stamp(processed: Path) -> bytes:
    try:
        return (processed / BUILD).read_bytes()
    except FileNotFoundError:
        return b""


def _not_built(processed: Path) -> DataError:
    problem, remedy = "these records are not built yet", "Run: donation-trends build DATASET"
    return DataError([Fault(str(processed), 0, "", "", problem, remedy)])


def datapackage(name: str, draft: Path, *, rows: Callable[[str], int]) -> dict[str, Any]:
    """The folder described as a Frictionless data package: every table, every column, from the data dictionary.

    The standard wants a name of small letters, digits, ".", "_" and "-".
    """
    resources = [_resource(table, draft / f"{table}.parquet", rows(table)) for table in TABLE_NAMES]
    plain_name = re.sub(r"[^a-z0-9._-]+", "-", plain(name)).strip("-") or "dataset"
    return {"profile": "data-package", "name": plain_name, "resources": resources}


def _resource(table: str, file: Path, rows: int) -> dict[str, Any]:
    return {
        "name": table,
        "path": file.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": TABLES[table].row,
        "rows": rows,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{sha256(file)}",
        "schema": {"fields": fields(TABLES[table].columns)},
    }


def fields(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Columns as the fields of a Frictionless Table Schema."""
    found = []
    for column in columns:
        field: dict[str, Any] = {
            "name": column.name, "type": FIELD_TYPES[column.kind], "description": column.meaning,
        }  # fmt: skip
        if column.unit:
            field["unit"] = column.unit
        constraints: dict[str, Any] = {"required": True} if column.required else {}
        if column.allowed:
            constraints["enum"] = list(column.allowed)
        found.append({**field, **({"constraints": constraints} if constraints else {})})
    return found
