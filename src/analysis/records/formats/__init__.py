"""The kinds of file that are recognised by their header, one module per family; `FORMATS` lists them."""

from __future__ import annotations

from analysis.records.cells import Format
from analysis.records.formats import banks, canonical, helloasso, paypal, stripe

FORMATS: tuple[Format, ...] = (
    helloasso.PAYMENTS,
    helloasso.ORDERS,
    helloasso.ORDERS_2019,
    *paypal.FORMATS,
    *stripe.FORMATS,
    *banks.FORMATS,
    *canonical.SHEETS,
)
