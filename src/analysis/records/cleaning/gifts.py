"""The money of donations: currency, sign, conversion, fee and status of each gift and refund."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa

from analysis.columns import DONATION_STATUSES
from analysis.records.arrays import texts
from analysis.records.cells import Value, plain, text_of
from analysis.records.cleaning.bench import Bench
from analysis.records.parsing.amounts import CURRENCIES, currency_signs
from analysis.records.parsing.amounts import amounts as read_amounts
from analysis.records.parsing.amounts import cents as whole_cents
from analysis.records.parsing.evidence import Problem

NOT_A_CURRENCY = Problem("not a currency code", "Write three capitals, for example EUR")
NOT_A_STATUS = Problem(
    "neither received nor refunded",
    'Add to its [[files]] block: values.status = {received = ["..."], refunded = ["..."], excluded = ["..."]}; '
    "refunded for a row of its own that takes a gift back, excluded for a gift whose money did not come or stay",
)
NEGATIVE_GIFT = Problem("a gift that was received is negative", "Say refunded, or write the amount without its minus")
DOLLARS = ("USD", "CAD", "AUD", "NZD")
CURRENCY_WORDS = {"€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class Money:
    """Whole cents row by row, and whether they could be read."""

    cents: np.ndarray
    known: np.ndarray


def read_money(bench: Bench, column: str, *, required: bool) -> Money:
    """The cents under `column`; rows whose amount cannot be read, or is blank though required, go."""
    written = bench.cells(column)
    votes, decimal = bench.decimal_votes(column, written), bench.draft.decimal
    results = bench.read(column, lambda values: read_amounts(values, decimal=decimal, votes=votes), required=required)
    read = [whole_cents(result) if isinstance(result, Decimal) else None for result in results]
    return Money(
        written.taken([cents or 0 for cents in read], "int64"),
        written.taken([cents is not None for cents in read], "bool"),
    )


def units(money: Money) -> pa.Array:
    """The money in currency units, missing where unknown."""
    return pa.array(money.cents / 100, mask=~money.known)


def donation_money(bench: Bench, received_on: np.ndarray) -> tuple[dict[str, pa.Array], Money, np.ndarray]:
    """The columns about money of `donations`; and each row's own money and currency ("" for none)."""
    given = "original_amount" if bench.has("original_amount") else "amount"
    original = read_money(bench, given, required=True)
    currency = _currency(bench, given)
    status, original = _status(bench, original)
    bench.exclude(original.known & (original.cents == 0), "zero amount")
    amount = converted(bench, original, currency, received_on)
    if given != "amount" and bench.has("amount"):
        amount = read_money(bench, "amount", required=True)
    fee = (
        read_money(bench, "fee", required=False)
        if bench.has("fee")
        else Money(original.cents, np.zeros(bench.size, bool))
    )
    fee = Money(np.where(status == "received", np.abs(fee.cents), fee.cents), fee.known)
    columns = {
        "amount": units(amount),
        "original_amount": units(original),
        "original_currency": texts(currency),
        "fee": units(converted(bench, fee, currency, received_on)),
        "status": texts(status),
    }
    return columns, Money(original.cents, original.known & (currency != "")), currency


def _currency(bench: Bench, given: str) -> np.ndarray:
    """The currency of each row: its own column's, else the sign beside the amount, else the dataset's."""
    if not bench.has("original_currency"):
        return _by_signs(bench, given)
    amounts, written = bench.cells(given), bench.cells("original_currency")
    signs = amounts.taken(currency_signs(amounts.distinct), "object")
    results = bench.read("original_currency", lambda values: [_code(value) for value in values], required=True)
    codes = written.taken([code or "" for code in results], "object")
    dollars = amounts.rows_where(["$" in text_of(value) for value in amounts.distinct])
    dollars &= np.isin(codes, DOLLARS)
    conflict = (signs != "") & (codes != "") & (signs != codes) & ~dollars
    bench.set_aside(
        conflict,
        given,
        Problem("the amount and the currency column name two currencies", "Correct one of them"),
    )
    return codes


def _code(value: Value) -> str | Problem | None:
    text = text_of(value)
    code = CURRENCY_WORDS.get(text.casefold(), text.upper())
    return None if not code else code if code in CURRENCIES else NOT_A_CURRENCY


def _status(bench: Bench, money: Money) -> tuple[np.ndarray, Money]:
    """Received or refunded, row by row, and the money with a refund's negative."""
    refunds = bench.draft.refund_of
    if refunds is not None:
        back = refunds.rows_where([text_of(value) != "" for value in refunds.distinct])
        return np.where(back, "refunded", "received").astype(object), money
    if not bench.has("status"):
        return np.where(money.cents < 0, "refunded", "received").astype(object), money
    written = bench.cells("status")
    results = bench.read("status", lambda values: [_known_status(value) for value in values], required=True)
    status = written.taken([result or "received" for result in results], "object")
    bench.set_aside((status == "received") & (money.cents < 0), "amount", NEGATIVE_GIFT)
    return status, Money(np.where(status == "refunded", -np.abs(money.cents), money.cents), money.known)


def _known_status(value: Value) -> str | Problem | None:
    word = plain(text_of(value))
    return None if not word else word if word in DONATION_STATUSES else NOT_A_STATUS


def converted(
    bench: Bench, money: Money, currency: np.ndarray, days: np.ndarray, *, column: str = "original_currency"
) -> Money:
    """The money in the reporting currency; a row in a currency without a rate for its month is set aside.

    `column` names the currency.
    """
    foreign = money.known & (currency != bench.dataset.currency) & (currency != "") & ~np.isnat(days)
    if not foreign.any():
        return money
    cents, known = money.cents.copy(), money.known.copy()
    without: dict[tuple[str, str], list[int]] = {}
    for row in np.flatnonzero(foreign).tolist():
        month = days[row].item()
        rate = bench.rates.get((currency[row], month.year, month.month))
        known[row] = rate is not None
        if rate is not None:
            cents[row] = whole_cents(Decimal(int(money.cents[row])) * rate / 100)
        else:
            without.setdefault((currency[row], f"{month:%Y-%m}"), []).append(row)
    for (code, month), rows in without.items():
        _no_rate(bench, rows, code, month, column)
    return Money(cents, known)


def _no_rate(bench: Bench, rows: list[int], currency: str, month: str, column: str) -> None:
    chosen = np.zeros(bench.size, bool)
    chosen[rows] = True
    problem = Problem(
        f"no exchange rate for {currency} in {month}",
        f"Add the line {month},{currency},RATE to exchange_rates.csv, under the headers month,currency,rate "
        f"({bench.dataset.currency} for 1)",
    )
    bench.set_aside(chosen, column, problem)


def read_value(bench: Bench, column: str, days: np.ndarray) -> Money:
    """The cents of a price or cost in the reporting currency; a sign of another currency is converted by its rate."""
    currency = _by_signs(bench, column)
    return converted(bench, read_money(bench, column, required=False), currency, days, column=column)


def _by_signs(bench: Bench, column: str) -> np.ndarray:
    """The currency that each amount shows itself, else the dataset's; a $ is set aside unless that is a dollar."""
    ours, written = bench.dataset.currency, bench.cells(column)
    signs = written.taken(currency_signs(written.distinct), "object")
    dollars = written.rows_where(["$" in text_of(value) for value in written.distinct])
    if ours in DOLLARS:
        return np.where(dollars | (signs == ""), ours, signs)
    bench.set_aside(dollars, column, Problem("which dollar is not said", "Write USD, CAD or AUD in place of $"))
    return np.where(dollars, "", np.where(signs == "", ours, signs))
