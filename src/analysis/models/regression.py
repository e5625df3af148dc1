"""The shared engine: a mean model of weekly giving, and least squares averaged over a grid of covariances.

Weekly giving wanders, keeps some memory from week to week and is noisier when it is small; which of the
three, and how much, the records alone seldom tell. So the effect is estimated under every covariance of a
grid (white noise, first-order memory and a random walk in many proportions), each estimate is weighted by
its restricted likelihood (REML), and the interval is read from the weighted mixture of t distributions. The
Poisson mean model only gives the weights of the weeks; its own standard errors are never used.

Everything is linear in the amounts once the mean is fitted, so a week where refunds exceed gifts (a negative
total) is used as it is: nothing is cut off at zero.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from analysis.models.results import TooThin
from analysis.seasons import monday

Array = NDArray[np.float64]

WEEKS_PER_YEAR = 365.25 / 7
MEMORY = (0.35, 0.8)
MEMORY_SHARE = (0.0, 0.3, 1.0)
WALK = (0.0, 0.006, 0.012, 0.025, 0.05, 0.1)
HALF_LIVES = (1, 3)
FADED = 0.01
MOST_STEPS = 200
SMALLEST = 1e-12
NO_NEWS = 1e-8


@dataclass(frozen=True, slots=True)
class GridFit:
    """Effects under every covariance of the grid: one row a covariance, one column an effect (log scale).

    `weights` are the REML weights of the covariances and sum to one; `freedom` is the degrees of freedom.
    """

    estimates: Array
    errors: Array
    weights: Array
    freedom: int

    def mean(self, effect: int = 0) -> float:
        """The effect on the log scale, averaged over the grid."""
        return float(self.weights @ self.estimates[:, effect])

    def error(self, effect: int = 0) -> float:
        """Standard error of the effect: within the covariances and between them."""
        spread = (self.estimates[:, effect] - self.mean(effect)) ** 2
        return float(np.sqrt(self.weights @ (self.errors[:, effect] ** 2 + spread)))

    def quantile(self, probability: float, effect: int = 0) -> float:
        """Quantile of the weighted mixture of t distributions."""
        centres, scales = self.estimates[:, effect], np.maximum(self.errors[:, effect], SMALLEST)
        ends = centres + scales * stdtrit(self.freedom, probability)
        low, high = float(ends.min() - scales.max()), float(ends.max() + scales.max())

        def excess(value: float) -> float:
            return float(self.weights @ stdtr(self.freedom, (value - centres) / scales)) - probability

        return float(brentq(excess, low, high, xtol=SMALLEST))

    def interval(self, level: float, effect: int = 0) -> tuple[float, float]:
        """Ends of the central interval at `level` on the log scale."""
        return self.quantile((1 - level) / 2, effect), self.quantile((1 + level) / 2, effect)


def natural_spline(times: Array, columns: int) -> Array:
    """Natural cubic spline of `times` without its constant: `columns` columns, evenly spaced knots."""
    knots = np.linspace(times.min(), times.max(), columns + 1)
    return np.asarray(CubicSpline(knots, np.eye(columns + 1), bc_type="natural")(times)[:, 1:])


def nuisance_columns(weekly: pd.DataFrame, *, appeals: pd.DataFrame | None) -> Array:
    """What is held fixed: trend, year-end peak, payday and appeals; one row a week.

    The trend is a spline of time. The peak has its share of the week's days and, because a week that it cuts
    gains more than in proportion on the log scale, a second column for such weeks. `weekly` needs week,
    year_end_share and payday, in order of weeks; `appeals` is as in `appeal_columns`.
    """
    times = weeks_since_first(weekly["week"])
    years = (times[-1] + 1) / WEEKS_PER_YEAR
    peak = weekly["year_end_share"].to_numpy(dtype=float)
    columns = [*natural_spline(times, max(2, round(years))).T, peak, peak * (1 - peak), weekly["payday"]]
    if appeals is not None:
        columns += appeal_columns(weekly["week"], appeals)
    return np.column_stack(columns).astype(float)


def appeal_columns(weeks: pd.Series, appeals: pd.DataFrame) -> list[Array]:
    """For each appeal: two decays from its launch, and the weeks of its soft launch where it had one.

    Half-lives of one and of three weeks together follow an appeal that fades in a few days or in two months;
    steps (weeks 0-1 and 2-5) let the fading itself pass for winter when an appeal runs into the spring. What is
    left of a decay below 1 % is zero. `appeals` needs launched_on and may hold soft_launch_on.
    """
    columns = []
    for appeal in appeals.dropna(subset="launched_on").sort_values("launched_on").to_dict("records"):
        age = _weeks_from(appeal["launched_on"], weeks)
        for half_life in HALF_LIVES:
            left = 0.5 ** (np.maximum(age, 0) / half_life)
            columns.append(np.where((age >= 0) & (left >= FADED), left, 0.0))
        if pd.notna(appeal.get("soft_launch_on")):
            before = (_weeks_from(appeal["soft_launch_on"], weeks) >= 0) & (age < 0)
            columns.append(before.astype(float))
    return columns


def _weeks_from(day: pd.Timestamp, weeks: pd.Series) -> Array:
    """Whole weeks from the week of `day` to each week."""
    return np.asarray((weeks - monday(pd.DatetimeIndex([day]))[0]) / pd.Timedelta(weeks=1), dtype=float)


def weeks_since_first(dates: pd.Series) -> Array:
    """Time of each date in weeks after the earliest."""
    return np.asarray((dates - dates.min()) / pd.Timedelta(weeks=1), dtype=float)


def usable_columns(amounts: Array, effects: Array, nuisance: Array) -> Array:
    """The design: effects, intercept, then each nuisance column that the records can tell from those before.

    A column is left out when it is constant, when it repeats earlier columns, or when it marks weeks that
    brought nothing in all (its coefficient would be minus infinity).
    """
    design = np.column_stack([effects, np.ones(len(amounts))])
    for column in nuisance.T:
        marks_some_weeks = column.min() >= 0 and (column == 0).any()
        if marks_some_weeks and amounts @ column <= 0:
            continue
        rest = column - design @ np.linalg.lstsq(design, column, rcond=None)[0]
        if np.linalg.norm(rest) > NO_NEWS * np.linalg.norm(column):
            design = np.column_stack([design, column])
    return design


def poisson_mean(amounts: Array, design: Array) -> Array:
    """Expected giving of each week by Poisson quasi-likelihood with a log link; amounts may be zero or below.

    Raises TooThin when the fit does not settle.
    """
    scale = amounts.mean()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        try:
            model = sm.GLM(amounts / scale, design, family=sm.families.Poisson())
            fit = model.fit(start_params=np.zeros(design.shape[1]), maxiter=MOST_STEPS)
        except (ValueError, np.linalg.LinAlgError) as error:
            raise _unsettled() from error
    mean = np.asarray(fit.mu, dtype=float) * scale
    if not fit.converged or not np.isfinite(mean).all() or mean.min() < 1e-6 * scale:
        raise _unsettled()
    return mean


def _unsettled() -> TooThin:
    return TooThin(
        fr="Les dons enregistrés sont trop rares ou trop irréguliers pour que le modèle s’ajuste ; "
        "la baisse hivernale n’est pas estimée.",
        en="The recorded gifts are too few or too uneven for the model to settle; the winter drop is not estimated.",
    )


def covariances(times: Array, noise: Array, walk_scale: float) -> Iterator[Array]:
    """Every covariance of the grid, up to scale: white noise + memory + random walk.

    `times` are in weeks, `noise` is each observation's relative white noise (mean one) and `walk_scale` the
    residual variance that the random walk's step is measured against.
    """
    steps = times - times.min() + 1
    apart = np.abs(steps[:, None] - steps)
    together = np.minimum(steps[:, None], steps) / max(walk_scale, SMALLEST)
    for rho in MEMORY:
        remembered = rho**apart
        for share, step in product(MEMORY_SHARE, WALK):
            covariance = share * remembered + step**2 * (1 + share) * together
            covariance.flat[:: len(times) + 1] += noise
            yield covariance


def fit_grid(response: Array, design: Array, *, effects: int, times: Array, noise: Array) -> GridFit:
    """Generalised least squares under every covariance of the grid, weighted by REML.

    The first `effects` columns of `design` are the effects that come back.
    """
    freedom = len(response) - design.shape[1]
    rest = response - design @ np.linalg.lstsq(design, response, rcond=None)[0]
    fits = [
        _least_squares(response, design, covariance, freedom)
        for covariance in covariances(times, noise, float(rest @ rest) / freedom)
    ]
    likelihood = np.array([fit[2] for fit in fits])
    weights = np.exp(likelihood - likelihood.max())
    return GridFit(
        np.array([fit[0][:effects] for fit in fits]),
        np.array([fit[1][:effects] for fit in fits]),
        weights / weights.sum(),
        freedom,
    )


def _least_squares(response: Array, design: Array, covariance: Array, freedom: int) -> tuple[Array, Array, float]:
    """Coefficients, their standard errors and the REML log-likelihood (scale profiled out, no constants)."""
    root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
    white = solve_triangular(root, np.column_stack([design, response]), lower=True, check_finite=False)
    basis, triangle = np.linalg.qr(white[:, :-1])
    inverse = solve_triangular(triangle, np.eye(len(triangle)), check_finite=False)
    projected = basis.T @ white[:, -1]
    rest = white[:, -1] - basis @ projected
    squares = max(float(rest @ rest), SMALLEST**2)
    errors = np.sqrt(squares / freedom * (inverse**2).sum(axis=1))
    log_determinants = 2 * np.log(np.diag(root)).sum() + 2 * np.log(np.abs(np.diag(triangle))).sum()
    return inverse @ projected, errors, -0.5 * (freedom * np.log(squares) + log_determinants)


def fit_weekly_effects(weekly: pd.DataFrame, effects: Sequence[Array], *, appeals: pd.DataFrame | None) -> GridFit:
    """Effects on the log of weekly giving, one a column of `effects`, with the nuisance columns held fixed.

    `weekly` holds complete weeks in order: week, amount, year_end_share, payday. Raises TooThin when the
    weeks of an effect brought nothing in all, or when the mean model does not settle.
    """
    amounts = weekly["amount"].to_numpy(dtype=float)
    nuisance = nuisance_columns(weekly, appeals=appeals)
    design = usable_columns(amounts, np.column_stack(effects), nuisance)
    if len(amounts) <= design.shape[1]:
        raise _unsettled()
    mean = poisson_mean(amounts, design)
    response = np.log(mean) + (amounts - mean) / mean
    noise = (1 / mean) / (1 / mean).mean()
    times = weeks_since_first(weekly["week"])
    return fit_grid(response, design, effects=len(effects), times=times, noise=noise)
