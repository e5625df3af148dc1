"""Rows of one block kept on disk until all files are read: the accepted ones by day, and what was set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.columns import TABLES
from analysis.records.arrays import days, texts
from analysis.records.drafts import ACCEPTED, EXCLUDED, IDENTIFIERS, PAYOUT, QUARANTINED, Rows, table_called

KEY, CENTS, CURRENCY, KNOWN = "_key", "_cents", "_currency", "_known"
IDENTIFIED, REFUND_OF, ID, LINE, OWN = "_identified", "_refund_of", "_id", "_line", "_own"
MOVED = {LINE: "line", CENTS: "cents", CURRENCY: "currency", KNOWN: "known"}
MOVED_TYPES = pa.schema([(LINE, pa.int64()), (CENTS, pa.int64()), (CURRENCY, pa.string()), (KNOWN, pa.bool_())])
"""What is noted of a row whose outcome changes after it was kept."""
NO_CONTENT = ("source_file", "source_line", "donation_id", "goods_id", "testimony_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One block's rows on disk, and the days on which its accepted rows lie (ascending) with their number.

    `refunds` says whether rows may be refunds that refer to other rows. `channels` holds the first and last day of the
    accepted gifts by channel, `payouts` the days on which each platform paid out, with the number of rows.
    """

    file: str
    source: str
    table: str
    accepted: Path
    aside: Path
    rows: int
    records: int
    day: np.ndarray
    count: np.ndarray
    refunds: bool
    channels: Mapping[str, tuple[int, int]]
    payouts: Mapping[str, tuple[np.ndarray, np.ndarray]]

    def load(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The accepted rows, by day and line: the table's columns and those that begin with "_"."""
        return _load(self.accepted, columns)

    def load_aside(self) -> pa.Table:
        """The rows set aside, by line: the quarantine's columns and those that begin with "_"."""
        return _load(self.aside, None)


def keep(rows: Rows, target: Path, *, compared: bool, source: str, file: str) -> Part:
    """Write a block's rows to two files whose names begin with `target`; the part that stands for them."""
    accepted, aside = target.with_name(f"{target.name}.rows"), target.with_name(f"{target.name}.aside")
    whole = _with_notes(rows, compared=compared)
    kept = np.flatnonzero(rows.outcome == ACCEPTED)
    day_column = next((c.name for c in table_called(rows.table).columns if c.kind == "date" and c.required), None)
    every = days(rows.frame[day_column].combine_chunks()) if day_column else np.zeros(len(rows.lines), np.int32)
    order = kept[np.argsort(every[kept], kind="stable")]
    _save(whole.take(order) if len(order) < len(every) or (np.diff(order) < 0).any() else whole, accepted)
    _save(_aside(rows, whole), aside)
    day, count = np.unique(every[kept], return_counts=True)
    return Part(
        file=file, source=source, table=rows.table, accepted=accepted, aside=aside, rows=len(kept),
        records=len(rows.lines) + len(rows.spoiled), day=day, count=count, refunds=rows.refund_of is not None,
        channels=_channels(rows, every), payouts=_payouts(rows, every),
    )  # fmt: skip


def moved(rows: pa.Table, places: Sequence[int]) -> pd.DataFrame:
    """What is noted of rows whose outcome changes: row (its place in the part), line, cents, currency, known."""
    noted = rows.select(list(MOVED)).take(places).cast(MOVED_TYPES).to_pandas().rename(columns=MOVED)
    return noted.assign(row=list(places))


def _channels(rows: Rows, every: np.ndarray) -> dict[str, tuple[int, int]]:
    if rows.table != "donations":
        return {}
    column = rows.frame["channel"].combine_chunks()
    codes, kept = column.indices.fill_null(-1).to_numpy(zero_copy_only=False), rows.outcome == ACCEPTED
    spans = {}
    for code, channel in enumerate(column.dictionary.to_pylist()):
        if len(found := every[kept & (codes == code)]):
            spans[channel] = (int(found.min()), int(found.max()))
    return spans


def _payouts(rows: Rows, every: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    reasons = {reason for reason in set(rows.reason[rows.outcome == EXCLUDED]) if reason.startswith(PAYOUT)}
    return {
        reason.removeprefix(PAYOUT): np.unique(every[(rows.outcome == EXCLUDED) & (rows.reason == reason)],
                                               return_counts=True)
        for reason in sorted(reasons)
    }  # fmt: skip


def _with_notes(rows: Rows, *, compared: bool) -> pa.Table:
    """Every row with what matching needs beside the table's columns."""
    refund_of = np.full(len(rows.lines), "", object) if rows.refund_of is None else rows.refund_of
    notes = {
        LINE: pa.array(rows.lines, pa.int64()),
        KEY: pa.array(_keys(rows, compared=compared)),
        CENTS: pa.array(rows.cents),
        CURRENCY: texts(rows.currency),
        KNOWN: pa.array(rows.known),
        IDENTIFIED: pa.array(rows.identified),
        REFUND_OF: texts(refund_of),
        OWN: pa.array(rows.own),
    }
    whole = rows.frame
    for name, column in notes.items():
        whole = whole.append_column(name, column)
    return whole


def _keys(rows: Rows, *, compared: bool) -> np.ndarray:
    """A number by which a row may be another one again: equal rows have equal numbers; 0 is compared with none."""
    keys = np.zeros(len(rows.lines), np.uint64)
    name = IDENTIFIERS.get(rows.table, "")
    if name and rows.identified.any():
        named = np.array(rows.frame[name].to_pylist(), dtype=object)
        keys = pd.util.hash_array(named, categorize=False) | np.uint64(1)
    if compared and not rows.identified.all():
        content = np.full(len(rows.lines), 17, np.uint64)
        for column in rows.frame.column_names:
            if column not in (*NO_CONTENT, name):
                content = content * np.uint64(1000003) + _hashed(rows.frame[column].combine_chunks())
        return np.where(rows.identified, keys, content | np.uint64(1))
    return np.where(rows.identified, keys, np.uint64(0))


def _hashed(column: pa.Array) -> np.ndarray:
    if pa.types.is_dictionary(column.type):
        words = np.array([*column.dictionary.to_pylist(), ""], dtype=object)
        codes = column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
        return pd.util.hash_array(words, categorize=False)[codes]
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    values = column.cast(pa.float64() if pa.types.is_floating(column.type) else pa.int64(), safe=False)
    return pd.util.hash_array(values.fill_null(-1).to_numpy(zero_copy_only=False))


def _aside(rows: Rows, whole: pa.Table) -> pa.Table:
    """The quarantined rows and the records that could not be cut, by line."""
    places = np.array(sorted(row for row in rows.faults if rows.outcome[row] == QUARANTINED), np.int64)
    faults = [*(rows.faults[row] for row in places.tolist()), *rows.spoiled]
    columns = {
        "source_file": pa.array([fault.file for fault in faults], pa.string()),
        "source_line": pa.array([fault.line for fault in faults], pa.int64()),
        "column": pa.array([fault.column for fault in faults], pa.string()),
        "value": pa.array([fault.value for fault in faults], pa.string()),
        "reason": pa.array([fault.problem for fault in faults], pa.string()),
        "remedy": pa.array([fault.remedy for fault in faults], pa.string()),
    }
    notes = whole.select([CENTS, CURRENCY, KNOWN, REFUND_OF]).take(places)
    spoiled = len(rows.spoiled)
    identifier = IDENTIFIERS.get(rows.table)
    ids = whole[identifier].take(places).cast(pa.string()).to_pylist() if identifier else [None] * len(places)
    columns[LINE] = columns["source_line"]
    columns[ID] = pa.array([*ids, *[None] * spoiled], pa.string())
    for name, blank in ((CENTS, 0), (CURRENCY, None), (KNOWN, False), (REFUND_OF, None)):
        plain = pa.string() if name in (CURRENCY, REFUND_OF) else whole[name].type
        columns[name] = pa.array([*notes[name].cast(plain).to_pylist(), *[blank] * spoiled], plain)
    table = pa.table(columns)
    return table.take(np.argsort(table["source_line"].to_numpy(), kind="stable"))


def quarantine_schema() -> pa.Schema:
    """The types of the quarantine's columns as they are kept."""
    return pa.schema([(c.name, pa.int64() if c.kind == "whole" else pa.string()) for c in TABLES["quarantine"].columns])


def _save(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _load(path: Path, columns: Sequence[str] | None) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    return table if columns is None else table.select(columns)
