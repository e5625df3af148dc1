"""Rationing by month and by week: how often goods ran short, beside what was given and how many people needed it.

A line of `distributions` is one item handed out at one place and day. It is rationed where its record says so, and
unknown where its record does not say: people refused prove a shortage, but nothing proves that there was none, so a
month told by its refusals alone would seem to ration always. Its refusals have a share of their own.
"""

from __future__ import annotations

import pandas as pd

from analysis.dataset import Dataset
from analysis.panel.variants import monthly_giving
from analysis.panel.weekly import recorded_period, weekly_giving
from analysis.seasons import monday, month_start
from analysis.tables import Tables

GOODS_WEEKS = 8
"""Goods of so many weeks, the last one included, are set against a week's rationing: what came lasts a while."""

THURSDAY = pd.Timedelta(days=3)
"""A week belongs to the month of its Thursday (ISO 8601's rule for years)."""


def monthly_rationing(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """Rationing, giving, goods and people, one row a calendar month that is recorded from first day to last.

    `month` is its first day; `lines` are those that say whether they were rationed, `rationed` those that were, and
    `rationed_share` their share (missing without lines). `asking` and `refused` are people over the lines that know
    both, `refused_share` is refused / asking; all three are missing where no line does. `served_less` are the people
    served on rationed lines, missing where one of them does not say it or no line says whether it was rationed.
    `amount` is the month's giving, `goods_value` the value of the goods delivered (missing where a line does not say
    it, and in months before the first line about goods or after the last), both in the reporting currency; `people`
    is the mean of the weekly headcount (missing where nobody counted) and `goods_per_person` goods_value / people.
    Facilities (norms of kind "ratio") are not handed out and do not count. Raises DataError without any donation.
    """
    giving = monthly_giving(tables, dataset)
    months = pd.DatetimeIndex(giving["week"])
    lines = _handed_out(tables.distributions, dataset).assign(month=lambda t: month_start(t["distributed_on"]))
    counted = _rationed_lines(lines, "month").reindex(months, fill_value=0)
    table = counted.join(_refusals(lines)).assign(
        rationed_share=lambda t: _share(t["rationed"], t["lines"]),
        refused_share=lambda t: _share(t["refused"], t["asking"]),
        served_less=lambda t: _served_less(lines).reindex(months, fill_value=0).where(t["lines"] > 0),
        amount=giving["amount"].round(2).to_numpy(),
        goods_value=_monthly_goods(tables.goods, months),
        people=_monthly_people(weekly_giving(tables, dataset), months),
        goods_per_person=lambda t: t["goods_value"] / t["people"],
    )
    return table.rename_axis("month").reset_index()[list(MONTHLY)]


MONTHLY = (
    "month", "lines", "rationed", "rationed_share", "asking", "refused", "refused_share", "served_less",
    "amount", "goods_value", "people", "goods_per_person",
)  # fmt: skip


def weekly_rationing(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """Rationing, goods and people, one row a week of the recorded period.

    `week`, `lines` and `rationed` as in `monthly_rationing`, `goods_value` (value of the goods delivered in the eight
    weeks that end with it; missing where one of them is not known whole), `people` (the week's headcount),
    `winter_share` and `complete`, as in the `weekly` table. Raises DataError without any donation.
    """
    weekly = weekly_giving(tables, dataset)
    weeks = pd.DatetimeIndex(weekly["week"])
    first, last = recorded_period(tables.donations, dataset)
    lines = _handed_out(tables.distributions, dataset).query("@first <= distributed_on <= @last")
    counted = _rationed_lines(lines.assign(week=monday(lines["distributed_on"])), "week").reindex(weeks, fill_value=0)
    goods = weekly["goods_value"].where(weekly["complete"].astype(bool))
    return pd.DataFrame(
        {
            "week": weeks,
            "lines": counted["lines"].array,
            "rationed": counted["rationed"].array,
            "goods_value": goods.rolling(GOODS_WEEKS).sum().round(2).to_numpy(),
            "people": weekly["people"].to_numpy(),
            "winter_share": weekly["winter_share"].to_numpy(),
            "complete": weekly["complete"].array,
        }
    )


def _handed_out(distributions: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Lines of items that are handed out; facilities, counted in people a facility, stay where they are."""
    return distributions[~distributions["item"].isin(dataset.facilities)]


def _rationed_lines(lines: pd.DataFrame, period: str) -> pd.DataFrame:
    """`lines` that say whether they were rationed and `rationed` ones, one row a `period` that has lines."""
    counted = lines.groupby(period)["rationed"].agg(["count", "sum"]).astype("Int64")
    return counted.rename(columns={"count": "lines", "sum": "rationed"})


def _refusals(lines: pd.DataFrame) -> pd.DataFrame:
    """People `asking` and `refused`, one row a month with lines that know both."""
    told = lines[lines["people_asking"].notna() & lines["people_refused"].notna()]
    return told.groupby("month").agg(asking=("people_asking", "sum"), refused=("people_refused", "sum"))


def _served_less(lines: pd.DataFrame) -> pd.Series:
    """People served on rationed lines, one value a month that has some; missing where one of them does not say."""
    served = lines[lines["rationed"].fillna(False)].groupby("month")["people_served"]
    return served.sum().where(served.count() == served.size())


def _monthly_goods(goods: pd.DataFrame, months: pd.DatetimeIndex) -> pd.Series:
    """Value of the goods delivered in each of `months` that goods were noted in; missing where a line lacks it."""
    if goods.empty:
        return pd.Series(index=months, dtype="float64")
    delivered = goods[goods["status"] == "delivered"]
    value = delivered.assign(month=lambda t: month_start(t["received_on"])).groupby("month")["value"]
    whole = value.sum().where(value.count() == value.size()).round(2)
    first, last = month_start(goods["received_on"].agg(["min", "max"]))
    return whole.reindex(months, fill_value=0.0).where((months >= first) & (months <= last))


def _monthly_people(weekly: pd.DataFrame, months: pd.DatetimeIndex) -> pd.Series:
    """Mean of the weekly headcounts whose Thursday lies in the month."""
    return weekly.groupby(month_start(weekly["week"] + THURSDAY).to_numpy())["people"].mean().reindex(months)


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """`part` / `whole`, missing where the whole is zero or not known."""
    return (part / whole.where(whole > 0)).astype("float64")
