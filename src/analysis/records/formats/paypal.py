"""PayPal, activity report and monthly statement, French and English: every movement of the account, gifts among them.

A statement has no states: all its rows are movements. Rows are told apart by how they refer to each other,
because the French labels of refunds, conversions and holds are not established: a completed positive row that
refers to no other row is a gift; rows in two currencies that refer to the same movement are a conversion; a
negative row that refers to a gift is its refund.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from analysis.columns import DONATIONS
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import Doubt, Draft, Format, status_reason
from analysis.records.formats.signs import headed, partly_back
from analysis.records.parsing.amounts import amounts

NAMES = {
    "fr": {
        "received_on": "Date", "time": "Heure", "kind": "Type", "state": "État",
        "original_currency": "Devise", "amount": "Avant commission", "fee": "Commission",
        "donation_id": "Numéro de transaction",
        "reference": "Numéro de la transaction de référence", "donor_name": "Nom",
        "donor_email": "De l'adresse email", "impact": "Impact sur le solde",
    },
    "en": {
        "received_on": "Date", "time": "Time", "kind": "Type", "state": "Status",
        "original_currency": "Currency", "amount": "Gross", "fee": "Fee", "donation_id": "Transaction ID",
        "reference": "Reference Txn ID", "donor_name": "Name",
        "donor_email": "From Email Address", "impact": "Balance Impact",
    },
}  # fmt: skip
STATEMENT_NAMES = {
    "fr": {
        "received_on": "Date", "time": "Heure", "kind": "Description", "original_currency": "Devise",
        "amount": "Avant commission", "fee": "Commission", "donation_id": "Numéro de transaction",
        "reference": "Numéro de la transaction de référence", "donor_name": "Nom",
        "donor_email": "Adresse email de l'expéditeur",
    },
    "en": {
        "received_on": "Date", "time": "Time", "kind": "Description", "original_currency": "Currency",
        "amount": "Gross", "fee": "Fee", "donation_id": "Transaction ID", "reference": "Reference Txn ID",
        "donor_name": "Name", "donor_email": "From Email Address",
    },
}  # fmt: skip
OPTIONAL = ("donor_name", "donor_email", "impact")
COMPLETED = ("termine", "completed")
HELD = ("payment hold", "payment release")
MEMO = "memo"


@dataclass(frozen=True, slots=True)
class _Movement:
    """One completed row: when, in which currency, how much, its identifier and the one it refers to."""

    row: int
    stamp: tuple[int, int]
    currency: str
    gross: float
    reference: str


def _draft(sheet: Sheet, names: Mapping[str, str]) -> Draft:
    read = {column: sheet.column(header) for column, header in names.items()}
    found = {column: cells for column, cells in read.items() if cells is not None}
    if "impact" not in found and (other := sheet.column("Balance Impact")) is not None:
        found["impact"] = other
    excluded = _not_completed(found)
    movements = _movements(found, excluded)
    identifiers = {text_of(value) for value in found["donation_id"].distinct} - {""}
    for reason, rows in _set_apart(movements, found, identifiers).items():
        excluded[rows] = reason
    back = [movement.row for movement in movements if movement.gross < 0 and excluded[movement.row] == ""]
    went_back = np.zeros(len(sheet.lines), bool)
    went_back[back] = True
    blank = Distinct.constant("", len(sheet.lines))
    cells = {
        column: found[column]
        for column in names
        if column in found and column in (*DONATIONS.names, "donor_name", "donor_email")
    }
    cells["fee"] = found["fee"].map(_negated)
    cells["channel"] = Distinct.constant("paypal", len(sheet.lines))
    return Draft(
        table=DONATIONS,
        cells=cells,
        headers=dict(names),
        excluded=excluded,
        doubts=(*_nameless(found, names, excluded, went_back), *_partly_back(found)),
        refund_of=Distinct.choose(went_back, found["reference"], blank),
    )


def _not_completed(found: Mapping[str, Distinct]) -> np.ndarray:
    """The reason for rows whose money did not move: pending, denied, or a memo line; "" for the others."""
    if "state" not in found:
        return np.full(len(found["amount"].codes), "", dtype=object)
    state = found["state"]
    reasons = state.taken(
        [
            "" if plain(text_of(value)) in COMPLETED or partly_back(value) else status_reason(value)
            for value in state.distinct
        ],
        "object",
    )
    if "impact" in found:
        memo = found["impact"].rows_where([plain(text_of(value)) == MEMO for value in found["impact"].distinct])
        reasons = np.where(memo, "memo line", reasons)
    return reasons


def _movements(found: Mapping[str, Distinct], excluded: np.ndarray) -> list[_Movement]:
    read = amounts(found["amount"].distinct)
    gross = found["amount"].taken([float(value) if isinstance(value, Decimal) else 0.0 for value in read], "float64")
    currency = found["original_currency"].taken(
        [text_of(value) for value in found["original_currency"].distinct], "object"
    )
    reference = found["reference"].taken([text_of(value) for value in found["reference"].distinct], "object")
    day, time = found["received_on"].codes, found["time"].codes
    return [
        _Movement(int(row), (int(day[row]), int(time[row])), currency[row], float(gross[row]), reference[row])
        for row in np.flatnonzero((excluded == "") & (gross != 0))
    ]


def _set_apart(
    movements: Sequence[_Movement], found: Mapping[str, Distinct], identifiers: set[str]
) -> dict[str, list[int]]:
    """The completed rows that are neither gifts nor refunds, by reason."""
    converted = _conversions(movements, found["donation_id"])
    others = [movement for movement in movements if movement.row not in converted]
    labels = found["kind"].rows_where([plain(text_of(value)) in HELD for value in found["kind"].distinct])
    released = {(m.reference, -m.gross) for m in others if m.gross > 0 and m.reference in identifiers}
    held = [m.row for m in others if labels[m.row] or (m.reference, m.gross) in released]
    returned = [m.row for m in others if m.gross > 0 and m.reference in identifiers]
    spent = [m.row for m in others if m.gross < 0 and not m.reference]
    return {
        "currency conversion": sorted(converted),
        "money released or returned": returned,
        "payment held": held,
        "payout or expense": spent,
    }


def _conversions(movements: Sequence[_Movement], identifier: Distinct) -> set[int]:
    """Rows in pairs: one moment, two currencies, in and out, referring to one movement or to each other."""
    own = identifier.taken([text_of(value) for value in identifier.distinct], "object")
    linked: dict[tuple[object, ...], list[_Movement]] = defaultdict(list)
    for movement in movements:
        if movement.reference:
            linked[(movement.stamp, movement.reference)].append(movement)
            linked[(movement.stamp, frozenset((movement.reference, own[movement.row])))].append(movement)
    converted: set[int] = set()
    for group in linked.values():
        taken, given = ({m.currency for m in group if sign * m.gross > 0} for sign in (-1, 1))
        converted |= {m.row for m in group if (given if m.gross < 0 else taken) - {m.currency}}
    return converted


def _nameless(
    found: Mapping[str, Distinct], names: Mapping[str, str], excluded: np.ndarray, went_back: np.ndarray
) -> tuple[Doubt, ...]:
    """Gifts of which no sender is known although the report has a column for one: they may be transfers."""
    named = [found[column] for column in ("donor_name", "donor_email") if column in found]
    if not named:
        return ()
    nobody = np.all([column.rows_where([not text_of(value) for value in column.distinct]) for column in named], axis=0)
    return (
        Doubt(
            nobody & (excluded == "") & ~went_back,
            "donor_name",
            "money came in and no sender is named: a gift or a transfer of your own",
            f"Write the sender under {names['donor_name']} in a copy of the file, or delete the row there",
        ),
    )


def _partly_back(found: Mapping[str, Distinct]) -> tuple[Doubt, ...]:
    """Payments of which part went back although no row of the file refers to them, so that it is not known how much."""
    if "state" not in found:
        return ()
    referred = {text_of(value) for value in found["reference"].distinct}
    alone = found["donation_id"].rows_where([text_of(value) not in referred for value in found["donation_id"].distinct])
    partly = found["state"].rows_where([partly_back(value) for value in found["state"].distinct])
    return (
        Doubt(
            partly & alone,
            "state",
            "part of this payment went back, and the row that says how much is not here",
            "Export a period that holds the refund too",
        ),
    )


def _negated(value: Value) -> Value:
    """The same amount with the other sign; PayPal writes a fee as a negative amount."""
    if isinstance(value, int | float):
        return -value
    text = text_of(value)
    if not text.strip("0,. "):
        return text
    return text[1:] if text.startswith(("-", "\u2212")) else f"-{text.removeprefix('+')}"


def _format(name: str, what: str, names: Mapping[str, str]) -> Format:
    signature = tuple(header for column, header in names.items() if column not in OPTIONAL)
    return Format(
        name=name,
        source="paypal",
        table="donations",
        what=what,
        signature=signature,
        recognises=headed(signature),
        draft=lambda sheet: _draft(sheet, names),
        decides=DECIDES if "state" in names else "As the activity report; a statement has no states.",
    )


DECIDES = (
    "A completed positive row that refers to no other row is a gift; a negative row that refers to a gift is its "
    "refund; pending and memo lines, conversions, holds, payouts and expenses are excluded; money in without a "
    "sender is set aside."
)
ENGLISH_2026 = {**NAMES["en"], "amount": "Amount", "fee": "Fees"}
FORMATS = (
    _format("paypal_activity_fr", "PayPal, activity, French", NAMES["fr"]),
    _format("paypal_activity_en", "PayPal, activity, English", NAMES["en"]),
    _format("paypal_activity_en_2026", "PayPal, activity, English (2026)", ENGLISH_2026),
    _format("paypal_statement_fr", "PayPal, monthly statement, French", STATEMENT_NAMES["fr"]),
    _format("paypal_statement_en", "PayPal, monthly statement, English", STATEMENT_NAMES["en"]),
)
