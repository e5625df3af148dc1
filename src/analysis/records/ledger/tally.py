"""Counts that add up: rows and cents by outcome, currency and whether the amount is known; reasons; donors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.records.drafts import QUARANTINED, Rows

Place = tuple[str, str, bool]
"""Outcome, currency, whether the amount is known."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows and cents stand in each place, why rows were not accepted, and by what donors are named."""

    rows: Counter[Place] = field(default_factory=Counter)
    cents: Counter[Place] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    donors: Counter[str] = field(default_factory=Counter)

    def move(self, moved: pd.DataFrame, *, of: str) -> None:
        """Move rows that had the outcome `of` to others; `was` is the reason for which they stood, where given."""
        groups = moved.assign(currency=moved["currency"].fillna("")).groupby(["outcome", "currency", "known"])
        for place, group in groups:
            outcome, currency, known = str(place[0]), str(place[1]), bool(place[2])
            cents = int(group["cents"].sum()) if known else 0
            for at, sign in ((of, -1), (outcome, 1)):
                self.rows[(at, currency, known)] += sign * len(group)
                self.cents[(at, currency, known)] += sign * cents
        self.reasons.update(moved["reason"].tolist())
        if "was" in moved.columns:
            self.reasons.subtract(moved["was"].tolist())


def tally(rows: Rows) -> Tally:
    """The counts of one block."""
    outcomes, outcome_names = pd.factorize(rows.outcome)
    currencies, currency_names = pd.factorize(rows.currency)
    joined = (outcomes * (len(currency_names) + 1) + currencies) * 2 + rows.known
    found = Tally()
    for key, count in zip(*(part.tolist() for part in np.unique(joined, return_counts=True)), strict=True):
        place, known = divmod(key, 2)
        outcome, currency = divmod(place, len(currency_names) + 1)
        at = (str(outcome_names[outcome]), str(currency_names[currency]), bool(known))
        found.rows[at] += count
        found.cents[at] += int(rows.cents[joined == key].sum()) if known else 0
    found.rows[(QUARANTINED, "", False)] += len(rows.spoiled)
    found.reasons.update(reason for reason in rows.reason[rows.reason != ""].tolist())
    found.reasons.update(fault.problem for fault in (*rows.faults.values(), *rows.spoiled))
    found.donors.update(rows.donors)
    return found


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of several counts."""
    whole = Tally()
    for one in tallies:
        for name in ("rows", "cents", "reasons", "donors"):
            getattr(whole, name).update(getattr(one, name))
    return whole
