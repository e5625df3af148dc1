"""How often the intervals of the winter drop per person in need hold the truth, beside a straight line between counts.

Run from the repository's top folder; it prints the tables and writes `per_person.md` and `per_person.json` beside it:

    python -m benchmarks.per_person             250 worlds a scenario, about six minutes
    python -m benchmarks.per_person --worlds 20 --no-write
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.machine import stamp
from benchmarks.winter_methods import LEVEL, Interval, interval_of
from benchmarks.winter_scores import (
    Tables,
    each,
    monte_carlo_error,
    options_of,
    publish,
    scenario_lines,
    scores,
    summary,
    summary_lines,
    weekly_totals,
)

from analysis.models.sentences import TooThin
from analysis.models.winter import fit_per_person, fit_winter_drop
from analysis.records.simulate.world import Scenario, World, simulate_world

TABLE = Path(__file__).with_suffix(".md")
FIRST_SEED = 60_000
LARGE = {"gifts_per_week": 250.0, "regular_donors": 600}
SCENARIOS = {
    "census error 8 %": Scenario(),
    "census error 20 %": Scenario(census_error=0.2),
    "large charity, census error 8 %": Scenario(**LARGE),
    "large charity, census error 20 %": Scenario(**LARGE, census_error=0.2),
    "nothing changes in winter, census error 20 %": Scenario(
        winter_drop=0.0, headcount_winter_change=0.0, census_error=0.2
    ),
}
"""Where nothing else is said: 4 years, 25 % less giving and 10 % more people in winter, a count every 2 to 8 weeks."""


def default(weekly: pd.DataFrame, world: World) -> Interval:
    """The project's estimator: change of giving less change of the counts at their own dates."""
    return interval_of(fit_per_person(weekly, world.headcounts, appeals=world.appeals, level=LEVEL))


def straight_line(weekly: pd.DataFrame, world: World) -> Interval:
    """The naive way: giving over a straight line between counts, by the default engine; counts have no error."""
    counts = world.headcounts.groupby("counted_on")["people"].sum().astype(float)
    thursdays = (weekly["week"] + pd.Timedelta(days=3)).to_numpy().astype("datetime64[D]").astype(float)
    days = counts.index.to_numpy().astype("datetime64[D]").astype(float)
    people = np.interp(thursdays, days, counts.to_numpy())
    return interval_of(fit_winter_drop(weekly.assign(amount=weekly["amount"] / people), appeals=world.appeals))


METHODS: dict[str, Callable[[pd.DataFrame, World], Interval]] = {
    "default": default,
    "straight line between counts": straight_line,
}


def fits(scenario: Scenario, seed: int) -> list[tuple[str, float, float, float, float, float]]:
    """One row a method on the world of `seed`: method, truth, drop, lower, upper (missing if too thin), ms."""
    warnings.simplefilter("ignore")
    world = simulate_world(scenario, seed=seed)
    weekly = weekly_totals(world)
    rows = []
    for name, method in METHODS.items():
        start = time.process_time()
        try:
            found = method(weekly, world)
        except TooThin:
            found = (math.nan, math.nan, math.nan)
        rows.append((name, world.truth["winter_drop_per_person"], *found, 1000 * (time.process_time() - start)))
    return rows


def heading(worlds: int) -> list[str]:
    """What was run, when, on what, and how to read it."""
    return [
        "# Winter drop per person in need: coverage on simulated worlds",
        "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.",
        "",
        f"{worlds} worlds a scenario (seeds from {FIRST_SEED}), nominal {LEVEL:.0%} intervals. Monte Carlo error of a "
        f"coverage near {LEVEL:.0%}: {monte_carlo_error(worlds, LEVEL):.1f} points. Bias, errors and widths are in "
        "points of the drop; CPU is that of one fit. Where nothing changes in winter, `excludes zero` counts false "
        "alarms; elsewhere it is the power.",
        "",
    ]


def main() -> None:
    """Run every scenario, print the tables and write them beside this module."""
    parser = options_of(__doc__, worlds=250)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    tables: Tables = {}
    for name, scenario in SCENARIOS.items():
        seeds = range(FIRST_SEED, FIRST_SEED + options.worlds)
        rows = list(each(partial(fits, scenario), seeds, workers=options.workers))
        columns = ["method", "truth", "drop", "lower", "upper", "milliseconds"]
        tables[name] = scores(pd.DataFrame(rows, columns=columns))
        print("\n".join(scenario_lines(name, tables[name])), flush=True)
    nothing = {name for name, one in SCENARIOS.items() if one.winter_drop == 0}
    over = summary(tables, without_effect=nothing)
    lines = [*heading(options.worlds), "## Over all scenarios", "", *summary_lines(over), "## Scenario by scenario", ""]
    lines += [line for name, table in tables.items() for line in scenario_lines(name, table)]
    publish(TABLE, lines, tables, over, options=options, level=LEVEL)


if __name__ == "__main__":
    main()
