from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.seasons import calendar, weeks_between

WeeklyWorld = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def weekly_world() -> WeeklyWorld:
    """Makes complete weeks with a known winter drop: lognormal AR(1) noise, trend, year-end peak, payday."""

    def world(
        *, seed: int = 0, drop: float = 0.25, first: str = "2017-04-03", last: str = "2021-03-28",
        noise: float = 0.3, rho: float = 0.3, level: float = 1000.0,
    ) -> pd.DataFrame:  # fmt: skip
        rng = np.random.default_rng(seed)
        table = calendar(weeks_between(pd.Timestamp(first), pd.Timestamp(last)))
        shocks = rng.normal(0, noise, len(table))
        memory = np.empty(len(table))
        memory[0] = shocks[0]
        for week in range(1, len(table)):
            memory[week] = rho * memory[week - 1] + np.sqrt(1 - rho**2) * shocks[week]
        log_mean = (
            np.log(level)
            + 0.1 * np.arange(len(table)) / 52
            + np.log(1 - drop) * table["winter_share"]
            + 0.8 * table["year_end_share"]
            + 0.4 * table["payday"]
        )
        return table.assign(amount=np.exp(log_mean + memory))

    return world


@pytest.fixture(scope="session")
def counts_every_five_weeks() -> Callable[..., pd.DataFrame]:
    """Makes counts on Wednesdays: `people` outside winter, times 1 + `change` in whole winter weeks."""

    def counts(weekly: pd.DataFrame, *, people: float = 1000.0, change: float = 0.1) -> pd.DataFrame:
        rows = weekly.iloc[::5]
        return pd.DataFrame(
            {
                "counted_on": (rows["week"] + pd.Timedelta(days=2)).to_numpy(),
                "area": "Calais",
                "people": people * (1 + change) ** rows["winter_share"].to_numpy(),
            }
        )

    return counts
