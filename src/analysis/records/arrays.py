"""Typed columns: the results of rules, one for each different value, spread over the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.columns import Table

TYPES = {
    "text": pa.dictionary(pa.int32(), pa.string()),
    "date": pa.date32(),
    "money": pa.float64(),
    "number": pa.float64(),
    "share": pa.float64(),
    "whole": pa.int64(),
    "flag": pa.bool_(),
}
EMPTY = {"date": np.datetime64("1970-01-01", "D"), "whole": 0, "flag": False}
NUMPY = {"date": "datetime64[D]", "whole": "int64", "flag": "bool"}


def spread(kind: str, results: Sequence[object], codes: np.ndarray) -> pa.Array:
    """`results` by `codes` as the type of a column of this kind; None is a missing value."""
    absent = np.array([result is None for result in results], bool)
    mask = absent[codes] if absent.any() else None
    if kind == "text":
        words = pa.array(results, pa.string()).fill_null("")
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=mask), words)
    if kind in ("money", "number", "share"):
        values = np.array([np.nan if result is None else result for result in results], "float64")
        return pa.array(values[codes], mask=mask)
    values = np.array([EMPTY[kind] if result is None else result for result in results], NUMPY[kind])
    return pa.array(values[codes], TYPES[kind], mask=mask)


def texts(cells: np.ndarray) -> pa.Array:
    """A text column of an array of words; "" is a missing value."""
    codes, words = pd.factorize(cells)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=(words == "")[codes]), list(words))


def constant(value: str, rows: int) -> pa.Array:
    """A text column that holds one word in every row."""
    return spread("text", [value], np.zeros(rows, np.int32))


def days(column: pa.Array) -> np.ndarray:
    """A date column as days since 1970, 0 where missing."""
    return column.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)


def schema(table: Table) -> pa.Schema:
    """The types that the columns of a table have until they are written."""
    return pa.schema([(column.name, TYPES[column.kind]) for column in table.columns])
