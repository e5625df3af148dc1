"""Drafted rows in, checked rows out: every cell read, every doubtful row set aside with reason and remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.columns import HEADCOUNTS, Column
from analysis.dataset import Dataset
from analysis.records.arrays import constant, spread
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.cleaning.bench import EMPTY, NOT_KNOWN, Bench, Rates
from analysis.records.cleaning.gifts import Money, donation_money, read_value, units
from analysis.records.cleaning.identity import givers, harmless, identifiers
from analysis.records.cleaning.naming import WHOLE_DATASET, Names
from analysis.records.drafts import ACCEPTED, EXCLUDED, IDENTIFIERS, QUARANTINED, Draft, Rows
from analysis.records.masking import masked
from analysis.records.parsing.amounts import amounts
from analysis.records.parsing.dates import dates
from analysis.records.parsing.evidence import Problem, Votes
from analysis.records.parsing.words import flag, people_range, whole

NEGATIVE = Problem("is negative", "Write the number without its minus, or delete the row")
NO_SCOPE = Problem(
    "does not say who is included",
    "Write it, for example people outside State facilities, or not stated; "
    'defaults = {scope = "..."} in its [[files]] block fills it',
)
ENDS_APART = Problem("low, people and high are not in order", "Correct them: low is the least, high the most")
MONTHS_ALLOWED = ("headcounts", "exchange_rates")
NAMED = {"area": ("area", "site", "place"), "item": ("item", "product")}
"""Where the name of an area and of an item may stand: the first of these that the file has."""
OWN_RULES = {
    "donations": ("amount", "original_amount", "original_currency", "fee", "status"),
    "headcounts": ("people", "low", "high", "scope"),
}
"""Columns that do not follow from their own cell alone."""
MADE_HERE = ("donor", "source_file", "source_line")


def clean(
    sheet: Sheet,
    draft: Draft,
    dataset: Dataset,
    *,
    rates: Rates,
    key: bytes,
    forgotten: frozenset[str] = frozenset(),
    votes: Mapping[tuple[str, str], Votes] | None = None,
) -> Rows:
    """Every record of the sheet, accepted, quarantined or excluded (see `Rows`).

    `votes` are those of the whole file where the sheet is a block of it; `forgotten` are the donors who asked to be.
    Raises DataError when a required column is nowhere.
    """
    bench = Bench(sheet, draft, dataset, rates, votes)
    table = draft.table
    own = (*OWN_RULES.get(table.name, ()), *MADE_HERE, IDENTIFIERS.get(table.name, ""))
    columns = [column for column in table.columns if column.name not in own]
    frame = {column.name: _column(bench, column) for column in columns if column.kind != "money"}
    frame |= {column.name: _value(bench, column, frame) for column in columns if column.kind == "money"}
    money, currency = _money(bench, frame)
    if table.name == "headcounts":
        frame |= _people(bench)
        frame["scope"] = _column(bench, HEADCOUNTS.column("scope"))
    names, identified = identifiers(bench, key)
    gave = givers(bench, key, forgotten=forgotten)
    frame |= {
        IDENTIFIERS.get(table.name, ""): names,
        "donor": gave.donor,
        "source_file": constant(sheet.file, bench.size),
        "source_line": pa.array(sheet.lines, pa.int64()),
    }
    outcome = np.where(bench.excluded != "", EXCLUDED, ACCEPTED).astype(object)
    outcome[list(bench.faults)] = QUARANTINED
    return Rows(
        table=table.name, lines=sheet.lines, frame=pa.table({name: frame[name] for name in table.names}),
        outcome=outcome, reason=bench.excluded, cents=money.cents, currency=currency, known=money.known,
        identified=identified, refund_of=_refunds(bench, key), donors=gave.basis,
        own=gave.own, people=gave.people, forgotten=gave.forgotten, namesakes=gave.namesakes,
        faults=bench.faults, spoiled=sheet.spoiled, votes=bench.votes, open=tuple(bench.open),
    )  # fmt: skip


def _column(bench: Bench, column: Column) -> pa.Array:
    """One column that follows from its own cell, or from the cell that names the area or the item."""
    if column.name in NAMED:
        return _named(bench, column)
    if column.name == "channel" and not bench.has("channel") and bench.draft.table.name == "donations":
        return constant("other", bench.size)
    if not bench.has(column.name) and not column.required:
        return bench.missing(column)
    written = bench.cells(column.name)
    blank = NO_SCOPE if column.name == "scope" else EMPTY
    results = bench.read(column.name, _rule(bench, column, written), required=column.required, blank=blank)
    return spread(column.kind, results, written.codes)


def _value(bench: Bench, column: Column, frame: Mapping[str, pa.Array]) -> pa.Array:
    """A price or cost; in another currency, by the rate of the month of the row's own day."""
    if not bench.has(column.name):
        return bench.missing(column)
    day = next(column.name for column in bench.draft.table.columns if column.kind == "date" and column.required)
    return units(read_value(bench, column.name, frame[day].to_numpy(zero_copy_only=False)))


