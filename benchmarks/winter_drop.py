"""How often the intervals of the winter drop hold the truth, on simulated worlds whose truth is known.

Run from the repository's top folder; it prints the table and writes `benchmarks/winter_drop.md`:

    python benchmarks/winter_drop.py            500 worlds a scenario, about ten minutes
    python benchmarks/winter_drop.py --worlds 20 --no-write
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import os
import platform
import subprocess
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import norm

from analysis.models.regression import nuisance_columns, usable_columns
from analysis.models.results import TooThin
from analysis.models.winter import fit_each_winter, fit_per_person, fit_winter_drop
from analysis.records.simulate.world import Scenario, World, simulate_world
from analysis.seasons import calendar, monday, weeks_between

LEVEL = 0.95
FIRST_SEED = 50_000
SCENARIOS = {
    "4 years, default charity": Scenario(),
    "6 years, rough trend, rho 0.6": Scenario(years=6.0, rho=0.6, walk_sd=0.05),
    "small charity, 4 gifts a week, no standing donors": Scenario(gifts_per_week=4.0, regular_donors=0),
    "small charity, 4 gifts a week and 10 standing donors": Scenario(gifts_per_week=4.0, regular_donors=10),
    "4 years, no winter drop": Scenario(winter_drop=0.0),
}
Interval = tuple[float, float, float]


def weekly_totals(world: World) -> pd.DataFrame:
    """The complete weeks of a world: week, amount, winter_share, year_end_share, payday."""
    first, last = pd.Timestamp(world.scenario.starts_on), pd.Timestamp(world.scenario.ends_on)
    weeks = weeks_between(first, last)
    amounts = world.gifts["amount"].groupby(monday(world.gifts["received_on"])).sum()
    whole = (weeks >= first) & (weeks + pd.Timedelta(days=6) <= last)
    table = calendar(weeks).assign(amount=amounts.reindex(weeks, fill_value=0.0).to_numpy())
    return table[whole].reset_index(drop=True)


def newey_west(weekly: pd.DataFrame, world: World) -> Interval:
    """The reference: quasi-Poisson on the same columns with Newey-West errors (automatic lag)."""
    amounts = weekly["amount"].to_numpy()
    nuisance = nuisance_columns(weekly, appeals=world.appeals)
    design = usable_columns(amounts, weekly[["winter_share"]].to_numpy(), nuisance)
    lag = math.floor(4 * (len(weekly) / 100) ** (2 / 9))
    fit = sm.GLM(amounts / amounts.mean(), design, family=sm.families.Poisson()).fit(
        start_params=np.zeros(design.shape[1]),
        cov_type="HAC",
        cov_kwds={"maxlags": lag, "use_correction": True},
    )
    change, reach = fit.params[0], norm.ppf(0.5 + LEVEL / 2) * fit.bse[0]
    return tuple(float(-np.expm1(end)) for end in (change, change + reach, change - reach))


def interval_of(result: Any) -> Interval:
    """Estimate, lower and upper end of a result."""
    return result.drop, result.lower, result.upper


def _default(weekly: pd.DataFrame, world: World) -> Interval:
    return interval_of(fit_winter_drop(weekly, appeals=world.appeals, level=LEVEL))


def _cross_check(weekly: pd.DataFrame, world: World) -> Interval:
    return interval_of(fit_each_winter(weekly, appeals=world.appeals, level=LEVEL))


def _per_person(weekly: pd.DataFrame, world: World) -> Interval:
    return interval_of(fit_per_person(weekly, world.headcounts, appeals=world.appeals, level=LEVEL))


METHODS: dict[str, tuple[str, Callable[[pd.DataFrame, World], Interval]]] = {
    "default": ("winter_drop", _default),
    "cross-check (winter by winter)": ("winter_drop", _cross_check),
    "reference: quasi-Poisson + Newey-West": ("winter_drop", newey_west),
    "per person": ("winter_drop_per_person", _per_person),
}


def run(scenario: Scenario, worlds: int) -> pd.DataFrame:
    """One row a world and method: method, truth, drop, lower, upper (missing if too thin), milliseconds."""
    rows = []
    for seed in range(FIRST_SEED, FIRST_SEED + worlds):
        world = simulate_world(scenario, seed=seed)
        weekly = weekly_totals(world)
        for method, (truth, fit) in METHODS.items():
            start = time.process_time()
            try:
                drop, lower, upper = fit(weekly, world)
            except TooThin:
                drop = lower = upper = math.nan
            spent = 1000 * (time.process_time() - start)
            rows.append((method, world.truth[truth], drop, lower, upper, spent))
    return pd.DataFrame(rows, columns=["method", "truth", "drop", "lower", "upper", "milliseconds"])


def scores(results: pd.DataFrame) -> pd.DataFrame:
    """One row a method: percentages and points of the drop, and the mean CPU of a fit."""
    fitted = results.dropna(subset="drop")
    error = 100 * (fitted["drop"] - fitted["truth"])
    table = fitted.assign(
        covers=100.0 * fitted["truth"].between(fitted["lower"], fitted["upper"]),
        error=error,
        squared=error**2,
        width=100 * (fitted["upper"] - fitted["lower"]),
        excludes_zero=100.0 * ((fitted["lower"] > 0) | (fitted["upper"] < 0)),
    )
    means = table.groupby("method", sort=False).agg(
        worlds=("truth", "size"),
        covers=("covers", "mean"),
        bias=("error", "mean"),
        median_error=("error", "median"),
        squared=("squared", "mean"),
        width=("width", "mean"),
        excludes_zero=("excludes_zero", "mean"),
        milliseconds=("milliseconds", "mean"),
    )
    return means.assign(rmse=np.sqrt(means["squared"]))


def as_markdown(name: str, table: pd.DataFrame) -> list[str]:
    """The lines of one scenario's table."""
    lines = [
        f"### {name}",
        "",
        "| method | worlds | covers % | bias | median error | RMSE | mean width | excludes zero % | CPU ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in table.reset_index().itertuples():
        lines.append(
            f"| {row.method} | {row.worlds} | {row.covers:.1f} | {row.bias:+.1f} | {row.median_error:+.1f} "
            f"| {row.rmse:.1f} | {row.width:.1f} | {row.excludes_zero:.1f} | {row.milliseconds:.0f} |"
        )
    return [*lines, ""]


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False).stdout.strip()


