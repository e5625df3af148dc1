"""What one unit costs the charity, and how its goods are spread over items."""

from __future__ import annotations

import pandas as pd

from analysis.dataset import Dataset
from analysis.tables import Tables

RECENT_MONTHS = 12


def unit_prices(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """One row an item with a known price, in the order of [items] of dataset.toml.

    Columns: `item`, `price` (reporting currency a unit), `value` and `quantity` (of the goods it is worked out from,
    those delivered in the last 12 months recorded whose value is known; 0 where dataset.toml gives the price).
    """
    recent = _recent(tables.goods)
    sums = recent.groupby("item")[["value", "quantity"]].sum()
    sums = sums[(sums["quantity"] > 0) & (sums["value"] > 0)]
    order = [*dict.fromkeys([*dataset.items, *sums.index, *dataset.prices])]
    rows = []
    for item in order:
        value, quantity = (float(sums.loc[item, name]) if item in sums.index else 0.0 for name in ("value", "quantity"))
        if item in dataset.prices:
            rows.append((item, dataset.prices[item], 0.0, 0.0))
        elif quantity:
            rows.append((item, value / quantity, value, quantity))
    return pd.DataFrame(rows, columns=["item", "price", "value", "quantity"])


def goods_mix(tables: Tables) -> pd.Series:
    """Each item's share of the value of the goods delivered in the last 12 months recorded; empty without values."""
    values = _recent(tables.goods).groupby("item")["value"].sum()
    return values[values > 0] / values.sum() if values.sum() > 0 else values[:0]


def _recent(goods: pd.DataFrame) -> pd.DataFrame:
    """The goods delivered in the last 12 months recorded whose value is known."""
    delivered = goods[(goods["status"] == "delivered") & goods["value"].notna()]
    since = delivered["received_on"].max() - pd.DateOffset(months=RECENT_MONTHS)
    return delivered[delivered["received_on"] > since]
