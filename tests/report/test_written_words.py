"""The words of the written report: typography, no word of the other language, and sentences that can be read."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from tests.report.readability import lix
from tests.report.readability import words as words_in
from tests.report.vocabulary import known, of_dataset, words_of
from tests.report.written import Piece, letters, written

from analysis.report.export import write_report
from analysis.report.findings import make_findings

LANGUAGES = ("fr", "en")
CITED = re.compile(
    r"https?://\S+|\b[\w-]+\.(?:fr|org|net|be|com|uk)\b[^\s;]*(?: article)?(?: \d[\d.]+)?|\b123dok\b.*"
    r"|La Voix du Nord|Préfecture"
)
"""Where published figures come from: newspapers, sites and their pages."""
FILE = re.compile(r"\b[\w/]+\.(?:csv|json|xlsx|pdf|html)\b")
KINDS_OF_FILE = {"png", "svg", "csv", "json", "xlsx", "pdf"}
FRENCH_FAULTS = {
    "a space that may break": re.compile(r"(?:[ \t\n][;:!?%€»])|(?:« )"),
    "no space": re.compile(r"[^\W][;!?»%€]|[^\W\d](?::)(?!//)|«(?![\u00a0\u202f])"),
    "a straight quote": re.compile(r"[\"']"),
    "a hyphen for a dash": re.compile(r" - |--"),
}
ENGLISH_FAULTS = {
    "French spacing": re.compile(r"[ \u00a0\u202f\t\n][;:!?%»]|[«»]|\d\s€|\d[\u00a0\u202f]"),
    "a straight quote": re.compile(r"[\"']"),
    "a hyphen for a dash": re.compile(r" - |--"),
}
RAW = {
    "a column's name": re.compile(r"\b[a-z]+(?:_[a-z]+)+\b"),
    "an ISO date": re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b"),
    "a bare float": re.compile(r"\d\.\d{3,}|\d{5,}\b"),
    "a value of Python": re.compile(r"\b(?:None|True|False|nan|NaN|NaT|inf)\b|<NA>"),
    "a placeholder": re.compile(r"[{}]"),
}


def faults(text: str, language: str) -> list[str]:
    """What is wrong with the typography of a text, or what no reader should see in it."""
    seen = CITED.sub("", FILE.sub(" ", text))
    rules = RAW | (FRENCH_FAULTS if language == "fr" else ENGLISH_FAULTS)
    wrong = [f"{name}: {text}" for name, rule in rules.items() if rule.search(seen)]
    point = {"fr": r"\d\.\d", "en": r"\d,\d(?!\d\d)"}[language]
    return wrong + ([f"a decimal of the other language: {text}"] if re.search(point, RELEASE.sub("", seen)) else [])


RELEASE = re.compile(r"donation-trends \d+\.\d+\.\d+|standard \d\.\d")
"""Versions and numbers of standards, which are names."""


def strangers(text: str, words: frozenset[str]) -> set[str]:
    """The words of a text that its language does not have."""
    seen = CITED.sub("", FILE.sub(" ", text))
    return {one for one in words_of(seen) - words - KINDS_OF_FILE if len(one) > 1}


@pytest.fixture(scope="module")
def pieces(sample_report, sample_findings, edition_of) -> dict[str, list[Piece]]:
    """Everything written but the letters of drawings, whose words `chart_rules` holds."""
    drawn = {code: letters(edition_of(sample_findings, code).charts) for code in LANGUAGES}
    return {code: written(sample_report, code, drawn=drawn[code]) for code in LANGUAGES}


@pytest.fixture(scope="module")
def texts(pieces) -> dict[str, list[str]]:
    return {code: list(dict.fromkeys(one.text for one in pieces[code])) for code in LANGUAGES}


@pytest.fixture(scope="module")
def words(sample, sample_tables) -> dict[str, frozenset[str]]:
    return {code: known(code) | of_dataset(sample, sample_tables, code) for code in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_typography_is_that_of_the_language_and_nothing_raw_is_printed(texts, language):
    assert [wrong for text in texts[language] for wrong in faults(text, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_one_of_its_language(texts, words, language):
    found = {stranger: text for text in texts[language] for stranger in strangers(text, words[language])}

    assert found == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Combien de personnes ?"), ("fr", "Baisse de 32 %"), ("fr", "634 139 €"), ("fr", "sûr; oui"),
        ("fr", "une « fourchette »"), ("fr", "l'hiver"), ("fr", 'dit "oui"'), ("fr", "reçu - donné"), ("fr", "32%"),
        ("fr", "Semaine du 2021-03-01"), ("fr", "0.94 fois"), ("fr", "winter_drop"), ("fr", "nan"), ("fr", "True"),
        ("fr", "0.9433"), ("fr", "12345 dons"), ("fr", "Bonjour {name}"), ("fr", "Source: dons"),
        ("en", "How many people\u202f?"), ("en", "32\u202f%"), ("en", "“range” : 3"), ("en", "donors' gifts"),
        ("en", "1\u202f234"), ("en", "0,9 weeks"), ("en", "None"), ("en", "2021-03-01"), ("en", "received - given"),
    ],
)  # fmt: skip
def test_a_fault_of_typography_is_named(language, text):
    assert faults(text, language) != []


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "sleeping bag"), ("fr", "par week"), ("fr", "donations received"), ("fr", "none"), ("fr", "Rows read"),
     ("fr", "Jackets"), ("fr", "the"), ("en", "par semaine"), ("en", "les dons"), ("en", "sacs de couchage")],
)  # fmt: skip
def test_a_word_of_the_other_language_is_named(words, language, text):
    assert strangers(text, words[language]) != set()


HARDEST = 55
"""LIX: 45 is a newspaper's, 55 the upper end of what is written for readers who are not of the trade."""
LONGEST = 35
"""Words from one full stop to the next; what stands in brackets, most often a range, is counted apart."""


