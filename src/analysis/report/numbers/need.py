"""How many people need help: the latest estimate, what it rests on, and the winter change of the counts."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.models.results import PerPerson
from analysis.report.findings import Findings
from analysis.report.narrative import Number


def need_numbers(findings: Findings) -> Iterable[Number]:
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
