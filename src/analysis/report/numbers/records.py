"""What came in: the period, the money, the gifts, what became of every row, and silences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.records.ledger.accounts import OUTCOMES
from analysis.report.disclosure import FEWEST
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.numbers.naming import source_names

SILENT_WEEKS, USUAL_GIFTS = 3, 5
"""So many weeks without a gift, where a usual week has so many gifts, are told as a gap in the records."""


def record_numbers(findings: Findings) -> Iterable[Number]:
    """What came in and what became of every row; the longest silence."""
    yield from _records(findings)
    yield from _gap(findings)


def _records(findings: Findings) -> Iterable[Number]:
    """What came in: the period, the money, the gifts, and what became of every row."""
    ledger = findings.tables.ledger
    gifts = findings.gifts
    shared: dict[str, Any] = {
        "window": findings.window,
        "method": "ledger",
        "sources": tuple(source_names(ledger).values()),
    }
    yield Number(id="period", value=str(findings.first_day), unit="date", **shared)
    yield Number(id="first_day", value=str(findings.first_day), unit="date", **shared)
    yield Number(id="last_day", value=str(findings.last_day), unit="date", **shared)
    received = int((gifts["status"] == "received").sum())
    total = round(float(gifts["amount"].sum()), 2)
    yield Number(id="total_amount", value=total, unit=findings.dataset.currency, n=received, **shared)
    yield Number(id="donations", value=received, unit="donations", **shared)
    outside = len(findings.tables.donations) - len(gifts)
    if outside >= FEWEST:
        yield Number(id="donations_outside", value=outside, unit="donations", **shared)
    if gifts["donor"].notna().any() and findings.donors.total_safe:
        named = int(gifts.loc[gifts["status"] == "received", "donor"].count())
        told = named if received - named == 0 or received - named >= FEWEST else None
        givers = int(gifts.loc[gifts["status"] == "received", "donor"].nunique())
        yield Number(id="donors", value=givers, unit="donors", n=told, **shared)
    yield Number(id="files_read", value=len(ledger["files"]), unit="files", **shared, text={})
    for outcome in OUTCOMES:
        yield Number(id=f"rows_{outcome}", value=int(ledger["totals"]["rows"][outcome]), unit="rows", **shared)


def _gap(findings: Findings) -> Iterable[Number]:
    """The longest run of weeks without any gift, where so long a silence is not chance."""
    weeks = findings.weekly[findings.weekly["complete"]].reset_index(drop=True)
    silent = weeks["donations"] == 0
    runs = weeks[silent].groupby((~silent).cumsum()[silent])["week"]
    if silent.any() and weeks["donations"].median() >= USUAL_GIFTS and runs.size().max() >= SILENT_WEEKS:
        longest = runs.get_group(runs.size().idxmax())
        ends = {"gap_from": longest.iloc[0], "gap_until": longest.iloc[-1] + pd.Timedelta(days=6)}
        for name, day in ends.items():
            yield Number(id=name, value=str(day.date()), unit="date", window=findings.window, method="weekly panel")
