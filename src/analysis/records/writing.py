"""Parts in, the processed tables out: Parquet in row groups, by day, file and line, in memory that stays small."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from analysis.columns import TABLES
from analysis.files import harmless_cell
from analysis.messages import in_language, value_in
from analysis.records.arrays import TYPES, days
from analysis.records.discretion import Discretion
from analysis.records.drafts import IDENTIFIERS, QUARANTINED, table_called
from analysis.records.matching import far as far_off
from analysis.records.matching.again import Matches, conflict_remedy
from analysis.records.storage.parts import OWN, Part, quarantine_schema
from analysis.tables import empty_table

GROUP = 400_000
"""Rows of a row group, as nearly as whole days allow."""


def write_table(name: str, parts: Sequence[Part], matches: Matches, path: Path, *, discretion: Discretion) -> None:
    """Write the accepted rows of table `name`, by day, file and line; every row group holds whole days."""
    numbers = [number for number, part in enumerate(parts) if part.table == name and part.rows]
    with _writer(name, path) as writer:
        if not numbers:
            writer.write_table(_plain(pa.table(_no_rows(name)), name))
        groups = (
            _group(parts, numbers, matches, name, first, last, discretion)
            for first, last in _spans([parts[number] for number in numbers])
        )
        for group in _made_ahead(groups):
            writer.write_table(group, row_group_size=len(group) or 1)


def _group(
    parts: Sequence[Part],
    numbers: Sequence[int],
    matches: Matches,
    name: str,
    first: int,
    last: int,
    discretion: Discretion,
) -> pa.Table:
    """The rows of these days, by day, file and line."""
    slices = [
        _slice(parts[number], number, matches, name, first, last, discretion)
        for number in numbers
        if parts[number].day[-1] >= first and parts[number].day[0] <= last
    ]
    joined = pa.concat_tables(slices)
    order = np.argsort(days(joined[_day(name)].combine_chunks()), kind="stable")
    in_order = bool((np.diff(order) > 0).all())
    return _plain(joined if in_order else joined.take(order), name)


def _made_ahead(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same tables, each made in a thread while the one before it is written."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, tables, None)
        while (table := coming.result()) is not None:
            coming = thread.submit(next, tables, None)
            yield table


def _no_rows(name: str) -> dict[str, pa.Array]:
    return {column.name: pa.array([], TYPES[column.kind]) for column in TABLES[name].columns}


def _spans(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """First and last day of each row group."""
    total: dict[int, int] = {}
    for part in parts:
        for day, count in zip(part.day.tolist(), part.count.tolist(), strict=True):
            total[day] = total.get(day, 0) + count
    first, rows = None, 0
    ordered = sorted(total)
    for day in ordered:
        first, rows = (day if first is None else first), rows + total[day]
        if rows >= GROUP:
            yield first, day
            first, rows = None, 0
    if first is not None:
        yield first, ordered[-1]


def _slice(
    part: Part, number: int, matches: Matches, name: str, first: int, last: int, discretion: Discretion
) -> pa.Table:
    """The part's rows of these days that stay, under the identifiers they are to have and without people's names."""
    ends = np.concatenate(([0], np.cumsum(part.count)))
    start = int(ends[np.searchsorted(part.day, first, "left")])
    stop = int(ends[np.searchsorted(part.day, last, "right")])
    table = part.load([*TABLES[name].names, OWN]).slice(start, stop - start)
    own = table[OWN].to_numpy()
    table = discretion.table(table.select(TABLES[name].names), name, own=own)
    for named in matches.names.get(number, ()):
        table = _renamed(table, named, start, stop)
    moved = [move["row"].to_numpy() for move in matches.moves.get(number, ())]
    gone = np.concatenate(moved) if moved else np.zeros(0, np.int64)
    gone = gone[(gone >= start) & (gone < stop)] - start
    if not len(gone):
        return table
    stays = np.ones(stop - start, bool)
    stays[gone] = False
    return table.filter(pa.array(stays))


def _renamed(table: pa.Table, named: pd.DataFrame, start: int, stop: int) -> pa.Table:
    here = named[(named["row"] >= start) & (named["row"] < stop)].sort_values("row")
    mask = np.zeros(stop - start, bool)
    mask[here["row"].to_numpy() - start] = True
    place = table.column_names.index("donation_id")
    column = table["donation_id"].combine_chunks().cast(pa.string())
    column = pc.replace_with_mask(column, pa.array(mask), pa.array(here["name"].tolist(), pa.string()))
    return table.set_column(place, "donation_id", column)


def _writer(name: str, path: Path) -> parquet.ParquetWriter:
    """A writer whose tables pandas reads back with the types of the data dictionary."""
    schema = pa.Schema.from_pandas(empty_table(name), preserve_index=False)
    return parquet.ParquetWriter(path, _stored(schema), compression="snappy")


def _stored(schema: pa.Schema) -> pa.Schema:
    text = [field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field for field in schema]
    return pa.schema(text, metadata=schema.metadata)


def _plain(table: pa.Table, name: str) -> pa.Table:
    """The table as it is stored: words as text, days as timestamps."""
    return table.cast(_stored(pa.Schema.from_pandas(empty_table(name), preserve_index=False)))


def write_quarantine(tables: Iterator[pa.Table], path: Path) -> None:
    """Write every row that was set aside, by file and line."""
    with _writer("quarantine", path) as writer:
        held = quarantine_schema().empty_table()
        for table in tables:
            held = pa.concat_tables([held, table])
            while len(held) > GROUP:
                writer.write_table(_plain(held.slice(0, GROUP), "quarantine"))
                held = held.slice(GROUP)
        writer.write_table(_plain(held, "quarantine"), row_group_size=GROUP)


def quarantined(parts: Sequence[Part], matches: Matches, *, discretion: Discretion) -> Iterator[pa.Table]:
    """Part by part, the rows that stay set aside and those set aside since, by line, without names of people."""
    schema = quarantine_schema()
    for number, part in enumerate(parts):
        aside = part.load_aside()
        stays = np.ones(len(aside), bool)
        for move in matches.aside.get(number, ()):
            stays[move["row"].to_numpy()] = False
        tables = [aside.select(schema.names).filter(pa.array(stays)).cast(schema)]
        tables += [_set_aside(part, move, schema) for move in matches.moves.get(number, ())]
        joined = pa.concat_tables(tables)
        if len(joined):
            yield discretion.quarantine(joined.take(np.argsort(joined["source_line"].to_numpy(), kind="stable")))


def _set_aside(part: Part, move: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """The rows of a part that were accepted and then set aside: their day is far, or their identifier is not theirs."""
    rows = move[move["outcome"] == QUARANTINED]
    identifier, day = IDENTIFIERS.get(part.table, ""), _day(part.table)
    far = (rows["reason"] == far_off.REASON).tolist()
    remedies = [conflict_remedy(other) for other in rows["other"]]
    columns: dict[str, list[Any]] = {
        "source_file": [part.file] * len(rows), "source_line": rows["line"].tolist(),
        "column": [day if off else identifier for off in far], "value": rows["identifier"].tolist(),
        "reason": rows["reason"].tolist(),
        "remedy": [far_off.REMEDY if off else remedy for off, remedy in zip(far, remedies, strict=True)],
    }  # fmt: skip
    return pa.table(columns, schema)


def _day(table: str) -> str:
    """The date by which a table is sorted."""
    return next((c.name for c in table_called(table).columns if c.kind == "date" and c.required), "")


def write_quarantine_csv(tables: Iterator[pa.Table], path: Path, *, language: str) -> None:
    """Write the quarantine for a spreadsheet, what is wrong and what to type in "fr" or "en".

    It is UTF-8 with a byte order mark, and no cell of it runs as a formula.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(TABLES["quarantine"].names)
        for table in tables:
            for row in table.to_pylist():
                row["value"] = value_in(row["value"] or "", language)
                row["reason"], row["remedy"] = (in_language(row[name], language) for name in ("reason", "remedy"))
                writer.writerow([harmless_cell(cell) for cell in row.values()])
