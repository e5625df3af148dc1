"""Least squares averaged over a grid of covariances: the part of the engine that knows no calendar.

Weekly giving wanders, keeps some memory from week to week and is noisier when it is small; which of the three, and
how much, the records alone seldom tell. So the effect is estimated under every covariance of a grid (white noise,
first-order memory and a random walk in many proportions), each estimate is weighted by its restricted likelihood
(REML) and a weak prior, and the interval is read from the weighted mixture of t distributions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

Array = NDArray[np.float64]

MEMORY = (0.35, 0.8)
"""What is left of a surprise a week later."""

MEMORY_SHARE = (0.0, 0.1, 0.25, 0.5, 0.8)
"""Share of the residual variance that has memory; the rest is white noise."""

WALK = (0.0, 0.006, 0.012, 0.025, 0.05, 0.1)
"""Step of the random walk in a week, on the log scale."""

USUAL_MEMORY = 0.2
"""Prior mean of the standard deviation of memory (log scale): above 0.6, weeks that swing by half, 1 in 20."""

USUAL_WALK = 0.025
"""Prior mean of the walk's step: above 0.1, giving that doubles or halves within a year by chance, 1 in 50."""

SMALLEST = 1e-12
LEAST_WEIGHT = 1e-3
"""What is less likely than the best by this factor is left out of an average."""

APART = 0.01
"""Observations of one moment are taken to lie this far apart (weeks)."""


@dataclass(frozen=True, slots=True)
class Covariance:
    """One covariance of the grid: memory's `rho`; variances of noise, of memory and of the walk's step in a week.

    `prior` is its prior weight; the priors of a grid sum to one.
    """

    rho: float
    noise: float
    memory: float
    walk: float
    prior: float

    def times(self, scale: float) -> Covariance:
        """The same covariance with every variance times `scale`."""
        return replace(self, noise=self.noise * scale, memory=self.memory * scale, walk=self.walk * scale)


@dataclass(frozen=True, slots=True)
class GridFit:
    """Effects under every covariance of the grid: one row a covariance, one column an effect (log scale).

    `spreads` are the covariances of the estimates, one matrix a row; `weights` are the weights of the rows and sum
    to one; `freedom` is the degrees of freedom; `covariances` are the rows' own, on the scale of the response.
    """

    estimates: Array
    spreads: Array
    weights: Array
    freedom: int
    covariances: tuple[Covariance, ...] = ()

    def mean(self, effect: int = 0) -> float:
        """The effect on the log scale, averaged over the grid."""
        return float(self.weights @ self.estimates[:, effect])

    def along(self, weights: Array) -> GridFit:
        """The weighted sum of the effects as one effect."""
        estimates, spreads = self.estimates @ weights, np.einsum("i,gij,j->g", weights, self.spreads, weights)
        return replace(self, estimates=estimates[:, None], spreads=spreads[:, None, None])

    def spread(self) -> Array:
        """Covariance of the effects: within the covariances of the grid and between them."""
        apart = self.estimates - self.weights @ self.estimates
        return np.einsum("g,gij->ij", self.weights, self.spreads + apart[:, :, None] * apart[:, None, :])

    def error(self, effect: int = 0) -> float:
        """Standard error of the effect: within the covariances and between them."""
        return float(np.sqrt(self.spread()[effect, effect]))

    def quantile(self, probability: float, effect: int = 0) -> float:
        """Quantile of the weighted mixture of t distributions."""
        centres = self.estimates[:, effect]
        scales = np.maximum(np.sqrt(self.spreads[:, effect, effect]), SMALLEST)
        ends = centres + scales * stdtrit(self.freedom, probability)
        low, high = float(ends.min() - scales.max()), float(ends.max() + scales.max())

        def excess(value: float) -> float:
            return float(self.weights @ stdtr(self.freedom, (value - centres) / scales)) - probability

        return float(brentq(excess, low, high, xtol=SMALLEST))

    def interval(self, level: float, effect: int = 0) -> tuple[float, float]:
        """Ends of the central interval at `level` on the log scale."""
        return self.quantile((1 - level) / 2, effect), self.quantile((1 + level) / 2, effect)


