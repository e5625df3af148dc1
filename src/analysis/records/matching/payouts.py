"""A platform's payouts on bank statements, held against its own rows: whether their gross is known here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.records.drafts import PAYOUT
from analysis.records.storage.parts import Part

PAYOUT_DELAY = 62
"""A platform pays out at most so many days after a gift: HelloAsso and the others pay monthly or sooner."""
WITHOUT_ROWS = " without its rows: the gross is unknown"


def restated_payouts(parts: Sequence[Part]) -> dict[int, Counter[str]]:
    """For each part by its number, by how much the count of a reason changes.

    A payout is excluded because the platform's own export counts its gifts; one of a time in which the platform has
    no gifts in any other file gets a reason that says so.
    """
    changes: dict[int, Counter[str]] = {}
    for number, part in enumerate(parts):
        for platform, (days, rows) in part.payouts.items():
            first, last = _known_period([other for other in parts if other.file != part.file], platform)
            unknown = int(rows[(days < first) | (days > last + PAYOUT_DELAY)].sum())
            change = {f"{PAYOUT}{platform}": -unknown, f"{PAYOUT}{platform}{WITHOUT_ROWS}": unknown}
            changes.setdefault(number, Counter()).update(change if unknown else {})
    return changes


def _known_period(parts: Sequence[Part], platform: str) -> tuple[int, int]:
    """First and last day of the platform's own gifts, by their channel, their source or the file's name."""
    spans = []
    for part in parts:
        if part.table == "donations" and part.rows and (platform == part.source or platform in part.file.casefold()):
            spans.append((int(part.day[0]), int(part.day[-1])))
        elif platform in part.channels:
            spans.append(part.channels[platform])
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else (1, 0)
