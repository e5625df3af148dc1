"""Workbooks made to do harm, each with the words in which reading it must end."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
FILLED = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
WIDE = FILLED.format(' table:number-columns-repeated="16384"')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="{}"/>'
)
SHEET, BOOK, LINKS, TEXTS = (
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml",
)  # fmt: skip
CORNER = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
LONG = "x" * 900_000
FAR, BROKEN, LARGE = "cells as far as row", "cannot be read as a workbook", "Save the sheet as CSV"


def archive(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def xlsx(cells: dict[tuple[int, int], object]) -> bytes:
    """A sound workbook with these cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Sheet")
        for place, value in cells.items():
            sheet.write(*place, value)
    return out.getvalue()


def with_parts(parts: dict[str, str | bytes]) -> bytes:
    """A sound workbook in which these parts are added or replaced."""
    sound = zipfile.ZipFile(io.BytesIO(xlsx({(0, 0): 1})))
    return archive({**{name: sound.read(name) for name in sound.namelist()}, **parts})


def sheet(rows: str) -> str:
    """The XML of a sheet with these rows."""
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def with_rows(rows: str) -> bytes:
    """A sound workbook whose only sheet holds these rows."""
    return with_parts({SHEET: sheet(rows)})


def with_texts(texts: str, rows: str) -> bytes:
    """A sound workbook with these shared texts, and rows that show them."""
    return with_parts({TEXTS: f'<?xml version="1.0"?><sst xmlns="{MAIN}">{texts}</sst>', SHEET: sheet(rows)})


def elsewhere(path: str, rows: str = CORNER) -> bytes:
    """A sound workbook whose sheet stands at another path than is usual."""
    links = _part(LINKS).replace("worksheets/sheet1.xml", path.removeprefix("xl/"))
    return with_parts({LINKS: links, path: sheet(rows)})


def _part(name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(xlsx({(0, 0): 1}))).read(name).decode()


def ods(rows: str, *, around: str = '<table:table table:name="Sheet">{}</table:table>') -> bytes:
    """An ODS workbook whose sheet holds these rows."""
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = ODS_HEAD + around.format(rows) + ODS_TAIL
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def row(cells: str, times: int = 1) -> str:
    """An ODS row, repeated."""
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def lying(*, about_its_sum: bool = False) -> bytes:
    """A sheet of 100 MB that says it is a small one, `about_its_sum` too: its beginning passes for the whole."""
    small = sheet("<row><c><v>1</v></c></row>").encode()
    large = small + b" " * (100_000_000 - len(small))
    content = with_parts({SHEET: large}).replace(struct.pack("<I", len(large)), struct.pack("<I", len(small)))
    true, said = (struct.pack("<I", zipfile.crc32(one)) for one in (large, small))
    return content.replace(true, said) if about_its_sum else content


