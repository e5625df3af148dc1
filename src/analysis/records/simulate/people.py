"""People in need in a simulated world: how many there truly are, and what the counts say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.records.simulate.draws import stream
from analysis.records.simulate.scenario import Scenario
from analysis.seasons import WINTER, monday, share_of_days

AREAS = {"Calais": 0.65, "Grande-Synthe": 0.35}
"""Areas where people are counted, and the share of the people who are in each at the end of the period."""

RANGE_SHARE, RANGE_HALF_WIDTH = 0.15, 0.2
"""Share of counts given as a range, and half the range's width over its middle."""


def people_by_week(scenario: Scenario, *, seed: int) -> pd.DataFrame:
    """People truly present, one row a week, mean of its days: week (Monday), people, and one column an area.

    The log of each area is a straight growth and a random walk of its own, tied to its level in the last
    week; in winter it is higher by `headcount_winter_change`.
    """
    rng = stream(seed, "people")
    weeks = _weeks(scenario)
    growth = scenario.people_growth * 7 / 365.25 * (np.arange(len(weeks)) - len(weeks) + 1)
    winter = 1 + scenario.headcount_winter_change * share_of_days(weeks, WINTER)
    present = {}
    for area, share in AREAS.items():
        walk = np.cumsum(rng.normal(0, scenario.people_walk_sd, len(weeks)))
        present[area] = scenario.people * share * np.exp(growth + walk - walk[-1]) * winter
    return pd.DataFrame({"week": weeks, "people": sum(present.values()), **present})


def counts_of_people(scenario: Scenario, people: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """What associations counted: both areas on the same days, each count with an error of its own.

    One row a count and area: counted_on, area, people, low, high (where the count is a range), method,
    counted_by, scope.
    """
    rng = stream(seed, "headcount")
    first, last = pd.Timestamp(scenario.starts_on), pd.Timestamp(scenario.ends_on)
    length = (last - first).days + 1
    shortest, longest = (7 * weeks for weeks in scenario.census_weeks)
    gaps = rng.integers(shortest, longest, size=length // shortest + 1, endpoint=True)
    after = np.cumsum(gaps) - gaps[0] + int(rng.integers(0, shortest))
    dates = first + pd.to_timedelta(after[after < length], unit="D")
    week = (dates - people["week"].iloc[0]).days.to_numpy() // 7
    as_range = rng.uniform(size=len(dates)) < RANGE_SHARE
    errors = rng.normal(0, scenario.census_error, (len(AREAS), len(dates)))
    tables = [
        _counts(area, people[area].to_numpy()[week] * np.exp(error), dates, as_range)
        for area, error in zip(AREAS, errors, strict=True)
    ]
    return pd.concat(tables).sort_values("counted_on", kind="stable", ignore_index=True)


def _weeks(scenario: Scenario) -> pd.DatetimeIndex:
    ends = pd.DatetimeIndex([pd.Timestamp(scenario.starts_on), pd.Timestamp(scenario.ends_on)])
    first, last = monday(ends)
    return pd.date_range(first, last, freq="7D", unit="us")


def _counts(area: str, seen: np.ndarray, dates: pd.DatetimeIndex, as_range: np.ndarray) -> pd.DataFrame:
    low = np.where(as_range, np.round(seen * (1 - RANGE_HALF_WIDTH), -1), np.nan)
    high = np.where(as_range, np.round(seen * (1 + RANGE_HALF_WIDTH), -1), np.nan)
    people = np.where(as_range, (low + high) / 2, np.round(seen / 5) * 5)
    return pd.DataFrame(
        {
            "counted_on": dates,
            "area": pd.Series([area] * len(dates), dtype="str"),
            "people": pd.array(people, dtype="Int64"),
            "low": pd.array(low, dtype="Int64"),
            "high": pd.array(high, dtype="Int64"),
            "method": pd.Series(np.where(as_range, "estimate", "census"), dtype="str"),
            "counted_by": pd.Series(["associations"] * len(dates), dtype="str"),
            "scope": pd.Series(["outside State facilities"] * len(dates), dtype="str"),
        }
    )
