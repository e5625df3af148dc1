"""Whose counts of people in need are used, which others there are, and how far apart they lie.

A source is one method with one scope. Official and associations' figures for one day differ by a median ratio of 0.74
on this coast, and one census gave 7,037 or 5,307 people by who is included, so counts of different sources are never
averaged or added: one is used, the others are shown beside it.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from analysis.dataset import SETTINGS_FILE, HeadcountSource
from analysis.faults import DataError, Fault

METHOD_ORDER = ("census", "estimate", "meals", "official")
PAIR_DAYS = 31
"""Counts of two sources are compared when they lie at most so many days apart."""


def one_source(headcounts: pd.DataFrame, *, wanted: HeadcountSource | None = None) -> pd.DataFrame:
    """The counts of the source that `wanted` names, else of the one with most counts.

    At a tie, census goes before estimate before meals before official. Raises DataError when nobody counted as
    `wanted` says.
    """
    if headcounts.empty:
        return headcounts
    kinds = _kinds(headcounts)
    fitting = [kind for kind in kinds if wanted is None or _fits(kind, wanted)]
    if wanted is not None and not fitting:
        raise _nobody(kinds)
    sizes = Counter(fitting)
    chosen = max(sizes, key=lambda kind: (sizes[kind], -METHOD_ORDER.index(kind[0]), kind[1]))
    return headcounts[[kind == chosen for kind in kinds]].reset_index(drop=True)


def other_sources(headcounts: pd.DataFrame, counts: pd.DataFrame) -> list[pd.DataFrame]:
    """The counts of each source but that of `counts`, one table a source, most counts first."""
    own = set(_kinds(counts))
    kinds = pd.Series(_kinds(headcounts), index=headcounts.index, dtype=object)
    sizes = Counter(kind for kind in kinds if kind not in own)
    ordered = sorted(sizes, key=lambda kind: (-sizes[kind], METHOD_ORDER.index(kind[0]), kind[1]))
    return [headcounts[kinds == kind].reset_index(drop=True) for kind in ordered]


def paired_counts(other: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Each day of another source beside the nearest day of `counts`: `counted_on`, `people`, `beside`, `ratio`.

    `ratio` is people / beside. Areas counted on one day are added; days are compared when both sources counted the
    same areas at most 31 days apart.
    """
    days, own = _by_day(other), _by_day(counts)
    pairs = pd.merge_asof(
        days, own.rename(columns={"people": "beside"}), on="counted_on", by="areas", direction="nearest",
        tolerance=pd.Timedelta(days=PAIR_DAYS),
    )  # fmt: skip
    pairs = pairs[pairs["beside"] > 0].reset_index(drop=True)
    return pairs.assign(ratio=pairs["people"] / pairs["beside"])[["counted_on", "people", "beside", "ratio"]]


def _by_day(counts: pd.DataFrame) -> pd.DataFrame:
    by_area = counts.groupby(["counted_on", "area"])["people"].sum().astype("float64").reset_index()
    return by_area.groupby("counted_on", as_index=False).agg(people=("people", "sum"), areas=("area", "+".join))


def _kinds(headcounts: pd.DataFrame) -> list[tuple[str, str]]:
    """Method and scope of each count; capitals and spaces make no other scope."""
    scopes = [_folded(scope) for scope in headcounts["scope"].fillna("")]
    return list(zip(headcounts["method"], scopes, strict=True))


def _folded(scope: str) -> str:
    return " ".join(scope.casefold().split())


def _fits(kind: tuple[str, str], wanted: HeadcountSource) -> bool:
    return kind[0] == wanted.method and (wanted.scope is None or _folded(wanted.scope) == kind[1])


def _nobody(kinds: list[tuple[str, str]]) -> DataError:
    known = ", ".join(f'{{method = "{method}", scope = "{scope}"}}' for method, scope in dict.fromkeys(kinds))
    return DataError([Fault(SETTINGS_FILE, 0, "headcount_source", "", "nobody counted like this", f"Known: {known}")])
