"""Every figure that the report prints, once: findings in, numbers out.

Prose, captions, titles and alt text draw on these and on nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.charts.giving import mean_profile, telling_months
from analysis.dataset import LANGUAGES
from analysis.models.results import EachWinter, PerPerson, RawChange, WinterDrop
from analysis.records.ledger.accounts import OUTCOMES
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.seasons import Window
from analysis.wording import day_and_month, month_name, typeset

SILENT_WEEKS, USUAL_GIFTS = 3, 5
"""So many weeks without a gift, where a usual week has so many gifts, are told as a gap in the records."""

PANDEMIC = (dt.date(2020, 3, 17), dt.date(2020, 12, 31))
"""From the first lockdown in France to the end of that year."""

FRANCE_GENEROSITES = "France générosités, quoted by BFM TV, 23 June 2020 (bfmtv.com AN-202006230011)"
BAROMETER_2020 = "France générosités, baromètre de la générosité 2020"
CAF_2016 = "Charities Aid Foundation, quoted by Civil Society, 11 April 2017"


def make_numbers(findings: Findings) -> dict[str, Number]:
    """The numbers of a report by id, in the order of its sections, each with its sentence in both languages."""
    parts = (_records, _gap, _need, _winter, _season, _context)
    bare = {number.id: number for part in parts for number in part(findings)}
    names = {language: names_in(findings, language) for language in LANGUAGES}
    return {number.id: _with_text(number, bare, names) for number in bare.values()}


def names_in(findings: Findings, language: str) -> dict[str, str]:
    """The words that sentences take beside figures: the charity's name, months, the counting method."""
    strongest, weakest = telling_months(findings.profile) or (None, None)
    methods = findings.counts["method"].tolist()
    return {
        "name": findings.dataset.name,
        "second_window": window_in_days(findings.dataset.second_window, language),
        "peak_month": month_name(strongest, language) if strongest else "",
        "low_month": month_name(weakest, language) if weakest else "",
        "method_name": words("methods", language)[methods[0]] if methods else "",
    }


def window_in_days(window: Window, language: str) -> str:
    """A window in words: "1er décembre au 28 février", "1 December to 28 February"."""
    joint = "au" if language == "fr" else "to"
    return f"{day_and_month(*window.first, language)} {joint} {day_and_month(*window.last, language)}"


def source_names(ledger: dict[str, Any]) -> dict[str, str]:
    """A name for each file that may leave the house ("paypal 2"), by its own name, which may not."""
    seen: Counter[str] = Counter()
    names = {}
    for file in ledger["files"]:
        known = file["format"] not in ("mapped", "canonical")
        kind = file["format"].partition("_")[0] if known else file["table"]
        seen[kind] += 1
        names[file["file"]] = f"{kind} {seen[kind]}"
    return names


def _with_text(number: Number, numbers: dict[str, Number], names: dict[str, dict[str, str]]) -> Number:
    """`number` with its sentences: its own, else the catalog's (by direction where it has several), else none."""
    if number.text is not None:
        return replace(number, text={code: typeset(text, code) for code, text in number.text.items()})
    known = words("text", "en")
    by_count = [f"{number.id}_one"] if number.value == 1 else []
    keys = [key for key in (*by_count, number.id, f"{number.id}_{number.direction}") if key in known]
    if not keys or (number.unit == "rows" and not number.value):
        return replace(number, text={})
    return replace(number, text={code: say(f"text.{keys[0]}", code, numbers, **names[code]) for code in LANGUAGES})


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
    total = round(float(gifts["amount"].sum()), 2)
    yield Number(id="total_amount", value=total, unit=findings.dataset.currency, n=len(gifts), **shared)
    received = int((gifts["status"] == "received").sum())
    yield Number(id="donations", value=received, unit="donations", **shared)
    outside = len(findings.tables.donations) - len(gifts)
    if outside:
        yield Number(id="donations_outside", value=outside, unit="donations", **shared)
    if gifts["donor"].notna().any():
        named = int(gifts["donor"].count())
        yield Number(id="donors", value=int(gifts["donor"].nunique()), unit="donors", n=named, **shared)
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


def _need(findings: Findings) -> Iterable[Number]:
    """How many people need help: the latest estimate, what it rests on, and the winter change of the counts."""
    if findings.need is None:
        return
    counts = findings.counts
    method = str(counts["method"].iloc[0])
    sources = (f"headcounts: {method}",)
    yield Number(
        id="headcounts", value=int(counts["counted_on"].nunique()), unit="headcounts", method=method, sources=sources
    )
    known = findings.need.dropna(subset=["people", "people_low", "people_high"])
    if len(known):
        latest = known.iloc[-1]
        yield Number(
            id="people_latest",
            value=int(latest["people"]),
            low=int(latest["people_low"]),
            high=int(latest["people_high"]),
            level=findings.dataset.level,
            unit="people",
            window=f"{latest['month']:%Y-%m}",
            method="random walk with a winter effect between counts; rounded to 50",
            n=len(counts),
            sources=sources,
        )
    people = findings.per_person
    if isinstance(people, PerPerson):
        yield Number(
            id="headcount_winter_change",
            value=people.headcount_change,
            low=people.headcount_lower,
            high=people.headcount_upper,
            level=people.level,
            unit="share",
            window=findings.window,
            method="generalised least squares on log counts",
            n=people.counts,
            sources=sources,
        )


