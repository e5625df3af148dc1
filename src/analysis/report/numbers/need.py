"""How many people need help: the latest estimate, what it rests on, and the winter change of the counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis.dataset import LANGUAGES
from analysis.models.results import PerPerson
from analysis.panel.sources import PAIR_DAYS, paired_counts
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words

FEWEST_PAIRS = 3
"""With fewer pairs of counts no ratio is given."""


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
    yield from _source_ratios(findings)
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


def _source_ratios(findings: Findings) -> Iterable[Number]:
    """How many counts each other source has, and their middle ratio to the counts that are used, where it is known."""
    own = str(findings.counts["method"].iloc[0])
    for place, other in enumerate(findings.other_counts, start=1):
        method = str(other["method"].iloc[0])
        shared: dict[str, Any] = {"sources": (f"headcounts: {method}", f"headcounts: {own}"), "text": {}}
        pairs = paired_counts(other, findings.counts)["ratio"]
        known = len(pairs) >= FEWEST_PAIRS
        days = int(other["counted_on"].nunique())
        said = {"other_counts": Number(id=f"other_counts_{place}", value=days, unit="headcounts", **shared)}
        if known:
            said["source_pairs"] = Number(id=f"source_pairs_{place}", value=len(pairs), unit="headcounts", **shared)
            middle, low, high = (round(float(ratio), 2) for ratio in (pairs.median(), pairs.min(), pairs.max()))
            method_used = f"median of counts at most {PAIR_DAYS} days apart"
            said["source_ratio"] = Number(
                id=f"source_ratio_{place}", value=middle, low=low, high=high, unit="ratio", n=len(pairs),
                method=method_used, **shared,
            )  # fmt: skip
        last = list(said)[-1]
        said[last] = replace(said[last], text=_compared("source_ratio" if known else "other_counts", said, method, own))
        yield from said.values()


def _compared(key: str, numbers: dict[str, Number], method: str, own: str) -> dict[str, str]:
    """The sentence on another source, in both languages."""
    names = {language: words("counts_by", language) for language in LANGUAGES}
    return {
        language: say(f"text.{key}", language, numbers, other=kinds[method], own=kinds[own])
        for language, kinds in names.items()
    }
