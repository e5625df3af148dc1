"""A dataset's raw files in, its processed tables, quarantine and ledger out."""

from __future__ import annotations

import csv
import hashlib
import hmac
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
from filelock import FileLock
from pyarrow import parquet

from analysis import __version__
from analysis.columns import RECORD_TABLES, TABLES
from analysis.dataset import SETTINGS_FILE, Dataset, load_dataset
from analysis.faults import DataError, Fault
from analysis.files import as_json, code_digest, sha256
from analysis.records.cleaning.bench import Rates
from analysis.records.corrections import CORRECTIONS_FILE
from analysis.records.drafts import ACCEPTED, QUARANTINED, RATES
from analysis.records.kernel import Context
from analysis.records.ledger.entries import file_entry, ledger
from analysis.records.matching.again import Matches, matched
from analysis.records.matching.far import far_rows
from analysis.records.matching.payouts import restated_payouts
from analysis.records.opening import load_corrections, source_of
from analysis.records.pseudonyms import load_key
from analysis.records.reading.finding import is_whole, may_hold_records, record_files
from analysis.records.reading.streams import BLOCK
from analysis.records.storage.parts import LINE, Part
from analysis.records.storage.processed import (
    LEDGER,
    PACKAGE,
    QUARANTINE_CSV,
    TABLE_NAMES,
    datapackage,
    load_tables,
    made_from,
    put_in_place,
)  # fmt: skip
from analysis.records.whole_file import Mapper, Reading, in_pool, in_turn, read_file
from analysis.records.writing import quarantined, write_quarantine, write_table
from analysis.tables import Tables

__all__ = ["Check", "build", "build_files", "check", "is_stale", "load_tables", "up_to_date"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "\r")
DRAFT = ".draft-"


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
        with _scratch(processed) as (draft, scratch), _mapper(workers) as mapper:
            readings, refused = _read_all(files, dataset, key=key, mapper=mapper, scratch=scratch, block=block)
            if refused:
                raise DataError(list(refused))
            if _inputs(dataset) != made["inputs"]:
                raise _changed(dataset)
            _write_draft(readings, ignored, made, draft, dataset)
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
    if alone and not may_hold_records(path):
        return Check(ledger([], ignored=[]), (), (_other_kind(path),))
    folder = path.parent if path.is_file() else path
    settled = (folder / SETTINGS_FILE).is_file() or not alone
    dataset = load_dataset(folder) if settled else Dataset(folder=folder, name=folder.name)
    files, ignored = ([path], []) if alone else record_files(folder)
    if not files:
        raise _no_files(dataset)
    with tempfile.TemporaryDirectory() as scratch:
        key = load_key(create=False)
        readings, refused = _read_all(files, dataset, key=key, mapper=in_turn, scratch=Path(scratch), block=BLOCK)
        parts, matches = _matched(readings, dataset)
        inputs = {reading.about["file"]: sha256(dataset.folder / reading.about["file"]) for reading in readings}
        entries = _entries(readings, matches, inputs)
        faults = tuple(Fault(*row.values()) for table in quarantined(parts, matches) for row in table.to_pylist())
    return Check(ledger(entries, ignored=ignored), faults, refused)


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


def _read_all(
    files: Sequence[Path], dataset: Dataset, *, key: bytes, mapper: Mapper, scratch: Path, block: int
) -> tuple[list[Reading], tuple[Fault, ...]]:
    """The files that can be read, in order, and what is wrong with the others; exchange rates come first."""
    names = {file.relative_to(dataset.folder).as_posix(): file for file in files}
    try:
        corrections = tuple(load_corrections(dataset.folder / CORRECTIONS_FILE, files=list(names)))
    except DataError as error:
        return [], error.faults
    sources = Counter(source_of(file, name, dataset) for name, file in names.items())
    wholes = any(is_whole(file) for file in files)
    context = Context(dataset, {}, corrections, key)
    readings, refused = list[Reading](), list[Fault]()
    for number, name in enumerate(sorted(names, key=lambda name: (not _holds_rates(name, dataset), name))):
        compared = wholes or sources[source_of(names[name], name, dataset)] > 1
        try:
            reading = read_file(
                names[name], name, context, target=scratch / f"{number:06d}", compared=compared, mapper=mapper,
                size=block,
            )  # fmt: skip
        except DataError as error:
            refused.extend(error.faults)
            continue
        readings.append(reading)
        if reading.about["table"] == RATES.name:
            context = replace(context, rates={**context.rates, **_rates(reading.parts)})
    return sorted(readings, key=lambda reading: reading.about["file"]), tuple(dict.fromkeys(refused))


