"""What a format makes of a sheet and what becomes of its rows: drafts, formats, checked rows, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.columns import TABLES, Column, Table
from analysis.faults import Fault
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.people import People

PAYOUT = "payout of "
"""How the reason of a bank line begins that is a platform's payout; the platform's name follows."""

RATES = Table(
    "exchange_rates",
    "what one unit of a currency is worth in the reporting currency, in one month",
    (
        Column("month", "date", "Month, as 2021-02", required=True),
        Column("currency", "text", "ISO 4217 code", required=True),
        Column("rate", "number", "Reporting currency for one unit of this currency", required=True),
    ),
)

STATES = frozenset(
    ("en attente", "refuse", "refusee", "annule", "annulee", "echoue", "echouee", "expire", "conteste", "en cours")
    + ("rembourse partiellement", "bloque", "retenu", "leve", "pending", "denied", "cancelled", "canceled", "failed")
    + ("expired", "reversed", "held", "unclaimed", "returned", "memo", "refunded", "uncaptured", "disputed", "blocked")
)
"""States of a payment in which no money came, as platforms write them (without accents and capitals)."""

AUTOMATIC = {
    "donations": ("donation_id", "amount", "original_amount", "original_currency", "channel", "status"),
    "goods": ("goods_id", "item"),
    "distributions": ("area",),
    "headcounts": ("area",),
}
"""Required columns that a file may lack, because they follow from others or from dataset.toml."""

ASKED_FOR = {"headcounts": ("scope",)}
"""Required columns without which a sheet in our own words is still known as one, and asked for them."""

EXAMPLES = {"scope": "people outside State facilities"}
"""What may stand in a column whose name alone does not say it."""


def free_texts(table: Table) -> list[str]:
    """The table's columns that hold whatever was typed: in them a name may stand. Eight at most."""
    ours = {"source_file", "donor", "item", "area", "original_currency", "currency"}
    ours |= {IDENTIFIERS[table.name]} if IDENTIFIERS.get(table.name, "").endswith("_id") else set()
    return [one.name for one in table.columns if one.kind == "text" and not one.allowed and one.name not in ours]


def table_called(name: str) -> Table:
    """The table a file can fill under this name, exchange rates included."""
    return RATES if name == RATES.name else TABLES[name]


def status_reason(value: Value) -> str:
    """Why a row in this state is not counted; a word that no platform uses is not repeated, for it may be a name."""
    text = text_of(value)
    return f"status: {text if plain(text) in STATES else 'another word' if text else 'none'}"


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
    without looking at any other, so that a large file may be drafted block by block. A `ragged` kind has lines
    shorter than its header that are no fault. `what`, `signature` (the headers it is known by) and `decides` (what
    counts and what does not) are shown in docs/formats.md.
    """

    name: str
    source: str
    table: str
    recognises: Callable[[str, Sequence[str]], bool]
    draft: Callable[[Sheet], Draft]
    ragged: bool = False
    what: str = ""
    signature: tuple[str, ...] = ()
    decides: str = ""
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
    """The first cell of a column that has two readings, as long as nothing settles which; each has its setting."""

    line: int
    column: str
    value: str
    readings: tuple[str, str]
    settings: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every record of one block of a file in the words of its table, and what became of it.

    `frame` has a row for each record that could be cut into cells; `outcome` is one of OUTCOMES and `reason`
    says why a row is a duplicate or excluded. `cents` is the row's money in `currency`, where `known`.
    `identified` rows have an identifier of the source's own. `faults` has one Fault for each quarantined row,
    `spoiled` one for each record that could not be cut. `votes` says for each column how its cells vote on what
    can be read in two ways, `open` what the votes so far leave open. `own`, `people`, `forgotten` and `namesakes`
    are those of `cleaning.identity.Givers`.
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
    own: np.ndarray
    people: People
    forgotten: frozenset[str]
    namesakes: frozenset[str]
    votes: Mapping[tuple[str, str], tuple[int, int]]
    open: tuple[TwoReadings, ...]
