"""Drafted rows in, checked rows out: every cell read, every doubtful row set aside with reason and remedy."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.columns import HEADCOUNTS, Column
from analysis.dataset import Dataset
from analysis.records import parsing
from analysis.records.bench import Bench, Rates
from analysis.records.cells import (
    ACCEPTED,
    EXCLUDED,
    IDENTIFIERS,
    QUARANTINED,
    Distinct,
    Draft,
    Rows,
    Sheet,
    Value,
    plain,
    text_of,
)  # fmt: skip
from analysis.records.gifts import Money, donation_money, read_value, units
from analysis.records.naming import WHOLE_DATASET, Names
from analysis.records.parsing import Problem
from analysis.records.pseudonyms import PERSONAL, masked, pseudonym

NEGATIVE = Problem("is negative", "Write the number without its minus, or delete the row")
MONTHS_ALLOWED = ("headcounts", "exchange_rates")
NAMED = {"area": ("area", "site", "place"), "item": ("item", "product")}
"""Where the name of an area and of an item may stand: the first of these that the file has."""
OWN_RULES = {
    "donations": ("amount", "original_amount", "original_currency", "fee", "status"),
    "headcounts": ("people", "low", "high"),
}
"""Columns that do not follow from their own cell alone."""
MADE_HERE = ("donor", "source_file", "source_line")


def clean(sheet: Sheet, draft: Draft, dataset: Dataset, *, rates: Rates, key: bytes, source: str) -> Rows:
    """Every record of the sheet, accepted, quarantined or excluded (see `Rows`).

    Raises DataError when a required column is nowhere, Ambiguous when a column has two readings.
    """
    bench = Bench(sheet, draft, dataset, rates)
    table = draft.table
    apart = (*OWN_RULES.get(table.name, ()), *MADE_HERE, IDENTIFIERS.get(table.name, ""))
    frame = {column.name: _column(bench, column) for column in table.columns if column.name not in apart}
    money, currency = _money(bench, frame)
    if table.name == "headcounts":
        frame |= _people(bench)
    names, identified = _identifiers(bench, key)
    donors, basis = _donors(bench, key)
    frame |= {
        IDENTIFIERS.get(table.name, ""): names,
        "donor": donors,
        "source_file": pd.Series(np.full(bench.size, sheet.file), dtype="str"),
        "source_line": pd.Series(sheet.lines, dtype="Int64"),
    }
    outcome = np.where(bench.excluded != "", EXCLUDED, ACCEPTED).astype(object)
    outcome[list(bench.faults)] = QUARANTINED
    return Rows(
        file=sheet.file, source=source, table=table.name, lines=sheet.lines,
        frame=pd.DataFrame({name: frame[name] for name in table.names}),
        outcome=outcome, reason=bench.excluded, cents=money.cents, currency=currency, known=money.known,
        identified=identified, refund_of=_refunds(bench), donors=basis,
        faults=bench.faults, spoiled=sheet.spoiled,
    )  # fmt: skip


def _column(bench: Bench, column: Column) -> pd.Series:
    """One column that follows from its own cell, or from the cell that names the area or the item."""
    if column.name in NAMED:
        return _named(bench, column)
    if column.name == "channel" and not bench.has("channel") and bench.draft.table.name == "donations":
        return bench.column(column, str, cells=Distinct.constant("other", bench.size))
    if not bench.has(column.name) and not column.required:
        return bench.missing(column)
    if column.kind == "money":
        return units(read_value(bench, column.name))
    written = bench.cells(column.name)
    rules: dict[str, Callable[[Sequence[Value]], Sequence[object]]] = {
        "date": lambda values: _days(bench, values),
        "number": lambda values: [_positive(n) for n in parsing.amounts(values, decimal=bench.draft.decimal)],
        "whole": lambda values: [parsing.whole(value) for value in values],
        "flag": lambda values: [parsing.flag(value) for value in values],
        "text": lambda values: [_word(value, column) for value in values],
    }
    results = bench.read(column.name, rules[column.kind](written.distinct), required=column.required)
    return bench.spread(column, results, written)


def _days(bench: Bench, values: Sequence[Value]) -> list[dt.date | Problem | None]:
    months = bench.draft.table.name in MONTHS_ALLOWED
    return parsing.dates(values, order=bench.draft.dates, zone=bench.dataset.timezone, months=months)


def _positive(number: Decimal | Problem | None) -> float | Problem | None:
    if isinstance(number, Decimal):
        return NEGATIVE if number < 0 else float(number)
    return number


def _word(value: Value, column: Column) -> str | Problem | None:
    """A text cell with whatever names a person hidden; one of the allowed words where the column has such."""
    text = text_of(value)
    if not text:
        return None
    if not column.allowed:
        return masked(text)
    word = plain(text).replace(" ", "_")
    remedy = f'Translate it in the [[files]] block: values = {{{column.name} = {{{column.allowed[0]} = ["..."]}}}}'
    return word if word in column.allowed else Problem(f"not one of {', '.join(column.allowed)}", remedy)


def _named(bench: Bench, column: Column) -> pd.Series:
    """Areas and items under the names of dataset.toml; without [areas] there is the single area "all"."""
    names = bench.dataset.areas if column.name == "area" else bench.dataset.items
    place = next((name for name in NAMED[column.name] if bench.has(name)), None)
    if column.name == "area" and (not names or (place is None and len(names) == 1)):
        return bench.column(column, str, cells=Distinct.constant(next(iter(names), WHOLE_DATASET), bench.size))
    if place is None and not column.required:
        return bench.missing(column)
    written = bench.cells(place or column.name)
    lookup = Names(names, section=f"{column.name}s")
    results = bench.read(place or column.name, [lookup(value) for value in written.distinct], required=column.required)
    return bench.spread(column, results, written)


def _money(bench: Bench, frame: dict[str, pd.Series]) -> tuple[Money, np.ndarray]:
    """The money and currency by which the ledger counts each row; donations get their columns about money."""
    if bench.draft.table.name == "donations":
        columns, money, currency = donation_money(bench, frame["received_on"])
        frame |= columns
        return money, currency
    currency = np.full(bench.size, bench.dataset.currency, dtype=object)
    if "value" in frame:
        known = frame["value"].notna().to_numpy()
        return Money((frame["value"].fillna(0) * 100).round().astype("int64").to_numpy(), known), currency
    return Money(np.zeros(bench.size, np.int64), np.zeros(bench.size, bool)), currency


def _people(bench: Bench) -> dict[str, pd.Series]:
    """People counted: the middle of a range (half a person up) and its ends; a single number has no ends."""
    written = bench.cells("people")
    results = bench.read("people", [parsing.people_range(value) for value in written.distinct], required=True)
    ranges = [result if isinstance(result, tuple) else None for result in results]
    apart = [None if pair is None or pair[0] == pair[1] else pair for pair in ranges]
    columns = {"people": [None if pair is None else (sum(pair) + 1) // 2 for pair in ranges],
               "low": [None if pair is None else pair[0] for pair in apart],
               "high": [None if pair is None else pair[1] for pair in apart]}  # fmt: skip
    made = {name: bench.spread(HEADCOUNTS.column(name), values, written) for name, values in columns.items()}
    for end in ("low", "high"):
        if bench.has(end):
            own = bench.column(HEADCOUNTS.column(end), parsing.whole)
            made[end] = own.where(own.notna(), made[end])
    return made


def _identifiers(bench: Bench, key: bytes) -> tuple[pd.Series, np.ndarray]:
    """Each row's identifier: the source's own (True), else file and line (False)."""
    name = IDENTIFIERS.get(bench.draft.table.name, "")
    made = np.array([f"{bench.sheet.file}:{line}" for line in bench.sheet.lines], dtype=object)
    if not bench.has(name):
        return pd.Series(made, dtype="str"), np.zeros(bench.size, bool)
    written = bench.cells(name)
    texts = [text_of(value) for value in written.distinct]
    hidden = [(pseudonym(text, "", "", key=key) or ("",))[0] if "@" in text else text for text in texts]
    own = written.taken(hidden, "object")
    return pd.Series(np.where(own == "", made, own), dtype="str"), own != ""


def _donors(bench: Bench, key: bytes) -> tuple[pd.Series, dict[str, int]]:
    """Each row's pseudonym, missing where nobody is named, and how many rows were named by what."""
    if bench.has("donor"):
        given = bench.cells("donor")
        parts = [("@" in text, text) for text in (text_of(value) for value in given.distinct)]
        made = [pseudonym(text if mail else "", "" if mail else text, "", key=key) for mail, text in parts]
        codes = given.codes
    else:
        columns = [bench.draft.cells.get(name) or Distinct.constant("", bench.size) for name in PERSONAL]
        codes, places = _together(columns)
        made = [
            pseudonym(*(text_of(c.distinct[p]) for c, p in zip(columns, place, strict=True)), key=key)
            for place in places
        ]
    basis = Counter("nobody" if made[code] is None else made[code][1] for code in codes.tolist())
    names = pd.Series([None if one is None else one[0] for one in made], dtype="str")
    return names.take(codes).reset_index(drop=True), dict(sorted(basis.items()))


def _together(columns: Sequence[Distinct]) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """The rows' places among the different combinations of several columns, and those combinations."""
    places: dict[tuple[int, ...], int] = {}
    together = zip(*(column.codes.tolist() for column in columns), strict=True)
    codes = [places.setdefault(combination, len(places)) for combination in together]
    return np.array(codes, dtype=np.intp), list(places)


def _refunds(bench: Bench) -> np.ndarray:
    refunds = bench.draft.refund_of
    if refunds is None:
        return np.full(bench.size, "", dtype=object)
    return refunds.taken([text_of(value) for value in refunds.distinct], "object")
