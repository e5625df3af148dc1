"""Testimonies by how long they stayed online, and wish-list orders by product and week."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.panel.weekly import order_days
from analysis.seasons import monday, weeks_between

PUBLISHED = ("online", "removed")
DECIDED = (*PUBLISHED, "refused")
PERIOD_WEEKS, PERIODS_BEFORE = 4, 6


def testimony_days(testimonies: pd.DataFrame, *, until: pd.Timestamp) -> pd.DataFrame:
    """One row a testimony posted on or before `until`, the last day of the records, with how long it was online.

    Adds `published` (online or removed: pending and refused ones never were online), `decided` (not pending),
    `days` online (until it was removed, else until the last day; missing where never online, or where nobody noted
    when it was removed) and `removed` (by the last day; else it is known only that it stayed that long).
    """
    known = testimonies[testimonies["posted_on"] <= until].reset_index(drop=True)
    published = known["status"].isin(PUBLISHED)
    removed = (known["status"] == "removed") & ~(known["ended_on"] > until)
    end = known["ended_on"].where(removed, until)
    return known.assign(
        decided=known["status"].isin(DECIDED),
        published=published,
        removed=removed,
        days=(end - known["posted_on"]).dt.days.astype("float64").where(published),
    )


def product_orders(goods: pd.DataFrame) -> pd.DataFrame:
    """Lines ordered from the wish list: one row a product and week, with `orders`, zeros included.

    A line counts on the day of its order, or where that is not noted on the day it stands under. The weeks run from
    the first order of any product to the last line about goods; lines that name no product are left out. Products
    whose names differ in capitals or spaces only are one.
    """
    ordered = goods[(goods["channel"] == "wish_list") & goods["product"].notna()]
    if ordered.empty:
        return pd.DataFrame(
            {
                "product": pd.Series(dtype="str"),
                "week": pd.Series(dtype="datetime64[us]"),
                "orders": pd.Series(dtype=int),
            }
        )
    days = order_days(ordered)
    weeks = weeks_between(days.min(), max(days.max(), goods["received_on"].max()))
    lines = pd.DataFrame({"product": product_key(ordered["product"]), "week": monday(days)})
    every = pd.MultiIndex.from_product([sorted(lines["product"].unique()), weeks], names=["product", "week"])
    counts = lines.groupby(["product", "week"]).size().reindex(every, fill_value=0)
    return counts.rename("orders").reset_index()


def first_live(testimonies: pd.DataFrame) -> pd.Series:
    """Day each product first had a testimony online, by product (named as in `product_orders`)."""
    published = testimonies[testimonies["status"].isin(PUBLISHED) & testimonies["product"].notna()]
    return published["posted_on"].groupby(product_key(published["product"])).min()


def order_periods(
    orders: pd.DataFrame, groups: Mapping[str, bool], *, began: pd.Timestamp, launched: pd.Timestamp, weeks: int = 8
) -> pd.DataFrame:
    """Orders of two groups of products in periods of four weeks: six before `began`, and `weeks` from the launch.

    One row a period and group: `first_day` and `last_day`, `side` (before, soft, after), `with_testimony`, `products`,
    `orders`, and `orders_a_week` for each product. The weeks of a soft launch are a period of their own. `orders` are
    those of `product_orders`, `groups` says of each product whether a testimony came under it. Periods that are not
    recorded from the first week to the last are left out.
    """
    start, turn = monday(pd.DatetimeIndex([began, launched]))
    block = pd.Timedelta(weeks=PERIOD_WEEKS)
    edges = [("before", start - place * block, start - (place - 1) * block) for place in range(PERIODS_BEFORE, 0, -1)]
    edges += [("soft", start, turn)] if start < turn else []
    edges += [("after", turn + place * block, turn + (place + 1) * block) for place in range(weeks // PERIOD_WEEKS)]
    chosen = orders[orders["product"].isin(list(groups))]
    rows = []
    for side, first, end in edges:
        inside = chosen[(chosen["week"] >= first) & (chosen["week"] < end)]
        length = (end - first) // pd.Timedelta(weeks=1)
        if inside["week"].nunique() < length:
            continue
        for group in (True, False):
            own = inside[inside["product"].map(groups) == group]
            products, count = sum(value == group for value in groups.values()), int(own["orders"].sum())
            last = end - pd.Timedelta(days=1)
            rows.append((first, last, side, group, products, count, count / products / length if products else None))
    columns = ["first_day", "last_day", "side", "with_testimony", "products", "orders", "orders_a_week"]
    return pd.DataFrame(rows, columns=columns)


def product_key(products: pd.Series) -> pd.Series:
    """The name of each product without what capitals and spaces add to it."""
    return products.astype("str").str.split().str.join(" ").str.casefold()
