"""CiviCRM: contributions exported with all primary fields.

Established: the headers, some of them raw field names, and the state `Completed`. Labels vary by version and
language, so a contribution counts only when its financial type names a gift.
"""

from __future__ import annotations

import numpy as np

from analysis.columns import DONATIONS
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import Doubt, Draft, Format, status_reason
from analysis.records.formats.signs import GIFT_WORDS, SALE_WORDS, headed, rows_with, words

HEADERS = {
    "received_on": ("Date Received",),
    "amount": ("Total Amount",),
    "fee": ("Fee Amount",),
    "original_currency": ("Currency",),
    "donation_id": ("Transaction ID",),
    "appeal": ("Campaign Title",),
    "donor_email": ("Email",),
    "donor_name": ("Sort Name", "Display Name"),
    "donor_postcode": ("Postal Code",),
    "kind": ("Financial Type",),
    "state": ("contribution_status", "Contribution Status"),
    "paid_by": ("payment_instrument", "Payment Method"),
    "series": ("Recurring Contribution ID",),
    "trial": ("Test",),
}
SIGNATURE = ("Contact ID", "Financial Type", "Date Received", "Total Amount", "Currency")
COMPLETED = "completed"
CHANNELS = {
    "cash": "cash", "especes": "cash", "check": "bank", "cheque": "bank", "eft": "bank", "virement": "bank",
    "paypal": "paypal", "stripe": "stripe",
}  # fmt: skip


def _draft(sheet: Sheet) -> Draft:
    rows = len(sheet.lines)
    headers = {
        column: header
        for column, names in HEADERS.items()
        if (header := next((name for name in names if sheet.place(name) is not None), ""))
    }
    found = {column: sheet.columns[sheet.place(header) or 0] for column, header in headers.items()}
    kind = found["kind"]
    sales = rows_with(kind, lambda value: bool(words(value) & SALE_WORDS), rows=rows)
    gifts = rows_with(kind, lambda value: bool(words(value) & GIFT_WORDS), rows=rows)
    cells = {name: column for name, column in found.items() if name in (*DONATIONS.names, *_PERSON)}
    if "paid_by" in found:
        cells["channel"] = found["paid_by"].map(lambda value: CHANNELS.get(plain(text_of(value)), "other"))
    if "series" in found:
        cells["regular"] = found["series"].map(lambda value: "yes" if text_of(value) else "no")
    doubt = Doubt(
        ~sales & ~gifts,
        "Financial Type",
        "this financial type is not known to be a gift or a sale",
        "Map the file by a [[files]] block; values.status = {received = [...], excluded = [...]} says which are gifts",
    )
    excluded = np.where(sales & ~gifts, "sale without a gift", _not_counted(found, rows)).astype(object)
    return Draft(table=DONATIONS, cells=cells, headers=headers, excluded=excluded, doubts=(doubt,))


_PERSON = ("donor_email", "donor_name", "donor_postcode")


def _not_counted(found: dict[str, Distinct], rows: int) -> np.ndarray:
    """The reason for trials and for contributions that are not completed; "" for the others."""
    reasons = np.full(rows, "", dtype=object)
    if "state" in found:
        reasons = found["state"].taken([_reason(value) for value in found["state"].distinct], "object")
    trial = rows_with(found.get("trial"), lambda value: plain(text_of(value)) in ("1", "yes", "oui"), rows=rows)
    return np.where(trial, "test", reasons)


def _reason(state: Value) -> str:
    return "" if plain(text_of(state)) == COMPLETED else status_reason(state)


CONTRIBUTIONS = Format(
    name="civicrm_contributions",
    source="civicrm",
    table="donations",
    what="CiviCRM, contributions",
    signature=SIGNATURE,
    recognises=headed(SIGNATURE),
    draft=_draft,
    row_by_row=True,
    decides="`Completed` counts; other states (refunded among them: gift and refund are one row) and tests are "
    "excluded. Memberships and event fees are sales; a financial type that names neither is set aside. A recurring "
    "contribution is regular.",
)
