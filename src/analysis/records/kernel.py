"""One block of a file in, its checked rows out: the pure step that a loop, a pool or a cluster can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.dataset import Dataset
from analysis.faults import DataError, Fault
from analysis.records.cells import Sheet, text_of
from analysis.records.cleaning.bench import Rates
from analysis.records.cleaning.rows import clean
from analysis.records.corrections import Correction, corrected
from analysis.records.drafts import Format, Rows, TwoReadings
from analysis.records.ledger.tally import Tally, tally
from analysis.records.masking import masked
from analysis.records.opening import kinds_for, rule_for, sheet_of_block, sheet_of_whole
from analysis.records.parsing.evidence import Ambiguous, Votes
from analysis.records.people import People
from analysis.records.reading.encodings import Accents, accents, as_utf8
from analysis.records.reading.splitting import Header
from analysis.records.reading.streams import Block
from analysis.records.storage.parts import Part, keep

REPEATED_HEADING, EMPTY_ROW = "repeated heading", "empty row"


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a file needs beside it: settings, rates, corrections, the pseudonyms' key, who is forgotten."""

    dataset: Dataset
    rates: Rates
    corrections: tuple[Correction, ...]
    key: bytes
    forgotten: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A block to read (a workbook or statement whole where `block` is None), and where its rows are to be kept.

    `votes` are the whole file's, None while they are not known; `compared` says whether rows without an
    identifier will be compared with those of other files.
    """

    path: Path
    name: str
    context: Context
    header: Header | None = None
    block: Block | None = None
    encoding: str = "utf-8"
    given: bool = False
    votes: Mapping[tuple[str, str], Votes] | None = None
    target: Path
    compared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a block: its kept rows, its counts, and what it says about the whole file."""

    kind: str
    table: str
    part: Part
    tally: Tally
    people: People
    forgotten: frozenset[str]
    namesakes: frozenset[str]
    votes: Mapping[tuple[str, str], Votes]
    open: tuple[TwoReadings, ...]
    accents: Accents
    strays: int
    corrected: tuple[int, ...]
    faults: tuple[Fault, ...]
    encoding: str | None
    sheet: str | None
    unread_sheets: tuple[str, ...]


def work(job: Job) -> Done:
    """The block's records read, checked and kept; DataError when a column is missing or the format refuses it."""
    rule = rule_for(job.name, job.context.dataset)
    kind_of = kinds_for(job.name, rule)
    seen, strays = Accents(), 0
    if job.block is None or job.header is None:
        sheet = sheet_of_whole(job.path, job.name, rule, lambda header: kind_of(header) is not None)
    else:
        seen = accents(job.block.data)
        data, strays = as_utf8(job.block.data, job.encoding, given=job.given)
        sheet = sheet_of_block(job.name, job.header, replace(job.block, data=data))
    kind = kind_of(sheet.header)
    if kind is None:
        raise DataError([Fault(job.name, 0, "", "", "nothing recognises this file", "Map it by a [[files]] block")])
    mends = [one for one in job.context.corrections if one.file == job.name]
    sheet, fits, faults = corrected(replace(sheet, rule=rule), mends)
    rows = _rows(sheet, kind, job, decimal=rule.decimal if rule else None, order=rule.dates if rule else None)
    part = keep(rows, job.target, compared=job.compared, source=kind.source, file=job.name)
    return Done(
        kind=kind.name, table=kind.table, part=part, tally=tally(rows), people=rows.people,
        forgotten=rows.forgotten, namesakes=rows.namesakes, votes=rows.votes, open=rows.open,
        accents=seen, strays=strays, corrected=fits, faults=tuple(faults),
        encoding=sheet.encoding, sheet=sheet.sheet, unread_sheets=sheet.unread_sheets,
    )  # fmt: skip


def _rows(sheet: Sheet, kind: Format, job: Job, *, decimal: str | None, order: str | None) -> Rows:
    try:
        draft = kind.draft(sheet)
    except Ambiguous as two:
        raise two_readings(sheet.file, kind.table, kind.name, _first(sheet, two)) from two
    apart = no_records(sheet)
    draft = replace(
        draft,
        excluded=np.where(apart == "", draft.excluded, apart),
        decimal=decimal or draft.decimal,
        dates=order or draft.dates,
    )
    context = job.context
    return clean(
        sheet, draft, context.dataset, rates=context.rates, key=context.key, forgotten=context.forgotten,
        votes=job.votes,
    )  # fmt: skip


def _first(sheet: Sheet, two: Ambiguous) -> TwoReadings:
    """Where the value with two readings stands first."""
    for name, column in zip(sheet.header, sheet.columns, strict=True):
        rows = np.flatnonzero(column.rows_where([text_of(value) == two.value for value in column.distinct]))
        if len(rows):
            return TwoReadings(int(sheet.lines[rows[0]]), name, two.value, two.readings, two.settings)
    return TwoReadings(0, "", two.value, two.readings, two.settings)


def two_readings(name: str, table: str, kind: str, two: TwoReadings) -> DataError:
    """The refusal of a file in which a value has two readings: its place, both readings, what decides."""
    problem = f"can be read as {two.readings[0]} or {two.readings[1]}, and nothing in the column says which"
    remedy = f"Add to its [[files]] block in dataset.toml: {two.settings[0]} or {two.settings[1]}"
    if kind != "mapped":
        block = f'match = "{name}", table = "{table}", columns = {{}}'
        remedy = f"Add to dataset.toml a [[files]] block with {block} and {two.settings[0]} or {two.settings[1]}"
    return DataError([Fault(name, two.line, two.column, masked(two.value), problem, remedy)])


def no_records(sheet: Sheet) -> np.ndarray:
    """Why a row is no record of its own: it repeats the header, or all its cells are blank; else ""."""
    reasons = np.full(len(sheet.lines), "", dtype=object)
    reasons[sheet.rows_saying([""] * len(sheet.columns))] = EMPTY_ROW
    reasons[sheet.rows_saying(sheet.names)] = REPEATED_HEADING
    return reasons
