"""What an appeal brought: what came in its weeks less what all other weeks foretell of them.

The shared engine foretells the weeks of the window from those before and after it, their own amounts unseen, with a
level that wanders. How far it errs is learnt from placebo windows: the same exercise on weeks without an appeal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from analysis.models.appeal.results import AppealUplift, AppealWeek, PlaceboPeriod
from analysis.models.appeal.windows import Mask, Window, find_window, not_estimated, placebo_windows
from analysis.models.design import appeal_columns, calendar_columns, useful, weeks_since_first
from analysis.models.grid import fit_grid
from analysis.models.regression import MeanModel, mean_models
from analysis.models.sentences import TooThin
from analysis.models.weeks import complete_weeks, paid_weeks

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

FEWEST_FREEDOM = 4
WIDEST = 100
"""Where the most and the least that may have come without the appeal are this factor apart, nothing is printed."""

LEAST = 0.1
"""Weeks that brought less than this share of what was foretold count as this share: nothing has no logarithm."""


def fit_appeal(
    weekly: pd.DataFrame,
    *,
    launched_on: object,
    weeks: int = 8,
    soft_launch_on: object = None,
    appeals: pd.DataFrame | None = None,
    outcome: str = "amount",
    level: float = 0.95,
) -> AppealUplift:
    """What came above expectation in the `weeks` weeks from the launch, with its interval.

    d = observed - predicted total M, predicted by every other week: generalised least squares with the covariance of
    the engine's grid, averaged, and a level that wanders; winter, year-end peak, paydays and other appeals are held
    fixed. The ends are observed - M x exp(+-h), h = t(max(4, T // 8 - 3)) x s x max(1, sqrt(mean((p / e)^2))): T weeks;
    s the error of log M that the engine gives for the window; p what the same exercise errs by on placebo windows
    (log observed - log predicted) and e what the engine gives for each. So the interval knows that a window at the
    end of the records is harder to foretell and that giving doubles more easily than it falls to nothing, and is as
    wide as the records themselves show. It holds what the appeal brought in these weeks, luck included.

    Weeks are whole: where the launch is not on a Monday, the window begins with its week. Weeks of the soft launch
    (until the week of the launch) are on neither side. Only complete weeks are used whose `outcome` is known; fewer
    than `weeks` are said. `appeals` are the other appeals (launched_on, and optionally soft_launch_on, appeal,
    name_fr, name_en); the row of the appeal itself is left out, its soft launch taken where none is given. Another
    appeal less than `weeks` weeks apart cannot be told from this one: its weeks are left out too, the result names
    it, and is the sum of both. `outcome` is any column of weekly totals; `weekly` is as in `fit_winter_drop`. Where the
    outcome comes on paydays only, weeks without one are left out.

    Raises
    ------
    TooThin
        No week of the window is recorded, less than a year before it, fewer than eight placebo windows, too few
        gifts for the model to settle, or so uneven ones that the interval would say nothing (its ends a hundred
        times apart).
    ValueError
        `weeks` is below one, the soft launch is not before the launch, or a week stands twice.
    """
    launched, soft = _dates(launched_on, soft_launch_on, weeks)
    nothing = not_estimated("Rien de tel n’est enregistré", "Nothing of the kind is recorded")
    recorded = complete_weeks(weekly, outcome=outcome, unknown=nothing)
    known = paid_weeks(recorded, outcome=outcome)
    window = find_window(known, launched_on=launched, weeks=weeks, soft_launch_on=soft, appeals=appeals)
    placebos = placebo_windows(known, window)
    series = _series(known, window, outcome)
    own = np.flatnonzero(window.own)
    kept = np.flatnonzero(window.kept)
    tried = [_foretell(series, np.setdiff1d(kept, rows), rows) for rows in placebos]
    foretold = _foretell(series, kept, own)
    reach = float(stdtrit(max(FEWEST_FREEDOM, len(known) // 8 - 3), (1 + level) / 2))
    path = _path(known, foretold, tried, series.amounts, reach)
    last, came = path[-1], float(series.amounts[own].sum())
    _check_width(came - last.cumulative_lower, came - last.cumulative_upper)
    return AppealUplift(
        uplift=last.cumulative,
        lower=last.cumulative_lower,
        upper=last.cumulative_upper,
        expected=float(foretold.means.sum()),
        observed=came,
        level=level,
        launched_on=launched,
        weeks=int(recorded["week"].between(window.start, window.end, inclusive="left").sum()),
        weeks_asked=weeks,
        soft_weeks=window.soft_weeks,
        overlapping=window.overlapping,
        outcome=outcome,
        off=foretold.off(len(own), series.amounts) / foretold.error(len(own)),
        error=foretold.error(len(own)),
        path=path,
        periods=tuple(_period(known, one, series.amounts) for one in tried),
    )


def _check_width(most: float, least: float) -> None:
    if most > WIDEST * least:
        raise not_estimated(
            "Ce qui est enregistré est trop irrégulier : entre le plus et le moins qui pouvait venir sans l’appel, il "
            f"y aurait plus d’un facteur {WIDEST}",
            "What is recorded is too uneven: between the most and the least that may have come without the appeal "
            f"there would be more than a factor of {WIDEST}",
        )


def _dates(launched_on: object, soft_launch_on: object, weeks: int) -> tuple[pd.Timestamp, pd.Timestamp | None]:
    launched = pd.Timestamp(launched_on).normalize()  # type: ignore[arg-type]
    soft = None if soft_launch_on is None or pd.isna(soft_launch_on) else pd.Timestamp(soft_launch_on)  # type: ignore[call-overload, arg-type]
    if weeks < 1:
        raise ValueError(f"weeks is {weeks}: an appeal's window holds at least one week")
    if soft is not None and soft > launched:
        raise ValueError(f"the soft launch ({soft:%d/%m/%Y}) is after the launch ({launched:%d/%m/%Y})")
    return launched, None if soft is None else soft.normalize()


@dataclass(frozen=True, slots=True)
class _Series:
    """All known weeks as the engine sees them; nothing but `design` and `latent` is read in the appeal's weeks.

    `response` is linear in the amounts, on the log scale; `latent` the covariance of memory and walk between weeks;
    `certain` what a payday takes off a week's noise; `noise` the variance that a week of expected giving 1 has.
    """

    amounts: Array
    design: Array
    response: Array
    latent: Array
    variances: Array
    certain: Array
    noise: float

    def around(self, mean: Array, kept: Mask) -> _Series:
        """The same with the response and its variances taken around the `mean` of the weeks kept."""
        response, variances = self.response.copy(), self.variances.copy()
        response[kept] = np.log(mean) + (self.amounts[kept] - mean) / mean
        variances[kept] = self.noise * self.certain[kept] / mean
        return replace(self, response=response, variances=variances)

    def around_own_level(self, kept: Mask) -> _Series:
        """The same around the level that the weeks kept tell of themselves, which wanders where no spline follows.

        The response is a straight line that touches the logarithm at the mean: far from it, weeks count too much.
        """
        inside, latent = self.design[kept], self.latent[np.ix_(kept, kept)]
        solved = np.linalg.solve(latent + np.diag(self.variances[kept]), np.column_stack([inside, self.response[kept]]))
        effects = np.linalg.pinv(inside.T @ solved[:, :-1], hermitian=True) @ (inside.T @ solved[:, -1])
        level = inside @ effects + latent @ (solved[:, -1] - solved[:, :-1] @ effects)
        return self.around(np.exp(level), kept)


def _series(known: pd.DataFrame, window: Window, outcome: str) -> _Series:
    """The series with its covariance, learnt from the weeks that the window keeps."""
    kept = window.kept
    fitted = known[kept].reset_index(drop=True)
    model = _mean_model(fitted, window, outcome)
    amounts = known[outcome].to_numpy(dtype=float)
    more = np.column_stack(
        [
            known["winter_share"].to_numpy(dtype=float),
            calendar_columns(known),
            appeal_columns(known, window.others, half_life=model.half_life),
        ]
    )
    ones = np.ones((len(known), 1))
    design = np.column_stack([ones, more[:, useful(model.amounts, ones[kept], more[kept])]])
    payday, times = known["payday"].to_numpy(dtype=float), weeks_since_first(known["week"])
    certain = np.exp(-payday * model.payday_gain(payday[kept]))
    scatter = model.noise * certain[kept]
    relative = scatter / scatter.mean()
    fit = fit_grid(model.response, design[kept], effects=1, times=times[kept], noise=model.noise, scatter=relative)
    latent, noise = np.zeros((len(known), len(known))), 0.0
    for weight, point in zip(fit.weights, fit.covariances, strict=True):
        latent += weight * point.memory * point.rho ** np.abs(times[:, None] - times)
        latent += weight * point.walk * (np.minimum(times[:, None], times) + 1)
        noise += weight * point.noise
    unit = float((1 / model.mean).mean() * scatter.mean())
    first = _Series(amounts, design, np.zeros(len(known)), latent, np.zeros(len(known)), certain, noise / unit)
    return first.around(model.mean, kept).around_own_level(kept)


def _mean_model(fitted: pd.DataFrame, window: Window, outcome: str) -> MeanModel:
    """The likeliest mean model of the weeks that the window keeps."""
    winter = [fitted["winter_share"].to_numpy(dtype=float)]
    try:
        return max(mean_models(fitted, winter, appeals=window.others, outcome=outcome), key=lambda one: one.weight)
    except TooThin as reason:
        raise not_estimated(
            "Hors de l’appel, ce qui est enregistré est trop rare ou trop irrégulier pour que le modèle s’ajuste",
            "Outside the appeal, what is recorded is too little or too uneven for the model to settle",
        ) from reason


@dataclass(frozen=True, slots=True)
class _Foretold:
    """What other weeks foretell of some `rows`: the `means` of the weeks, and the covariance of their logs."""

    rows: Rows
    means: Array
    spread: Array

    def error(self, weeks: int) -> float:
        """Standard error of the log of the total of the first `weeks` weeks."""
        shares = self.means[:weeks] / self.means[:weeks].sum()
        return float(np.sqrt(shares @ self.spread[:weeks, :weeks] @ shares))

    def off(self, weeks: int, amounts: Array) -> float:
        """By how much the first `weeks` weeks brought more than foretold, on the log scale."""
        return float(_log(amounts[self.rows[:weeks]].sum() / self.means[:weeks].sum()))

    def weekly_off(self, amounts: Array) -> list[float]:
        """By how much each week brought more than foretold, in its own standard errors."""
        return list(_log(amounts[self.rows] / self.means) / np.sqrt(np.diag(self.spread)))


def _log(ratio: Any) -> Any:
    return np.log(np.maximum(ratio, LEAST))


def _foretell(series: _Series, known: Rows, rows: Rows) -> _Foretold:
    """Best linear unbiased prediction of the weeks `rows` from the weeks `known`."""
    among = series.latent[np.ix_(known, known)] + np.diag(series.variances[known])
    across, inside = series.latent[np.ix_(known, rows)], series.design[known]
    solved = np.linalg.solve(among, np.column_stack([inside, series.response[known], across]))
    columns = inside.shape[1]
    information = np.linalg.pinv(inside.T @ solved[:, :columns], hermitian=True)
    effects = information @ (inside.T @ solved[:, columns])
    pull = solved[:, columns + 1 :].T
    means = np.exp(series.design[rows] @ effects + pull @ (series.response[known] - inside @ effects))
    gap = series.design[rows] - pull @ inside
    own = np.diag(series.noise * series.certain[rows] / means)
    spread = gap @ information @ gap.T + series.latent[np.ix_(rows, rows)] - pull @ across + own
    return _Foretold(rows, means, spread)


def _path(
    known: pd.DataFrame, foretold: _Foretold, tried: list[_Foretold], amounts: Array, reach: float
) -> tuple[AppealWeek, ...]:
    """The weeks of the window one by one, and what has come above expectation until each."""
    single = _scale([error for one in tried for error in one.weekly_off(amounts)])
    weeks = []
    for place, (row, mean) in enumerate(zip(foretold.rows, foretold.means, strict=True)):
        count = place + 1
        scale = _scale([one.off(count, amounts) / one.error(count) for one in tried])
        total = foretold.means[:count].sum()
        came = float(amounts[foretold.rows[:count]].sum())
        far = np.exp(reach * scale * foretold.error(count))
        band = np.exp(reach * single * np.sqrt(foretold.spread[place, place]))
        weeks.append(
            AppealWeek(
                week=known["week"].iloc[row],
                observed=float(amounts[row]),
                expected=float(mean),
                expected_lower=float(mean / band),
                expected_upper=float(mean * band),
                cumulative=float(came - total),
                cumulative_lower=float(came - total * far),
                cumulative_upper=float(came - total / far),
            )
        )
    return tuple(weeks)


def _scale(errors: list[float]) -> float:
    """By what factor the engine's errors are too small on placebo windows; 1 where they are not."""
    return max(1.0, float(np.sqrt(np.mean(np.square(errors)))))


def _period(known: pd.DataFrame, one: _Foretold, amounts: Array) -> PlaceboPeriod:
    return PlaceboPeriod(
        week=known["week"].iloc[one.rows[0]],
        observed=float(amounts[one.rows].sum()),
        expected=float(one.means.sum()),
        off=one.off(len(one.rows), amounts) / one.error(len(one.rows)),
    )
