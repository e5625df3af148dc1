"""How giving is spread over the year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from analysis.charts.giving import mean_profile, telling_months
from analysis.dataset import LANGUAGES
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say


def season_numbers(findings: Findings) -> Iterable[Number]:
    """The strongest and the weakest month where most years agree on them, and how many years were recorded."""
    means, months = mean_profile(findings.profile), telling_months(findings.profile)
    if months is not None:
        for name, month in zip(("peak_amount", "low_amount"), months, strict=True):
            amount = round(float(means[month]), 2)
            method = "mean of whole giving years"
            yield Number(id=name, value=amount, unit=findings.dataset.currency, window=findings.window, method=method)
    if len(means) and means[12] > 0:
        method = "mean January week / mean December week - 1, whole giving years"
        change = float(means[1] / means[12] - 1)
        bare = Number(id="december_january", value=change, unit="share", window=findings.window, method=method)
        key = f"text.december_january_{'fall' if change < 0 else 'rise'}"
        yield replace(bare, text={language: say(key, language, {bare.id: bare}) for language in LANGUAGES})
    years = int(findings.profile["giving_year"].nunique())
    yield Number(id="giving_years", value=years, unit="giving years", window=findings.window, method="count")
