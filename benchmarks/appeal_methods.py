"""The ways to tell what an appeal brought that the benchmark compares, each as an amount with its 95 % interval.

All know the weeks of the soft launch and the other appeals; the peers are told the half-life of the others, which the
project has to find. What they differ in is what they expect and how they judge their own error.
"""

from __future__ import annotations

import json
import math
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from benchmarks.winter_scores import weekly_totals
from scipy import stats

from analysis.models.appeal import fit_appeal
from analysis.models.design import appeal_columns, nuisance_columns, usable_columns
from analysis.records.simulate.scenario import Appeal
from analysis.records.simulate.world import World
from analysis.seasons import monday

LEVEL = 0.95
HALF = 0.5 + LEVEL / 2
WEEKS = 8
PATHS = 1000
PROPHET = Path(__file__).with_name("appeal_prophet.py")
Interval = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A world's weeks, the appeal asked about, and masks: its window, the weeks before it, the weeks kept apart."""

    weekly: pd.DataFrame
    appeal: Appeal
    appeals: pd.DataFrame
    half_life: float
    near: set[str]

    @property
    def own(self) -> np.ndarray:
        """The weeks of the window."""
        start = monday(pd.DatetimeIndex([self.appeal.launched_on]))[0]
        week = self.weekly["week"]
        return ((week >= start) & (week < start + pd.Timedelta(weeks=WEEKS))).to_numpy()

    @property
    def before(self) -> np.ndarray:
        """The weeks before the appeal, its soft launch and the appeals that overlap."""
        first = [self.appeal.soft_launch_on or self.appeal.launched_on]
        first += list(self.appeals.loc[self.appeals["appeal"].isin(self.near), "launched_on"].dt.date)
        return (self.weekly["week"] < monday(pd.DatetimeIndex([min(first)]))[0]).to_numpy()

    @property
    def apart(self) -> np.ndarray:
        """The weeks on neither side that lie before the window."""
        return ~self.before & (np.arange(len(self.weekly)) < np.flatnonzero(self.own)[0])

    @property
    def amounts(self) -> np.ndarray:
        """Money received in each week."""
        return self.weekly["amount"].to_numpy(dtype=float)

    @property
    def others(self) -> np.ndarray:
        """Columns of the other appeals that do not overlap, of the half-life they have."""
        rows = self.appeals[~self.appeals["appeal"].isin(self.near | {self.appeal.appeal})]
        return appeal_columns(self.weekly, rows, half_life=self.half_life)

    @property
    def regressors(self) -> np.ndarray:
        """Winter, year-end peak, payday and the other appeals."""
        known = self.weekly[["winter_share", "year_end_share", "payday"]].to_numpy(dtype=float)
        return np.column_stack([known, self.others])

    @property
    def logs(self) -> np.ndarray:
        """Logs of the weekly amounts; a week without gifts counts as half the smallest one."""
        return np.log(np.maximum(self.amounts, self.amounts[self.amounts > 0].min() / 2))


Method = Callable[[Task], Interval]


def task_of(world: World, appeal: Appeal, *, near: set[str]) -> Task:
    """What the methods are asked about an appeal of a world."""
    half_life = world.scenario.half_life_days / 7
    return Task(weekly=weekly_totals(world), appeal=appeal, appeals=world.appeals, half_life=half_life, near=near)


def default(task: Task) -> Interval:
    """The project's estimate."""
    one = task.appeal
    found = fit_appeal(
        task.weekly, launched_on=one.launched_on, soft_launch_on=one.soft_launch_on, appeals=task.appeals, level=LEVEL
    )
    return found.uplift, found.lower, found.upper


