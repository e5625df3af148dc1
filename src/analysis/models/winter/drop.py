"""The winter drop: over the recorded winters, winter by winter, and how much winters differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq
from scipy.special import stdtrit

from analysis.models.grid import SMALLEST, GridFit
from analysis.models.regression import fit_weekly_effects
from analysis.models.results import EachWinter, WinterDrop, WinterEstimate, WinterSpread
from analysis.models.sentences import TooThin
from analysis.models.weeks import as_drop, as_drops, check_received, check_winters, complete_weeks, paid_weeks
from analysis.seasons import giving_year, whole_winters

Array = NDArray[np.float64]

WIDEST = 100
"""An interval of winter giving over giving without winter whose ends are this factor apart is not worth printing."""


def fit_winter_drop(
    weekly: pd.DataFrame,
    *,
    appeals: pd.DataFrame | None = None,
    level: float = 0.95,
    outcome: str = "amount",
    stiffness: float = 1.0,
) -> WinterDrop:
    """The winter drop: giving on a winter day against the same day were it not winter.

    It is the mean of the recorded winters' log changes, each winter counted by its recorded days, with trend, year-end
    peak, paydays and appeals held fixed: generalised least squares over a grid of covariances (see
    `analysis.models.regression`) with an effect for each winter. One effect for all would count most the winters that
    brought most, so winters that fell least. Only where a winter brought nothing is there one effect for all.

    Only complete weeks are used; `winters` names every winter that lent a week. `weekly` needs week, `outcome`,
    winter_share, year_end_share and payday; `appeals` needs launched_on and may hold soft_launch_on. `outcome` is any
    column of weekly totals, such as goods_value or donations; weeks where it is missing are left out, and those
    without a payday where it comes on paydays only. The trend bends once in `stiffness` years.

    Raises
    ------
    TooThin
        Fewer than two whole winters are recorded; fewer than six weeks in winter or outside brought anything; gifts
        are too few for the model to settle; or the interval would say nothing (its ends a hundred times apart).
    """
    weeks = paid_weeks(complete_weeks(weekly, outcome=outcome), outcome=outcome)
    check_winters(weeks)
    check_received(weeks, outcome=outcome)
    fit = mean_winter(weeks, appeals=appeals, outcome=outcome, stiffness=stiffness)
    lower, upper = as_drops(*fit.interval(level))
    return WinterDrop(
        drop=as_drop(fit.mean()),
        lower=lower,
        upper=upper,
        level=level,
        weeks=len(weeks),
        winters=tuple(_by_winter(weeks)),
        log_change=fit.mean(),
        log_se=fit.error(),
        outcome=outcome,
    )


def mean_winter(
    weeks: pd.DataFrame, *, appeals: pd.DataFrame | None, outcome: str = "amount", stiffness: float = 1.0
) -> GridFit:
    """The one effect that `fit_winter_drop` speaks of, in complete weeks with two whole winters; TooThin as there."""
    effects, counts = winter_effects(weeks, outcome=outcome)
    fit = fit_weekly_effects(weeks, effects, appeals=appeals, outcome=outcome, stiffness=stiffness).along(counts)
    _check_width(fit)
    return fit


def _check_width(fit: GridFit) -> None:
    """Raise TooThin when the 95 % interval would run over more than a factor of `WIDEST`: it says nothing."""
    low, high = fit.interval(0.95)
    if high - low > np.log(WIDEST):
        raise TooThin(
            fr="Les dons enregistrés sont trop irréguliers : de la plus basse à la plus haute des valeurs possibles il "
            f"y aurait plus d’un facteur {WIDEST} ; la baisse hivernale n’est pas estimée.",
            en="The recorded gifts are too uneven: between the lowest and the highest possible value there would be "
            f"more than a factor of {WIDEST}, so the winter drop is not estimated.",
        )


def winter_effects(weeks: pd.DataFrame, *, outcome: str = "amount") -> tuple[list[Array], Array]:
    """A column a winter, or one for all where a winter brought nothing, and what each counts in the mean."""
    effects = list(_by_winter(weeks).values())
    if any((weeks[outcome] * effect).sum() <= 0 for effect in effects):
        effects = [weeks["winter_share"].to_numpy(dtype=float)]
    days = np.array([effect.sum() for effect in effects])
    return effects, days / days.sum()


def fit_each_winter(weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95) -> EachWinter:
    """One drop a whole winter by the model of `fit_winter_drop`, and the interval for winters in general.

    The mean and its interval follow Ibragimov and Mueller (2010, Journal of Business and Economic Statistics
    28): the winters' log changes b are taken as G independent draws, mean(b) +- t(G - 1) sd(b) / sqrt(G). A
    winter that the records cut keeps a coefficient of its own and is left out. Input and TooThin are as in
    `fit_winter_drop`.
    """
    fit, whole = _winter_by_winter(complete_weeks(weekly), appeals)
    _check_width(fit.along(np.repeat([1 / len(whole), 0.0], [len(whole), fit.estimates.shape[1] - len(whole)])))
    changes = np.array([fit.mean(place) for place in range(len(whole))])
    reach = stdtrit(len(whole) - 1, (1 + level) / 2) * changes.std(ddof=1) / np.sqrt(len(whole))
    lower, upper = as_drops(changes.mean() - reach, changes.mean() + reach)
    return EachWinter(
        winters=tuple(_estimate(fit, place, label, level) for place, label in enumerate(whole)),
        drop=as_drop(changes.mean()),
        lower=lower,
        upper=upper,
        level=level,
    )


def fit_winter_spread(
    weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95
) -> WinterSpread:
    """How much the whole winters recorded differ among themselves, beyond the luck of their weeks.

    The winters' log changes are the truth of each winter plus an error whose covariance the engine gives. Cochran's
    Q says how far they lie apart for their errors; the spread of the truths is where Q equals its expectation (Paule
    and Mandel 1982), its interval where Q equals its quantiles (Q-profile: Viechtbauer 2007, Statistics in Medicine
    26), with F in place of chi-squared as the errors are estimated too. Input and TooThin are as in
    `fit_winter_drop`.
    """
    fit, whole = _winter_by_winter(complete_weeks(weekly), appeals)
    size = len(whole)
    changes, among = np.array([fit.mean(place) for place in range(size)]), fit.spread()[:size, :size]

    def excess(spread: float) -> float:
        weights = np.linalg.inv(among + spread**2 * np.eye(size))
        rest = changes - weights.sum(axis=0) @ changes / weights.sum()
        return float(rest @ weights @ rest) / (size - 1)

    def where(target: float) -> float:
        most = 10 * (changes.std() + np.sqrt(np.trace(among))) + SMALLEST
        while excess(most) > target:
            most *= 2
        return float(brentq(lambda spread: excess(spread) - target, 0, most)) if excess(0.0) > target else 0.0

    law = stats.f(size - 1, fit.freedom)
    return WinterSpread(
        spread=where(1.0),
        lower=where(law.ppf((1 + level) / 2)),
        upper=where(law.ppf((1 - level) / 2)),
        chance=float(law.sf(excess(0.0))),
        level=level,
        winters=tuple(whole),
    )


def _winter_by_winter(weeks: pd.DataFrame, appeals: pd.DataFrame | None) -> tuple[GridFit, list[str]]:
    """One effect a winter, the whole ones first, and the labels of those."""
    check_winters(weeks)
    whole, effects = whole_winters(weeks), _by_winter(weeks)
    ordered = [effects[label] for label in dict.fromkeys([*whole, *effects])]
    return fit_weekly_effects(weeks, ordered, appeals=appeals), whole


def _by_winter(weeks: pd.DataFrame) -> dict[str, Array]:
    """The share of winter days of each week, for each winter with a day in them, earliest first."""
    years, share = giving_year(weeks["week"]).to_numpy(dtype=object), weeks["winter_share"].to_numpy(dtype=float)
    return {label: np.where(years == label, share, 0.0) for label in dict.fromkeys(years[share > 0])}


def _estimate(fit: GridFit, place: int, label: str, level: float) -> WinterEstimate:
    lower, upper = as_drops(*fit.interval(level, place))
    return WinterEstimate(label=label, drop=as_drop(fit.mean(place)), lower=lower, upper=upper)
