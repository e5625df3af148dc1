"""A workbook packed anew: only the parts that hold its cells, each looked through to the end and found small enough.

What is opened afterwards is exactly what was looked at, whatever the archive says of itself: parts that lie about
their size, that stand twice, that are encrypted or in another encoding, macros and links are refused or left behind.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from analysis.faults import DataError
from analysis.records.reading.extents import (
    AS_CSV,
    LOCKED,
    READ_AGAIN,
    UNLOCK,
    Counter,
    OdsCounter,
    XlsxCounter,
    unusable,
)

LARGEST_UNPACKED = 200_000_000
MOST_PARTS = 10_000
MOST_ELEMENTS = 4_000_000
PIECE = 1 << 20
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
DIRECTORY_ENTRY = b"PK\x01\x02"
ENCRYPTED = 1
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError, OverflowError,
    RuntimeError,
)  # fmt: skip
"""What an archive that contradicts itself may end in."""
ODS_PARTS = ("mimetype", "content.xml", "META-INF/manifest.xml")
NEVER_READ = ("xl/charts/", "xl/drawings/", "xl/externallinks/", "xl/pivotcache/", "xl/pivottables/", "xl/querytables/")


def packed_anew(content: bytes, *, name: str) -> bytes:
    """The workbook with the parts that hold its cells; DataError when it is none or too large to open."""
    if content.startswith(COMPOUND_FILE):
        problem = "is protected by a password, or is an old Excel file (.xls) under another name"
        raise unusable(name, problem, "Save it again as XLSX, without a password")
    if content.count(DIRECTORY_ENTRY) > MOST_PARTS:
        raise unusable(name, f"is an archive of more than {MOST_PARTS:,} parts", READ_AGAIN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _packed(archive, name)
    except DataError:
        raise
    except BROKEN as error:
        raise unusable(name, f"cannot be read as a workbook: {error}", READ_AGAIN) from error


def _packed(archive: zipfile.ZipFile, name: str) -> bytes:
    """The chosen parts in a new archive; ValueError and its like when they cannot be followed."""
    parts = {entry.filename: entry for entry in archive.infolist()}
    if "xl/workbook.bin" in parts:
        raise unusable(name, "is a binary Excel workbook (.xlsb) under another name", READ_AGAIN)
    ods = "content.xml" in parts and not any(map(_in_xlsx, parts))
    chosen = [entry for part, entry in parts.items() if (part in ODS_PARTS if ods else _in_xlsx(part))]
    if not chosen:
        raise unusable(name, "is an archive and no workbook", READ_AGAIN)
    unpacked = sum(entry.file_size for entry in chosen)
    if unpacked > LARGEST_UNPACKED:
        raise unusable(name, f"unpacks to {unpacked // 1_000_000} MB", AS_CSV)
    packed = _copied(archive, chosen, name)
    counter = OdsCounter(name) if ods else XlsxCounter(name)
    with zipfile.ZipFile(io.BytesIO(packed)) as fresh:
        for part in fresh.namelist():
            if part != "mimetype":
                with fresh.open(part) as opened:
                    _look_through(opened, part, counter)
    counter.done()
    return packed


def _copied(archive: zipfile.ZipFile, chosen: Sequence[zipfile.ZipInfo], name: str) -> bytes:
    """A new archive of these parts, as far as they can be unpacked and hold no more elements than may be read."""
    out, elements = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as fresh:
        for entry in chosen:
            if entry.flag_bits & ENCRYPTED:
                raise unusable(name, LOCKED, UNLOCK)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"{entry.filename} is packed in an unusual way")
            with archive.open(entry) as opened, fresh.open(entry.filename, "w") as copy:
                for piece in _pieces(opened, entry.filename):
                    copy.write(piece)
                    elements += piece.count(b"<") - piece.count(b"</")
                    if elements > MOST_ELEMENTS:
                        raise unusable(name, f"holds more than {MOST_ELEMENTS // 1_000_000} million elements", AS_CSV)
    return out.getvalue()


def _pieces(opened: IO[bytes], part: str) -> Iterator[bytes]:
    """The part's bytes; ValueError for what is not XML in UTF-8, or would have to be kept in memory as a whole."""
    while piece := opened.read(PIECE):
        if b"\0" in piece:
            raise ValueError(f"{part} is not XML in UTF-8")
        if len(piece) == PIECE and b"<" not in piece:
            raise ValueError(f"{part} goes on for {PIECE >> 20} MB without an element")
        yield piece


def _in_xlsx(part: str) -> bool:
    """Whether a part may hold cells, shared texts, number formats or what leads to them."""
    plain = part.casefold().replace("\\", "/")
    if plain.endswith(".rels"):
        return plain == "_rels/.rels" or plain.startswith("xl/_rels/workbook")
    holds = plain.startswith("xl/") and plain.endswith(".xml") and not plain.startswith(NEVER_READ)
    return holds or plain == "[content_types].xml"


def _look_through(opened: IO[bytes], part: str, counter: Counter) -> None:
    """Count what stands in a part; DataError for too much, ValueError for what is not XML in UTF-8."""
    counter.begin()
    parser = _parser(counter)
    try:
        for piece in _pieces(opened, part):
            parser.Parse(piece, False)
            counter.paused()
        parser.Parse(b"", True)
    except ExpatError as error:
        raise ValueError(f"{part} is not XML in UTF-8 ({error})") from error
    counter.finish()


def _parser(counter: Counter) -> XMLParserType:
    """A parser that tells the counter of every element and text, and knows no other encoding than UTF-8."""
    parser = ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = counter.start, counter.end
    parser.CharacterDataHandler = counter.text.append
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = counter.interrupted
    parser.StartDoctypeDeclHandler = counter.refuse_entities
    return parser
