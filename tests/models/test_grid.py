from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.models import grid
from analysis.models.grid import APART, GridFit, covariances, fit_grid


@pytest.fixture
def small_problem():
    rng = np.random.default_rng(3)
    times = np.array([0.0, 1.0, 2.0, 4.0, 5.0, 9.0, 10.0, 12.0])
    design = np.column_stack([[1.0, 0, 0, 1, 1, 0, 1, 0], np.ones(8)])
    noise = rng.uniform(0.5, 1.5, 8)
    return design @ [-0.3, 2.0] + rng.normal(0, 0.2, 8), design, times, noise / noise.mean()


def whole(point, times, noise):
    """The covariance written out: white noise, memory that fades with time, and a random walk from week 0."""
    apart = np.abs(times[:, None] - times)
    together = np.minimum(times[:, None], times) - times[0] + 1
    return point.noise * np.diag(noise) + point.memory * point.rho**apart + point.walk * together


def one(estimate, error):
    return GridFit(np.array([[estimate]]), np.array([[[error**2]]]), np.array([1.0]), 10)


def test_the_grid_is_every_mixture_of_noise_memory_and_walk_and_its_priors_sum_to_one():
    points = covariances(0.04)

    # Six walks without memory, and with each of four shares of memory at two speeds.
    assert len(points) == 6 * (1 + 4 * 2)
    assert sum(point.prior for point in points) == pytest.approx(1)
    assert {point.noise + point.memory for point in points} == {1.0}
    assert {(point.rho, point.memory) for point in points} == {
        (0.35, 0.0), *((rho, share) for rho in (0.35, 0.8) for share in (0.1, 0.25, 0.5, 0.8)),
    }  # fmt: skip
    steps = sorted({round(float(np.sqrt(point.walk * 0.04)), 9) for point in points})
    assert steps == [0.0, 0.006, 0.012, 0.025, 0.05, 0.1]


def test_priors_are_exponential_on_the_scale_of_giving_whatever_the_noise():
    def share_of_priors(scale, chosen):
        return sum(point.prior for point in covariances(scale) if chosen(point))

    # Steps from the middle of 0.05 and 0.1 (in proportion) to 0.15, of an exponential of mean 0.025 cut at 0.15.
    low, high = np.exp(-np.sqrt(0.05 * 0.1) / 0.025), np.exp(-0.15 / 0.025)
    assert share_of_priors(0.3, lambda p: p.walk == max(q.walk for q in covariances(0.3))) == pytest.approx(
        (low - high) / (1 - high)
    )
    # Memory of a tenth of the variance: noise of 1 makes it 0.32, of 0.01 only 0.03; the prior halves it early.
    assert share_of_priors(1.0, lambda p: p.memory == 0) > 0.5 > share_of_priors(0.01, lambda p: p.memory == 0)


def test_every_grid_point_equals_least_squares_by_hand_and_by_statsmodels(small_problem):
    response, design, times, noise = small_problem

    fit = fit_grid(response, design, effects=2, times=times, noise=noise)

    assert len(fit.covariances) == len(fit.weights) > 10
    for place, point in enumerate(fit.covariances):
        sigma = whole(point, times, noise)
        peer = sm.GLS(response, design, sigma=sigma).fit()
        np.testing.assert_allclose(fit.estimates[place], peer.params, rtol=1e-7)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.spreads[place])), peer.bse, rtol=1e-7)
        # The scale of the covariances is that of the response.
        assert peer.scale == pytest.approx(1)
    inverse = np.linalg.inv(sigma)
    by_hand = np.linalg.inv(design.T @ inverse @ design)
    np.testing.assert_allclose(fit.estimates[-1], by_hand @ design.T @ inverse @ response, rtol=1e-7)
    np.testing.assert_allclose(fit.spreads[-1], by_hand, rtol=1e-7)
    assert fit.freedom == 6


