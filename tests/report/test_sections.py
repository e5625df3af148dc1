"""The report's sections: under the questions of the design, in their order, none of them empty."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.report.findings import make_findings
from analysis.report.sections import CHAPTERS

HEADS = ["records", "need", "winter", "coverage", "appeal", "quality", "method", "glossary"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_section_of_the_sample_stands_under_its_question(sample_findings, edition_of, language):
    edition = edition_of(sample_findings, language)

    assert [chapter[0].id for chapter in edition.chapters] == HEADS
    assert [[one.id for one in chapter] for chapter in edition.chapters] == [list(chapter) for chapter in CHAPTERS]
    assert [one for chapter in edition.chapters for one in chapter] == list(edition.sections)


def test_a_question_that_the_records_cannot_touch_has_no_heading_and_every_heading_its_sentence(world, edition_of):
    dataset, tables = world("2018-07-01", "2019-06-30")
    edition = edition_of(make_findings(dataset, tables, today=dt.date(2021, 1, 1)), "fr")

    assert [chapter[0].id for chapter in edition.chapters] == [
        one for one in HEADS if one not in ("coverage", "appeal")
    ]
    assert [section.id for section in edition.sections if not section.lead or not section.lead[0]] == []
