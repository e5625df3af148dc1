"""One file in, its parts on disk out: block after block, twice where the first block's evidence was not the file's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from sys import maxsize
from typing import Any

from analysis.faults import DataError
from analysis.records.corrections import Correction, one_row_each
from analysis.records.kernel import Context, Done, Job, two_readings, work
from analysis.records.ledger.tally import Tally, total
from analysis.records.opening import PUT_ASIDE, OpenText, kinds_for, open_records, refusal, rule_for
from analysis.records.parsing.amounts import decimal_mark
from analysis.records.parsing.dates import date_order
from analysis.records.parsing.evidence import Votes, pooled
from analysis.records.people import People
from analysis.records.reading.encodings import Accents, accents, is_wide
from analysis.records.reading.finding import is_whole
from analysis.records.reading.streams import BLOCK, Block, blocks
from analysis.records.storage.parts import Part

AllVotes = Mapping[tuple[str, str], Votes]
Mapper = Callable[[Iterable[Job]], Iterator[Done]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One file's parts in order, its counts, what the ledger says about the file, and who gives (see `Givers`)."""

    parts: tuple[Part, ...]
    counts: Tally
    about: dict[str, Any]
    people: People
    forgotten: frozenset[str]
    namesakes: frozenset[str]


def in_turn(jobs: Iterable[Job]) -> Iterator[Done]:
    """Each job's result, worked on here."""
    return map(work, jobs)


def in_pool(pool: Executor, workers: int) -> Mapper:
    """A mapper that works on a few jobs at once; results come in order, and few blocks wait in memory."""

    def mapper(jobs: Iterable[Job]) -> Iterator[Done]:
        waiting: deque[Future[Done]] = deque()
        for job in jobs:
            waiting.append(pool.submit(work, job))
            if len(waiting) > workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    return mapper


def read_file(
    path: Path,
    name: str,
    context: Context,
    *,
    target: Path,
    compared: bool,
    mapper: Mapper = in_turn,
    size: int = BLOCK,
) -> Reading:
    """Every record of one file, checked and kept in parts whose names begin with `target`.

    Raises DataError when nothing recognises the file, it holds no record or a column has two readings.
    """
    rule = rule_for(name, context.dataset)
    job = Job(path=path, name=name, context=context, target=target, compared=compared)
    if is_whole(path):
        opened, done = None, list(mapper([job]))
        encoding = done[0].encoding
    else:
        kind_of = kinds_for(name, rule)
        opened = open_records(path, name, rule, lambda header: kind_of(header) is not None)
        kind = kind_of(opened.header.cells)
        opened = replace(opened, header=replace(opened.header, ragged=bool(kind and kind.ragged)))
        done, encoding = _settled(opened, job, mapper, size if kind and kind.row_by_row else maxsize)
    if sum(one.part.records for one in done) == 0:
        raise refusal(name, "has a header and no row below it", PUT_ASIDE)
    _refuse(name, done, [one for one in context.corrections if one.file == name])
    about = {
        "format": done[0].kind, "table": done[0].table, "encoding": encoding,
        "delimiter": opened.header.delimiter if opened else None, "sheet": done[0].sheet,
        "unread_sheets": list(done[0].unread_sheets), "stray_lines": sum(one.strays for one in done),
        "corrected": sum(map(sum, (one.corrected for one in done))),
    }  # fmt: skip
    return Reading(
        parts=tuple(one.part for one in done), counts=total(one.tally for one in done), about={"file": name, **about},
        people=People.together(one.people for one in done), forgotten=_all(one.forgotten for one in done),
        namesakes=_all(one.namesakes for one in done),
    )  # fmt: skip


def _all(groups: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*groups)


def _settled(opened: OpenText, job: Job, mapper: Mapper, size: int) -> tuple[list[Done], str]:
    """What became of each block, read by the evidence of the whole file, and the file's encoding.

    The first block is read by its own evidence and the others by the first one's. Where the whole file says
    otherwise, which is rare, all are read once more.
    """
    fixed = "utf-8" if is_wide(opened.file.encoding) else opened.file.encoding
    encoding, votes = fixed, None
    while True:
        used, assumed, done = _pass(opened, job, mapper, size, encoding, votes)
        settled = fixed or sum((one.accents for one in done), Accents()).encoding
        found = _all_votes(done)
        if settled == used and _verdicts(found) == _verdicts(assumed):
            return done, opened.file.encoding or settled
        encoding, votes = settled, (found if settled == used else None)


def _pass(
    opened: OpenText, job: Job, mapper: Mapper, size: int, encoding: str, votes: AllVotes | None
) -> tuple[str, AllVotes, list[Done]]:
    """The encoding and votes by which the blocks were read, and what became of each."""
    stream = enumerate(blocks(opened.file, opened.header, size=size))
    given, done = opened.file.given and not is_wide(opened.file.encoding), list[Done]()

    def job_for(number: int, block: Block) -> Job:
        target = job.target.with_name(f"{job.target.name}-{number:06d}")
        return replace(
            job, header=opened.header, block=block, encoding=encoding, given=given, votes=votes, target=target
        )

    if not encoding or votes is None:
        number, block = next(stream, (0, Block(opened.header.below + 1, b"")))
        if not block.data:
            return encoding or "utf-8", {}, []
        encoding = encoding or accents(block.data).encoding
        done = list(mapper([job_for(number, block)]))
        votes = done[0].votes if votes is None else votes
    done.extend(mapper(job_for(number, block) for number, block in stream))
    return encoding, votes, done


def _all_votes(done: Sequence[Done]) -> AllVotes:
    sums: dict[tuple[str, str], Votes] = {}
    for one in done:
        for column, (first, second) in one.votes.items():
            before = sums.get(column, (0, 0))
            sums[column] = (before[0] + first, before[1] + second)
    return sums


def _verdicts(votes: AllVotes) -> dict[tuple[str, str], str | None]:
    """What each column's votes settle, and those of all columns together."""
    winner = {"decimal": decimal_mark, "dates": date_order}
    together = {(kind, ""): pooled(votes, kind) for kind in winner}
    return {column: winner[column[0]](of) for column, of in (*votes.items(), *together.items())}


def _refuse(name: str, done: Sequence[Done], corrections: Sequence[Correction]) -> None:
    """Nothing, or DataError: corrections that do not fit, a column with two readings."""
    faults = [fault for one in done for fault in one.faults]
    fits = [sum(counts) for counts in zip(*(one.corrected for one in done), strict=True)]
    faults += one_row_each(name, corrections, fits)
    if faults:
        raise DataError(sorted(set(faults), key=lambda fault: fault.line))
    doubtful = [two for one in done for two in one.open]
    if doubtful:
        raise two_readings(name, done[0].table, done[0].kind, min(doubtful, key=lambda two: two.line))
