"""The weekly panel, on gifts few enough to add up by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analysis.dataset import Dataset
from analysis.faults import DataError
from analysis.panel.weekly import recorded_period, weekly_giving
from analysis.seasons import Window
from analysis.tables import Tables, as_table


def gifts(*rows: tuple) -> pd.DataFrame:
    """The donations table from (day, amount, donor, regular) rows; a negative amount is a refund."""
    frame = pd.DataFrame(rows, columns=["received_on", "amount", "donor", "regular"])
    lines = range(2, len(rows) + 2)
    return as_table(
        frame.assign(
            received_on=pd.to_datetime(frame["received_on"]), donation_id=[f"g{line}" for line in lines],
            original_amount=frame["amount"], original_currency="EUR", channel="bank", source_file="gifts.csv",
            status=frame["amount"].map(lambda amount: "refunded" if amount < 0 else "received"), source_line=lines,
        ),
        "donations",
    )  # fmt: skip


def goods(*rows: tuple) -> pd.DataFrame:
    """The goods table from (day, value, status) rows."""
    frame = pd.DataFrame(rows, columns=["received_on", "value", "status"])
    lines = range(2, len(rows) + 2)
    return as_table(
        frame.assign(
            received_on=pd.to_datetime(frame["received_on"]), goods_id=[f"g{line}" for line in lines], item="soap",
            quantity=1.0, channel="wish_list", source_file="goods.csv", source_line=lines,
        ),
        "goods",
    )  # fmt: skip


def headcounts(days: pd.DatetimeIndex, people: int) -> pd.DataFrame:
    return as_table(
        pd.DataFrame({"counted_on": days, "area": "Calais", "people": people, "method": "census", "scope": "camp"}),
        "headcounts",
    )


# Five weeks: 5 January 2021 is a Tuesday, 1 February a Monday.
FIVE_WEEKS = (
    ("2021-01-05", 10.00, "a", True),
    ("2021-01-06", 20.50, "b", False),
    ("2021-01-20", 5.00, "a", None),
    ("2021-01-21", -20.50, "b", None),
    ("2021-02-01", 7.00, None, None),
)
DATASET = Dataset(folder=Path("data/raw/one"), name="One")


@pytest.fixture
def weekly() -> pd.DataFrame:
    return weekly_giving(Tables(donations=gifts(*FIVE_WEEKS)), DATASET).set_index("week")


def test_no_week_is_left_out_and_a_week_without_gifts_is_zero(weekly):
    assert weekly.index.strftime("%m-%d").tolist() == ["01-04", "01-11", "01-18", "01-25", "02-01"]
    assert weekly["amount"].iloc[[1, 3]].tolist() == [0.0, 0.0]
    assert weekly["donations"].iloc[[1, 3]].tolist() == [0, 0]


def test_a_refund_lowers_the_amount_and_is_no_donation(weekly):
    assert weekly["amount"].tolist() == [30.50, 0.0, -15.50, 0.0, 7.0]
    assert weekly["donations"].tolist() == [2, 0, 1, 0, 1]


def test_donors_are_none_in_a_week_without_gifts_and_unknown_where_no_gift_names_one(weekly):
    assert weekly["donors"].fillna(-1).tolist() == [2, 0, 1, 0, -1]


def test_one_donor_who_gives_twice_in_a_week_is_one_donor():
    donations = gifts(("2021-01-04", 1.0, "a", None), ("2021-01-05", 1.0, "a", None), ("2021-01-06", 1.0, None, None))

    assert weekly_giving(Tables(donations=donations), DATASET)["donors"].tolist() == [1]


def test_a_week_with_a_refund_only_has_no_donors():
    donations = gifts(("2021-01-04", 5.0, "a", None), ("2021-01-12", -5.0, "a", None))

    assert weekly_giving(Tables(donations=donations), DATASET)["donors"].tolist() == [1, 0]


def test_donors_are_unknown_everywhere_when_no_gift_names_one():
    donations = gifts(("2021-01-04", 5.0, None, None), ("2021-01-19", 5.0, None, None))

    assert weekly_giving(Tables(donations=donations), DATASET)["donors"].isna().tolist() == [True] * 3


def test_regular_money_is_unknown_in_a_week_whose_gifts_do_not_say(weekly):
    assert weekly["regular_amount"].fillna(-1).tolist() == [10.0, 0.0, -1, 0.0, -1]


def test_regular_money_is_unknown_everywhere_when_no_source_says():
    donations = gifts(("2021-01-04", 5.0, "a", None), ("2021-01-19", 5.0, "a", None))

    assert weekly_giving(Tables(donations=donations), DATASET)["regular_amount"].isna().all()


def test_a_week_that_the_records_cut_is_not_complete(weekly):
    assert weekly["complete"].tolist() == [False, True, True, True, False]


@pytest.mark.parametrize(("last_day", "complete"), [(7, True), (6, False)])
def test_weeks_are_complete_from_a_monday_to_a_sunday_inside_the_recorded_period(last_day, complete):
    bounds = Dataset(
        folder=Path("one"), name="One", records_from=dt.date(2021, 1, 4), records_until=dt.date(2021, 2, last_day)
    )

    weekly = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS)), bounds)

    assert weekly["complete"].tolist() == [True] * 4 + [complete]


def test_gifts_outside_the_recorded_period_are_left_out():
    bounds = Dataset(
        folder=Path("one"), name="One", records_from=dt.date(2021, 1, 6), records_until=dt.date(2021, 1, 20)
    )

    weekly = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS), goods=goods(("2021-01-21", 9.0, "delivered"))), bounds)

    assert weekly["amount"].tolist() == [20.50, 0.0, 5.0]
    assert weekly["goods_value"].fillna(-1).tolist() == [-1, -1, 0.0]
    assert weekly["complete"].tolist() == [False, True, False]


def test_the_recorded_period_may_be_longer_than_the_gifts():
    bounds = Dataset(
        folder=Path("one"), name="One", records_from=dt.date(2020, 12, 28), records_until=dt.date(2021, 2, 14)
    )

    weekly = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS)), bounds)

    assert weekly["amount"].tolist() == [0.0, 30.50, 0.0, -15.50, 0.0, 7.0, 0.0]
    assert recorded_period(gifts(*FIVE_WEEKS), bounds) == (pd.Timestamp("2020-12-28"), pd.Timestamp("2021-02-14"))


def test_goods_count_when_delivered_and_are_zero_in_other_weeks_that_were_noted():
    tables = Tables(
        donations=gifts(*FIVE_WEEKS),
        goods=goods(
            ("2021-01-04", 99.0, "delivered"), ("2021-01-12", 8.25, "delivered"), ("2021-01-13", 1.25, "delivered"),
            ("2021-01-14", 50.0, "ordered"),
        ),
    )  # fmt: skip

    # 4 January lies before the first gift, on the 5th; after the last line nobody noted whether goods came.
    assert weekly_giving(tables, DATASET)["goods_value"].fillna(-1).tolist() == [0.0, 9.50, -1, -1, -1]


def test_goods_whose_value_nobody_knows_are_not_worth_nothing():
    goods_table = goods(
        ("2021-01-05", 1.0, "delivered"), ("2021-01-12", None, "delivered"), ("2021-01-19", 3.0, "delivered"),
        ("2021-01-20", None, "delivered"), ("2021-02-01", 4.0, "delivered"),
    )  # fmt: skip

    weekly = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS), goods=goods_table), DATASET)

    # A week with one line of unknown value is unknown, for the rest of it would be too low.
    assert weekly["goods_value"].fillna(-1).tolist() == [1.0, -1, -1, 0.0, 4.0]


def test_goods_and_people_are_unknown_where_nothing_is_recorded(weekly):
    assert weekly[["goods_value", "people", "people_low", "people_high"]].isna().all(axis=None)


def test_calendar_columns_follow_the_settings():
    settings = Dataset(folder=Path("one"), name="One", winter=Window((1, 1), (1, 20)), payday=1)

    weekly = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS)), settings)

    assert weekly["winter_share"].tolist() == pytest.approx([1, 1, 3 / 7, 0, 0])
    assert weekly["payday"].tolist() == [0, 0, 0, 0, 1]


def test_counts_just_before_the_recorded_period_help_and_far_ones_do_not():
    # The records begin on 5 January 2021: December counts lie less than 26 weeks away, those of 2018 do not.
    near = headcounts(pd.date_range("2020-12-02", periods=4, freq="7D"), 500)
    far = headcounts(pd.date_range("2018-12-02", periods=4, freq="7D"), 500)

    people = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS), headcounts=near), DATASET)["people"]
    unknown = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS), headcounts=far), DATASET)["people"]

    assert people.tolist() == pytest.approx([500.0] * 5)
    assert unknown.isna().all()


def test_without_donations_the_message_names_the_dataset_and_what_to_add():
    with pytest.raises(
        DataError, match="the dataset 'One' holds no donations. Put at least one export of gifts of money"
    ):
        weekly_giving(Tables(headcounts=headcounts(pd.date_range("2016-06-01", periods=9), 7000)), DATASET)


def test_without_donations_in_the_recorded_period_the_message_names_the_period():
    bounds = Dataset(
        folder=Path("one"), name="One", records_from=dt.date(2019, 7, 1), records_until=dt.date(2020, 6, 30)
    )

    with pytest.raises(DataError, match="holds no donations from 01/07/2019 to 30/06/2020"):
        weekly_giving(Tables(donations=gifts(*FIVE_WEEKS)), bounds)


def test_the_order_of_gifts_does_not_matter():
    straight = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS)), DATASET)
    turned = weekly_giving(Tables(donations=gifts(*FIVE_WEEKS[::-1])), DATASET)

    pd.testing.assert_frame_equal(straight, turned)


def test_the_tables_given_are_not_changed():
    tables = Tables(
        donations=gifts(*FIVE_WEEKS),
        goods=goods(("2021-01-12", 8.0, "delivered")),
        headcounts=headcounts(pd.date_range("2021-01-04", periods=5, freq="7D"), 400),
    )
    before = {name: getattr(tables, name).copy() for name in ("donations", "goods", "headcounts")}

    weekly_giving(tables, DATASET)

    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(tables, name), table)
