"""A charity's world whose truth is known: gifts, donors, appeals and a headcount, drawn from one seed.

The log of the expected one-off giving of a day is the sum of a straight trend, a random walk and AR(1)
noise (both in weekly steps), one level break on a day that nobody knows, winter, the year-end peak and the
appeals. Gifts are Poisson times lognormal; standing donations are paid on the 5th. The truth is worked out
from expectations given the latent path, so that it is exact for the world at hand and not only on average
over worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.records.simulate.donors import AMOUNTS_OF_STANDING_DONATIONS, named_donors, returning_donors
from analysis.records.simulate.draws import popular_amounts, stream
from analysis.records.simulate.people import counts_of_people, people_by_week
from analysis.records.simulate.scenario import APPEALS, Appeal, Scenario, appeal_boost
from analysis.seasons import PAYDAY, WINTER, YEAR_END, monday

UPLIFT_DAYS = 56
"""Days from the public launch over which the uplift of an appeal is told."""

BREAK_WITHIN = (0.2, 0.8)
"""The level breaks on a day drawn evenly from this part of the period."""

MONTHLY_TURNOVER = 0.02
"""Chance that a standing donor stops in a month and another takes the place."""

__all__ = ["APPEALS", "Appeal", "Scenario", "World", "simulate_world"]


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything that happened in one simulated world.

    `gifts`, by day: received_on, amount, channel, donor, regular, appeal (the one that brought it, else
    missing). `headcounts`: counts by area and `people`: the true number by week (see `people`). `appeals`:
    those inside the period. `expected`: day, amount and amount_without_winter, both given the latent path.
    `truth`: what an estimate should find: `winter_drop`, 1 - expected giving on the recorded winter days /
    the same were it not winter; `winter_drop_by_winter`; `winter_drop_per_person`, the same for giving over
    people present; `headcount_winter_change`; `expected_total`; and `appeal_uplift`, for each appeal the
    money it brings in expectation in the 8 weeks from its launch, and its share of what comes without it.
    """

    scenario: Scenario
    seed: int
    gifts: pd.DataFrame
    headcounts: pd.DataFrame
    people: pd.DataFrame
    appeals: pd.DataFrame
    expected: pd.DataFrame
    truth: dict[str, Any]

    @cached_property
    def donors(self) -> pd.DataFrame:
        """Who gave, one row a donor: donor, first_name, last_name, email; invented when first asked for."""
        return named_donors(np.unique(self.gifts["donor"].to_numpy()), seed=self.seed)


@dataclass(frozen=True, slots=True)
class _Days:
    """Each day with its week, winter drop, winter (its first year, 0 outside) and the appeals' boosts."""

    dates: pd.DatetimeIndex
    week: np.ndarray
    drop: np.ndarray
    winters: np.ndarray
    boosts: np.ndarray


def simulate_world(scenario: Scenario, *, seed: int) -> World:
    """The world that `seed` makes of `scenario`; same arguments, same world.

    Raises ValueError when a drop is not below 1 or `winter_drops` does not name every recorded winter.
    """
    first, last = scenario.starts_on, scenario.ends_on
    appeals = tuple(one for one in scenario.appeals if first <= one.launched_on <= last)
    days = _days(scenario, appeals)
    calm = _calm_rate(scenario, days, seed=seed)
    boost = days.boosts.sum(axis=0)
    each_month = scenario.regular_donors * AMOUNTS_OF_STANDING_DONATIONS.mean()
    standing = np.where(days.dates.day == PAYDAY, each_month, 0.0)
    one_off = calm * (1 + boost) * scenario.mean_amount
    kept = standing * (1 - days.drop) if scenario.regular_falls else standing
    expected = pd.DataFrame(
        {
            "day": days.dates,
            "amount": one_off * (1 - days.drop) + kept,
            "amount_without_winter": one_off + standing,
        }
    )
    gifts = pd.concat(
        [
            _one_off_gifts(scenario, days, calm * (1 - days.drop) * (1 + boost), appeals, seed=seed),
            _standing_gifts(scenario, days, seed=seed),
        ]
    ).sort_values("received_on", kind="stable", ignore_index=True)
    people = people_by_week(scenario, seed=seed)
    without_appeals = calm * (1 - days.drop) * scenario.mean_amount
    uplifts = _uplifts(days, expected["amount"].to_numpy(), without_appeals, appeals)
    truth = _truth(scenario, days, expected) | {"appeal_uplift": uplifts}
    return World(
        scenario=scenario, seed=seed, gifts=gifts, people=people,
        headcounts=counts_of_people(scenario, people, seed=seed), appeals=_appeals_table(appeals),
        expected=expected, truth=truth,
    )  # fmt: skip


