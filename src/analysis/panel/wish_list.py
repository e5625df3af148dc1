"""The wish list: what was ordered, what arrived and after how long, what never did."""

from __future__ import annotations

import pandas as pd

from analysis.tables import Tables

LATE_DAYS = 60
"""An order that has not arrived after so many days is taken not to arrive."""

COLUMNS = [
    "item", "product", "orders", "delivered_orders", "late_orders", "ordered", "delivered", "on_the_way",
    "never_arrived", "median_days", "dated",
]  # fmt: skip


def wish_list_orders(tables: Tables, *, until: pd.Timestamp) -> pd.DataFrame:
    """One row a product of the wish list, in units but where said.

    Columns: `item`, `product`, `orders`, `delivered_orders` and `late_orders` (how many; late ones were placed 60 days
    or more before `until` and have not arrived), `ordered`, `delivered`, `on_the_way` and `never_arrived` (units of
    late orders), `median_days` from order to delivery, and `dated`, the number of orders that say both days. Where a
    source keeps no order date, `median_days` is missing.
    """
    listed = tables.goods[(tables.goods["channel"] == "wish_list") & (tables.goods["received_on"] <= until)]
    arrived = listed["status"] == "delivered"
    late = ~arrived & (listed["received_on"] < until - pd.Timedelta(days=LATE_DAYS))
    quantity = listed["quantity"]
    lines = listed.assign(
        product=listed["product"].fillna(""),
        arrived=arrived,
        late=late,
        delivered=quantity.where(arrived, 0.0),
        on_the_way=quantity.where(~arrived & ~late, 0.0),
        never_arrived=quantity.where(late, 0.0),
        days=(listed["received_on"] - listed["ordered_on"]).dt.days.where(arrived),
    )
    table = lines.groupby(["item", "product"], as_index=False).agg(
        orders=("quantity", "size"), delivered_orders=("arrived", "sum"), late_orders=("late", "sum"),
        ordered=("quantity", "sum"), delivered=("delivered", "sum"), on_the_way=("on_the_way", "sum"),
        never_arrived=("never_arrived", "sum"), median_days=("days", "median"), dated=("days", "count"),
    )  # fmt: skip
    return table[COLUMNS]