def encrypted() -> bytes:
    """A workbook whose parts are marked as encrypted, as ZIP programs do."""
    content = bytearray(xlsx({(0, 0): 1}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def many_sheets() -> bytes:
    """A large sheet that the workbook lists ten thousand times."""
    listed = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(10_000))
    links = "".join(RELATION.format(f"r{n}", "worksheets/sheet1.xml") for n in range(10_000))
    book = _part(BOOK).replace('<sheet name="Sheet" sheetId="1" r:id="rId1"/>', listed)
    rows = "<row><c><v>1</v></c></row>" * 100_000
    return with_parts({BOOK: book, LINKS: _part(LINKS).replace("</Relationships>", f"{links}</Relationships>"),
                       SHEET: sheet(rows)})  # fmt: skip


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>'
    "</worksheet>"
)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "corner": (lambda: xlsx({(0, 0): 1, (1048575, 16383): 1}), "as far as row 1048576 and column 16384"),
    "sparse": (lambda: xlsx({(0, 0): 1, (1048575, 15): 1}), "as far as row 1048576 and column 16"),
    "280 MB": (lambda: archive({SHEET: b"0" * 280_000_000}), "unpacks to 280 MB"),
    "entities": (lambda: with_parts({SHEET: ENTITIES}), "declares XML entities"),
    "entities in UTF-16": (lambda: with_parts({SHEET: ENTITIES.encode("utf-16")}), BROKEN),
    "truncated": (lambda: xlsx({(0, 0): 1})[:-40], BROKEN),
    "cut in half": (lambda: xlsx({(row, 0): row for row in range(999)})[:3000], BROKEN),
    "not XML": (lambda: with_parts({SHEET: "<worksheet><sheetData><row><c r='A1'"}), BROKEN),
    "corner between single quotes": (lambda: with_rows(CORNER), FAR),
    "corner in UTF-16": (lambda: with_parts({SHEET: sheet(CORNER).encode("utf-16")}), BROKEN),
    "corner in another folder": (lambda: elsewhere("xl/sheets/one.xml"), FAR),
    "corner under another ending": (lambda: elsewhere("xl/worksheets/one.dat"), BROKEN),
    "corner behind a prefix": (lambda: with_rows(CORNER.replace("<c ", "<x:c ").replace("</c>", "</x:c>")), FAR),
    "corner by counting": (lambda: with_rows(f"<row r='1048576'>{'<c><v>1</v></c>' * 16384}</row>"), FAR),
    "one row of 30,000 columns": (
        lambda: with_rows(f"<row>{'<c/>' * 30_000}</row>" + "<row><c/></row>" * 200), FAR),
    "name of two lines": (lambda: with_parts({"xl/a\nb.xml": "?"}), BROKEN),
    "row that goes on and on": (lambda: with_rows(f"<row>{'<c><v>1</v></c>' * 2_500_000}</row>"), LARGE),
    "five million elements": (lambda: with_rows("<row/>" * 5_000_000), LARGE),
    "one tag of 50 MB": (lambda: with_rows(f"<row x='{'x' * 50_000_000}'/>"), BROKEN),
    "one text of 150 MB": (lambda: with_rows(f"<row><c t='str'><v>{'x' * 150_000_000}</v></c></row>"), BROKEN),
    "comment of 150 MB": (lambda: with_rows(f"<!--{'x' * 150_000_000}-->"), BROKEN),
    "one text shown 500,000 times": (
        lambda: with_texts(f"<si><t>{LONG}</t></si>", "<row><c t='s'><v>0</v></c></row>" * 500_000), LARGE),
    "five million shared texts": (lambda: with_texts("<si/>" * 5_000_000, ""), LARGE),
    "a text's number in two pieces": (
        lambda: with_texts(f"<si><t>{LONG}</t></si>" + "<si/>" * 9,
                           "<row><c t='s'><v>0<!-- -->1</v></c></row>" * 1000), BROKEN),
    "one sheet listed 10,000 times": (many_sheets, BROKEN),
    "a size that is not true": (lying, "Bad CRC-32"),
    "encrypted parts": (encrypted, "protected by a password"),
    "encrypted by Excel, or old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "password"),
    "binary workbook": (lambda: archive({"xl/workbook.bin": b"\x83\x01"}), "binary Excel workbook"),
    "archive of photos": (lambda: archive({"a.jpg": b"\xff\xd8"}), "no workbook"),
    "11,000 parts": (lambda: archive({str(n): b"" for n in range(11_000)}), "more than 10,000 parts"),
    "packed by LZMA": (lambda: archive({"xl/workbook.xml": "<x/>"}, zipfile.ZIP_LZMA), BROKEN),
    "repeated cells": (lambda: ods(row(WIDE) * 80), "and column 16384"),
    "repeated rows": (lambda: ods(row(FILLED.format("") * 20, 1048576)), "as far as row 1048576"),
    "repeated rows of repeated cells": (lambda: ods(row(WIDE, 1048576)), FAR),
    "rows repeated between single quotes": (lambda: ods(row(WIDE, 1048576).replace('"', "'")), FAR),
    "repeated formulas": (
        lambda: ods(row('<table:table-cell table:formula="1" table:number-columns-repeated="900000000"/>')), FAR),
    "repeated text": (
        lambda: ods(row(FILLED.format(' table:number-columns-repeated="900"').replace(">x<", f">{LONG}<"))), LARGE),
    "repeated spaces": (lambda: ods(row(FILLED.format("").replace(">x<", '><text:s text:c="4000000000"/><'))), LARGE),
    "a table in a table": (
        lambda: ods(f"{row(FILLED.format(''), 900_000)}<table:table>{row(WIDE)}</table:table>"), BROKEN),
    "two tables of one name": (
        lambda: ods("", around='<table:table table:name="a"/>' * 2), BROKEN),
}  # fmt: skip
"""By name: how the workbook is made, and words of the sentence in which reading it must end."""
