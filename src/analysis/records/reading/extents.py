"""How much a workbook's cells come to: places and characters counted tag by tag, before it is opened.

What the counters cannot follow counts as more or is refused, never counts as less.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping

import numpy as np

from analysis.faults import DataError, Fault

MOST_PLACES = 4_000_000
"""Places of all sheets of a workbook, blank ones too, from A1 to the last cell: 80,000 rows of 50 columns."""
SPARSE_PLACES, SPARSE = 1_000_000, 20
"""A sheet of more than so many places is refused when it has more than so many for each cell that is filled."""
MOST_CHARACTERS = 100_000_000
LONGEST_LIST = 100_000
LONGEST_SENTENCE = 300
LOCKED = "is protected by a password"
UNLOCK = "Save it again without a password"
READ_AGAIN = "Open it and save it again as XLSX"
AS_CSV = "Save the sheet as CSV"
BLANK_ATTRIBUTES = frozenset(
    ("style-name", "number-columns-repeated", "number-columns-spanned", "number-rows-spanned", "protect", "protected",
     "content-validation-name")
)  # fmt: skip
"""What an ODS cell may say that leaves it blank."""

Attributes = Mapping[str, str]


def unusable(name: str, problem: str, remedy: str) -> DataError:
    """The refusal of a workbook: one sentence, whatever the workbook's own words in it, and what to do."""
    problem = " ".join(problem.split())[:LONGEST_SENTENCE]
    return DataError([Fault(name, 0, "", "", problem, remedy)])


def named(attributes: Attributes, name: str) -> list[str]:
    """What attributes of this name say, whatever their prefix."""
    return [value for key, value in attributes.items() if key.rpartition(":")[2] == name]


class Counter:
    """What all parts of one workbook come to.

    `start` is told of each element that begins, `end` of each that ends (unless it is said otherwise, its tag goes to
    the text); `text` receives what stands between them. Raises DataError as soon as a limit is passed, ValueError for
    what cannot be followed.
    """

    def __init__(self, name: str, told: Mapping[str, Callable[[Attributes], None]]) -> None:
        self.name, self.text = name, list[str]()
        self.end: Callable[[str], None] = self.text.append
        self.places = self.characters = self.carried = 0
        self.rows = self.columns = self.filled = 0
        self._told, self._by_tag = told, dict[str, Callable[[Attributes], None]]()
        self._said: dict[str, set[str]] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        """Hear of an element that begins; its prefix counts for nothing."""
        hears = self._by_tag.get(tag)
        if hears is None:
            hears = self._by_tag[tag] = self._told.get(tag.rpartition(":")[2], self.other)
        hears(attributes)

    def other(self, attributes: Attributes) -> None:
        """Hear of an element that says nothing about cells."""

    def interrupted(self, *_: object) -> None:
        """Hear that a comment or the like stands in the text."""
        self.text.append("?")

    def refuse_entities(self, *_: object) -> None:
        """Raise DataError: the part declares a document type, and with it perhaps entities."""
        raise unusable(self.name, "declares XML entities, which no spreadsheet program writes", READ_AGAIN)

    def once(self, kind: str, word: str) -> None:
        """Nothing, or ValueError when this word was said before: one sheet must not be read many times over."""
        words = self._said.setdefault(kind, set())
        if word in words:
            raise ValueError(f"it names {kind} twice")
        words.add(word)

    def reach(self, row: int, column: int) -> None:
        """Widen the sheet to a filled cell."""
        self.filled += 1
        if row > self.rows or column > self.columns:
            self.rows, self.columns = max(self.rows, row, 1), max(self.columns, column)
            if self.places + self.rows * self.columns > MOST_PLACES:
                raise self._vast()

    def next_sheet(self) -> None:
        """Add the sheet's places to the workbook's and begin another one."""
        places = self.rows * self.columns
        if places > SPARSE_PLACES and places > SPARSE * self.filled:
            raise self._vast()
        self.places += places
        self.rows = self.columns = self.filled = 0

    def _vast(self) -> DataError:
        problem = f"has cells as far as row {self.rows} and column {self.columns}"
        return unusable(self.name, problem, "Delete stray cells far from the table, or save the sheet as CSV")

    def spell(self, characters: int) -> None:
        """Count characters that cells hold."""
        self.characters += characters
        if self.characters + self.carried > MOST_CHARACTERS:
            raise unusable(self.name, f"holds more than {MOST_CHARACTERS // 1_000_000} million characters", AS_CSV)

    def paused(self) -> None:
        """Look at what a piece of a part has brought: text that goes on and on is counted and let go."""
        if len(self.text) > LONGEST_LIST or sum(map(len, self.text)) > LONGEST_LIST:
            self.carried += sum(map(len, self.text))
            self.text[:] = "?"
        self.spell(0)

    def length(self) -> int:
        """The characters of the text since it was last asked for."""
        length = self.carried + sum(map(len, self.text))
        self.carried = 0
        self.text.clear()
        return length

    def begin(self) -> None:
        """Begin a part."""
        self.length()

    def finish(self) -> None:
        """End a part."""
        self.next_sheet()

    def done(self) -> None:
        """End the workbook."""


