"""Weeks, giving years, winters and the calendar effects that every giving series carries.

A giving year runs from July to June, so that one winter lies whole inside it; a winter is named by both years,
"2020/21". The year-end peak (18 to 31 December) is the tax-year cliff of French giving: France générosités puts
22.5 % of a year's gifts in December alone (2019), so it is kept apart from winter itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

FEBRUARY_END = (2, 28)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the year from one month and day to another, both included; it may span the new year.

    An end of 28 February means the end of February, in leap years too.
    """

    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, dates: pd.DatetimeIndex) -> np.ndarray:
        """True for each date inside the window, in any year."""
        place = dates.month.to_numpy() * 100 + dates.day.to_numpy()
        first = self.first[0] * 100 + self.first[1]
        last = 229 if self.last == FEBRUARY_END else self.last[0] * 100 + self.last[1]
        if first <= last:
            return (place >= first) & (place <= last)
        return (place >= first) | (place <= last)

    def days(self) -> int:
        """How many days it has in a year that is no leap year."""
        return int(self.holds(pd.DatetimeIndex(pd.date_range("2021-01-01", "2021-12-31"))).sum())

    def __str__(self) -> str:
        return f"{self.first[0]:02d}-{self.first[1]:02d} to {self.last[0]:02d}-{self.last[1]:02d}"


WINTER = Window((12, 1), FEBRUARY_END)
AFTER_YEAR_END = Window((1, 1), FEBRUARY_END)
YEAR_END = Window((12, 18), (12, 31))
PAYDAY = 5


def monday(dates: pd.Series | pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The Monday of the week of each date."""
    index = pd.DatetimeIndex(dates).normalize()
    return (index - pd.to_timedelta(index.day_of_week, unit="D")).as_unit("us")


def month_start(days: pd.Series) -> pd.Series:
    """The first day of the month of each day."""
    return days.dt.to_period("M").dt.to_timestamp().dt.as_unit("us")


def weeks_between(first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """Every Monday from the week of `first` to the week of `last`."""
    return pd.date_range(monday(pd.DatetimeIndex([first]))[0], last, freq="W-MON", unit="us")


def share_of_days(weeks: pd.DatetimeIndex, window: Window) -> np.ndarray:
    """Share (0 to 1) of each week's seven days that lie in `window`."""
    return np.mean([window.holds(weeks + pd.Timedelta(days=day)) for day in range(7)], axis=0)


def calendar(weeks: pd.DatetimeIndex, *, winter: Window = WINTER, payday: int = PAYDAY) -> pd.DataFrame:
    """Calendar effects, one row a week: `winter_share`, `year_end_share` (0 to 1) and `payday` (0 or 1)."""
    has_payday = np.any([(weeks + pd.Timedelta(days=day)).day == payday for day in range(7)], axis=0)
    return pd.DataFrame(
        {
            "week": weeks,
            "winter_share": share_of_days(weeks, winter),
            "year_end_share": share_of_days(weeks, YEAR_END),
            "payday": has_payday.astype(float),
        }
    )


def giving_year(dates: pd.Series | pd.DatetimeIndex) -> pd.Series:
    """Label of the giving year (July to June) of each date, for example "2020/21"."""
    index = pd.DatetimeIndex(dates)
    start = np.where(index.month >= 7, index.year, index.year - 1)
    labels = [f"{year}/{(year + 1) % 100:02d}" for year in start]
    return pd.Series(labels, index=dates.index if isinstance(dates, pd.Series) else None, dtype="str")


def whole_winters(weekly: pd.DataFrame) -> list[str]:
    """Labels of the winters recorded from their first week to their last, earliest first.

    `weekly` needs `week` and `winter_share`. A winter is whole when weeks before and after it are in the table too.
    """
    inside = weekly["winter_share"].to_numpy() > 0
    years = giving_year(weekly["week"])
    whole = []
    for label in dict.fromkeys(years[inside]):
        places = np.flatnonzero(inside & (years == label).to_numpy())
        if places[0] > 0 and places[-1] < len(weekly) - 1:
            whole.append(label)
    return whole
