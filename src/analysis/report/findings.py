"""Everything the report says, computed once.

The panel, the results, and the table behind each chart as it may be published.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from analysis.charts.need import need_table, with_other_counts
from analysis.dataset import Dataset
from analysis.faults import DataError, Fault
from analysis.models.results import EachWinter, PerPerson, RawChange, TooThin, WinterDrop
from analysis.models.winter import fit_each_winter, fit_per_person, fit_winter_drop, raw_winter_change
from analysis.panel.sources import one_source, other_sources
from analysis.panel.weekly import recorded_period, weekly_giving
from analysis.report.aid import Aid, make_aid
from analysis.report.appeal import Appeals, make_appeals
from analysis.report.context import Context
from analysis.report.disclosure import FEWEST, publishable_headcount, unsafe
from analysis.report.donors import Donors, make_donors
from analysis.report.earlier import as_told, weeks_told
from analysis.report.earlier import load_earlier as load_earlier  # for notebooks, which begin here
from analysis.report.giving_disclosure import publishable_giving
from analysis.report.robustness import Robustness, known_appeals, make_robustness, or_too_thin
from analysis.report.testimonies import Testimonies, make_testimonies
from analysis.seasons import share_of_days
from analysis.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings:
    """One dataset's results; what the records cannot carry is a TooThin, whose sentence takes its place.

    `drop` is that of the winter window, `second` that of the dataset's second window, `robustness` what supports or
    limits it, `aid` what people got, `appeals` what the appeals brought, `testimonies` what became of those posted
    under products (None without any), `donors` who gives and who comes back.

    `counts` are those of the source that is used, `other_counts` those of each other one.

    `giving`, `need` and `profile` are chart tables after disclosure control; `need` is None without headcounts;
    `context` holds published figures to show beside them; `waiting` says that some gifts wait for a later report.
    """

    dataset: Dataset
    tables: Tables
    today: dt.date
    first_day: dt.date
    last_day: dt.date
    weekly: pd.DataFrame
    counts: pd.DataFrame
    other_counts: tuple[pd.DataFrame, ...]
    raw: RawChange | TooThin
    drop: WinterDrop | TooThin
    second: WinterDrop | TooThin
    each: EachWinter | TooThin
    per_person: PerPerson | TooThin
    robustness: Robustness
    aid: Aid
    appeals: Appeals
    testimonies: Testimonies | None
    donors: Donors
    giving: pd.DataFrame
    need: pd.DataFrame | None
    profile: pd.DataFrame
    context: Context | None
    waiting: bool

    @property
    def window(self) -> str:
        """The recorded period as an ISO interval, "2017-04-01/2021-03-31"."""
        return f"{self.first_day}/{self.last_day}"

    @property
    def tables_beside(self) -> dict[str, pd.DataFrame]:
        """The published tables that leave beside those of the charts, by name."""
        parts = (self.aid, self.appeals, self.testimonies, self.donors)
        return {name: table for part in parts if part is not None for name, table in part.tables.items()}

    @property
    def gifts(self) -> pd.DataFrame:
        """The donations of the recorded period."""
        days = self.tables.donations["received_on"]
        return self.tables.donations[days.between(pd.Timestamp(self.first_day), pd.Timestamp(self.last_day))]


def make_findings(
    dataset: Dataset,
    tables: Tables,
    *,
    today: dt.date,
    context: Context | None = None,
    earlier: pd.DataFrame | None = None,
) -> Findings:
    """The findings of a built dataset as they may be published on the day `today`, after the `earlier` report.

    Raises DataError when the dataset holds no donation, or gifts of fewer than ten people: any total would be theirs.
    """
    given, tables = tables, as_told(tables, earlier)
    weekly = weekly_giving(tables, dataset)
    _check_enough_donors(tables.donations, dataset)
    after = weekly.assign(winter_share=share_of_days(pd.DatetimeIndex(weekly["week"]), dataset.second_window))
    first, last = recorded_period(tables.donations, dataset)
    counts = one_source(tables.headcounts, wanted=dataset.headcount_source)
    others = other_sources(tables.headcounts, counts)
    appeals = known_appeals(tables)
    told = make_appeals(weekly, tables, dataset)
    before = weeks_told(weekly["week"], tables.donations, earlier)
    giving, profile = publishable_giving(weekly, tables.donations, windows=told.windows, before=before)
    waiting = not given.donations.equals(tables.donations)
    raw = or_too_thin(raw_winter_change, weekly)
    drop = or_too_thin(fit_winter_drop, weekly, appeals=appeals, level=dataset.level)
    per_person = or_too_thin(fit_per_person, weekly, counts, appeals=appeals, level=dataset.level)
    return Findings(
        dataset=dataset,
        tables=tables,
        today=today,
        first_day=first.date(),
        last_day=last.date(),
        weekly=weekly,
        counts=counts,
        other_counts=tuple(others),
        raw=raw,
        drop=drop,
        second=or_too_thin(fit_winter_drop, after, appeals=appeals, level=dataset.level),
        each=or_too_thin(fit_each_winter, weekly, appeals=appeals, level=dataset.level),
        per_person=per_person,
        robustness=make_robustness(weekly, tables, dataset, others=others),
        aid=make_aid(weekly, tables, dataset, drop=drop, raw=raw, per_person=per_person, until=last, today=today),
        appeals=told,
        testimonies=make_testimonies(tables, until=last, level=dataset.level),
        donors=make_donors(weekly, tables, dataset),
        giving=giving,
        need=_published_need(weekly, counts, others, today) if len(counts) else None,
        profile=profile,
        context=context,
        waiting=waiting,
    )


def _check_enough_donors(donations: pd.DataFrame, dataset: Dataset) -> None:
    if bool(unsafe(donations, pd.Series("all", index=donations.index)).all()):
        problem = f"its gifts come from fewer than {FEWEST} people, or one of them gave more than half"
        remedy = "Nothing is published, since any total would be theirs; add the other exports"
        raise DataError([Fault(str(dataset.folder), 0, "", "", problem, remedy)])


def _published_need(
    weekly: pd.DataFrame, counts: pd.DataFrame, others: list[pd.DataFrame], today: dt.date
) -> pd.DataFrame:
    """People in need a month, with the other sources' counts beside the source that is used."""
    table = with_other_counts(need_table(weekly, counts), others, areas=counts["area"].nunique())
    return publishable_headcount(table, today=today)
