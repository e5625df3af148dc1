"""A whole dataset whose every free text is hostile: built, reported and opened as readers open it.

Nothing of it runs, links, asks for anything or breaks a page; it stands there as text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pypdf
import pytest

from analysis.dataset import load_dataset
from analysis.records.build import build
from analysis.report.export import write_report
from analysis.report.notebooks import notebook_pages

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "raw" / "sample"
TODAY = pd.Timestamp("2026-11-23").date()

HTML = "<script>alert(1)</script></style><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>"
MARKUP = '{{ name }} {winter_drop} $x^2$ #eval("1+1") #link("https://evil.example")[y] *bold* _it_ @ref <lab> `raw` \\'
TURNED = "\u202eturned\u2066\u200f"
ENDLESS = "W" * 10_000
FORMULA = '=HYPERLINK("https://evil.example";"x")'
HOSTILE = f"{HTML} {MARKUP} {TURNED} {ENDLESS}"
SHORT = f"{FORMULA} <b>{TURNED}"
MARK = "alert(1)"
"""What every hostile text of a page is known by."""


def toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def settings() -> str:
    """The sample's settings, all texts of people's own made hostile."""
    text = (SAMPLE / "dataset.toml").read_text(encoding="utf-8")
    text = text.replace('"Entraide du Détroit"', toml(f"{HOSTILE}\x00\x1b"))
    text = text.replace('reference = "../reference"', "")
    text = text.replace('encoding = "windows-1252"\n', "")
    text = re.sub(r'(?m)^(source(?:_fr)?) = ".*[ :].*"$', lambda found: f"{found[1]} = {toml(HOSTILE)}", text)
    text = text.replace("Calais = [", f"{toml(SHORT)} = [")
    for item, name in (("blanket", "couvertures"), ("soap", "savons"), ("jacket", "vestes chaudes")):
        text = text.replace(f'{item} = ["{name}", ', f'{item} = [{toml(f"{name} {HOSTILE}")}, "{name}", ')
    text = text.replace('match = "pertes.csv"', f"match = {toml(LOSSES)}")
    head = text[: text.index("[[caveats]]")]
    return f"{head}[[caveats]]\nfr = {toml(HOSTILE)}\nen = {toml(HOSTILE)}\n"


LOSSES = "pertes (img src=x onerror=alert(4)) =1+1 ü.csv"


def spiked(source: Path, target: Path, columns: dict[str, str], *, delimiter: str = ",", encoding: str = "utf-8-sig"):
    """A sheet copied with some columns hostile wherever they say something; values stay apart by what they said."""
    with source.open(encoding=encoding, newline="") as file:
        rows = list(csv.reader(file, delimiter=delimiter))
    places = {rows[0].index(name): template for name, template in columns.items()}
    for row in rows[1:]:
        for place, template in places.items():
            row[place] = template.format(row[place]) if row[place] else ""
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def hostile_folder(folder: Path) -> Path:
    """The sample's folder with hostile settings and sheets."""
    folder.mkdir(parents=True)
    for path in SAMPLE.iterdir():
        if path.suffix in (".csv", ".xlsx"):
            shutil.copy(path, folder / path.name)
    (folder / "dataset.toml").write_text(settings(), encoding="utf-8")
    (folder / "pertes.csv").rename(folder / LOSSES)
    said = "{} " + HOSTILE.replace("{", "{{").replace("}", "}}")
    formula = SHORT + " {}"
    spiked(SAMPLE / "appeals.csv", folder / "appeals.csv", {"appeal": formula, "name_fr": said, "name_en": said})
    spiked(SAMPLE / "events.csv", folder / "events.csv", {"label_fr": said, "label_en": said, "source": said})
    spiked(SAMPLE / "temoignages.csv", folder / "temoignages.csv", {"Produit": formula}, delimiter=";")
    spiked(
        SAMPLE / "comptages.csv", folder / "comptages.csv",
        {"Compté par": said, "Périmètre": "{} <script>alert(1)</script>", "Source": said}, delimiter=";",
    )  # fmt: skip
    orders = "liste-envies-commandes.csv"
    spiked(
        SAMPLE / orders, folder / orders, {"Produit": formula, "Campagne": formula}, delimiter=";", encoding="cp1252"
    )
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    dataset = load_dataset(hostile_folder(home / "data" / "raw" / "hostile"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "0" * 64)
        tables = build(dataset, home / "processed")
    write_report(dataset, tables, home / "report", languages=("fr", "en"), today=TODAY)
    return home / "report"


PAGES = ("index.html", "report.fr.html", "report.en.html")


@pytest.mark.parametrize("name", PAGES)
def test_in_a_page_what_is_hostile_is_text_and_no_element(report, name):
    page = (report / name).read_text(encoding="utf-8")

    assert HTML in unescape(page)
    assert re.findall(r"<script|<img|<a [^>]*javascript|<[a-z][^>]*\sonerror", page) == []
    assert re.findall("[\u202a-\u202e\u2066-\u2069\u200f\x00-\x08\x0b-\x1f]", page) == []
    assert "default-src 'none'" in page
    if name != "index.html":
        assert "#eval(" in unescape(page)


def test_charts_are_well_formed_and_hold_no_script(report):
    charts = sorted((report / "charts").glob("*.svg"))

    assert len(charts) > 20
    for path in charts:
        root = ElementTree.parse(path).getroot()
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        names = {name.rpartition("}")[2].lower() for element in root.iter() for name in element.attrib}
        assert tags & {"script", "foreignObject", "a", "image"} == set()
        assert [name for name in names if name.startswith("on")] == []


def test_in_csv_no_cell_is_a_formula_and_none_is_endless(report):
    cells = [
        cell
        for path in (report / "tables").glob("*.csv")
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        for cell in row
    ]
    texts = [cell for cell in cells if cell and not re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", cell)]

    assert any("HYPERLINK" in cell for cell in texts)
    assert [cell for cell in texts if cell[0] in "=+-@\t"] == []
    assert max(map(len, texts)) <= 300
    assert re.findall("[\u202a-\u202e\u2066-\u2069]", "".join(texts)) == []


def test_the_workbook_has_no_formula_no_link_and_opens(report):
    book = zipfile.ZipFile(report / "tables.xlsx")
    parts = {name: book.read(name) for name in book.namelist()}

    assert [
        name for name, part in parts.items() if b"<f>" in part or b"<hyperlink" in part or b"External" in part
    ] == []
    sheets = pd.read_excel(io.BytesIO((report / "tables.xlsx").read_bytes()), sheet_name=None, engine="calamine")
    assert len(sheets) > 10


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_browser_shows_a_page_inside_its_width_and_nothing_runs_or_is_asked_for(browser, report, name, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked, said = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto((report / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    over = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    elements = page.evaluate("document.querySelectorAll('script, img, iframe, object, [onerror], [onload]').length")
    links = page.evaluate("[...document.querySelectorAll('a')].map(one => one.getAttribute('href'))")
    text = page.evaluate("document.body.textContent")
    context.close()

    assert asked == [(report / name).as_uri()]
    assert said == []
    assert over <= 0
    assert elements == 0
    assert [link for link in links if ":" in link] == []
    assert HTML in text


@pytest.mark.parametrize("name", ["brief.fr.pdf", "brief.en.pdf", "report.fr.pdf", "report.en.pdf"])
def test_in_a_pdf_markup_is_text_and_nothing_leaves_it_or_runs(report, name):
    document = pypdf.PdfReader(report / name)
    said = re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in document.pages))
    keys = {str(key) for one in objects(document) if isinstance(one, dict) for key in one}

    assert len(document.pages) == 2 or name.startswith("report")
    assert "<script>alert(1)</script>" in said
    assert '#eval("1+1")#link("https://evil.example")[y]*bold*_it_@ref<lab>' in said
    assert keys & {"/JS", "/JavaScript", "/Launch", "/URI", "/OpenAction", "/AA"} == set()


def objects(document: pypdf.PdfReader) -> Iterator[object]:
    """Every object of a PDF that a reference leads to."""
    for generation, numbers in document.xref.items():
        for number in numbers:
            yield document.get_object(pypdf.generic.IndirectObject(number, generation, document))
    for number in document.xref_objStm:
        yield document.get_object(pypdf.generic.IndirectObject(number, 0, document))


def test_a_notebook_s_page_holds_the_texts_of_a_hostile_dataset_as_text(report, tmp_path):
    """A notebook of the cheapest kind: it shows a table, a sentence and a chart of the dataset's own words."""
    cells = [
        nbformat.v4.new_code_cell("folder = language = ''", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "import pandas as pd\nfrom analysis.dataset import load_dataset\n"
            "dataset = load_dataset(folder)\n"
            "print(dataset.name)\n"
            "pd.DataFrame({'name': [dataset.name], 'norm': [next(iter(dataset.norms.values())).source]})"
        ),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "words.ipynb")
    raw = report.parent / "data" / "raw" / "hostile"
    page = notebook_pages(tmp_path, parameters={"folder": str(raw), "language": "en"})["words"]

    assert "alert(1)" in page
    assert re.findall(r"<script|<img|<a [^>]*javascript|<[a-z][^>]*\sonerror", page) == []
    assert "default-src 'none'" in page
    assert '<html lang="en">' in page
