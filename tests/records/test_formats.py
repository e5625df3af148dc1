"""What holds for every known kind of file; and our own sheets as CSV, XLSX and ODS."""

import io
import zipfile
from html import escape

import pandas as pd
import pytest
import xlsxwriter

from analysis.faults import DataError
from analysis.records.blocks import nearest_table
from analysis.records.drafts import Format
from analysis.records.formats import FORMATS

EXACT = [one for one in FORMATS if one.name not in ("canonical", "hxl") and not one.name.startswith("kobo")]


@pytest.mark.parametrize("kind", EXACT, ids=lambda kind: kind.name)
def test_a_header_is_recognised_by_one_kind_only_whatever_its_order_and_case(kind: Format):
    header = [name.upper() for name in reversed(kind.signature)]

    assert [one.name for one in FORMATS if one.recognises("export", header)] == [kind.name]
    assert [one.name for one in FORMATS if one.recognises("export", header[1:]) and one.name == kind.name] == []


def test_every_kind_says_what_it_is_and_what_counts():
    assert [one.name for one in FORMATS if not (one.what and one.signature and one.decides.endswith("."))] == []


CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def ods(rows: list[list[str]], *, below: str = "") -> bytes:
    """A workbook as LibreOffice writes it, in its smallest form."""
    cells = ["".join(CELL.format(escape(cell)) for cell in row) for row in rows]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    table = f'<table:table table:name="Sheet1">{body}{below}</table:table>'
    text = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}><office:body><office:spreadsheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("content.xml", f"{text}{table}</office:spreadsheet></office:body></office:document-content>")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>',
        )
    return out.getvalue()


def xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Sheet1")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def text(rows: list[list[str]]) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def test_an_ods_whose_repeats_hold_a_huge_table_is_refused_and_empty_repeats_are_not(build_files):
    rows = [["started_on", "label_fr", "label_en"], ["30/10/2020", "Confinement", "Lockdown"]]
    cells = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{cells}'
    fine = ods(rows, below=f"{empty}</table:table-row>")
    huge = ods(rows, below=f"{empty}{CELL.format('x')}</table:table-row>")

    assert len(build_files({"events.ods": fine}).events) == 1
    with pytest.raises(DataError, match="has cells as far as row 1048002 and column 16385"):
        build_files({"events.ods": huge})


ITEMS = '[items]\nblanket = ["couverture"]\n'
SHEETS = {
    "losses": (
        [["lost_on", "item", "quantity", "cause"], ["31/01/2021", "Couvertures", "12", "eviction"]],
        {"lost_on": pd.Timestamp("2021-01-31"), "item": "blanket", "quantity": 12.0, "cause": "eviction"},
    ),
    "testimonies": (
        [["testimony_id", "product", "posted_on", "status"], ["t1", "couverture", "31/01/2021", "online"]],
        {"testimony_id": "t1", "item": "blanket", "posted_on": pd.Timestamp("2021-01-31"), "status": "online"},
    ),
    "events": (
        [["started_on", "kind", "label_fr", "label_en"], ["30/10/2020", "lockdown", "Confinement", "Lockdown"]],
        {"started_on": pd.Timestamp("2020-10-30"), "label_fr": "Confinement", "label_en": "Lockdown"},
    ),
    "stock": (
        [["counted_on", "item", "quantity"], ["31/01/2021", "couverture", "1 200"]],
        {"counted_on": pd.Timestamp("2021-01-31"), "item": "blanket", "quantity": 1200.0},
    ),
}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("table", SHEETS)
def test_a_sheet_of_ours_is_read_from_text_and_workbooks(build_files, table, ending):
    rows, expected = SHEETS[table]
    content = {"csv": text, "xlsx": xlsx, "ods": ods}[ending](rows)

    [row] = getattr(build_files({f"{table}.{ending}": content}, ITEMS), table).to_dict("records")
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_exchange_rates_are_read_from_text_and_workbooks(build_files, ending):
    rates = [["month", "currency", "rate"], ["2021-01", "GBP", "1,12"]]
    gifts = "received_on;amount;original_currency\n31/01/2021;100;GBP\n"
    content = {"csv": text, "xlsx": xlsx, "ods": ods}[ending](rates)

    tables = build_files({f"exchange_rates.{ending}": content, "donations.csv": gifts})
    assert tables.donations["amount"].tolist() == [112.0]


def test_a_month_and_a_range_are_counts(build_files):
    rows = [["counted_on", "people", "method"], ["2016-02", "500-800", "estimate"]]

    [count] = build_files({"headcounts.ods": ods(rows)}).headcounts.to_dict("records")
    assert (count["counted_on"], count["people"]) == (pd.Timestamp("2016-02-15"), 650)
    assert (count["low"], count["high"]) == (500, 800)


@pytest.mark.parametrize(
    ("name", "header", "table"),
    [
        ("releve dons.csv", ["Jour", "Somme"], "donations"),
        ("2021.csv", ["Jour", "Personnes", "Recensement"], "headcounts"),
        ("distribution_janvier.csv", ["Jour", "Combien"], "distributions"),
        ("x.csv", ["a", "b"], "donations"),
    ],
)
def test_the_nearest_table_is_the_one_whose_words_stand_in_name_and_header(name, header, table):
    assert nearest_table(name, header) == table


def test_a_file_that_nothing_recognises_gets_a_block_that_can_be_completed(build_files):
    kept = "Jour\tObjet\tNombre\tCause de la perte\n31/01/2021\tcouverture\t12\texpulsion\n"
    with pytest.raises(DataError) as refused:
        build_files({"pertes.txt": kept})
    block = "[[files]]" + str(refused.value).partition("[[files]]")[2].rstrip(".")

    assert 'table = "losses"' in block
    assert 'delimiter = "\\t"' in block
    for column, header in (("lost_on", "Jour"), ("item", "Objet"), ("quantity", "Nombre")):
        block = block.replace(f"HEADER OF {column}", header)
    assert build_files({"pertes.txt": kept}, block + ITEMS).losses["quantity"].tolist() == [12.0]
