"""Does giving fall in winter: raw, estimated, cross-checked, winter by winter, per person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.models.results import EachWinter, PerPerson, RawChange, WinterDrop
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.numbers.results import drop_number, said


def winter_numbers(findings: Findings) -> Iterable[Number]:
    """Does giving fall in winter: raw, estimated, cross-checked, winter by winter, per person.

    Means have three figures: to the cent they would be one more total of weeks. They are cut there, not rounded, for
    sentences round them once more.
    """
    raw, drop, each, per_person = findings.raw, findings.drop, findings.each, findings.per_person
    window = findings.window
    if isinstance(raw, RawChange):
        weeks: dict[str, Any] = {"window": window, "n": raw.weeks}
        method = "mean winter week / mean other week - 1"
        yield Number(id="raw_change", value=raw.change, unit="share", method=method, text=said(raw), **weeks)
        for name, mean in (("winter_week", raw.winter_mean), ("rest_week", raw.rest_mean)):
            unit = findings.dataset.currency
            yield Number(id=name, value=_cut(mean), unit=unit, method="mean of weeks", **weeks)
    if isinstance(drop, WinterDrop):
        method = "Poisson mean, generalised least squares averaged over a covariance grid"
        yield drop_number("winter_drop", drop, window=window, method=method, n=drop.weeks)
        if isinstance(findings.second, WinterDrop):
            yield drop_number(
                "winter_drop_second", findings.second, window=window, method=method, n=findings.second.weeks, text=None
            )
        if isinstance(raw, RawChange):
            yield _winter_gap(drop, raw.winter_mean, findings.dataset.currency, window)
    if isinstance(each, EachWinter):
        method = "one coefficient per winter, t interval (Ibragimov and Müller 2010)"
        yield drop_number("winter_check", each, window=window, method=method, n=len(each.winters))
        for winter in each.winters:
            yield Number(
                id=f"winter_{winter.label.replace('/', '_')}", value=winter.drop, low=winter.lower, high=winter.upper,
                level=each.level, unit="share", window=winter.label, method="one coefficient per winter", n=1, text={},
            )  # fmt: skip
    if isinstance(per_person, PerPerson):
        method = "winter change of giving less winter change of the headcount, errors in quadrature"
        yield drop_number("winter_drop_per_person", per_person, window=window, method=method, n=per_person.weeks)


def _cut(amount: float) -> float:
    """`amount` without what follows its third figure."""
    step = 10.0 ** max(0, len(str(int(abs(amount)))) - 3)
    return int(amount / step) * step


def _winter_gap(drop: WinterDrop, winter_mean: float, currency: str, window: str) -> Number:
    """What a mean recorded winter week lacked, with the interval of the drop; said only where the drop is clear."""
    low, value, high = (_cut(winter_mean * share / (1 - share)) for share in (drop.lower, drop.drop, drop.upper))
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
