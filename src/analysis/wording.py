"""Numbers, money, shares and dates as French and British readers write them (Babel)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, get_month_names
from babel.numbers import format_currency, format_decimal

LOCALES = {"fr": Locale("fr", "FR"), "en": Locale("en", "GB")}
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
BREAKING_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
MINUS = "\u2212"
UNSHOWN = ("Cc", "Cs")
"""Unicode categories that no page can hold: control characters, and halves of characters."""
TURNING_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def rounded(value: float | Decimal, places: int = 0) -> Decimal:
    """`value` rounded half up, as a treasurer does (Babel and Python round half to even); zero has no sign."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


def number(value: float | Decimal, language: str, *, places: int = 0) -> str:
    """A number with grouped thousands: `1 234,5` in French, `1,234.5` in English."""
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return format_decimal(rounded(value, places), format=pattern, locale=LOCALES[language]).replace("-", MINUS)


def signed(value: float | Decimal, language: str, *, places: int = 0) -> str:
    """A number with its sign always shown; zero has none."""
    text = number(value, language, places=places)
    return f"+{text}" if rounded(value, places) > 0 else text


def money(value: float, currency: str, language: str, *, places: int = 0) -> str:
    """An amount with its currency sign: `1 234 €` in French, `€1,234` in English."""
    standard = LOCALES[language].currency_formats["standard"].pattern
    pattern = standard.replace(".00", "." + "0" * places if places else "")
    text = format_currency(
        rounded(value, places), currency, format=pattern, locale=LOCALES[language], currency_digits=False
    )
    return text.replace("-", MINUS).replace("£GB", "£")


def percent(share: float, language: str, *, places: int = 0, sign: bool = False) -> str:
    """A share (0 to 1) as a percentage: `22 %` in French (narrow no-break space), `22%` in English."""
    text = (signed if sign else number)(_hundredths(share), language, places=places)
    return f"{text}{NARROW_SPACE}%" if language == "fr" else f"{text}%"


def percent_range(low: float, high: float, language: str, *, sign: bool = False) -> str:
    """Two shares as one range: `de 11 à 31 %` in French, `11% to 31%` in English."""
    bare = [(signed if sign else number)(_hundredths(share), language) for share in (low, high)]
    if language == "fr":
        return f"de {bare[0]}{NO_BREAK_SPACE}à{NO_BREAK_SPACE}{bare[1]}{NARROW_SPACE}%"
    return f"{bare[0]}% to {bare[1]}%"


def date(day: dt.date, language: str) -> str:
    """A day in words: `1er avril 2017`, `1 April 2017`."""
    text = format_date(day, "d MMMM y", locale=LOCALES[language])
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


def day_and_month(month_number: int, day_number: int, language: str) -> str:
    """A day of any year in words: `1er décembre`, `1 December`."""
    text = format_date(dt.date(2020, month_number, day_number), "d MMMM", locale=LOCALES[language])
    return text.replace("1 ", "1er ", 1) if language == "fr" and day_number == 1 else text


def month(day: dt.date, language: str) -> str:
    """A month in words: `janvier 2021`, `January 2021`."""
    return format_date(day, "MMMM y", locale=LOCALES[language])


def month_name(month_number: int, language: str) -> str:
    """A month's name alone: `janvier`, `January`."""
    return get_month_names("wide", context="stand-alone", locale=LOCALES[language])[month_number]


def period(first: dt.date, last: dt.date, language: str) -> str:
    """A span of months in words: `avril 2017 à mars 2021`, `April 2017 to March 2021`."""
    joint = "à" if language == "fr" else "to"
    return f"{month(first, language)} {joint} {month(last, language)}"


def printable(text: str) -> str:
    """`text` on one line, without control characters and without marks that turn the direction of what follows.

    No-break spaces stay: a text that was typeset stays so.
    """
    return harmless(" ".join(BREAKING_SPACES.split(text)).strip())


def harmless(text: str) -> str:
    """`text` with its spaces and line ends, without other control characters and marks that turn the direction."""
    kept = (one for one in text.replace("\t", " ") if one == "\n" or unicodedata.category(one) not in UNSHOWN)
    return "".join(one for one in kept if one not in TURNING_MARKS)


def shortened(text: str, *, most: int = 60) -> str:
    """`text` in one printable line of at most `most` characters, cut with "…" where it is longer."""
    line = printable(text[: 100 * most])
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def listing(words: Sequence[str], language: str) -> str:
    """Words joined as in a sentence: `a, b et c`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    joint = "et" if language == "fr" else "and"
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def is_one(value: float, language: str) -> bool:
    """Whether what is counted stands in the singular: below two in French, exactly one in English."""
    return abs(value) < 2 if language == "fr" else value == 1


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def typeset(text: str, language: str) -> str:
    """`text` with apostrophes as printers set them, and in French the no-break spaces of ; : ! ? % and guillemets."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    if language != "fr":
        return text
    text = re.sub(r" ([;!?%])", rf"{NARROW_SPACE}\1", text)
    text = re.sub(r" (:)(?=\s|$)", rf"{NO_BREAK_SPACE}\1", text)
    return text.replace("« ", f"«{NO_BREAK_SPACE}").replace(" »", f"{NO_BREAK_SPACE}»")


def _hundredths(share: float) -> Decimal:
    """A share times 100 exactly, so that 0.285 is 28.5 and rounds up (0.285 * 100 is 28.499999999999996)."""
    return Decimal(repr(float(share))) * 100
