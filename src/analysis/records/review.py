"""What `check` found, told to a treasurer in French or English: each file, what to mend, where to find all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis import wording
from analysis.faults import one_line
from analysis.messages import in_language, told, wrapped
from analysis.records.build import Check
from analysis.records.drafts import ACCEPTED, DUPLICATE, EXCLUDED, QUARANTINED
from analysis.records.formats import FORMATS
from analysis.records.headings import UNSHOWN
from analysis.wording import NARROW_SPACE, NO_BREAK_SPACE

REASONS_SHOWN = 12
TIMES = f"{NO_BREAK_SPACE}×{NO_BREAK_SPACE}"
MAPPED = "Read as its [[files]] block says"


def review(found: Check, language: str, *, alone: bool = False) -> list[str]:
    """The lines to print: every file with its rows, sums and reasons, then at most 20 lines of what is to be mended.

    `alone` says that it was a single file, of which no quarantine is written.
    """
    book = found.ledger
    accounts = [(file["file"], _account(file, language)) for file in book["files"]]
    if len(accounts) > 1:
        accounts.append((in_language("All files together", language), _sums(book["totals"], language)))
    lines = list[str]()
    for heading, said in accounts:
        lines += [one_line(heading), *(line for text in said for line in wrapped(text, indent="  "))]
    if book["ignored"]:
        names = wording.listing(book["ignored"], language)
        lines += wrapped(in_language(f"Files left aside, of a kind that is not read: {names}", language), indent="")
    faults, blank = [*found.refused, *found.quarantined], [""] if lines else []
    if not faults:
        return [*lines, *blank, in_language("Nothing to mend.", language)]
    where = "To see them all, run donation-trends build and open quarantine.csv, or add --json here."
    if found.refused or alone:
        where = "To see them all, add --json."
    mend = told(faults, language, where=where)
    if any(UNSHOWN in line for line in mend):
        mend.append(in_language("… stands for words that are not shown, for they may name somebody.", language))
    lines += [*blank, in_language("To mend:", language), *mend]
    if found.refused:
        files = len({fault.file for fault in found.refused})
        lines += ["", in_language(f"Files that stop every build: {files}", language)]
    return lines


def rows_in_words(rows: Mapping[str, int], language: str) -> str:
    """How many rows were read and what became of them: "rows: 8,599 read, 8,411 accepted, 3 set aside"."""
    counts = ", ".join(_count(outcome, _number(count, language), language) for outcome, count in rows.items() if count)
    return in_language(f"rows: {counts or '0'}", language)


def _count(outcome: str, rows: str, language: str) -> str:
    message = {
        "read": f"{rows} read",
        ACCEPTED: f"{rows} accepted",
        QUARANTINED: f"{rows} set aside",
        DUPLICATE: f"{rows} duplicate",
        EXCLUDED: f"{rows} excluded",
    }[outcome]
    return in_language(message, language)


def _account(file: Mapping[str, Any], language: str) -> Iterator[str]:
    """What one file is, its rows and sums, why rows were not accepted, and what else the treasurer must know."""
    kind = next((one for one in FORMATS if (one.name, one.table) == (file["format"], file["table"])), None)
    table, what = in_language(file["table"], language), kind.what if kind else MAPPED
    named = what.endswith(f": {file['table']}")
    what = in_language(what.replace(f": {file['table']}", f": {table}"), language)
    yield what if named else f"{what} ({table})"
    yield from _sums(file, language)
    why = sorted(file["reasons"].items(), key=lambda pair: -pair[1])
    said = [f"{_number(rows, language)}{TIMES}{in_language(reason, language)}" for reason, rows in why[:REASONS_SHOWN]]
    if len(why) > REASONS_SHOWN:
        said.append(in_language(f"{len(why) - REASONS_SHOWN} other reasons", language))
    if said:
        yield in_language(f"not accepted: {_semicolons(said, language)}", language)
    if file["corrected"]:
        yield in_language(f"cells corrected by corrections.csv: {file['corrected']}", language)
    if file["stray_lines"]:
        text = f"lines in another encoding than the rest, whose accents you should check: {file['stray_lines']}"
        yield in_language(text, language)
    if file["unread_sheets"]:
        others = wording.listing(file["unread_sheets"], language)
        yield in_language(f"sheet read: {file['sheet']}; sheets not read: {others}", language)


def _sums(of: Mapping[str, Any], language: str) -> Iterator[str]:
    """Rows, then the money or value accepted and set aside by currency, where there is any."""
    yield rows_in_words(of["rows"], language)
    if amounts := _amounts(of["money"], ACCEPTED, language):
        yield in_language(f"amount accepted: {amounts}", language)
    if amounts := _amounts(of["money"], QUARANTINED, language):
        yield in_language(f"amount set aside: {amounts}", language)
    if amounts := _amounts(of["value"], ACCEPTED, language):
        yield in_language(f"value accepted: {amounts}", language)
    if amounts := _amounts(of["value"], QUARANTINED, language):
        yield in_language(f"value set aside: {amounts}", language)


def _amounts(sums: Mapping[str, Mapping[str, str]], outcome: str, language: str) -> str:
    """The sums of an outcome by currency, those of 0 left out; "" where there is none."""
    shown = [
        wording.money(float(of[outcome]), currency, language, places=2).replace(NARROW_SPACE, NO_BREAK_SPACE)
        for currency, of in sums.items()
        if float(of[outcome])
    ]
    return wording.listing(shown, language)


def _number(count: int, language: str) -> str:
    return wording.number(count, language).replace(NARROW_SPACE, NO_BREAK_SPACE)


def _semicolons(items: list[str], language: str) -> str:
    return (f"{NO_BREAK_SPACE}; " if language == "fr" else "; ").join(items)