def _holds_rates(name: str, dataset: Dataset) -> bool:
    file = Path(name)
    rules = [rule for rule in dataset.files if rule.table == RATES.name]
    return file.name.casefold().startswith(RATES.name) or any(file.match(rule.match) for rule in rules)


def _rates(parts: Sequence[Part]) -> Rates:
    """The rate of each currency and month; the last line wins where a month stands twice."""
    rows = [row for part in parts for row in part.load().sort_by(LINE).to_pylist()]
    return {
        (str(row["currency"]).upper(), row["month"].year, row["month"].month): Decimal(repr(row["rate"]))
        for row in rows
    }


def _matched(readings: Sequence[Reading], dataset: Dataset) -> tuple[list[Part], Matches]:
    parts = [part for reading in readings for part in reading.parts]
    return parts, matched(parts, far_rows(parts, first=dataset.records_from, last=dataset.records_until))


def _entries(readings: Sequence[Reading], matches: Matches, inputs: dict[str, str]) -> list[dict[str, Any]]:
    """The ledger's entries, once the rows that were read twice have moved."""
    entries, number = [], 0
    restated = restated_payouts([part for reading in readings for part in reading.parts])
    for reading in readings:
        for _ in reading.parts:
            reading.counts.reasons.update(restated.get(number, {}))
            for moves, of in ((matches.moves, ACCEPTED), (matches.aside, QUARANTINED)):
                for moved in moves.get(number, ()):
                    reading.counts.move(moved, of=of)
            number += 1
        about = {"file": reading.about["file"], "sha256": inputs[reading.about["file"]]}
        entries.append(file_entry(reading.counts, reading.about["table"], {**about, **reading.about}))
    return entries


def _write_draft(
    readings: Sequence[Reading], ignored: Sequence[str], made: dict[str, Any], draft: Path, dataset: Dataset
) -> None:
    """Every output but the one that says "finished", into the folder `draft`."""
    parts, matches = _matched(readings, dataset)
    book = ledger(_entries(readings, matches, made["inputs"]), ignored=ignored)
    for table in RECORD_TABLES:
        write_table(table, parts, matches, draft / f"{table}.parquet")
    write_quarantine(parts, matches, draft / "quarantine.parquet")
    _write_quarantine_csv(quarantined(parts, matches), draft / QUARANTINE_CSV)
    (draft / LEDGER).write_bytes(as_json({**book, "made_from": made}))
    rows = {table: parquet.read_metadata(draft / f"{table}.parquet").num_rows for table in TABLE_NAMES}
    (draft / PACKAGE).write_bytes(as_json(datapackage(dataset.slug, draft, rows=rows.__getitem__)))


def _program(key: bytes) -> dict[str, str]:
    """What made the tables beside the files: version, data dictionary, and which key, by a digest of it."""
    schema = hashlib.sha256(repr(dict(TABLES)).encode()).hexdigest()
    fingerprint = hmac.digest(key, b"fingerprint of the key behind the pseudonyms", "sha256").hex()[:16]
    return {"version": __version__, "schema": schema, "code": code_digest(), "key": fingerprint}


def _inputs(dataset: Dataset) -> dict[str, str]:
    """The sha256 of dataset.toml, the corrections and every file that holds records or was left aside."""
    files, ignored = record_files(dataset.folder)
    names = [
        SETTINGS_FILE,
        CORRECTIONS_FILE,
        *(file.relative_to(dataset.folder).as_posix() for file in files),
        *ignored,
    ]
    return {name: sha256(dataset.folder / name) for name in names if (dataset.folder / name).is_file()}


def _write_quarantine_csv(tables: Iterator[pa.Table], path: Path) -> None:
    """The quarantine for a spreadsheet: UTF-8 with a byte order mark, no cell that runs as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(TABLES["quarantine"].names)
        for table in tables:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                writer.writerow(["" if cell is None else _harmless(cell) for cell in row])


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


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
