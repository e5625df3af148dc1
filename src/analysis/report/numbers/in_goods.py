"""What the winter drop means in money a winter, in goods and per person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.models.in_goods import Amount
from analysis.report.findings import Findings
from analysis.report.narrative import Number

ITEMS_SAID = 3
"""Items that sentences name: the first of dataset.toml that have a price."""


def in_goods_numbers(findings: Findings) -> Iterable[Number]:
    """A winter's missing money, its price in goods, alone and in the usual mix, and a month's per person."""
    found = findings.aid.in_goods
    if found is None:
        return
    about: dict[str, Any] = {"level": found.level, "window": findings.window, "text": {}}
    currency = findings.dataset.currency
    yield Number(
        id="missing", unit=currency, method="mean winter week x weeks x drop / (1 - drop)",
        **_ends(found.money, places=2), **about,
    )  # fmt: skip
    yield Number(id="winter_weeks", value=round(found.weeks, 1), unit="weeks", method="days of the window / 7", text={})
    for item, price in found.prices.items():
        method = "value / units of the goods of the last 12 months, or as dataset.toml says"
        yield Number(id=f"price_{item}", value=round(price, 2), unit=currency, method=method, text={})
    for item, units in found.alone.items():
        method = "missing / price"
        yield Number(id=f"in_{item}", unit="units", method=method, **_ends(units), **about)
    for item, units in found.mixed.items():
        method = "missing x share of the item in the value of goods / price"
        yield Number(id=f"mixed_{item}", unit="units", method=method, **_ends(units), **about)
    if found.per_person is not None:
        method = "mean winter month per person x drop per person / (1 - drop)"
        yield Number(
            id="missing_per_person", unit=currency, method=method, **_ends(found.per_person, places=2), **about
        )


def _ends(amount: Amount, *, places: int = 0) -> dict[str, Any]:
    value, low, high = (round(one, places) for one in (amount.value, amount.lower, amount.upper))
    return {"value": value, "low": low, "high": high}
