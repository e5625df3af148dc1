"""A dataset's raw files in, its processed tables, quarantine and ledger out."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from filelock import FileLock
from pyarrow import parquet

from analysis import __version__
from analysis.columns import RECORD_TABLES, TABLES
from analysis.dataset import SETTINGS_FILE, Dataset, load_dataset
from analysis.faults import DataError, Fault
from analysis.files import as_json, code_digest, sha256
from analysis.records.all_files import Readings, read_all
from analysis.records.corrections import CORRECTIONS_FILE
from analysis.records.drafts import ACCEPTED, QUARANTINED
from analysis.records.forgotten import FORGOTTEN_FILE, load_forgotten
from analysis.records.key import fingerprint, load_key
from analysis.records.ledger.entries import file_entry, ledger
from analysis.records.matching.again import Matches, matched
from analysis.records.matching.payouts import restated_payouts
from analysis.records.reading.finding import record_files
from analysis.records.reading.streams import BLOCK
from analysis.records.storage.processed import (
    DRAFT,
    LEDGER,
    PACKAGE,
    QUARANTINE_CSV,
    TABLE_NAMES,
    datapackage,
    load_tables,
    made_from,
    put_in_place,
)  # fmt: skip
from analysis.records.whole_file import Mapper, in_pool, in_turn
from analysis.records.writing import quarantined, write_quarantine, write_quarantine_csv, write_table
from analysis.tables import Tables

__all__ = ["Check", "build", "build_files", "check", "is_stale", "load_tables", "up_to_date"]


@dataclass(frozen=True, slots=True)
class Check:
    """What would be read: the ledger, the rows set aside, and the files that cannot be read."""

    ledger: dict[str, Any]
    quarantined: tuple[Fault, ...]
    refused: tuple[Fault, ...] = field(default=())


def build(dataset: Dataset, processed: Path, *, workers: int = 1) -> Tables:
    """Read every record of the dataset into the folder `processed` (see `build_files`); the tables come back."""
    build_files(dataset, processed, workers=workers)
    return load_tables(processed)


def build_files(dataset: Dataset, processed: Path, *, workers: int = 1, block: int = BLOCK) -> bool:
    """Write the dataset's tables, quarantine and ledger into the folder `processed`; False if nothing had changed.

    Files are read in blocks of about `block` bytes, by that many worker processes; neither changes a byte of what
    is written. Two builds at once wait for each other; one that is stopped leaves the last build, or a folder that
    counts as not built.

    Raises DataError, naming every file that cannot be read.
    """
    processed = Path(processed)
    processed.mkdir(parents=True, exist_ok=True)
    with FileLock(processed / ".lock"):
        files, ignored = record_files(dataset.folder)
        if not files:
            raise _no_files(dataset)
        key = load_key()
        made = {**_program(key), "inputs": _inputs(dataset)}
        if made_from(processed) == made:
            return False
        forgotten = load_forgotten(dataset.folder, key)
        with _scratch(processed) as (draft, scratch), _mapper(workers) as mapper:
            readings = read_all(
                files, dataset, key=key, forgotten=forgotten, mapper=mapper, scratch=scratch, block=block
            )
            if readings.refused:
                raise DataError(list(readings.refused))
            if _inputs(dataset) != made["inputs"]:
                raise _changed(dataset)
            _write_draft(readings, ignored, made, draft, dataset.slug)
            put_in_place(draft, processed, made)
    return True


def is_stale(dataset: Dataset, processed: Path) -> bool:
    """Whether the folder's tables were not made from these very files, settings, key and program."""
    return made_from(Path(processed)) != {**_program(load_key(create=False)), "inputs": _inputs(dataset)}


def up_to_date(dataset: Dataset, processed: Path) -> Tables:
    """The dataset's tables, built first where they are missing or stale. Raises DataError as `build` does."""
    return build(dataset, processed)


def check(path: Path | str) -> Check:
    """What `build` would read from a dataset or a single file; nothing is written.

    A single file is read with the settings of the folder it lies in, or with none where there are none.
    """
    path = Path(path)
    alone = path.is_file() and path.name != SETTINGS_FILE
    folder = path.parent if path.is_file() else path
    settled = (folder / SETTINGS_FILE).is_file() or not alone
    dataset = load_dataset(folder) if settled else Dataset(folder=folder, name=folder.name)
    files, ignored = ([path], []) if alone else record_files(folder)
    if not files:
        raise _no_files(dataset)
    with tempfile.TemporaryDirectory() as scratch:
        key = load_key(create=False)
        forgotten = load_forgotten(folder, key)
        readings = read_all(
            files, dataset, key=key, forgotten=forgotten, mapper=in_turn, scratch=Path(scratch), block=BLOCK
        )
        matches = matched(readings.parts)
        names = [reading.about["file"] for reading in readings.files]
        entries = _entries(readings, matches, {name: sha256(dataset.folder / name) for name in names})
        aside = quarantined(readings.parts, matches, discretion=readings.discretion)
        faults = tuple(Fault(*row.values()) for table in aside for row in table.to_pylist())
    return Check(ledger(entries, ignored=ignored), faults, readings.refused)


