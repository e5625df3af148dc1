"""Workbooks made to do harm: each ends in one sentence, and in little memory."""

import io
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from analysis.faults import DataError
from analysis.records.reading.workbooks import load_sheets

MEGABYTES = 300
ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Sheet">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
FILLED = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
WIDE = FILLED.format(' table:number-columns-repeated="16384"')


def archive(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def ods(rows: str) -> bytes:
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return archive({"mimetype": kind, "content.xml": ODS_HEAD + rows + ODS_TAIL, "META-INF/manifest.xml": manifest})


def xlsx(cells: dict[tuple[int, int], object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Sheet")
        for place, value in cells.items():
            sheet.write(*place, value)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """A sound workbook whose sheet is replaced."""
    out, sound = io.BytesIO(), zipfile.ZipFile(io.BytesIO(xlsx({(0, 0): 1})))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sound.namelist():
            packed.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else sound.read(name))
    return out.getvalue()


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
HOSTILE = {
    "corner": (lambda: xlsx({(0, 0): 1, (1048575, 16383): 1}), "as far as row 1048576 and column 16384"),
    "sparse": (lambda: xlsx({(0, 0): 1, (1048575, 15): 1}), "as far as row 1048576 and column 16"),
    "280 MB": (lambda: archive({"xl/worksheets/sheet1.xml": b"0" * 280_000_000}), "unpacks to 280 MB"),
    "entities": (lambda: with_sheet(ENTITIES), "declares XML entities"),
    "truncated": (lambda: xlsx({(0, 0): 1})[:-40], "cannot be read as a workbook"),
    "cut in half": (lambda: xlsx({(row, 0): row for row in range(999)})[:3000], "cannot be read as a workbook"),
    "not XML": (lambda: with_sheet("<worksheet><sheetData><row><c r='A1'"), "cannot be read as a workbook"),
    "repeated cells": (
        lambda: ods(f"<table:table-row>{WIDE}</table:table-row>" * 80),
        "and column 16384",
    ),
    "repeated rows": (
        lambda: ods(f'<table:table-row table:number-rows-repeated="1048576">{FILLED.format("") * 20}'
                    "</table:table-row>"),
        "as far as row 1048576",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind != "280 MB"])
def test_a_hostile_workbook_ends_in_one_sentence(kind):
    make, sentence = HOSTILE[kind]

    with pytest.raises(DataError) as refusal:
        load_sheets(make(), name="a.xlsx")

    [fault] = refusal.value.faults
    assert sentence in fault.problem
    assert fault.remedy
    assert "\n" not in str(fault)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process took since it began")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_takes_little_memory(kind, tmp_path):
    make, sentence = HOSTILE[kind]
    (tmp_path / "a.xlsx").write_bytes(make())
    code = (
        "import re, sys; from pathlib import Path; from analysis.faults import DataError\n"
        "from analysis.records.reading.workbooks import load_sheets\n"
        "try: load_sheets(Path(sys.argv[1]).read_bytes(), name='a.xlsx')\n"
        "except DataError as error: print(error)\n"
        "print(int(re.search('VmHWM:\\\\s*([0-9]+)', Path('/proc/self/status').read_text()).group(1)) // 1024)"
    )

    said = subprocess.run([sys.executable, "-c", code, tmp_path / "a.xlsx"], capture_output=True, text=True, timeout=60)

    *sentences, peak = said.stdout.splitlines()
    assert sentence in " ".join(sentences), said.stderr
    assert int(peak) < MEGABYTES


def test_rows_that_a_spreadsheet_repeats_below_the_table_are_no_harm():
    rows = f"<table:table-row>{FILLED.format('')}</table:table-row>" * 3
    blank = '<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'

    [(title, found)] = load_sheets(ods(rows + blank), name="a.ods")

    assert (title, found[:3]) == ("Sheet", [["x"], ["x"], ["x"]])
    assert len(found) < 10


def test_a_cell_repeated_a_few_times_is_that_many_cells():
    repeated = FILLED.format(' table:number-columns-repeated="3"')

    [(_, found)] = load_sheets(ods(f"<table:table-row>{repeated}</table:table-row>"), name="a.ods")

    assert found == [["x", "x", "x"]]
