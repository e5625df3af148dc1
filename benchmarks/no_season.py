"""Whether the estimator finds a winter where there is none: flat simulated worlds and a census of shelters.

Run from the repository's top folder with the daily census of New York's shelters (columns date_of_census, measure,
count; New York City Department of Homeless Services, data.cityofnewyork.us); it writes `no_season.md` and
`no_season.json` beside this module:

    python -m benchmarks.no_season CENSUS.csv           250 worlds a kind, about three minutes
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.machine import facts, stamp
from benchmarks.winter_scores import each, monte_carlo_error, weekly_totals

from analysis.models.winter import fit_each_winter, fit_winter_drop, placebo_windows
from analysis.records.simulate.world import Scenario, simulate_world
from analysis.seasons import calendar, monday

TABLE = Path(__file__).with_suffix(".md")
FIRST_SEED = 70_000
FLAT = {"winter_drop": 0.0, "trend": 0.0, "level_break": 0.0, "year_end_peak": 0.0, "appeals": ()}
WORLDS = {
    "flat world, 4 years": Scenario(**FLAT, walk_sd=0.0, rho=0.0),
    "flat world with memory, 4 years": Scenario(**FLAT, walk_sd=0.0, rho=0.6),
    "world that only wanders, 4 years": Scenario(**FLAT),
    "world that only wanders, 6 years": Scenario(**FLAT, years=6.0),
}
GIFTS_PER_WEEK = 25.0
SPREAD = 1.3


def of_world(scenario: Scenario, seed: int) -> list[bool]:
    """Whether the interval holds zero in the world of `seed`."""
    warnings.simplefilter("ignore")
    return [holds_zero(weekly_totals(simulate_world(scenario, seed=seed)))]


def holds_zero(weekly: pd.DataFrame) -> bool:
    """Whether the 95 % interval of the winter drop holds zero."""
    found = fit_winter_drop(weekly)
    return bool(found.lower <= 0 <= found.upper)


def census_weeks(path: Path) -> dict[str, pd.DataFrame]:
    """For each measure the mean of every complete week as `amount`, with the calendar."""
    daily = pd.read_csv(path, parse_dates=["date_of_census"])
    found = {}
    for measure, rows in daily.groupby("measure"):
        weeks = rows.groupby(monday(rows["date_of_census"]))["count"].agg(["mean", "size"]).query("size == 7")
        table = calendar(pd.DatetimeIndex(weeks.index).as_unit("us"))
        found[str(measure)] = table.assign(amount=weeks["mean"].to_numpy())
    return found


def thinned(weekly: pd.DataFrame, seed: int) -> list[bool]:
    """Whether the interval holds zero in gifts whose number follows the census: Poisson times lognormal amounts."""
    rng = np.random.default_rng(seed)
    gifts = rng.poisson(GIFTS_PER_WEEK * weekly["amount"] / weekly["amount"].mean())
    amounts = [rng.lognormal(-(SPREAD**2) / 2, SPREAD, count).sum() for count in gifts]
    return [holds_zero(weekly.assign(amount=amounts))]


def census_lines(census: dict[str, pd.DataFrame]) -> tuple[list[str], dict[str, dict[str, float]]]:
    """What the estimator says of each measure as it is, in Markdown and as figures."""
    lines = [
        "| measure | weeks | winters | drop % | cross-check % | three-month windows | hold zero | clear as printed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    figures = {}
    for name, weekly in census.items():
        found, check = fit_winter_drop(weekly), fit_each_winter(weekly)
        windows = [one for one in placebo_windows(weekly).windows if one.drop is not None]
        held, clear = sum(one.lower <= 0 <= one.upper for one in windows), sum(one.clear for one in windows)
        lines.append(
            f"| {name.replace('_', ' ')} | {found.weeks} | {len(found.winters)} | {_ends(found)} | {_ends(check)} "
            f"| {len(windows)} | {held} | {clear} |"
        )
        figures[name] = {
            "drop": found.drop, "lower": found.lower, "upper": found.upper,
            "windows": len(windows), "windows_with_zero": held, "windows_clear": clear,
        }  # fmt: skip
    return lines, figures


def _ends(found: object) -> str:
    drop, lower, upper = (100 * getattr(found, name) for name in ("drop", "lower", "upper"))
    return f"{drop:+.1f} ({lower:+.1f} to {upper:+.1f})"


def share(held: Iterable[bool]) -> tuple[float, int]:
    """Percentage of intervals that hold zero, and how many there are."""
    found = list(held)
    return 100 * float(np.mean(found)), len(found)


NOTES = (
    "A drop below zero is a rise. Winter: the default claims none in any measure, and that is right. Other windows of "
    "three months: on the census itself, without the luck of gifts, more intervals leave zero out than 1 in 20. That "
    "is wrong, and a number of people that goes on rising or falling for months, smoother than the random walk of the "
    "model, explains it: a window may then lie off the trend without a season. Such changes are small, and all but one "
    "print as 0. Gifts are not so smooth: in gifts in step with the same census the intervals hold.",
)
"""What was found and whether it is right; written by hand after a run."""


def main() -> None:
    """Run both kinds of series, print the table and write it beside this module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("census", type=Path)
    parser.add_argument("--worlds", type=int, default=250)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    seeds = range(FIRST_SEED, FIRST_SEED + options.worlds)
    census = census_weeks(options.census)
    rows = {
        name: share(each(partial(of_world, scenario), seeds, workers=options.workers))
        for name, scenario in WORLDS.items()
    }
    for name, weekly in census.items():
        label = f"gifts in step with: {name.replace('_', ' ')}"
        rows[label] = share(each(partial(thinned, weekly), seeds, workers=options.workers))
    lines, figures = census_lines(census)
    error = monte_carlo_error(options.worlds, 0.95)
    text = [
        "# No invented season",
        "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.",
        "",
        "Share of 95 % intervals of the winter drop that hold zero where there is no winter (bar: 95 %; Monte Carlo "
        f"error {error:.1f} points). Gifts in step with a census are Poisson, {GIFTS_PER_WEEK:.0f} a week, times "
        "lognormal amounts: the same path of people, other luck.",
        "",
        "| series | intervals | hold zero % |",
        "|---|---|---|",
        *(f"| {name} | {count} | {held:.1f} |" for name, (held, count) in rows.items()),
        "",
        "The census itself, weekly means without any noise added (drop with its interval):",
        "",
        *lines,
        "",
        *NOTES,
    ]
    print("\n".join(text), flush=True)
    if not options.no_write:
        TABLE.write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
        told = {**facts(), "holds_zero": {name: round(held, 2) for name, (held, _) in rows.items()}, "census": figures}
        TABLE.with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
