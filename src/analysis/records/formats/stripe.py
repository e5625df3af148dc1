"""Stripe: payments exports, old and current, with what Donorbox adds to them, and the balance export.

Established: the headers, and `Paid`, `Refunded` and `Failed` in payments. A payments export does not say when
money went back, so a gift stands there with what was kept of it; the balance export has the refund's own day.
The types of balance rows are those of Stripe's API reference ("Balance transaction types").
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.columns import DONATIONS
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import Doubt, Draft, Format, status_reason
from analysis.records.formats.signs import headed, nothing, rows_with, yes_or_no
from analysis.records.parsing.amounts import amounts
from analysis.records.parsing.evidence import Problem

OLD = {
    "donation_id": "id", "received_on": "created", "amount": "amount", "refunded": "amount_refunded",
    "original_currency": "currency", "state": "status", "fee": "fee", "fee_currency": "converted_currency",
    "captured": "captured", "mode": "mode", "donor_email": "customer_email",
}  # fmt: skip
CURRENT = {
    "donation_id": "id", "received_on": "Created date (UTC)", "amount": "Amount", "refunded": "Amount Refunded",
    "original_currency": "Currency", "state": "Status", "fee": "Fee", "fee_currency": "Converted Currency",
    "captured": "Captured", "mode": "Mode", "donor_email": "Customer Email",
}  # fmt: skip
BALANCE = {
    "donation_id": "Source", "received_on": "Created (UTC)", "kind": "Type", "amount": "Amount", "fee": "Fee",
    "original_currency": "Currency",
}  # fmt: skip
NEEDED = ("donation_id", "received_on", "amount", "refunded", "original_currency", "state")
DONORBOX = {
    "donor_email": "donorbox_email", "donor_name": "donorbox_name", "regular": "donorbox_recurring_donation",
    "appeal": "donorbox_campaign",
}  # fmt: skip
DESIGNATION = "donorbox_designation"
PAID = ("paid", "refunded")
GIVEN, BACK = ("charge", "payment"), ("refund", "payment_refund")
UNCLEAR = ("adjustment", "refund_failure", "payment_failure_refund", "payment_reversal", "payment_unreconciled")
MOVED = frozenset(
    ("payout", "payout_cancel", "payout_failure", "payout_minimum_balance_hold", "payout_minimum_balance_release")
    + ("stripe_fee", "stripe_fx_fee", "application_fee", "application_fee_refund", "tax_fee", "network_cost", "topup")
    + ("topup_reversal", "transfer", "transfer_cancel", "transfer_failure", "transfer_refund", "contribution")
    + ("advance", "advance_funding", "anticipation_repayment", "connect_collection_transfer", "reserve_transaction")
    + ("reserved_funds", "climate_order_purchase", "climate_order_refund", "obligation_outbound")
)
"""Types of balance rows that are no gift; a word that Stripe does not use is not repeated, for it may be a name."""
KEPT = (*DONATIONS.names, "donor_email", "donor_name")


def _payments(sheet: Sheet, names: Mapping[str, str]) -> Draft:
    rows = len(sheet.lines)
    found = {column: there for column, header in names.items() if (there := sheet.column(header)) is not None}
    cells = {column: there for column, there in found.items() if column in KEPT}
    if names is CURRENT:
        cells["received_on"] = found["received_on"].map(_in_utc)
    kept = Distinct.joined(found["amount"], found["refunded"]).map(_kept)
    cells["amount"] = Distinct.choose(rows_with(found["refunded"], nothing, rows=rows), found["amount"], kept)
    cells["fee"] = _fee(found, rows)
    headers = {**names, **_donorbox(sheet, cells)}
    cells["channel"] = Distinct.constant("stripe", rows)
    return Draft(table=DONATIONS, cells=cells, headers=headers, excluded=_not_counted(found, cells, rows), decimal=".")


def _not_counted(found: Mapping[str, Distinct], cells: Mapping[str, Distinct], rows: int) -> np.ndarray:
    """The reason for rows that are no money of the charity's; "" for the others."""
    state = found["state"]
    reasons = state.taken(["" if plain(text_of(v)) in PAID else status_reason(v) for v in state.distinct], "object")
    back = ~rows_with(found["refunded"], nothing, rows=rows) & rows_with(cells["amount"], nothing, rows=rows)
    unpaid = rows_with(found.get("captured"), lambda value: plain(text_of(value)) == "false", rows=rows)
    trial = rows_with(found.get("mode"), lambda value: plain(text_of(value)) == "test", rows=rows)
    reasons = np.where((reasons == "") & back, "refunded in full", reasons)
    return np.where(trial, "test mode", np.where((reasons == "") & unpaid, "not captured", reasons)).astype(object)


