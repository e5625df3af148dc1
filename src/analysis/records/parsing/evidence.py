"""What a value may turn out to be beside its reading: a problem, two readings; and how a column votes on these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

CLEAR_MAJORITY = 20
"""A reading is settled when more than this many cells show it for each one that shows the opposite."""
REMEMBERED = 1 << 15
"""Values whose reading is kept in mind, because blocks of a file hold the same ones again."""

Votes = tuple[int, int]
"""How many cells of a column show the first reading (comma; day first) and how many the second."""


class Problem(NamedTuple):
    """What is wrong with a value and what to type instead."""

    reason: str
    remedy: str


class Ambiguous(ValueError):
    """A value has two readings and nothing in its column settles which."""

    def __init__(self, value: str, readings: tuple[str, str], settings: tuple[str, str]) -> None:
        super().__init__(f"{value!r} can be read as {readings[0]} or as {readings[1]}")
        self.value, self.readings, self.settings = value, readings, settings


def pooled(votes: Mapping[tuple[str, str], Votes], kind: str) -> Votes:
    """How all columns vote together on one question ("decimal" or "dates")."""
    mine = [of for (about, _), of in votes.items() if about == kind]
    return sum(first for first, _ in mine), sum(second for _, second in mine)


def winner(votes: Votes, readings: tuple[str, str]) -> str | None:
    """The reading for which a column voted clearly; None when it is open."""
    first, second = votes
    if first > CLEAR_MAJORITY * second:
        return readings[0]
    return readings[1] if second > CLEAR_MAJORITY * first else None
