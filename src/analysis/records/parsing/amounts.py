"""Amounts of money and other numbers with decimals, as French and English hands and programs write them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import list_currencies

from analysis.records.cells import Value, text_of
from analysis.records.parsing.evidence import REMEMBERED, Ambiguous, Problem, Votes, winner

LARGEST = Decimal(100_000_000)
NOT_AN_AMOUNT = Problem("not an amount", "Write it as 120,50 or 120.50")
TOO_LARGE = Problem(
    "too large to be true", "Correct it; a hundred million or more, as long as a phone number, is refused"
)
CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "euro": "EUR", "euros": "EUR"}
CURRENCIES = list_currencies()
"""Three capitals that are none of these are no currency: they may be a name."""
SIGN_OR_CODE = re.compile(r"€|£|\$|\b(?:[A-Z]{3}|[Ee]uros?)\b")
SIGN_AS_MARK = re.compile(r"(?<=\d) ?([€£]) ?(?=\d\d$)")
"""A sign in the decimal mark's place, as in 12€50."""
PHONE = re.compile(r"0\d{7,}")
DIGIT = re.compile(r"\d")
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
    return [_currency(sign.group()) if sign else "" for sign in found]


def _currency(sign: str) -> str:
    """The code of a sign, or the code itself; "" for what is none."""
    code = CURRENCY_SIGNS.get(sign.casefold(), sign)
    return code if code in CURRENCIES else ""


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
    text = _without_sign(SIGN_AS_MARK.sub(",", text))
    bracketed = text.startswith("(") and text.endswith(")")
    if bracketed:
        return True, text[1:-1].strip()
    return text.startswith(("-", "\u2212")), text[1:].strip() if text[:1] in ("+", "-", "\u2212") else text


def _without_sign(text: str) -> str:
    """The text without the currency before or after its digits; one among them stays, so that it is no amount."""
    if not (sign := SIGN_OR_CODE.search(text)) or not _currency(sign.group()):
        return text
    before, after = text[: sign.start()], text[sign.end() :]
    return text if DIGIT.search(before) and DIGIT.search(after) else f"{before}{after}".strip()


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
    return winner(votes, (",", "."))


@lru_cache(REMEMBERED)
def _number(negative: bool, body: str, decimal: str | None) -> Decimal | Problem:
    mark = re.escape(decimal or ".")
    group = f"[ '\u2019{re.escape(OTHER[decimal or '.'])}]"
    if PHONE.fullmatch(body) or not re.fullmatch(
        rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)(?:{mark}\d+)?", body, re.ASCII
    ):
        return NOT_AN_AMOUNT
    number = Decimal(re.sub(group, "", body).replace(decimal or ".", "."))
    return TOO_LARGE if number >= LARGEST else -number if negative else number


def _native(value: float) -> Decimal | Problem:
    if isinstance(value, bool) or not math.isfinite(value):
        return NOT_AN_AMOUNT
    return TOO_LARGE if abs(value) >= LARGEST else Decimal(repr(value))


def _two_amounts(text: str) -> Ambiguous:
    thousands, part = re.sub(r"[.,]", "", text), text.replace(",", ".")
    return Ambiguous(text, (thousands, part), ('decimal = ","', 'decimal = "."'))
