"""docs/method.md: the template filled with what the code does and what the benchmarks measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from analysis.models import design, grid, weeks
from analysis.models.appeal import fit, windows
from analysis.models.winter import people, sensitivity
from analysis.report.numbers.context import SECTOR_DECEMBER, SECTOR_JANUARY_FALL
from analysis.seasons import AFTER_YEAR_END, WINTER, YEAR_END, Window
from analysis.wording import day_and_month, listing, percent

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("method.md.j2")
BENCHMARKS = {"winter_drop": "Winter drop", "per_person": "Per person in need", "appeal": "What an appeal brought"}
BAND = (93, 97)


def method_page() -> str:
    """The page as Markdown."""
    template = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(  # noqa: S701
        TEMPLATE.read_text(encoding="utf-8")
    )
    return template.render(_constants(), benchmarks=[_benchmark(name) for name in BENCHMARKS]).rstrip("\n") + "\n"


def _constants() -> dict[str, Any]:
    variations = [french_and_english[1] for key, french_and_english in sensitivity.LABELS.items() if key != "default"]
    return {
        "winter": _window(WINTER), "second": _window(AFTER_YEAR_END), "year_end": _window(YEAR_END),
        "fewest_winters": weeks.FEWEST_WINTERS, "fewest_received": weeks.FEWEST_RECEIVED,
        "fewest_counts": people.FEWEST_COUNTS, "half_lives": _set(design.HALF_LIVES), "rho": _set(grid.MEMORY),
        "share": _set(grid.MEMORY_SHARE), "walk": _set(grid.WALK), "usual_memory": grid.USUAL_MEMORY,
        "usual_walk": grid.USUAL_WALK, "december": percent(SECTOR_DECEMBER, "en", places=1),
        "january_fall": percent(SECTOR_JANUARY_FALL, "en"),
        **_appeal(),
        "variations": "; ".join(variations).replace("without winter {winter}", "each winter left out in turn"),
    }  # fmt: skip


def _appeal() -> dict[str, Any]:
    """What the appeal's benchmark measured of false alarms and of power, and the fewest of what the estimate takes."""
    told = json.loads((ROOT / "benchmarks" / "appeal.json").read_text(encoding="utf-8"))["scenarios"]
    power = {
        name: _figure(found["default"]["excludes_zero"]) for name, found in told.items() if "no effect" not in name
    }
    alarms = [found["default"]["excludes_zero"] for name, found in told.items() if "no effect" in name]
    return {
        "appeal_weeks_before": windows.FEWEST_WEEKS_BEFORE, "appeal_placebos": windows.FEWEST_PLACEBOS,
        "appeal_widest": fit.WIDEST, "appeal_alarms": f"{_figure(min(alarms))} to {_figure(max(alarms))}",
        "appeal_power": power,
    }  # fmt: skip


def _benchmark(name: str) -> dict[str, Any]:
    """The last run of a benchmark: when, of what, its summary, and where the default missed the band."""
    told = json.loads((ROOT / "benchmarks" / f"{name}.json").read_text(encoding="utf-8"))
    rows = [
        {"method": method, **{key: _figure(value) for key, value in row.items()}}
        for method, row in told["summary"].items()
    ]
    outside = [
        f"{scenario} ({found['default']['covers']:.1f})"
        for scenario, found in told["scenarios"].items()
        if not BAND[0] <= found["default"]["covers"] <= BAND[1]
    ]
    return {
        "name": name, "title": BENCHMARKS[name], "rows": rows, "date": told["date"], "commit": told["commit"],
        "worlds": told["worlds"], "level": round(100 * told["level"]), "outside": "; ".join(outside) or "none",
        "band": f"{BAND[0]} to {BAND[1]}",
    }  # fmt: skip


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if float(value).is_integer() or value > 100 else f"{value:.1f}"


def _set(values: tuple[float, ...]) -> str:
    return f"{{{listing([f'{value:g}' for value in values], 'en').replace(' and ', ', ')}}}"


def _window(window: Window) -> str:
    return f"{day_and_month(*window.first, 'en')} to {day_and_month(*window.last, 'en')}"