def _kept(both: Value) -> Value:
    """What is left of "amount refunded"; the amount as it was written where either cannot be read."""
    written = text_of(both).split(" ")
    read = amounts(written, decimal=".")
    if len(written) != 2 or any(one is None or isinstance(one, Problem) for one in read):
        return written[0]
    return str(read[0] - read[1])  # type: ignore[operator]


def _fee(found: Mapping[str, Distinct], rows: int) -> Distinct:
    """The fee where it is in the gift's own currency, else unknown: it is taken in the account's currency."""
    fee, own, taken = found.get("fee"), found["original_currency"], found.get("fee_currency")
    blank = Distinct.constant("", rows)
    if fee is None or taken is None:
        return blank if fee is None else fee
    pairs = Distinct.joined(own, taken)
    same = rows_with(pairs, lambda value: len(set(text_of(value).casefold().split())) == 1, rows=rows)
    return Distinct.choose(same, fee, blank)


def _donorbox(sheet: Sheet, cells: dict[str, Distinct]) -> dict[str, str]:
    """Add to `cells` what Donorbox says of a gift, and give back the headers it stands under."""
    headers = {}
    for column, name in (("appeal", DESIGNATION), *DONORBOX.items()):
        for header in (f"{name} (metadata)", name):
            if (said := sheet.column(header)) is not None:
                said = said.map(yes_or_no) if column == "regular" else said
                filled = rows_with(said, lambda value: text_of(value) != "", rows=len(sheet.lines))
                cells[column] = Distinct.choose(filled, said, cells[column]) if column in cells else said
                headers[column] = header
    return headers


def _balance(sheet: Sheet) -> Draft:
    rows = len(sheet.lines)
    found = {column: sheet.columns[sheet.place(header) or 0] for column, header in BALANCE.items()}
    kind = found["kind"]
    went_back = rows_with(kind, lambda value: plain(text_of(value)) in BACK, rows=rows)
    unclear = rows_with(kind, lambda value: plain(text_of(value)) in UNCLEAR, rows=rows)
    reasons = kind.taken([_apart(value) for value in kind.distinct], "object")
    cells = {column: found[column] for column in BALANCE if column in DONATIONS.names}
    cells["received_on"] = found["received_on"].map(_in_utc)
    cells["status"] = Distinct.choose(
        went_back, Distinct.constant("refunded", rows), Distinct.constant("received", rows)
    )
    cells["channel"] = Distinct.constant("stripe", rows)
    doubt = Doubt(
        unclear,
        "Type",
        "may be money that went back to a donor, or not",
        "Look it up at Stripe; write refund there if it went back, or delete the row in a copy of the file",
    )
    return Draft(table=DONATIONS, cells=cells, headers=dict(BALANCE), excluded=reasons, doubts=(doubt,), decimal=".")


def _apart(kind: Value) -> str:
    word = plain(text_of(kind))
    shown = word if word in MOVED else "another type" if word else "no type"
    return "" if word in (*GIVEN, *BACK, *UNCLEAR) else f"balance: {shown}"


def _in_utc(value: Value) -> Value:
    """A time without an offset, as the UTC that its header says it is."""
    return f"{value.strip()} UTC" if isinstance(value, str) and ":" in value else value


def _paid(name: str, what: str, names: Mapping[str, str]) -> Format:
    signature = tuple(names[column] for column in NEEDED)
    return Format(
        name=name,
        source="stripe",
        table="donations",
        what=what,
        signature=signature,
        recognises=headed(signature),
        draft=lambda sheet: _payments(sheet, names),
        row_by_row=True,
        decides="`Paid` and `Refunded` count with what was kept (amount less refunded): the refund's day is not in "
        "the file. Refunded in full, failed, not captured and test payments are excluded. Donorbox's metadata give "
        "donor, campaign (else designation) and whether the gift is regular.",
    )


_MOVED = ("id", *BALANCE.values(), "Net", "Available On (UTC)")
FORMATS = (
    _paid("stripe_payments_2021", "Stripe, payments (2021)", OLD),
    _paid("stripe_payments", "Stripe, payments", CURRENT),
    Format(
        name="stripe_balance",
        source="stripe",
        table="donations",
        what="Stripe, balance transactions",
        signature=_MOVED,
        recognises=headed(_MOVED),
        draft=_balance,
        row_by_row=True,
        decides="Charges and payments are gifts, refunds dated refunds; adjustments and failed refunds are set aside; "
        "payouts, fees, transfers and the rest are excluded. It names no donor. Keep either this export or the "
        "payments export of a period: rows of one payment that differ are set aside.",
    ),
)
