"""What a cell says: amounts, dates, whole numbers, ranges and yes or no, read without guessing.

Each function takes the different values of one column and returns, value by value, what it says, None for a
blank cell, or a `Problem`. Where a value has two readings, the column's other values settle it by their votes,
row by row; where they do not, `Ambiguous` is raised with both readings.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from analysis.records.cells import Value, plain, text_of

FIRST_YEAR, LAST_YEAR = 1990, 2100
LARGEST = Decimal(1_000_000_000)
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

    def __init__(self, value: str, readings: tuple[str, str], setting: str) -> None:
        super().__init__(f"{value!r} can be read as {readings[0]} or as {readings[1]}")
        self.value, self.readings, self.setting = value, readings, setting

# Amounts

NOT_AN_AMOUNT = Problem("not an amount", "Write it as 120,50 or 120.50")
TOO_LARGE = Problem("too large to be true", "Correct the amount; a thousand million or more is refused")
CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
SIGN_OR_CODE = re.compile(r"€|£|\$|\b[A-Z]{3}\b")
BLANKS = re.compile(r"[\s\u00a0\u202f\u2009]+")
GROUPED_BY_SPACE = re.compile(r"\d{1,3}(?: \d{3})+(?:([.,])\d+)?")
GROUPED_THEN_DECIMAL = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*([.,])\d+")
GROUPED_TWICE = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})+")
ONE_SEPARATOR = re.compile(r"(\d+)([.,])(\d+)")
OTHER = {",": ".", ".": ","}


def amounts(
    values: Sequence[Value], *, decimal: str | None = None, votes: Votes | None = None
) -> list[Decimal | Problem | None]:
    """The number each value says; `decimal` ("," or ".") settles `1,234`, else the column's `votes` do.

    Without either, each of `values` votes once. Accepts spaces of any kind between thousands, a currency sign or
    code, brackets or a minus for negatives. Raises Ambiguous.
    """
    bodies = [_body(value) for value in values]
    marks = _marks(values, bodies)
    settled = decimal or decimal_mark(votes or decimal_votes(values, [1] * len(values)))
    read: list[Decimal | Problem | None] = []
    for value, body, mark in zip(values, bodies, marks, strict=True):
        if body is None:
            read.append(None)
        elif isinstance(value, int | float):
            read.append(_native(value))
        elif mark == "?" and settled is None:
            raise _two_amounts(text_of(value))
        else:
            read.append(_number(*body, decimal or (settled if mark == "?" else mark)))
    return read


def currency_signs(values: Sequence[Value]) -> list[str]:
    """The currency that each value names itself (`12 €`, `GBP 5`), "" where it names none."""
    found = [SIGN_OR_CODE.search(value) if isinstance(value, str) else None for value in values]
    return [CURRENCY_SIGNS.get(sign.group(), sign.group()) if sign else "" for sign in found]


def cents(amount: Decimal) -> int:
    """`amount` in whole cents, half a cent away from zero."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _body(value: Value) -> tuple[bool, str] | None:
    """Whether the value is negative, and its digits and separators; None for a blank cell."""
    return _body_of(text_of(value))


@lru_cache(REMEMBERED)
def _body_of(text: str) -> tuple[bool, str] | None:
    text = BLANKS.sub(" ", text).strip()
    if not text:
        return None
    text = SIGN_OR_CODE.sub("", text, count=1).strip()
    bracketed = text.startswith("(") and text.endswith(")")
    if bracketed:
        return True, text[1:-1].strip()
    return text.startswith(("-", "\u2212")), text[1:].strip() if text[:1] in ("+", "-", "\u2212") else text


@lru_cache(REMEMBERED)
def _mark(body: str) -> str | None:
    """The decimal mark that a body shows by itself; "?" when it has two readings, None when it has none."""
    if spaced := GROUPED_BY_SPACE.fullmatch(body):
        return spaced.group(1)
    if (both := GROUPED_THEN_DECIMAL.fullmatch(body)) and both.group(1) != both.group(2):
        return both.group(2)
    if twice := GROUPED_TWICE.fullmatch(body):
        return OTHER[twice.group(1)]
    if one := ONE_SEPARATOR.fullmatch(body):
        whole, mark, part = one.groups()
        return "?" if len(part) == 3 and len(whole) <= 3 and not whole.startswith("0") else mark
    return None


def _marks(values: Sequence[Value], bodies: Sequence[tuple[bool, str] | None]) -> list[str | None]:
    pairs = zip(values, bodies, strict=True)
    return [_mark(body[1]) if body is not None and isinstance(value, str) else None for value, body in pairs]


def decimal_votes(values: Sequence[Value], rows: Sequence[int]) -> Votes:
    """How many cells show a decimal comma and how many a point; each value stands in as many as `rows` says."""
    pairs = list(zip(_marks(values, [_body(value) for value in values]), rows, strict=True))
    return sum(n for mark, n in pairs if mark == ","), sum(n for mark, n in pairs if mark == ".")


def decimal_mark(votes: Votes) -> str | None:
    """The decimal mark for which a column voted; None when it is open."""
    return _winner(votes, (",", "."))


def _winner(votes: Votes, readings: tuple[str, str]) -> str | None:
    first, second = votes
    if first > CLEAR_MAJORITY * second:
        return readings[0]
    return readings[1] if second > CLEAR_MAJORITY * first else None


@lru_cache(REMEMBERED)
def _number(negative: bool, body: str, decimal: str | None) -> Decimal | Problem:
    mark = re.escape(decimal or ".")
    group = f"[ '\u2019{re.escape(OTHER[decimal or '.'])}]"
    if not re.fullmatch(rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)(?:{mark}\d+)?", body, re.ASCII):
        return NOT_AN_AMOUNT
    number = Decimal(re.sub(group, "", body).replace(decimal or ".", "."))
    return TOO_LARGE if number >= LARGEST else -number if negative else number