def leave_out(task: Task) -> Interval:
    """Leave-out fit of the mean model with its trend of splines, the plain errors of placebo windows around it."""
    design = _design(task)
    kept, rows = ~(task.own | task.apart), np.flatnonzero(task.own)
    expected = _foretold(task.amounts, design, kept, rows)
    errors = []
    for first in range(0, len(kept) - len(rows) + 1, 4):
        window = np.arange(first, first + len(rows))
        if kept[window].all() and not task.others[window].any():
            without = kept.copy()
            without[window] = False
            errors.append(task.amounts[window].sum() / _foretold(task.amounts, design, without, window) - 1)
    far = stats.t.ppf(HALF, max(4, len(kept) // 8 - 3)) * np.sqrt(np.mean(np.square(errors))) * expected
    above = task.amounts[rows].sum() - expected
    return float(above), float(above - far), float(above + far)


def pulse(task: Task) -> Interval:
    """Quasi-Poisson regression with a pulse in the window, Newey-West errors at the automatic lag."""
    kept = ~task.apart
    amounts = task.amounts[kept]
    design = np.column_stack([task.own.astype(float), _design(task)])[kept]
    lag = math.floor(4 * (len(amounts) / 100) ** (2 / 9))
    fit = sm.GLM(amounts / amounts.mean(), design, family=sm.families.Poisson()).fit(
        start_params=np.zeros(design.shape[1]), cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True}
    )
    came, reach = task.amounts[task.own].sum(), stats.norm.ppf(HALF) * fit.bse[0]
    best, low, high = (
        float(came * -np.expm1(-end)) for end in (fit.params[0], fit.params[0] - reach, fit.params[0] + reach)
    )
    return best, low, high


def local_level(task: Task) -> Interval:
    """Structural time series on the logs of the weeks before the appeal, as CausalImpact does (statsmodels)."""
    before = task.before
    ahead = np.flatnonzero(task.own)[-1] + 1 - before.sum()
    regressors = task.regressors
    told = regressors[:, np.ptp(regressors[before], axis=0) > 0]
    model = sm.tsa.UnobservedComponents(task.logs[before], "local level", exog=told[before])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = model.fit(disp=False)
    coming = told[before.sum() :][:ahead]
    paths = np.asarray(fit.simulate(ahead, anchor="end", repetitions=PATHS, exog=coming, rng=np.random.default_rng(1)))
    totals = np.exp(paths.reshape(ahead, PATHS)[-int(task.own.sum()) :]).sum(axis=0)
    return _above(task, totals)


METHODS: dict[str, Method] = {
    "default": default,
    "leave-out fit, plain placebo errors": leave_out,
    "regression pulse + Newey-West": pulse,
    "UnobservedComponents before only": local_level,
}
FEWER_WORLDS = {
    "leave-out fit, plain placebo errors": 60,
    "regression pulse + Newey-West": 150,
    "UnobservedComponents before only": 40,
}
"""Methods that cost much: on how many worlds of each scenario they are run."""


def prophet(python: str, tasks: list[Task]) -> list[Interval]:
    """Prophet in an environment of its own, on the logs of the weeks before: totals of its simulated paths."""
    asked = []
    for task in tasks:
        first, last = int(task.before.sum()), int(np.flatnonzero(task.own)[-1]) + 1
        asked.append(
            {
                "days": [str(day.date()) for day in task.weekly["week"][:last]],
                "logs": task.logs[:first].tolist(),
                "regressors": task.regressors[:last].T.tolist(),
                "window": int(task.own.sum()),
            }
        )
    told = json.dumps({"worlds": asked, "paths": PATHS})
    done = subprocess.run([python, str(PROPHET)], input=told, capture_output=True, text=True, check=True)
    return [_above(task, np.array(totals)) for task, totals in zip(tasks, json.loads(done.stdout), strict=True)]


def _above(task: Task, totals: np.ndarray) -> Interval:
    """What came above simulated totals: above their median, and above their upper and lower quantiles."""
    came = task.amounts[task.own].sum()
    best, low, high = (float(came - np.quantile(totals, one)) for one in (0.5, HALF, 1 - HALF))
    return best, low, high


def _design(task: Task) -> np.ndarray:
    winter = task.weekly[["winter_share"]].to_numpy(dtype=float)
    return usable_columns(task.amounts, winter, np.column_stack([nuisance_columns(task.weekly), task.others]))


def _foretold(amounts: np.ndarray, design: np.ndarray, kept: np.ndarray, rows: np.ndarray) -> float:
    scale = amounts[kept].mean()
    model = sm.GLM(amounts[kept] / scale, design[kept], family=sm.families.Poisson())
    fit = model.fit(start_params=np.zeros(design.shape[1]))
    return float(scale * np.exp(design[rows] @ fit.params).sum())