def _days(scenario: Scenario, appeals: tuple[Appeal, ...]) -> _Days:
    dates = pd.date_range(scenario.starts_on, scenario.ends_on, freq="D", unit="us")
    first = monday(dates[:1])[0]
    winter = WINTER.holds(dates)
    winters = np.where(winter, np.where(dates.month >= 7, dates.year, dates.year - 1), 0)
    return _Days(
        dates=dates,
        week=((dates - first).days // 7).to_numpy(),
        drop=_daily_drop(scenario, winters),
        winters=winters,
        boosts=np.array([appeal_boost(scenario, one, dates) for one in appeals]).reshape(len(appeals), len(dates)),
    )


def _daily_drop(scenario: Scenario, winters: np.ndarray) -> np.ndarray:
    recorded = np.unique(winters[winters > 0])
    drops = scenario.winter_drops
    if drops is None:
        drops = (scenario.winter_drop,) * len(recorded)
    if len(drops) != len(recorded):
        raise ValueError(f"winter_drops names {len(drops)} winters, but the period holds {len(recorded)}")
    if any(drop >= 1 for drop in drops):
        raise ValueError("a winter drop must be below 1")
    daily = np.zeros(len(winters))
    for winter, drop in zip(recorded, drops, strict=True):
        daily[winters == winter] = drop
    return daily


def _calm_rate(scenario: Scenario, days: _Days, *, seed: int) -> np.ndarray:
    """Expected one-off gifts a day without winter and without appeals."""
    rng = stream(seed, "latent")
    weeks, length = days.week[-1] + 1, len(days.dates)
    walk = np.cumsum(rng.normal(0, scenario.walk_sd, weeks))
    shocks = rng.normal(0, scenario.noise_sd, weeks)
    noise = np.empty(weeks)
    noise[0] = shocks[0]
    for week in range(1, weeks):
        noise[week] = scenario.rho * noise[week - 1] + np.sqrt(1 - scenario.rho**2) * shocks[week]
    broke_on = int(length * rng.uniform(*BREAK_WITHIN))
    place = np.arange(length)
    log_rate = (
        scenario.trend * (place - length / 2) / 365.25
        + scenario.level_break * (place >= broke_on)
        + (walk + noise)[days.week]
        + np.log1p(scenario.year_end_peak) * YEAR_END.holds(days.dates)
    )
    return np.asarray(scenario.gifts_per_week / 7 * np.exp(log_rate))


def _one_off_gifts(
    scenario: Scenario, days: _Days, rate: np.ndarray, appeals: tuple[Appeal, ...], *, seed: int
) -> pd.DataFrame:
    rng = stream(seed, "gifts")
    day = np.repeat(np.arange(len(rate)), rng.poisson(rate))
    donor, generosity, channel = returning_donors(len(day), rng=rng)
    spread = np.sqrt(0.5) * scenario.amount_sigma
    logs = spread * generosity + rng.normal(0, spread, len(day)) - scenario.amount_sigma**2 / 2
    amount = popular_amounts(1 + (scenario.mean_amount - 1) * np.exp(logs), rng=rng)
    cause = np.full(len(day), len(appeals))
    if appeals:
        brought = days.boosts[:, day] / (1 + days.boosts[:, day].sum(axis=0))
        cause = (rng.uniform(size=len(day)) > brought.cumsum(axis=0)).sum(axis=0)
    names = np.array([*(one.appeal for one in appeals), None], dtype=object)
    return pd.DataFrame(
        {
            "received_on": days.dates[day],
            "amount": amount,
            "channel": pd.Series(np.where(channel, "helloasso", "paypal"), dtype="str"),
            "donor": donor,
            "regular": False,
            "appeal": pd.Series(names[cause], dtype="str"),
        }
    )


def _standing_gifts(scenario: Scenario, days: _Days, *, seed: int) -> pd.DataFrame:
    rng = stream(seed, "standing")
    paydays = np.flatnonzero(days.dates.day == PAYDAY)
    shape = (len(paydays), scenario.regular_donors)
    changed = rng.uniform(size=shape) < MONTHLY_TURNOVER
    changed[:1] = True
    newcomer = np.cumsum(changed.ravel()).reshape(shape) * changed
    holder = np.maximum.accumulate(newcomer, axis=0)
    amounts = rng.choice(AMOUNTS_OF_STANDING_DONATIONS, size=int(changed.sum()) + 1)
    paid = np.ones(shape, dtype=bool)
    if scenario.regular_falls:
        paid = rng.uniform(size=shape) >= days.drop[paydays][:, None]
    when, _ = np.nonzero(paid)
    return pd.DataFrame(
        {
            "received_on": days.dates[paydays[when]],
            "amount": amounts[holder[paid]].astype(float),
            "channel": pd.Series(["helloasso"] * len(when), dtype="str"),
            "donor": 1_000_000 + holder[paid],
            "regular": True,
            "appeal": pd.Series([None] * len(when), dtype="str"),
        }
    )


def _truth(scenario: Scenario, days: _Days, expected: pd.DataFrame) -> dict[str, Any]:
    amount, calm = expected["amount"].to_numpy(), expected["amount_without_winter"].to_numpy()

    def drop_over(chosen: np.ndarray) -> float:
        return float(1 - amount[chosen].sum() / calm[chosen].sum()) if chosen.any() else float("nan")

    winters = np.unique(days.winters[days.winters > 0]).tolist()
    by_winter = {f"{one}/{(one + 1) % 100:02d}": drop_over(days.winters == one) for one in winters}
    drop = drop_over(days.winters > 0)
    return {
        "winter_drop": drop,
        "winter_drop_by_winter": by_winter,
        "winter_drop_per_person": 1 - (1 - drop) / (1 + scenario.headcount_winter_change),
        "headcount_winter_change": scenario.headcount_winter_change,
        "expected_total": float(amount.sum()),
    }


def _uplifts(
    days: _Days, amount: np.ndarray, one_off_without_appeals: np.ndarray, appeals: tuple[Appeal, ...]
) -> dict[str, dict[str, float]]:
    """What each appeal brings in expectation in the days from its launch, in money and as a share."""
    uplifts = {}
    for place, appeal in enumerate(appeals):
        since = (days.dates - pd.Timestamp(appeal.launched_on)).days.to_numpy()
        inside = (since >= 0) & (since < UPLIFT_DAYS)
        brought = float((one_off_without_appeals * days.boosts[place])[inside].sum())
        uplifts[appeal.appeal] = {
            "amount": brought,
            "share": brought / (float(amount[inside].sum()) - brought),
        }
    return uplifts


def _appeals_table(appeals: tuple[Appeal, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "appeal": pd.Series([one.appeal for one in appeals], dtype="str"),
            "name_fr": pd.Series([one.name_fr for one in appeals], dtype="str"),
            "name_en": pd.Series([one.name_en for one in appeals], dtype="str"),
            "soft_launch_on": pd.Series([one.soft_launch_on for one in appeals], dtype="datetime64[us]"),
            "launched_on": pd.Series([one.launched_on for one in appeals], dtype="datetime64[us]"),
            "cost": pd.Series([one.cost for one in appeals], dtype="float64"),
        }
    )
