"""A dataset's raw files in, its processed tables, quarantine and ledger out."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from pyarrow import parquet

from analysis import __version__
from analysis.columns import RECORD_TABLES, TABLES
from analysis.dataset import SETTINGS_FILE, Dataset, load_dataset
from analysis.faults import DataError, Fault
from analysis.files import as_json, code_digest, sha256
from analysis.records.all_files import Readings, holds_rates, read_all
from analysis.records.corrections import CORRECTIONS_FILE
from analysis.records.drafts import ACCEPTED, QUARANTINED
from analysis.records.forgotten import FORGOTTEN_FILE, load_forgotten
from analysis.records.key import fingerprint, load_key
from analysis.records.ledger.entries import file_entry, ledger
from analysis.records.matching.again import Matches, matched
from analysis.records.matching.far import far_rows
from analysis.records.matching.payouts import restated_payouts
from analysis.records.reading.finding import may_hold_records, record_files, shown, unopened, unreadable
from analysis.records.reading.streams import BLOCK
from analysis.records.storage.processed import (
    DRAFT,
    LEDGER,
    PACKAGE,
    QUARANTINE_CSV,
    TABLE_NAMES,
    datapackage,
    load_tables,
    locked,
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
    counts as not built, and the next one clears away what it left.

    Raises DataError, naming every file that cannot be read.
    """
    processed = Path(processed)
    processed.mkdir(parents=True, exist_ok=True)
    with locked(processed):
        for left in processed.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
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
            with ThreadPoolExecutor(1) as thread:
                inputs = thread.submit(_inputs, dataset)
                _write_draft(readings, ignored, made, draft, dataset)
            if inputs.result() != made["inputs"]:
                raise _changed(dataset)
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

    A single file is read with the settings, corrections and exchange rates of the folder it lies in, or with none
    where that is no dataset.
    """
    path = Path(path)
    if not path.is_file() and not path.is_dir():
        problem, remedy = "is no file and no folder", "Name the folder of a dataset, or one file"
        raise DataError([Fault(str(path), 0, "", "", problem, remedy)])
    alone = path.is_file() and path.name not in (SETTINGS_FILE, CORRECTIONS_FILE)
    if alone and not may_hold_records(path):
        return Check(ledger([], ignored=[]), (), (_other_kind(path),))
    if alone and (faults := unreadable(path, shown(path, path.parent))):
        raise DataError(faults)
    folder = path.parent if path.is_file() else path
    settled = (folder / SETTINGS_FILE).is_file() or not alone
    dataset = load_dataset(folder) if settled else Dataset(folder=folder, name=folder.name)
    files, ignored = record_files(folder) if settled else ([path], [])
    if not files:
        raise _no_files(dataset)
    asked = [path] if alone else files
    names = {file.relative_to(folder).as_posix() for file in asked}
    rates = [file for file in files if holds_rates(file.relative_to(folder).as_posix(), dataset)]
    needed = [*(file for file in rates if file not in asked), *asked]
    with tempfile.TemporaryDirectory() as scratch:
        key = load_key(create=False)
        forgotten = load_forgotten(folder, key)
        readings = read_all(
            needed, dataset, key=key, forgotten=forgotten, mapper=in_turn, scratch=Path(scratch), block=BLOCK
        ).only(names)
        matches = _matched(readings, dataset)
        inputs = {reading.about["file"]: _digest(dataset, reading.about["file"]) for reading in readings.files}
        entries = _entries(readings, matches, inputs)
        tables = quarantined(readings.parts, matches, discretion=readings.discretion)
        aside = tuple(Fault(*row.values()) for table in tables for row in table.to_pylist())
    refused = tuple(fault for fault in readings.refused if not alone or fault.file in {*names, CORRECTIONS_FILE})
    return Check(ledger(entries, ignored=[] if alone else ignored), aside, refused)


@contextmanager
def _scratch(processed: Path) -> Iterator[tuple[Path, Path]]:
    """A folder for the draft and one for parts, beside the tables; both go in the end."""
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
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        yield in_pool(pool, workers)


def _end_with_parent() -> None:
    """End this worker when the build that started it is gone, killed or not."""

    def watch() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _matched(readings: Readings, dataset: Dataset) -> Matches:
    far = far_rows(readings.parts, first=dataset.records_from, last=dataset.records_until)
    return matched(readings.parts, far)


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


def _write_draft(
    readings: Readings, ignored: Sequence[str], made: dict[str, Any], draft: Path, dataset: Dataset
) -> None:
    """Every output but the one that says "finished", into the folder `draft`."""
    parts, discretion = readings.parts, readings.discretion
    matches = _matched(readings, dataset)
    book = ledger(_entries(readings, matches, made["inputs"]), ignored=ignored)
    for table in RECORD_TABLES:
        write_table(table, parts, matches, draft / f"{table}.parquet", discretion=discretion)
    write_quarantine(quarantined(parts, matches, discretion=discretion), draft / "quarantine.parquet")
    aside = quarantined(parts, matches, discretion=discretion)
    write_quarantine_csv(aside, draft / QUARANTINE_CSV, language=dataset.languages[0])
    (draft / LEDGER).write_bytes(as_json({**book, "made_from": made}))
    rows = {table: parquet.read_metadata(draft / f"{table}.parquet").num_rows for table in TABLE_NAMES}
    (draft / PACKAGE).write_bytes(as_json(datapackage(dataset.slug, draft, rows=rows.__getitem__)))


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
    return {name: _digest(dataset, name) for name in names if (dataset.folder / name).is_file()}


def _digest(dataset: Dataset, name: str) -> str:
    try:
        return sha256(dataset.folder / name)
    except OSError as error:
        raise unopened(name, error) from error


def _changed(dataset: Dataset) -> DataError:
    problem, remedy = "a file changed while it was being read", "Build again once nobody is writing into this folder"
    return DataError([Fault(str(dataset.folder), 0, "", "", problem, remedy)])


def _other_kind(file: Path) -> Fault:
    problem = f"a file that ends in {file.suffix or 'nothing'} is not read"
    return Fault(
        file.name, 0, "", "", problem, "Export it as CSV, XLSX or ODS, a bank statement also as OFX or CAMT.053"
    )


def _no_files(dataset: Dataset) -> DataError:
    remedy = "Put the exports you received (CSV, TSV, XLSX, ODS) into this folder"
    return DataError([Fault(str(dataset.folder), 0, "", "", "there is no file with records here", remedy)])
