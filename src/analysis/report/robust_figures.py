"""The charts that say whether the winter drop stands, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.charts.style import Frame, funder_figure, house_style
from analysis.charts.winter import plot_winter_drop
from analysis.models.results import PerPerson, TooThin, WinterDrop
from analysis.report.chart import Chart, source_line
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.naming import item_name
from analysis.wording import capital

ROW_CM = 0.72
COLUMNS = ["kind", "measure", "label", "change", "low", "high"]


def sensitivity_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """The winter drop, the same with one choice made otherwise, and with other months in winter's place."""
    if "sensitivity" not in numbers:
        return None
    every = numbers["sensitivity"].value == numbers["sensitivity_tried"].value
    agree = "sensitivity_all" if every else "sensitivity_clear"
    title = agree if numbers["winter_drop"].clear else "sensitivity_unclear"
    return _chart("winter_sensitivity", sensitivity_table(findings, language), title, findings, numbers, language)


def split_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """The winter change and its parts; None where it could not be split."""
    splits = findings.robustness.splits
    if not splits or "winter_drop" not in numbers:
        return None
    clear = [part for part in splits["donors"].parts if part.clear] if "donors" in splits else []
    title = "split_one" if len(clear) == 1 else "split"
    part = clear[0].label(language) if len(clear) == 1 else ""
    return _chart("winter_split", split_table(findings, language), title, findings, numbers, language, part=part)


def _chart(
    name: str, table: pd.DataFrame, title: str, findings: Findings, numbers: Mapping[str, Number], language: str,
    **names: str,
) -> Chart:  # fmt: skip
    short = name.removeprefix("winter_")
    frame = Frame(
        title=say(f"titles.{title}", language, numbers, **names),
        subtitle=say(f"subtitles.{short}", language, numbers, name=findings.dataset.name),
        source=source_line(findings, short, language),
    )
    with house_style():
        height = ROW_CM * len(table) + 1.0
        figure, (ax,) = funder_figure(frame, heights_cm=[height], left_cm=6.6, right_cm=3.7)
        plot_winter_drop(table, ax=ax, words=words("charts", language), language=language)
    alt = say(f"alt.{short}", language, numbers)
    return Chart(name=name, frame=frame, alt=alt, figure=figure, table=table.drop(columns="kind"))


def sensitivity_table(findings: Findings, language: str) -> pd.DataFrame:
    """One row an estimate: `kind`, `measure`, `label`, `change`, `low`, `high`; negative is less in winter."""
    text, robust = words("charts", language), findings.robustness
    rows: list[tuple[Any, ...]] = []
    if not isinstance(robust.sensitivity, TooThin):
        for one in robust.sensitivity.variations:
            if one.reason is None:
                kind, measure = ("main" if one.key == "default" else "check"), f"{one.key} {one.winter or ''}".strip()
                rows.append((kind, measure, capital(one.label(language)), *_change(one)))
    if isinstance(findings.per_person, PerPerson):
        for method, result in {str(findings.counts["method"].iloc[0]): findings.per_person, **robust.by_source}.items():
            if isinstance(result, PerPerson):
                label = text["row_per_person_by"].format(source=words("counts_by", language)[method])
                rows.append(("main", f"per_person {method}", label, *_change(result)))
    if not isinstance(robust.placebo, TooThin):
        for window in robust.placebo.others:
            label = text["row_placebo"].format(window=window.label(language))
            rows.append(("winter", f"placebo {window.first_month:02d}", label, *_change(window)))
    return _table(rows)


def split_table(findings: Findings, language: str) -> pd.DataFrame:
    """The whole, then the parts of each split; columns as in `sensitivity_table`."""
    rows: list[tuple[Any, ...]] = []
    if isinstance(findings.drop, WinterDrop):
        rows.append(("main", "winter_drop", words("charts", language)["row_whole"], *_change(findings.drop)))
    for name, split in findings.robustness.splits.items():
        for part in split.parts:
            low, high = part.interval
            ends = (-part.drop, -high, -low)
            kind, label = ("check" if name == "donors" else "winter"), capital(part.label(language))
            rows.append((kind, f"{name} {part.key}", label, *ends))
    return _table(rows)


def items_table(findings: Findings, language: str) -> pd.DataFrame:
    """The winter change of goods by value, then of units by item; columns as in `sensitivity_table`."""
    rows: list[tuple[Any, ...]] = []
    if isinstance(findings.robustness.goods, WinterDrop):
        rows.append(("main", "goods", words("charts", language)["row_goods"], *_change(findings.robustness.goods)))
    for item, drop in findings.robustness.items.items():
        rows.append(("check", item, capital(item_name(findings.dataset, item, language)), *_change(drop)))
    return _table(rows).drop(columns="kind")


def _change(one: Any) -> tuple[float, float, float]:
    return -one.drop, -one.upper, -one.lower


def _table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"change": "float64", "low": "float64", "high": "float64"})
