"""Cells as they were written: a value, a column of values, a sheet of columns."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.dataset import FileRule
from analysis.faults import DataError, Fault

Value = str | int | float | bool | dt.date | dt.datetime
"""A cell: text as it was typed, or the native value that a workbook holds."""

SPACES = re.compile(r"\s+")


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


@dataclass(frozen=True)
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
        return list(self._texts)

    @cached_property
    def _texts(self) -> list[str]:
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
    rule: FileRule | None = None

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

    def rows_saying(self, words: Sequence[str]) -> np.ndarray:
        """The places of the rows that say these words, one a column, as names are compared."""
        return self.rows_in_which([lambda text, word=word: plain(text) == word for word in words])  # type: ignore[misc]

    def rows_in_which(self, tests: Sequence[Callable[[str], bool]]) -> np.ndarray:
        """The places of the rows whose every cell passes its column's test.

        Columns with few different values go first, so that most rows are ruled out before the long ones are read.
        """
        rows = np.arange(len(self.lines))
        for column, test in sorted(zip(self.columns, tests, strict=True), key=lambda pair: len(pair[0].distinct)):
            if not len(rows):
                break
            codes = column.codes[rows]
            passed = [code for code in np.unique(codes).tolist() if test(text_of(column.distinct[code]))]
            rows = rows[np.isin(codes, passed)]
        return rows
