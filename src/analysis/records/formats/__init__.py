"""The kinds of file that are recognised by their header, one module per family; `FORMATS` lists them."""

from __future__ import annotations

from analysis.records.drafts import Format
from analysis.records.formats import amazon, banks, canonical, civicrm, helloasso, hxl, kobo, paypal, stripe

FORMATS: tuple[Format, ...] = (
    helloasso.PAYMENTS,
    helloasso.ORDERS,
    helloasso.ORDERS_2019,
    *paypal.FORMATS,
    *stripe.FORMATS,
    *banks.FORMATS,
    civicrm.CONTRIBUTIONS,
    *amazon.FORMATS,
    *canonical.SHEETS,
    *kobo.FORMATS,
    hxl.TAGGED,
)
"""In the order in which a header is held against them; the first that recognises it reads the file."""
