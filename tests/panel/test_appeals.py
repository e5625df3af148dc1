"""New donors and wish-list orders by week, on rows few enough to count by hand."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.panel.appeals import with_new_donors, with_wish_list_orders
from analysis.panel.weekly import order_days, weekly_giving
from analysis.tables import Tables, as_table

DATASET = Dataset(folder=Path("charity"), name="A charity", records_until=dt.date(2021, 3, 7))


def gifts(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    """The donations table from (day, donor, status) rows, ten euros each."""
    frame = pd.DataFrame(rows, columns=["received_on", "donor", "status"])
    lines = range(2, len(rows) + 2)
    amount = np.where(frame["status"] == "refunded", -10.0, 10.0)
    return as_table(
        frame.assign(
            received_on=pd.to_datetime(frame["received_on"]), donation_id=[f"g{line}" for line in lines],
            amount=amount, original_amount=amount, original_currency="EUR", channel="bank",
            source_file="gifts.csv", source_line=lines,
        ),
        "donations",
    )  # fmt: skip


def goods(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """The goods table from (day, channel, status) rows."""
    frame = pd.DataFrame(rows, columns=["received_on", "channel", "status"])
    lines = range(2, len(rows) + 2)
    return as_table(
        frame.assign(
            received_on=pd.to_datetime(frame["received_on"]), goods_id=[f"o{line}" for line in lines], item="tent",
            quantity=1.0, source_file="orders.csv", source_line=lines,
        ),
        "goods",
    )  # fmt: skip


DONATIONS = gifts(
    ("2020-01-15", "ana", "received"),
    ("2021-01-19", "ana", "received"),
    ("2021-01-20", "ben", "received"),
    ("2021-01-22", "ben", "received"),
    ("2021-02-02", "cleo", "refunded"),
    ("2021-02-03", None, "received"),
    ("2021-02-16", "cleo", "received"),
    ("2021-02-18", None, "received"),
)


def test_a_donor_is_new_in_the_week_of_the_first_recorded_gift():
    weekly = weekly_giving(Tables(donations=DONATIONS), DATASET)
    before = weekly.copy()

    table = with_new_donors(weekly, DONATIONS).set_index("week")["new_donors"]

    assert table["2021-01-18"] == 1
    assert table["2021-01-25"] == 0
    assert table["2021-02-15"] == 1
    pd.testing.assert_frame_equal(weekly, before)


def test_nobody_is_new_in_the_first_twelve_months_or_where_no_gift_names_a_donor():
    table = with_new_donors(weekly_giving(Tables(donations=DONATIONS), DATASET), DONATIONS)
    new = table.set_index("week")["new_donors"]

    assert new[:"2021-01-11"].isna().all()
    assert np.isnan(new["2021-02-01"])


def test_an_order_counts_in_the_week_it_was_placed():
    weekly = weekly_giving(Tables(donations=DONATIONS), DATASET)
    rows = goods(
        ("2021-01-27", "wish_list", "delivered"),
        ("2021-02-10", "wish_list", "ordered"),
        ("2021-02-12", "drop_off", "delivered"),
        ("2021-02-24", "partner", "delivered"),
    ).assign(ordered_on=pd.to_datetime(["2021-01-21", None, None, None]))

    orders = with_wish_list_orders(weekly, rows).set_index("week")["wish_list_orders"]

    assert orders["2021-01-18":"2021-02-22"].tolist() == [1, 0, 0, 1, 0, 0]
    assert orders[:"2021-01-11"].isna().all()
    assert orders["2021-03-01":].isna().all()


def test_without_a_day_of_order_the_day_of_the_line_counts():
    rows = goods(("2021-01-27", "wish_list", "delivered")).drop(columns="ordered_on", errors="ignore")

    assert order_days(rows).tolist() == [pd.Timestamp("2021-01-27")]


def test_without_a_wish_list_the_orders_are_missing():
    weekly = weekly_giving(Tables(donations=DONATIONS), DATASET)

    assert (
        with_wish_list_orders(weekly, goods(("2021-01-27", "drop_off", "delivered")))["wish_list_orders"].isna().all()
    )


def test_records_that_name_no_donor_have_no_new_ones():
    nameless = gifts(("2020-01-15", None, "received"), ("2021-02-03", None, "received"))

    table = with_new_donors(weekly_giving(Tables(donations=nameless), DATASET), nameless).set_index("week")

    assert np.isnan(table.loc["2021-02-01", "new_donors"])
