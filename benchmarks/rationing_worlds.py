"""Worlds in which the link of rationing with goods received per person is known, by a generator of their own.

Goods per person have a season, a memory and a walk (logs); the log odds of a line to be rationed follow the goods of
eight weeks per person, with noise that has a memory of its own, a drift and, where asked for, winter. People are
counted every 2 to 8 weeks with an error, and the weekly headcount is made of these counts as for any records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.panel.headcount import weekly_headcount
from analysis.panel.rationing import GOODS_WEEKS
from analysis.seasons import calendar, weeks_between

FIRST = pd.Timestamp("2017-04-03")
WEEKS_A_YEAR = 52.18
PEOPLE, PEOPLE_WALK, WINTER_PEOPLE = 500.0, 0.02, 0.1
VALUE_A_WEEK = 0.8
EVERY_WEEK = (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RationingScenario:
    """One kind of world; standard deviations are on the log scale, of log odds for `noise` and `drift` (a week).

    `effect` is what a unit of log goods per person adds to the log odds, `mean` the share rationed at mean goods,
    `lines` the fewest and most lines of a week, `winter` what winter itself adds to the log odds, `count_error` the
    error of a count of people, `counted_every` the fewest and most weeks between counts. With `as_is`, the headcount
    is each week's own count and not the weekly headcount made of them.
    """

    years: float = 4.0
    effect: float = -1.0
    mean: float = 0.2
    lines: tuple[int, int] = (3, 12)
    rho: float = 0.3
    noise: float = 0.4
    drift: float = 0.01
    season: float = 0.35
    goods_rho: float = 0.6
    goods_noise: float = 0.5
    goods_walk: float = 0.02
    winter: float = 0.0
    count_error: float = 0.08
    counted_every: tuple[int, int] = (2, 8)
    as_is: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RationingWorld:
    """The weekly table as `weekly_rationing` makes it, and each week's true log odds."""

    weekly: pd.DataFrame
    log_odds: np.ndarray
    effect: float

    def rise(self, less: float, weeks: pd.Series) -> float:
        """How much higher the share would be, mean of `weeks`, were goods per person less by `less`."""
        odds = self.log_odds[self.weekly["week"].isin(weeks)]
        return float((expit(odds + self.effect * np.log1p(-less)) - expit(odds)).mean())


def rationing_world(scenario: RationingScenario, *, seed: int) -> RationingWorld:
    """The world of `seed`."""
    rng = np.random.default_rng(seed)
    days = calendar(weeks_between(FIRST, FIRST + pd.Timedelta(weeks=round(WEEKS_A_YEAR * scenario.years) - 1)))
    size = len(days)
    people = PEOPLE * np.exp(WINTER_PEOPLE * days["winter_share"] + np.cumsum(rng.normal(0, PEOPLE_WALK, size)))
    season = -scenario.season * np.cos(2 * np.pi * (days["week"].dt.dayofyear - 15) / 365.25)
    memory = _memory(rng, size, rho=scenario.goods_rho, deviation=scenario.goods_noise)
    walk = np.cumsum(rng.normal(0, scenario.goods_walk, size))
    value = (VALUE_A_WEEK * people * np.exp(season + memory + walk)).rolling(GOODS_WEEKS).sum()
    goods = np.log(value / people)
    wander = np.cumsum(rng.normal(0, scenario.drift, size))
    log_odds = (
        logit(scenario.mean)
        + scenario.effect * (goods - goods.mean())
        + scenario.winter * (days["winter_share"] - days["winter_share"].mean())
        + _memory(rng, size, rho=scenario.rho, deviation=scenario.noise)
        + wander
        - wander.mean()
    ).to_numpy()
    lines = rng.integers(scenario.lines[0], scenario.lines[1] + 1, size)
    rationed = rng.binomial(lines, expit(np.nan_to_num(log_odds, nan=logit(scenario.mean))))
    seen = _headcount(scenario, people.to_numpy(), days, rng)
    weekly = days.assign(lines=lines, rationed=rationed, goods_value=value, people=seen, complete=True)
    return RationingWorld(weekly=weekly, log_odds=log_odds, effect=scenario.effect)


def _memory(rng: np.random.Generator, size: int, *, rho: float, deviation: float) -> np.ndarray:
    """First-order memory with this standard deviation."""
    shocks = rng.normal(0, deviation, size)
    for week in range(1, size):
        shocks[week] = rho * shocks[week - 1] + np.sqrt(1 - rho**2) * shocks[week]
    return shocks


def _headcount(
    scenario: RationingScenario, people: np.ndarray, days: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """The headcount that an analyst has: each week's own count, or the weekly headcount made of sparse counts."""
    wrong = people * np.exp(rng.normal(0, scenario.count_error, len(people)))
    if scenario.as_is:
        return wrong
    fewest, most = scenario.counted_every
    weeks = np.cumsum(rng.integers(fewest, most + 1, len(people)))
    weeks = weeks[weeks < len(people)]
    counts = pd.DataFrame({"counted_on": days["week"].iloc[weeks], "area": "Calais", "people": wrong[weeks].round()})
    return weekly_headcount(counts, days)["people"].to_numpy()
