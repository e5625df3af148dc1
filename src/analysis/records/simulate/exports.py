"""A simulated world written as a dataset folder: exports, settings, README, the truth about every line."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

from analysis.records.simulate.goods import simulate_goods
from analysis.records.simulate.helloasso import write_helloasso
from analysis.records.simulate.paypal import write_paypal
from analysis.records.simulate.register import CURRENCY, OUTCOMES, FileTruth, money_by_outcome
from analysis.records.simulate.settings import readme_text, settings_text
from analysis.records.simulate.sheets import (
    write_appeals,
    write_events,
    write_headcounts,
    write_losses,
    write_orders,
    write_stock,
    write_testimonies,
)
from analysis.records.simulate.testimonies import ordered_products, simulate_testimonies
from analysis.records.simulate.workbook import write_distributions
from analysis.records.simulate.world import World

TRUTH_FILE, SETTINGS_FILE, README_FILE = "truth.json", "dataset.toml", "README.md"
REFERENCE = "reference"
TRUTH_DECIMALS = 6


def write_dataset(world: World, folder: Path, *, messy: bool, command: str) -> dict[str, Any]:
    """The truth about the dataset of `world` that now stands in `folder`, as truth.json holds it.

    The truth is noted while the files are written, never by reading them. `command` is what makes the
    dataset again; a folder `reference` beside `folder` becomes the dataset's reference.
    """
    folder.mkdir(parents=True, exist_ok=True)
    goods, testimonies = simulate_goods(world), simulate_testimonies(world)
    orders = goods.orders.assign(product=ordered_products(goods.orders, testimonies, seed=world.seed))
    files = [
        *write_helloasso(world, folder, messy=messy),
        *write_paypal(world, folder, messy=messy),
        write_orders(world, orders, folder, messy=messy),
        write_distributions(world, goods, folder, messy=messy),
        write_headcounts(world, folder, messy=messy),
        write_stock(goods, folder),
        write_losses(goods, folder),
        write_testimonies(testimonies, folder, messy=messy),
        write_appeals(world, folder),
        write_events(world, folder),
    ]
    truth = _truth(world, sorted(files, key=lambda one: one.file))
    _write_text(folder / SETTINGS_FILE, settings_text(world.scenario, reference=(folder.parent / REFERENCE).is_dir()))
    _write_text(folder / README_FILE, readme_text(command=command, messy=messy))
    _write_text(folder / TRUTH_FILE, _truth_text(truth))
    return truth


def _truth(world: World, files: list[FileTruth]) -> dict[str, Any]:
    rows = {key: sum(file.rows[key] for file in files) for key in ("read", *OUTCOMES)}
    return {
        "seed": world.seed,
        "scenario": _plain(dataclasses.asdict(world.scenario)),
        "world": _plain(world.truth),
        "files": [file.as_json() for file in files],
        "totals": {"rows": rows, "money": _sum(files, "donations"), "value": _sum(files, "goods")},
    }


def _sum(files: list[FileTruth], table: str) -> dict[str, dict[str, str]]:
    """Money read and money by outcome in all files of one table."""
    chosen = [file for file in files if file.table == table]
    cents = {outcome: sum(file.cents[outcome] for file in chosen) for outcome in OUTCOMES}
    return {CURRENCY: money_by_outcome(cents)}


def _plain(value: Any) -> Any:
    """`value` as JSON holds it; decimals are rounded, so that the last bits of a sum change no file."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return round(value, TRUTH_DECIMALS)
    return value.isoformat() if isinstance(value, dt.date) else value


def _truth_text(truth: dict[str, Any]) -> str:
    """One line a part and a file, so that a change reads well in a comparison."""
    parts = [f"{json.dumps(key)}: {_compact(value)}" for key, value in truth.items() if key != "files"]
    files = ",\n".join(_compact(file) for file in truth["files"])
    return "{\n" + ",\n".join([*parts, f'"files": [\n{files}\n]']) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
