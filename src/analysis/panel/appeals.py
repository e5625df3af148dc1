"""Weekly columns that an appeal is judged by beside money: new donors, and orders from the wish list."""

from __future__ import annotations

import pandas as pd

from analysis.panel.weekly import order_days
from analysis.seasons import monday, weeks_between

NEW_DONORS, ORDERS = "new_donors", "wish_list_orders"
FIRST_MONTHS = 12
"""For so long after the first recorded gift nobody is called new: those who gave before are not known yet."""


def with_new_donors(weekly: pd.DataFrame, donations: pd.DataFrame) -> pd.DataFrame:
    """`weekly` with `new_donors`: donors whose first recorded gift was received in that week.

    It is missing in the first twelve months of the records, when everybody would be new, and in weeks none of whose
    gifts names a donor. A donor who came back after a pause is not new; one who gives by another name or address is.
    """
    named = donations[(donations["status"] == "received") & donations["donor"].notna()]
    firsts = named.groupby("donor")["received_on"].min()
    count = firsts.groupby(monday(firsts)).size().reindex(weekly["week"], fill_value=0).astype("float64")
    givers = named.groupby(monday(named["received_on"])).size().reindex(weekly["week"], fill_value=0)
    known = (givers.to_numpy() > 0) | (weekly["donations"].to_numpy(dtype=float) == 0)
    late = weekly["week"] >= donations["received_on"].min() + pd.DateOffset(months=FIRST_MONTHS)
    return weekly.assign(**{NEW_DONORS: count.where(known & late.to_numpy()).to_numpy()})


def with_wish_list_orders(weekly: pd.DataFrame, goods: pd.DataFrame) -> pd.DataFrame:
    """`weekly` with `wish_list_orders`: lines ordered from the wish list in that week, delivered since or not.

    A line counts on the day of its order, or where that is not noted on the day it stands under. Outside the weeks
    from the first order to the last line about goods the orders are missing: nobody noted them.
    """
    ordered = goods[goods["channel"] == "wish_list"]
    if ordered.empty:
        return weekly.assign(**{ORDERS: float("nan")})
    days = order_days(ordered)
    count = days.groupby(monday(days)).size().astype("float64")
    noted = weeks_between(days.min(), max(days.max(), goods["received_on"].max()))
    return weekly.assign(**{ORDERS: count.reindex(noted, fill_value=0.0).reindex(weekly["week"]).to_numpy()})