class XlsxCounter(Counter):
    """Counts the cells of XLSX parts, wherever in the workbook they stand, and the shared texts that they show."""

    def __init__(self, name: str) -> None:
        told = {"c": self._cell, "v": self._value, "row": self._next_row, "si": self._shared_text,
                "sheet": self._listed, "Relationship": self._linked}  # fmt: skip
        super().__init__(name, told)
        self._row = self._column = 0
        self._digits, self._letters = "", dict[str, int]()
        self._in_shared = self._refers = self._shows = False
        self._shared, self._shown = array("q"), array("q")

    def begin(self) -> None:
        """Begin a part."""
        super().begin()
        self._row, self._column, self._digits = 0, 0, ""

    def finish(self) -> None:
        """End a part."""
        self._settle()
        super().finish()

    def done(self) -> None:
        """Count each shared text as often as it is shown; IndexError when one is not there."""
        if len(self._shown):
            self.spell(int(np.array(self._shared, np.int64)[np.array(self._shown)].sum()))

    def other(self, attributes: Attributes) -> None:
        """Hear of an element after a cell's value."""
        if self._shows:
            self._settle()

    def _cell(self, attributes: Attributes) -> None:
        if self.text:
            self._settle()
        self._refers = attributes.get("t") == "s"
        self._column += 1
        if place := attributes.get("r"):
            letters = place.rstrip("0123456789")
            digits = place[len(letters) :]
            try:
                self._column = self._letters[letters]
            except KeyError:
                self._column = self._letters[letters] = _column_number(letters)
            if digits != self._digits:
                self._digits, self._row = digits, max(self._row, int(digits))
        if self._row > self.rows or self._column > self.columns:
            self.reach(self._row, self._column)
        else:
            self.filled += 1

    def _value(self, _: Attributes) -> None:
        self._shows = self._refers
        self.text.clear()

    def _next_row(self, attributes: Attributes) -> None:
        self._settle()
        self._row, self._column, self._digits = int(attributes.get("r", self._row + 1)), 0, ""
        if self._row < 1:
            raise ValueError("a row stands above the first")

    def _shared_text(self, _: Attributes) -> None:
        self._settle()
        self._in_shared = True

    def _listed(self, attributes: Attributes) -> None:
        for value in named(attributes, "id"):
            self.once("a sheet", value)

    def _linked(self, attributes: Attributes) -> None:
        self.once("a part", attributes.get("Target", "").removeprefix("/").removeprefix("xl/").casefold())

    def _settle(self) -> None:
        """Count what the last cell or shared text holds; a shared text's number must stand there and nothing else."""
        if self._shows:
            number, tag = [*self.text[:2], "", ""][:2]
            if number.isascii() and number.isdecimal() and tag.endswith("v"):
                self._shown.append(int(number))
            elif not number.endswith("v"):
                raise ValueError("a cell shows a text that has no number")
        length = self.length()
        self.spell(length)
        if self._in_shared:
            self._shared.append(length)
        self._in_shared = self._refers = self._shows = False


def _column_number(letters: str) -> int:
    """A column's number by its letters; ValueError when these are none."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise ValueError("a cell stands in no column")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class OdsCounter(Counter):
    """Counts the cells of an ODS sheet; a row or a cell may be repeated a million times in one tag."""

    def __init__(self, name: str) -> None:
        told = {"table-cell": self._cell, "covered-table-cell": self._cell, "table-row": self._next_row,
                "table": self._table, "s": self._spaces, "encryption-data": self._locked}  # fmt: skip
        super().__init__(name, told)
        self._row = self._column = self._rows = self._times = self._length = 0
        self._filled = self._in_row = self._in_table = False
        self.end = self._ended

    def _table(self, attributes: Attributes) -> None:
        if self._in_table:
            raise ValueError("a table stands in a table")
        for value in named(attributes, "name"):
            self.once("a sheet", value)
        self.next_sheet()
        self._row = self._rows = 0
        self._in_table = True

    def _next_row(self, attributes: Attributes) -> None:
        self._settle()
        self._row, self._rows, self._column = self._row + self._rows, _times(attributes, "rows"), 0
        self._in_row = True

    def _cell(self, attributes: Attributes) -> None:
        self._settle()
        self._times = _times(attributes, "columns")
        self._column += self._times
        said = [len(value) for key, value in attributes.items() if key.rpartition(":")[2] not in BLANK_ATTRIBUTES]
        self._filled, self._length = bool(said), sum(said)

    def _spaces(self, attributes: Attributes) -> None:
        self._length += sum(map(int, named(attributes, "c")))

    def _locked(self, _: Attributes) -> None:
        raise unusable(self.name, LOCKED, UNLOCK)

    def _ended(self, tag: str) -> None:
        if tag.endswith("table-row"):
            self._settle()
            self._in_row = False
        elif tag.endswith("table"):
            self._in_table = False

    def _settle(self) -> None:
        """Count what the last cell holds, as often as it is repeated."""
        length = self._length + self.length()
        if self._in_row and (self._filled or length):
            self.reach(self._row + self._rows, self._column)
            self.spell(length * max(self._times, 1) * max(self._rows, 1))
        self._filled, self._length = False, 0


def _times(attributes: Attributes, what: str) -> int:
    """How often a row or a cell is repeated; ValueError when that is no number."""
    return max(map(int, named(attributes, f"number-{what}-repeated")), default=1)
