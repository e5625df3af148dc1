"""What the steps of reading hand each other: a column of cells, a sheet of columns, a draft of table rows."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.columns import TABLES, Column, Table
from analysis.faults import DataError, Fault

Value = str | int | float | bool | dt.date | dt.datetime
"""A cell: text as it was typed, or the native value that a workbook holds."""

SPACES = re.compile(r"\s+")

RATES = Table(
    "exchange_rates",
    "what one unit of a currency is worth in the reporting currency, in one month",
    (
        Column("month", "date", "Month, as 2021-02", required=True),
        Column("currency", "text", "ISO 4217 code", required=True),
        Column("rate", "number", "Reporting currency for one unit of this currency", required=True),
    ),
)

AUTOMATIC = {
    "donations": ("donation_id", "amount", "original_amount", "original_currency", "channel", "status"),
    "goods": ("goods_id", "item"),
    "distributions": ("area",),
    "headcounts": ("area",),
}
"""Required columns that a file may lack, because they follow from others or from dataset.toml."""


def table_called(name: str) -> Table:
    """The table a file can fill under this name, exchange rates included."""
    return RATES if name == RATES.name else TABLES[name]


def plain(text: str) -> str:
    """`text` as names are compared: single spaces, no accents, no capitals, straight apostrophes."""
    if text.isascii():
        return " ".join(text.split()).lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return SPACES.sub(" ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip().casefold()


def text_of(value: Value) -> str:
    """A cell as a person reads it: stripped, whole numbers without `.0`, dates as 2021-01-31."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Distinct:
    """One column: its different values, and for each row the place of its value among them.

    Rules run once per different value; `taken` spreads their results over the rows.
    """

    codes: np.ndarray
    distinct: tuple[Value, ...]

    @classmethod
    def of(cls, cells: Sequence[Value]) -> Distinct:
        """The column that holds `cells`; 1, 1.0 and True stay different values."""
        places: dict[object, int] = {}
        if set(map(type, cells)) <= {str}:
            codes = [places.setdefault(cell, len(places)) for cell in cells]
            return cls(np.array(codes, dtype=np.int32), tuple(places))  # type: ignore[arg-type]
        codes = [places.setdefault((type(cell), cell), len(places)) for cell in cells]
        return cls(np.array(codes, dtype=np.int32), tuple(key[1] for key in places))  # type: ignore[index]

    @classmethod
    def constant(cls, value: Value, rows: int) -> Distinct:
        """The column of `rows` rows that all hold `value`."""
        return cls(np.zeros(rows, dtype=np.int32), (value,))

    @classmethod
    def choose(cls, first: np.ndarray, one: Distinct, other: Distinct) -> Distinct:
        """The cells of `one` where `first` is True, else those of `other`."""
        codes = np.where(first, one.codes, other.codes + len(one.distinct)).astype(np.int32)
        return cls(codes, (*one.distinct, *other.distinct))

    @classmethod
    def joined(cls, one: Distinct, other: Distinct) -> Distinct:
        """The cells of both columns, side by side, as one text."""
        pairs, codes = np.unique(one.codes.astype(np.int64) * len(other.distinct) + other.codes, return_inverse=True)
        halves = (divmod(int(pair), len(other.distinct)) for pair in pairs)
        texts = tuple(
            f"{text_of(one.distinct[left])} {text_of(other.distinct[right])}".strip() for left, right in halves
        )
        return cls(codes.astype(np.int32), texts)

    def map(self, rule: Callable[[Value], Value]) -> Distinct:
        """The column with `rule` applied to every value."""
        return Distinct(self.codes, tuple(rule(value) for value in self.distinct))

    def replaced(self, row: int, value: Value) -> Distinct:
        """The column with another value in one row."""
        codes = self.codes.copy()
        codes[row] = len(self.distinct)
        return Distinct(codes, (*self.distinct, value))

    def taken(self, results: Sequence[object], dtype: str) -> np.ndarray:
        """`results`, one for each different value, spread over the rows."""
        spread = np.empty(len(self.distinct), dtype=dtype)
        spread[:] = results
        return spread[self.codes]

    def rows_where(self, chosen: Sequence[bool]) -> np.ndarray:
        """True for each row whose value is chosen."""
        return self.taken(chosen, "bool")

    def texts(self) -> list[str]:
        """The different values as a person reads them."""
        return [value.strip() if type(value) is str else text_of(value) for value in self.distinct]

    def rows(self) -> list[int]:
        """In how many rows each value stands."""
        return np.bincount(self.codes, minlength=len(self.distinct)).tolist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The records of one file, cut into columns.

    `lines` is the physical line (or spreadsheet row) on which each record starts; `spoiled` are the records
    that could not be cut into the header's cells, one Fault each.
    """

    file: str
    header: tuple[str, ...]
    header_line: int
    columns: tuple[Distinct, ...]
    lines: np.ndarray
    spoiled: tuple[Fault, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    unread_sheets: tuple[str, ...] = ()
    stray_lines: int = 0

    @property
    def names(self) -> list[str]:
        """The header's names as they are compared."""
        return [plain(name) for name in self.header]

    def place(self, name: str) -> int | None:
        """Which column is headed `name` (whatever its capitals, accents and spaces); None when none is.

        Raises DataError when two columns bear that name.
        """
        places = [place for place, found in enumerate(self.names) if found == plain(name)]
        if len(places) > 1:
            fault = Fault(
                self.file,
                self.header_line,
                name,
                "",
                "two columns have this name",
                "Rename one of them in a copy of the file",
            )
            raise DataError([fault])
        return places[0] if places else None

    def column(self, name: str) -> Distinct | None:
        """The cells under the header `name`; None when there is no such column."""
        place = self.place(name)
        return None if place is None else self.columns[place]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that a format sets aside itself, and why; `column` is the table's."""

    rows: np.ndarray
    column: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file's rows in the words of one table, each cell still as it was written.

    `cells` and `headers` say for each column of the table (and for who gave) what stands there and under
    which header; `excluded` is the reason a row is rightly not counted, "" for the others; a row of
    `refund_of` that is not "" is money that went back, if that identifier is a gift's, and an expense if it
    is not.
    """

    table: Table
    cells: Mapping[str, Distinct]
    headers: Mapping[str, str]
    excluded: np.ndarray
    doubts: tuple[Doubt, ...] = ()
    refund_of: Distinct | None = None
    decimal: str | None = None
    dates: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file: how it is recognised and how its rows are drafted.

    `source` says whose export it is: files of one source are searched for rows that were read twice.
    `recognises` takes the file's name without its ending, and its header. Where `row_by_row`, a row is drafted
    without looking at any other, so that a large file may be drafted block by block.
    """

    name: str
    source: str
    table: str
    recognises: Callable[[str, Sequence[str]], bool]
    draft: Callable[[Sheet], Draft]
    row_by_row: bool = False


