"""Words: equal catalogs, no digits in them, French typography, and sentences no surer than the interval."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from string import Formatter

import pytest

import analysis
from analysis.columns import RECORD_TABLES
from analysis.records.formats import FORMATS
from analysis.report.findings import make_findings
from analysis.report.narrative import Figure, Number, catalog, say, window_in_words, words
from analysis.report.winter_sections import per_person_claim, winter_claim, winter_sentences
from analysis.wording import typeset

ENGLISH = re.compile(
    r"\b(the|and|of|with|from|winter|giving|gifts|people|records|week|interval|was|were)\b", re.IGNORECASE
)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_have_the_same_sections_and_keys():
    french, english = catalog("fr"), catalog("en")

    assert {section: set(words) for section, words in french.items()} == {
        section: set(words) for section, words in english.items()
    }


def test_both_languages_name_the_same_figures():
    french, english = catalog("fr"), catalog("en")

    different = [
        f"{section}.{key}" for section in french for key in french[section]
        if fields(french[section][key]) != fields(english[section][key])
    ]  # fmt: skip

    assert different == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_catalog_holds_a_digit(language):
    for section, entries in catalog(language).items():
        for key, text in entries.items():
            assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", text)), f"{section}.{key}"


def test_no_english_word_stands_in_french_words():
    found = [(key, text) for words in catalog("fr").values() for key, text in words.items() if ENGLISH.search(
        re.sub(r"\{[^}]*\}", "", text))]  # fmt: skip

    assert [key for key, _ in found if key != "other_language"] == []


def test_no_english_word_stands_in_a_french_edition(sample_findings, edition_of):
    edition = edition_of(sample_findings, "fr")
    texts = [edition.claim, *(chart.alt for chart in edition.charts), *(chart.frame.title for chart in edition.charts)]
    texts += [sentence for section in edition.sections for sentence in (*section.lead, *section.caveats)]

    assert [text for text in texts if ENGLISH.search(text)] == []


def test_french_spaces_never_break_before_high_punctuation_or_a_percent_sign():
    assert typeset(
        "Baisse : 22 % ; sûr ? « oui »", "fr"
    ) == "Baisse\u00a0: 22\u202f% ; sûr\u202f? «\u00a0oui\u00a0»".replace(" ;", "\u202f;")
    assert typeset("Fall: 22%; sure?", "en") == "Fall: 22%; sure?"


def test_a_number_is_written_by_its_unit():
    drop = Number(id="winter_drop", value=0.216, low=0.11, high=0.31, level=0.95, unit="share")
    money = Number(id="total_amount", value=1234.5, unit="EUR")

    assert f"{Figure(drop, 'en')} ({Figure(drop, 'en'):range}, {Figure(drop, 'en'):level})" == "22% (11% to 31%, 95%)"
    assert f"{Figure(drop, 'en'):change_range}" == "−31% to −11%"
    assert f"{Figure(money, 'fr')}" == "1\u202f235\u00a0€"
    assert f"{Figure(money, 'en')}" == "€1,235"


@pytest.mark.parametrize(
    ("low", "high", "number_id", "direction"),
    [
        (0.1, 0.3, "winter_drop", "fall"),
        (-0.3, -0.1, "winter_drop", "rise"),
        (-0.1, 0.3, "winter_drop", "unclear"),
        (0.004, 0.3, "winter_drop", "unclear"),
        (0.1, 0.3, "headcount_winter_change", "rise"),
    ],
)
def test_the_direction_is_no_surer_than_the_interval_as_printed(low, high, number_id, direction):
    assert Number(id=number_id, value=(low + high) / 2, low=low, high=high, unit="share").direction == direction


def test_windows_are_written_in_words():
    assert window_in_words("2017-04-01/2021-03-31", "fr") == "avril 2017 à mars 2021"
    assert window_in_words("2020-12", "en") == "December 2020"
    assert window_in_words("2020-12-01", "fr") == "1er décembre 2020"
    assert window_in_words("2020/21", "fr") == "2020/21"
    assert window_in_words("2019", "en") == "2019"


def test_a_sentence_without_its_number_is_an_error():
    with pytest.raises(KeyError, match="total_amount"):
        say("text.total_amount", "en", {}, name="A")


def test_without_headcounts_the_per_person_part_says_so(world, edition_of):
    dataset, tables = world("2017-07-01", "2020-06-30")
    findings = make_findings(dataset, tables, today=dt.date(2026, 1, 1))
    edition = edition_of(findings, "en")

    assert findings.need is None
    assert per_person_claim(findings, edition.numbers, "en").startswith("No count of people in need was supplied")
    assert "winter_drop_per_person" not in edition.numbers
    assert winter_claim(findings, edition.numbers, "en").startswith(
        "Leaving year-end giving and appeals aside, giving fell by"
    )


def test_with_one_winter_the_raw_change_and_the_reason_stand_in_its_place(world, edition_of):
    dataset, tables = world("2017-07-01", "2018-06-30")
    findings = make_findings(dataset, tables, today=dt.date(2026, 1, 1))
    for language, reason, raw in (("en", "only one whole winter", "less than"), ("fr", "qu’un seul hiver", "de moins")):
        edition = edition_of(findings, language)
        sentences = winter_sentences(findings, edition.numbers, language)

        assert reason in sentences[0]
        assert raw in sentences[1]
        assert [chart.name for chart in edition.charts] == ["giving_and_need", "seasonal_profile"]


def test_no_words_stand_in_a_catalog_that_nothing_prints():
    package = Path(analysis.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*") if path.suffix in (".py", ".j2"))
    sections = ("labels", "questions", "charts", "titles", "subtitles", "notes", "alt", "sentences")
    keys = [(section, key) for section in sections for key in catalog("en")[section]]

    made_up = (
        "row_",
        "giving_",
        "winter_",
        "source_",
        "check_",
        "other_",
        "coverage_",
        "stock_",
        "wish_",
        "testimony_",
    )
    unused = [key for _, key in keys if not re.search(rf"\b{key}\b", code) and not key.startswith(made_up)]

    assert unused == []


def test_every_kind_of_file_has_a_name_for_readers():
    kinds = {known.name.partition("_")[0] for known in FORMATS} - {"canonical", "hxl"} | set(RECORD_TABLES)

    assert kinds - set(catalog("fr")["kinds"]) == set()


def test_every_word_of_the_glossary_has_its_meaning():
    for language in ("fr", "en"):
        assert list(words("terms", language)) == list(words("glossary", language))


def test_the_glossary_closes_the_report(edition_of, sample_findings):
    for language in ("fr", "en"):
        last = edition_of(sample_findings, language).sections[-1]
        assert last.id == "glossary"
        assert len(last.tables[0].rows) == len(words("terms", language))
