"""The PDFs as a validator of PDF/UA-1 looks at them: tags, language, fonts, alt text, bookmarks, real text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from analysis.dataset import Said
from analysis.report.findings import make_findings
from analysis.report.paper import as_printed, brief, full_report
from analysis.wording import typeset

LANGUAGES = ("fr", "en")
FILES = [f"{name}.{language}.pdf" for name in ("brief", "report") for language in LANGUAGES]


@pytest.fixture(scope="module")
def pdf_of(sample_report):
    """The name of a PDF of the sample's report -> its reader."""
    readers = {name: PdfReader(sample_report / name) for name in FILES}
    return readers.__getitem__


def tags(reader: PdfReader) -> Iterator[tuple[str, dict]]:
    """Every element of the structure tree in reading order, with its role."""

    def below(node) -> Iterator[tuple[str, dict]]:
        if isinstance(node, list):
            for one in node:
                yield from below(one.get_object())
        elif isinstance(node, dict):
            if "/S" in node and node["/S"] != "/GoTo":
                yield node["/S"].removeprefix("/"), node
            if "/K" in node:
                yield from below(node["/K"].get_object())

    yield from below(reader.root_object["/StructTreeRoot"]["/K"].get_object())


def text_of(reader: PdfReader) -> str:
    """All words with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


def fonts_of(reader: PdfReader) -> dict[str, dict]:
    """Every font of the pages and of the drawings in them, by name, with its descriptor."""

    def within(resources) -> Iterator[tuple[str, dict]]:
        for font in resources.get("/Font", {}).values():
            inner = font.get_object()
            held = inner["/DescendantFonts"][0].get_object() if "/DescendantFonts" in inner else inner
            yield str(inner["/BaseFont"]), held.get("/FontDescriptor", {})
        for drawn in resources.get("/XObject", {}).values():
            if "/Resources" in drawn.get_object():
                yield from within(drawn.get_object()["/Resources"].get_object())

    return {name: font for page in reader.pages for name, font in within(page["/Resources"].get_object())}


@pytest.mark.parametrize("name", FILES)
def test_a_pdf_is_tagged_titled_in_its_language_and_declares_pdf_ua(pdf_of, name):
    reader = pdf_of(name)
    root, said = reader.root_object, reader.xmp_metadata

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(name.split(".")[1])
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Entraide du Détroit" in reader.metadata.title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in said.stream.get_data()
    assert {page.get("/Tabs") for page in reader.pages if "/Annots" in page} <= {"/S"}


@pytest.mark.parametrize("name", FILES)
def test_every_font_is_inside(pdf_of, name):
    fonts = fonts_of(pdf_of(name))

    assert len(fonts) >= 3
    assert [font for font, inside in fonts.items() if not any(key.startswith("/FontFile") for key in inside)] == []


@pytest.mark.parametrize("name", FILES)
def test_headings_are_bookmarks_and_go_down_one_step_at_a_time(pdf_of, name):
    reader = pdf_of(name)
    levels = [int(role[1]) for role, _ in tags(reader) if re.fullmatch(r"H\d", role)]
    flat = [one for entry in reader.outline for one in (entry if isinstance(entry, list) else [entry])]

    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in zip(levels, levels[1:], strict=False))
    assert len(flat) >= len(levels) - 1 > 2


@pytest.mark.parametrize("name", FILES)
def test_every_picture_has_its_alt_text_and_every_table_its_heading_row(pdf_of, sample_findings, edition_of, name):
    found = list(tags(pdf_of(name)))
    edition = edition_of(sample_findings, name.split(".")[1])
    alts = [node["/Alt"] for role, node in found if role == "Figure" and "/Alt" in node]
    tables = sum(role == "Table" for role, _ in found)

    assert set(alts) <= {chart.alt for chart in edition.charts}
    assert len(alts) == (3 if name.startswith("brief") else len(edition.charts))
    assert tables == sum(role == "THead" for role, _ in found)
    assert (tables > 10) == name.startswith("report")


@pytest.mark.parametrize("name", FILES)
def test_a_pdf_opens_nothing_and_runs_nothing(pdf_of, name):
    reader = pdf_of(name)
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]

    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(reader.root_object)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(reader.root_object.get("/Names", {}))
    assert [link for link in links if "/URI" in str(link.get("/A", ""))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_has_two_pages_with_the_claim_what_it_means_the_ask_and_where_it_is_from(
    pdf_of, sample_findings, edition_of, language
):
    reader = pdf_of(f"brief.{language}.pdf")
    edition = edition_of(sample_findings, language)
    text = text_of(reader)
    sections = {section.id: section for section in edition.sections}
    ask = getattr(sample_findings.dataset.ask, language)
    said = [edition.claim, sections["in_goods"].lead[0], typeset(ask, language)]
    said += [edition.numbers[one].text[language] for one in ("people_latest", "appeal_amount", "rows_read")]

    assert len(reader.pages) == 2
    assert [sentence for sentence in said if " ".join(sentence.split()) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_inside_charts_are_text(pdf_of, language):
    words = {"fr": ("Kits d’hygiène", "Vérification, hiver par hiver"), "en": ("Hygiene kits", "Check")}[language]
    text = text_of(pdf_of(f"brief.{language}.pdf"))

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_full_report_asks_every_question_in_order_and_names_the_tables_it_leaves_out(
    pdf_of, sample_findings, edition_of, language
):
    text = text_of(pdf_of(f"report.{language}.pdf"))
    after_contents = text[text.rindex(edition_of(sample_findings, language).sections[0].lead[0].split(",")[0]) :]
    questions = [" ".join(section.question.split()) for section in edition_of(sample_findings, language).sections[1:]]
    places = [after_contents.find(question) for question in questions]

    assert -1 not in places
    assert places == sorted(places)
    assert "tables/giving_and_need.csv" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_that_is_hidden_whole_is_left_out_and_one_of_unknown_ends_stays(sample_findings, edition_of, language):
    edition = edition_of(sample_findings, language)
    section = next(one for one in edition.sections if one.id == "testimonies")
    donors = next(one for one in edition.sections if one.id == "donors")
    hidden = {"fr": "non publié", "en": "not published"}[language]

    ends, years = as_printed(section.tables[1], language), as_printed(donors.tables[0], language)

    assert ends["headings"] == list(section.tables[1].headings)
    assert {row[-1] for row in ends["rows"]} == {"–"}
    assert len(donors.tables[0].headings) - len(years["headings"]) == 2
    assert hidden not in {cell for row in years["rows"] for cell in row}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [("2018-07-01", "2019-06-30"), ("2020-01-01", "2020-03-15")])
def test_a_brief_of_few_records_is_no_longer_than_two_pages_and_has_no_empty_heading(world, edition_of, language, days):
    dataset, tables = world(*days)
    edition = edition_of(make_findings(dataset, tables, today=dt.date(2021, 1, 1)), language)
    reader = PdfReader(BytesIO(brief(edition)))

    text = text_of(reader)
    assert len(reader.pages) <= 2
    assert " ".join(edition.claim.split()) in text
    assert {"fr": "Ce que nous demandons", "en": "What we ask for"}[language] not in text


def test_what_no_font_can_show_and_words_without_end_do_not_stop_a_pdf(world, edition_of):
    hostile = "#eval(1) *b* @ref $x$ \U0001f9e6 \u4e2d\u6587 \u0627\u0644 " + "W" * 10_000
    dataset, tables = world("2018-07-01", "2019-06-30")
    edition = edition_of(make_findings(dataset, tables, today=dt.date(2021, 1, 1)), "en")
    named = replace(edition.findings.dataset, name=hostile[:90], caveats=(Said(fr=hostile, en=hostile),))
    spoiled = replace(edition, findings=replace(edition.findings, dataset=named))

    for made in (brief(spoiled), full_report(spoiled)):
        assert "#eval(1) *b* @ref $x$ □ □□ ال" in text_of(PdfReader(BytesIO(made)))
