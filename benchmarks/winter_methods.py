"""The ways to estimate a winter drop that the benchmarks compare, each as the drop with its 95 % interval.

The peers are told more than they could know: the half-life of the appeals, and the same trend, peak and payday columns
as the default. What they differ in is how they judge their own error.
"""

from __future__ import annotations

import json
import math
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.models.design import appeal_columns, nuisance_columns, usable_columns
from analysis.models.winter import fit_each_winter, fit_winter_drop
from analysis.records.simulate.world import World

LEVEL = 0.95
HALF = 0.5 + LEVEL / 2
Interval = tuple[float, float, float]
Method = Callable[[pd.DataFrame, World], Interval]
PROPHET = Path(__file__).with_name("winter_drop_prophet.py")


def interval_of(result: Any) -> Interval:
    """Estimate, lower and upper end of a result."""
    return result.drop, result.lower, result.upper


def default(weekly: pd.DataFrame, world: World) -> Interval:
    """The project's estimator."""
    return interval_of(fit_winter_drop(weekly, appeals=world.appeals, level=LEVEL))


def cross_check(weekly: pd.DataFrame, world: World) -> Interval:
    """The project's cross-check: a coefficient a winter, then a t interval of their mean (Ibragimov and Mueller)."""
    return interval_of(fit_each_winter(weekly, appeals=world.appeals, level=LEVEL))


def spreadsheet(weekly: pd.DataFrame, world: World) -> Interval:
    """As in a spreadsheet: mean winter week over mean other week, with Welch's t interval of their difference."""
    inside = weekly["winter_share"] > 0.5
    winter, rest = weekly.loc[inside, "amount"], weekly.loc[~inside, "amount"]
    found = stats.ttest_ind(rest, winter, equal_var=False)
    ends = found.confidence_interval(LEVEL)
    return (
        float((rest.mean() - winter.mean()) / rest.mean()),
        float(ends.low / rest.mean()),
        float(ends.high / rest.mean()),
    )


def poisson_own_errors(weekly: pd.DataFrame, world: World) -> Interval:
    """Quasi-Poisson regression with its own errors: weeks are taken to be independent."""
    amounts, design = _columns(weekly, world)
    fit = _poisson(amounts, design).fit(start_params=np.zeros(design.shape[1]), scale="X2")
    return _of_change(fit.params[0], stats.t.ppf(HALF, len(amounts) - design.shape[1]) * fit.bse[0])


def poisson_newey_west(weekly: pd.DataFrame, world: World) -> Interval:
    """Quasi-Poisson regression with Newey-West errors at the automatic lag."""
    amounts, design = _columns(weekly, world)
    lag = math.floor(4 * (len(weekly) / 100) ** (2 / 9))
    fit = _poisson(amounts, design).fit(
        start_params=np.zeros(design.shape[1]), cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True}
    )
    return _of_change(fit.params[0], stats.norm.ppf(HALF) * fit.bse[0])


def local_level(weekly: pd.DataFrame, world: World) -> Interval:
    """Structural time series on the logs: a level that wanders, white noise and regressors (statsmodels)."""
    logs, regressors = log_amounts(weekly), regressors_of(weekly, world)
    model = sm.tsa.UnobservedComponents(logs, "local level", exog=regressors)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = model.fit(disp=False)
    place = fit.param_names.index("beta.x1")
    return _of_change(fit.params[place], stats.norm.ppf(HALF) * fit.bse[place])


METHODS: dict[str, Method] = {
    "default": default,
    "cross-check (winter by winter)": cross_check,
    "spreadsheet ratio, Welch t": spreadsheet,
    "quasi-Poisson, its own errors": poisson_own_errors,
    "quasi-Poisson + Newey-West": poisson_newey_west,
    "UnobservedComponents local level": local_level,
}
FEWER_WORLDS = {"UnobservedComponents local level": 30}
"""Methods that cost much: on how many worlds of each scenario they are run."""


def prophet(python: str, worlds: list[tuple[pd.DataFrame, World]], **options: Any) -> list[Interval]:
    """Prophet in an environment of its own, on the logs: the coefficient of winter in each world.

    `options` are `mcmc_samples` and `yearly_seasonality`.
    """
    asked = [
        {
            "days": [str(day.date()) for day in weekly["week"]],
            "logs": log_amounts(weekly).tolist(),
            "regressors": regressors_of(weekly, world).T.tolist(),
        }
        for weekly, world in worlds
    ]
    told = json.dumps({"worlds": asked, "level": LEVEL, **options})
    done = subprocess.run([python, str(PROPHET)], input=told, capture_output=True, text=True, check=True)
    return [_ordered(*(float(-np.expm1(end)) for end in ends)) for ends in json.loads(done.stdout)]


def log_amounts(weekly: pd.DataFrame) -> np.ndarray:
    """Logs of the weekly amounts; a week without gifts counts as half the smallest one."""
    amounts = weekly["amount"].to_numpy(dtype=float)
    return np.log(np.maximum(amounts, amounts[amounts > 0].min() / 2))


def regressors_of(weekly: pd.DataFrame, world: World) -> np.ndarray:
    """Winter share first, then year-end peak, payday and appeals."""
    known = weekly[["winter_share", "year_end_share", "payday"]].to_numpy(dtype=float)
    return np.column_stack([known, _appeals(weekly, world)])


def _columns(weekly: pd.DataFrame, world: World) -> tuple[np.ndarray, np.ndarray]:
    amounts = weekly["amount"].to_numpy(dtype=float)
    nuisance = np.column_stack([nuisance_columns(weekly), _appeals(weekly, world)])
    return amounts, usable_columns(amounts, weekly[["winter_share"]].to_numpy(dtype=float), nuisance)


def _appeals(weekly: pd.DataFrame, world: World) -> np.ndarray:
    return appeal_columns(weekly, world.appeals, half_life=world.scenario.half_life_days / 7)


def _poisson(amounts: np.ndarray, design: np.ndarray) -> Any:
    return sm.GLM(amounts / amounts.mean(), design, family=sm.families.Poisson())


def _of_change(change: float, reach: float) -> Interval:
    return _ordered(*(float(-np.expm1(end)) for end in (change, change - reach, change + reach)))


def _ordered(drop: float, one: float, other: float) -> Interval:
    return drop, min(one, other), max(one, other)