def covariances(scale: float) -> list[Covariance]:
    """Every covariance of the grid, relative to `scale`, the residual variance.

    Memory and walk have exponential priors on their standard deviations (log scale), so that the model is as
    simple as the records let it be (penalised complexity: Simpson et al. 2017, Statistical Science 32). Where gifts
    are few the noise is large, a share of it that would mean wild swings of giving itself is thereby unlikely.
    """
    deviations = np.sqrt(np.array(MEMORY_SHARE) * scale)
    memory = _prior([*(deviations[1:] + deviations[:-1]) / 2, np.sqrt(scale)], USUAL_MEMORY)
    walk = _prior([WALK[1] / 2, *np.sqrt(np.array(WALK[1:-1]) * WALK[2:]), 1.5 * WALK[-1]], USUAL_WALK)
    grid = []
    for (share, likely), (step, usual) in product(zip(MEMORY_SHARE, memory, strict=True), zip(WALK, walk, strict=True)):
        rhos = MEMORY if share else MEMORY[:1]
        for rho in rhos:
            prior = likely * usual / len(rhos)
            grid.append(Covariance(rho, 1 - share, share, step**2 / max(scale, SMALLEST), prior))
    return grid


def _prior(ends: Sequence[float], mean: float) -> Array:
    """Exponential probabilities of the cells that end at `ends`, the first from zero; they sum to one."""
    within = -np.expm1(-np.array([0.0, *ends]) / mean)
    cells = np.maximum(np.diff(within), SMALLEST)
    return np.asarray(cells / cells.sum())


@dataclass(frozen=True, slots=True)
class _Filter:
    """Each observation less what the two before it foretell of memory and walk; its determinant is one.

    Filtered memory and walk are functions of the last two steps, and filtered noise of the last three weeks: every
    covariance is three bands wide. `rows` holds what an observation, the one before and the one before that are
    multiplied by; `memory` and `walk` are the lower bands (LAPACK's) of the two filtered covariances.
    """

    rows: Array
    memory: Array
    walk: Array

    def apply(self, columns: Array) -> Array:
        """`columns`, filtered."""
        filtered = columns.copy()
        filtered[1:] += self.rows[1:, 1:2] * columns[:-1]
        filtered[2:] += self.rows[2:, 2:3] * columns[:-2]
        return filtered

    def noise(self, variances: Array) -> Array:
        """Lower bands of filtered white noise."""
        now, last, first = self.rows.T
        bands = np.zeros((3, len(variances)))
        bands[0] = now**2 * variances
        bands[0, 1:] += last[1:] ** 2 * variances[:-1]
        bands[0, 2:] += first[2:] ** 2 * variances[:-2]
        bands[1, :-1] = last[1:] * variances[:-1]
        bands[1, 1:-1] += first[2:] * last[1:-1] * variances[:-2]
        bands[2, :-2] = first[2:] * variances[:-2]
        return bands


@lru_cache(maxsize=32)
def _filter(times: tuple[float, ...], rho: float) -> _Filter:
    moments = np.array(times)
    left = rho ** np.diff(moments)
    rows = np.zeros((len(moments), 3))
    rows[:, 0] = 1
    rows[1, 1] = -1
    rows[2:, 1] = -(1 - left[1:] * left[:-1]) / (1 - left[:-1])
    rows[2:, 2] = -1 - rows[2:, 1]
    return _Filter(
        rows,
        _bands(rows, lambda one, other: rho ** np.abs(moments[one] - moments[other])),
        _bands(rows, lambda one, other: np.minimum(moments[one], moments[other]) + 1),
    )


def _bands(rows: Array, among: Callable[[NDArray[np.intp], NDArray[np.intp]], Array]) -> Array:
    """Lower bands of the filtered covariance `among`: row `apart` holds those of i + apart with i."""
    bands = np.zeros((3, len(rows)))
    for apart in range(3):
        one = np.arange(len(rows) - apart)
        for back, other_back in product(range(3), range(3)):
            pair = np.maximum(one + apart - back, 0), np.maximum(one - other_back, 0)
            bands[apart, : len(one)] += rows[one + apart, back] * rows[one, other_back] * among(*pair)
    return bands


