"""What a simulated world is made of: the settings, and the appeals with the giving they bring."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

SOFT_LAUNCH_SHARE = 0.2
"""Between soft and public launch an appeal brings this share of its first day's boost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One appeal: on the day of its public launch it raises one-off giving by 1 + `boost`, then it fades.

    `testimonies` are posted under products of the wish list from its first day.
    """

    appeal: str
    name_fr: str
    name_en: str
    launched_on: dt.date
    soft_launch_on: dt.date | None = None
    boost: float = 1.0
    cost: float | None = None
    testimonies: int = 0


APPEALS = (
    Appeal(
        appeal="blankets-2019", name_fr="Des couvertures avant le gel", name_en="Blankets before the frost",
        launched_on=dt.date(2019, 11, 18), boost=0.8, cost=150.0,
    ),
    Appeal(
        appeal="testimonies-2021", name_fr="Leurs mots sous l'objet", name_en="Their words under the product",
        launched_on=dt.date(2021, 1, 25), soft_launch_on=dt.date(2021, 1, 4), boost=1.5, cost=0.0,
        testimonies=72,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How a world is made; the defaults are the sample's charity.

    `winter_drop` is the share by which expected giving is lower on a winter day (December to February);
    `winter_drops` gives each recorded winter its own, earliest first. `regular_falls` says whether standing
    donations fall with it (each is skipped with that probability) or are paid all the same: then the truth
    is smaller than `winter_drop`. On the log scale: `trend` a year, `level_break` once, `walk_sd` a week,
    `noise_sd` the spread of AR(1) noise with `rho` from one week to the next; `people_growth` a year,
    `people_walk_sd` a week and area, `census_error` a count. `census_weeks`: shortest and longest time
    between counts.
    """

    years: float = 4.0
    ends_on: dt.date = dt.date(2021, 3, 31)
    winter_drop: float = 0.25
    winter_drops: tuple[float, ...] | None = None
    gifts_per_week: float = 25.0
    mean_amount: float = 45.0
    amount_sigma: float = 1.3
    regular_donors: int = 60
    regular_falls: bool = True
    rho: float = 0.3
    noise_sd: float = 0.2
    walk_sd: float = 0.02
    trend: float = 0.03
    level_break: float = 0.15
    year_end_peak: float = 2.0
    appeals: tuple[Appeal, ...] = APPEALS
    half_life_days: float = 10.0
    people: float = 1000.0
    people_growth: float = 0.1
    people_walk_sd: float = 0.03
    headcount_winter_change: float = 0.1
    census_weeks: tuple[int, int] = (2, 8)
    census_error: float = 0.08

    @property
    def starts_on(self) -> dt.date:
        """First day: `years`, in whole months, before the day after `ends_on`."""
        after = pd.Timestamp(self.ends_on) + pd.Timedelta(days=1)
        return (after - pd.DateOffset(months=round(self.years * 12))).date()


def appeal_boost(scenario: Scenario, appeal: Appeal, dates: pd.DatetimeIndex) -> np.ndarray:
    """What `appeal` adds to one-off giving on each date, over giving without it."""
    since = (dates - pd.Timestamp(appeal.launched_on)).days.to_numpy()
    boost = np.where(since >= 0, appeal.boost * 0.5 ** (np.maximum(since, 0) / scenario.half_life_days), 0.0)
    if appeal.soft_launch_on is not None:
        soft = (dates >= pd.Timestamp(appeal.soft_launch_on)) & (since < 0)
        boost[soft] = appeal.boost * SOFT_LAUNCH_SHARE
    return boost
