"""How often the interval of what an appeal brought holds the truth, on simulated worlds whose truth is known.

Run from the repository's top folder; it prints the tables and writes `appeal.md` and `appeal.json` beside it:

    python -m benchmarks.appeal                 400 worlds a scenario, about half an hour
    python -m benchmarks.appeal --only default  about twelve minutes
    python -m benchmarks.appeal --worlds 20 --no-write

Prophet is no dependency of the project: name the Python of an environment that has it with `--prophet`.
"""

from __future__ import annotations

import datetime as dt
import math
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from benchmarks.appeal_methods import FEWER_WORLDS, LEVEL, METHODS, WEEKS, Task, prophet, task_of
from benchmarks.machine import stamp
from benchmarks.winter_scores import Tables, monte_carlo_error, options_of, publish, scores, summary, summary_lines

from analysis.models.sentences import TooThin
from analysis.records.simulate.scenario import APPEALS, Appeal, Scenario
from analysis.records.simulate.world import World, simulate_world
from analysis.seasons import monday

TABLE = Path(__file__).with_suffix(".md")
FIRST_SEED = 110_000
PROPHET_WORLDS = 20


def appeal(day: str, *, boost: float = 1.0, name: str = "asked") -> Appeal:
    """An appeal launched on a day; boost 1 doubles one-off giving on that day."""
    return Appeal(appeal=name, name_fr=name, name_en=name, launched_on=dt.date.fromisoformat(day), boost=boost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A scenario whose last appeal is asked about; `near` names the others that overlap with it."""

    scenario: Scenario
    near: frozenset[str] = frozenset()


EARLIER = APPEALS[0]
AT_THE_END, WITHOUT = appeal("2021-01-25"), appeal("2021-01-25", boost=0.0)


def case(asked: Appeal, *others: Appeal, near: tuple[str, ...] = (), **settings: object) -> Case:
    """A charity with an appeal in November 2019, `others`, and the one that is asked about."""
    scenario = Scenario(appeals=(EARLIER, *others, asked), **settings)  # type: ignore[arg-type]
    return Case(scenario=scenario, near=frozenset(near))


ROUGH = {"rho": 0.6, "walk_sd": 0.05}
CASES = {
    "effect": case(AT_THE_END),
    "no effect": case(WITHOUT),
    "no effect, rough trend, rho 0.6": case(WITHOUT, **ROUGH),
    "no effect, 6 years, rough trend, rho 0.6": case(WITHOUT, years=6.0, **ROUGH),
    "small charity, 4 gifts a week, effect": case(AT_THE_END, gifts_per_week=4.0, regular_donors=10),
    "small charity, 4 gifts a week, no effect": case(WITHOUT, gifts_per_week=4.0, regular_donors=10),
    "large charity, 250 gifts a week, effect of half": case(
        appeal("2021-01-25", boost=0.5), gifts_per_week=250.0, regular_donors=600
    ),
    "3 years, effect": case(AT_THE_END, years=3.0),
    "soft launch of three weeks, effect of 1.5": case(APPEALS[1]),
    "another appeal five weeks before, both counted": case(
        AT_THE_END, appeal("2020-12-21", boost=0.8, name="near"), near=("near",)
    ),
    "another appeal fifteen weeks before, told apart": case(AT_THE_END, appeal("2020-10-12", boost=0.8, name="far")),
    "no effect, on a Thursday in the middle of the records": case(appeal("2019-04-18", boost=0.0)),
}
"""Where nothing else is said: 4 years to 31 March 2021, 25 gifts a week, launch on 25 January 2021, boost 1."""
NO_EFFECT = {name for name, one in CASES.items() if one.scenario.appeals[-1].boost == 0}
WITH_PROPHET = ("effect", "no effect", "no effect, rough trend, rho 0.6")
Row = tuple[str, float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the appeals in question brought in the window: in expectation and in fact, and what came without them."""

    expected: float
    brought: float
    without: float


def truth_of(one: Case, world: World, task: Task) -> Truth:
    """The truth by the same world without these appeals: the latent path is drawn apart and stays as it is."""
    asked = one.near | {task.appeal.appeal}
    calm = tuple(replace(each, boost=0.0) if each.appeal in asked else each for each in one.scenario.appeals)
    without = simulate_world(replace(one.scenario, appeals=calm), seed=world.seed)
    start = monday(pd.DatetimeIndex([task.appeal.launched_on]))[0]
    end = start + pd.Timedelta(weeks=WEEKS)

    def total(table: pd.DataFrame, day: str) -> float:
        return float(table.loc[(table[day] >= start) & (table[day] < end), "amount"].sum())

    calm_total = total(without.expected, "day")
    return Truth(
        expected=total(world.expected, "day") - calm_total,
        brought=total(world.gifts[world.gifts["appeal"].isin(asked)], "received_on"),
        without=calm_total,
    )


def rows_of(one: Case, methods: tuple[str, ...], worlds: int) -> Iterator[Row]:
    """Method, expected and actual truth, uplift, lower, upper (shares of what came without) and ms."""
    for seed in range(FIRST_SEED, FIRST_SEED + worlds):
        world = simulate_world(one.scenario, seed=seed)
        task = task_of(world, one.scenario.appeals[-1], near=set(one.near))
        truth = truth_of(one, world, task)
        for method in methods:
            if seed - FIRST_SEED >= FEWER_WORLDS.get(method, math.inf):
                continue
            start = time.process_time()
            try:
                found = METHODS[method](task)
            except TooThin:
                found = (math.nan, math.nan, math.nan)
            spent = 1000 * (time.process_time() - start)
            yield _row(method, truth, found, spent)


def prophet_rows(one: Case, python: str) -> list[Row]:
    """The same for Prophet; its clock is the wall's, import of Prophet included."""
    made = [simulate_world(one.scenario, seed=FIRST_SEED + place) for place in range(PROPHET_WORLDS)]
    tasks = [task_of(world, one.scenario.appeals[-1], near=set(one.near)) for world in made]
    start = time.perf_counter()
    found = prophet(python, tasks)
    spent = 1000 * (time.perf_counter() - start) / len(made)
    truths = [truth_of(one, world, task) for world, task in zip(made, tasks, strict=True)]
    return [_row("Prophet before only", truth, each, spent) for truth, each in zip(truths, found, strict=True)]


def _row(method: str, truth: Truth, found: tuple[float, float, float], spent: float) -> Row:
    best, low, high = (end / truth.without for end in found)
    return method, truth.expected / truth.without, truth.brought / truth.without, best, low, high, spent


def scored(rows: list[Row]) -> pd.DataFrame:
    """Scores against what the appeal brings in expectation, and the coverage of what it brought in fact."""
    names = ["method", "truth", "brought", "drop", "lower", "upper", "milliseconds"]
    table = pd.DataFrame(rows, columns=names)
    in_fact = scores(table.assign(truth=table["brought"]))["covers"]
    return scores(table).assign(covers_in_fact=in_fact)


def case_lines(name: str, table: pd.DataFrame) -> list[str]:
    """The lines of one scenario's table."""
    columns = "worlds | covers % | in fact % | bias | RMSE | mean width | excludes zero % | CPU ms"
    lines = [f"### {name}", "", f"| method | {columns} |", "|---" * 9 + "|"]
    for row in table.reset_index().itertuples():
        lines.append(
            f"| {row.method} | {row.worlds} | {row.covers:.1f} | {row.covers_in_fact:.1f} | {row.bias:+.1f} "
            f"| {row.rmse:.1f} | {row.width:.1f} | {row.excludes_zero:.1f} | {row.milliseconds:.0f} |"
        )
    return [*lines, ""]


def heading(worlds: int) -> list[str]:
    """What was run, when, on what, and how to read it."""
    return [
        "# What an appeal brought: coverage on simulated worlds", "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.", "",
        f"{worlds} worlds a scenario (seeds from {FIRST_SEED}), nominal {LEVEL:.0%} intervals, {WEEKS} weeks. Monte "
        f"Carlo error of a coverage near {LEVEL:.0%}: {monte_carlo_error(worlds, LEVEL):.1f} points; a method run on "
        "fewer worlds shows how many. `covers`: the interval holds what the appeal brings in expectation, given the "
        "world's path. `in fact`: it holds the gifts that the appeal did bring, luck included, which is what the "
        "interval is for. Bias, errors and widths are in points of what comes without the appeal. `excludes zero` "
        "counts false alarms where there is no effect; elsewhere it is the power. An effect of 1 doubles one-off "
        "giving on the day of the launch and halves every ten days: +30 to +45 % over the window.", "",
    ]  # fmt: skip


def lines_of(tables: Tables, worlds: int) -> tuple[list[str], pd.DataFrame]:
    """The whole table in Markdown, and its summary."""
    over = summary(tables, without_effect=NO_EFFECT)
    in_fact = summary(
        {name: table.assign(covers=table["covers_in_fact"]) for name, table in tables.items()}, without_effect=NO_EFFECT
    )
    lines = [*heading(worlds), "## Over all scenarios, what the appeal brings in expectation", ""]
    lines += [*summary_lines(over), "## Over all scenarios, what it brought in fact", "", *summary_lines(in_fact)]
    lines += ["## Scenario by scenario", ""]
    return lines + [line for name, table in tables.items() for line in case_lines(name, table)], over


def main() -> None:
    """Run every scenario, print the tables and write them beside this module."""
    parser = options_of(__doc__, worlds=400)
    parser.add_argument("--only", help="run this method alone")
    parser.add_argument("--prophet", default="", help="the Python of an environment that has Prophet")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    methods = (options.only,) if options.only else tuple(METHODS)
    tables: Tables = {}
    for name, one in CASES.items():
        rows = list(rows_of(one, methods, options.worlds))
        if options.prophet and name in WITH_PROPHET:
            rows += prophet_rows(one, options.prophet)
        tables[name] = scored(rows)
        print("\n".join(case_lines(name, tables[name])), flush=True)
    lines, over = lines_of(tables, options.worlds)
    publish(TABLE, lines, tables, over, options=options, level=LEVEL)


if __name__ == "__main__":
    main()
