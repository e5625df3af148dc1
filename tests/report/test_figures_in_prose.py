"""Every figure in the written report's words is one that numbers.json holds: in its unit, sign and rounding.

What is read are the files themselves (pages, drawings' descriptions, the brief), and figures are typed before they
are compared: a share of 30 % is not 30 euros, and a year is not a count. Where a sentence of the catalogs or of
numbers.json says whose figure stands there, it must be that number's.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from string import Formatter
from typing import Any

import pytest
from tests.report.figures_in_text import Figure, figures_in
from tests.report.written import letters, written

from analysis.report.narrative import catalog
from analysis.wording import typeset

LANGUAGES = ("fr", "en")
CHANGE_IS_MINUS = ("winter_drop", "winter_2", "winter_check", "sensitivity_", "placebo_", "split_", "goods_drop")
"""Beginnings of the ids of drops: printed with a sign, a drop of 0.3 is −30 %."""
IN_POINTS = ("rationing_link",)
NOT_COUNTS = ("share", "date", "year")
ALSO = {
    "appeal": ("appeal_weeks", "appeal_launched"),
    "source": ("other_counts_", "source_pairs_"),
    "winter_check": ("winter_2",),
    "winter_expected": ("winter_by_chance",),
    "year_before_expected": ("year_before_",),
    "sensitivity": ("sensitivity_",),
    "placebo_rank": ("placebo_",),
    "testimony_orders": ("testimony_products",),
    "winter_on_year_before": ("winter_expected",),
}
"""Whose figures else a result's own sentence may hold: beginnings of ids."""
EXEMPT = (r"donation-trends (\d[\d.]*\d)",)
"""Figures that are not of the records: the program's own version."""


@dataclass(frozen=True)
class Held:
    """What the files of one report hold: entries of numbers.json by id, and what is said of the report itself."""

    entries: Mapping[str, Mapping[str, Any]]
    windows: frozenset[tuple[str, str]]
    caveats: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, Sequence[tuple[str, re.Pattern[str], Any]]]


@pytest.fixture(scope="module")
def held(sample, sample_report) -> Held:
    entries = json.loads((sample_report / "numbers.json").read_text(encoding="utf-8"))
    made_on = json.loads((sample_report / "manifest.json").read_text(encoding="utf-8"))["made_on"]
    blank = {"low": None, "high": None, "level": None, "window": "", "n": None, "text": {}}
    known = {one["id"]: one for one in entries} | {
        "made_on": blank | {"id": "made_on", "value": made_on, "unit": "date"}
    }
    windows = {(window.first, window.last) for window in (sample.winter, sample.second_window)}
    caveats = {code: tuple(typeset(getattr(one, code), code) for one in sample.caveats) for code in LANGUAGES}
    said = {code: list(sentences(known, code)) for code in LANGUAGES}
    return Held(entries=known, windows=frozenset(windows), caveats=caveats, sentences=said)


@pytest.fixture(scope="module")
def prose(sample_report, sample_findings, edition_of) -> dict[str, list[str]]:
    found = {}
    for code in LANGUAGES:
        pieces = written(sample_report, code, drawn=letters(edition_of(sample_findings, code).charts))
        found[code] = list(dict.fromkeys(one.text for one in pieces if not one.is_cell))
    return found


def rounded(value: float, places: int) -> Decimal:
    exact = Decimal(repr(float(value))) + 0
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


def significant(value: float, figures: int) -> float:
    return float(f"{value:.{figures}g}")


def could_print(entry: Mapping[str, Any], figure: Figure) -> bool:
    """Whether an entry of numbers.json, formatted in any way that prose may use, is this figure."""
    kind, window = figure.kind, entry["window"]
    if kind in ("winter", "year") and not figure.high:
        return figure.value == window or (entry["unit"] == "year" and figure.value == str(entry["value"]))
    if kind == "month":
        ends = [end[:7] for end in window.split("/")]
        return [figure.value, *([figure.high.value] if figure.high else [])] == ends
    if kind == "date":
        ends = [figure.value, *([figure.high.value] if figure.high else [])]
        return ends == window.split("/") or (entry["unit"] == "date" and ends == [entry["value"]])
    if kind in ("percent", "points"):
        return (entry["id"] in IN_POINTS) == (kind == "points") and _is_share(entry, figure) or _is_level(entry, figure)
    if kind == "money":
        return entry["unit"] == figure.unit and _is_amount(entry, figure)
    counted = entry["unit"] not in NOT_COUNTS and not re.fullmatch(r"[A-Z]{3}", entry["unit"])
    return kind == "count" and (counted and _is_amount(entry, figure) or _is_n(entry, figure))


