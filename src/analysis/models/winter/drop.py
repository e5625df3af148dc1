"""The winter drop: over the recorded winters, winter by winter, and how much winters differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import stdtrit

from analysis.models.grid import SMALLEST, GridFit
from analysis.models.regression import fit_weekly_effects
from analysis.models.results import EachWinter, WinterDrop, WinterEstimate, WinterSpread
from analysis.models.weeks import as_drop, as_drops, check_winters, complete_weeks
from analysis.seasons import giving_year, whole_winters


def fit_winter_drop(
    weekly: pd.DataFrame,
    *,
    appeals: pd.DataFrame | None = None,
    level: float = 0.95,
    outcome: str = "amount",
) -> WinterDrop:
    """The winter drop: giving on a winter day against the same day were it not winter.

    It is averaged over the recorded winters, with trend, year-end peak, paydays and appeals held fixed:
    generalised least squares over a grid of covariances (see `analysis.models.regression`). Only complete
    weeks are used; a winter that the records cut counts with the weeks it has, and `winters` names every
    winter that lent a week. `weekly` needs week, `outcome`, winter_share, year_end_share and payday; `appeals`
    needs launched_on and may hold soft_launch_on. `outcome` is any column of weekly totals, such as goods_value or
    donations; weeks where it is missing are left out.

    Raises
    ------
    TooThin
        Fewer than two whole winters are recorded, or too few gifts for the model to settle.
    """
    weeks = complete_weeks(weekly, outcome=outcome)
    check_winters(weeks)
    effect = weeks["winter_share"].to_numpy(dtype=float)
    fit = fit_weekly_effects(weeks, [effect], appeals=appeals, outcome=outcome)
    lower, upper = as_drops(*fit.interval(level))
    return WinterDrop(
        drop=as_drop(fit.mean()),
        lower=lower,
        upper=upper,
        level=level,
        weeks=len(weeks),
        winters=tuple(giving_year(weeks.loc[weeks["winter_share"] > 0, "week"]).unique()),
        log_change=fit.mean(),
        log_se=fit.error(),
        outcome=outcome,
    )


def fit_each_winter(weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95) -> EachWinter:
    """One drop a whole winter by the model of `fit_winter_drop`, and the interval for winters in general.

    The mean and its interval follow Ibragimov and Mueller (2010, Journal of Business and Economic Statistics
    28): the winters' log changes b are taken as G independent draws, mean(b) +- t(G - 1) sd(b) / sqrt(G). A
    winter that the records cut keeps a coefficient of its own and is left out. Input and TooThin are as in
    `fit_winter_drop`.
    """
    fit, whole = _winter_by_winter(complete_weeks(weekly), appeals)
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
    years = giving_year(weeks["week"])
    whole = whole_winters(weeks)
    cut = [label for label in years[weeks["winter_share"] > 0].unique() if label not in whole]
    share = weeks["winter_share"].to_numpy(dtype=float)
    effects = [share * (years == label).to_numpy() for label in (*whole, *cut)]
    return fit_weekly_effects(weeks, effects, appeals=appeals), whole


def _estimate(fit: GridFit, place: int, label: str, level: float) -> WinterEstimate:
    lower, upper = as_drops(*fit.interval(level, place))
    return WinterEstimate(label=label, drop=as_drop(fit.mean(place)), lower=lower, upper=upper)
