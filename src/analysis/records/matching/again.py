"""Rows that were read twice: an identifier again, equal rows in overlapping exports, refunds and gifts.

Numbers that equal rows share (see `parts`) say which rows may be another one again; only these are compared, some
at a time, cell by cell, so that memory stays small and no two different rows are taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.columns import TABLES
from analysis.records.drafts import DUPLICATE, EXCLUDED, IDENTIFIERS, QUARANTINED, RATES
from analysis.records.storage.parts import ID, IDENTIFIED, KEY, LINE, MOVED, REFUND_OF, Part, moved

NO_CONTENT = ("source_file", "source_line")
KNOWN_BY = {"donations": ["donation_id", "status"], "goods": ["goods_id", "item", "product", "status"]}
"""By what a row is known again, beside its identifier: a gift and its refund may share one."""
CONFLICT = "this identifier stands for two rows that differ"
NO_GIFT = "payout or expense"
AT_ONCE = 400_000
"""Rows compared at a time."""


@dataclass(frozen=True, slots=True)
class Matches:
    """For each part by its number: accepted rows that move, rows set aside that do, and new identifiers.

    What moves is a table: row (its place in the part), outcome, reason, other (where the row it contradicts
    stands), identifier, line, cents, currency, known.
    """

    moves: dict[int, list[pd.DataFrame]] = field(default_factory=dict)
    aside: dict[int, list[pd.DataFrame]] = field(default_factory=dict)
    names: dict[int, list[pd.DataFrame]] = field(default_factory=dict)


def matched(parts: Sequence[Part], far: Mapping[int, pd.DataFrame]) -> Matches:
    """What becomes of rows that were read before; parts of one source are compared in order.

    `far` are the moves of rows that are set aside already, and compared with none.

    A row with an identifier read before is a duplicate when its content is the same; with other content all
    rows of that identifier are quarantined. A row without one is a duplicate when an earlier file of the same
    source has it too; equal rows within a file are real, and so is a later file's surplus of them.
    """
    found = Matches(moves={number: [moves] for number, moves in far.items()})
    for source in dict.fromkeys(part.source for part in parts if part.refunds):
        _refunds(parts, [n for n, part in enumerate(parts) if part.source == source], found)
    for table in dict.fromkeys(part.table for part in parts):
        numbers = [n for n, part in enumerate(parts) if part.table == table and part.rows]
        gone = {n: np.concatenate([m["row"] for m in found.moves[n]]) for n in numbers if n in found.moves}
        for candidates in _candidates(parts, numbers, gone):
            _compare(candidates, table, found)
    return found


def _refunds(parts: Sequence[Part], numbers: Sequence[int], found: Matches) -> None:
    """Money that went back to a gift of the same source stays; what refers to no gift is an expense."""
    wanted: set[str] = set()
    for number in numbers:
        for refunds in (parts[number].load([REFUND_OF]), parts[number].load_aside().select([REFUND_OF])):
            wanted |= set(refunds[REFUND_OF].unique().to_pylist()) - {None}
    gifts: set[str] = set()
    for number in numbers:
        for rows, name in ((parts[number].load(), "donation_id"), (parts[number].load_aside(), ID)):
            names = rows.filter(rows[REFUND_OF].is_null())[name].cast(pa.string())
            gifts |= wanted & set(names.to_pylist()) if wanted else set()
    for number in numbers:
        for rows, into in ((parts[number].load(), found.moves), (parts[number].load_aside(), found.aside)):
            lost = [row for row, ref in enumerate(rows[REFUND_OF].to_pylist()) if ref is not None and ref not in gifts]
            if lost:
                moves = moved(rows, lost).assign(outcome=EXCLUDED, reason=NO_GIFT, other="", identifier="")
                into.setdefault(number, []).append(moves)


def _candidates(
    parts: Sequence[Part], numbers: Sequence[int], gone: Mapping[int, np.ndarray]
) -> Iterator[pd.DataFrame]:
    """The rows of one table that share a number with another row; rows of one number come together."""
    keys = {number: parts[number].load([KEY])[KEY].to_numpy() for number in numbers}
    again = np.sort(np.concatenate(list(keys.values()))) if keys else np.zeros(0, np.uint64)
    again = np.unique(again[1:][(again[1:] == again[:-1]) & (again[1:] != 0)])
    if not len(again):
        return
    places = {number: np.flatnonzero(_among(of, again)) for number, of in keys.items()}
    pieces = np.uint64(-(-sum(map(len, places.values())) // AT_ONCE))
    for piece in range(int(pieces)):
        frames = []
        for number, rows in places.items():
            chosen = rows[(keys[number][rows] >> np.uint64(8)) % pieces == piece]
            chosen = chosen[~np.isin(chosen, gone.get(number, ()))]
            if len(chosen):
                frames.append(_fetched(parts[number], number, chosen))
        if frames:
            joined = pd.concat(frames, ignore_index=True)
            order = np.lexsort((joined[LINE].to_numpy(), pd.factorize(joined["file"])[0]))
            yield joined.iloc[order].reset_index(drop=True)


def _among(keys: np.ndarray, again: np.ndarray) -> np.ndarray:
    places = np.searchsorted(again, keys)
    return again[np.minimum(places, len(again) - 1)] == keys


def _fetched(part: Part, number: int, rows: np.ndarray) -> pd.DataFrame:
    """Rows of a part as pandas, with the part's number, their place in it and where they stand."""
    table = part.load().take(rows)
    plain = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema]
    frame = table.cast(pa.schema(plain)).to_pandas(integer_object_nulls=True, date_as_object=False)
    where = [f"{part.file}:{line}" for line in frame[LINE].tolist()]
    return frame.assign(part=number, row=rows, source=part.source, file=part.file, where=where)


