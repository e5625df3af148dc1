"""A dataset's raw files in, its processed tables, quarantine and ledger out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from analysis import __version__
from analysis.columns import RECORD_TABLES, TABLES
from analysis.dataset import SETTINGS_FILE, Dataset, load_dataset
from analysis.faults import DataError, Fault
from analysis.files import as_json, code_digest, sha256, write_whole
from analysis.records.bench import Rates
from analysis.records.cells import ACCEPTED, RATES, Rows, table_called
from analysis.records.corrections import CORRECTIONS_FILE
from analysis.records.kernel import Context, Reading, load_corrections, read_file
from analysis.records.ledger import file_entry, ledger
from analysis.records.matching import matched
from analysis.records.pseudonyms import load_key
from analysis.records.reading import record_files
from analysis.tables import Tables, as_table, checked

LEDGER, BUILD, QUARANTINE_CSV = "ledger.json", "build.json", "quarantine.csv"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "\r")


@dataclass(frozen=True, slots=True)
class Check:
    """What would be read: the ledger, the rows set aside, and the files that cannot be read."""

    ledger: dict[str, Any]
    quarantined: tuple[Fault, ...]
    refused: tuple[Fault, ...] = field(default=())


def build(dataset: Dataset, processed: Path, *, workers: int = 1) -> Tables:
    """Read every record of the dataset; write its tables, quarantine and ledger into the folder `processed`.

    The tables come back as they were written. Two builds at once wait for each other; one that is stopped
    half-way leaves a folder that counts as not built. With more than one worker, files are read by that many
    processes.

    Raises DataError, naming every file that cannot be read.
    """
    processed = Path(processed)
    processed.mkdir(parents=True, exist_ok=True)
    with FileLock(processed / ".lock"):
        files, ignored = record_files(dataset.folder)
        if not files:
            raise _no_files(dataset)
        inputs = _inputs(dataset)
        readings, refused = _read_all(files, dataset, key=load_key(), workers=workers)
        if refused:
            raise DataError(list(refused))
        made = {**_program(), "inputs": inputs}
        tables = _tables(readings, ignored)
        tables = replace(tables, ledger={**tables.ledger, "made_from": made})
        _write_all(tables, processed, made)
    return tables


def load_tables(processed: Path) -> Tables:
    """The tables, quarantine and ledger that `build` wrote; DataError when there is no finished build."""
    processed = Path(processed)
    if not (processed / BUILD).is_file():
        fault = Fault(
            str(processed), 0, "", "", "these records are not built yet", "Run: donation-trends build DATASET"
        )
        raise DataError([fault])
    frames = {
        name: checked(pd.read_parquet(processed / f"{name}.parquet"), name) for name in (*RECORD_TABLES, "quarantine")
    }
    return Tables(**frames, ledger=json.loads((processed / LEDGER).read_text(encoding="utf-8")))


def is_stale(dataset: Dataset, processed: Path) -> bool:
    """Whether the folder's tables were not made from these very files, settings and program."""
    outputs = [LEDGER, QUARANTINE_CSV, *(f"{name}.parquet" for name in (*RECORD_TABLES, "quarantine"))]
    if not all((Path(processed) / name).is_file() for name in outputs):
        return True
    try:
        made = json.loads((Path(processed) / BUILD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return bool(made != {**_program(), "inputs": _inputs(dataset)})


def up_to_date(dataset: Dataset, processed: Path) -> Tables:
    """The dataset's tables, built first where they are missing or stale. Raises DataError as `build` does."""
    return build(dataset, processed) if is_stale(dataset, processed) else load_tables(processed)


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
    readings, refused = _read_all(files, dataset, key=load_key(create=False), workers=1)
    readings = _after_matching(readings)
    entries = [file_entry(reading.rows, reading.about) for reading in readings]
    return Check(ledger(entries, ignored=ignored), tuple(_faults([reading.rows for reading in readings])), refused)


def _read_all(
    files: Sequence[Path], dataset: Dataset, *, key: bytes, workers: int
) -> tuple[list[Reading], tuple[Fault, ...]]:
    """The files that can be read, in order, and what is wrong with the others; exchange rates come first."""
    names = [file.relative_to(dataset.folder).as_posix() for file in files]
    try:
        corrections = tuple(load_corrections(dataset.folder / CORRECTIONS_FILE, files=names))
    except DataError as error:
        return [], error.faults
    context = Context(dataset, {}, corrections, key)
    rate_files = [file for file in files if _holds_rates(file, dataset)]
    first, refused = _attempt(rate_files, context, workers)
    rest, more = _attempt(
        [file for file in files if file not in rate_files], replace(context, rates=_rates(first)), workers
    )
    return sorted([*first, *rest], key=lambda reading: reading.about["file"]), (*refused, *more)


def _attempt(files: Sequence[Path], context: Context, workers: int) -> tuple[list[Reading], tuple[Fault, ...]]:
    step = partial(_read_or_refuse, context=context)
    if workers > 1 and len(files) > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            results = list(pool.map(step, files))
    else:
        results = [step(file) for file in files]
    refused = tuple(fault for result in results if isinstance(result, tuple) for fault in result)
    return [result for result in results if isinstance(result, Reading)], refused


def _read_or_refuse(file: Path, *, context: Context) -> Reading | tuple[Fault, ...]:
    try:
        return read_file(file, file.relative_to(context.dataset.folder).as_posix(), context)
    except DataError as error:
        return error.faults


def _holds_rates(file: Path, dataset: Dataset) -> bool:
    rules = [rule for rule in dataset.files if rule.table == RATES.name]
    return file.name.casefold().startswith(RATES.name) or any(file.match(rule.match) for rule in rules)


def _rates(readings: Sequence[Reading]) -> Rates:
    """The rate of each currency and month; the last line wins where a month stands twice."""
    frames = [reading.rows.frame[reading.rows.outcome == ACCEPTED] for reading in readings]
    return {
        (str(row.currency).upper(), row.month.year, row.month.month): Decimal(repr(float(row.rate)))
        for frame in frames
        for row in frame.itertuples()
    }


def _after_matching(readings: Sequence[Reading]) -> list[Reading]:
    rows = matched([reading.rows for reading in readings])
    return [Reading(done, reading.about) for done, reading in zip(rows, readings, strict=True)]


def _tables(readings: Sequence[Reading], ignored: Sequence[str]) -> Tables:
    """The accepted rows of every file, table by table, sorted by day, file and line; and the ledger."""
    done = _after_matching(readings)
    entries = [file_entry(reading.rows, reading.about) for reading in done]
    frames = {name: _table([one.rows for one in done if one.rows.table == name], name) for name in RECORD_TABLES}
    faults = _faults([one.rows for one in done])
    quarantine = pd.DataFrame(
        [(f.file, f.line, f.column, f.value, f.problem, f.remedy) for f in faults],
        columns=TABLES["quarantine"].names,
    )
    return Tables(**frames, quarantine=as_table(quarantine, "quarantine"), ledger=ledger(entries, ignored=ignored))


def _table(files: Sequence[Rows], name: str) -> pd.DataFrame:
    parts = [rows.frame.assign(_file=rows.file, _line=rows.lines)[rows.outcome == ACCEPTED] for rows in files]
    if not parts:
        return as_table(pd.DataFrame(), name)
    day = next(column.name for column in table_called(name).columns if column.kind == "date" and column.required)
    joined = pd.concat(parts, ignore_index=True).sort_values([day, "_file", "_line"], kind="stable", ignore_index=True)
    if name == "donations":
        again = joined["donation_id"].duplicated()
        unique = joined["donation_id"] + " (" + joined["_file"] + ":" + joined["_line"].astype("str") + ")"
        joined["donation_id"] = joined["donation_id"].mask(again, unique)
    return as_table(joined, name)


def _faults(files: Sequence[Rows]) -> list[Fault]:
    return sorted(
        (fault for rows in files for fault in (*rows.faults.values(), *rows.spoiled)),
        key=lambda f: (f.file, f.line),
    )


def _program() -> dict[str, str]:
    schema = hashlib.sha256(repr(dict(TABLES)).encode()).hexdigest()
    return {"version": __version__, "schema": schema, "code": code_digest()}


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


def _write_all(tables: Tables, processed: Path, made: dict[str, Any]) -> None:
    """Every output, whole or not at all; the file that says "finished" goes first and comes back last."""
    (processed / BUILD).unlink(missing_ok=True)
    for name in (*RECORD_TABLES, "quarantine"):
        frame: pd.DataFrame = getattr(tables, name)
        write_whole(processed / f"{name}.parquet", frame.to_parquet(None, index=False))
    write_whole(processed / QUARANTINE_CSV, _quarantine_csv(tables.quarantine))
    write_whole(processed / LEDGER, as_json(tables.ledger))
    write_whole(processed / BUILD, as_json(made))


def _quarantine_csv(quarantine: pd.DataFrame) -> bytes:
    """The quarantine for a spreadsheet: UTF-8 with a byte order mark, no cell that runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(quarantine.columns)
    for row in quarantine.itertuples(index=False):
        texts = ["" if pd.isna(cell) else cell for cell in row]
        writer.writerow(
            [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell for cell in texts]
        )
    return out.getvalue().encode("utf-8-sig")


def _no_files(dataset: Dataset) -> DataError:
    remedy = "Put the exports you received (CSV, TSV, XLSX, ODS) into this folder"
    return DataError([Fault(str(dataset.folder), 0, "", "", "there is no file with records here", remedy)])
