"""The words that sentences take beside figures, and names for files that may leave the house."""

from __future__ import annotations

from collections import Counter
from typing import Any

from analysis.charts.giving import telling_months
from analysis.dataset import Dataset
from analysis.report.findings import Findings
from analysis.report.narrative import words
from analysis.seasons import Window
from analysis.wording import day_and_month, month_name, shortened, typeset


def names_in(findings: Findings, language: str) -> dict[str, str]:
    """The words that sentences take beside figures: the charity's name, months, the counting method."""
    strongest, weakest = telling_months(findings.profile) or (None, None)
    methods = findings.counts["method"].tolist()
    return {
        "name": findings.dataset.name,
        "second_window": window_in_days(findings.dataset.second_window, language),
        "peak_month": month_name(strongest, language) if strongest else "",
        "low_month": month_name(weakest, language) if weakest else "",
        "method_name": words("methods", language)[methods[0]] if methods else "",
    }


def item_name(dataset: Dataset, item: str, language: str) -> str:
    """An item as people call it, in one short line: the first of its names in French, its own in English."""
    names = dataset.items.get(item, ())
    return typeset(shortened(names[0]), language) if language == "fr" and names else shortened(item.replace("_", " "))


def items_name(dataset: Dataset, item: str, language: str) -> str:
    """An item as it is called where it is counted: French pages take the first name as it is, English ones a plural."""
    name = item_name(dataset, item, language)
    if language == "fr":
        return name
    if name.endswith("s") and not name.endswith("ss"):
        return name
    if name.endswith(("s", "x", "z", "ch", "sh")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else f"{name}s"


def window_in_days(window: Window, language: str) -> str:
    """A window in words: "1er décembre au 28 février", "1 December to 28 February"."""
    joint = "au" if language == "fr" else "to"
    return f"{day_and_month(*window.first, language)} {joint} {day_and_month(*window.last, language)}"


def source_names(ledger: dict[str, Any]) -> dict[str, str]:
    """A name for each file that may leave the house ("paypal 2"), by its own name, which may not."""
    seen: Counter[str] = Counter()
    names = {}
    for file in ledger["files"]:
        known = file["format"] not in ("mapped", "canonical")
        kind = file["format"].partition("_")[0] if known else file["table"]
        seen[kind] += 1
        names[file["file"]] = f"{kind} {seen[kind]}"
    return names
