"""Amazon: the buyer's two order files. Each row is one item bought; that the charity received it stands nowhere.

So an order is `ordered` unless its status says delivered, and `purchase` unless a [[files]] block with
`columns = {}` and `defaults = {channel = "wish_list"}` says that donors bought it. Products become items by the
names in [items] of dataset.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from analysis.columns import GOODS
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import Draft, Format
from analysis.records.formats.signs import headed, rows_with, where_unique
from analysis.records.parsing.amounts import currency_signs

REPORT = {
    "received_on": "Order Date", "goods_id": "Order ID", "product": "Title", "quantity": "Quantity",
    "value": "Item Total", "currency": "Currency", "state": "Order Status",
}  # fmt: skip
HISTORY = {
    "received_on": "Order Date", "goods_id": "Order ID", "product": "Product Name", "quantity": "Quantity",
    "value": "Total Owed", "currency": "Currency", "state": "Order Status", "shipment": "Shipment Status",
}  # fmt: skip
DOLLARS = re.compile(r"\b(?:USD|CAD|AUD|NZD)\b")
NOTHING = ("not available", "not applicable")


def _draft(sheet: Sheet, names: Mapping[str, str]) -> Draft:
    rows = len(sheet.lines)
    found = {column: sheet.columns[sheet.place(header) or 0].map(_said) for column, header in names.items()}
    cells = {column: found[column] for column in ("received_on", "product", "quantity")}
    cells["goods_id"] = where_unique(found["goods_id"], found["product"])
    cells["value"] = _priced(found["value"], found["currency"])
    states = [found[column] for column in ("state", "shipment") if column in found]
    delivered = np.any([rows_with(one, lambda value: _has(value, "delivered"), rows=rows) for one in states], axis=0)
    cancelled = np.any([rows_with(one, lambda value: _has(value, "cancel"), rows=rows) for one in states], axis=0)
    cells["status"] = Distinct.choose(
        delivered, Distinct.constant("delivered", rows), Distinct.constant("ordered", rows)
    )
    channel = sheet.rule.defaults.get("channel", "purchase") if sheet.rule else "purchase"
    cells["channel"] = Distinct.constant(channel, rows)
    return Draft(
        table=GOODS,
        cells=cells,
        headers=dict(names),
        excluded=np.where(cancelled, "cancelled", "").astype(object),
        decimal=".",
        dates="mdy" if names is REPORT else None,
    )


def _said(value: Value) -> Value:
    """The cell without the quotes that Amazon adds; blank where it says that there is nothing."""
    text = value.strip().strip("'") if isinstance(value, str) else value
    return "" if isinstance(text, str) and plain(text) in NOTHING else text


def _priced(value: Distinct, currency: Distinct) -> Distinct:
    """Prices with the currency that their own column names, where they show no sign themselves, or only a $."""
    signs = zip(currency_signs(value.distinct), value.distinct, strict=True)
    signed = value.rows_where([bool(sign) and "$" not in text_of(one) or not text_of(one) for sign, one in signs])
    return Distinct.choose(signed, value, Distinct.joined(value, currency).map(_whose_dollar))


def _whose_dollar(price: Value) -> Value:
    """The price without its $ where a dollar's code says whose it is."""
    text = text_of(price)
    return text.replace("$", "") if DOLLARS.search(text) else text


def _has(value: Value, word: str) -> bool:
    return word in plain(text_of(value))


def _format(name: str, what: str, names: Mapping[str, str], signature: tuple[str, ...]) -> Format:
    return Format(
        name=name,
        source="amazon",
        table="goods",
        what=what,
        signature=signature,
        recognises=headed(signature),
        draft=lambda sheet: _draft(sheet, names),
        decides="A row is goods ordered (delivered where its status says so), bought by the account's holder; "
        "cancelled orders are excluded; a product that [items] does not name, or a price in a currency without an "
        "exchange rate, is set aside.",
    )


FORMATS = (
    _format(
        "amazon_items", "Amazon, order history report (items)", REPORT,
        (*REPORT.values(), "ASIN/ISBN", "Purchase Price Per Unit", "Shipment Date"),
    ),
    _format(
        "amazon_history", "Amazon, Retail.OrderHistory", HISTORY,
        (*HISTORY.values(), "ASIN", "Unit Price", "Ship Date"),
    ),
)  # fmt: skip
