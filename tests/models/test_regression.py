from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from patsy import dmatrix
from scipy import stats

from analysis.models import regression
from analysis.models.regression import (
    GridFit,
    appeal_columns,
    covariances,
    fit_grid,
    fit_weekly_effects,
    natural_spline,
    nuisance_columns,
    poisson_mean,
    usable_columns,
)
from analysis.models.results import TooThin
from analysis.seasons import calendar, weeks_between


@pytest.fixture
def small_problem():
    rng = np.random.default_rng(3)
    times = np.array([0.0, 1.0, 2.0, 4.0, 5.0, 9.0, 10.0, 12.0])
    design = np.column_stack([[1.0, 0, 0, 1, 1, 0, 1, 0], np.ones(8)])
    noise = rng.uniform(0.5, 1.5, 8)
    return design @ [-0.3, 2.0] + rng.normal(0, 0.2, 8), design, times, noise / noise.mean()


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


def test_an_appeal_fades_at_two_speeds_and_its_soft_launch_marks_its_weeks():
    weeks = pd.Series(weeks_between(pd.Timestamp("2021-01-04"), pd.Timestamp("2021-03-14")))
    appeals = pd.DataFrame(
        {"launched_on": [pd.Timestamp("2021-01-27")], "soft_launch_on": [pd.Timestamp("2021-01-13")]}
    )

    fast, slow, soft = appeal_columns(weeks, appeals)

    assert soft.tolist() == [0, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert fast.tolist() == [0, 0, 0, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64]
    assert slow[[2, 3, 6, 9]].tolist() == [0, 1, 1 / 2, 1 / 4]


def test_an_appeal_that_has_faded_is_gone():
    weeks = pd.Series(weeks_between(pd.Timestamp("2021-01-04"), pd.Timestamp("2021-12-26")))

    fast, slow = appeal_columns(weeks, pd.DataFrame({"launched_on": [pd.Timestamp("2021-01-04")]}))

    assert (fast > 0).sum() == 7
    assert (slow > 0).sum() == 20


def test_four_years_have_four_spline_columns_and_one_year_two():
    four = calendar(weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2021-03-28")))

    assert nuisance_columns(four, appeals=None).shape == (208, 4 + 3)
    assert nuisance_columns(four.head(52), appeals=None).shape == (52, 2 + 3)


def test_columns_without_news_are_left_out():
    amounts = np.array([1.0, 2, 0, 0, 3, 4])
    winter = np.array([1.0, 1, 0, 0, 0, 0])
    zero, constant, repeat = np.zeros(6), np.full(6, 0.5), 1 - 2 * winter
    empty_weeks = np.array([0.0, 0, 1, 1, 0, 0])
    news = np.array([0.0, 1, 0, 1, 0, 1])

    design = usable_columns(amounts, winter[:, None], np.column_stack([zero, constant, repeat, empty_weeks, news]))

    np.testing.assert_array_equal(design, np.column_stack([winter, np.ones(6), news]))


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


def test_the_grid_is_every_mixture_of_noise_memory_and_walk():
    times, noise = np.array([3.0, 4.0, 7.0]), np.array([0.5, 1.0, 1.5])

    grid = list(covariances(times, noise, 0.04))

    assert len(grid) == 36
    np.testing.assert_allclose(grid[0], np.diag(noise))
    # rho 0.35, a 0.3, q 0.012: steps 1, 2 and 5; 0.012**2 * 1.3 / 0.04 = 0.00468.
    memory = 0.3 * np.array([[1, 0.35, 0.35**4], [0.35, 1, 0.35**3], [0.35**4, 0.35**3, 1]])
    walk = 0.00468 * np.array([[1, 1, 1], [1, 2, 2], [1, 2, 5]])
    np.testing.assert_allclose(grid[6 + 2], np.diag(noise) + memory + walk)
    assert any(np.allclose(c[0, 1], 0.8 + 0.1**2 * 2 / 0.04) for c in grid)


def test_every_grid_point_equals_least_squares_by_hand_and_by_statsmodels(small_problem):
    response, design, times, noise = small_problem
    residual_variance = sm.OLS(response, design).fit().mse_resid

    fit = fit_grid(response, design, effects=2, times=times, noise=noise)

    for place, covariance in enumerate(covariances(times, noise, residual_variance)):
        peer = sm.GLS(response, design, sigma=covariance).fit()
        np.testing.assert_allclose(fit.estimates[place], peer.params, rtol=1e-8)
        np.testing.assert_allclose(fit.errors[place], peer.bse, rtol=1e-8)
    inverse = np.linalg.inv(covariance)
    by_hand = np.linalg.inv(design.T @ inverse @ design) @ design.T @ inverse @ response
    np.testing.assert_allclose(fit.estimates[-1], by_hand, rtol=1e-8)
    assert fit.freedom == 6


def test_weights_are_restricted_likelihoods_and_sum_to_one(small_problem):
    response, design, times, noise = small_problem
    residual_variance = sm.OLS(response, design).fit().mse_resid
    contrasts = np.linalg.svd(design)[0][:, 2:].T
    logs = []
    for covariance in covariances(times, noise, residual_variance):
        among = contrasts @ covariance @ contrasts.T
        rest = contrasts @ response
        squares = rest @ np.linalg.solve(among, rest)
        logs.append(stats.multivariate_normal(cov=among * squares / 6).logpdf(rest))

    weights = fit_grid(response, design, effects=1, times=times, noise=noise).weights

    assert weights.sum() == pytest.approx(1)
    expected = np.exp(np.array(logs) - max(logs))
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-6)


def test_one_covariance_gives_the_t_interval():
    fit = GridFit(np.array([[0.5]]), np.array([[0.1]]), np.array([1.0]), 10)

    assert fit.interval(0.95) == pytest.approx((0.5 - 2.228139 * 0.1, 0.5 + 2.228139 * 0.1), abs=1e-6)


def test_a_mixture_holds_its_level():
    fit = GridFit(np.array([[0.0], [1.0]]), np.array([[0.2], [0.4]]), np.array([0.7, 0.3]), 8)

    low, high = fit.interval(0.9)

    inside = 0.7 * np.diff(stats.t.cdf([low / 0.2, high / 0.2], 8)) + 0.3 * np.diff(
        stats.t.cdf([(low - 1) / 0.4, (high - 1) / 0.4], 8)
    )
    assert inside[0] == pytest.approx(0.9)
    assert fit.mean() == pytest.approx(0.3)
    assert fit.error() == pytest.approx(np.sqrt(0.7 * (0.04 + 0.09) + 0.3 * (0.16 + 0.49)))


def test_refunds_above_gifts_in_a_week_do_not_stop_the_fit(weekly_world):
    weekly = weekly_world()
    weekly.loc[30, "amount"] = -200.0

    fit = fit_weekly_effects(weekly, [weekly["winter_share"].to_numpy()], appeals=None)

    assert np.isfinite(fit.interval(0.95)).all()


def test_weeks_that_brought_nothing_under_an_effect_are_too_thin(weekly_world):
    weekly = weekly_world().assign(amount=lambda t: t["amount"].where(t["winter_share"] == 0, 0.0))

    with pytest.raises(TooThin, match="too few or too uneven"):
        fit_weekly_effects(weekly, [weekly["winter_share"].to_numpy()], appeals=None)


def test_refunds_above_gifts_in_all_are_too_thin(weekly_world):
    weekly = weekly_world()
    weekly.loc[30, "amount"] = -2 * weekly["amount"].sum()

    with pytest.raises(TooThin, match="too few or too uneven"):
        fit_weekly_effects(weekly, [weekly["winter_share"].to_numpy()], appeals=None)


def test_estimates_without_error_are_their_own_interval():
    fit = GridFit(np.array([[0.5], [0.5]]), np.zeros((2, 1)), np.array([0.5, 0.5]), 10)

    assert fit.interval(0.95) == pytest.approx((0.5, 0.5), abs=1e-9)


def test_the_grid_is_the_one_of_the_method():
    assert regression.MEMORY == (0.35, 0.8)
    assert regression.MEMORY_SHARE == (0.0, 0.3, 1.0)
    assert regression.WALK == (0.0, 0.006, 0.012, 0.025, 0.05, 0.1)
