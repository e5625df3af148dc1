"""Small cells, dominant gifts and dated headcounts stay inside."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analysis.report.disclosure import dominated, hide_small_cells, publishable_headcount


def test_a_cell_of_fewer_than_ten_gifts_is_hidden_and_a_second_with_it():
    table = pd.DataFrame({"amount": [500.0, 90.0, 300.0], "donations": [40, 9, 20]})

    published = hide_small_cells(table, count="donations", values=["amount"], also=pd.Series([False] * 3))

    assert published["hidden"].tolist() == [False, True, True]
    assert published["amount"].isna().tolist() == [False, True, True]
    assert published["donations"].isna().tolist() == [False, True, True]


def test_two_small_cells_need_no_third():
    table = pd.DataFrame({"amount": [500.0, 90.0, 10.0], "donations": [40, 9, 0]})

    published = hide_small_cells(table, count="donations", values=["amount"], also=pd.Series([False] * 3))

    assert published["hidden"].tolist() == [False, True, True]


def test_a_table_without_small_cells_is_published_whole():
    table = pd.DataFrame({"amount": [500.0, 90.0], "donations": [40, 10]})

    published = hide_small_cells(table, count="donations", values=["amount"], also=pd.Series([False] * 2))

    assert published["amount"].tolist() == [500.0, 90.0]


def test_a_gift_of_more_than_half_dominates_its_cell():
    donations = pd.DataFrame({"amount": [51.0, 49.0, 50.0, 50.0, -10.0], "status": ["received"] * 4 + ["refunded"]})

    found = dominated(donations, pd.Series(["a", "a", "b", "b", "b"]))

    assert found.to_dict() == {"a": True, "b": False}


def test_headcounts_leave_rounded_and_not_before_the_month_is_over():
    months = pd.to_datetime(["2021-01-01", "2021-02-01", "2021-03-01"])
    table = pd.DataFrame({"month": months, "people": [1026.0, 4.0, 980.0]})

    published = publishable_headcount(table, today=dt.date(2021, 3, 31))

    assert published["month"].dt.month.tolist() == [1, 2]
    assert published["people"].iloc[0] == 1050.0
    assert pd.isna(published["people"].iloc[1])
