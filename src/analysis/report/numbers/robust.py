"""What supports or limits the winter drop: expectation, other choices, placebo windows, splits, goods."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from statistics import median
from typing import Any

from analysis.dataset import LANGUAGES
from analysis.models.results import PerPerson, TooThin, WinterDrop
from analysis.models.winter.expected import Expectation, ExpectedWinter
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say
from analysis.report.numbers.results import drop_number, said, split_numbers


def robust_numbers(findings: Findings) -> Iterable[Number]:
    """What supports or limits the winter drop: expectation, other choices, placebo windows, splits, goods."""
    yield from _this_winter(findings.robustness.this_winter)
    yield from _sensitivity(findings)
    yield from _placebo(findings)
    spread = findings.robustness.spread
    if not isinstance(spread, TooThin):
        method = "Paule and Mandel; interval by Q profile (Viechtbauer 2007)"
        yield Number(
            id="winter_spread", value=math.expm1(spread.spread), low=math.expm1(spread.lower),
            high=math.expm1(spread.upper), level=spread.level,
            unit="share", window=findings.window, method=method, n=len(spread.winters), text=said(spread),
        )  # fmt: skip
    for source, result in findings.robustness.by_source.items():
        if isinstance(result, PerPerson):
            about = {"window": findings.window, "method": "per person in need, by another source", "n": result.weeks}
            yield drop_number(f"winter_drop_per_person_{source}", result, **about, text={})
    yield from split_numbers(findings.robustness.splits, window=findings.window)
    yield from _goods(findings)


def _this_winter(found: ExpectedWinter | TooThin) -> Iterable[Number]:
    if isinstance(found, TooThin):
        return
    shared: dict[str, Any] = {
        "unit": "share", "level": found.level, "n": found.weeks, "method": "forecast from the weeks before",
    }  # fmt: skip
    yield Number(id="winter_expected", window=found.winter, text=said(found), **_against(found.this), **shared)
    yield Number(id="winter_by_chance", window=found.winter, text={}, **_by_chance(found.this), **shared)
    base = {language: found.base_summary(language) for language in LANGUAGES}
    yield Number(
        id="winter_on_year_before", value=found.on_year_before, unit="share", window=found.winter,
        method="mean winter day / mean day of the winter before - 1", text={} if found.year_before else base,
    )  # fmt: skip
    if found.year_before:
        before = found.year_before
        window = f"{before.weeks} weeks before winter {found.winter}"
        yield Number(id="year_before_weeks", value=before.weeks, unit="weeks", window=window, method="count", text={})
        made_from = {**shared, "n": found.weeks - before.weeks}
        yield Number(id="year_before_expected", window=window, text=base, **_against(before), **made_from)
        yield Number(id="year_before_by_chance", window=window, text={}, **_by_chance(before), **made_from)


def _against(one: Expectation) -> dict[str, Any]:
    """A change on expectation, and the ends within which what came could have been foretold."""
    return {"value": one.change, "low": one.observed / one.upper - 1, "high": one.observed / one.lower - 1}


def _by_chance(one: Expectation) -> dict[str, Any]:
    """The ends within which chance alone would have held what came, as changes on expectation."""
    return {"value": 0.0, "low": one.lower / one.expected - 1, "high": one.upper / one.expected - 1}


def _sensitivity(findings: Findings) -> Iterable[Number]:
    found = findings.robustness.sensitivity
    if isinstance(found, TooThin) or isinstance(findings.drop, TooThin):
        return
    yield Number(
        id="sensitivity", value=len(found.agreeing), unit="estimates", window=findings.window, n=len(found.estimated),
        method="the default with one choice made otherwise; clear and of the same sign", text=said(found),
    )  # fmt: skip
    yield Number(id="sensitivity_tried", value=len(found.estimated), unit="estimates", method="count", text={})
    if agreeing := sorted(one.drop or 0.0 for one in found.agreeing):
        yield Number(
            id="sensitivity_agreeing", value=median(agreeing), low=agreeing[0], high=agreeing[-1], unit="share",
            window=findings.window, method="least, middle and largest of those that agree", n=len(agreeing), text={},
        )  # fmt: skip
    for one in found.estimated:
        name = f"sensitivity_{one.key}" + (f"_{one.winter.replace('/', '_')}" if one.winter else "")
        yield Number(
            id=name, value=one.drop or 0.0, low=one.lower, high=one.upper, level=found.level, unit="share",
            window=findings.window, method="the default with this choice made otherwise", text={},
        )  # fmt: skip


def _placebo(findings: Findings) -> Iterable[Number]:
    found = findings.robustness.placebo
    if isinstance(found, TooThin):
        return
    method = "the same estimator with three other months in winter's place"
    yield Number(
        id="placebo_rank", value=found.rank, unit="rank", window=findings.window, n=len(found.others) + 1,
        method=method, text=said(found),
    )  # fmt: skip
    apart = [one for one in found.others if one.overlap == 0]
    counts = {"placebo_apart": len(apart), "placebo_apart_clear": sum(one.clear for one in apart)}
    for name, value in counts.items():
        yield Number(id=name, value=value, unit="windows", method="three months without a winter day", text={})
    for one in found.others:
        yield Number(
            id=f"placebo_{one.first_month:02d}", value=one.drop or 0.0, low=one.lower, high=one.upper,
            level=found.level, unit="share", window=one.label("en"), method=method, text={},
        )  # fmt: skip


def _goods(findings: Findings) -> Iterable[Number]:
    goods = findings.robustness.goods
    if isinstance(goods, WinterDrop):
        about = {
            "window": findings.window,
            "method": "as winter_drop, on the value of goods delivered",
            "n": goods.weeks,
        }
        yield drop_number("goods_drop", goods, **about)
    for item, drop in findings.robustness.items.items():
        about = {"window": findings.window, "method": "as winter_drop, on units delivered", "n": drop.weeks}
        yield drop_number(f"goods_drop_{item}", drop, **about, text={})
    if findings.robustness.items:
        clear = sum(drop.clear for drop in findings.robustness.items.values())
        tried = Number(id="items_tried", value=len(findings.robustness.items), unit="items", method="count", text={})
        bare = Number(id="items_clear", value=clear, unit="items", method="count", window=findings.window)
        both, key = (
            {bare.id: bare, tried.id: tried},
            f"text.items_{'some' if clear else 'none'}{'_one' if tried.value == 1 else ''}",
        )
        yield tried
        yield replace(bare, text={language: say(key, language, both) for language in LANGUAGES})
