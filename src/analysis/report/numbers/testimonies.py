"""What became of testimonies, and orders of the products that had one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.dataset import LANGUAGES
from analysis.models.rates import Rate
from analysis.models.testimony import TestimonyOrders, TestimonySurvival
from analysis.report.disclosure import FEWEST
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.numbers.results import said
from analysis.report.testimonies import Testimonies

KAPLAN_MEIER = "Kaplan-Meier; band of log(-log) with Greenwood's variance"
SOURCES = ("testimonies",)
MONTH_DAYS = 28


def testimony_numbers(findings: Findings) -> Iterable[Number]:
    """How many were published and removed, how long they stayed, and the comparison of orders."""
    found = findings.testimonies
    if found is None:
        return
    if isinstance(found.survival, TestimonySurvival):
        yield from _published(found.survival, findings.window)
        yield from _stayed(found, found.survival, findings.window)
    if isinstance(found.orders, TestimonyOrders):
        orders = found.orders
        those = sum(one.with_testimony for one in orders.products)
        counts = {"testimony_products": those, "testimony_products_other": len(orders.products) - those}
        for name, value in counts.items():
            yield Number(id=name, value=value, unit="products", window=findings.window, method="count", text={})
        told = found.periods
        window = f"{told['first_day'].min():%Y-%m-%d}/{told['last_day'].max():%Y-%m-%d}" if len(told) else ""
        yield Number(
            id="testimony_orders", value=orders.change, low=orders.lower, high=orders.upper, level=orders.level,
            unit="share", window=window, method="change against other products, permutation interval",
            n=orders.placebos, sources=("testimonies", "goods"), text=said(orders),
        )  # fmt: skip


def _published(survival: TestimonySurvival, window: str) -> Iterable[Number]:
    """Counts of ten or more, and the share published where all others are ten or more too.

    The share is of those decided. Where some, but fewer than ten, await a decision, it is of all that were posted: rows
    read and rows decided would give them back.
    """
    rate, removed, few = survival.published, survival.curve.removed, 0 < survival.pending < FEWEST
    if few:
        rate = Rate.of(rate.kept, rate.counted + survival.pending, level=rate.level)
    if rate.kept >= FEWEST:
        yield Number(id="testimonies", value=rate.kept, unit="testimonies", window=window, method="count", text={})
    if min(rate.kept, rate.counted - rate.kept) >= FEWEST:
        base = "posted" if few else "decided"
        yield Number(id="testimonies_base", value=rate.counted, unit="testimonies", window=window, method=base, text={})
        yield Number(
            id=f"testimonies_published_of_{base}", value=rate.rate, low=rate.lower, high=rate.upper, level=rate.level,
            unit="share", window=window, method=f"published / {base}, Wilson interval", n=rate.counted, sources=SOURCES,
        )  # fmt: skip
    if min(removed, rate.kept - removed) >= FEWEST:
        yield Number(
            id="testimonies_removed", value=removed, unit="testimonies", window=window, method="count", text={}
        )


def _stayed(found: Testimonies, survival: TestimonySurvival, window: str) -> Iterable[Number]:
    """The share online after four weeks, and the day by which half were removed, where each is reached."""
    about: dict[str, Any] = {"level": survival.level, "window": window, "method": KAPLAN_MEIER, "sources": SOURCES}
    for row in found.curve[found.curve["days"] == MONTH_DAYS].to_dict("records") if len(found.curve) else []:
        value, low, high = (round(float(row[name]), 4) for name in ("online", "lower", "upper"))
        yield Number(id="testimony_online", value=value, low=low, high=high, unit="share", **about)
    curve = survival.curve
    if curve.removed >= FEWEST and curve.median is not None:
        text = {language: survival.stayed_summary(language) for language in LANGUAGES}
        reached = curve.median_lower is not None and curve.median_upper is not None
        ends: dict[str, Any] = {"low": curve.median_lower, "high": curve.median_upper} if reached else {}
        yield Number(
            id="testimony_days", value=curve.median, unit="days", n=curve.published, text=text, **ends, **about
        )  # fmt: skip
        if not reached and curve.median_lower is not None:
            yield Number(id="testimony_days_least", value=curve.median_lower, unit="days", text={}, **about)
