"""Counts agree with their nouns, and sentences with their intervals, in both languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from string import Formatter

import pytest
from tests.report.test_figures_in_prose import rounded

from analysis.models.results import PerPerson, WinterDrop
from analysis.models.winter.sensitivity import Variation, WinterSensitivity
from analysis.report.narrative import COUNTED, Figure, Number, catalog
from analysis.report.numbers import make_numbers

LANGUAGES = ("fr", "en")
SECTIONS = ("text", "titles", "subtitles", "alt", "sentences", "tiles", "labels", "pieces", "norms", "charts")
FROM_TEN = (
    "year_", "donors", "testimonies", "retained", "new", "returning", "lapsed", "refused", "boats", "wish_waiting",
    "wish_late", "new_or_returning",
)  # fmt: skip
"""Beginnings of what is released only from ten up, or published by others in thousands."""
HAS_ONE = ("rows_quarantined", "rows_duplicate", "rows_excluded", "headcounts", "items_tried", "appeal_soft_weeks")
"""Counts of which one is said by a sentence of its own, `<key>_one`."""
MANY = (
    "appeal_placebos", "sensitivity_tried", "appeal_by_chance", "accounts", "appeal_seen_once_in", "weeks", "years",
    "items_assessed", "quantity",
)  # fmt: skip
"""Counts said beside another that is one, or of which one has its own title: there is always more than one of them."""
WRITTEN = ("weeks", "years", "quantity", "donors", "retained", "new", "returning", "new_or_returning", "lapsed")
"""Counts that charts and norms put into words themselves."""
SAME = {
    "fr": ("fois", "moins", "plus", "sous", "dans", "sans", "très", "mois", "sur", "des"),
    "en": ("is", "was", "has", "as"),
}
PLURAL = {
    "fr": re.compile(r"(?<![\d,\u202f/])\b[01][ \u00a0]((?:n’)?[^\W\d_]+)"),
    "en": re.compile(r"(?<![\d.,/])\b1 ([^\W\d_]+)"),
}
VERBS = {
    "fr": ("ont", "sont", "étaient", "avaient", "donnent", "montrent", "n’ont", "seraient"),
    "en": ("were", "are", "have", "give", "show", "say", "people"),
}


def disagreeing(text: str, language: str) -> list[str]:
    """The words after a count of one (in French of none, too) that stand in the plural."""
    following = [one.lower() for one in PLURAL[language].findall(text)]
    ends = ("s", "x") if language == "fr" else ("s",)
    return [
        one for one in following
        if one in VERBS[language] or (one.endswith(ends) and one not in SAME[language])
    ]  # fmt: skip


def count(value: int, language: str) -> Figure:
    return Figure(Number(id="n", value=value, unit="items"), language)


class Dots:
    """What is no count, in a template's place."""

    def __format__(self, spec: str) -> str:
        return "…"


@pytest.fixture(scope="module")
def counts(sample_findings) -> frozenset[str]:
    """The placeholders that stand for a count: those of the sample's numbers, and words of charts and norms."""
    known = {one.id for one in make_numbers(sample_findings).values() if one.unit in COUNTED}
    return frozenset(known | {one.removesuffix("_1") for one in known} | set(WRITTEN))


def filled(template: str, language: str, value: int, counts: frozenset[str]) -> str:
    """A catalog's sentence with `value` for each count that may be so few, and dots for the rest."""
    values: dict[str, object] = {}
    for _, name, spec, _ in Formatter().parse(template):
        if name:
            many = name.startswith(FROM_TEN) or name in (*MANY, *HAS_ONE)
            counted = (name in counts and spec in ("", "1")) or "|" in (spec or "")
            values[name] = count(12 if many else value, language) if counted else Dots()
    return template.format_map(values)


