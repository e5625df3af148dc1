"""Giving over time and by month: the tables by hand, the ink read back."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date
from matplotlib.figure import Figure

from analysis.charts.giving import (
    giving_table,
    mean_profile,
    plot_seasonal_profile,
    plot_weekly_giving,
    seasonal_profile,
    telling_months,
    winter_spans,
)
from analysis.charts.style import GIVING, WINTER_FILL, house_style
from analysis.seasons import calendar, weeks_between


def weekly(first: str, amounts: list[float], *, complete: list[bool] | None = None) -> pd.DataFrame:
    weeks = pd.date_range(first, periods=len(amounts), freq="7D", unit="us")
    return pd.DataFrame(
        {"week": weeks, "amount": amounts, "donations": 2, "complete": complete or [True] * len(amounts)}
    )


def shaded(ax) -> list[tuple[float, float]]:
    """Left and right end of each stretch in the winter colour."""
    return [
        (round(patch.get_x(), 6), round(patch.get_x() + patch.get_width(), 6))
        for patch in ax.patches
        if patch.get_facecolor()[:3] == pytest.approx(tuple(int(WINTER_FILL[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    ]


# Tables


def test_the_smooth_line_is_the_median_of_nine_weeks_and_at_the_ends_of_five_or_more():
    table = giving_table(weekly("2021-01-04", [1, 2, 3, 4, 100, 6, 7, 8, 9, 10]))

    # Week 1 has weeks 1 to 5: 1 2 3 4 100. Week 5 has weeks 1 to 9: 1 2 3 4 6 7 8 9 100. Week 10 has 6 7 8 9 10.
    assert table["smooth"].iloc[[0, 4, 9]].tolist() == [3, 6, 8]


def test_four_weeks_have_no_smooth_line():
    assert giving_table(weekly("2021-01-04", [1, 2, 3, 4]))["smooth"].isna().all()


def test_incomplete_weeks_are_in_no_chart_table():
    table = weekly("2021-01-04", [5, 6, 7], complete=[False, True, False])

    assert giving_table(table)["amount"].tolist() == [6]
    assert seasonal_profile(table)["weeks"].tolist() == [1]


def test_a_week_belongs_to_the_month_of_its_thursday():
    # Monday 28 December 2020 has its Thursday on the 31st; Monday 29 June 2020 on 2 July, in the next giving year.
    profile = seasonal_profile(weekly("2020-12-28", [10.0, 20.0]))
    turn = seasonal_profile(weekly("2020-06-22", [10.0, 20.0]))

    assert profile[["giving_year", "month", "amount"]].to_numpy().tolist() == [["2020/21", 12, 10], ["2020/21", 1, 20]]
    assert turn[["giving_year", "month"]].to_numpy().tolist() == [["2019/20", 6], ["2020/21", 7]]


def test_the_profile_is_the_mean_week_of_each_month_and_the_number_of_its_gifts():
    profile = seasonal_profile(weekly("2021-02-01", [10.0, 20.0, 30.0, 40.0, 7.0]))

    assert profile.to_dict("records") == [
        {"giving_year": "2020/21", "month": 2, "weeks": 4, "amount": 25.0, "donations": 8},
        {"giving_year": "2020/21", "month": 3, "weeks": 1, "amount": 7.0, "donations": 2},
    ]


def years_of(*amounts: dict[int, float]) -> pd.DataFrame:
    """A profile of whole giving years of 100 a week, but for the months given."""
    rows = [
        {"giving_year": f"20{18 + place}/{19 + place}", "month": month, "amount": year.get(month, 100.0)}
        for place, year in enumerate(amounts)
        for month in (7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6)
    ]
    return pd.DataFrame(rows)


def test_the_mean_profile_gives_each_whole_year_the_same_weight_and_runs_from_july():
    cut = pd.DataFrame({"giving_year": "2020/21", "month": [7, 8], "amount": [9000.0, 9000.0]})

    means = mean_profile(pd.concat([years_of({1: 10.0}, {1: 30.0}), cut]))

    assert means.index.tolist() == [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]
    assert means[1] == 20.0
    assert means[7] == 100.0


def test_a_year_with_a_hidden_month_is_no_whole_year():
    assert mean_profile(years_of({1: float("nan")})).empty


def test_a_month_is_named_only_when_most_years_agree_and_there_are_two():
    assert telling_months(years_of({12: 300.0, 2: 40.0}, {12: 250.0, 2: 50.0}, {12: 200.0, 2: 60.0})) == (12, 2)
    assert telling_months(years_of({12: 900.0, 2: 40.0}, {5: 250.0, 2: 50.0}, {6: 200.0, 2: 60.0})) is None
    assert telling_months(years_of({12: 300.0, 2: 40.0})) is None


# Winters


def spans(first: str, last: str) -> list:
    return winter_spans(calendar(weeks_between(pd.Timestamp(first), pd.Timestamp(last))))


def test_a_winter_runs_from_its_first_day_to_the_day_after_its_last():
    assert spans("2019-07-01", "2021-06-27") == [
        ("2019/20", dt.date(2019, 12, 1), dt.date(2020, 3, 1)),
        ("2020/21", dt.date(2020, 12, 1), dt.date(2021, 3, 1)),
    ]


def test_a_winter_that_the_records_cut_runs_to_their_end():
    assert spans("2019-12-30", "2021-01-10") == [
        ("2019/20", dt.date(2019, 12, 30), dt.date(2020, 3, 1)),
        ("2020/21", dt.date(2020, 12, 1), dt.date(2021, 1, 11)),
    ]


def test_a_winter_of_one_recorded_week_is_that_week():
    assert spans("2020-11-02", "2020-12-06") == [("2020/21", dt.date(2020, 11, 30), dt.date(2020, 12, 7))]


def test_without_winter_weeks_there_is_no_winter():
    assert spans("2020-04-06", "2020-09-06") == []


# Ink


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_lines_are_the_table(words, language):
    table = giving_table(weekly("2021-01-04", [1000.0, 2500.0, 1500.0, 900.0, 1200.0, 1100.0]))

    with house_style():
        ax = plot_weekly_giving(table, ax=Figure().add_subplot(), words=words[language], language=language)

    weeks, smooth = ax.lines
    assert weeks.get_ydata().tolist() == table["amount"].tolist()
    np.testing.assert_array_equal(smooth.get_ydata(), table["smooth"])
    assert [day.date() for day in num2date(weeks.get_xdata())] == table["week"].dt.date.tolist()
    assert smooth.get_color() == GIVING
    assert smooth.get_linewidth() > weeks.get_linewidth()
    assert [text.get_text() for text in ax.texts] == [
        words[language]["giving_heading"],
        words[language]["giving_label"],
    ]


@pytest.mark.parametrize(
    ("language", "ticks"), [("fr", ["0", "1\u202f000", "2\u202f000"]), ("en", ["0", "1,000", "2,000"])]
)
def test_the_value_axis_begins_at_zero_and_is_written_as_the_language_does(words, language, ticks):
    table = giving_table(weekly("2021-01-04", [1000.0, 2400.0, 1500.0]))

    ax = plot_weekly_giving(table, ax=Figure().add_subplot(), words=words[language], language=language)

    assert ax.get_ylim()[0] == 0
    written = [tick.get_text() for tick in ax.get_yticklabels()]
    assert [text for text in written if text in ticks] == ticks


def test_a_week_in_which_more_went_back_than_came_is_on_the_chart(words):
    table = giving_table(weekly("2021-01-04", [1000.0, -300.0, 1500.0]))

    ax = plot_weekly_giving(table, ax=Figure().add_subplot(), words=words["en"], language="en")

    assert ax.get_ylim()[0] < -300


def test_bars_are_the_mean_months_and_points_the_giving_years(words):
    table = years_of({7: 100.0, 1: 50.0}, {7: 300.0, 1: 70.0})

    ax = plot_seasonal_profile(
        table, ax=Figure().add_subplot(), winter_months=(12, 1), words=words["fr"], language="fr"
    )

    bars = ax.containers[0].patches
    heights = [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in bars]
    assert (heights[0], heights[1], heights[6]) == ((0, 200.0), (1, 100.0), (6, 60.0))
    assert [(line.get_ydata()[0], line.get_ydata()[6]) for line in ax.lines] == [(100.0, 50.0), (300.0, 70.0)]
    assert [np.round(line.get_xdata()).tolist() for line in ax.lines] == [list(range(12))] * 2
    assert shaded(ax) == [(4.5, 5.5), (5.5, 6.5)]
    names = [tick.get_text() for tick in ax.get_xticklabels()]
    assert (names[0], names[5], names[7], names[11]) == ("juil.", "déc.", "févr.", "juin")


def test_charts_do_not_change_their_tables(words):
    given = weekly("2021-01-04", [1000.0, 2400.0, 1500.0, 5.0, 6.0])
    before = given.copy()
    table, profile = giving_table(given), seasonal_profile(given)
    tables_before = table.copy(), profile.copy()

    plot_weekly_giving(table, ax=Figure().add_subplot(), words=words["fr"], language="fr")
    plot_seasonal_profile(profile, ax=Figure().add_subplot(), winter_months=(), words=words["fr"], language="fr")

    pd.testing.assert_frame_equal(given, before)
    pd.testing.assert_frame_equal(table, tables_before[0])
    pd.testing.assert_frame_equal(profile, tables_before[1])
