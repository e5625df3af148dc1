"""Synthetic datasets with a known truth: a world drawn from a seed, written in real export formats.

`scenario` says what a world is made of, `world` what happened in it and what an estimate should find, with
`donors`, `people`, `goods` and `testimonies`; `helloasso`, `paypal`, `sheets` and `workbook` write it as exports, each
with the truth about its lines (`register`); `exports` puts a dataset folder together.
"""

from __future__ import annotations

import json
from pathlib import Path

from analysis.faults import DataError, Fault
from analysis.records.simulate.exports import TRUTH_FILE, write_dataset
from analysis.records.simulate.world import Scenario, simulate_world

SHORTEST_YEARS = 0.5

GIFTS_PER_WEEK, REGULAR_DONORS = 60.0, 100
"""A charity large enough for a drop of a quarter over four winters to stand clear of chance in most worlds."""


def simulate_dataset(
    folder: Path, *, seed: int = 2021, years: float = 4, winter_drop: float = 0.25, messy: bool = False
) -> None:
    """Write a synthetic dataset to `folder`; same arguments, same bytes, on every platform.

    `messy` adds typing faults, failed payments and refunds. An earlier synthetic dataset there is replaced:
    the files its truth.json names, and no others. A folder `reference` beside it becomes the dataset's
    reference. Raises DataError when the folder holds anything else, when `years` is below half a year or
    when `winter_drop` is not below 1.
    """
    _check(folder, years, winter_drop)
    scenario = Scenario(
        years=float(years), winter_drop=winter_drop, gifts_per_week=GIFTS_PER_WEEK, regular_donors=REGULAR_DONORS
    )
    world = simulate_world(scenario, seed=seed)
    _remove_earlier(folder)
    write_dataset(world, folder, messy=messy, command=_command(folder, seed, years, winter_drop, messy))


def _command(folder: Path, seed: int, years: float, winter_drop: float, messy: bool) -> str:
    """The command that makes the dataset again; settings left as they come are left out."""
    options = [f"--seed {seed}"]
    options += [f"--years {years:g}"] if years != 4 else []
    options += [f"--winter-drop {winter_drop:g}"] if winter_drop != 0.25 else []
    options += ["--messy"] if messy else []
    place = "data/raw/" + folder.name
    return " ".join(["donation-trends simulate", place, *options])


def _check(folder: Path, years: float, winter_drop: float) -> None:
    if not years >= SHORTEST_YEARS:
        raise _fault(folder, "years", f"{years:g}", "too short", f"Ask for {SHORTEST_YEARS} years or more")
    if not winter_drop < 1:
        raise _fault(folder, "winter-drop", str(winter_drop), "not below 1", "Write a quarter as 0.25")
    if folder.exists() and not folder.is_dir():
        raise _fault(folder, "", "", "this is a file, not a folder", "Choose another name")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / TRUTH_FILE).is_file():
        raise _fault(folder, "", "", "this folder holds other files", "Choose an empty folder or a new name")


def _remove_earlier(folder: Path) -> None:
    truth = folder / TRUTH_FILE
    if truth.is_file():
        for file in json.loads(truth.read_text(encoding="utf-8"))["files"]:
            (folder / file["file"]).unlink(missing_ok=True)


def _fault(folder: Path, column: str, value: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(str(folder), 0, column, value, problem, remedy)])