def _native(value: float) -> Decimal | Problem:
    if isinstance(value, bool) or not math.isfinite(value):
        return NOT_AN_AMOUNT
    return TOO_LARGE if abs(value) >= LARGEST else Decimal(repr(value))


def _two_amounts(text: str) -> Ambiguous:
    thousands, part = re.sub(r"[.,]", "", text), text.replace(",", ".")
    return Ambiguous(text, (thousands, part), 'decimal = "," or decimal = "."')


# Dates

NOT_A_DATE = Problem("not a date", "Write it as 2021-01-31 or 31/01/2021")
OUT_OF_RANGE = Problem(f"not a date between {FIRST_YEAR} and {LAST_YEAR}", "Correct the year")
CLOCK = r"(?:(?:[T ]|,? (?:at |à )?)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?)?"
ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){CLOCK}(Z| ?UTC|[+-]\d{{2}}:?\d{{2}})?")
NUMBERED = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){CLOCK}")
MONTH_ONLY = re.compile(r"(\d{4})-(\d{1,2})")
MIDDLE_OF_MONTH = 15


def dates(
    values: Sequence[Value],
    *,
    order: str | None = None,
    votes: Votes | None = None,
    zone: str = "Europe/Paris",
    months: bool = False,
) -> list[dt.date | Problem | None]:
    """The day each value says; `order` ("dmy", "mdy", "ymd") settles `03/04/2021`, else the column's `votes` do.

    Without either, each of `values` votes once. A time with an offset is moved to `zone` first; a time without
    one is local already. With `months`, `2016-02` is the 15th. Raises Ambiguous.
    """
    settled = order or date_order(votes or date_votes(values, [1] * len(values)))
    read: list[dt.date | Problem | None] = []
    for value in values:
        if text_of(value) == "":
            read.append(None)
        elif isinstance(value, dt.datetime | dt.date):
            read.append(_in_range(value.date() if isinstance(value, dt.datetime) else value))
        else:
            read.append(_date(text_of(value), settled, zone, months))
    return read


def date_votes(values: Sequence[Value], rows: Sequence[int]) -> Votes:
    """How many cells can only be day first, such as 31/01/2021, and how many only month first."""
    parts = [(NUMBERED.fullmatch(text_of(value)), n) for value, n in zip(values, rows, strict=True)
             if isinstance(value, str) and not value[:4].isdigit()]  # fmt: skip
    pairs = [(int(found.group(1)), int(found.group(3)), n) for found, n in parts if found]
    day_first = sum(n for first, second, n in pairs if 12 < first <= 31 and 1 <= second <= 12)
    month_first = sum(n for first, second, n in pairs if 12 < second <= 31 and 1 <= first <= 12)
    return day_first, month_first


def date_order(votes: Votes) -> str | None:
    """The order of day and month for which a column voted; None when it is open."""
    return _winner(votes, ("dmy", "mdy"))


@lru_cache(REMEMBERED)
def _date(text: str, order: str | None, zone: str, months: bool) -> dt.date | Problem:
    if iso := ISO.fullmatch(text):
        return _moved(text, zone) if iso.group(4) else _day(int(iso.group(1)), int(iso.group(2)), int(iso.group(3)))
    if months and (month := MONTH_ONLY.fullmatch(text)):
        return _day(int(month.group(1)), int(month.group(2)), MIDDLE_OF_MONTH)
    numbered = NUMBERED.fullmatch(text)
    if not numbered:
        return NOT_A_DATE
    first, second, year = int(numbered.group(1)), int(numbered.group(3)), numbered.group(4)
    if order == "ymd" and len(year) == 2:
        return _day(_whole_year(numbered.group(1)), second, int(year))
    day_first, month_first = (_day(_whole_year(year), second, first), _day(_whole_year(year), first, second))
    if order is None and first != second and isinstance(day_first, dt.date) and isinstance(month_first, dt.date):
        raise Ambiguous(text, (day_first.isoformat(), month_first.isoformat()), 'dates = "dmy" or dates = "mdy"')
    return month_first if order == "mdy" or (order is None and isinstance(month_first, dt.date)) else day_first


def _day(year: int, month: int, day: int) -> dt.date | Problem:
    try:
        return _in_range(dt.date(year, month, day))
    except ValueError:
        return NOT_A_DATE


def _in_range(day: dt.date) -> dt.date | Problem:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else OUT_OF_RANGE


def _whole_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def _moved(text: str, zone: str) -> dt.date | Problem:
    """The day in `zone` of a time that carries its own offset."""
    try:
        moment = dt.datetime.fromisoformat(re.sub(r" ?UTC$", "Z", text.replace("/", "-").replace(",", ".")))
    except ValueError:
        return NOT_A_DATE
    return _in_range(moment.astimezone(ZoneInfo(zone)).date())


# Whole numbers, ranges, yes or no

NOT_WHOLE = Problem("not a whole number", "Write it as 1200")
RANGE = re.compile(r"(.+?)\s*(?:-|\u2013|\u2014|\bà\b|\bto\b)\s*(.+)")
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
    number = int(re.sub(r"\D", "", text))
    return TOO_LARGE if number >= LARGEST else number


def people_range(value: Value) -> tuple[int, int] | Problem | None:
    """The lowest and highest number a value says: `500-800` is (500, 800), `500` is (500, 500)."""
    found = RANGE.fullmatch(text_of(value)) if isinstance(value, str) else None
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
