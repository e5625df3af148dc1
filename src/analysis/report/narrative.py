"""Words: one catalog a language, and the only way figures enter prose.

A template names a number of numbers.json, never a digit: `{winter_drop}` is its value as the language writes
it, `{winter_drop:range}` its interval, `{weeks:week|weeks}` a count with its noun, and `{weeks:|is|are}` the
verb alone. French typography (spaces before ; : ! ? and inside guillemets) is set here once.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from analysis import wording
from analysis.wording import typeset

POSITIVE_IS_MORE = ("headcount_winter_change", "winter_expected", "year_before_expected", "testimony_orders")
"""Numbers whose positive values say "more in winter"; every other share with an interval is a drop."""

COUNTED = (
    "donations", "donors", "rows", "weeks", "winters", "headcounts", "people", "giving years", "estimates", "rank",
    "items", "units", "orders", "days", "accounts", "periods", "outcomes", "times", "testimonies", "products",
    "files", "windows",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One published figure with its interval and its origin: one entry of numbers.json.

    `value` is a share (0 to 1), an amount of `unit` (an ISO currency), a count, a year or an ISO date; `window`
    an ISO interval "first/last", a month "2020-12", a winter "2020/21" or a year; `text` its sentence by language.
    """

    id: str
    value: float | int | str
    unit: str
    low: float | None = None
    high: float | None = None
    level: float | None = None
    window: str = ""
    method: str = ""
    n: int | None = None
    sources: tuple[str, ...] = ()
    text: Mapping[str, str] | None = None

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed in whole percent, leaves zero out."""
        if self.low is None or self.high is None:
            return False
        return wording.rounded(self.low * 100) > 0 or wording.rounded(self.high * 100) < 0

    @property
    def direction(self) -> str:
        """`fall`, `rise` or `unclear`: what the interval lets the sentence say of winter."""
        if not self.clear:
            return "unclear"
        return "rise" if (float(self.value) > 0) == (self.id in POSITIVE_IS_MORE) else "fall"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as one language writes it; the format spec says which part of it."""

    number: Number
    language: str

    def __format__(self, spec: str) -> str:
        number = self.number
        if "|" in spec:
            return self._with_noun(spec)
        if spec in ("low", "high", "level"):
            value = getattr(number, spec)
            return self._written(value) if spec != "level" else wording.percent(value, self.language)
        if spec.endswith("about"):
            value = {"about": number.value, "low_about": number.low, "high_about": number.high}[spec]
            return self._written(two_figures(float(value or 0.0)))
        if spec in ("window", "month"):
            return window_in_words(number.window, self.language)
        if spec == "range":
            return self._range(signed=False)
        if spec == "signed_range":
            return self._range(signed=True)
        if spec == "change_range":
            turned = replace(number, low=-float(number.high or 0), high=-float(number.low or 0))
            return Figure(turned, self.language)._range(signed=True)
        if spec == "signed":
            return wording.percent(float(number.value), self.language, sign=True)
        if spec == "abs":
            return self._written(abs(float(number.value)))
        return self._written(number.value, places=int(spec or 0))

    def _with_noun(self, spec: str) -> str:
        """The count before its noun, "singular|plural"; the word alone where the spec begins with "|"."""
        *alone, singular, plural = spec.split("|")
        word = singular if wording.is_one(float(self.number.value), self.language) else plural
        return word if alone else f"{self._written(self.number.value)} {word}"

    def _written(self, value: Any, *, places: int = 0) -> str:
        unit, language = self.number.unit, self.language
        if unit == "date":
            return wording.date(dt.date.fromisoformat(value), language)
        if unit == "year":
            return str(value)
        if unit == "share":
            return wording.percent(value, language, places=places)
        if unit == "ratio":
            return wording.number(value, language, places=2)
        if unit in COUNTED:
            return wording.number(value, language, places=places)
        return wording.money(value, unit, language, places=places)

    def _range(self, *, signed: bool) -> str:
        low, high = self.number.low, self.number.high
        if low is None or high is None:
            raise ValueError(f"the number {self.number.id} has no interval")
        if self.number.unit == "share":
            return wording.percent_range(low, high, self.language, sign=signed)
        joint = "à" if self.language == "fr" else "to"
        return f"{self._written(low)} {joint} {self._written(high)}"


def two_figures(value: float) -> float:
    """`value` rounded to two significant figures: 1 513 is about 1 500."""
    return float(f"{value:.2g}")


@cache
def catalog(language: str) -> dict[str, dict[str, str]]:
    """The words of one language by section; KeyError for a language without a catalog."""
    text = (files("analysis.report") / "locale" / f"{language}.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(text)
    return {name: {key: typeset(word, language) for key, word in words.items()} for name, words in sections.items()}


def words(section: str, language: str) -> dict[str, str]:
    """The words of one section of a language's catalog, for example "charts"."""
    return catalog(language)[section]


def say(key: str, language: str, numbers: Mapping[str, Number], **names: str) -> str:
    """The sentence `section.name` with `numbers` and plain-text `names` put in; KeyError if one is missing."""
    section, name = key.split(".")
    figures = {number_id: Figure(number, language) for number_id, number in numbers.items()}
    return typeset(catalog(language)[section][name].format_map({**figures, **names}), language)


def window_in_words(window: str, language: str) -> str:
    """An ISO interval, month or day in words: "April 2017 to March 2021"; a year or a winter as it is."""
    if window.count("/") == 1 and len(window) > len("2020/21"):
        first, last = (dt.date.fromisoformat(end) for end in window.split("/"))
        return wording.period(first, last, language)
    if re.fullmatch(r"\d{4}-\d{2}", window):
        return wording.month(dt.date.fromisoformat(f"{window}-01"), language)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", window):
        return wording.date(dt.date.fromisoformat(window), language)
    return window
