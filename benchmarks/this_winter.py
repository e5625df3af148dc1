"""How often the forecast of the last winter holds what it brought, in worlds whose winters are alike.

    python -m benchmarks.this_winter            250 worlds a scenario, about five minutes
    python -m benchmarks.this_winter --worlds 20 --no-write

The last winter falls as the others do and no appeal is launched in it, so 95 of 100 intervals should hold its total.
The year before it is forecast the same way where the records reach back far enough.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
from benchmarks.machine import stamp
from benchmarks.winter_scores import monte_carlo_error, weekly_totals

from analysis.models.sentences import TooThin
from analysis.models.winter import expected_winter
from analysis.models.winter.expected import ExpectedWinter
from analysis.records.simulate.world import Scenario, simulate_world

TABLE = Path(__file__).with_suffix(".md")
FIRST_SEED = 90_000
LEVEL = 0.95
SCENARIOS = {
    "4 years, the sample's charity": Scenario(appeals=()),
    "4 years, no growth and no level break": Scenario(appeals=(), trend=0.0, level_break=0.0),
    "6 years, rough trend, rho 0.6": Scenario(appeals=(), years=6.0, rho=0.6, walk_sd=0.05),
    "small charity, 4 gifts a week, 10 standing donors": Scenario(appeals=(), gifts_per_week=4.0, regular_donors=10),
    "large charity, 250 gifts a week, 600 standing donors": Scenario(
        appeals=(), gifts_per_week=250.0, regular_donors=600
    ),
}


def forecasts(scenario: Scenario, worlds: int) -> list[ExpectedWinter]:
    """The last winter against expectation in each world whose records carry it."""
    found = []
    for seed in range(FIRST_SEED, FIRST_SEED + worlds):
        try:
            found.append(expected_winter(weekly_totals(simulate_world(scenario, seed=seed)), level=LEVEL))
        except TooThin:
            continue
    return found


def row(name: str, found: list[ExpectedWinter]) -> str:
    """One line of the table."""
    held = np.mean([not one.this.unusual for one in found])
    error = np.mean([np.log(one.this.observed / one.this.expected) for one in found])
    width = np.median([np.log(one.this.upper / one.this.lower) for one in found])
    before = [not one.year_before.unusual for one in found if one.year_before]
    year = f"{100 * np.mean(before):.1f} ({len(before)})" if before else ""
    return f"| {name} | {len(found)} | {100 * held:.1f} | {100 * error:+.1f} | {np.exp(width):.1f} | {year} |"


def main() -> None:
    """Run every scenario, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=250)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = [
        "# This winter against expectation: how often the forecast holds", "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.", "",
        f"{options.worlds} worlds a scenario (seeds from {FIRST_SEED}), nominal {LEVEL:.0%} intervals; "
        f"Monte Carlo error near 95 %: {monte_carlo_error(options.worlds, LEVEL):.1f} points. Error: mean log of "
        "what came over what was expected, x100; growth is not drawn on, so it is above zero where giving grows. "
        "Width: median ratio of the interval's ends.", "",
        "| scenario | worlds | winter held % | error | upper / lower | year before held % (worlds) |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, scenario in SCENARIOS.items():
        lines.append(row(name, forecasts(scenario, options.worlds)))
        print(lines[-1], flush=True)
    if not options.no_write:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
