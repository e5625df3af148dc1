"""Weeks, giving years and winters, by the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import seasons
from analysis.seasons import Window


def days(*texts: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(texts)


def mondays(first: str, last: str) -> pd.DatetimeIndex:
    return seasons.weeks_between(pd.Timestamp(first), pd.Timestamp(last))


# Windows


def test_a_window_over_the_new_year_holds_both_its_ends_and_nothing_beside_them():
    window = Window((12, 1), (1, 31))

    inside = window.holds(days("2020-11-30", "2020-12-01", "2020-12-31", "2021-01-01", "2021-01-31", "2021-02-01"))

    assert inside.tolist() == [False, True, True, True, True, False]


def test_a_window_inside_one_year_holds_both_its_ends_and_nothing_beside_them():
    window = Window((1, 10), (3, 5))

    inside = window.holds(days("2021-01-09", "2021-01-10", "2021-02-01", "2021-03-05", "2021-03-06", "2021-12-31"))

    assert inside.tolist() == [False, True, True, True, False, False]


def test_the_end_of_february_is_29_february_in_a_leap_year():
    leap = days("2020-02-28", "2020-02-29", "2020-03-01")

    assert seasons.WINTER.holds(leap).tolist() == [True, True, False]
    assert Window((12, 1), (2, 27)).holds(leap).tolist() == [False, False, False]


def test_a_window_reads_as_month_and_day():
    assert str(seasons.WINTER) == "12-01 to 02-28"


# Weeks


def test_the_week_of_a_sunday_begins_six_days_before():
    stamps = pd.Series(pd.to_datetime(["2021-01-03 23:59", "2021-01-04 00:00", "2021-01-10 12:00"]))

    assert seasons.monday(stamps).strftime("%Y-%m-%d").tolist() == ["2020-12-28", "2021-01-04", "2021-01-04"]


def test_weeks_run_from_the_week_of_the_first_day_to_the_week_of_the_last():
    # 2 December 2020 is a Wednesday, 4 January 2021 a Monday.
    weeks = mondays("2020-12-02", "2021-01-04")

    assert weeks.strftime("%m-%d").tolist() == ["11-30", "12-07", "12-14", "12-21", "12-28", "01-04"]


@pytest.mark.parametrize(("year", "weeks"), [(2019, 53), (2020, 53), (2021, 53), (2024, 53), (2028, 53), (2018, 53)])
def test_weeks_that_touch_a_calendar_year_cover_every_day_of_it(year, weeks):
    found = mondays(f"{year}-01-01", f"{year}-12-31")

    assert len(found) == weeks
    assert set(np.diff(found) / pd.Timedelta(days=1)) == {7}
    assert found[0] <= pd.Timestamp(year, 1, 1) < found[1]
    assert found[-1] <= pd.Timestamp(year, 12, 31) < found[-1] + pd.Timedelta(days=7)


def test_a_single_day_is_one_week():
    assert mondays("2021-02-28", "2021-02-28").strftime("%Y-%m-%d").tolist() == ["2021-02-22"]


def test_a_week_that_winter_cuts_has_the_share_of_its_days():
    # 1 December 2020 is a Tuesday: one day of seven is outside. 29 February 2020 is a Saturday: Sunday is outside.
    weeks = days("2020-11-23", "2020-11-30", "2020-12-07", "2020-02-24", "2021-02-22", "2021-03-01")

    shares = seasons.share_of_days(weeks, seasons.WINTER)

    assert shares.tolist() == pytest.approx([0, 6 / 7, 1, 6 / 7, 1, 0])


def test_the_calendar_of_a_year_end_is_the_one_counted_by_hand():
    # December 2020: the 5th is a Saturday, the 18th a Friday, the 31st a Thursday; 5 January 2021 is a Tuesday.
    table = seasons.calendar(mondays("2020-11-30", "2021-01-10"))

    assert table["winter_share"].tolist() == pytest.approx([6 / 7, 1, 1, 1, 1, 1])
    assert table["year_end_share"].tolist() == pytest.approx([0, 0, 3 / 7, 1, 4 / 7, 0])
    assert table["payday"].tolist() == [1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(("payday", "weeks"), [(28, [0, 0, 0, 1]), (10, [1, 0, 0, 0]), (11, [0, 1, 0, 0])])
def test_the_payday_is_the_day_that_is_asked_for(payday, weeks):
    # 10 January 2021 is a Sunday, 11 January a Monday.
    table = seasons.calendar(mondays("2021-01-04", "2021-01-31"), payday=payday)

    assert table["payday"].tolist() == weeks


def test_a_year_of_the_calendar_has_ninety_winter_days_and_fourteen_of_the_year_end():
    # July 2020 to June 2021: 31 + 31 + 28 days of winter, twelve paydays.
    table = seasons.calendar(mondays("2020-07-01", "2021-06-30"))

    assert table["winter_share"].sum() * 7 == pytest.approx(90)
    assert table["year_end_share"].sum() * 7 == pytest.approx(14)
    assert table["payday"].sum() == 12


# Giving years and winters


def test_a_giving_year_ends_on_30_june():
    labels = seasons.giving_year(days("2020-06-30", "2020-07-01", "2021-02-28", "1999-12-31"))

    assert labels.tolist() == ["2019/20", "2020/21", "2020/21", "1999/00"]


def test_labels_keep_the_index_of_the_dates():
    dates = pd.Series(pd.to_datetime(["2020-06-30", "2020-07-01"]), index=[5, 9])

    assert seasons.giving_year(dates).index.tolist() == [5, 9]


@pytest.mark.parametrize(
    ("first", "last", "winters"),
    [
        ("2019-07-01", "2021-06-27", ["2019/20", "2020/21"]),
        ("2019-11-18", "2020-03-02", ["2019/20"]),
        ("2019-11-25", "2020-03-02", []),  # 1 December 2019 is the Sunday of the first week
        ("2019-12-02", "2021-06-27", ["2020/21"]),  # the records begin inside the first winter
        ("2019-07-01", "2021-02-07", ["2019/20"]),  # and end inside the last
        ("2019-12-02", "2020-02-24", []),
        ("2020-03-02", "2020-11-23", []),
    ],
)
def test_a_winter_that_the_records_cut_is_not_whole(first, last, winters):
    assert seasons.whole_winters(seasons.calendar(mondays(first, last))) == winters


def test_the_weeks_given_are_not_changed():
    weeks = mondays("2020-11-30", "2021-01-10")
    before = weeks.copy()

    seasons.whole_winters(seasons.calendar(weeks))

    pd.testing.assert_index_equal(weeks, before)
