"""What leaves the parts for the tables without the names of people: texts, donors who asked to be forgotten, faults.

It is applied when rows are written and not when they are read, after all have been compared: hiding a name never
makes two rows alike, and erasing a donor never changes an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from analysis.columns import TABLES
from analysis.faults import HIDDEN, Fault
from analysis.records.drafts import free_texts
from analysis.records.masking import masked
from analysis.records.people import People


@dataclass(frozen=True, slots=True)
class Discretion:
    """Whose names are hidden, and the pseudonyms of donors who are left out."""

    people: People
    forgotten: frozenset[str] = frozenset()

    def table(self, table: pa.Table, name: str, *, own: np.ndarray) -> pa.Table:
        """Rows of table `name` as they may be written; `own` says which texts hold a word of the row's own donor."""
        for bit, column in enumerate(free_texts(TABLES[name])):
            table = _replaced(table, column, self._text(table[column], (own >> bit) & 1 == 1))
        if self.forgotten and "donor" in table.column_names:
            table = _replaced(table, "donor", self._donor(table["donor"]))
        return table

    def quarantine(self, table: pa.Table) -> pa.Table:
        """Rows set aside; a value in which a single word of anybody's name stands is hidden."""
        values = table["value"].to_pylist()
        said = sorted({value for value in values if value})
        shown = dict(zip(said, self.people.without_any_word(said), strict=True))
        return _replaced(table, "value", pa.array([shown.get(value, value) for value in values], pa.string()))

    def faults(self, faults: Iterable[Fault]) -> list[Fault]:
        """What is wrong with files that cannot be read, without names."""
        return [
            replace(
                fault, value=self.label(fault.value), problem=self.text(fault.problem),
                remedy=self.text(fault.remedy),
            )
            for fault in faults
        ]  # fmt: skip

    def label(self, said: str) -> str:
        """A short text of which nothing depends, hidden whole where a single word of anybody's name stands in it."""
        return masked(self.people.without_any_word([said])[0])

    def text(self, said: str) -> str:
        """A text with everything that names a person hidden."""
        return masked(self.people.unnamed([said])[0])

    def _text(self, column: pa.ChunkedArray, own: np.ndarray) -> pa.Array:
        words, codes, missing = _coded(column)
        shown = self.people.unnamed(words)
        codes = np.where(own & ~missing, len(shown), codes)
        return _column([*shown, HIDDEN], codes, missing)

    def _donor(self, column: pa.ChunkedArray) -> pa.Array:
        words, codes, missing = _coded(column)
        gone = np.array([word in self.forgotten for word in words], bool)
        return _column(words, codes, missing | (gone[codes] if len(words) else False))


def _coded(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The different texts of a column, each row's place among them (0 where it is missing), which rows are missing."""
    array = column.combine_chunks()
    array = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False)
    return array.dictionary.to_pylist(), codes, array.is_null().to_numpy(zero_copy_only=False)


def _column(words: Sequence[str], codes: np.ndarray, missing: np.ndarray) -> pa.Array:
    indices = pa.array(codes.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def _replaced(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
