"""How intervals are scored on worlds whose truth is known, and written as a table and as JSON."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from benchmarks.machine import facts

from analysis.records.simulate.world import World
from analysis.seasons import calendar, monday, weeks_between

COLUMNS = "worlds | covers % | bias | median error | RMSE | mean width | excludes zero % | CPU ms"
Tables = dict[str, pd.DataFrame]


def weekly_totals(world: World) -> pd.DataFrame:
    """The complete weeks of a world: week, amount, winter_share, year_end_share, payday."""
    first, last = pd.Timestamp(world.scenario.starts_on), pd.Timestamp(world.scenario.ends_on)
    weeks = weeks_between(first, last)
    amounts = world.gifts["amount"].groupby(monday(world.gifts["received_on"])).sum()
    whole = (weeks >= first) & (weeks + pd.Timedelta(days=6) <= last)
    table = calendar(weeks).assign(amount=amounts.reindex(weeks, fill_value=0.0).to_numpy())
    return table[whole].reset_index(drop=True)


def each(work: Callable[[Any], list[Any]], tasks: Iterable[Any], *, workers: int) -> Iterator[Any]:
    """The rows that `work` makes of each task, in order; in this process where there is one worker."""
    if workers == 1:
        for task in tasks:
            yield from work(task)
        return
    with ProcessPoolExecutor(workers) as pool:
        for rows in pool.map(work, tasks, chunksize=5):
            yield from rows


def scores(results: pd.DataFrame) -> pd.DataFrame:
    """One row a method: percentages, points of the drop, and the mean CPU of a fit.

    `results` has one row a world and method: method, truth, drop, lower, upper (missing if too thin), milliseconds.
    """
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
    return means.assign(rmse=np.sqrt(means["squared"])).drop(columns="squared")


def summary(tables: Tables, *, without_effect: set[str]) -> pd.DataFrame:
    """One row a method over scenarios: mean, lowest and highest coverage, worst share of false alarms, mean CPU."""
    rows = pd.concat(tables, names=["scenario"]).reset_index()
    over = rows.groupby("method", sort=False)
    table = over.agg(
        scenarios=("scenario", "size"),
        fewest_worlds=("worlds", "min"),
        mean=("covers", "mean"),
        lowest=("covers", "min"),
        highest=("covers", "max"),
        width=("width", "mean"),
        milliseconds=("milliseconds", "mean"),
    )
    alarms = rows[rows["scenario"].isin(without_effect)].groupby("method")["excludes_zero"].max()
    return table.assign(false_alarms=alarms)


def summary_lines(table: pd.DataFrame) -> list[str]:
    """The summary in Markdown."""
    lines = [
        "| method | scenarios | worlds each | mean coverage % | lowest to highest | worst false alarms % "
        "| mean width | CPU ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in table.reset_index().itertuples():
        alarms = f"{row.false_alarms:.1f}" if pd.notna(row.false_alarms) else ""
        lines.append(
            f"| {row.method} | {row.scenarios} | {row.fewest_worlds} | {row.mean:.1f} "
            f"| {row.lowest:.1f} to {row.highest:.1f} | {alarms} | {row.width:.1f} | {row.milliseconds:.0f} |"
        )
    return [*lines, ""]


def scenario_lines(name: str, table: pd.DataFrame) -> list[str]:
    """The lines of one scenario's table."""
    lines = [f"### {name}", "", f"| method | {COLUMNS} |", "|---" * 9 + "|"]
    for row in table.reset_index().itertuples():
        lines.append(
            f"| {row.method} | {row.worlds} | {row.covers:.1f} | {row.bias:+.1f} | {row.median_error:+.1f} "
            f"| {row.rmse:.1f} | {row.width:.1f} | {row.excludes_zero:.1f} | {row.milliseconds:.0f} |"
        )
    return [*lines, ""]


def monte_carlo_error(worlds: int, level: float) -> float:
    """Standard error, in points, of a coverage near `level` counted on `worlds` worlds."""
    return 100 * math.sqrt(level * (1 - level) / worlds)


def options_of(what: str | None, *, worlds: int) -> argparse.ArgumentParser:
    """The options that every benchmark of intervals has; `what` is the module's own description."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=worlds)
    parser.add_argument("--no-write", action="store_true")
    return parser


def publish(
    table: Path, lines: list[str], tables: Tables, over: pd.DataFrame, *, options: argparse.Namespace, level: float
) -> None:
    """Print the page, and write it with its figures beside it unless the options say not to."""
    print("\n".join(lines), flush=True)
    if not options.no_write:
        table.write_text("\n".join(lines), encoding="utf-8", newline="\n")
        write_json(table.with_suffix(".json"), tables, over, worlds=options.worlds, level=level)


def write_json(path: Path, tables: Tables, over: pd.DataFrame, *, worlds: int, level: float) -> None:
    """The figures for documents to read: date, commit, worlds, level, summary and scenarios."""
    told = {
        **facts(),
        "worlds": worlds,
        "level": level,
        "summary": _rounded(over),
        "scenarios": {name: _rounded(table) for name, table in tables.items()},
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(table: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    return {
        method: {name: None if pd.isna(value) else round(value, 2) for name, value in row.items()}
        for method, row in table.to_dict("index").items()
    }