def _is_n(entry: Mapping[str, Any], figure: Figure) -> bool:
    return not figure.high and not figure.sign and entry["n"] is not None and figure.value == str(entry["n"])


def _is_level(entry: Mapping[str, Any], figure: Figure) -> bool:
    level = entry["level"]
    return level is not None and figure.kind == "percent" and not figure.high and _prints(figure, level * 100)


def _is_share(entry: Mapping[str, Any], figure: Figure) -> bool:
    if entry["unit"] != "share":
        return False
    value, low, high = (None if entry[name] is None else entry[name] * 100 for name in ("value", "low", "high"))
    turned = entry["id"].startswith(CHANGE_IS_MINUS)
    if figure.high:
        if low is None or high is None:
            return False
        pairs = [(-high, -low)] if turned else [(low, high)]
        if not figure.sign and not figure.high.sign:
            pairs = [(low, high), (-high, -low)]
        return any(_prints(figure, one) and _prints(figure.high, two) for one, two in pairs)
    known, places = [one for one in (value, low, high) if one is not None], entry.get("places")
    if not figure.sign:
        return any(_prints(figure, abs(one), exactly=places) for one in known)
    return any(_prints(figure, -one if turned else one, exactly=places) for one in known)


def _is_amount(entry: Mapping[str, Any], figure: Figure) -> bool:
    steps: list[Callable[[float], float]] = [lambda one: one]
    if entry["low"] is not None or entry["unit"] == "units":
        steps.append(lambda one: significant(one, 2))
    if entry["id"].endswith("_uplift"):
        steps.append(lambda one: significant(one, 3))
    for step in steps:
        value, low, high = (None if entry[name] is None else step(entry[name]) for name in ("value", "low", "high"))
        if figure.high:
            if low is not None and high is not None and _prints(figure, low) and _prints(figure.high, high):
                return True
        elif any(_prints(figure, one, exactly=entry.get("places")) for one in (value, low, high) if one is not None):
            return True
    return False


def _prints(figure: Figure, value: float, *, exactly: int | None = None) -> bool:
    """Whether `value`, rounded half up to the places printed, is the figure with its sign."""
    places = len(figure.value.partition(".")[2])
    if math.isnan(value) or (exactly is not None and places != exactly):
        return False
    printed = rounded(value, places)
    sign = 1 if printed > 0 else -1 if printed < 0 else 0
    if figure.sign and figure.sign != sign:
        return False
    return abs(printed) == Decimal(figure.value) and (figure.sign == sign or sign >= 0)


def narrowed(entry: Mapping[str, Any], spec: str) -> Mapping[str, Any]:
    """`entry` with only what a placeholder's spec prints of it."""
    bare = {**entry, "low": None, "high": None, "level": None, "window": "", "n": None}
    if spec in ("window", "month"):
        return {**bare, "unit": "", "value": math.nan, "window": entry["window"]}
    if spec == "level":
        return {**bare, "unit": "", "value": math.nan, "level": entry["level"]}
    if spec.endswith("range"):
        return {**bare, "value": math.nan, "low": entry["low"], "high": entry["high"]}
    if spec.endswith("about"):
        which = {"about": "value", "low_about": "low", "high_about": "high"}[spec]
        return {**bare, "value": significant(entry[which], 2)}
    return {**bare, "places": int(spec) if spec.isdigit() else 2 if entry["unit"] == "ratio" else 0}


@dataclass(frozen=True)
class Owner:
    """A stretch of a text whose figures are known to be of some numbers: of one as `spec` prints it, or of several."""

    start: int
    end: int
    entries: tuple[Mapping[str, Any], ...]
    exact: bool