def _rule(bench: Bench, column: Column, written: Distinct) -> Callable[[Sequence[Value]], Sequence[object]]:
    """How the cells of a column are read, by its kind."""
    if column.kind == "date":
        votes = bench.date_votes(column.name, written)
        return lambda values: _days(bench, values, votes)
    if column.kind == "number":
        marks, decimal = bench.decimal_votes(column.name, written), bench.draft.decimal
        return lambda values: [_positive(n) for n in amounts(values, decimal=decimal, votes=marks)]
    rules: dict[str, Callable[[Value], object]] = {"whole": whole, "flag": flag}
    rule = rules.get(column.kind, partial(_word, column=column))
    return lambda values: [rule(value) for value in values]


def _days(bench: Bench, values: Sequence[Value], votes: Votes | None) -> list[dt.date | Problem | None]:
    months = bench.draft.table.name in MONTHS_ALLOWED
    return dates(values, order=bench.draft.dates, votes=votes, zone=bench.dataset.timezone, months=months)


def _positive(number: Decimal | Problem | None) -> float | Problem | None:
    if isinstance(number, Decimal):
        return NEGATIVE if number < 0 else float(number)
    return number


def _word(value: Value, column: Column) -> str | Problem | None:
    """A text cell with whatever names a person hidden; one of the allowed words where the column has such."""
    text = text_of(value)
    if not text or (column.name == "scope" and plain(text) in NOT_KNOWN):
        return None
    if not column.allowed:
        return masked(text)
    word = plain(text).replace(" ", "_")
    remedy = f'Translate it in the [[files]] block: values = {{{column.name} = {{{column.allowed[0]} = ["..."]}}}}'
    return word if word in column.allowed else Problem(f"not one of {', '.join(column.allowed)}", remedy)


def _named(bench: Bench, column: Column) -> pa.Array:
    """Areas and items under the names of dataset.toml; without [areas] there is the single area "all"."""
    names = bench.dataset.areas if column.name == "area" else bench.dataset.items
    place = next((name for name in NAMED[column.name] if bench.has(name)), None)
    if column.name == "area" and (not names or (place is None and len(names) == 1)):
        return constant(next(iter(names), WHOLE_DATASET), bench.size)
    if place is None and not column.required:
        return bench.missing(column)
    written = bench.cells(place or column.name)
    lookup = Names(names, section=f"{column.name}s")
    results = bench.read(
        place or column.name, lambda values: [lookup(value) for value in values], required=column.required
    )
    return spread(column.kind, results, written.codes)


def _money(bench: Bench, frame: dict[str, pa.Array]) -> tuple[Money, np.ndarray]:
    """The money and currency by which the ledger counts each row; donations get their columns about money."""
    if bench.draft.table.name == "donations":
        columns, money, currency = donation_money(bench, frame["received_on"].to_numpy(zero_copy_only=False))
        frame |= columns
        return money, currency
    currency = np.full(bench.size, bench.dataset.currency, dtype=object)
    if "value" in frame:
        known = frame["value"].is_valid().to_numpy(zero_copy_only=False)
        value = frame["value"].fill_null(0).to_numpy()
        return Money((value * 100).round().astype("int64"), known), currency
    return Money(np.zeros(bench.size, np.int64), np.zeros(bench.size, bool)), currency


def _people(bench: Bench) -> dict[str, pa.Array]:
    """People counted: the middle of a range (half a person up) and its ends; a single number has no ends."""
    written = bench.cells("people")
    read = [people_range(value) for value in written.distinct]
    results = bench.read("people", lambda _: read, required=True)
    ranges = [result if isinstance(result, tuple) else None for result in results]
    apart = [None if pair is None or pair[0] == pair[1] else pair for pair in ranges]
    columns = {"people": [None if pair is None else (sum(pair) + 1) // 2 for pair in ranges],
               "low": [None if pair is None else pair[0] for pair in apart],
               "high": [None if pair is None else pair[1] for pair in apart]}  # fmt: skip
    made = {name: spread(HEADCOUNTS.column(name).kind, values, written.codes) for name, values in columns.items()}
    for end in ("low", "high"):
        if bench.has(end):
            own = bench.column(HEADCOUNTS.column(end), whole)
            made[end] = pc.coalesce(own, made[end])
    apart = pc.or_kleene(pc.less(made["people"], made["low"]), pc.greater(made["people"], made["high"]))
    bench.set_aside(pc.fill_null(apart, False).to_numpy(zero_copy_only=False), "people", ENDS_APART)
    return made


def _refunds(bench: Bench, key: bytes) -> np.ndarray | None:
    refunds = bench.draft.refund_of
    return None if refunds is None else refunds.taken(harmless(refunds.texts(), key), "object")
