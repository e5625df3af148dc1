"""Days, as French and English hands and programs write them; times are moved to the dataset's time zone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from analysis.records.cells import Value, plain, text_of
from analysis.records.parsing.evidence import REMEMBERED, Ambiguous, Problem, Votes, winner

FIRST_YEAR, LAST_YEAR = 1990, 2100
NOT_A_DATE = Problem("not a date", "Write it as 2021-01-31 or 31/01/2021")
OUT_OF_RANGE = Problem(f"not a date between {FIRST_YEAR} and {LAST_YEAR}", "Correct the year")
CLOCK = r"(?:(?:[T ]|,? (?:at |à )?)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?)?"
ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){CLOCK}(Z| ?UTC|[+-]\d{{2}}:?\d{{2}})?")
NUMBERED = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){CLOCK}")
WORDED = re.compile(r"(?:[a-z]+\.?,? )?(\d{1,2})(?:er|st|nd|rd|th)?[ -]([a-z]+)\.?,?[ -](\d{4}|\d{2})")
WORDED_MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
MONTH_ONLY = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})|(?:(?P<first>\d{1,2})/|(?P<word>[a-z]+)\.?[ -])(?P<then>\d{4})"
)
MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier january janv jan", "fevrier february fevr fev feb", "mars march mar", "avril april avr apr",
         "mai may", "juin june jun", "juillet july juil jul", "aout august aug", "septembre september sept sep",
         "octobre october oct", "novembre november nov", "decembre december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Months as French and English write them, without accents and capitals."""
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
    return winner(votes, ("dmy", "mdy"))


@lru_cache(REMEMBERED)
def _date(text: str, order: str | None, zone: str, months: bool) -> dt.date | Problem:
    if iso := ISO.fullmatch(text):
        return _moved(text, zone) if iso.group(4) else _day(int(iso.group(1)), int(iso.group(2)), int(iso.group(3)))
    numbered = NUMBERED.fullmatch(text)
    if not numbered:
        return (_month(text) if months else None) or _worded(text)
    first, second, year = int(numbered.group(1)), int(numbered.group(3)), numbered.group(4)
    if order == "ymd" and len(year) == 2:
        return _day(_whole_year(numbered.group(1)), second, int(year))
    day_first, month_first = (_day(_whole_year(year), second, first), _day(_whole_year(year), first, second))
    if order is None and first != second and isinstance(day_first, dt.date) and isinstance(month_first, dt.date):
        raise Ambiguous(text, (day_first.isoformat(), month_first.isoformat()), ('dates = "dmy"', 'dates = "mdy"'))
    return month_first if order == "mdy" or (order is None and isinstance(month_first, dt.date)) else day_first


def _worded(text: str) -> dt.date | Problem:
    """A day whose month is a word: `31 janvier 2021`, `1er mars 2021`, `January 31, 2021`."""
    said = plain(text)
    day, month, year = "", "", ""
    if found := WORDED.fullmatch(said):
        day, month, year = found.groups()
    elif found := WORDED_MONTH_FIRST.fullmatch(said):
        month, day, year = found.groups()
    return _day(_whole_year(year), MONTHS[month], int(day)) if month in MONTHS else NOT_A_DATE


def _month(text: str) -> dt.date | Problem | None:
    """The middle of a month that stands alone: `2016-02`, `02/2016`, `février 2016`; None for anything else."""
    if not (found := MONTH_ONLY.fullmatch(plain(text))):
        return None
    word = found["word"]
    if word and word not in MONTHS:
        return None
    month = MONTHS[word] if word else int(found["month"] or found["first"])
    return _day(int(found["year"] or found["then"]), month, MIDDLE_OF_MONTH)


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
        return _in_range(moment.astimezone(ZoneInfo(zone)).date())
    except ValueError:
        return NOT_A_DATE
    except OverflowError:  # no such day in `zone`, at the very ends of the calendar
        return OUT_OF_RANGE
