"""Typed figures of a French or English text: `32 %` is a percentage, `32 €` is money, `12 34` is a fault.

Written apart from `analysis.wording`, with no Babel, so that a fault there cannot hide here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

MONTHS = {
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"],
}  # fmt: skip
GROUP, POINT = {"fr": "\u202f", "en": ","}, {"fr": ",", "en": "."}
SIGNS = {"−": -1, "-": -1, "+": 1}
CURRENCIES = {"€": "EUR", "£": "GBP", "$": "USD"}
ORDINAL = {"fr": r"e\b", "en": r"(?:st|nd|rd|th)\b"}
NO_BREAK = "[\u202f\u00a0]"
RUN = r"\d(?:\d|[\u202f\u00a0.,/](?=\d))*"
BEGINNING = re.compile(rf"(?:(?<![\w)%])[−+-])?[€£$]?(?:1er|{RUN})")
JOINT = {"fr": r"[ \u00a0](?:à|et)[ \u00a0]", "en": r" (?:to|and) "}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its kind, its value (text of digits without groups, an ISO date, a winter), its unit and sign.

    `sign` is -1 or 1 where one is printed, else 0. `odd` is the kind of what no language writes so. Both ends of a
    range are in `high` and in `value`; in a period they are dates or months.
    """

    kind: str
    value: str
    sign: int = 0
    high: Figure | None = None
    unit: str = ""
    at: int = 0

    def __str__(self) -> str:
        end = f" to {self.high}" if self.high else ""
        return f"{self.kind} {'-' if self.sign < 0 else '+' if self.sign else ''}{self.value}{self.unit}{end}"


def figures_in(text: str, language: str) -> list[Figure]:
    """Every figure of `text` in its order; the ends of a range are one figure, and each has the range's unit."""
    found: list[tuple[Figure, int]] = []
    position = 0
    while match := BEGINNING.search(text, position):
        start = match.start()
        figure, end = _figure(text, start, language)
        found.append((replace(figure, at=start), end))
        position = end
    return _joined(text, found, language)


def _figure(text: str, start: int, language: str) -> tuple[Figure, int]:
    """The figure that begins at `start`, and where it ends."""
    months = "|".join(MONTHS[language])
    rest = text[start:]
    if day := re.match(rf"(\d\d?|1er)[ \u00a0]({months})(?:[ \u00a0](\d{{4}}))?\b", rest):
        month = MONTHS[language].index(day[2]) + 1
        number = 1 if day[1] == "1er" else int(day[1])
        if (day[1] == "1er") is not (language == "fr" and number == 1):
            return Figure("odd", day[0]), start + day.end()
        date = f"{month:02d}-{number:02d}"
        return Figure("date", f"{day[3]}-{date}") if day[3] else Figure("day", date), start + day.end()
    named = re.search(rf"\b({months})[ \u00a0]$", text[:start], re.IGNORECASE)
    if named and (year := re.match(r"\d{4}(?![\d/])", rest)):
        month = [one.lower() for one in MONTHS[language]].index(named[1].lower()) + 1
        return Figure("month", f"{year[0]}-{month:02d}"), start + 4
    return _amount(text, start, language)


def _amount(text: str, start: int, language: str) -> tuple[Figure, int]:
    match = re.match(rf"([−+-]?)([€£$]?)({RUN}|1er)", text[start:])
    assert match is not None
    sign, before, run = match.groups()
    end = start + match.end()
    value, after = _plain(run, language), text[end:]
    if not before and not sign and re.fullmatch(r"\d{4}/\d\d", run):
        return Figure("winter", run), end
    if value is None:
        return Figure("odd", match[0]), end
    signed = SIGNS.get(sign, 0)
    if before:
        good = language == "en"
        return Figure("money" if good else "odd", value, signed, unit=CURRENCIES[before]), end
    space = NO_BREAK if language == "fr" else ""
    if percent := re.match(rf"{space}%", after):
        return Figure("percent", value, signed), end + percent.end()
    if money := re.match(rf"{NO_BREAK}([€£$])", after):
        return Figure("money" if language == "fr" else "odd", value, signed, unit=CURRENCIES[money[1]]), (
            end + money.end()
        )
    if points := re.match(r"[ \u00a0]points\b", after):
        return Figure("points", value, signed), end + points.end()
    if not sign and (ordinal := re.match(ORDINAL[language], after)):
        return Figure("count", value), end + ordinal.end()
    if wrong := re.match(r"\s?[%€£$]|[A-Za-z]", after):
        return Figure("odd", match[0] + wrong[0]), end + wrong.end()
    if not sign and re.fullmatch(r"(19|20)\d\d", run):
        return Figure("year", run), end
    return Figure("count", value, signed), end


def _plain(run: str, language: str) -> str | None:
    """The digits of a number with its groups and decimals as the language writes them; None for any other."""
    group, point = re.escape(GROUP[language]), re.escape(POINT[language])
    grouped = rf"\d{{1,3}}(?:{group}\d{{3}})+"
    if not re.fullmatch(rf"(?:{grouped}|0|[1-9]\d{{0,3}})(?:{point}\d+)?", run):
        return None
    if re.fullmatch(r"\d{4}", run) and not re.fullmatch(r"(19|20)\d\d", run):
        return None
    return run.replace(GROUP[language], "").replace(POINT[language], ".")


def _joined(text: str, found: list[tuple[Figure, int]], language: str) -> list[Figure]:
    """Figures with the two ends of each range as one."""
    joined: list[Figure] = []
    skip = False
    for place, (figure, end) in enumerate(found):
        if skip:
            skip = False
            continue
        following = found[place + 1][0] if place + 1 < len(found) else None
        both = following and _range(text, figure, end, following, language)
        joined.append(both or figure)
        skip = bool(both)
    return joined


def _range(text: str, low: Figure, end: int, high: Figure, language: str) -> Figure | None:
    """`low` and `high` as one range, where the words between and before them say that they are."""
    months = "|".join(MONTHS[language])
    between = text[end : high.at]
    if low.kind == high.kind in ("date", "day"):
        said = re.fullmatch(r"[ \u00a0](?:to|au)[ \u00a0]", between)
    elif low.kind == high.kind == "month":
        said = re.fullmatch(rf"[ \u00a0](?:to|à|au)[ \u00a0](?:{months})[ \u00a0]", between)
    else:
        said = re.fullmatch(rf"{JOINT[language]}|[–-]", between)
        if said and re.search(r"et|and", between) and not re.search(r"\b(entre|between) $", text[: low.at]):
            said = None
        if said and high.kind not in ("percent", "money", "points", "count"):
            said = None
    if not said:
        return None
    if low.kind == "count" and high.kind != "count":
        low = replace(low, kind=high.kind, unit=high.unit)
    return replace(low, high=high) if low.kind == high.kind else Figure("odd", text[low.at : high.at + 3])
