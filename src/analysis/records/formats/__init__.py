"""The kinds of file that are recognised by their header, one module per family; `FORMATS` lists them."""

from __future__ import annotations

from analysis.records.cells import Format
from analysis.records.formats import canonical, helloasso, paypal

FORMATS: tuple[Format, ...] = (helloasso.PAYMENTS, paypal.FRENCH, paypal.ENGLISH, *canonical.SHEETS)
