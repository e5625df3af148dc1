"""OFX and CAMT.053 bank statements in, one sheet out: a row a transaction, headed by the standards' own names.

OFX comes as SGML without closing tags as often as XML; its transactions are a flat list of tags, read as such,
so that no entity is ever resolved. CAMT.053 is XML, read by defusedxml, which refuses entities and DTDs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np
from defusedxml.ElementTree import fromstring

from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Sheet

OFX_HEADER = ("DTPOSTED", "TRNAMT", "FITID", "TRNTYPE", "NAME", "MEMO", "CURDEF")
CAMT_HEADER = ("BookgDt", "Amt", "Ccy", "CdtDbtInd", "Sts", "AcctSvcrRef", "RmtInf")
OFX_TAG = re.compile(r"<(/?[A-Z0-9.]+)>([^<]*)")
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " "}
ENTRY = re.compile(rb"<(?:\w+:)?Ntry[ >]")
LABELS = ("Ustrd", "AddtlNtryInf", "AddtlTxInf", "Nm")
LARGEST = 50_000_000


def statement_sheet(content: bytes, lines: Sequence[str], *, name: str) -> Sheet:
    """The transactions of an OFX or CAMT.053 file, `lines` being its text; `lines` of the sheet are where each starts.

    Where several transactions share a line, the sheet counts transactions instead. Raises DataError when the
    file is neither, cannot be read or is larger than 50 MB.
    """
    if len(content) > LARGEST:
        raise _unusable(name, f"is too large for a statement: {len(content) // 1_000_000} MB")
    if any("<OFX>" in line for line in lines):
        return _sheet(name, OFX_HEADER, *_ofx(lines))
    return _sheet(name, CAMT_HEADER, *_camt(content, name))


def _sheet(name: str, header: tuple[str, ...], rows: list[list[str]], places: list[int]) -> Sheet:
    apart = len(places) == len(rows) and len(set(places)) == len(places)
    columns = zip(*rows, strict=True) if rows else [() for _ in header]
    return Sheet(
        file=name,
        header=header,
        header_line=1,
        columns=tuple(Distinct.of(cells) for cells in columns),
        lines=np.array(places if apart else range(1, len(rows) + 1), dtype=np.int64),
    )


def _ofx(lines: Sequence[str]) -> tuple[list[list[str]], list[int]]:
    """Each transaction's values under OFX_HEADER and the line it starts on."""
    rows: list[dict[str, str]] = []
    places: list[int] = []
    currency, inside = "", False
    for place, line in enumerate(lines, start=1):
        for found in OFX_TAG.finditer(CDATA.sub("", line)):
            tag, text = found.group(1), _unescaped(found.group(2))
            if tag == "STMTTRN":
                rows.append({"CURDEF": currency})
                places.append(place)
                inside = True
            elif tag == "/STMTTRN":
                inside = False
            elif tag == "CURDEF":
                currency = text
            elif inside and tag in OFX_HEADER:
                rows[-1].setdefault(tag, text[:8] if tag == "DTPOSTED" else text)
    return [[_dashed(row.get(tag, "")) if tag == "DTPOSTED" else row.get(tag, "") for tag in OFX_HEADER]
            for row in rows], places  # fmt: skip


def _dashed(day: str) -> str:
    """20210131 as 2021-01-31; anything else as it stands."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdecimal() else day


def _unescaped(text: str) -> str:
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text.strip()


def _camt(content: bytes, name: str) -> tuple[list[list[str]], list[int]]:
    """Each entry's values under CAMT_HEADER and the line it starts on."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (SyntaxError, ValueError, LookupError) as error:
        raise _unusable(name, f"cannot be read as OFX or XML: {type(error).__name__}") from error
    statements = [element for element in root if _tag(element) == "BkToCstmrStmt"]
    if not statements:
        raise _unusable(name, "is XML, and not a CAMT.053 bank statement")
    entries = [element for element in statements[0].iter() if _tag(element) == "Ntry"]
    starts = [found.start() for found in ENTRY.finditer(content)]
    return [_entry(entry) for entry in entries], _line_numbers(content, starts)


def _line_numbers(content: bytes, starts: Sequence[int]) -> list[int]:
    numbers, line, before = [], 1, 0
    for start in starts:
        line += content.count(b"\n", before, start)
        numbers.append(line)
        before = start
    return numbers


def _entry(entry: Element) -> list[str]:
    """An entry's own amount, sign, state, day and reference, and every text that says what it is."""
    own = {_tag(child): child for child in entry}
    amount, booked, state = own.get("Amt"), own.get("BookgDt"), own.get("Sts")
    labels = [(child.text or "").strip() for child in entry.iter() if _tag(child) in LABELS]
    return [
        _all_text(booked)[:10],
        _all_text(amount),
        "" if amount is None else amount.get("Ccy", ""),
        _all_text(own.get("CdtDbtInd")),
        _all_text(state),
        _all_text(own.get("AcctSvcrRef")),
        " ".join(filter(None, labels)),
    ]


def _all_text(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _tag(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _unusable(name: str, problem: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, 'Export it again as CSV, or put "_" before its name')])
