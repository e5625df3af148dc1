"""Strict schemas of every processed table, built from `analysis.columns`.

Every public table leaves its function through `checked`: a column that is missing, unexpected, of another type or
outside its allowed values stops the run with all faults at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa

from analysis.columns import TABLES, Column

DTYPES: dict[str, Any] = {
    "text": "str",
    "date": "datetime64[us]",
    "money": "float64",
    "number": "float64",
    "whole": "Int64",
    "share": "float64",
    "flag": "boolean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The processed tables of one dataset, each as its schema says (no rows where no file fills it), and the ledger."""

    donations: pd.DataFrame = field(default_factory=lambda: empty_table("donations"))
    goods: pd.DataFrame = field(default_factory=lambda: empty_table("goods"))
    distributions: pd.DataFrame = field(default_factory=lambda: empty_table("distributions"))
    headcounts: pd.DataFrame = field(default_factory=lambda: empty_table("headcounts"))
    stock: pd.DataFrame = field(default_factory=lambda: empty_table("stock"))
    losses: pd.DataFrame = field(default_factory=lambda: empty_table("losses"))
    appeals: pd.DataFrame = field(default_factory=lambda: empty_table("appeals"))
    testimonies: pd.DataFrame = field(default_factory=lambda: empty_table("testimonies"))
    events: pd.DataFrame = field(default_factory=lambda: empty_table("events"))
    quarantine: pd.DataFrame = field(default_factory=lambda: empty_table("quarantine"))
    ledger: dict[str, Any] = field(default_factory=dict)


def empty_table(name: str) -> pd.DataFrame:
    """The table called `name` with no rows, every column present with its type."""
    return pd.DataFrame({c.name: pd.Series([], dtype=DTYPES[c.kind]) for c in TABLES[name].columns})


def as_table(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` with the columns of table `name`, in order and of their types; those it lacks are missing values."""
    columns = {
        column.name: (
            frame[column.name].astype(DTYPES[column.kind])
            if column.name in frame.columns
            else pd.Series(index=frame.index, dtype=DTYPES[column.kind])
        )
        for column in TABLES[name].columns
    }
    return checked(pd.DataFrame(columns, index=frame.index).reset_index(drop=True), name)


def checked(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` itself when it satisfies the schema of table `name`; pandera's SchemaErrors, all at once, when not."""
    return schema(name).validate(frame, lazy=True)


@cache
def schema(name: str) -> pa.DataFrameSchema:
    """The strict, ordered schema of table `name`; KeyError for a table that the data dictionary does not hold."""
    return pa.DataFrameSchema(
        {column.name: _schema_column(column) for column in TABLES[name].columns}, strict=True, ordered=True, name=name
    )


def _schema_column(column: Column) -> pa.Column:
    checks = [pa.Check.isin(column.allowed)] if column.allowed else []
    if column.kind == "share" and column.unit.startswith("0 to 1"):
        checks.append(pa.Check.in_range(0, 1))
    return pa.Column(DTYPES[column.kind], checks, nullable=not column.required, description=column.meaning)