def heading(worlds: int) -> list[str]:
    """What was run, when, on what."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas", "statsmodels"))
    commit = _git("rev-parse", "--short", "HEAD") or "none"
    if _git("status", "--porcelain", "src", "benchmarks/winter_drop.py"):
        commit += " and uncommitted changes"
    return [
        "# Winter drop: coverage on simulated worlds",
        "",
        f"Made by `python benchmarks/winter_drop.py` on {dt.date.today().isoformat()}, commit {commit}; "
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}.",
        "",
        f"{worlds} worlds a scenario (seeds from {FIRST_SEED}), nominal {LEVEL:.0%} intervals; Monte Carlo "
        f"error of a coverage near {LEVEL:.0%}: {100 * math.sqrt(LEVEL * (1 - LEVEL) / worlds):.1f} points. "
        "Bias, errors and widths are in points of the drop; CPU is that of one fit. In the world without a "
        "winter drop, `excludes zero` is the share of false alarms; elsewhere, and per person (whose truth "
        "is never zero: there are 10 % more people in winter), it is the power.",
        "",
    ]


def main() -> None:
    """Run every scenario, print the tables and write them beside this script."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = heading(options.worlds)
    print("\n".join(lines), flush=True)
    for name, scenario in SCENARIOS.items():
        block = as_markdown(name, scores(run(scenario, options.worlds)))
        print("\n".join(block), flush=True)
        lines += block
    if not options.no_write:
        Path(__file__).with_suffix(".md").write_text("\n".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
