"""HelloAsso, payments export: what a treasurer downloads, one row per payment.

Established: the header, `Payé` and `Hors Ligne`, the campaign types `Billetterie` and `Adhésion`, and that a
gift which rides on a ticket or a membership stands in `Don supplémentaire`. Not established: the label of a
donation form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from analysis.columns import DONATIONS
from analysis.records.cells import Distinct, Doubt, Draft, Format, Sheet, Value, plain, text_of

HEADERS = {
    "donation_id": "Référence paiement",
    "received_on": "Date du paiement",
    "amount": "Montant total",
    "status": "Statut du paiement",
    "appeal": "Campagne",
    "donor_email": "Email payeur",
}
KIND, EXTRA_GIFT = "Type de campagne", "Don supplémentaire"
SIGNATURE = {plain(name) for name in (*HEADERS.values(), KIND, EXTRA_GIFT, "Nom payeur", "Prénom payeur")}
RECEIVED, REFUNDED = ("paye", "hors ligne"), "rembourse"
SALE_WORDS = frozenset({"billetterie", "adhesion", "adhesions", "boutique", "vente", "ventes"})
GIFT_WORDS = frozenset({"don", "dons", "collecte", "collectes", "crowdfunding"})
SALE = "sale without a gift"


def _draft(sheet: Sheet) -> Draft:
    cells = {column: sheet.columns[sheet.place(header) or 0] for column, header in HEADERS.items()}
    kind, extra = sheet.columns[sheet.place(KIND) or 0], sheet.columns[sheet.place(EXTRA_GIFT) or 0]
    sales = kind.rows_where([_words(value) & SALE_WORDS != set() for value in kind.distinct])
    gifts = kind.rows_where([_words(value) & GIFT_WORDS != set() for value in kind.distinct])
    nothing = sales & extra.rows_where([not text_of(value).strip("0,. \u00a0\u202f€") for value in extra.distinct])
    cells["donor_name"] = Distinct.joined(
        sheet.columns[sheet.place("Nom payeur") or 0], sheet.columns[sheet.place("Prénom payeur") or 0]
    )
    status = cells["status"]
    cells["amount"] = Distinct.choose(sales & ~nothing, extra, cells["amount"])
    cells["status"] = status.map(lambda value: "refunded" if plain(text_of(value)) == REFUNDED else "received")
    cells["channel"] = Distinct.constant("helloasso", len(sheet.lines))
    cells["original_currency"] = Distinct.constant("EUR", len(sheet.lines))
    unknown = Doubt(
        ~sales & ~gifts,
        KIND,
        "this type of campaign is not known to be a gift or a sale",
        'Map the file by a [[files]] block with columns = {amount = "Montant total", ...} if it is a gift',
    )
    excluded = np.where(nothing, SALE, status.taken([_not_counted(value) for value in status.distinct], "object"))
    own_dates = "dmy" if sheet.delimiter == ";" else None
    headers = {**HEADERS, "donor_name": "Nom payeur"}
    return Draft(
        table=DONATIONS,
        cells=cells,
        headers=headers,
        excluded=excluded,
        doubts=(unknown,),
        decimal=",",
        dates=own_dates,
    )


def _not_counted(status: Value) -> str:
    word = plain(text_of(status))
    return "" if word in RECEIVED or word == REFUNDED else f"status: {text_of(status) or 'none'}"


def _words(value: Value) -> set[str]:
    return set(re.findall(r"[a-z]+", plain(text_of(value))))


def _recognises(_: str, header: Sequence[str]) -> bool:
    return {plain(name) for name in header} >= SIGNATURE


PAYMENTS = Format(
    name="helloasso_payments",
    source="helloasso",
    table="donations",
    recognises=_recognises,
    draft=_draft,
    row_by_row=True,
)
