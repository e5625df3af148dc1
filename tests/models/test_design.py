from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from patsy import dmatrix

from analysis.models.design import (
    HALF_LIVES,
    appeal_columns,
    day_means,
    days_of,
    natural_spline,
    nuisance_columns,
    poisson_mean,
    usable_columns,
    useful,
    with_usable,
)
from analysis.models.sentences import TooThin
from analysis.seasons import calendar, weeks_between

WEEKS = pd.DataFrame({"week": weeks_between(pd.Timestamp("2021-01-04"), pd.Timestamp("2021-02-14"))})


def test_the_spline_spans_the_same_curves_as_patsy():
    times = np.arange(209.0)
    ours = np.column_stack([np.ones(209), natural_spline(times, 4)])
    knots = np.linspace(0, 208, 5)[1:-1].tolist()

    theirs = np.asarray(dmatrix("0 + cr(t, knots=k)", {"t": times, "k": knots}))

    fitted = ours @ np.linalg.lstsq(ours, theirs, rcond=None)[0]
    assert ours.shape[1] == theirs.shape[1] == np.linalg.matrix_rank(ours)
    np.testing.assert_allclose(fitted, theirs, atol=1e-9)


def test_a_straight_line_is_a_natural_spline():
    times = np.arange(0, 100, 3.0)
    basis = np.column_stack([np.ones(len(times)), natural_spline(times, 3)])

    coefficients = np.linalg.lstsq(basis, 5 - 0.1 * times, rcond=None)[0]

    np.testing.assert_allclose(basis @ coefficients, 5 - 0.1 * times, atol=1e-10)


def test_an_appeal_halves_day_by_day_from_its_launch_in_the_middle_of_a_week():
    appeals = pd.DataFrame({"launched_on": [pd.Timestamp("2021-01-27")]})

    (left,) = appeal_columns(WEEKS, appeals, half_life=1.0).T

    days = 0.5 ** (np.arange(20) / 7)
    assert left.tolist() == pytest.approx([0, 0, 0, days[:5].sum() / 7, days[5:12].mean(), days[12:19].mean()])


def test_a_soft_launch_marks_its_days_up_to_the_public_launch():
    appeals = pd.DataFrame(
        {"launched_on": [pd.Timestamp("2021-01-27")], "soft_launch_on": [pd.Timestamp("2021-01-13")]}
    )

    soft = appeal_columns(WEEKS, appeals, half_life=1.0)[:, 1]

    assert soft.tolist() == pytest.approx([0, 5 / 7, 1, 2 / 7, 0, 0])


def test_appeals_stand_in_the_order_of_their_launch_and_may_be_missing():
    appeals = pd.DataFrame({"launched_on": pd.to_datetime(["2021-02-01", None, "2021-01-11"])})

    columns = appeal_columns(WEEKS, appeals, half_life=2.0)

    assert (columns > 0).argmax(axis=0).tolist() == [1, 4]
    assert appeal_columns(WEEKS, None, half_life=2.0).shape == (6, 0)


@pytest.mark.parametrize(("half_life", "weeks"), [(0.5, 4), (1.0, 7), (4.0, 27)])
def test_an_appeal_that_has_faded_is_gone(half_life, weeks):
    year = pd.DataFrame({"week": weeks_between(pd.Timestamp("2021-01-04"), pd.Timestamp("2021-12-26"))})
    appeals = pd.DataFrame({"launched_on": [pd.Timestamp("2021-01-04")]})

    # The mean of a week is lower than its Monday: a share of 1 % is reached earlier than by 6.6 half-lives.
    assert abs((appeal_columns(year, appeals, half_life=half_life) > 0).sum() - weeks) <= 1


def test_half_lives_run_from_days_to_a_month():
    assert HALF_LIVES == (0.5, 1.0, 2.0, 4.0)


def test_months_have_the_days_of_months():
    months = pd.DataFrame({"week": pd.to_datetime(["2021-01-01", "2021-02-01"]), "days": [31, 28]})
    days = days_of(months)

    assert (str(days[0]), str(days[30]), str(days[31]), str(days[-1])) == (
        "2021-01-01", "2021-01-31", "2021-02-01", "2021-02-28",
    )  # fmt: skip
    assert day_means(np.arange(59.0), months).tolist() == [15.0, 44.5]


def test_four_years_have_four_spline_columns_one_year_two_and_a_stiff_trend_half_as_many():
    four = calendar(weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2021-03-28")))

    assert nuisance_columns(four).shape == (208, 4 + 3)
    assert nuisance_columns(four.head(52)).shape == (52, 2 + 3)
    assert nuisance_columns(four, stiffness=2.0).shape == (208, 2 + 3)
    assert nuisance_columns(four, stiffness=0.5).shape == (208, 8 + 3)


def test_columns_without_news_are_left_out():
    amounts = np.array([1.0, 2, 0, 0, 3, 4])
    winter = np.array([1.0, 1, 0, 0, 0, 0])
    zero, constant, repeat = np.zeros(6), np.full(6, 0.5), 1 - 2 * winter
    empty_weeks = np.array([0.0, 0, 1, 1, 0, 0])
    news = np.array([0.0, 1, 0, 1, 0, 1])
    nuisance = np.column_stack([zero, constant, repeat, empty_weeks, news])

    design = usable_columns(amounts, winter[:, None], nuisance)

    np.testing.assert_array_equal(design, np.column_stack([winter, np.ones(6), news]))
    np.testing.assert_array_equal(with_usable(amounts, design, news[:, None]), design)
    assert useful(amounts, design, np.column_stack([news, empty_weeks, amounts])).tolist() == [False, False, True]


def test_the_mean_of_two_groups_is_each_group_s_mean():
    amounts = np.array([10.0, 0, 20, 30, 50, 40])
    design = np.column_stack([[1.0, 1, 1, 0, 0, 0], np.ones(6)])

    np.testing.assert_allclose(poisson_mean(amounts, design), [10, 10, 10, 40, 40, 40], rtol=1e-8)


def test_a_negative_week_counts_in_full_in_its_group_s_mean():
    amounts = np.array([-50.0, 20, 60, 30, 50, 40])
    design = np.column_stack([[1.0, 1, 1, 0, 0, 0], np.ones(6)])

    np.testing.assert_allclose(poisson_mean(amounts, design), [10, 10, 10, 40, 40, 40], rtol=1e-6)


def test_a_group_without_giving_has_no_mean_on_the_log_scale():
    design = np.column_stack([[1.0, 1, 1, 0, 0, 0], np.ones(6)])

    with pytest.raises(TooThin, match="too few or too uneven"):
        poisson_mean(np.array([0.0, 0, 0, 30, 50, 40]), design)
