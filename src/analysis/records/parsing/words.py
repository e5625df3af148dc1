"""Whole numbers, ranges of people, yes or no."""

from __future__ import annotations

import re

from analysis.records.cells import Value, plain, text_of
from analysis.records.parsing.amounts import BLANKS, TOO_LARGE
from analysis.records.parsing.evidence import Problem

MOST_DIGITS = 9
NOT_WHOLE = Problem("not a whole number", "Write it as 1200")
RANGE = re.compile(r"(.+?) ?(?:-|\u2013|\u2014|\bà\b|\bto\b) ?(.+)")
"""Of a text with single spaces: a run of them would be tried in every way."""
WHOLE = re.compile(r"\d+|\d{1,3}(?:[ .,'\u2019]\d{3})+", re.ASCII)
YES = frozenset({"true", "vrai", "oui", "yes", "o", "y", "1", "x"})
NO = frozenset({"false", "faux", "non", "no", "n", "0"})


def whole(value: Value) -> int | Problem | None:
    """The whole number a value says; any separator stands between thousands."""
    text = BLANKS.sub(" ", text_of(value)).strip()
    if not text:
        return None
    if isinstance(value, bool) or not WHOLE.fullmatch(text):
        return NOT_WHOLE
    digits = re.sub(r"\D", "", text).lstrip("0") or "0"
    return TOO_LARGE if len(digits) > MOST_DIGITS else int(digits)


def people_range(value: Value) -> tuple[int, int] | Problem | None:
    """The lowest and highest number a value says: `500-800` is (500, 800), `500` is (500, 500)."""
    found = RANGE.fullmatch(BLANKS.sub(" ", value).strip()) if isinstance(value, str) else None
    low, high = (whole(found.group(1)), whole(found.group(2))) if found else (whole(value), whole(value))
    if low is None and high is None:
        return None
    if not isinstance(low, int) or not isinstance(high, int) or low > high:
        return Problem("not a number of people", "Write it as 500 or as 500-800")
    return low, high


def flag(value: Value) -> bool | Problem | None:
    """Yes or no, in French or English."""
    word = plain(text_of(value))
    if not word:
        return None
    return True if word in YES else False if word in NO else Problem("neither yes nor no", "Write yes or no")
