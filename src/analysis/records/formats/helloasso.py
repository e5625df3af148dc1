"""HelloAsso: the payments export, which names gifts, and the orders exports, whose rows are sales.

Established: the headers, `Payé`, `Hors Ligne` and `Validé`, the campaign types `Billetterie` and `Adhésion`, and
that a gift which rides on a ticket or a membership stands in `Don supplémentaire`. Not established: the label of
a donation form, and any column for a gift in the orders exports.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.columns import DONATIONS
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import Doubt, Draft, Format, status_reason
from analysis.records.formats.signs import GIFT_WORDS, SALE_WORDS, headed, nothing, partly_back, rows_with, words

HEADERS = {
    "donation_id": "Référence paiement",
    "received_on": "Date du paiement",
    "amount": "Montant total",
    "status": "Statut du paiement",
    "appeal": "Campagne",
    "donor_email": "Email payeur",
}
KIND, EXTRA_GIFT = "Type de campagne", "Don supplémentaire"
PAID_SIGNATURE = (*HEADERS.values(), KIND, EXTRA_GIFT, "Nom payeur", "Prénom payeur")
RECEIVED, REFUNDED = ("paye", "hors ligne"), "rembourse"
ORDER_HEADERS = {
    "received_on": "Date de la commande", "amount": "Montant tarif",
    "status": "Statut de la commande", "price": "Tarif",
}  # fmt: skip
OLD_HEADERS = {"received_on": "Date", "amount": "Montant adhésion", "status": "Statut", "price": "Formule"}
VALID = "valide"
SALE = "sale without a gift"


def _payments(sheet: Sheet) -> Draft:
    rows = len(sheet.lines)
    cells = {column: sheet.columns[sheet.place(header) or 0] for column, header in HEADERS.items()}
    kind, extra = sheet.columns[sheet.place(KIND) or 0], sheet.columns[sheet.place(EXTRA_GIFT) or 0]
    sales = rows_with(kind, lambda value: bool(words(value) & SALE_WORDS), rows=rows)
    gifts = rows_with(kind, lambda value: bool(words(value) & GIFT_WORDS), rows=rows)
    giftless = sales & rows_with(extra, nothing, rows=rows)
    cells["donor_name"] = Distinct.joined(
        sheet.columns[sheet.place("Nom payeur") or 0], sheet.columns[sheet.place("Prénom payeur") or 0]
    )
    status = cells["status"]
    cells["amount"] = Distinct.choose(sales & ~giftless, extra, cells["amount"])
    cells["status"] = status.map(lambda value: "refunded" if plain(text_of(value)) == REFUNDED else "received")
    cells["channel"] = Distinct.constant("helloasso", rows)
    cells["original_currency"] = Distinct.constant("EUR", rows)
    unknown = Doubt(
        ~sales & ~gifts,
        KIND,
        "this type of campaign is not known to be a gift or a sale",
        'Map the file by a [[files]] block with columns = {amount = "Montant total", ...} if it is a gift',
    )
    partly = Doubt(
        rows_with(status, partly_back, rows=rows),
        "status",
        "part of this payment went back, and how much is not said",
        "Write the amount that was kept, and Payé as its state, by corrections.csv",
    )
    excluded = np.where(giftless, SALE, status.taken([_not_counted(value) for value in status.distinct], "object"))
    return Draft(
        table=DONATIONS,
        cells=cells,
        headers={**HEADERS, "donor_name": "Nom payeur"},
        excluded=excluded,
        doubts=(partly, unknown),
        decimal=",",
        dates="dmy" if sheet.delimiter == ";" else None,
    )


def _not_counted(status: Value) -> str:
    word = plain(text_of(status))
    return "" if word in RECEIVED or word == REFUNDED or partly_back(status) else status_reason(status)


def _orders(sheet: Sheet, headers: Mapping[str, str]) -> Draft:
    """Every row a sale; one that names a gift is set aside, because the payments export counts it already."""
    rows = len(sheet.lines)
    found = {column: there for column, header in headers.items() if (there := sheet.column(header)) is not None}
    named = rows_with(found.get("price"), lambda value: bool(words(value) & GIFT_WORDS), rows=rows)
    extra = sheet.column(EXTRA_GIFT)
    named |= rows_with(extra, lambda value: not nothing(value), rows=rows)
    valid = rows_with(found["status"], lambda value: plain(text_of(value)) == VALID, rows=rows)
    cells = {column: found[column] for column in ("received_on", "amount")}
    cells["channel"] = Distinct.constant("helloasso", rows)
    cells["original_currency"] = Distinct.constant("EUR", rows)
    doubt = Doubt(
        named,
        headers["price"] if "price" in found else EXTRA_GIFT,
        "this order names a gift, which orders exports do not set apart",
        "Use the payments export (Don supplémentaire), or map the file by a [[files]] block",
    )
    return Draft(
        table=DONATIONS,
        cells=cells,
        headers=dict(headers),
        excluded=np.where(named & valid, "", SALE).astype(object),
        doubts=(doubt,),
        decimal=",",
        dates="dmy" if sheet.delimiter == ";" else None,
    )


PAYMENTS = Format(
    name="helloasso_payments",
    source="helloasso",
    table="donations",
    what="HelloAsso, payments",
    signature=PAID_SIGNATURE,
    recognises=headed(PAID_SIGNATURE),
    draft=_payments,
    row_by_row=True,
    decides="A sale or a membership counts with its `Don supplémentaire` only; `Remboursé` is a refund; other states "
    "than `Payé` and `Hors Ligne` are excluded. A payment of which part went back, and a campaign type that names "
    "neither a gift nor a sale, are set aside.",
)
_ORDERED = ("Référence commande", "Date de la commande", "Statut de la commande", "Montant tarif")
ORDERS = Format(
    name="helloasso_orders",
    source="helloasso orders",
    table="donations",
    what="HelloAsso, orders (memberships, tickets, shop)",
    signature=_ORDERED,
    recognises=headed(_ORDERED),
    draft=lambda sheet: _orders(sheet, ORDER_HEADERS),
    row_by_row=True,
    decides="Every row is a sale and excluded; a row that names a gift is set aside: the payments export counts it.",
)
_OLD = ("Numéro", "Formule", "Montant adhésion", "Statut", "Moyen de paiement", "Date", "Nom acheteur")
ORDERS_2019 = Format(
    name="helloasso_2019",
    source="helloasso orders",
    table="donations",
    what="HelloAsso, memberships (2019 to 2021)",
    signature=_OLD,
    recognises=headed(_OLD),
    draft=lambda sheet: _orders(sheet, OLD_HEADERS),
    row_by_row=True,
    decides="As the orders export.",
)