GAP = r"((?:[^\W\d]+[ \u00a0])?[−+]?[€£$]?\d.{0,45}?|[^\d.]{1,60}?)"
"""What a placeholder may have become: a figure, with one word before it at most, or words."""


def _gap(spec: str | None) -> str:
    """The pattern of what a placeholder may have become; with `day|days`, a figure before one of the nouns."""
    if not spec or "|" not in spec:
        return GAP
    *alone, singular, plural = map(re.escape, spec.split("|"))
    return f"({'' if alone else '[^ ]+'})(?:{' ?' if alone else ' '})(?:{singular}|{plural})"


@cache
def patterns(language: str) -> list[tuple[str, re.Pattern[str], list[tuple[str, str]]]]:
    """Each sentence of the catalog with figures: its longest words, its pattern, the placeholder of each group."""
    made = []
    for section in ("text", "titles", "subtitles", "alt", "sentences", "tiles", "labels"):
        for template in catalog(language)[section].values():
            parts = list(Formatter().parse(template))
            fields = [(name, spec or "") for _, name, spec, _ in parts if name]
            words = max((part for part, _, _, _ in parts), key=len)
            if fields and len(re.sub(r"\{\w+(?::\w*)?\}", "", template)) >= 12:
                source = "".join(re.escape(part) + (_gap(spec) if name else "") for part, name, spec, _ in parts)
                made.append((words, re.compile(source + ("$" if template.endswith("}") else "")), fields))
    return made


def owners(text: str, held: Held, language: str) -> list[Owner]:
    """The stretches of `text` of which the catalog or numbers.json says whose figures they hold."""
    found = []
    for words, pattern, fields in patterns(language):
        for match in pattern.finditer(text) if words in text else ():
            for place, (name, spec) in enumerate(fields, start=1):
                if name in held.entries:
                    found.append(Owner(*match.span(place), (narrowed(held.entries[name], spec),), True))
    for words, pattern, ids in held.sentences[language]:
        for match in pattern.finditer(text) if words in text else ():
            known = tuple(entry for one, entry in held.entries.items() if one == ids[0] or one.startswith(ids[1:]))
            found.append(Owner(*match.span(), known, False))
    return found


def sentences(entries: Mapping[str, Mapping[str, Any]], language: str) -> Iterator[tuple[str, re.Pattern[str], Any]]:
    """Each result's own sentence, whatever its figures: its longest words, its pattern, and whose figures it may hold.

    Sentences of the catalog are left out: their placeholders say more.
    """
    of_catalog = {re.sub(r"_(one|fall|rise|unclear)$", "", key) for key in catalog(language)["text"]}
    for one, entry in entries.items():
        said = (entry["text"] or {}).get(language)
        if said and one not in of_catalog:
            parts = re.split(r"(?:[−+][€£$]?|[€£$])?\d[\d\u202f\u00a0.,/%€£$]*(?: points\b)?", said)
            pattern = re.compile("(?:.{1,30}?)".join(map(re.escape, parts)))
            parts_of = (f"{one}_",) if one.startswith("split_") else (f"{one}_uplift",)
            yield max(parts, key=len), pattern, (one, *parts_of, *ALSO.get(one, ALSO.get(one.split("_")[0], ())))


def faults(texts: Sequence[str], held: Held, language: str) -> list[str]:
    """Each figure of `texts` that numbers.json does not hold, or holds for another number, with its sentence."""
    return [
        f"{figure} in: {text}"
        for text in texts
        if text not in held.caveats[language]
        for figure in figures_in(text, language)
        if not exempt(text, figure) and not is_held(figure, held, owners(text, held, language))
    ]


def exempt(text: str, figure: Figure) -> bool:
    return any(match.start(1) == figure.at for pattern in EXEMPT for match in re.finditer(pattern, text))


