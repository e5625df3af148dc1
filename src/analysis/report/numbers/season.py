"""How giving is spread over the year."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.charts.giving import mean_profile, telling_months
from analysis.report.findings import Findings
from analysis.report.narrative import Number


def season_numbers(findings: Findings) -> Iterable[Number]:
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
