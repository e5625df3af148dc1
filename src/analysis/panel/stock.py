"""What is in stock: counts, what came and went between them, and what neither explains.

A count is taken before the day's movements. Between two counts, opening stock + received - distributed - lost from
stock must give the next one; what is missing or too much is shown, never smoothed away. What an eviction takes from
people was handed out before: it adds to what they need, and leaves no stock.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.panel.coverage import from_people
from analysis.seasons import monday, weeks_between
from analysis.tables import Tables

USUAL_WEEKS = 13
"""Weeks over which the usual pace of distribution is taken."""

DECIMALS = 6
"""Beyond these, a difference of units is that of binary fractions."""

MOVEMENTS = {"received": 1, "distributed": -1, "lost": -1}


def stock_accounts(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """One row an item and time between two counts, in units.

    Columns: `item`, `counted_from`, `counted_until`, `opening`, `received`, `distributed`, `lost` (from stock),
    `expected` (what these give), `counted` and `unexplained` (counted - expected: negative where units are missing).
    Counts of an item on one day are added. Items whose records name several units are left out: see `mixed_units`.
    """
    moves = _movements(tables, dataset)
    rows: list[dict[str, object]] = []
    for item, counts in _counts(tables).items():
        own = moves[moves["item"] == item]
        for (first, opening), (last, counted) in zip(counts[:-1], counts[1:], strict=True):
            inside = own[(own["day"] >= first) & (own["day"] < last)]
            sums = {name: float(inside.loc[inside["movement"] == name, "quantity"].sum()) for name in MOVEMENTS}
            expected = round(opening + sum(sign * sums[name] for name, sign in MOVEMENTS.items()), DECIMALS)
            ends = {"item": item, "counted_from": first, "counted_until": last, "opening": opening}
            gap = round(counted - expected, DECIMALS)
            rows.append(ends | sums | {"expected": expected, "counted": counted, "unexplained": gap})
    columns = ["item", "counted_from", "counted_until", "opening", *MOVEMENTS, "expected", "counted", "unexplained"]
    return pd.DataFrame(rows, columns=columns)


def stock_levels(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """One row an item and week from its first count to the last movement: what must be in stock on Monday morning.

    Columns: `item`, `week`, `level` (the last count and what moved since), `counted` and `counted_on` (a count of that
    week and its day, else missing), `weeks_left` (level / units a week distributed in the 13 weeks before; missing
    where none were, or where the level is below zero). A level below zero says that a record is missing.
    """
    moves = _movements(tables, dataset)
    levels = [
        _levels(item, counts, moves[moves["item"] == item], moves["day"].max())
        for item, counts in _counts(tables).items()
    ]
    columns = ["item", "week", "level", "counted", "counted_on", "weeks_left"]
    return pd.concat(levels, ignore_index=True)[columns] if levels else pd.DataFrame(columns=columns)


def most_critical(levels: pd.DataFrame, *, items: int = 5) -> list[str]:
    """The items whose stock would be gone first at the usual pace, at the end of the records; soonest first."""
    last = levels.groupby("item", sort=False).tail(1).dropna(subset=["weeks_left"])
    return [str(item) for item in last.sort_values("weeks_left", kind="stable")["item"].head(items)]


def days_in_store(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """How long units lay in store, one row an item: `item`, `units`, `median_days`, `longest_days`.

    First in, first out; units whose arrival is not recorded (the opening stock) are left out.
    """
    moves = _movements(tables, dataset)
    counts = _counts(tables)
    rows = []
    for item, own in moves.groupby("item", sort=False):
        first, opening = counts.get(str(item), [(own["day"].min(), 0.0)])[0]
        days, units = _waited(own[own["day"] >= first], opening)
        if units.sum() > 0:
            order = np.argsort(days, kind="stable")
            middle = days[order][np.searchsorted(units[order].cumsum(), units.sum() / 2)]
            rows.append({"item": item, "units": units.sum(), "median_days": middle, "longest_days": days.max()})
    return pd.DataFrame(rows, columns=["item", "units", "median_days", "longest_days"])


def mixed_units(tables: Tables) -> list[str]:
    """Items whose records name more than one unit: sums of these would add boxes to pieces."""
    named = pd.concat([table[["item", "unit"]] for table in (tables.goods, tables.distributions, tables.stock)])
    units = named.dropna().assign(unit=lambda t: t["unit"].str.strip().str.casefold()).groupby("item")["unit"].nunique()
    return [str(item) for item in units.index[units > 1]]


def _movements(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """Every movement of stock: day, item, movement, quantity; in the order of days, arrivals first."""
    goods, losses = tables.goods[tables.goods["status"] == "delivered"], tables.losses
    parts = {
        "received": goods.rename(columns={"received_on": "day"}),
        "distributed": tables.distributions.rename(columns={"distributed_on": "day"}),
        "lost": losses[~from_people(losses, dataset)].rename(columns={"lost_on": "day"}),
    }
    moves = pd.concat([part[["day", "item", "quantity"]].assign(movement=name) for name, part in parts.items()])
    left_out = moves["item"].isin([*dataset.facilities, *mixed_units(tables)])
    return moves[~left_out].sort_values("day", kind="stable").reset_index(drop=True)


def _counts(tables: Tables) -> dict[str, list[tuple[pd.Timestamp, float]]]:
    """The counts of each item by day."""
    stock = tables.stock[~tables.stock["item"].isin(mixed_units(tables))]
    by_day = stock.groupby(["item", "counted_on"], sort=True)["quantity"].sum()
    return {
        str(item): list(zip(own.index.get_level_values(1), own.astype(float), strict=True))
        for item, own in by_day.groupby(level=0)
    }


def _levels(
    item: str, counts: list[tuple[pd.Timestamp, float]], moves: pd.DataFrame, last: pd.Timestamp
) -> pd.DataFrame:
    starts = pd.Series(dict(counts))
    weeks = weeks_between(starts.index[0], starts.index[-1] if pd.isna(last) else max(last, starts.index[-1]))
    signed = (moves["quantity"] * moves["movement"].map(MOVEMENTS).astype(float)).groupby(moves["day"]).sum()
    days = pd.date_range(starts.index[0], weeks[-1] + pd.Timedelta(days=6), unit="us")
    moved = signed.reindex(days, fill_value=0.0).cumsum().shift(fill_value=0.0)
    since = (starts - moved.reindex(starts.index)).reindex(days, method="ffill")
    level = (moved + since).reindex(weeks)
    gone = moves[moves["movement"] == "distributed"]
    by_week = gone["quantity"].groupby(monday(gone["day"])).sum().reindex(weeks, fill_value=0.0)
    pace = by_week.shift().rolling(USUAL_WEEKS).mean()
    counted = starts.rename_axis("counted_on").rename("counted").reset_index()
    counted = counted.groupby(monday(counted["counted_on"])).last().reindex(weeks)
    left = (level / pace.where(pace > 0)).where(level >= 0)
    table = pd.DataFrame({"week": weeks, "level": level, **counted, "weeks_left": left})
    return table.dropna(subset=["level"]).assign(item=item)


def _waited(moves: pd.DataFrame, opening: float) -> tuple[np.ndarray, np.ndarray]:
    """Days that units lay in store and how many did, in the order in which they left."""
    waiting: deque[list[float]] = deque([[np.nan, opening]])
    days: list[float] = []
    units: list[float] = []
    when = (moves["day"] - pd.Timestamp(0)).dt.days
    for day, movement, quantity in zip(when, moves["movement"], moves["quantity"], strict=True):
        if movement == "received":
            waiting.append([day, quantity])
            continue
        left = float(quantity)
        while left > 0 and waiting:
            taken = min(left, waiting[0][1])
            if movement == "distributed" and waiting[0][0] == waiting[0][0]:
                days.append(day - waiting[0][0])
                units.append(taken)
            waiting[0][1] -= taken
            left -= taken
            if waiting[0][1] <= 0:
                waiting.popleft()
    return np.array(days, dtype=float), np.array(units, dtype=float)
