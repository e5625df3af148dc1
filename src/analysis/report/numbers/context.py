"""Published figures, each with its source, for the datasets that they speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis.report.findings import Findings
from analysis.report.narrative import Number

PANDEMIC = (dt.date(2020, 3, 17), dt.date(2020, 12, 31))
"""From the first lockdown in France to the end of that year."""

FRANCE_GENEROSITES = "France générosités, quoted by BFM TV, 23 June 2020 (bfmtv.com AN-202006230011)"
BAROMETER_2020 = "France générosités, baromètre de la générosité 2020"
SECTOR_DECEMBER, SECTOR_JANUARY_FALL = 0.225, 0.7
"""Of a French year's giving, December's share (2019); and how much lower January is, derived from it and rounded."""
CAF_2016 = "Charities Aid Foundation, quoted by Civil Society, 11 April 2017"


def context_numbers(findings: Findings) -> Iterable[Number]:
    """Published figures, each with its source, for the datasets that they speak of."""
    yield from _boats(findings)
    yield from _published_ratio(findings)
    france = findings.dataset.currency == "EUR" and findings.dataset.timezone == "Europe/Paris"
    if france:
        yield _published("sector_december", SECTOR_DECEMBER, "2019", FRANCE_GENEROSITES)
        derived = "derived, rounded: fourth quarter 40.3 %, December 22.5 %, the other nine months alike"
        yield replace(
            _published("sector_january_fall", SECTOR_JANUARY_FALL, "2019", FRANCE_GENEROSITES), method=derived
        )
    if findings.dataset.currency == "GBP":
        yield _published("sector_uk_december", 0.38, "2016", CAF_2016)
        yield _published("sector_uk_month", 0.33, "2016", CAF_2016)
    if findings.first_day <= PANDEMIC[1] and findings.last_day >= PANDEMIC[0]:
        yield Number(id="pandemic_year", value=PANDEMIC[0].year, unit="year", method="calendar")
        if france and findings.last_day > PANDEMIC[1]:
            yield _published("sector_2020", 0.137, str(PANDEMIC[0].year), BAROMETER_2020)


def _published(number_id: str, share: float, year: str, source: str) -> Number:
    return Number(id=number_id, value=share, unit="share", window=year, method="published", sources=(source,))


def _boats(findings: Findings) -> Iterable[Number]:
    """Small-boat arrivals of the last whole calendar year of the records, where published figures cover it."""
    if findings.context is None:
        return
    whole = (findings.last_day.month, findings.last_day.day) == (12, 31)
    year = findings.last_day.year - (not whole)
    boats = findings.context.boats
    months = boats[boats["month"].str.startswith(f"{year}-")]
    if len(months) == 12 and findings.first_day.year <= year:
        people = int(months["people"].sum())
        source = str(months["source"].iloc[0])
        yield Number(id="boats", value=people, unit="people", window=str(year), method="published", sources=(source,))


def _published_ratio(findings: Findings) -> Iterable[Number]:
    """Official counts against associations' for one time and place, over the published pairs."""
    if findings.context is None or findings.need is None:
        return
    paired = findings.context.headcounts.dropna(subset=["pair", "people"])
    official = paired[paired["method"] == "official"].set_index("pair")["people"]
    ratios = (official / paired[paired["method"] != "official"].set_index("pair")["people"]).dropna()
    if len(ratios):
        shared: dict[str, Any] = {"method": "published pairs", "sources": ("data/raw/reference/headcounts.csv",)}
        yield Number(id="published_pairs", value=len(ratios), unit="headcounts", **shared)
        median, low, high = (round(float(x), 2) for x in (ratios.median(), ratios.min(), ratios.max()))
        yield Number(id="published_ratio", value=median, low=low, high=high, unit="ratio", n=len(ratios), **shared)
