"""The tables that a page prints: what stands behind a chart, the account of each file, published headcounts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import wording
from analysis.records.ledger.accounts import OUTCOMES
from analysis.report.chart import Chart
from analysis.report.context import Context
from analysis.report.findings import Findings
from analysis.report.narrative import window_in_words, words
from analysis.report.numbers.naming import source_names
from analysis.report.release import COLUMNS, WORDS, Kind
from analysis.wording import percent


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table ready to print: a caption, headings, and rows of text, numbers aligned by `numeric`.

    `file` names the CSV file in the report's folder that holds it in full; empty where there is none.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    file: str = ""


def chart_table(chart: Chart, findings: Findings, language: str) -> TextTable:
    """The table behind a chart, to read beside it."""
    caption = words("labels", language)["table"]
    return text_table(chart.table, caption, findings.dataset.currency, language, file=chart.name)


def ledger_table(findings: Findings, language: str) -> TextTable:
    """Rows by what became of them, one line a kind of file.

    One line a file, and its money, would tell what few gave: a file ends where no published week does.
    """
    heading, named, ledger = words("columns", language), words("kinds", language), findings.tables.ledger
    kinds = [name.partition(" ")[0] for name in source_names(ledger).values()]
    counted = pd.DataFrame([file["rows"] for file in ledger["files"]])[list(OUTCOMES)].assign(files=1)
    table = counted.groupby(kinds, sort=False).sum()[["files", *OUTCOMES]]
    rows = tuple(
        (named.get(str(kind), str(kind)), *(wording.number(int(count), language) for count in counts))
        for kind, counts in zip(table.index, table.to_numpy(), strict=True)
    )
    headings = (heading["kind_of_file"], heading["files"], *(heading[outcome] for outcome in OUTCOMES))
    caption = words("labels", language)["files"]
    return TextTable(caption=caption, headings=headings, rows=rows, numeric=(False, *[True] * (1 + len(OUTCOMES))))


def published_table(findings: Findings, context: Context, language: str) -> TextTable:
    """The published headcounts of the recorded period."""
    heading, methods = words("columns", language), words("methods", language)
    first, last = str(findings.first_day), str(findings.last_day)
    counts = context.headcounts.dropna(subset=["people", "source"])
    inside = counts[counts["counted_on"].str[:7].between(first[:7], last[:7])]
    rows = tuple(
        (
            window_in_words(str(one["counted_on"]), language),
            str(one["area"]),
            _people(one, language),
            methods[str(one["method"])],
            str(one["source"]),
        )
        for one in inside.to_dict("records")
    )
    columns = ("counted_on", "area", "people", "method", "source")
    return TextTable(
        caption=words("sentences", language)["published"],
        headings=tuple(heading[column] for column in columns),
        rows=rows,
        numeric=(False, False, True, False, False),
    )


def _people(count: Mapping[Hashable, Any], language: str) -> str:
    """A published count as a number, or as its range where it was given as one."""
    ends = [wording.number(float(count[end]), language) for end in ("low", "high") if pd.notna(count[end])]
    return "–".join(ends) if len(ends) == 2 else wording.number(float(count["people"]), language)


def text_table(table: pd.DataFrame, caption: str, currency: str, language: str, *, file: str = "") -> TextTable:
    """A table as text: dates, shares and money as the language writes them, hidden cells said to be so.

    The heading of a column is its name's in the catalog; how its cells are written goes by its kind in `release`.
    """
    heading = words("columns", language)
    hidden = table["hidden"] if "hidden" in table.columns else pd.Series(False, index=table.index)
    named = {"label", "item_label", "product_label"} & set(table.columns)
    apart = {"hidden", "measure", "phase", "outcome", "with_testimony", *(["item"] if named else [])}
    apart |= {"month"} if "week" in table.columns and "people" in table.columns else set()
    shown = [column for column in table.columns if column not in apart]
    rows = tuple(
        tuple(_cell(cell, column, bool(few), currency, language) for cell, column in zip(cells, shown, strict=True))
        for few, *cells in zip(hidden, *(table[column] for column in shown), strict=True)
    )
    numeric = tuple(_kind(column) in NUMBERS for column in shown)
    headings = tuple(heading[column] for column in shown)
    return TextTable(caption=caption, headings=headings, rows=rows, numeric=numeric, file=file)


CHANGES = ("change", "low", "high")
DECIMALS = {"price": 2, "weeks_left": 1, "orders_a_week": 2}
NUMBERS = ("headcount", "tens", "count", "number", "money", "share")
HIDEABLE = ("tens", "count", "money", "share")
HIDEABLE_TOO = ("distributed", "orders_a_week")
"""Kinds of columns, and further columns, whose cell is not published where the row has a hidden one."""


def _kind(column: str) -> Kind:
    return "text" if column in WORDS else COLUMNS[column].kind


def _cell(value: Any, column: str, hidden: bool, currency: str, language: str) -> str:
    if isinstance(value, str):
        return value
    kind = _kind(column)
    if pd.isna(value):
        secret = hidden and (kind in HIDEABLE or column in HIDEABLE_TOO)
        said = "hidden" if secret else "not_assessed" if column == "coverage" else None
        return words("labels", language)[said] if said else "–"
    if isinstance(value, pd.Timestamp):
        return wording.date(value.date(), language) if kind == "day" else wording.month(value.date(), language)
    if kind == "share":
        return percent(float(value), language, sign=column in CHANGES)
    if kind == "money":
        return wording.money(float(value), currency, language, places=DECIMALS.get(column, 0))
    if kind == "month":
        return wording.month_name(int(value), language)
    return wording.number(float(value), language, places=DECIMALS.get(column, 0))
