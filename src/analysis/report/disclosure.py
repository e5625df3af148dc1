"""What may leave the house: the one place where published tables are thinned.

A cell made of fewer than 10 gifts, or of which one gift is more than half, is hidden; when it is the only one in
its column, the smallest other cell goes too, since the total would give it back (UK LLC, Eurostat). Headcounts
leave by month, rounded to 50, and no later than last month.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

FEWEST = 10
DOMINANT_SHARE = 0.5
PEOPLE_ROUNDING = 50


def dominated(donations: pd.DataFrame, cell: pd.Series) -> pd.Series:
    """Whether one gift is more than half of the money of its cell, by the label that `cell` gives each donation."""
    received = donations["amount"].where(donations["status"] == "received")
    by_cell = received.groupby(cell)
    return (by_cell.max() > DOMINANT_SHARE * by_cell.sum()).rename("dominated")


def hide_small_cells(table: pd.DataFrame, *, count: str, values: list[str], also: pd.Series) -> pd.DataFrame:
    """`table` with `values` and `count` missing in small or dominated cells, and a column `hidden` that says where.

    A cell is small when its `count` is under 10, zero included (UK LLC). `also` marks further rows to hide.
    """
    hidden = (table[count] < FEWEST) | also.to_numpy()
    if hidden.sum() == 1 and len(table) > 1:
        hidden |= table.index == table.loc[~hidden, count].idxmin()
    cleared = {name: table[name].astype("float64").mask(hidden) for name in [*values, count]}
    return table.assign(**cleared, hidden=hidden)


def publishable_headcount(table: pd.DataFrame, *, today: dt.date) -> pd.DataFrame:
    """A monthly table (`month`, then numbers of people) rounded to 50, the current month and later left out."""
    this_month = pd.Timestamp(today).to_period("M").to_timestamp()
    past = table[table["month"] < this_month].reset_index(drop=True)
    people = [name for name in past.columns if name != "month"]
    return past.assign(**{name: rounded_people(past[name]) for name in people})


def rounded_people(people: pd.Series) -> pd.Series:
    """Numbers of people rounded to the nearest 50; fewer than 10 people are not shown."""
    return ((people / PEOPLE_ROUNDING).round() * PEOPLE_ROUNDING).mask(people < FEWEST)