def _compare(rows: pd.DataFrame, table: str, found: Matches) -> None:
    """Note in `found` what becomes of candidates, and which of those that stay need a name of their own."""
    groups = [_marks(group.rename(columns={IDENTIFIED: "identified"}), table) for _, group in rows.groupby("source")]
    marks = pd.concat(groups)
    moved = rows.loc[marks.index, [*MOVED, "part", "row"]].rename(columns=MOVED).join(marks)
    conflict = moved["outcome"] == QUARANTINED
    names = rows.loc[marks.index, IDENTIFIERS[table]].astype("str") if table in IDENTIFIERS else ""
    moved = moved.assign(identifier=names, other=moved["other"].where(conflict, ""))
    moved["identifier"] = moved["identifier"].where(conflict, "")
    for number, group in moved.groupby("part"):
        found.moves.setdefault(int(str(number)), []).append(group)
    if table == "donations":
        kept = rows.drop(marks.index).sort_values(["received_on", "file", LINE], kind="stable")
        again = kept[kept["donation_id"].duplicated()]
        lines = again["file"].astype("str") + ":" + again[LINE].astype("str")
        named = again[["part", "row"]].assign(name=again["donation_id"].astype("str") + " (" + lines + ")")
        for number, group in named.groupby("part"):
            found.names.setdefault(int(str(number)), []).append(group)


def _marks(joined: pd.DataFrame, table: str) -> pd.DataFrame:
    """The rows of `joined` that do not stay, by its index: outcome, reason and where the row they repeat stands."""
    identifier = IDENTIFIERS.get(table, "")
    content = TABLES[table].names if table in TABLES else RATES.names
    content = [name for name in content if name not in NO_CONTENT]
    named, nameless = joined[joined["identified"]], joined[~joined["identified"]]
    unnamed_content = [name for name in content if name != identifier]
    marks = [_again_by_content(nameless, unnamed_content)]
    if len(named):
        marks.append(_again_by_identifier(named, KNOWN_BY.get(table, [identifier]), content))
    if table == "goods":
        marks.append(_orders_delivered(named))
    marked = pd.concat(marks)
    return marked[~marked.index.duplicated()]


def _again_by_identifier(rows: pd.DataFrame, known_by: list[str], content: list[str]) -> pd.DataFrame:
    again = rows[rows.duplicated(known_by, keep=False)]
    if again.empty:
        return _mark(again, DUPLICATE, "")
    groups = [*(again[name] for name in known_by)]
    contents = again.groupby(content, dropna=False, sort=False).ngroup()
    conflict = contents.groupby(groups, dropna=False, sort=False).transform("nunique") > 1
    first = again.groupby(known_by, dropna=False, sort=False)["where"].transform("first")
    last = again.groupby(known_by, dropna=False, sort=False)["where"].transform("last")
    again = again.assign(other=first.where(first != again["where"], last))
    repeated = again[~conflict & again.duplicated(known_by)]
    return pd.concat([_mark(again[conflict], QUARANTINED, CONFLICT), _mark(repeated, DUPLICATE, "same identifier")])


def _again_by_content(rows: pd.DataFrame, content: list[str]) -> pd.DataFrame:
    """The n-th of equal rows in a file repeats the n-th of them in an earlier file."""
    if rows["file"].nunique() < 2:
        return _mark(rows.iloc[:0], DUPLICATE, "")
    group = rows.groupby(content, dropna=False, sort=False).ngroup()
    place = rows.assign(group=group).groupby(["file", "group"]).cumcount()
    again = pd.DataFrame({"group": group, "place": place}).duplicated()
    return _mark(rows[again], DUPLICATE, "same row in an overlapping file")


def _orders_delivered(rows: pd.DataFrame) -> pd.DataFrame:
    """Orders whose delivery is there as a row of its own."""
    line = ["goods_id", "item", "product"]
    delivered = rows.loc[rows["status"] == "delivered", line].drop_duplicates()
    ordered = rows[rows["status"] == "ordered"]
    found = ordered.merge(delivered, on=line, how="left", validate="many_to_one", indicator="both")["both"] == "both"
    return _mark(ordered[found.to_numpy()], DUPLICATE, "order since delivered")


def conflict_remedy(other: str) -> str:
    """What to do about a row whose identifier is also that of the row at `other`, a file and a line as "a.csv:12"."""
    file, _, line = other.rpartition(":")
    return f"Keep one of the two rows in a copy of the files; the other stands in {file} line {line}"


def _mark(rows: pd.DataFrame, outcome: str, reason: str) -> pd.DataFrame:
    other = rows["other"] if "other" in rows.columns else ""
    return pd.DataFrame({"outcome": outcome, "reason": reason, "other": other}, index=rows.index)
