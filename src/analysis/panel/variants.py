"""The weekly panel made otherwise: of other gifts, by months, by parts, by quantities of an item."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.panel.weekly import goods_weeks, recorded_period, weekly_giving
from analysis.seasons import YEAR_END, monday
from analysis.tables import Tables, empty_table

LARGEST_GIFTS = 10
FIRST_MONTHS = 12
"""For so long after the first recorded gift nobody is called new: those who gave before are not known yet."""

REGULAR, ONE_OFF = "regular", "one_off"
NEW, KNOWN = "new_donors", "known_donors"


def without_largest_gifts(tables: Tables, dataset: Dataset, *, gifts: int = LARGEST_GIFTS) -> pd.DataFrame:
    """The `weekly` table of the same period without its largest gifts."""
    first, last = recorded_period(tables.donations, dataset)
    inside = tables.donations[tables.donations["received_on"].between(first, last)]
    return _weekly_of(tables.donations.drop(index=inside["amount"].nlargest(gifts).index), tables, dataset)


def one_off_gifts(tables: Tables, dataset: Dataset) -> pd.DataFrame | None:
    """The `weekly` table of the same period without gifts that are known to be regular; None where none is."""
    regular = _is_regular(tables.donations)
    return _weekly_of(tables.donations[~regular], tables, dataset) if regular.any() else None


def monthly_giving(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """One row a calendar month that is recorded from first day to last, with the columns of the mean model.

    `week` is the month's first day, `days` its length, `amount` its total; winter_share and year_end_share are shares
    of its days, payday is 1.
    """
    first, last = recorded_period(tables.donations, dataset)
    every = pd.DatetimeIndex(pd.date_range(first, last, freq="D", unit="us"))
    days = pd.DataFrame(
        {
            "week": every.to_period("M").to_timestamp().as_unit("us"),
            "winter_share": dataset.winter.holds(every).astype(float),
            "year_end_share": YEAR_END.holds(every).astype(float),
            "amount": tables.donations.groupby("received_on")["amount"].sum().reindex(every, fill_value=0.0).to_numpy(),
            "days": 1,
        }
    )
    months = days.groupby("week", as_index=False).agg(
        {"winter_share": "mean", "year_end_share": "mean", "amount": "sum", "days": "sum"}
    )
    whole = months["days"] == months["week"].dt.days_in_month
    return months[whole].assign(payday=1.0, complete=True).reset_index(drop=True)


def with_regular(weekly: pd.DataFrame, tables: Tables) -> tuple[pd.DataFrame, dict[str, str]]:
    """`weekly` with giving in two parts, regular and one-off, and the column of each; no part where none is regular."""
    regular = _is_regular(tables.donations)
    parts = pd.Series(np.where(regular, REGULAR, ONE_OFF), index=tables.donations.index)
    return _with_parts(weekly, tables.donations, parts) if regular.any() else (weekly, {})


def with_channels(weekly: pd.DataFrame, tables: Tables, *, rest: frozenset[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """`weekly` with giving by channel, those of `rest` taken together as "rest", and the column of each."""
    channels = tables.donations["channel"].astype(object)
    return _with_parts(weekly, tables.donations, channels.where(~channels.isin(rest), "rest"))


def new_or_known(donations: pd.DataFrame) -> pd.Series:
    """Whose each gift is, by its row: `NEW`, `KNOWN` or "no_donor".

    A gift is a new donor's on the day of the donor's first recorded gift, and a known donor's on every later day.
    """
    received = donations[(donations["status"] == "received") & donations["donor"].notna()]
    firsts = received.groupby("donor")["received_on"].transform("min")
    on_first = donations["received_on"] <= firsts.reindex(donations.index)
    who = np.where(on_first, NEW, KNOWN)
    return pd.Series(np.where(donations["donor"].isna(), "no_donor", who), index=donations.index)


def with_new_and_known(weekly: pd.DataFrame, donations: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """`weekly` with giving in the parts of `new_or_known`, and the column of each.

    In the first twelve months of the records everybody would be new, so their weeks are left out. No weeks where
    nothing came after these.
    """
    late = _after_first_months(weekly, donations)
    known = late["amount"].any()
    return _with_parts(late, donations, new_or_known(donations)) if known else (late.iloc[:0], {})


def weeks_of_part(tables: Tables, dataset: Dataset, part: str) -> pd.DataFrame:
    """The `weekly` table of the gifts of one part of `new_or_known` alone, over the weeks of `with_new_and_known`.

    People in need are left out.
    """
    own = tables.donations[new_or_known(tables.donations) == part]
    without_people = replace(tables, headcounts=empty_table("headcounts"))
    return _after_first_months(_weekly_of(own, without_people, dataset), tables.donations)


def _after_first_months(weekly: pd.DataFrame, donations: pd.DataFrame) -> pd.DataFrame:
    known_from = donations["received_on"].min() + pd.DateOffset(months=FIRST_MONTHS)
    return weekly[weekly["week"] >= known_from].reset_index(drop=True)


def with_quantity(weekly: pd.DataFrame, goods: pd.DataFrame, item: str) -> pd.DataFrame:
    """`weekly` with a column that bears the item's name: the units delivered each week that goods were noted in."""
    delivered = goods[(goods["status"] == "delivered") & (goods["item"] == item)]
    units = delivered["quantity"].groupby(monday(delivered["received_on"])).sum()
    noted = units.reindex(goods_weeks(goods), fill_value=0.0)
    return weekly.assign(**{item: noted.reindex(weekly["week"]).to_numpy()})


def _weekly_of(donations: pd.DataFrame, tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """The `weekly` table of these donations over the period of all of them."""
    first, last = recorded_period(tables.donations, dataset)
    fixed = replace(dataset, records_from=first.date(), records_until=last.date())
    return weekly_giving(replace(tables, donations=donations), fixed)


def _is_regular(donations: pd.DataFrame) -> pd.Series:
    return donations["regular"].fillna(False).astype(bool)


def _with_parts(weekly: pd.DataFrame, donations: pd.DataFrame, parts: pd.Series) -> tuple[pd.DataFrame, dict[str, str]]:
    """A column of weekly amounts for each part that brought anything; what rounding leaves goes to the largest."""
    by_week = donations.assign(week=monday(donations["received_on"]), part=parts.to_numpy())
    sums = by_week.pivot_table(index="week", columns="part", values="amount", aggfunc="sum", fill_value=0.0)
    sums = sums.reindex(weekly["week"], fill_value=0.0)
    sums = sums[[part for part in sums.columns if sums[part].any()]]
    largest = sums.sum().idxmax()
    sums[largest] = weekly["amount"].to_numpy() - sums.drop(columns=largest).sum(axis=1)
    columns = {part: f"part_{part}" for part in sums.columns}
    return weekly.assign(**{columns[part]: sums[part].to_numpy() for part in sums.columns}), columns