def fit_grid(
    response: Array, design: Array, *, effects: int, times: Array, noise: Array, scatter: Array | None = None
) -> GridFit:
    """Generalised least squares under every covariance of the grid, weighted by REML and prior.

    The first `effects` columns of `design` are the effects that come back. `times` are in weeks and in order;
    `noise` is the relative white noise (mean one) that the estimates are weighted by, and `scatter` the one that
    their errors and likelihoods allow for, the same unless given.
    """
    freedom = len(response) - design.shape[1]
    moments = np.concatenate([[0.0], np.cumsum(np.maximum(np.diff(times), APART))])
    basis, triangle = np.linalg.qr(design)
    rest = response - basis @ (basis.T @ response)
    back = np.linalg.inv(triangle)[:effects]
    columns = np.column_stack([basis, response])
    scatter = noise if scatter is None else scatter
    problems = {rho: _Problem.of(_filter(tuple(moments), rho), columns, noise, scatter) for rho in MEMORY}
    grid = sorted(covariances(float(rest @ rest) / freedom), key=lambda point: point.rho)
    found = [problems[rho].likelihoods([one for one in grid if one.rho == rho], freedom) for rho in MEMORY]
    scales = np.concatenate([scales for _, scales in found])
    logs = np.concatenate([logs for logs, _ in found]) + np.log([point.prior for point in grid])
    kept = np.flatnonzero(logs > logs.max() + np.log(LEAST_WEIGHT))
    weights = np.exp(logs[kept] - logs.max())
    fits = [
        fit
        for rho in MEMORY
        for fit in problems[rho].estimates([grid[place] for place in kept if grid[place].rho == rho], back)
    ]
    return GridFit(
        np.array([estimate for estimate, _ in fits]),
        np.array([scale * spread for scale, (_, spread) in zip(scales[kept], fits, strict=True)]),
        weights / weights.sum(),
        freedom,
        tuple(grid[place].times(float(scales[place])) for place in kept),
    )


@dataclass(frozen=True, slots=True)
class _Problem:
    """A filtered regression: the filter, the bands of noise and scatter, and the columns (design, then response)."""

    filter: _Filter
    noise: Array
    scatter: Array
    columns: Array

    @classmethod
    def of(cls, one: _Filter, columns: Array, noise: Array, scatter: Array) -> _Problem:
        return cls(one, one.noise(noise), one.noise(scatter), one.apply(columns))

    def _bands(self, point: Covariance, noise: Array) -> Array:
        return point.noise * noise + point.memory * self.filter.memory + point.walk * self.filter.walk

    def likelihoods(self, points: Sequence[Covariance], freedom: int) -> tuple[Array, Array]:
        """The REML log-likelihood of each point (scale profiled out, no constants) and its scale."""
        roots, white = _whitened([self._bands(point, self.scatter) for point in points], self.columns)
        products = white.transpose(1, 2, 0) @ white.transpose(1, 0, 2)
        information, own = products[:, :-1, :-1], products[:, :-1, -1:]
        told = (own * np.linalg.solve(information, own)).sum(axis=(1, 2))
        squares = np.maximum(products[:, -1, -1] - told, SMALLEST**2)
        log_determinants = 2 * np.log(roots[:, 0]).sum(axis=1) + np.linalg.slogdet(information)[1]
        return -0.5 * (freedom * np.log(squares) + log_determinants), squares / freedom

    def estimates(self, points: Sequence[Covariance], back: Array) -> list[tuple[Array, Array]]:
        """For each point the effects that `back` takes from the coefficients, and their covariance up to scale."""
        if not points:
            return []
        roots, white = _whitened([self._bands(point, self.noise) for point in points], self.columns[:, :-1])
        taken = np.linalg.solve(white.transpose(1, 2, 0) @ white.transpose(1, 0, 2), back.T)
        pushed = white.transpose(1, 0, 2) @ taken
        return [
            self._estimate(point, lapack.dtbtrs(root, one, uplo="L", trans="T")[0])
            for point, root, one in zip(points, roots, pushed, strict=True)
        ]

    def _estimate(self, point: Covariance, pull: Array) -> tuple[Array, Array]:
        """What `pull` takes from the response, and its covariance: scatter allowed for."""
        among = self._bands(point, self.scatter)
        pushed = among[0, :, None] * pull
        for apart in (1, 2):
            pushed[apart:] += among[apart, :-apart, None] * pull[:-apart]
            pushed[:-apart] += among[apart, :-apart, None] * pull[apart:]
        return pull.T @ self.columns[:, -1], pull.T @ pushed


def _whitened(bands: Sequence[Array], columns: Array) -> tuple[Array, Array]:
    """The Cholesky factor of each banded covariance, and `columns` divided by each: (row, covariance, column).

    Rows in turn, all covariances at once: LAPACK would take a column and a covariance at a time.
    """
    roots = np.array([lapack.dpbtrf(one, lower=1)[0] for one in bands])
    own, last, first = (roots[:, band].T[:, :, None].copy() for band in range(3))
    own, last[:-1], first[:-2] = 1 / own, last[:-1] / own[1:], first[:-2] / own[2:]
    white = columns[:, None, :] * own
    spare = np.empty(white.shape[1:])
    for row in range(1, len(columns)):
        white[row] -= np.multiply(last[row - 1], white[row - 1], out=spare)
        if row > 1:
            white[row] -= np.multiply(first[row - 2], white[row - 2], out=spare)
    return roots, white
