"""Rationing by month and by week, on lines few enough to count by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.dataset import Dataset, Norm
from analysis.faults import DataError
from analysis.panel.rationing import monthly_rationing, weekly_rationing
from analysis.panel.weekly import weekly_giving
from analysis.tables import Tables, as_table

DATASET = Dataset(
    folder=Path("data/raw/one"), name="One", records_from=dt.date(2021, 1, 1), records_until=dt.date(2021, 4, 10),
    norms={
        "tap": Norm(per="tap", quantity=250, kind="ratio", source="Sphere 2018"),
        "soap": Norm(per="person", quantity=1, kind="flow", source="Sphere 2018"),
    },
)  # fmt: skip
LINES = (
    ("2021-01-05", "soap", 10, 12, 2, True),
    ("2021-01-12", "soap", 8, 8, 0, False),
    ("2021-01-19", "soap", 5, None, 1, None),
    ("2021-01-19", "tap", 1, 100, 50, True),
    ("2021-03-02", "soap", None, 4, 1, True),
    ("2021-03-09", "soap", 3, 5, 2, None),
    ("2021-04-06", "soap", 1, 9, 8, True),
)


def donations(*rows: tuple) -> pd.DataFrame:
    """The donations table from (day, amount) rows; a negative amount is a refund."""
    frame = pd.DataFrame(rows, columns=["received_on", "amount"])
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


def distributions(*rows: tuple) -> pd.DataFrame:
    """The distributions table from (day, item, served, asking, refused, rationed) rows."""
    names = ["distributed_on", "item", "people_served", "people_asking", "people_refused", "rationed"]
    frame = pd.DataFrame(rows, columns=names).astype({"rationed": "boolean"})
    return as_table(
        frame.assign(
            distributed_on=pd.to_datetime(frame["distributed_on"]), area="Calais", quantity=1.0,
            source_file="distributions.csv", source_line=range(2, len(rows) + 2),
        ),
        "distributions",
    )  # fmt: skip


def headcounts(*rows: tuple) -> pd.DataFrame:
    """The headcounts table from (day, people) rows."""
    frame = pd.DataFrame(rows, columns=["counted_on", "people"])
    counted = frame.assign(counted_on=pd.to_datetime(frame["counted_on"]), area="Calais", method="census", scope="camp")
    return as_table(counted, "headcounts")


def tables(**parts: pd.DataFrame) -> Tables:
    given = donations(("2021-01-03", 100.0), ("2021-01-09", -20.0), ("2021-03-31", 50.0), ("2021-04-02", 7.0))
    return replace(Tables(donations=given, distributions=distributions(*LINES)), **parts)


def test_only_months_recorded_from_first_day_to_last_have_a_row():
    months = monthly_rationing(tables(), DATASET)

    assert months["month"].tolist() == list(pd.to_datetime(["2021-01-01", "2021-02-01", "2021-03-01"]))
    assert months["month"].dtype == "datetime64[us]"
    assert months.columns.tolist() == [
        "month", "lines", "rationed", "rationed_share", "asking", "refused", "refused_share", "served_less",
        "amount", "goods_value", "people", "goods_per_person",
    ]  # fmt: skip


def test_lines_that_say_whether_they_were_rationed_are_counted_and_facilities_are_not():
    months = monthly_rationing(tables(), DATASET)

    assert months["lines"].tolist() == [2, 0, 1]
    assert months["rationed"].tolist() == [1, 0, 1]
    assert months["rationed_share"].tolist()[::2] == [0.5, 1.0]


def test_a_month_without_distributions_has_no_share_and_no_people_refused():
    february = monthly_rationing(tables(), DATASET).iloc[1]

    assert february[["rationed_share", "asking", "refused", "refused_share", "served_less"]].isna().all()


def test_refusals_do_not_make_a_line_rationed_that_does_not_say_so():
    silent = distributions(*[(*line[:5], None) for line in LINES])

    months = monthly_rationing(tables(distributions=silent), DATASET)

    assert months["lines"].tolist() == [0, 0, 0]
    assert months["rationed_share"].isna().all()
    assert months["served_less"].isna().all()
    assert months["refused"].tolist()[::2] == [2, 3]


def test_people_asking_and_refused_are_summed_over_lines_that_know_both():
    months = monthly_rationing(tables(), DATASET)

    # January without the line that does not say who asked; 2 of 20, then 3 of 9.
    assert months["asking"].tolist()[::2] == [20, 9]
    assert months["refused"].tolist()[::2] == [2, 3]
    assert months["refused_share"].tolist()[::2] == pytest.approx([0.1, 1 / 3])


def test_people_served_on_rationed_lines_are_missing_where_one_line_does_not_say():
    assert monthly_rationing(tables(), DATASET)["served_less"].fillna(-1).tolist() == [10, -1, -1]


def test_a_month_that_rationed_nothing_served_nobody_less():
    plenty = distributions(("2021-02-02", "soap", 8, 8, 0, False))

    assert monthly_rationing(tables(distributions=plenty), DATASET)["served_less"].fillna(-1).tolist() == [-1, 0, -1]


def test_a_month_where_nobody_asked_has_no_share_refused():
    for refused in (0, 1):
        nobody = distributions(("2021-02-02", "soap", 0, 0, refused, False))

        february = monthly_rationing(tables(distributions=nobody), DATASET).iloc[1]

        assert (february["asking"], february["rationed_share"]) == (0, 0.0)
        assert pd.isna(february["refused_share"])


def test_giving_is_summed_by_month_less_refunds():
    assert monthly_rationing(tables(), DATASET)["amount"].tolist() == [80.0, 0.0, 50.0]


def test_goods_delivered_are_summed_by_month_and_missing_where_a_line_does_not_say_its_value():
    came = goods(
        ("2021-01-10", 30.0, "delivered"), ("2021-01-31", 20.5, "delivered"), ("2021-02-03", 99.0, "ordered"),
        ("2021-03-01", None, "delivered"), ("2021-03-05", 10.0, "delivered"),
    )  # fmt: skip

    assert monthly_rationing(tables(goods=came), DATASET)["goods_value"].fillna(-1).tolist() == [50.5, 0.0, -1]


def test_goods_are_missing_in_months_before_they_were_noted_and_after():
    came = goods(("2021-02-10", 30.0, "delivered"))

    assert monthly_rationing(tables(goods=came), DATASET)["goods_value"].fillna(-1).tolist() == [-1, 30.0, -1]
    assert monthly_rationing(tables(), DATASET)["goods_value"].isna().all()


def test_people_of_a_month_are_the_mean_of_its_weeks_by_their_thursdays():
    counted = headcounts(("2021-01-04", 100), ("2021-01-18", 200), ("2021-03-01", 300), ("2021-04-05", 900))
    came = goods(("2021-03-10", 30.0, "delivered"))
    weekly = weekly_giving(tables(headcounts=counted), DATASET).set_index("week")["people"]

    march = monthly_rationing(tables(headcounts=counted, goods=came), DATASET).iloc[2]

    # The week of 29 March has its Thursday on 1 April.
    people = weekly[["2021-03-01", "2021-03-08", "2021-03-15", "2021-03-22"]].mean()
    assert march["people"] == pytest.approx(people)
    assert march["goods_per_person"] == pytest.approx(30 / people)


def test_people_are_missing_where_nobody_counted():
    came = goods(("2021-01-10", 30.0, "delivered"))

    months = monthly_rationing(tables(goods=came), DATASET)

    assert months[["people", "goods_per_person"]].isna().all(axis=None)


def test_weeks_count_their_lines_and_the_goods_of_eight_weeks_that_end_with_them():
    came = goods(
        ("2021-01-02", 1000.0, "delivered"), ("2021-01-10", 30.0, "delivered"), ("2021-02-24", 20.0, "delivered"),
        ("2021-03-05", 5.0, "delivered"), ("2021-03-12", None, "delivered"), ("2021-04-10", 1.0, "delivered"),
    )  # fmt: skip

    weeks = weekly_rationing(tables(goods=came), DATASET).set_index("week")

    assert weeks.columns.tolist() == ["lines", "rationed", "goods_value", "people", "winter_share", "complete"]
    assert weeks.loc["2021-01-04":"2021-01-25", "lines"].tolist() == [1, 1, 0, 0]
    assert weeks["rationed"].sum() == 3
    # 28 December is cut by the period: eight whole weeks end with that of 22 February, the next ones lose January.
    assert weeks["goods_value"].first_valid_index() == pd.Timestamp("2021-02-22")
    assert weeks.loc["2021-02-22":"2021-03-08", "goods_value"].fillna(-1).tolist() == [50.0, 25.0, -1]
    assert not weeks["complete"].iloc[0]
    assert weeks["complete"].iloc[1]


def test_weeks_leave_out_lines_outside_the_recorded_period():
    around = distributions(("2020-12-31", "soap", 1, 1, 0, False), ("2021-04-11", "soap", 1, 1, 0, False))

    assert weekly_rationing(tables(distributions=around), DATASET)["lines"].tolist() == [0] * 15


def test_weeks_hold_the_headcount_and_winter_of_the_weekly_table():
    counted = headcounts(("2021-01-04", 100), ("2021-01-18", 200), ("2021-02-01", 400), ("2021-03-01", 300))

    weeks, weekly = (make(tables(headcounts=counted), DATASET) for make in (weekly_rationing, weekly_giving))

    pd.testing.assert_frame_equal(weeks[["week", "people", "winter_share"]], weekly[["week", "people", "winter_share"]])


def test_a_dataset_without_distributions_has_months_and_weeks_without_lines():
    nothing = replace(tables(), distributions=Tables().distributions)

    assert monthly_rationing(nothing, DATASET)["lines"].tolist() == [0, 0, 0]
    assert weekly_rationing(nothing, DATASET)["lines"].sum() == 0


def test_without_any_donation_there_is_no_period():
    with pytest.raises(DataError, match="the dataset 'One' holds no donations"):
        monthly_rationing(Tables(distributions=distributions(*LINES)), DATASET)


def test_the_tables_given_are_left_as_they_were():
    given = tables(goods=goods(("2021-01-10", 30.0, "delivered")))
    before = {name: getattr(given, name).copy() for name in ("donations", "distributions", "goods")}

    monthly_rationing(given, DATASET)
    weekly_rationing(given, DATASET)

    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(given, name), table)
