"""The weekly panel made otherwise, on gifts few enough to add up by hand."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analysis.dataset import Dataset
from analysis.panel.variants import (
    monthly_giving,
    one_off_gifts,
    weeks_of_part,
    with_channels,
    with_new_and_known,
    with_quantity,
    with_regular,
    without_largest_gifts,
)
from analysis.panel.weekly import weekly_giving
from analysis.tables import Tables, as_table

DATASET = Dataset(folder=Path("charity"), name="A charity")


def gifts(*rows: tuple) -> pd.DataFrame:
    """The donations table from (day, amount, regular, channel) rows."""
    frame = pd.DataFrame(rows, columns=["received_on", "amount", "regular", "channel"])
    lines = range(2, len(rows) + 2)
    return as_table(
        frame.assign(
            received_on=pd.to_datetime(frame["received_on"]), donation_id=[f"g{line}" for line in lines],
            original_amount=frame["amount"], original_currency="EUR", source_file="gifts.csv", status="received",
            source_line=lines,
        ),
        "donations",
    )  # fmt: skip


TABLES = Tables(
    donations=gifts(
        ("2021-01-04", 900.0, False, "bank"),
        ("2021-01-05", 10.0, True, "helloasso"),
        ("2021-01-13", 20.0, None, "helloasso"),
        ("2021-02-05", 10.0, True, "paypal"),
        ("2021-03-07", 50.0, False, "bank"),
    )
)
WEEKLY = weekly_giving(TABLES, DATASET)


def test_without_the_largest_gifts_the_weeks_stay_the_same():
    table = without_largest_gifts(TABLES, DATASET, gifts=2)

    assert table["week"].tolist() == WEEKLY["week"].tolist()
    assert table["amount"].sum() == pytest.approx(40.0)
    assert WEEKLY["amount"].sum() == pytest.approx(990.0)


def test_a_large_gift_outside_the_recorded_period_is_none_of_the_largest():
    dataset = Dataset(folder=Path("charity"), name="A", records_from=dt.date(2021, 1, 5))

    assert without_largest_gifts(TABLES, dataset, gifts=1)["amount"].sum() == pytest.approx(40.0)


def test_one_off_gifts_are_those_not_known_to_be_regular():
    assert one_off_gifts(TABLES, DATASET)["amount"].sum() == pytest.approx(970.0)
    assert one_off_gifts(Tables(donations=gifts(("2021-01-04", 9.0, None, "bank"))), DATASET) is None


def test_a_month_is_whole_and_holds_its_days_and_their_gifts():
    dataset = Dataset(folder=Path("charity"), name="A", records_until=dt.date(2021, 3, 31))

    months = monthly_giving(TABLES, dataset)

    assert months["week"].dt.strftime("%Y-%m").tolist() == ["2021-02", "2021-03"]
    assert months["amount"].tolist() == [10.0, 50.0]
    assert months["days"].tolist() == [28, 31]
    assert months["winter_share"].tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("made", "sums"),
    [
        (with_regular(WEEKLY, TABLES), {"one_off": 970.0, "regular": 20.0}),
        (with_channels(WEEKLY, TABLES, rest=frozenset({"paypal"})), {"bank": 950.0, "helloasso": 30.0, "rest": 10.0}),
    ],
    ids=["regular", "channels"],
)
def test_the_parts_of_giving_add_up_to_it_week_by_week(made, sums):
    table, columns = made

    assert {part: table[column].sum() for part, column in columns.items()} == pytest.approx(sums)
    assert table[list(columns.values())].sum(axis=1).tolist() == pytest.approx(table["amount"].tolist())


def test_where_no_gift_is_known_to_be_regular_there_are_no_parts():
    tables = Tables(donations=gifts(("2021-01-04", 9.0, None, "bank")))

    assert with_regular(weekly_giving(tables, DATASET), tables)[1] == {}


def test_before_and_after_goods_were_noted_their_units_are_unknown():
    rows = [("2021-01-12", "soap", 3.0, "ordered"), ("2021-01-26", "tent", 2.0, "delivered")]
    frame = pd.DataFrame(rows, columns=["received_on", "item", "quantity", "status"])
    goods = frame.assign(received_on=pd.to_datetime(frame["received_on"]), channel="drop_off", goods_id=list("ab"),
                         source_file="goods.csv", source_line=range(2, 4))  # fmt: skip

    units = with_quantity(WEEKLY, as_table(goods, "goods"), "soap")["soap"]

    assert units.tolist()[1:4] == [0.0, 0.0, 0.0]
    assert units.isna().tolist()[:1] == [True]
    assert units.isna().tolist()[4:6] == [True, True]


def test_the_units_of_an_item_are_those_delivered():
    rows = [("2021-01-05", "soap", 3.0, "delivered"), ("2021-01-06", "soap", 4.0, "ordered"),
            ("2021-01-10", "soap", 2.0, "delivered"), ("2021-01-05", "tent", 9.0, "delivered")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["received_on", "item", "quantity", "status"])
    goods = frame.assign(received_on=pd.to_datetime(frame["received_on"]), channel="drop_off", goods_id=list("abcd"),
                         source_file="goods.csv", source_line=range(2, 6))  # fmt: skip

    assert with_quantity(WEEKLY, as_table(goods, "goods"), "soap")["soap"].tolist()[:1] == [5.0]


def test_a_gift_is_a_new_donors_on_the_day_of_the_first_and_a_known_donors_after_it():
    named = gifts(
        ("2020-01-02", 5.0, False, "bank"),
        ("2021-01-04", 900.0, False, "bank"),
        ("2021-01-05", 10.0, False, "bank"),
        ("2021-01-06", 20.0, False, "bank"),
        ("2021-01-07", 40.0, False, "bank"),
    ).assign(donor=pd.Series(["ana", "ben", "ben", "ana", None], dtype="str"))
    weekly = weekly_giving(Tables(donations=named), DATASET)

    table, columns = with_new_and_known(weekly, named)

    assert table["week"].tolist() == [pd.Timestamp("2021-01-04")]
    assert {part: table[column].iloc[0] for part, column in columns.items()} == {
        "new_donors": 900.0,
        "known_donors": 30.0,
        "no_donor": 40.0,
    }


def test_the_weeks_of_one_part_hold_its_gifts_and_donors_alone_after_the_first_year():
    rows = [
        ("2019-07-01", 5.0, "ana"),
        ("2020-07-06", 7.0, "ana"),
        ("2020-07-08", 9.0, "ben"),
        ("2020-07-14", 4.0, "ana"),
    ]
    made = gifts(*((day, amount, None, "bank") for day, amount, _ in rows)).assign(donor=[row[2] for row in rows])

    known, new = (weeks_of_part(Tables(donations=made), DATASET, part) for part in ("known_donors", "new_donors"))

    assert known["week"].tolist() == new["week"].tolist() == list(pd.to_datetime(["2020-07-06", "2020-07-13"]))
    assert (known["amount"].tolist(), known["donors"].tolist()) == ([7.0, 4.0], [1, 1])
    assert (new["amount"].tolist(), new["donations"].tolist()) == ([9.0, 0.0], [1, 0])


def test_in_records_of_less_than_a_year_nobody_is_new_or_known():
    table, columns = with_new_and_known(WEEKLY, TABLES.donations)

    assert (len(table), columns) == (0, {})


def test_where_nothing_came_after_the_first_year_nobody_is_new_or_known():
    first = WEEKLY.assign(amount=0.0)
    later = first.assign(week=first["week"] + pd.Timedelta(weeks=60))
    weekly = pd.concat([WEEKLY, later], ignore_index=True)

    table, columns = with_new_and_known(weekly, TABLES.donations)

    assert table.empty
    assert columns == {}
