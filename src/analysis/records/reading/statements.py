"""OFX and CAMT.053 bank statements in, one sheet out: a row a transaction, headed by the standards' own names.

OFX comes as SGML without closing tags as often as XML; its transactions are a flat list of tags, read as such,
so that no entity is ever resolved. CAMT.053 is XML, read by defusedxml, which refuses entities and DTDs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from defusedxml.ElementTree import DefusedXMLParser

from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Sheet

OFX_HEADER = ("DTPOSTED", "TRNAMT", "FITID", "TRNTYPE", "NAME", "MEMO", "CURDEF")
CAMT_HEADER = ("BookgDt", "Amt", "Ccy", "CdtDbtInd", "Sts", "AcctSvcrRef", "RmtInf")
OFX_TAG = re.compile(r"<(/?[A-Za-z0-9._]+)\s*>([^<]*)")
OFX_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4,6}(?:\.[0-9]*)?)?(?:\[.*)?")
ACCOUNTS = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
"""What an account's own part of an OFX file begins with."""
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " "}
STATEMENT, OWN = "BkToCstmrStmt", ("BookgDt", "Amt", "CdtDbtInd", "Sts", "AcctSvcrRef")
LABELS = ("Ustrd", "AddtlNtryInf", "AddtlTxInf", "Nm")
DEEPEST = 100
LARGEST = 50_000_000


def statement_sheet(content: bytes, lines: Sequence[str], *, name: str) -> Sheet:
    """The transactions of an OFX or CAMT.053 file, `lines` being its text; `lines` of the sheet are where each starts.

    Where several transactions share a line, the sheet counts transactions instead. Raises DataError when the
    file is neither, cannot be read or is larger than 50 MB.
    """
    if len(content) > LARGEST:
        raise _unusable(name, f"is too large for a statement: {len(content) // 1_000_000} MB")
    if any("<" in line and "<OFX" in line.upper() for line in lines):
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
    """Each transaction's values under OFX_HEADER and the line it starts on.

    A transaction's own CURRENCY wins over its account's; ORIGCURRENCY is that of an amount that stands nowhere.
    """
    rows, places = list[dict[str, str]](), list[int]()
    account, inside, foreign = "", False, False
    for place, line in ((place, line) for place, line in enumerate(lines, start=1) if "<" in line):
        for found in OFX_TAG.finditer(CDATA.sub("", line)):
            tag, text = found.group(1).upper(), _unescaped(found.group(2))
            if tag == "STMTTRN":
                rows.append({"CURDEF": account})
                places.append(place)
                inside, foreign = True, False
            elif tag == "/STMTTRN":
                inside = False
            elif tag in ACCOUNTS:
                account = ""
            elif tag == "CURDEF":
                account = text
            elif tag in ("CURRENCY", "/CURRENCY"):
                foreign = tag == "CURRENCY"
            elif inside and foreign and tag == "CURSYM":
                rows[-1]["CURDEF"] = text
            elif inside and tag in OFX_HEADER:
                rows[-1].setdefault(tag, text)
    return [[_dashed(row.get(tag, "")) if tag == "DTPOSTED" else row.get(tag, "") for tag in OFX_HEADER]
            for row in rows], places  # fmt: skip


def _dashed(day: str) -> str:
    """20210131 or 20210131120000[-5:EST], the bank's own day, as 2021-01-31; anything else as it stands."""
    found = OFX_DAY.fullmatch(day)
    return "-".join(found.groups()) if found else day


def _unescaped(text: str) -> str:
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text.strip()


class _Camt:
    """Told of a CAMT.053 file tag by tag, keeps the entries of all its statements; memory stays small."""

    def __init__(self, name: str) -> None:
        self.name, self.statements, self.rows, self.places = name, 0, list[list[str]](), list[int]()
        self.parser = DefusedXMLParser(target=self, forbid_dtd=True)
        self._path: list[str] = []
        self._entry: dict[str, list[str]] | None = None
        self._depth, self._own, self._currency = 0, "", ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Hear of an element that begins; DataError where a file is nested deeper than any statement."""
        name = tag.rpartition("}")[2]
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise _unusable(self.name, "is XML that is nested deeper than any bank statement")
        if name == STATEMENT:
            self.statements += 1
        elif self._entry is not None and len(self._path) == self._depth + 1:
            self._own = name
            if name == "Amt":
                self._currency = attributes.get("Ccy", "")
        elif name == "Ntry" and self._entry is None and STATEMENT in self._path:
            self._entry, self._depth, self._own, self._currency = {}, len(self._path), "", ""
            self.places.append(self.parser.parser.CurrentLineNumber)

    def data(self, text: str) -> None:
        """Hear of text."""
        if self._entry is not None:
            if self._own in OWN:
                self._entry.setdefault(self._own, []).append(text)
            if self._path[-1] in LABELS:
                self._entry.setdefault("RmtInf", []).append(text)

    def end(self, _: str) -> None:
        """Hear of an element that ends."""
        ended = self._path.pop()
        if self._entry is not None and ended in LABELS:
            self._entry.setdefault("RmtInf", []).append(" ")
        if self._entry is not None and len(self._path) < self._depth:
            own = {name: "".join(texts) for name, texts in self._entry.items()}
            self.rows.append([self._currency if name == "Ccy" else _cell(name, own) for name in CAMT_HEADER])
            self._entry = None


def _cell(name: str, own: dict[str, str]) -> str:
    """What an entry says itself: its day, or its text with single spaces."""
    text = " ".join(own.get(name, "").split())
    return text[:10] if name == "BookgDt" else text


def _camt(content: bytes, name: str) -> tuple[list[list[str]], list[int]]:
    """Each entry's values under CAMT_HEADER and the line it starts on."""
    found = _Camt(name)
    try:
        found.parser.feed(content)
        found.parser.close()
    except DataError:
        raise
    except SyntaxError as error:
        raise _unusable(name, f"cannot be read as OFX or XML: ParseError, {error}") from error
    except (ValueError, LookupError) as error:
        raise _unusable(name, f"cannot be read as OFX or XML: {type(error).__name__}") from error
    if not found.statements:
        raise _unusable(name, "is XML, and not a CAMT.053 bank statement")
    return found.rows, found.places


def _unusable(name: str, problem: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, 'Export it again as CSV, or put "_" before its name')])
