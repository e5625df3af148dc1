"""Who gives and who comes back: donors by year, retention, what was gained and lost, cohorts, concentration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.models.winter.split import WinterSplit
from analysis.report.donor_disclosure import COUNTS
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.numbers.results import split_numbers

DEFINED = {
    "fep": "by giving years, July to June (Fundraising Effectiveness Project)",
    "twelve_fifteen": "by months between gifts: retained up to 15 months (12/15-month rule)",
}
BARE: dict[str, Any] = {"text": {}}
WILSON = "share of donors with its Wilson interval"


def donor_numbers(findings: Findings) -> Iterable[Number]:
    """Donors of each year, those of the last whole year again by name, then rates, money, shares and winter."""
    method = DEFINED[findings.dataset.donor_definition]
    yield from _nameless(findings)
    yield from _years(findings, method)
    yield from _last_year(findings, method)
    yield from _money(findings)
    yield from _cohorts(findings)
    for place, row in enumerate(findings.donors.parts.to_dict("records")):
        about = {"window": findings.window, "method": f"{WILSON}, in whole percent"}
        yield _rate(f"donor_retention_{row['part']}_{place}", row, findings, **about, **BARE)
    yield from _concentration(findings)
    made = {name: split for name, split in findings.donors.splits.items() if isinstance(split, WinterSplit)}
    yield from split_numbers(made, window=findings.window)


def year_key(label: str) -> str:
    """A giving year as ids write it: "2019/20" is "2019_20"."""
    return label.replace("/", "_")


def _nameless(findings: Findings) -> Iterable[Number]:
    share = findings.donors.nameless
    if share:
        method = "money of gifts that name no donor / all money"
        yield Number(id="donors_nameless", value=share, unit="share", window=findings.window, method=method)


def _years(findings: Findings, method: str) -> Iterable[Number]:
    for row in findings.donors.years.to_dict("records"):
        for name in COUNTS:
            if pd.notna(row[name]):
                own = f"{name}_{year_key(row['giving_year'])}"
                yield Number(
                    id=own if name == "donors" else f"donors_{own}", value=int(row[name]), unit="donors",
                    window=row["giving_year"], method=method, **BARE,
                )  # fmt: skip


def _last_year(findings: Findings, method: str) -> Iterable[Number]:
    """The last year with a retention rate: who gave, who came back, who did not."""
    year = findings.donors.last
    if year is None:
        return
    kept = {name: int(year[name]) for name in COUNTS if pd.notna(year[name])}
    counted = kept["retained"] + kept["lapsed"] if "lapsed" in kept else None
    yield _rate(
        "donor_retention", year, findings, window=year["giving_year"], n=counted,
        method=f"retained / (retained + lapsed), Wilson interval; {method}",
    )  # fmt: skip
    shared: dict[str, Any] = {"unit": "donors", "window": year["giving_year"], **BARE}
    if counted is not None:
        yield Number(id="year_before", value=counted, method="retained + lapsed", **shared)
    for name, value in kept.items():
        yield Number(id=f"year_{name}", value=value, method=method, **shared)


def _money(findings: Findings) -> Iterable[Number]:
    told = findings.donors.money.dropna(subset=["gains"]) if len(findings.donors.money) else findings.donors.money
    if told.empty:
        return
    row = told.iloc[-1]
    method = "against the giving year before, to the cent"
    shared: dict[str, Any] = {"window": str(row["giving_year"]), "method": method}
    for name in (column for column in told.columns if column not in ("giving_year", "hidden")):
        if pd.notna(row[name]):
            value = round(float(row[name]), 2)
            yield Number(id=f"donor_{name}", value=value, unit=findings.dataset.currency, **shared, **BARE)
    share = float(row["losses"] / row["gains"])
    yield Number(id="lost_of_gained", value=share, unit="share", **{**shared, "method": "losses / gains"}, **BARE)


def _cohorts(findings: Findings) -> Iterable[Number]:
    rate = findings.donors.newcomers
    if rate is not None:
        yield Number(
            id="cohort_return", value=rate.rate, low=rate.lower, high=rate.upper, level=rate.level, unit="share",
            window=", ".join(findings.donors.newcomer_years),
            method=f"{WILSON}, whole years together, in whole percent",
        )  # fmt: skip
    for row in findings.donors.cohorts.to_dict("records"):
        if pd.notna(row["share"]):
            yield Number(
                id=f"cohort_{year_key(row['cohort'])}_{row['after']}", value=row["share"], unit="share",
                window=row["giving_year"], method="share of a cohort that gave, in whole percent", **BARE,
            )  # fmt: skip


def _concentration(findings: Findings) -> Iterable[Number]:
    table = findings.donors.concentration
    told = table[table["complete"]] if len(table) else table
    if told.empty:
        return
    row = told.iloc[-1]
    for name in ("one_percent_share", "ten_percent_share", "regular_share"):
        if pd.notna(row[name]):
            method = "share of donors' money in the giving year"
            yield Number(
                id=f"donor_{name}", value=float(row[name]), unit="share", window=str(row["giving_year"]), method=method
            )  # fmt: skip


def _rate(number_id: str, row: Any, findings: Findings, **about: Any) -> Number:
    return Number(
        id=number_id, value=float(row["retention"]), low=float(row["retention_low"]), high=float(row["retention_high"]),
        level=findings.dataset.level, unit="share", **about,
    )  # fmt: skip
