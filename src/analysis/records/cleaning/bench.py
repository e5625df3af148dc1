"""The bench on which one file's rows are checked: it reads columns by rules and collects what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa

from analysis.columns import Column
from analysis.dataset import Dataset
from analysis.faults import HIDDEN, DataError, Fault
from analysis.records.arrays import spread
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import EXAMPLES, Draft, TwoReadings
from analysis.records.masking import masked
from analysis.records.parsing.amounts import NOT_AN_AMOUNT, decimal_votes
from analysis.records.parsing.dates import date_votes
from analysis.records.parsing.evidence import Ambiguous, Problem, Votes, pooled
from analysis.records.people import names_in, words_of
from analysis.records.pseudonyms import PERSONAL

Rates = Mapping[tuple[str, int, int], Decimal]
"""Reporting currency for one unit of a currency, by currency, year and month."""

EMPTY = Problem("is empty", "Fill it in; a blank is not zero")
NO_VALUE = Problem("is no value", "Write what it is, 0 if it is none; a blank is not zero")
NOT_KNOWN = frozenset(
    ("-", "- €", "-€", "€ -", "--", "\u2013", "\u2014", "?", "n/a", "na", "n.a.", "nc", "n.c.", "nd", "n.d.", "nr",
     "inconnu", "inconnue", "unknown", "non renseigne", "not available", "not applicable")
)  # fmt: skip
"""Words and marks for "not known" (without accents and capitals); "néant" and "offert" are not among them."""
COUNTS = {"decimal": decimal_votes, "dates": date_votes}
VOTERS = {"decimal": ("money", "number"), "dates": ("date",)}
"""How cells vote on what can be read in two ways, and the kinds of column that do."""
CODED = ("original_currency", "status", "channel", "method")
"""Columns of a few known words: what looks like a name in one of them has slipped there from another."""
LIKE_A_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+ +[A-ZÀ-Þ]")
NOT_A_NUMBER = Problem("not a number", "Write it as 12 or as 12,5")
WORD = re.compile(r"[^\W\d_]{2,}")
LONGEST_SHOWN = 60
SHORTEST_PLACE = 4
"""Signs of a postcode that is not shown."""


class Bench:
    """One block of a file's rows under check.

    `excluded` says why a row is not counted ("" where it is); `faults` holds the first thing wrong with each
    row that is set aside. A row that is excluded is never set aside. `given` are the whole file's votes, where
    known, `votes` those of this block; `open` is what they leave with two readings.
    """

    def __init__(
        self,
        sheet: Sheet,
        draft: Draft,
        dataset: Dataset,
        rates: Rates,
        given: Mapping[tuple[str, str], Votes] | None = None,
    ) -> None:
        self.sheet, self.draft, self.dataset, self.rates = sheet, draft, dataset, rates
        self.given, self.votes, self.open = given, dict[tuple[str, str], Votes](), list[TwoReadings]()
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
        table, file, value = self.draft.table.name, self.sheet.file, EXAMPLES.get(column, "VALUE")
        remedy = f'Add {column} = "HEADER" to columns in its [[files]] block, or {column} = "{value}" to defaults'
        if self.sheet.rule is None or not self.sheet.rule.columns:
            remedy = (
                f'Add a column headed {column}; or add to dataset.toml a [[files]] block with match = "{file}", '
                f'table = "{table}", columns = {{}} and defaults = {{{column} = "{value}"}}'
            )
        raise DataError([Fault(file, 0, column, "", f"no column gives the {column} that {table} must have", remedy)])

    def decimal_votes(self, column: str, written: Distinct) -> Votes | None:
        """How the column, else the file, votes on the decimal mark; None where the file's settings decide."""
        return self._voted("decimal", column, written) if self.draft.decimal is None else None

    def date_votes(self, column: str, written: Distinct) -> Votes | None:
        """How the column, else the file, votes on the order of day and month; None where the settings decide."""
        return self._voted("dates", column, written) if self.draft.dates is None else None

    def _voted(self, kind: str, column: str, written: Distinct) -> Votes:
        own = COUNTS[kind](written.distinct, written.rows())
        self.votes[(kind, column)] = own
        told = own if self.given is None else self.given.get((kind, column), own)
        return told if any(told) else self._of_all_columns(kind)

    def _of_all_columns(self, kind: str) -> Votes:
        """How all columns of a kind vote together: one program wrote them."""
        if self.given is not None:
            return pooled(self.given, kind)
        columns = [column.name for column in self.draft.table.columns if column.kind in VOTERS[kind]]
        written = [self.draft.cells[name] for name in columns if self.has(name)]
        return pooled({(kind, str(n)): COUNTS[kind](one.distinct, one.rows()) for n, one in enumerate(written)}, kind)

    def read(
        self,
        column: str,
        rule: Callable[[Sequence[Value]], Sequence[object]],
        *,
        required: bool,
        cells: Distinct | None = None,
        blank: Problem = EMPTY,
    ) -> list[object]:
        """What `rule` makes of the different values, None for a Problem.

        Rows of a Problem or a blank required cell, which is the Problem `blank`, are set aside. A dash and the like
        are blank where nothing is required. What has two readings is noted in `open`.
        """
        written = cells or self.cells(column)
        try:
            results = rule(written.distinct)
        except Ambiguous as two:
            self.open.append(self._first(two, column, written))
            results = [None] * len(written.distinct)
            required = False
        pairs = zip(results, written.distinct, strict=True)
        problems = [_wrong(result, value, blank if required else None) for result, value in pairs]
        if any(problems):
            wrong = written.rows_where([problem is not None for problem in problems])
            for row in np.flatnonzero(wrong & (self.excluded == "")):
                code = written.codes[row]
                problem = problems[code]
                if problem is not None:
                    self._fault(int(row), column, written.distinct[code], problem)
        return [None if isinstance(result, Problem) else result for result in results]

    def _first(self, two: Ambiguous, column: str, written: Distinct) -> TwoReadings:
        rows = np.flatnonzero(written.rows_where([text_of(value) == two.value for value in written.distinct]))
        line = int(self.sheet.lines[rows[0]]) if len(rows) else 0
        return TwoReadings(line, self.draft.headers.get(column, column), two.value, two.readings, two.settings)

    def column(self, column: Column, rule: Callable[[Value], object], *, cells: Distinct | None = None) -> pa.Array:
        """The typed column that `rule` reads, value by value, missing where nothing usable stands."""
        written = cells or self.cells(column.name)
        each = partial(map, rule)
        results = self.read(column.name, lambda values: list(each(values)), required=column.required, cells=written)
        return spread(column.kind, results, written.codes)

    def missing(self, column: Column) -> pa.Array:
        """The column with nothing in it."""
        return spread(column.kind, [None], np.zeros(self.size, np.int32))

    def set_aside(self, rows: np.ndarray, column: str, problem: Problem) -> None:
        """Quarantine the chosen rows that are not excluded, naming the cell of `column`."""
        written = self.draft.cells.get(column) or self.sheet.column(column)
        for row in np.flatnonzero(rows & (self.excluded == "")) if rows.any() else ():
            self._fault(int(row), column, "" if written is None else written.distinct[written.codes[row]], problem)

    def exclude(self, rows: np.ndarray, reason: str) -> None:
        """Exclude the chosen rows that are not excluded already."""
        for row in np.flatnonzero(rows & (self.excluded == "")) if rows.any() else ():
            self.excluded[row] = reason
            self.faults.pop(int(row), None)

    def _fault(self, row: int, column: str, value: Value, problem: Problem) -> None:
        header = self.draft.headers.get(column, column)
        shown = self._shown(row, column, value)
        if problem == NOT_AN_AMOUNT and self._kind(column) != "money":
            problem = NOT_A_NUMBER
        fault = Fault(self.sheet.file, int(self.sheet.lines[row]), header, shown, problem.reason, problem.remedy)
        self.faults.setdefault(row, fault)

    def _kind(self, column: str) -> str:
        table = self.draft.table
        return table.column(column).kind if column in table.names else "text"

    def _shown(self, row: int, column: str, value: Value) -> str:
        """The value as it may be shown: nothing that names a person, no words in place of a number."""
        text = masked(text_of(value))
        kind = self._kind(column)
        if column in (*PERSONAL, "donor") or self._names_donor(row, text):
            return HIDDEN if text else ""
        if (kind != "text" and WORD.search(text)) or (column in CODED and LIKE_A_NAME.search(text)):
            return re.sub(WORD, "…", text)[:LONGEST_SHOWN]
        return text[:LONGEST_SHOWN]

    def _names_donor(self, row: int, text: str) -> bool:
        """Whether a word or number of what is said of the row's donor stands in the text."""
        given = [self.draft.cells[column] for column in (*PERSONAL, "donor") if column in self.draft.cells]
        said = [text_of(cells.distinct[cells.codes[row]]) for cells in given]
        words = set[str]().union(*(names_in(one.partition("@")[0]) for one in said))
        return bool(words & words_of(text)) or any(len(one) >= SHORTEST_PLACE and one in text for one in said)


def _wrong(result: object, value: Value, blank: Problem | None) -> Problem | None:
    """What is wrong with a value that was read as `result`: `blank` where nothing was, None where nothing is."""
    if not isinstance(result, Problem):
        return blank if result is None else None
    if plain(text_of(value)) not in NOT_KNOWN:
        return result
    return None if blank is None else NO_VALUE