def is_held(figure: Figure, held: Held, owned: list[Owner]) -> bool:
    if figure.kind == "day":
        ends = (figure, figure.high or figure)
        return tuple(tuple(int(part) for part in one.value.split("-")) for one in ends) in held.windows
    around = [one for one in owned if one.start <= figure.at < one.end]
    exact = [one for one in around if one.exact]
    if figure.high and exact and all(figure.high.at >= one.end for one in exact):
        return all(is_held(one, held, owned) for one in (replace(figure, high=None), figure.high))
    chosen = exact or around or [Owner(0, 0, tuple(held.entries.values()), False)]
    return any(could_print(entry, figure) for one in chosen for entry in one.entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_in_the_written_words_is_one_of_numbers_json(prose, held, language):
    assert faults(prose[language], held, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exemption_is_needed(prose, held, language):
    for pattern in EXEMPT:
        assert any(re.search(pattern, text) for text in prose[language]), pattern


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exempt_caveat_is_printed_and_holds_a_figure(prose, held, language):
    for caveat in held.caveats[language]:
        assert caveat in prose[language] and figures_in(caveat, language)


def test_a_sentence_says_the_same_figures_in_both_languages(held):
    def said(text: str, language: str) -> list[str]:
        return sorted(str(replace(one, sign=0)) for one in figures_in(text, language))

    different = [
        one for one, entry in held.entries.items()
        if entry["text"] and said(entry["text"]["fr"], "fr") != said(entry["text"]["en"], "en")
    ]  # fmt: skip

    assert different == []


N, B = "\u202f", "\u00a0"
CHANGES = [
    ("fr", "text.total_amount", f"634{N}139{B}€", f"634{N}138{B}€", "a digit"),
    ("fr", "text.total_amount", f"634{N}139{B}€", f"63{N}4139{B}€", "groups broken"),
    ("fr", "text.total_amount", f"634{N}139{B}€", f"634{N}13{B}€", "a digit lost"),
    ("fr", "text.total_amount", f"634{N}139{B}€", f"634,139{B}€", "an English group"),
    ("fr", "text.total_amount", f"634{N}139{B}€", "634139 €", "no group"),
    ("fr", "text.total_amount", f"634{N}139{B}€", f"634{N}139{B}£", "another currency"),
    ("fr", "text.total_amount", f"634{N}139{B}€", f"634{N}139", "no unit"),
    ("en", "text.total_amount", "€634,139", "€634.139", "a French group"),
    ("en", "text.total_amount", "€634,139", "634,139€", "the sign behind"),
    ("en", "text.total_amount", "16,740", "6,761", "another number's count"),
    ("fr", "text.winter_drop", f"32{N}%", f"32{B}€", "euros for per cent"),
    ("fr", "text.winter_drop", f"32{N}%", "32", "no per cent"),
    ("fr", "text.winter_drop", f"32{N}%", f"37{N}%", "another number's share"),
    ("fr", "text.winter_drop", f"32{N}%", f"3,2{N}%", "a decimal comma"),
    ("fr", "text.winter_drop", f"de 19{B}à{B}43{N}%", f"de 19{B}à{B}46{N}%", "another range's end"),
    ("fr", "text.winter_drop", f"de 19{B}à{B}43{N}%", f"de 43{B}à{B}19{N}%", "ends exchanged"),
    ("fr", "text.winter_drop", f"de 19{B}à{B}43{N}%", f"de 24{B}à{B}47{N}%", "another number's range"),
    ("fr", "text.winter_drop", f"95{N}%", f"90{N}%", "another level"),
    ("en", "text.winter_drop", "19% to 43%", "19 to 43 euros", "a range without its unit"),
    ("en", "text.winter_drop", "19% to 43%", "−19% to 43%", "a sign"),
    ("en", "text.winter_gap", "€1,500", "€1,600", "rounded wrongly"),
    ("en", "text.winter_gap", "between €750 and €2,300", "between €750 and €2,350", "a high end rounded otherwise"),
    ("fr", "text.period", "1er avril 2017", "1er mai 2017", "another month"),
    ("fr", "text.period", "1er avril 2017", "1 avril 2017", "a first day written so"),
    ("fr", "text.period", "31 mars 2021", "30 mars 2021", "another day"),
    ("en", "text.period", "31 March 2021", "31 March 2020", "another year"),
    ("en", "text.people_latest", "March 2021", "February 2021", "another month"),
    ("en", "text.people_latest", "1,050", "1,250", "the end for the middle"),
    ("fr", "text.boats", "en 2020", "en 2019", "a year that other numbers have"),
    ("fr", "text.sector_december", f"22,5{N}%", f"22.5{N}%", "a decimal point"),
    ("fr", "text.sector_december", f"22,5{N}%", f"23{N}%", "a rounding that hides a decimal"),
    ("fr", "text.source_ratio_1", "0,94", "0,74", "another number's ratio"),
    ("fr", "text.source_ratio_1", "0,87 à 1,09", "0,33 à 0,90", "another number's range"),
    ("en", "text.winter_check", "2017/18", "2016/17", "a winter that was not estimated"),
    ("en", "text.winter_check", "2017/18", "2017/19", "no winter"),
    ("en", "text.winter_expected", "−27% to +38%", "−26% to +43%", "the other's chance"),
    ("en", "text.winter_expected", "−27% to +38%", "27% to +38%", "a sign lost"),
    ("en", "text.sensitivity", "−37% to −27%", "+27% to +37%", "a fall as a rise"),
    ("en", "text.sensitivity", "−5%", "+5%", "a sign turned"),
    ("en", "text.placebo_rank", "7", "8", "a count"),
    ("en", "text.appeal_amount", "57%", "58%", "another outcome's change"),
    ("en", "text.rationing_link", "13 points", "13%", "per cent for points"),
    ("fr", "text.testimony_days", "20 à 46", f"20 à 46{N}%", "days as per cent"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "where", "true", "false", "why"), CHANGES, ids=[change[4] for change in CHANGES])
def test_one_thing_changed_in_a_true_sentence_is_named(held, language, where, true, false, why):
    sentence = held.entries[where.removeprefix("text.")]["text"][language]
    assert true in sentence, sentence

    assert faults([sentence], held, language) == []
    assert len(faults([sentence.replace(true, false, 1)], held, language)) > 0, why


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_digit_changed_in_any_sentence_of_a_number_is_named(held, language):
    """One digit at a time, a number's own sentence each; what stays unnamed is another true figure of that number."""
    tried = missed = 0
    for entry in held.entries.values():
        sentence = (entry["text"] or {}).get(language, "")
        for place, digit in enumerate(sentence):
            if digit.isdigit():
                changed = sentence[:place] + str((int(digit) + 1) % 10) + sentence[place + 1 :]
                tried += 1
                missed += not faults([sentence], held, language) and not faults([changed], held, language)

    assert tried > 500
    assert missed <= 0.02 * tried


@pytest.mark.parametrize(
    ("language", "text", "figures"),
    [
        ("fr", f"de 6 à 135{N}%", ["percent 6 to percent 135"]),
        ("fr", f"6–135{N}%", ["percent 6 to percent 135"]),
        ("fr", f"24{N}% à 53{N}%", ["percent 24 to percent 53"]),
        ("fr", f"de −6 à +135{N}%", ["percent -6 to percent +135"]),
        ("fr", f"1{N}234{B}€", ["money 1234EUR"]),
        ("fr", f"1{B}234{B}€", [f"odd 1{B}234"]),
        ("fr", f"12{N}34{B}€", [f"odd 12{N}34"]),
        ("fr", "32 %", ["odd 32 %"]),
        ("fr", "le 1er mars 2021, la 2e fois", ["date 2021-03-01", "count 2"]),
        ("fr", "1,5 €", ["odd 1,5 €"]),
        ("en", "€1,234 (−5% to 12%)", ["money 1234EUR", "percent -5 to percent 12"]),
        ("en", "6-135%", ["percent 6 to percent 135"]),
        ("en", "−£12.50, 2020/21, 2020", ["money -12.50GBP", "winter 2020/21", "year 2020"]),
        ("en", "12 % and 3€", ["odd 12 %", "odd 3€"]),
        ("en", "12345 gifts on 2021-03-01", ["odd 12345", "year 2021", "odd 03", "odd 01"]),
        ("en", "1 March 2021 to 3 April 2021; 3rd", ["date 2021-03-01 to date 2021-04-03", "count 3"]),
    ],
)  # fmt: skip
def test_figures_are_read_with_their_unit_sign_and_ends(language, text, figures):
    assert [str(one) for one in figures_in(text, language)] == figures