def _winter(findings: Findings) -> Iterable[Number]:
    """Does giving fall in winter: raw, estimated, cross-checked, winter by winter, per person."""
    raw, drop, each, per_person = findings.raw, findings.drop, findings.each, findings.per_person
    window = findings.window
    if isinstance(raw, RawChange):
        weeks: dict[str, Any] = {"window": window, "n": raw.weeks}
        method = "mean winter week / mean other week - 1"
        yield Number(id="raw_change", value=raw.change, unit="share", method=method, text=_said(raw), **weeks)
        for name, mean in (("winter_week", raw.winter_mean), ("rest_week", raw.rest_mean)):
            unit = findings.dataset.currency
            yield Number(id=name, value=round(mean, 2), unit=unit, method="mean of weeks", **weeks)
    if isinstance(drop, WinterDrop):
        method = "Poisson mean, generalised least squares averaged over a covariance grid"
        yield _drop("winter_drop", drop, window=window, method=method, n=drop.weeks)
        if isinstance(findings.second, WinterDrop):
            yield replace(
                _drop("winter_drop_second", findings.second, window=window, method=method, n=drop.weeks), text=None
            )
        if isinstance(raw, RawChange):
            yield _winter_gap(drop, raw.winter_mean, findings.dataset.currency, window)
    if isinstance(each, EachWinter):
        method = "one coefficient per winter, t interval (Ibragimov and Müller 2010)"
        yield _drop("winter_check", each, window=window, method=method, n=len(each.winters))
        for winter in each.winters:
            yield Number(
                id=f"winter_{winter.label.replace('/', '_')}",
                value=winter.drop,
                low=winter.lower,
                high=winter.upper,
                level=each.level,
                unit="share",
                window=winter.label,
                method="one coefficient per winter",
                n=1,
                text={},
            )
    if isinstance(per_person, PerPerson):
        method = "winter change of giving less winter change of the headcount, errors in quadrature"
        yield _drop("winter_drop_per_person", per_person, window=window, method=method, n=per_person.weeks)


def _drop(number_id: str, result: WinterDrop | EachWinter | PerPerson, *, window: str, method: str, n: int) -> Number:
    return Number(
        id=number_id,
        value=result.drop,
        low=result.lower,
        high=result.upper,
        level=result.level,
        unit="share",
        window=window,
        method=method,
        n=n,
        text=_said(result),
    )


def _winter_gap(drop: WinterDrop, winter_mean: float, currency: str, window: str) -> Number:
    """What a mean recorded winter week lacked, with the interval of the drop; said only where the drop is clear."""
    low, value, high = (round(winter_mean * share / (1 - share), 2) for share in (drop.lower, drop.drop, drop.upper))
    return Number(
        id="winter_gap",
        value=value,
        low=low,
        high=high,
        level=drop.level,
        unit=currency,
        window=window,
        method="mean winter week x drop / (1 - drop)",
        n=drop.weeks,
        text=None if drop.clear and drop.drop > 0 else {},
    )


def _season(findings: Findings) -> Iterable[Number]:
    """The strongest and the weakest month where most years agree on them, and how many years were recorded."""
    months = telling_months(findings.profile)
    if months is not None:
        means = mean_profile(findings.profile)
        for name, month in zip(("peak_amount", "low_amount"), months, strict=True):
            amount = round(float(means[month]), 2)
            method = "mean of whole giving years"
            yield Number(id=name, value=amount, unit=findings.dataset.currency, window=findings.window, method=method)
    years = int(findings.profile["giving_year"].nunique())
    yield Number(id="giving_years", value=years, unit="giving years", window=findings.window, method="count")


def _context(findings: Findings) -> Iterable[Number]:
    """Published figures, each with its source, for the datasets that they speak of."""
    yield from _boats(findings)
    france = findings.dataset.currency == "EUR" and findings.dataset.timezone == "Europe/Paris"
    if france:
        yield _published("sector_december", 0.225, "2019", FRANCE_GENEROSITES)
        derived = "derived, rounded: fourth quarter 40.3 %, December 22.5 %, the other nine months alike"
        yield replace(_published("sector_january_fall", 0.7, "2019", FRANCE_GENEROSITES), method=derived)
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


def _said(result: RawChange | WinterDrop | EachWinter | PerPerson) -> dict[str, str]:
    return {language: result.summary(language) for language in LANGUAGES}