@contextmanager
def _scratch(processed: Path) -> Iterator[tuple[Path, Path]]:
    """A folder for the draft and one for parts, beside the tables; both, and those of builds that died, go."""
    for left in processed.glob(f"{DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=processed, prefix=DRAFT))
    try:
        for name in ("tables", "parts"):
            (folder / name).mkdir()
        yield folder / "tables", folder / "parts"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _mapper(workers: int) -> Iterator[Mapper]:
    if workers <= 1:
        yield in_turn
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield in_pool(pool, workers)


def _entries(readings: Readings, matches: Matches, inputs: dict[str, str]) -> list[dict[str, Any]]:
    """The ledger's entries, once the rows that were read twice have moved."""
    entries, number = [], 0
    restated = restated_payouts(readings.parts)
    discretion = readings.discretion
    for reading in readings.files:
        for _ in reading.parts:
            reading.counts.reasons.update(restated.get(number, {}))
            for moves, of in ((matches.moves, ACCEPTED), (matches.aside, QUARANTINED)):
                for moved in moves.get(number, ()):
                    reading.counts.move(moved, of=of)
            number += 1
        about = {"file": reading.about["file"], "sha256": inputs[reading.about["file"]], **reading.about}
        about["sheet"] = about["sheet"] and discretion.label(about["sheet"])
        about["unread_sheets"] = [discretion.label(name) for name in about["unread_sheets"]]
        entries.append(file_entry(reading.counts, reading.about["table"], about, shown=discretion.text))
    return entries


def _write_draft(readings: Readings, ignored: Sequence[str], made: dict[str, Any], draft: Path, name: str) -> None:
    """Every output but the one that says "finished", into the folder `draft`."""
    parts, discretion = readings.parts, readings.discretion
    matches = matched(parts)
    book = ledger(_entries(readings, matches, made["inputs"]), ignored=ignored)
    for table in RECORD_TABLES:
        write_table(table, parts, matches, draft / f"{table}.parquet", discretion=discretion)
    write_quarantine(quarantined(parts, matches, discretion=discretion), draft / "quarantine.parquet")
    write_quarantine_csv(quarantined(parts, matches, discretion=discretion), draft / QUARANTINE_CSV)
    (draft / LEDGER).write_bytes(as_json({**book, "made_from": made}))
    rows = {table: parquet.read_metadata(draft / f"{table}.parquet").num_rows for table in TABLE_NAMES}
    (draft / PACKAGE).write_bytes(as_json(datapackage(name, draft, rows=rows.__getitem__)))


def _program(key: bytes) -> dict[str, str]:
    """What made the tables beside the files: version, data dictionary, and which key, by a digest of it."""
    schema = hashlib.sha256(repr(dict(TABLES)).encode()).hexdigest()
    return {"version": __version__, "schema": schema, "code": code_digest(), "key": fingerprint(key)[:16]}


def _inputs(dataset: Dataset) -> dict[str, str]:
    """The sha256 of the settings, the corrections, who is forgotten, and of every file with records or left aside."""
    files, ignored = record_files(dataset.folder)
    names = [
        SETTINGS_FILE,
        CORRECTIONS_FILE,
        FORGOTTEN_FILE,
        *(file.relative_to(dataset.folder).as_posix() for file in files),
        *ignored,
    ]
    return {name: sha256(dataset.folder / name) for name in names if (dataset.folder / name).is_file()}


def _changed(dataset: Dataset) -> DataError:
    problem, remedy = "a file changed while it was being read", "Build again once nobody is writing into this folder"
    return DataError([Fault(str(dataset.folder), 0, "", "", problem, remedy)])


def _no_files(dataset: Dataset) -> DataError:
    remedy = "Put the exports you received (CSV, TSV, XLSX, ODS) into this folder"
    return DataError([Fault(str(dataset.folder), 0, "", "", "there is no file with records here", remedy)])
