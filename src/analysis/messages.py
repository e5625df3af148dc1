"""What the program says to a treasurer, in French or English: messages are written in English and put into French here.

Code, ledger and tables keep the English, so that a reason is the same key everywhere. `messages.fr.toml` holds the
French of each message, `{}` standing for what is filled in (`{0}`, `{1}` where French takes another order).
"""

from __future__ import annotations

import locale
import os
import re
import textwrap
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from analysis.dataset import LANGUAGES, SETTINGS_FILE
from analysis.faults import Fault, one_line, visible
from analysis.wording import NARROW_SPACE, NO_BREAK_SPACE, listing, number, typeset

CATALOG = "messages.fr.toml"
FRAGMENTS = "fragments"
"""Section of the catalog with words that stand inside what is filled in, such as those of a [[files]] block."""
WIDTH = 100
"""Columns of a plain terminal."""
LINES_SHOWN = 20
"""Lines of faults on a screen."""
ROWS_SHOWN = 6
"""Line numbers of rows that have the same fault."""
PROSE_SHOWN = 12
"""Lines of one fault; of a longer one, such as a header of 200 names, the beginning and the end are shown."""
LANGUAGE_SETTING = re.compile(r"""^\s*languages\s*=\s*\[\s*["'](fr|en)["']""", re.MULTILINE)
PLACE = re.compile(r"\{\d*\}")


@dataclass(frozen=True, slots=True)
class _Template:
    """An English message with places to fill, and its French."""

    start: str
    pattern: re.Pattern[str]
    french: str


def in_language(message: str, language: str) -> str:
    """`message`, which is English, in "fr" or "en"; one that the catalog does not know comes back as it is."""
    return message if language == "en" else _french(message)


def value_in(value: str, language: str) -> str:
    """A cell's value as it may be shown, its mask in the reader's language."""
    return value if language == "en" else _with_fragments(value)


def fault_in(fault: Fault, language: str, *, named: bool = True, rows: Sequence[int] = ()) -> str:
    """A fault as one sentence: its place (the file only if `named`), what is wrong, what to type instead.

    `rows` are the lines on which an unnamed file has it, when there are several.
    """
    said = Fault(
        fault.file,
        fault.line,
        fault.column,
        value_in(fault.value, language),
        in_language(fault.problem, language),
        in_language(fault.remedy, language),
    )
    named = named or not fault.line
    if language == "en":
        unnamed = str(said).removeprefix(f"{one_line(fault.file)} line {fault.line}")
        return str(said) if named else f"{_rows_in_words(rows or [fault.line], language)}{unnamed}"
    place = [one_line(said.file)] if named else []
    place += [_rows_in_words(rows or [said.line], language)] if said.line else []
    if said.column:
        value = f" = «{NO_BREAK_SPACE}{one_line(said.value)}{NO_BREAK_SPACE}»" if said.value else ""
        place += [f"{one_line(said.column)}{value}"]
    stop = "" if said.remedy.endswith("\n") else "."
    return f"{', '.join(place)}{NO_BREAK_SPACE}: {visible(said.problem)}. {visible(said.remedy)}{stop}"


def _rows_in_words(rows: Sequence[int], language: str) -> str:
    """Where a row or several are: "line 3", "lignes 3, 5 et 9", "lines 3, 5, 9, 12, 40, 41 and 18 others"."""
    shown = rows if len(rows) == ROWS_SHOWN + 1 else rows[:ROWS_SHOWN]
    said = [str(row) for row in shown]
    if len(rows) > len(shown):
        more = number(len(rows) - ROWS_SHOWN, language).replace(NARROW_SPACE, NO_BREAK_SPACE)
        said.append(f"{more} {'autres' if language == 'fr' else 'others'}")
    word = "ligne" if language == "fr" else "line"
    return f"{word}{'s' if len(rows) > 1 else ''} {listing(said, language)}"


def told(faults: Sequence[Fault], language: str, *, where: str, most: int = LINES_SHOWN) -> list[str]:
    """Faults as lines to print, rows under the name of their file; at most `most` lines, and one that counts the rest.

    What is the same on several rows of a file is told once, with their numbers.
    `where` is an English message that says where all of them are.
    """
    lines, shown = list[str](), 0
    blocks = sum("\n\n" in fault.remedy for fault in faults)
    for (file, is_row), group in groupby(faults, key=lambda fault: (fault.file, fault.line > 0)):
        heading = [one_line(file)] if is_row else []
        for fault, rows in _alike(group):
            sentence = fault_in(fault, language, named=not is_row, rows=rows)
            if blocks > 1:
                sentence = _without_block(sentence, language)
            said = [*heading, *_lines(sentence, indent="  " if is_row else "")]
            if lines and len(lines) + len(said) > most:
                return [*lines, _rest(len(faults) - shown, where, language)]
            lines, shown, heading = [*lines, *said], shown + len(rows), []
    return lines


