"""What the appeals brought, what it cost, and how often as much came by chance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis.dataset import LANGUAGES
from analysis.models.appeal.cost import AppealCost
from analysis.models.appeal.results import MONEY, AppealUplift
from analysis.report.appeal import ToldAppeal
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.numbers.naming import items_name

METHOD = (
    "received - foretold by every other week (generalised least squares averaged over a covariance grid); "
    "interval learnt from periods without an appeal"
)
POWER = 0.0925
"""Share of simulated appeals that show clearly: benchmarks/appeal.json, scenario "effect", the default method."""

UNITS = {"donations": "donations", "new_donors": "donors", "wish_list_orders": "orders"}
SOURCES = {"amount": "donations", "donations": "donations", "new_donors": "donations"}
BARE: dict[str, Any] = {"text": {}}


def appeal_numbers(findings: Findings) -> Iterable[Number]:
    """The example's outcomes, its placebo windows and cost, then what the other appeals brought in money."""
    told, example = findings.appeals, findings.appeals.example
    if example is None:
        return
    yield _date("appeal_launched", example.launched_on.date(), "day of the launch")
    for outcome, found in told.estimates.items():
        yield from _outcome(outcome, found, findings)
    if told.estimates:
        counts = {"appeal_clear": len(clearly_above(told.estimates.values())), "appeal_tried": len(told.estimates)}
        for name, value in counts.items():
            yield Number(id=name, value=value, unit="outcomes", method="count", **BARE)
    if isinstance(example.money, AppealUplift):
        yield from _example(example, example.money, findings)
    for one in told.earlier:
        yield _date(f"appeal_launched_{day_id(one)}", one.launched_on.date(), "day of the launch")
        if isinstance(one.money, AppealUplift):
            yield _share(f"appeal_on_{day_id(one)}", one.money, "amount", BARE["text"])


def clearly_above(found: Iterable[AppealUplift]) -> list[AppealUplift]:
    """Those that are above expectation and whose interval, as printed, leaves zero out."""
    return [one for one in found if one.clear and one.share > 0]


def day_id(appeal: ToldAppeal) -> str:
    """The part of an id that tells an appeal from others: the day of its launch."""
    return f"{appeal.launched_on:%Y_%m_%d}"


def _example(example: ToldAppeal, money: AppealUplift, findings: Findings) -> Iterable[Number]:
    window = _window(money)
    yield Number(id="appeal_weeks", value=money.weeks, unit="weeks", window=window, method="whole weeks", **BARE)
    if money.soft_weeks and example.soft_launch_on is not None:
        yield _date("appeal_soft_launched", example.soft_launch_on.date(), "first day anything was public")
        method = "whole weeks from the soft launch to the launch"
        yield Number(id="appeal_soft_weeks", value=money.soft_weeks, unit="weeks", method=method, **BARE)
    method = "periods as long, one every fourth week, that touch no appeal"
    yield Number(id="appeal_placebos", value=money.placebos, unit="periods", method=method, **BARE)
    yield Number(
        id="appeal_by_chance", value=money.by_chance, unit="periods", window=window, n=money.placebos,
        method="periods without an appeal that came as far above what was foretold, in the errors of each",
        sources=("donations",), text={language: money.chance_summary(language) for language in LANGUAGES},
    )  # fmt: skip
    method = "1 / share of simulated appeals that show clearly (doubling, half gone every ten days)"
    yield Number(
        id="appeal_seen_once_in", value=round(1 / POWER), unit="times", method=method,
        sources=("benchmarks/appeal.json",), **BARE,
    )  # fmt: skip
    if isinstance(example.cost, AppealCost):
        yield from _cost(example.cost, window, findings.dataset.currency)


def _cost(cost: AppealCost, window: str, currency: str) -> Iterable[Number]:
    about: dict[str, Any] = {"level": cost.level, "window": window, "sources": ("appeals", "donations")}
    said = {language: cost.summary(language, currency=currency) for language in LANGUAGES}
    yield Number(
        id="appeal_cost", value=cost.per_unit, low=cost.lower, high=cost.upper, unit="share",
        method="cost / what came above expectation", text=said, **about,
    )  # fmt: skip
    if cost.brought is not None:
        value, low, high = (round(end, 1 if end < 10 else 0) for end in cost.brought)
        yield Number(
            id="appeal_brought", value=value, low=low, high=high, unit="ratio",
            method="what came above expectation / cost", **about, **BARE,
        )  # fmt: skip


def _outcome(outcome: str, found: AppealUplift, findings: Findings) -> Iterable[Number]:
    """The share of what was expected, with its sentence, and the uplift itself."""
    currency = findings.dataset.currency
    said = {
        language: _in_words(outcome, found, findings, language).summary(language, currency=currency)
        for language in LANGUAGES
    }
    yield _share(f"appeal_{outcome}", found, outcome, said)
    unit = currency if outcome in MONEY else UNITS.get(outcome, "units")
    told = (found.uplift, found.lower, found.upper) if outcome in MONEY else found.amounts
    value, low, high = (round(one, 2) for one in told)
    yield Number(
        id=f"appeal_{outcome}_uplift", value=value, low=low, high=high, level=found.level, unit=unit,
        window=_window(found), method=METHOD, n=found.placebos, sources=_sources(outcome), **BARE,
    )  # fmt: skip


def _in_words(outcome: str, found: AppealUplift, findings: Findings, language: str) -> AppealUplift:
    """The result with its item called as people call it."""
    if outcome not in findings.appeals.items:
        return found
    return replace(found, outcome=items_name(findings.dataset, outcome, language))


def _share(number_id: str, found: AppealUplift, outcome: str, text: dict[str, str]) -> Number:
    value, low, high = told_shares(found, outcome)
    return Number(
        id=number_id, value=value, low=low, high=high, level=found.level, unit="share", window=_window(found),
        method=f"({METHOD}) / foretold", n=found.placebos, sources=_sources(outcome), text=text,
    )  # fmt: skip


def told_shares(found: AppealUplift, outcome: str) -> tuple[float, float, float]:
    """The share of what was expected and its ends, in whole percent where people or goods are counted."""
    low, high = found.share_interval
    if outcome in MONEY:
        return found.share, low, high
    return round(found.share, 2), round(low, 2), round(high, 2)


def _sources(outcome: str) -> tuple[str, ...]:
    return (SOURCES.get(outcome, "goods"), "appeals")


def _date(number_id: str, day: dt.date, method: str) -> Number:
    return Number(id=number_id, value=str(day), unit="date", method=method, sources=("appeals",), **BARE)


def _window(found: AppealUplift) -> str:
    last = found.path[-1].week.date() + dt.timedelta(days=6)
    return f"{found.path[0].week.date()}/{last}"
