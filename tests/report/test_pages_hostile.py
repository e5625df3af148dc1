"""Whatever a dataset's words hold, a page shows them as words: escaped, turned by nothing, inside the page."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree

import pandas as pd
import pytest

from analysis.charts.style import Frame, funder_figure, house_style
from analysis.dataset import Said
from analysis.report.chart import Chart, accessible_svg
from analysis.report.findings import make_findings
from analysis.report.pages import index_entry, index_page, report_page
from analysis.report.section import Section
from analysis.report.text_tables import TextTable
from analysis.wording import harmless

SCRIPT = "</style></title><script>alert(1)</script><img src=x onerror=alert(2)> javascript:alert(3) \"' {{ name }}"
TURNED = "a\u202eb\u2066c\x00d\x1be\ud800f"
HOSTILE = f"{SCRIPT} {TURNED} {'W' * 10_000}"
NOT_SHOWN = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def chart(words: str) -> Chart:
    frame = Frame(title=words, subtitle=words, source=words)
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[3.0])
        ax.plot([0, 1], [1, 2])
    return Chart(name="planted", frame=frame, alt=words, figure=figure, table=pd.DataFrame())


@pytest.fixture
def hostile_edition(world, edition_of):
    """An edition whose every word that a dataset can give is hostile."""
    dataset, tables = world("2018-07-01", "2019-06-30")
    edition = edition_of(make_findings(dataset, tables, today=pd.Timestamp("2020-01-01").date()), "en")
    named = replace(dataset, name=HOSTILE, caveats=(Said(fr=HOSTILE, en=HOSTILE),))
    table = TextTable(
        caption=HOSTILE, headings=(HOSTILE, "n"), rows=((HOSTILE, "1"),), numeric=(False, True), file="planted"
    )
    planted = chart(HOSTILE)
    section = Section(id="s", question=HOSTILE, lead=(HOSTILE,), chart=planted, tables=(table,), caveats=(HOSTILE,))
    findings = replace(edition.findings, dataset=named)
    return replace(edition, findings=findings, charts=(planted,), sections=(section,))


def pages(edition) -> dict[str, str]:
    return {
        "report": report_page(edition),
        "index": index_page([index_entry(edition)], notebooks=["one"]),
    }


@pytest.mark.parametrize("name", ["report", "index"])
def test_planted_script_stands_as_text_and_makes_no_element(hostile_edition, name):
    page = pages(hostile_edition)[name]

    assert "alert(1)" in page
    assert re.findall(r"<script|<img|onerror=alert\(2\)>|<[^>]*href=.javascript", page) == []
    assert SCRIPT in unescape(page)


@pytest.mark.parametrize("name", ["report", "index"])
def test_no_character_of_a_page_turns_or_breaks_what_follows(hostile_edition, name):
    page = pages(hostile_edition)[name]

    assert NOT_SHOWN.findall(page) == []
    assert "abcdef" in page
    page.encode("utf-8")


def test_an_svg_with_planted_words_is_well_formed_and_holds_them_as_text():
    svg = accessible_svg(chart(HOSTILE))

    title = ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == harmless(HOSTILE)
    assert NOT_SHOWN.findall(svg) == []
    assert "<script" not in svg


def test_a_chart_with_endless_words_keeps_them_inside_its_width_and_a_page_of_height():
    figure = chart(HOSTILE).figure

    with house_style():
        ends = [text.get_window_extent().x1 for text in figure.texts]
    assert max(ends) <= figure.bbox.width
    assert figure.get_figheight() < 16
