"""The bench on which one file's rows are checked: it reads columns by rules and collects what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.columns import Column
from analysis.dataset import Dataset
from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Draft, Sheet, Value, text_of
from analysis.records.parsing import Problem
from analysis.records.pseudonyms import HIDDEN, PERSONAL, masked
from analysis.tables import DTYPES

Rates = Mapping[tuple[str, int, int], Decimal]
"""Reporting currency for one unit of a currency, by currency, year and month."""

EMPTY = Problem("is empty", "Fill it in; a blank is not zero")
WORD = re.compile(r"[^\W\d_]{2,}")
LONGEST_SHOWN = 60


class Bench:
    """One file's rows under check.

    `excluded` says why a row is not counted ("" where it is); `faults` holds the first thing wrong with each
    row that is set aside. A row that is excluded is never set aside.
    """

    def __init__(self, sheet: Sheet, draft: Draft, dataset: Dataset, rates: Rates) -> None:
        self.sheet, self.draft, self.dataset, self.rates = sheet, draft, dataset, rates
        self.size = len(sheet.lines)
        self.excluded = draft.excluded.copy()
        self.faults: dict[int, Fault] = {}
        for doubt in draft.doubts:
            self.set_aside(doubt.rows, doubt.column, Problem(doubt.reason, doubt.remedy))

    def has(self, column: str) -> bool:
        """Whether the file says anything about this column."""
        return column in self.draft.cells

    def cells(self, column: str) -> Distinct:
        """The cells drafted for a column; DataError with what to add to dataset.toml when there are none."""
        if column in self.draft.cells:
            return self.draft.cells[column]
        table, file = self.draft.table.name, self.sheet.file
        remedy = f'Add {column} = "HEADER" to columns in its [[files]] block, or {column} = "VALUE" to defaults'
        raise DataError([Fault(file, 0, column, "", f"no column gives the {column} that {table} must have", remedy)])

    def read(
        self, column: str, results: Sequence[object], *, required: bool, cells: Distinct | None = None
    ) -> list[object]:
        """`results` with None for a Problem; rows of a Problem or a blank required cell are set aside."""
        written = cells or self.cells(column)
        problems = [
            result if isinstance(result, Problem) else EMPTY if result is None and required else None
            for result in results
        ]
        wrong = written.rows_where([problem is not None for problem in problems])
        for row in np.flatnonzero(wrong & (self.excluded == "")):
            code = written.codes[row]
            problem = problems[code]
            if problem is not None:
                self._fault(int(row), column, written.distinct[code], problem)
        return [None if isinstance(result, Problem) else result for result in results]

    def column(self, column: Column, rule: Callable[[Value], object], *, cells: Distinct | None = None) -> pd.Series:
        """The typed column that `rule` reads, value by value, missing where nothing usable stands."""
        written = cells or self.cells(column.name)
        results = self.read(
            column.name, [rule(value) for value in written.distinct], required=column.required, cells=written
        )
        return self.spread(column, results, written)

    def spread(self, column: Column, results: Sequence[object], written: Distinct) -> pd.Series:
        """`results`, one for each different value, spread over the rows as the column's type."""
        return pd.Series(list(results), dtype=DTYPES[column.kind]).take(written.codes).reset_index(drop=True)

    def missing(self, column: Column) -> pd.Series:
        """The column with nothing in it."""
        return pd.Series([None], dtype=DTYPES[column.kind]).take(np.zeros(self.size, np.intp)).reset_index(drop=True)

    def set_aside(self, rows: np.ndarray, column: str, problem: Problem) -> None:
        """Quarantine the chosen rows that are not excluded, naming the cell of `column`."""
        written = self.draft.cells.get(column) or self.sheet.column(column)
        for row in np.flatnonzero(rows & (self.excluded == "")):
            self._fault(int(row), column, "" if written is None else written.distinct[written.codes[row]], problem)

    def exclude(self, rows: np.ndarray, reason: str) -> None:
        """Exclude the chosen rows that are not excluded already."""
        for row in np.flatnonzero(rows & (self.excluded == "")):
            self.excluded[row] = reason
            self.faults.pop(int(row), None)

    def _fault(self, row: int, column: str, value: Value, problem: Problem) -> None:
        header = self.draft.headers.get(column, column)
        shown = self._shown(row, column, value)
        fault = Fault(self.sheet.file, int(self.sheet.lines[row]), header, shown, problem.reason, problem.remedy)
        self.faults.setdefault(row, fault)

    def _shown(self, row: int, column: str, value: Value) -> str:
        """The value as it may be shown: nothing that names a person, no words in place of a number."""
        text = masked(text_of(value))
        kind = self.draft.table.column(column).kind if column in self.draft.table.names else "text"
        if column in (*PERSONAL, "donor") or self._names_donor(row, text):
            return HIDDEN if text else ""
        if kind != "text" and WORD.search(text):
            return re.sub(WORD, "…", text)[:LONGEST_SHOWN]
        return text[:LONGEST_SHOWN]

    def _names_donor(self, row: int, text: str) -> bool:
        given = [self.draft.cells[column] for column in (*PERSONAL, "donor") if column in self.draft.cells]
        words = {
            word
            for cells in given
            for word in text_of(cells.distinct[cells.codes[row]]).casefold().split()
            if len(word) > 2
        }
        return bool(words & set(text.casefold().split()))
