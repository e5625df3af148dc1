"""Everything the report says, computed once.

The panel, the results, and the table behind each chart as it may be published.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from analysis.charts.giving import giving_table, seasonal_profile
from analysis.charts.need import need_table
from analysis.dataset import Dataset
from analysis.models.results import EachWinter, PerPerson, RawChange, TooThin, WinterDrop
from analysis.models.winter import fit_each_winter, fit_per_person, fit_winter_drop, raw_winter_change
from analysis.panel.headcount import one_source
from analysis.panel.weekly import recorded_period, weekly_giving
from analysis.report.context import Context
from analysis.report.disclosure import dominated, hide_small_cells, publishable_headcount
from analysis.seasons import giving_year, monday
from analysis.tables import Tables

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings:
    """One dataset's results; what the records cannot carry is a TooThin, whose sentence takes its place.

    `giving`, `need` and `profile` are chart tables after disclosure control; `need` is None without headcounts;
    `context` holds published figures to show beside them.
    """

    dataset: Dataset
    tables: Tables
    today: dt.date
    first_day: dt.date
    last_day: dt.date
    weekly: pd.DataFrame
    counts: pd.DataFrame
    raw: RawChange | TooThin
    drop: WinterDrop | TooThin
    each: EachWinter | TooThin
    per_person: PerPerson | TooThin
    giving: pd.DataFrame
    need: pd.DataFrame | None
    profile: pd.DataFrame
    context: Context | None
    band_level: float = 0.95

    @property
    def window(self) -> str:
        """The recorded period as an ISO interval, "2017-04-01/2021-03-31"."""
        return f"{self.first_day}/{self.last_day}"

    @property
    def gifts(self) -> pd.DataFrame:
        """The donations of the recorded period."""
        days = self.tables.donations["received_on"]
        return self.tables.donations[days.between(pd.Timestamp(self.first_day), pd.Timestamp(self.last_day))]


def make_findings(dataset: Dataset, tables: Tables, *, today: dt.date, context: Context | None = None) -> Findings:
    """The findings of a built dataset as they may be published on the day `today`.

    Raises DataError when the dataset holds no donation.
    """
    weekly = weekly_giving(tables, dataset)
    first, last = recorded_period(tables.donations, dataset)
    counts = one_source(tables.headcounts)
    appeals = tables.appeals if len(tables.appeals) else None
    return Findings(
        dataset=dataset,
        tables=tables,
        today=today,
        first_day=first.date(),
        last_day=last.date(),
        weekly=weekly,
        counts=counts,
        raw=_or_too_thin(lambda: raw_winter_change(weekly)),
        drop=_or_too_thin(lambda: fit_winter_drop(weekly, appeals=appeals, level=dataset.level)),
        each=_or_too_thin(lambda: fit_each_winter(weekly, appeals=appeals, level=dataset.level)),
        per_person=_or_too_thin(lambda: fit_per_person(weekly, counts, appeals=appeals, level=dataset.level)),
        giving=_published_giving(weekly, tables.donations),
        need=publishable_headcount(need_table(weekly, counts), today=today) if len(counts) else None,
        profile=_published_profile(weekly, tables.donations),
        context=context,
    )


def _or_too_thin(fit: Callable[[], Result]) -> Result | TooThin:
    try:
        return fit()
    except TooThin as reason:
        return reason


def _published_giving(weekly: pd.DataFrame, donations: pd.DataFrame) -> pd.DataFrame:
    table = giving_table(weekly)
    by_one = dominated(donations, pd.Series(monday(donations["received_on"]), index=donations.index))
    return hide_small_cells(
        table, count="donations", values=["amount"], also=table["week"].map(by_one).fillna(False).astype(bool)
    )


def _published_profile(weekly: pd.DataFrame, donations: pd.DataFrame) -> pd.DataFrame:
    table = seasonal_profile(weekly)
    thursday = pd.Series(monday(donations["received_on"]) + pd.Timedelta(days=3), index=donations.index)
    by_one = dominated(donations, giving_year(thursday) + " " + thursday.dt.month.astype("str"))
    cell = table["giving_year"] + " " + table["month"].astype("str")
    return hide_small_cells(
        table, count="donations", values=["amount"], also=cell.map(by_one).fillna(False).astype(bool)
    )
