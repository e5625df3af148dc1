"""Rows that were read twice: an identifier again, equal rows in overlapping exports, refunds and gifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.faults import Fault
from analysis.records.cells import ACCEPTED, DUPLICATE, EXCLUDED, IDENTIFIERS, PAYOUT, QUARANTINED, Rows

NO_CONTENT = ("source_file", "source_line")
KNOWN_BY = {"donations": ["donation_id", "status"], "goods": ["goods_id", "item", "product", "status"]}
"""By what a row is known again, beside its identifier: a gift and its refund may share one."""
CONFLICT = "this identifier stands for two rows that differ"
PAYOUT_DELAY = pd.Timedelta(days=62)
"""A platform pays out at most this long after a gift: HelloAsso and the others pay monthly or sooner."""
WITHOUT_ROWS = " without its rows: the gross is unknown"
CONFLICT_REMEDY = "Keep one of the two rows in a copy of the files; the other stands in {other}"


def matched(files: Sequence[Rows]) -> list[Rows]:
    """The files' rows with duplicates and contradictions marked; files of one source are compared in order.

    A row with an identifier read before is a duplicate when its content is the same; with other content all
    rows of that identifier are quarantined. A row without one is a duplicate when an earlier file of the same
    source has it too; equal rows within a file are real, and so is a later file's surplus of them.
    """
    done = _payouts_resolved(_refunds_resolved(list(files)))
    for source, table in dict.fromkeys((rows.source, rows.table) for rows in done):
        places = [place for place, rows in enumerate(done) if (rows.source, rows.table) == (source, table)]
        joined = _joined([done[place] for place in places])
        if joined["identified"].any() or len(places) > 1:
            marks = _marks(joined, table)
            for number, place in enumerate(places):
                done[place] = _marked(done[place], marks[marks["file"] == number])
    return done


def _refunds_resolved(files: list[Rows]) -> list[Rows]:
    """Money that went back to a gift of the same source stays; what refers to no gift is an expense."""
    resolved = []
    for rows in files:
        if not (rows.refund_of != "").any():
            resolved.append(rows)
            continue
        gifts: set[str] = set()
        for other in files:
            if other.source == rows.source:
                counted = (other.refund_of == "") & (other.outcome != EXCLUDED)
                gifts |= set(other.frame["donation_id"].to_numpy()[counted])
        lost = (rows.refund_of != "") & (rows.outcome != EXCLUDED) & ~np.isin(rows.refund_of, list(gifts))
        kept_faults = {row: fault for row, fault in rows.faults.items() if not lost[row]}
        resolved.append(
            replace(
                rows,
                outcome=np.where(lost, EXCLUDED, rows.outcome),
                reason=np.where(lost, "payout or expense", rows.reason),
                faults=kept_faults,
            )
        )
    return resolved


def _payouts_resolved(files: list[Rows]) -> list[Rows]:
    """Payouts on a bank statement whose platform has no gifts of that time here get a reason that says so."""
    resolved = []
    for rows in files:
        platforms = {reason.removeprefix(PAYOUT) for reason in set(rows.reason) if str(reason).startswith(PAYOUT)}
        reason = rows.reason.copy()
        for platform in platforms:
            days = rows.frame["received_on"]
            first, last = _known_period([other for other in files if other is not rows], platform)
            covered = (days >= first) & (days <= last + PAYOUT_DELAY)
            reason[(rows.reason == PAYOUT + platform) & ~covered.to_numpy()] = PAYOUT + platform + WITHOUT_ROWS
        resolved.append(replace(rows, reason=reason) if platforms else rows)
    return resolved


def _known_period(files: Sequence[Rows], platform: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the platform's own gifts, by their channel, their source or the file's name."""
    days = [
        rows.frame.loc[
            (rows.outcome == ACCEPTED)
            & ((rows.frame["channel"] == platform) | (rows.source == platform) | (platform in rows.file.casefold())),
            "received_on",
        ]
        for rows in files
        if rows.table == "donations"
    ]
    joined = pd.concat(days) if days else pd.Series(dtype="datetime64[us]")
    return (joined.min(), joined.max()) if len(joined) else (pd.Timestamp.max, pd.Timestamp.min)


def _joined(files: Sequence[Rows]) -> pd.DataFrame:
    """The accepted rows of several files, one after the other, with the file's number and the row's place."""
    parts = []
    for number, rows in enumerate(files):
        kept = np.flatnonzero(rows.outcome == ACCEPTED)
        part = rows.frame.iloc[kept]
        where = np.array([f"{rows.file} line {line}" for line in rows.lines[kept]], dtype=object)
        parts.append(part.assign(file=number, row=kept, identified=rows.identified[kept], where=where))
    return pd.concat(parts, ignore_index=True)


def _marks(joined: pd.DataFrame, table: str) -> pd.DataFrame:
    """The rows of `joined` that do not stay, with outcome, reason and the place of the row they repeat."""
    identifier = IDENTIFIERS.get(table, "")
    content = [name for name in joined.columns if name not in (*NO_CONTENT, "file", "row", "identified", "where")]
    named, nameless = joined[joined["identified"]], joined[~joined["identified"]]
    unnamed_content = [name for name in content if name != identifier]
    marks = [_again_by_content(nameless, unnamed_content)]
    if len(named):
        marks.append(_again_by_identifier(named, KNOWN_BY.get(table, [identifier]), content))
    if table == "goods":
        marks.append(_orders_delivered(named))
    return pd.concat(marks).drop_duplicates(["file", "row"])


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


def _mark(rows: pd.DataFrame, outcome: str, reason: str) -> pd.DataFrame:
    other = rows["other"] if "other" in rows.columns else ""
    return pd.DataFrame(
        {"file": rows["file"], "row": rows["row"], "outcome": outcome, "reason": reason, "other": other}
    )


def _marked(rows: Rows, marks: pd.DataFrame) -> Rows:
    """`rows` with the outcomes of `marks`; a contradiction becomes a fault."""
    places = marks["row"].to_numpy(dtype=np.intp)
    outcome, reason = rows.outcome.copy(), rows.reason.copy()
    outcome[places], reason[places] = marks["outcome"].to_numpy(), marks["reason"].to_numpy()
    conflicts = marks[marks["outcome"] == QUARANTINED]
    faults = {
        int(row): _conflict(rows, int(row), other)
        for row, other in zip(conflicts["row"], conflicts["other"], strict=True)
    }
    reason[list(faults)] = ""
    return replace(rows, outcome=outcome, reason=reason, faults={**rows.faults, **faults})


def _conflict(rows: Rows, row: int, other: str) -> Fault:
    name = IDENTIFIERS[rows.table]
    line = int(rows.lines[row])
    return Fault(rows.file, line, name, str(rows.frame[name].iloc[row]), CONFLICT, CONFLICT_REMEDY.format(other=other))
