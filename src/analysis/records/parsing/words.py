"""Whole numbers, ranges of people, yes or no."""

from __future__ import annotations

import datetime as dt
import re

from analysis.records.cells import Value, plain, text_of
from analysis.records.parsing.amounts import BLANKS, LARGEST, PHONE, TOO_LARGE
from analysis.records.parsing.evidence import Problem

MOST_DIGITS = len(str(LARGEST)) - 1
NOT_WHOLE = Problem("not a whole number", "Write it as 1200")
NOT_PEOPLE = Problem("not a number of people", "Write it as 500 or as 500-800")
ABOUT = Problem(
    "about how many is said, and not between which numbers",
    "Write the range it may lie in, such as 450-550, or the number alone",
)
ONE_END = Problem("only one end of a range is said", "Write both ends, such as 1000-1500")
RANGE_AS_DAY = Problem("a spreadsheet has made a day of this", "Set the cell to text and write the range again")
WHOLE = re.compile(r"\d+|\d{1,3}(?:[ .,'\u2019]\d{3})+", re.ASCII)
NUMBER = r"(\d[\d .,'\u2019]*)"
RANGE = re.compile(
    rf"(?:(?:de|from) )?{NUMBER}(?:[-\u2010-\u2015]|a |to ) ?{NUMBER}|(?:entre|between) {NUMBER}(?:et|and) {NUMBER}"
)
OF_PEOPLE = re.compile(r" ?(?:personnes?|people|persons?|pers\.)$")
SAYS_ABOUT = re.compile(r"(?:~|\u2248|\u00b1|env(?:iron|\.)|about|around|approx|autour|quelque|circa|ca\.? |vers )")
SAYS_ONE_END = re.compile(
    r"[<>\u2264\u2265]|(?:plus|moins) (?:de|d')|au (?:plus|moins)|jusqu|more than|over |at (?:least|most)|less than"
    r"|fewer than|under |up to"
)
YES = frozenset({"true", "vrai", "oui", "yes", "o", "y", "1", "x"})
NO = frozenset({"false", "faux", "non", "no", "n", "0"})


def whole(value: Value) -> int | Problem | None:
    """The whole number a value says; any separator stands between thousands."""
    text = BLANKS.sub(" ", text_of(value)).strip()
    if not text:
        return None
    if isinstance(value, bool) or PHONE.fullmatch(text) or not WHOLE.fullmatch(text):
        return NOT_WHOLE
    digits = re.sub(r"\D", "", text).lstrip("0") or "0"
    return TOO_LARGE if len(digits) > MOST_DIGITS else int(digits)


def people_range(value: Value) -> tuple[int, int] | Problem | None:
    """The lowest and highest number a value says: `500-800` is (500, 800), `500` is (500, 500).

    "about 500" and "more than 1000" are problems: how far they may be off is not said.
    """
    if isinstance(value, dt.date):
        return RANGE_AS_DAY
    if not isinstance(value, str):
        return _both_ends(whole(value), whole(value))
    text = OF_PEOPLE.sub("", plain(value))
    if found := RANGE.fullmatch(text):
        low, high = (number for number in found.groups() if number)
        return _both_ends(whole(low), whole(high))
    if SAYS_ABOUT.match(text):
        return ABOUT
    return ONE_END if SAYS_ONE_END.match(text) or text.endswith("+") else _both_ends(whole(text), whole(text))


def _both_ends(low: int | Problem | None, high: int | Problem | None) -> tuple[int, int] | Problem | None:
    if low is None and high is None:
        return None
    return (low, high) if isinstance(low, int) and isinstance(high, int) and low <= high else NOT_PEOPLE


def flag(value: Value) -> bool | Problem | None:
    """Yes or no, in French or English."""
    word = plain(text_of(value))
    if not word:
        return None
    return True if word in YES else False if word in NO else Problem("neither yes nor no", "Write yes or no")