ACCEPTED, QUARANTINED, DUPLICATE, EXCLUDED = "accepted", "quarantined", "duplicate", "excluded"
OUTCOMES = (ACCEPTED, QUARANTINED, DUPLICATE, EXCLUDED)
IDENTIFIERS = {
    "donations": "donation_id",
    "goods": "goods_id",
    "testimonies": "testimony_id",
    "appeals": "appeal",
}
"""The column by which a row of a table is known again."""


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """The first cell of a column that has two readings, as long as nothing settles which."""

    line: int
    column: str
    value: str
    readings: tuple[str, str]
    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every record of one block of a file in the words of its table, and what became of it.

    `frame` has a row for each record that could be cut into cells; `outcome` is one of OUTCOMES and `reason`
    says why a row is a duplicate or excluded. `cents` is the row's money in `currency`, where `known`.
    `identified` rows have an identifier of the source's own. `faults` has one Fault for each quarantined row,
    `spoiled` one for each record that could not be cut. `votes` says for each column how its cells vote on what
    can be read in two ways, `open` what the votes so far leave open.
    """

    table: str
    lines: np.ndarray
    frame: pa.Table
    outcome: np.ndarray
    reason: np.ndarray
    cents: np.ndarray
    currency: np.ndarray
    known: np.ndarray
    identified: np.ndarray
    refund_of: np.ndarray | None
    faults: Mapping[int, Fault]
    spoiled: tuple[Fault, ...]
    donors: Mapping[str, int]
    votes: Mapping[tuple[str, str], tuple[int, int]]
    open: tuple[TwoReadings, ...]
