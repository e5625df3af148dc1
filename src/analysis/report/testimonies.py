"""What became of testimonies posted under products, and how those products were ordered; computed once.

Tables are kept as they may be published.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.models.results import TooThin
from analysis.models.testimony import TestimonyOrders, TestimonySurvival, testimony_orders, testimony_survival
from analysis.panel.testimonies import first_live, order_periods, product_orders, testimony_days
from analysis.report.appeal import named_appeals
from analysis.report.disclosure import FEWEST, few_as_one
from analysis.report.robustness import or_too_thin
from analysis.tables import Tables

STEP_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Testimonies:
    """Testimonies of one dataset; what the records cannot carry is a TooThin.

    `items` has one row an item (items of few testimonies taken together as ""), `curve` the share online each week
    while ten or more were followed, `periods` the orders of products with and without a testimony. `orders` compares
    these from the launch on the day `launched`; it is None where no testimony came online.
    """

    __test__ = False

    survival: TestimonySurvival | TooThin
    items: pd.DataFrame
    curve: pd.DataFrame
    orders: TestimonyOrders | TooThin | None
    launched: pd.Timestamp | None
    periods: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The table that leaves beside those of the charts."""
        return {"testimonies_by_item": self.items} if len(self.items) else {}


def make_testimonies(tables: Tables, *, until: pd.Timestamp, level: float) -> Testimonies | None:
    """Everything about testimonies that the report says; None where none was recorded by `until`, the last day."""
    days = testimony_days(tables.testimonies, until=until)
    if days.empty:
        return None
    survival = or_too_thin(testimony_survival, days, level=level)
    known = isinstance(survival, TestimonySurvival)
    began, launched = _launch(tables, days)
    orders, periods = None, pd.DataFrame()
    if launched is not None:
        counts = product_orders(tables.goods)
        orders = or_too_thin(
            testimony_orders, counts, first_live(days), launched_on=launched, soft_launch_on=began, level=level
        )  # fmt: skip
        if isinstance(orders, TestimonyOrders):
            groups = {one.product: one.with_testimony for one in orders.products}
            periods = publishable_periods(order_periods(counts, groups, began=began or launched, launched=launched))
    return Testimonies(
        survival=survival,
        items=publishable_items(days, level=level) if known else pd.DataFrame(),
        curve=publishable_curve(survival, days) if isinstance(survival, TestimonySurvival) else pd.DataFrame(),
        orders=orders,
        launched=launched,
        periods=periods,
    )


def _launch(tables: Tables, days: pd.DataFrame) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Soft and public launch of the last appeal that had begun when testimonies came online, else their first day."""
    first = days.loc[days["published"], "posted_on"].min()
    if pd.isna(first):
        return None, None
    appeals = named_appeals(tables.appeals)
    began = pd.to_datetime(appeals["soft_launch_on"]).fillna(appeals["launched_on"])
    begun = appeals[began <= first]
    if begun.empty:
        return None, first
    last = begun.loc[began[begun.index].idxmax()]
    return last["soft_launch_on"], last["launched_on"]


def publishable_items(days: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """One row an item, most first: `item`, `published`, and the `median` days online with its ends, where reached.

    Items of fewer than 10 published testimonies are taken together as "" (see `few_as_one`); so are testimonies that
    name no item. No median is given where fewer than 10 of an item were removed: it would hang on a few.
    """
    timed = days[days["published"] & days["days"].notna()]
    named = timed.assign(item=timed["item"].fillna(""))
    counts = named["item"].value_counts()
    few = few_as_one(counts)
    if few is None:
        return pd.DataFrame()
    merged = named.assign(item=named["item"].where(~named["item"].isin(few), ""))
    if merged["item"].nunique() < 2:
        return pd.DataFrame()
    rows = testimony_survival(merged, level=level).items_frame().iloc[1:]
    medians = ["median", "median_lower", "median_upper"]  # days
    unsure = rows["removed"] < FEWEST
    ordered = rows.assign(**{name: rows[name].mask(unsure) for name in medians}, other=rows["item"] == "")
    return ordered.sort_values("other", kind="stable")[["item", "published", *medians]].reset_index(drop=True)


def publishable_curve(survival: TestimonySurvival, days: pd.DataFrame) -> pd.DataFrame:
    """The share still online each week since a testimony was posted: `days`, `online`, `lower`, `upper`.

    It ends where fewer than 10 were followed so long, and has no row where fewer than 10 were removed. Numbers at risk
    and of removals stay inside.
    """
    curve, followed = survival.curve, days.loc[days["published"], "days"]
    if curve.removed < FEWEST:
        return pd.DataFrame()
    steps = [day for day in range(0, int(followed.max()) + 1, STEP_DAYS) if (followed >= day).sum() >= FEWEST]
    rows = [(day, *curve.online_after(day)) for day in steps]
    return pd.DataFrame(rows, columns=["days", "online", "lower", "upper"])


def publishable_periods(periods: pd.DataFrame) -> pd.DataFrame:
    """`order_periods` without periods in which one of the groups was ordered fewer than 10 times: `hidden` says so."""
    hidden = (periods["orders"] < FEWEST).groupby(periods["first_day"]).transform("any")
    orders, rate = (periods[name].astype("float64").mask(hidden) for name in ("orders", "orders_a_week"))
    return periods.assign(orders=orders, orders_a_week=rate.round(3), hidden=hidden)
