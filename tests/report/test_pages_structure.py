"""How pages are built: small, in order, and leading to every file of the report."""

from __future__ import annotations

import re

import pytest

PAGES = ("index.html", "report.fr.html", "report.en.html")
MOST_BYTES = 3_000_000


def text_of(folder, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_larger_than_three_megabytes(sample_report, name):
    assert len((sample_report / name).read_bytes()) <= MOST_BYTES


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_step_at_a_time_from_one_title(sample_report, name):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", text_of(sample_report, name))]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in zip(levels, levels[1:], strict=False))


def test_the_index_leads_to_every_file_of_the_report(sample_report):
    linked = set(re.findall(r'href="([^"#]+)"', text_of(sample_report, "index.html")))
    there = {path.relative_to(sample_report).as_posix() for path in sample_report.rglob("*") if path.is_file()}

    assert there - linked == {"index.html"}
    assert linked - there == set()


def test_the_index_names_each_table_in_words_and_once_a_language(sample_report):
    page = text_of(sample_report, "index.html")
    tables = re.findall(r'<li>([^<]*)<a href="tables/(\w+)\.csv"', page)

    assert len(tables) > 10
    assert [name for title, name in tables if not title.strip(" –\n")] == []
    assert {page.count(f'"tables/{path.name}"') for path in (sample_report / "tables").iterdir()} == {2}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_inside_a_page_and_to_a_file_leads_somewhere(sample_report, name):
    page = text_of(sample_report, name)
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    links = re.findall(r'href="([^"]+)"', page)

    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    assert [link for link in links if not link.startswith("#") and not (sample_report / link).is_file()] == []


@pytest.mark.parametrize("name", ["report.fr.html", "report.en.html"])
def test_a_drawing_holds_no_title_or_source_and_each_letter_is_defined_once(sample_report, name):
    page = text_of(sample_report, name)
    letters = re.findall(r'<path id="(DejaVuSans[^"]*)"', page)

    assert len(letters) > 100
    assert len(letters) == len(set(letters))
    assert 'id="winter_drop-frame"' not in page
    assert 'id="winter_drop-frame"' in text_of(sample_report, f"charts/winter_drop.{name[7:9]}.svg")


@pytest.mark.parametrize("name", ["report.fr.html", "report.en.html"])
def test_each_row_of_a_table_has_its_heading_and_each_table_its_name(sample_report, name):
    page = text_of(sample_report, name)
    rows = page.count("<tr>") - page.count("<thead>")

    assert page.count('scope="row"') == rows > 100
    assert page.count("<caption>") == page.count("<table>")