def is_paragraph(piece: Piece) -> bool:
    """Whether it is running text of a page or of the brief: no table, no key of a chart, no link."""
    inside = piece.inside
    return inside[-1] in ("p", "li", "pdf") and not {"figure", "details", "nav", "header"} & set(inside[:-1])


@pytest.fixture(scope="module")
def paragraphs(pieces) -> dict[str, list[str]]:
    return {code: list(dict.fromkeys(one.text for one in pieces[code] if is_paragraph(one))) for code in LANGUAGES}


def too_hard(text: str) -> list[str]:
    """Why a paragraph is hard to read; one of fewer than a dozen words has no measure."""
    bare = re.sub(r"\s?\([^)]*\)", "", text)
    long = [one for one in re.split(r"(?<=[.?!])[ \u00a0]", bare) if len(words_in(one)) > LONGEST]
    hard = len(words_in(bare)) >= 12 and lix(bare) > HARDEST
    return [f"{len(words_in(one))} words: {one}" for one in long] + ([f"LIX {lix(bare):.0f}: {text}"] if hard else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paragraph_can_be_read_by_someone_who_is_not_of_the_trade(paragraphs, language):
    measured = [one for one in paragraphs[language] if len(words_in(one)) >= 12]

    assert len(measured) > 90
    assert [why for one in paragraphs[language] for why in too_hard(one)] == []
    assert sum(map(lix, measured)) / len(measured) < 40


def test_the_measure_is_bjornsson_s():
    """Ten words in two sentences, four of them longer than six letters: 5 + 40."""
    assert lix("The winter brought little. Generous donations stayed away from everybody.") == 10 / 2 + 40


def test_a_long_sentence_and_a_learned_one_are_named():
    assert too_hard("So it went on and on and " * 6 + "on.") != []
    learned = "Heteroscedasticity notwithstanding, autoregressive specifications unconditionally outperformed "
    assert too_hard(f"{learned}alternative parametrisations throughout comprehensive simulated examinations.") != []
    assert too_hard("Giving fell by about 32% in the winters recorded (95% range: 19% to 43%).") == []


def test_a_small_charity_s_report_has_no_word_of_the_other_language(world, edition_of, tmp_path):
    """Items without a name in French are called by their key, which is then the charity's own word."""
    settings = 'currency = "EUR"\n[items]\nsac_de_couchage = []\ncouverture = ["couvertures"]\n'
    dataset, tables = world("2017-07-01", "2020-06-30", settings=settings)

    today = dt.date(2026, 1, 1)
    write_report(dataset, tables, tmp_path / "report", languages=LANGUAGES, today=today)

    findings = make_findings(dataset, tables, today=today)
    for language in LANGUAGES:
        known_here = known(language) | of_dataset(dataset, tables, language)
        drawn = letters(edition_of(findings, language).charts)
        for piece in written(tmp_path / "report", language, drawn=drawn):
            assert strangers(piece.text, known_here) == set(), piece.text
            assert faults(piece.text, language) == []