def test_errors_follow_the_scatter_and_estimates_the_noise(small_problem):
    response, design, times, noise = small_problem
    scatter = noise * np.where(np.arange(8) % 3, 1.0, 0.2)

    fit = fit_grid(response, design, effects=2, times=times, noise=noise, scatter=scatter)

    for place, point in enumerate(fit.covariances):
        inverse = np.linalg.inv(whole(point, times, noise))
        pull = np.linalg.inv(design.T @ inverse @ design) @ design.T @ inverse
        np.testing.assert_allclose(fit.estimates[place], pull @ response, rtol=1e-7)
        np.testing.assert_allclose(fit.spreads[place], pull @ whole(point, times, scatter) @ pull.T, rtol=1e-7)


def test_weights_are_restricted_likelihoods_times_priors_and_sum_to_one(small_problem):
    response, design, times, noise = small_problem
    contrasts = np.linalg.svd(design)[0][:, 2:].T
    fit = fit_grid(response, design, effects=1, times=times, noise=noise)

    logs = []
    for point in fit.covariances:
        among = contrasts @ whole(point, times, noise) @ contrasts.T
        logs.append(stats.multivariate_normal(cov=among).logpdf(contrasts @ response) + np.log(point.prior))

    expected = np.exp(np.array(logs) - max(logs))
    assert fit.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(fit.weights, expected / expected.sum(), rtol=1e-6)


def test_observations_of_one_moment_stand_a_moment_apart(small_problem):
    response, design, _, noise = small_problem
    together, apart = np.array([0.0, 1, 1, 4, 5, 9, 9, 12]), np.array([0.0, 1, 1, 4, 5, 9, 9, 12])
    apart[[2, 6]] += APART
    apart[3:] += APART
    apart[7] += APART

    same = fit_grid(response, design, effects=1, times=together, noise=noise)
    near = fit_grid(response, design, effects=1, times=apart, noise=noise)

    assert same.mean() == pytest.approx(near.mean(), rel=1e-3)
    assert same.error() == pytest.approx(near.error(), rel=1e-3)


def test_one_covariance_gives_the_t_interval():
    assert one(0.5, 0.1).interval(0.95) == pytest.approx((0.5 - 2.228139 * 0.1, 0.5 + 2.228139 * 0.1), abs=1e-6)


def test_a_mixture_holds_its_level_and_its_spread_is_within_and_between():
    fit = GridFit(np.array([[0.0], [1.0]]), np.array([[[0.2**2]], [[0.4**2]]]), np.array([0.7, 0.3]), 8)

    low, high = fit.interval(0.9)

    inside = 0.7 * np.diff(stats.t.cdf([low / 0.2, high / 0.2], 8)) + 0.3 * np.diff(
        stats.t.cdf([(low - 1) / 0.4, (high - 1) / 0.4], 8)
    )
    assert inside[0] == pytest.approx(0.9)
    assert fit.mean() == pytest.approx(0.3)
    assert fit.error() == pytest.approx(np.sqrt(0.7 * (0.04 + 0.09) + 0.3 * (0.16 + 0.49)))


def test_estimates_without_error_are_their_own_interval():
    assert one(0.5, 0.0).interval(0.95) == pytest.approx((0.5, 0.5), abs=1e-9)


def test_the_grid_is_the_one_of_the_method():
    assert grid.MEMORY == (0.35, 0.8)
    assert grid.MEMORY_SHARE == (0.0, 0.1, 0.25, 0.5, 0.8)
    assert grid.WALK == (0.0, 0.006, 0.012, 0.025, 0.05, 0.1)
    assert (grid.USUAL_MEMORY, grid.USUAL_WALK) == (0.2, 0.025)


def test_a_weighted_sum_of_effects_is_one_effect_with_their_joint_error():
    fit = GridFit(np.array([[0.2, 0.6]]), np.array([[[0.04, 0.01], [0.01, 0.09]]]), np.array([1.0]), 10)

    half = fit.along(np.array([0.5, 0.5]))

    assert half.mean() == pytest.approx(0.4)
    assert half.error() == pytest.approx(np.sqrt(0.25 * (0.04 + 0.09 + 2 * 0.01)))
    assert fit.mean() == pytest.approx(0.2)