@pytest.mark.parametrize("value", [0, 1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_says_a_plural_of_one(language, value, counts):
    said = {
        f"{section}.{key}": filled(template, language, value, counts)
        for section in SECTIONS
        for key, template in catalog(language)[section].items()
    }

    assert {key: text for key, text in said.items() if disagreeing(text, language)} == {}


@pytest.mark.parametrize("key", HAS_ONE)
def test_counts_of_which_one_has_its_own_sentence_have_it(key):
    own = {"items_tried": "text.items_none_one", "appeal_soft_weeks": "sentences.appeal_soft_week"}
    section, name = own.get(key, f"text.{key}_one").split(".")

    assert all("{" + key + "}" not in catalog(language)[section][name] for language in LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("fr", "1 dons", ["dons"]), ("fr", "0 semaines", ["semaines"]), ("fr", "1 ont été", ["ont"]),
        ("fr", "1 fois, 21 dons, 2\u202f001 dons, 0,1 %", []), ("en", "1 weeks", ["weeks"]), ("en", "0 weeks", []),
        ("en", "1 were kept", ["were"]), ("en", "11 weeks, 0.1 weeks", []), ("en", "1 is", []),
    ],
)  # fmt: skip
def test_a_plural_of_one_is_named(language, text, wrong):
    assert disagreeing(text, language) == wrong


def test_a_count_takes_the_number_of_its_language():
    said = [f"{count(value, language):jour|jours}" for language in LANGUAGES for value in (0, 1, 2)]

    assert said == ["0 jour", "1 jour", "2 jours", "0 jours", "1 jour", "2 jours"]
    assert f"{count(1, 'fr'):|est|sont} {count(2, 'fr'):|est|sont}" == "est sont"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("agreeing", [0, 1, 2])
def test_one_calculation_that_agrees_is_one(language, agreeing):
    def variation(key: str, clear: bool) -> Variation:
        return Variation(key=key, drop=0.2, lower=0.1 if clear else -0.1, upper=0.3)

    keys = ("peak_not_held", "trend_that_bends_more", "trend_that_bends_less", "months")
    for first in (True, False):
        variations = (variation("default", first), *(variation(key, i < agreeing) for i, key in enumerate(keys)))
        said = WinterSensitivity(variations=variations, level=0.95).summary(language)
        assert disagreeing(said, language) == []


CLAIMS = {
    "fr": {
        "fall": r"\bbaiss|\bfall\b|\bmoins\b|\bplus faible",
        "rise": r"\baugment|\bhausse|\bde plus\b|\bplus élevée",
    },
    "en": {"fall": r"\bfell\b|\bfall\b|\blower\b|\bfalls\b|\bless\b", "rise": r"\brose\b|\brise\b|\bhigher\b|\bmore\b"},
}
HEDGES = {
    "fr": r"pas d’évolution claire|ne disent pas|n’excluent rien|rien n’est exclu|rien de sûr|pas de lien clair|tranch",
    "en": r"no clear|do not (?:clearly )?show|cannot tell|can be ruled out|far from certain|do not settle",
}
INTERVALS = [
    (0.1, 0.2, 0.3),
    (-0.3, -0.2, -0.1),
    (-0.1, 0.02, 0.2),
    (0.002, 0.1, 0.2),
    (-0.2, -0.1, 0.004),
    (0.0, 0.1, 0.2),
]


def directional() -> list[str]:
    """Ids whose sentence in the catalog has one form a direction."""
    keys = catalog("en")["text"]
    return sorted({re.sub(r"_unclear$", "", key) for key in keys if key.endswith("_unclear")})


def direction(low: float, high: float, *, more: bool) -> str:
    """What an interval in whole percent lets one say, worked out apart from the package."""
    if rounded(low * 100, 0) <= 0 <= rounded(high * 100, 0):
        return "unclear"
    return "rise" if (low > 0) == more else "fall"


def without_ranges(text: str) -> str:
    return re.sub(r"\([^)]*\)", "", text)


def hedged(text: str, expected: str, language: str) -> bool:
    """Whether a sentence says what it may: a hedge and no claim, or the claim of its direction and no other."""
    bare = without_ranges(text)
    if expected == "unclear":
        return bool(re.search(HEDGES[language], bare))
    other = {"fall": "rise", "rise": "fall"}[expected]
    claims = CLAIMS[language]
    return bool(
        re.search(claims[expected], bare)
        and not re.search(claims[other], bare)
        and not re.search(HEDGES[language], bare)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ends", INTERVALS)
def test_catalog_sentences_claim_what_their_interval_lets_them(language, ends):
    low, value, high = ends
    for number_id in directional():
        one = Number(id=number_id, value=value, low=low, high=high, level=0.95, unit="share")
        template = catalog(language)["text"][f"{number_id}_{one.direction}"]
        said = template.format_map({number_id: Figure(one, language), "second_window": "…"})
        expected = direction(low, high, more=number_id == "headcount_winter_change")

        assert one.direction == expected
        assert hedged(said, expected, language), said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ends", INTERVALS)
def test_results_claim_what_their_interval_lets_them(language, ends, sample_findings):
    low, value, high = ends
    for result in (sample_findings.drop, sample_findings.each, sample_findings.per_person):
        assert isinstance(result, WinterDrop | PerPerson) or result is sample_findings.each
        said = replace(result, drop=value, lower=low, upper=high).summary(language)
        assert hedged(said, direction(low, high, more=False), language), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_directional_sentence_of_the_sample_is_no_surer_than_its_interval(sample_report, language):
    entries = json.loads((sample_report / "numbers.json").read_text(encoding="utf-8"))
    told = 0
    for entry in entries:
        text = (entry["text"] or {}).get(language)
        if text and entry["unit"] == "share" and entry["low"] is not None and entry["id"].startswith(DIRECTIONAL):
            more = entry["id"].startswith(("headcount", "appeal", "testimony"))
            assert hedged(text, direction(entry["low"], entry["high"], more=more), language), text
            told += 1
    assert told >= 12


DIRECTIONAL = (
    "winter_drop", "winter_check", "goods_drop", "headcount_winter_change", "appeal_amount", "appeal_donations",
    "appeal_new_donors", "appeal_wish", "appeal_goods", "appeal_sleeping", "appeal_food", "appeal_jacket",
    "testimony_orders",
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Les dons ont baissé d’environ 5 %.", "unclear"), ("en", "Giving fell by about 5%.", "rise"),
        ("en", "The records show no clear change.", "fall"), ("en", "Giving fell, but rose.", "fall"),
    ],
)  # fmt: skip
def test_a_sentence_surer_than_its_interval_is_named(language, text, expected):
    assert not hedged(text, expected, language)
