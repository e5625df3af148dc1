"""How often the band of coverage holds the coverage there truly was, on simulated worlds whose people are known.

Run from the repository's top folder; it prints the table and writes `coverage.md` beside it:

    python -m benchmarks.coverage               250 worlds a scenario, about ten minutes
    python -m benchmarks.coverage --worlds 20 --no-write

What was handed out is the same in both, so the band is that of the people. A world counts with the share of its months
that hold the truth; worlds, not months, are what the Monte Carlo error is worked out from.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.machine import stamp

from analysis.dataset import Dataset, Norm
from analysis.panel.coverage import ALL_AREAS, monthly_coverage
from analysis.records.simulate.people import AREAS, counts_of_people, people_by_week
from analysis.records.simulate.scenario import Scenario
from analysis.seasons import month_start
from analysis.tables import Tables, as_table

TABLE = Path(__file__).with_suffix(".md")
FIRST_SEED = 90_000
LEVEL = 0.95
HANDED_OUT, TAKEN = 20.0, 6.0
"""Units a week: of each item in each area, and blankets taken by evictions."""

SCENARIOS = {
    "4 years, counted every 2 to 8 weeks, 8 % error": Scenario(),
    "2 years": Scenario(years=2.0),
    "6 years": Scenario(years=6.0),
    "counted every 8 to 16 weeks": Scenario(census_weeks=(8, 16)),
    "20 % error": Scenario(census_error=0.2),
    "people that wander more (6 % a week)": Scenario(people_walk_sd=0.06),
    "people that hardly wander (1 % a week)": Scenario(people_walk_sd=0.01),
    "no season of people": Scenario(headcount_winter_change=0.0),
    "a third more people in winter": Scenario(headcount_winter_change=0.33),
}
NORMS = {
    "blanket": Norm(per="person", quantity=1, kind="stock", source="Sphere 2018", life_months=12),
    "soap": Norm(per="person", quantity=1, kind="flow", source="Sphere 2018"),
    "toilet": Norm(per="facility", quantity=20, kind="ratio", source="Sphere 2018"),
}


@dataclass(frozen=True)
class World:
    """People truly present by week (one column an area and one for all), and what a charity noted."""

    people: pd.DataFrame
    tables: Tables


def simulated(scenario: Scenario, seed: int) -> World:
    """A world in which as much is handed out every week in each area, and evictions take as much."""
    people = people_by_week(scenario, seed=seed)
    days = pd.date_range(scenario.starts_on, scenario.ends_on, freq="W-TUE", unit="us")
    lines = pd.DataFrame(
        [(day, area, item, HANDED_OUT) for day in days for area in AREAS for item in NORMS],
        columns=["distributed_on", "area", "item", "quantity"],
    ).assign(source_file="simulated", source_line=0)
    losses = pd.DataFrame({"lost_on": days, "item": "blanket", "quantity": TAKEN, "cause": "eviction"})
    counts = counts_of_people(scenario, people, seed=seed).assign(method="census")
    tables = Tables(
        distributions=as_table(lines, "distributions"), headcounts=as_table(counts, "headcounts"),
        losses=as_table(losses, "losses"),
    )  # fmt: skip
    return World(people, tables)


def true_people(world: World, scenario: Scenario) -> pd.DataFrame:
    """People truly present a month, mean of its days, one column an area and one for all."""
    days = pd.DatetimeIndex(pd.date_range(scenario.starts_on, scenario.ends_on, freq="D", unit="us"))
    week = (days - world.people["week"].iloc[0]).days // 7
    by_day = world.people[["people", *AREAS]].iloc[week].rename(columns={"people": ALL_AREAS})
    return by_day.groupby(month_start(pd.Series(days)).to_numpy()).mean()


def true_coverage(rows: pd.DataFrame, people: pd.DataFrame, losses: pd.DataFrame) -> np.ndarray:
    """What coverage truly was in each of `rows`, worked out from the people that were there."""
    present = np.array([people.loc[month, area] for month, area in zip(rows["month"], rows["area"], strict=True)])
    needed = present / rows["norm"] if rows["kind"].iloc[0] == "ratio" else present * rows["norm"]
    if rows["kind"].iloc[0] == "stock":
        taken = losses.query("item == 'blanket' and cause == 'eviction'")
        by_month = taken.groupby(month_start(taken["lost_on"]))["quantity"].sum().reindex(people.index, fill_value=0)
        needed = needed + by_month.rolling(12).sum().reindex(rows["month"]).to_numpy() * (
            present / people[ALL_AREAS].reindex(rows["month"]).to_numpy()
        )
    return np.asarray(rows["distributed"] / needed)


def held(scenario: Scenario, seed: int) -> dict[tuple[str, str], float]:
    """By kind of norm, and area by area or all together: the share of assessed months whose band holds the truth."""
    world = simulated(scenario, seed)
    dataset = Dataset(
        folder=Path("simulated"), name="simulated", norms=NORMS, level=LEVEL,
        records_from=scenario.starts_on, records_until=scenario.ends_on,
    )  # fmt: skip
    tables, people = world.tables, true_people(world, scenario)
    found = {}
    for name, by_area in (("each area", True), ("all areas", False)):
        coverage = monthly_coverage(tables, dataset, by_area=by_area).query("assessed and distributed > 0")
        for kind, rows in coverage.groupby("kind"):
            truth = true_coverage(rows, people, tables.losses)
            found[name, str(kind)] = float(((rows["coverage_low"] <= truth) & (truth <= rows["coverage_high"])).mean())
    return found


def main() -> None:
    """Run every scenario, print the table and write it beside this module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=250)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    rows = {}
    for name, scenario in SCENARIOS.items():
        seeds = range(FIRST_SEED, FIRST_SEED + options.worlds)
        worlds = pd.DataFrame([held(scenario, seed) for seed in seeds])
        error = 100 * worlds["each area", "flow"].std() / np.sqrt(options.worlds)
        rows[name] = [*(100 * worlds.mean()), error]
        print(name, [round(value, 1) for value in rows[name]], flush=True)
    kinds = ["each area: flow", "ratio", "stock", "all areas: flow", "ratio", "stock", "Monte Carlo error"]
    lines = [
        "# Band of coverage: how often it holds the coverage there truly was", "",
        f"{stamp('numpy', 'pandas', 'scipy')}.", "",
        f"{options.worlds} worlds a scenario, seeds from {FIRST_SEED}; nominal {LEVEL:.0%}; % of assessed months.",
        "",
        "| scenario | " + " | ".join(kinds) + " |", "|---|" + "---:|" * len(kinds),
        *(f"| {name} | " + " | ".join(f"{value:.1f}" for value in values) + " |" for name, values in rows.items()), "",
    ]  # fmt: skip
    print("\n".join(lines))
    if not options.no_write:
        TABLE.write_text("\n".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
