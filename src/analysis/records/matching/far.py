"""Days far from all others: a year typed wrong would stretch the recorded period by years without gifts.

There is no clock in the analysis, so a day is held against the other days of its table and against `records_from`
and `records_until`, never against today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.records.drafts import QUARANTINED
from analysis.records.storage.parts import Part, moved

DENSE = ("donations", "goods", "distributions")
"""Tables of many days; counts, appeals and events may lie years apart."""
FAR = 366
"""Days without any row that set a few rows apart."""
FEW, MANY_TIMES = 3, 20
"""So few rows are set apart, where the others are so many times as many."""
REASON = "is more than a year from every other day"
REMEDY = "Correct the year; if it is right, say how far your records go by records_from and records_until"
EPOCH = dt.date(1970, 1, 1)


def far_rows(parts: Sequence[Part], *, first: dt.date | None, last: dt.date | None) -> dict[int, pd.DataFrame]:
    """For each part by its number, the moves of accepted rows whose day is far from all others of their table.

    A day between `first` and `last`, the period in which the records are whole, is never far. A move has the columns
    of `matching.again`; its identifier is the day.
    """
    found: dict[int, pd.DataFrame] = {}
    for table in DENSE:
        numbers = [number for number, part in enumerate(parts) if part.table == table and part.rows]
        days = _far_days({number: parts[number] for number in numbers}, _since_epoch(first), _since_epoch(last))
        for number in numbers if len(days) else ():
            of_row = np.repeat(parts[number].day, parts[number].count)
            if len(rows := np.flatnonzero(np.isin(of_row, days))):
                day = [(EPOCH + dt.timedelta(int(day))).isoformat() for day in of_row[rows]]
                moves = moved(parts[number].load(), rows.tolist())
                found[number] = moves.assign(outcome=QUARANTINED, reason=REASON, other="", identifier=day)
    return found


def _far_days(parts: Mapping[int, Part], first: int | None, last: int | None) -> np.ndarray:
    """The days of a table's few rows that lie more than a year from all the others."""
    if not parts:
        return np.zeros(0, np.int64)
    day, places = np.unique(np.concatenate([part.day for part in parts.values()]), return_inverse=True)
    rows = np.bincount(places, weights=np.concatenate([part.count for part in parts.values()]))
    group = np.cumsum(np.diff(day, prepend=day[0]) > FAR)
    size = np.bincount(group, weights=rows)
    main = int(size.argmax())
    apart = (size <= FEW) & (size * MANY_TIMES < size[main])
    later, earlier = group > main, group < main
    vouched = (later & (last is not None) & (day <= (last or 0))) | (
        earlier & (first is not None) & (day >= (first or 0))
    )
    return day[apart[group] & ~vouched]


def _since_epoch(day: dt.date | None) -> int | None:
    return None if day is None else (day - EPOCH).days
