"""Which row is which, and who gave: the identifiers and pseudonyms of a block's rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.records.arrays import spread
from analysis.records.cells import Distinct, plain
from analysis.records.cleaning.bench import Bench
from analysis.records.drafts import IDENTIFIERS, free_texts
from analysis.records.masking import masked
from analysis.records.people import People, may_stand_in, names_in, words_of
from analysis.records.pseudonyms import PERSONAL, Pseudonyms

EXACT = re.compile(r"[@\d]")
"""What makes a donor's key an address or a number, to be taken letter by letter; other keys are names."""
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
JOINING = frozenset(("et", "and", "ou", "or"))
TITLES = {
    "m": "m", "mr": "m", "monsieur": "m", "mme": "mme", "mrs": "mme", "madame": "mme", "mlle": "mlle", "miss": "mlle",
    "mademoiselle": "mlle", "ms": "mme",
}  # fmt: skip
HARMLESS = (
    r"\A(?:[A-Za-z]{0,2}[-_ ]?[0-9]{0,8}|[A-Za-z]{1,2}[0-9]{1,2}[-_/][0-9]{1,7}|(?:19|20)[0-9]{2}[-_/][0-9]{1,6})\z"
)
"""Identifiers that are kept as they stand: two letters and eight digits at most, which name and reach nobody."""
NAMES = {"appeals": "appeal"}
"""The tables whose identifier is a name that people read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Givers:
    """Who gave, row by row: pseudonyms, missing where nobody is named; how many rows were named by what.

    `people` are those who are named; `own` has a bit for each of the table's free texts that holds a word of the name
    of the row's own donor. `forgotten` are the pseudonyms to leave out: of those who asked for it by their address,
    and those made from a key, or a name and postcode, beside such an address; `namesakes` are made from a name alone.
    """

    donor: pa.Array
    basis: dict[str, int]
    people: People
    own: np.ndarray
    forgotten: frozenset[str]
    namesakes: frozenset[str]


def identifiers(bench: Bench, key: bytes) -> tuple[pa.Array, np.ndarray]:
    """Each row's identifier: the source's own (True), else file and line (False).

    The source's own is kept where it is harmless, else keyed digits stand for it; the name of an appeal is masked.
    """
    table = bench.draft.table.name
    name = IDENTIFIERS.get(table, "")
    file, lines = bench.sheet.file, bench.sheet.lines
    if not bench.has(name):
        made = [f"{file}:{line}" for line in lines.tolist()] if name else []
        return pa.array(made, pa.string()), np.zeros(bench.size, bool)
    written = bench.cells(name)
    kept = [masked(text) for text in written.texts()] if name == NAMES.get(table) else harmless(written.texts(), key)
    own = written.taken(kept, "object")
    blank = np.flatnonzero(own == "")
    own[blank] = [f"{file}:{line}" for line in lines[blank].tolist()]
    identified = np.ones(bench.size, bool)
    identified[blank] = False
    return pa.array(own, pa.string()), identified


def harmless(written: Sequence[str], key: bytes) -> list[str]:
    """The identifiers, keyed digits in the place of each that may name or reach somebody."""
    texts = pa.array(written, pa.string())
    kept, odd = list(written), np.flatnonzero(~pc.match_substring_regex(texts, HARMLESS).to_numpy(False)).tolist()
    for place, made in zip(odd, Pseudonyms(key).of_identifiers([written[one] for one in odd]), strict=True):
        kept[place] = made
    return kept


def givers(bench: Bench, key: bytes, *, forgotten: frozenset[str]) -> Givers:
    """Who gave each row (see `Givers`); `forgotten` lists those who asked to be, as `Pseudonyms.erased` writes them.

    A key under `donor` (a number of a household or member, an address, a name) stands for whoever is named beside it.
    """
    blank = Distinct.constant("", bench.size)
    written = [bench.draft.cells[column] for column in (*PERSONAL[:2], "donor") if bench.has(column)]
    beside = tuple(bench.draft.cells.get(column, blank) for column in PERSONAL)
    email, name, postcode = beside
    if bench.has("donor"):
        given = bench.cells("donor")
        nobody = given.rows_where([not text for text in given.texts()])
        exact = given.rows_where([EXACT.search(text) is not None for text in given.texts()])
        email = Distinct.choose(exact, given, Distinct.choose(nobody, email, blank))
        name = Distinct.choose(exact, blank, Distinct.choose(nobody, name, given))
        postcode = Distinct.choose(nobody, postcode, blank)
    pseudonym = Pseudonyms(key)
    codes, names, bases = _named(email, name, postcode, pseudonym)
    basis, kinds = pd.factorize(np.array(bases, dtype=object))
    counted = dict(zip(kinds, np.bincount(basis[codes], minlength=len(kinds)).tolist(), strict=True))
    gone, namesakes = frozenset[str](), frozenset[str]()
    if forgotten:
        donors = [names[code] for code in codes.tolist()]
        gone, namesakes = _forgotten((*beside, email), donors, pseudonym, forgotten)
    return Givers(
        donor=spread("text", names, codes), basis={basis: rows for basis, rows in sorted(counted.items()) if rows},
        people=_people(written), own=_own(bench, written),
        forgotten=gone, namesakes=namesakes,
    )  # fmt: skip


def household(name: str) -> str:
    """A donor's name as households are told apart: "M. et Mme Roc" and "Mr & Mrs Roc" are one, "M. Roc" is another.

    Words that join names go; so does a title beside two names or more, so that "M. et Mme Jean Roc" is Jean Roc.
    """
    words = [word for word in WORD.findall(plain(name)) if word not in JOINING]
    names = [word for word in words if word not in TITLES]
    return " ".join(names if len(names) > 1 else [*names, *(TITLES[word] for word in words if word in TITLES)])


def _named(
    emails: Distinct, names: Distinct, postcodes: Distinct, pseudonym: Pseudonyms
) -> tuple[np.ndarray, list[str | None], list[str]]:
    """For each row the place of its pseudonym; the pseudonyms: by e-mail or key, else by the rest; by what."""
    addresses = emails.texts()
    made, bases = pseudonym.of_addresses(addresses), ["email" if "@" in text else "key" for text in addresses]
    codes = emails.codes.astype(np.int64)
    rows = np.flatnonzero(emails.rows_where([not address for address in addresses]))
    if len(rows):
        words, places = [household(text) for text in names.texts()], postcodes.texts()
        joined = names.codes[rows].astype(np.int64) * len(places) + postcodes.codes[rows]
        pairs, found = np.unique(joined, return_inverse=True)
        said = [pseudonym("", words[pair // len(places)], places[pair % len(places)]) for pair in pairs.tolist()]
        made += [None if one is None else one[0] for one in said]
        bases += ["nobody" if one is None else one[1] for one in said]
        codes[rows] = found + len(addresses)
    return codes, made, bases


def _people(written: Sequence[Distinct]) -> People:
    """Everybody who is named in these columns, by name or by address."""
    names, addresses = list[str](), list[str]()
    for text in chain.from_iterable(column.texts() for column in written):
        (addresses if "@" in text else names).append(text)
    return People.of(names, addresses)


def _forgotten(
    beside: Sequence[Distinct],
    donors: Sequence[str | None],
    pseudonym: Pseudonyms,
    erased: frozenset[str],
) -> tuple[frozenset[str], frozenset[str]]:
    """The pseudonyms to leave out, by the rows' own and what stands beside them; and those of the same name alone.

    `beside` are a row's address, name, postcode and, where a key stands for them, the key that is an address or number.
    """
    emails, names, postcodes, keys = beside
    present = sorted({one for one in donors if one is not None})
    gone = {one for one, sign in zip(present, pseudonym.erased(present), strict=True) if sign in erased}
    asked = np.zeros(len(donors), bool)
    for column in (emails, keys):
        addresses = [one or "" for one in pseudonym.of_addresses(column.texts())]
        asked |= column.rows_where([sign in erased for sign in pseudonym.erased(addresses)])
    rows = np.flatnonzero(asked).tolist()
    gone |= {one for row in rows if (one := donors[row]) is not None}
    words, places = [household(text) for text in names.texts()], postcodes.texts()
    stands = {(words[names.codes[row]], places[postcodes.codes[row]]) for row in rows}
    by_place = {found[0] for name, place in stands if place and (found := pseudonym("", name, place))}
    alone = {found[0] for name, _ in stands if (found := pseudonym("", name, ""))}
    return frozenset(gone | by_place), frozenset(alone)


def _own(bench: Bench, said: Sequence[Distinct]) -> np.ndarray:
    """For each row, a bit for each free text in which a word of the donor's name or address stands."""
    own = np.zeros(bench.size, np.uint8)
    texts = {bit: bench.draft.cells[name] for bit, name in enumerate(free_texts(bench.draft.table)) if bench.has(name)}
    words = {bit: [words_of(text) for text in written.texts()] for bit, written in texts.items()}
    everything = set[str]().union(*(of for listed in words.values() for of in listed))
    for column in said if everything else ():
        if may_stand_in(everything, "\n".join(column.texts())):
            named = [names_in(text.partition("@")[0]) & everything for text in column.texts()]
            for bit, written in texts.items():
                own |= _shared(written, words[bit], column, named).astype(np.uint8) << bit
    return own


def _shared(text: Distinct, words: Sequence[set[str]], donor: Distinct, named: Sequence[set[str]]) -> np.ndarray:
    """True for each row whose text, of these words, shares one with what names its donor."""
    shared = np.zeros(len(text.codes), bool)
    rows = np.flatnonzero(donor.rows_where([bool(found) for found in named]))
    pairs = zip(text.codes[rows].tolist(), donor.codes[rows].tolist(), strict=True)
    shared[rows] = [not words[said].isdisjoint(named[by]) for said, by in pairs]
    return shared
