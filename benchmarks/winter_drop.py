"""How often the intervals of the winter drop hold the truth, on simulated worlds whose truth is known.

Run from the repository's top folder; it prints the tables and writes `winter_drop.md` and `winter_drop.json` beside it:

    python -m benchmarks.winter_drop            250 worlds a scenario, about twenty minutes
    python -m benchmarks.winter_drop --worlds 20 --no-write
    python -m benchmarks.winter_drop --only default --worlds 500 --no-write

Prophet is no dependency of the project. Give it an environment of its own and name its Python:

    python -m venv /tmp/prophet && /tmp/prophet/bin/pip install prophet
    python -m benchmarks.winter_drop --prophet /tmp/prophet/bin/python
"""

from __future__ import annotations

import math
import time
import warnings
from functools import partial
from pathlib import Path

import pandas as pd
from benchmarks.machine import stamp
from benchmarks.winter_methods import FEWER_WORLDS, LEVEL, METHODS, prophet
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
from analysis.records.simulate.world import Scenario, simulate_world

TABLE = Path(__file__).with_suffix(".md")
FIRST_SEED = 50_000
SMALL = {"gifts_per_week": 4.0}
DIFFERENT = (0.05, 0.4, 0.1, 0.45)
SCENARIOS = {
    "4 years, the sample's charity": Scenario(),
    "3 years, smooth trend, rho 0": Scenario(years=3.0, rho=0.0, walk_sd=0.0),
    "6 years, rough trend, rho 0.6": Scenario(years=6.0, rho=0.6, walk_sd=0.05),
    "4 years, no winter drop": Scenario(winter_drop=0.0),
    "6 years, rough trend, rho 0.6, no winter drop": Scenario(years=6.0, rho=0.6, walk_sd=0.05, winter_drop=0.0),
    "4 years, drop of 15 %": Scenario(winter_drop=0.15),
    "4 years, drop of 40 %": Scenario(winter_drop=0.4),
    "small charity, 4 gifts a week, no standing donors": Scenario(**SMALL, regular_donors=0),
    "small charity, 4 gifts a week, 10 standing donors": Scenario(**SMALL, regular_donors=10),
    "small charity, 10 standing donors, no winter drop": Scenario(**SMALL, regular_donors=10, winter_drop=0.0),
    "large charity, 250 gifts a week, 600 standing donors": Scenario(gifts_per_week=250.0, regular_donors=600),
    "4 winters that truly differ (5, 40, 10, 45 %)": Scenario(winter_drops=DIFFERENT),
    "year-end peak of five times": Scenario(year_end_peak=4.0),
    "standing donations that do not fall": Scenario(regular_falls=False),
    "level break of a half": Scenario(level_break=0.5),
}
"""Where nothing else is said: 4 years, drop 25 %, rho 0.3, walk of 2 % a week, 25 gifts a week, 60 standing donors."""

WITH_PROPHET = "4 years, the sample's charity"
PROPHETS = {
    "Prophet, winter regressor, MCMC": {"mcmc_samples": 400, "yearly_seasonality": False},
    "Prophet, winter regressor, no MCMC": {"mcmc_samples": 0, "yearly_seasonality": False},
}
Row = tuple[str, float, float, float, float, float]


def fits(scenario: Scenario, methods: tuple[str, ...], seed: int) -> list[Row]:
    """One row a method on the world of `seed`: method, truth, drop, lower, upper (missing if too thin), ms."""
    warnings.simplefilter("ignore")
    world = simulate_world(scenario, seed=seed)
    weekly = weekly_totals(world)
    rows = []
    for method in methods:
        if seed - FIRST_SEED >= FEWER_WORLDS.get(method, math.inf):
            continue
        start = time.process_time()
        try:
            found = METHODS[method](weekly, world)
        except TooThin:
            found = (math.nan, math.nan, math.nan)
        rows.append((method, world.truth["winter_drop"], *found, 1000 * (time.process_time() - start)))
    return rows


def run(scenario: Scenario, methods: tuple[str, ...], worlds: int, workers: int) -> pd.DataFrame:
    """The scores of each method in one scenario."""
    seeds = range(FIRST_SEED, FIRST_SEED + worlds)
    rows = list(each(partial(fits, scenario, methods), seeds, workers=workers))
    return scores(pd.DataFrame(rows, columns=["method", "truth", "drop", "lower", "upper", "milliseconds"]))


def run_prophet(python: str, worlds: int) -> pd.DataFrame:
    """The scores of Prophet in its one scenario; its clock is the wall's, import of Prophet included."""
    made = [simulate_world(SCENARIOS[WITH_PROPHET], seed=FIRST_SEED + place) for place in range(worlds)]
    pairs = [(weekly_totals(world), world) for world in made]
    rows = []
    for name, options in PROPHETS.items():
        start = time.perf_counter()
        found = prophet(python, pairs, **options)
        spent = 1000 * (time.perf_counter() - start) / worlds
        rows += [(name, world.truth["winter_drop"], *one, spent) for one, world in zip(found, made, strict=True)]
    return scores(pd.DataFrame(rows, columns=["method", "truth", "drop", "lower", "upper", "milliseconds"]))


def heading(worlds: int) -> list[str]:
    """What was run, when, on what, and how to read it."""
    return [
        "# Winter drop: coverage on simulated worlds",
        "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.",
        "",
        f"{worlds} worlds a scenario (seeds from {FIRST_SEED}), nominal {LEVEL:.0%} intervals. Monte Carlo error of a "
        f"coverage near {LEVEL:.0%}: {monte_carlo_error(worlds, LEVEL):.1f} points; a method run on fewer worlds shows "
        "how many. Bias, errors and widths are in points of the drop; CPU is that of one fit (Prophet: wall clock). "
        "Where there is no winter drop, `excludes zero` counts false alarms; elsewhere it is the power. The peers are "
        "told the half-life of the appeals, which the default has to find.",
        "",
    ]


def lines_of(tables: Tables, worlds: int) -> tuple[list[str], pd.DataFrame]:
    """The whole table in Markdown, and its summary."""
    nothing = {name for name, scenario in SCENARIOS.items() if scenario.winter_drop == 0}
    over = summary(tables, without_effect=nothing)
    lines = [*heading(worlds), "## Over all scenarios", "", *summary_lines(over), "## Scenario by scenario", ""]
    return lines + [line for name, table in tables.items() for line in scenario_lines(name, table)], over


def main() -> None:
    """Run every scenario, print the tables and write them beside this module."""
    parser = options_of(__doc__, worlds=250)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", help="run this method alone")
    parser.add_argument("--prophet", default="", help="the Python of an environment that has Prophet")
    options = parser.parse_args()
    methods = (options.only,) if options.only else tuple(METHODS)
    tables: Tables = {}
    for name, scenario in SCENARIOS.items():
        tables[name] = run(scenario, methods, options.worlds, options.workers)
        print("\n".join(scenario_lines(name, tables[name])), flush=True)
    if options.prophet:
        tables[WITH_PROPHET] = pd.concat([tables[WITH_PROPHET], run_prophet(options.prophet, 20)])
    lines, over = lines_of(tables, options.worlds)
    publish(TABLE, lines, tables, over, options=options, level=LEVEL)


if __name__ == "__main__":
    main()