def _alike(faults: Iterable[Fault]) -> list[tuple[Fault, list[int]]]:
    """Each fault once, as its first row has it, and the lines of all rows that have it."""
    found: dict[Fault, tuple[Fault, list[int]]] = {}
    for fault in faults:
        found.setdefault(replace(fault, line=0), (fault, []))[1].append(fault.line)
    return list(found.values())


def _without_block(sentence: str, language: str) -> str:
    """The sentence without a block to paste, which would fill the screen, and how to get it."""
    prose, _, block = sentence.partition("\n\n")
    if not block:
        return sentence
    remedy = in_language("Check this file alone to get the block to paste", language)
    return f"{prose.rstrip(': ' + NO_BREAK_SPACE)}. {remedy}."


def _lines(sentence: str, *, indent: str) -> list[str]:
    """A fault's sentence as lines of a terminal; a [[files]] block that ends it stays as it is to be pasted."""
    prose, _, block = sentence.partition("\n\n")
    first, *listed = prose.split("\n")
    lines = wrapped(first, indent=indent)
    lines += [line for one in listed for line in wrapped(one.strip(), indent=f"{indent}    ")]
    if len(lines) > PROSE_SHOWN:
        lines = [*lines[: PROSE_SHOWN - 3], f"{indent}  ...", *lines[-2:]]
    return [*lines, "", *block.rstrip("\n").split("\n")] if block else lines


def wrapped(text: str, *, indent: str) -> list[str]:
    """The text as indented lines of at most 100 columns where its words allow; it is broken at plain spaces only."""
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rest(more: int, where: str, language: str) -> str:
    return f"{in_language(f'... and {more} more.', language)} {in_language(where, language)}"


def language_of(path: Path | str, *, chosen: str | None = None) -> str:
    """The language for messages about a file or a dataset: the one chosen, else the dataset's first, else the system's.

    The settings are only glanced at, so that a message on a mistake in them has a language too.
    """
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    if chosen:
        return chosen
    try:
        settings = (folder / SETTINGS_FILE).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return system_language()
    found = LANGUAGE_SETTING.search(settings)
    return found[1] if found else LANGUAGES[0]


def system_language() -> str:
    """French where the system's language is French, else English."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "fr" if (said or locale.getlocale()[0] or "").casefold().startswith("fr") else "en"


@lru_cache(1 << 14)
def _french(message: str) -> str:
    exact, templates, _ = _catalog()
    if message in exact:
        return exact[message]
    for one in templates:
        if message.startswith(one.start) and (found := one.pattern.fullmatch(message)):
            return _with_fragments(_filled(one.french, found.groups()))
    return message


def _filled(french: str, values: Sequence[str]) -> str:
    """The French with its places filled: `{1}` by the second value, `{}` by the next one."""
    following = iter(values)
    return PLACE.sub(lambda place: values[int(place[0][1:-1])] if place[0] != "{}" else next(following), french)


def _with_fragments(text: str) -> str:
    for english, french in _catalog()[2].items():
        text = text.replace(english, french)
    return text


@cache
def _catalog() -> tuple[dict[str, str], tuple[_Template, ...], dict[str, str]]:
    """Whole messages, those with places to fill (the longest literal text first), and fragments."""
    sections = tomllib.loads((files("analysis") / CATALOG).read_text(encoding="utf-8"))
    fragments = {english: _set(french) for english, french in sections.pop(FRAGMENTS).items()}
    french = {english: _set(said) for section in sections.values() for english, said in section.items()}
    templates = {english: said for english, said in french.items() if PLACE.search(english)}
    longest_first = sorted(templates, key=lambda english: -len(PLACE.sub("", english)))
    made = tuple(_template(english, templates[english]) for english in longest_first)
    return {english: said for english, said in french.items() if english not in templates}, made, fragments


def _template(english: str, french: str) -> _Template:
    literals = PLACE.split(english)
    pattern = re.compile("(.*)".join(map(re.escape, literals)), re.DOTALL)
    return _Template(literals[0], pattern, french)


def _set(french: str) -> str:
    """French with its no-break spaces; the narrow one, which old terminals lack, is as wide as the others."""
    return typeset(french, "fr").replace(NARROW_SPACE, NO_BREAK_SPACE)
