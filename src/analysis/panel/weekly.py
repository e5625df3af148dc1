"""The weekly panel: giving, goods, people in need and the calendar, one row a week."""

from __future__ import annotations

import pandas as pd

from analysis.dataset import Dataset
from analysis.faults import DataError, Fault
from analysis.panel.headcount import FARTHEST_WEEKS, weekly_headcount
from analysis.panel.sources import one_source
from analysis.seasons import calendar, monday, weeks_between
from analysis.tables import Tables, as_table


def weekly_giving(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """The `weekly` table: every week from the first recorded day to the last, none left out.

    The recorded period is `records_from` to `records_until` of the dataset, else first gift to last; gifts outside
    it are left out. A week without gifts is 0; a week nobody counted has no people; a week that the period cuts is
    not `complete`. Refunds lower `amount` and are not counted as donations.

    Raises
    ------
    DataError
        The dataset holds no donation in the recorded period.
    """
    first, last = recorded_period(tables.donations, dataset)
    weeks = weeks_between(first, last)
    gifts = tables.donations.query("@first <= received_on <= @last").assign(week=lambda t: monday(t["received_on"]))
    panel = (
        calendar(weeks, winter=dataset.winter, payday=dataset.payday)
        .merge(_every_week(_giving(gifts), weeks), on="week", how="left", validate="one_to_one")
        .merge(_goods_value(tables.goods, first, last).reset_index(), on="week", how="left", validate="one_to_one")
        .merge(_people(tables.headcounts, weeks, dataset), on="week", how="left", validate="one_to_one")
        .assign(complete=(weeks >= first) & (weeks + pd.Timedelta(days=6) <= last))
    )
    return as_table(panel, "weekly")


def recorded_period(donations: pd.DataFrame, dataset: Dataset) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last recorded day: the dataset's own bounds, else the first and last gift.

    Raises DataError when no donation lies inside.
    """
    days = donations["received_on"]
    first = pd.Timestamp(dataset.records_from) if dataset.records_from else days.min()
    last = pd.Timestamp(dataset.records_until) if dataset.records_until else days.max()
    if not days.between(first, last).any():
        problem = f"the dataset '{dataset.name}' holds no donations"
        if not days.empty:
            problem = f"the dataset '{dataset.name}' holds no donations from {first:%d/%m/%Y} to {last:%d/%m/%Y}"
        remedy = (
            "Put at least one export of gifts of money (HelloAsso, PayPal, bank or your own spreadsheet) in "
            f"{dataset.folder} and build again"
        )
        raise DataError([Fault(str(dataset.folder), 0, "", "", problem, remedy)])
    return first.normalize(), last.normalize()


def _giving(gifts: pd.DataFrame) -> pd.DataFrame:
    """Giving in each week that has gifts; donors and regular_amount are missing where no gift of the week says them.

    A column that no gift at all can fill is absent.
    """
    received = gifts["status"] == "received"
    parts = gifts.assign(
        gift=received.astype(int),
        giver=gifts["donor"].where(received),
        regular_gift=gifts["amount"].where(gifts["regular"].fillna(False).astype(bool), 0.0),
    ).groupby("week")
    table = parts.agg(amount=("amount", "sum"), donations=("gift", "sum")).round({"amount": 2})
    if gifts["donor"].notna().any():
        named = (parts["giver"].count() > 0) | (table["donations"] == 0)
        table["donors"] = parts["giver"].nunique().astype("Int64").where(named)
    if gifts["regular"].notna().any():
        table["regular_amount"] = parts["regular_gift"].sum().round(2).where(parts["regular"].count() > 0)
    return table


def _goods_value(goods: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Value of the goods delivered in each week from the first line about goods to the last; 0 without deliveries.

    It is missing where a line of the week does not say its value: the others would be too low a sum.
    """
    if goods.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([], name="week"))
    delivered = goods[(goods["status"] == "delivered") & goods["received_on"].between(first, last)]
    value = delivered.assign(week=lambda t: monday(t["received_on"])).groupby("week")["value"]
    whole = value.sum().where(value.count() == value.size()).round(2)
    return whole.reindex(goods_weeks(goods), fill_value=0.0).rename_axis("week").to_frame("goods_value")


def order_days(goods: pd.DataFrame) -> pd.Series:
    """Day each line of goods was ordered; where that is not noted, the day it stands under (often the delivery)."""
    if "ordered_on" not in goods.columns:
        return goods["received_on"]
    return goods["ordered_on"].fillna(goods["received_on"])


def goods_weeks(goods: pd.DataFrame) -> pd.DatetimeIndex:
    """The weeks from the first line about goods to the last; outside them nobody noted what came."""
    return weeks_between(goods["received_on"].min(), goods["received_on"].max())


def _every_week(table: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """`table`, one row for every week; a week without a row is 0, for the records are whole."""
    return table.reindex(weeks, fill_value=0).rename_axis("week").reset_index()


def _people(headcounts: pd.DataFrame, weeks: pd.DatetimeIndex, dataset: Dataset) -> pd.DataFrame:
    """People in need by week; counts shortly before and after the recorded period help to estimate its ends."""
    air = pd.Timedelta(weeks=FARTHEST_WEEKS)
    around = calendar(weeks_between(weeks[0] - air, weeks[-1] + air), winter=dataset.winter)
    return weekly_headcount(one_source(headcounts, wanted=dataset.headcount_source), around, level=dataset.level)
