"""Which row is which, and who gave: the identifiers and pseudonyms of a block's rows."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow as pa

from analysis.records.arrays import spread
from analysis.records.cells import Distinct, plain
from analysis.records.cleaning.bench import Bench
from analysis.records.drafts import IDENTIFIERS
from analysis.records.pseudonyms import PERSONAL, Pseudonyms

EXACT = re.compile(r"[@\d]")
"""What makes a donor's key an address or a number, to be taken letter by letter; other keys are names."""
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
JOINING = frozenset(("et", "and", "ou", "or"))
TITLES = {
    "m": "m", "mr": "m", "monsieur": "m", "mme": "mme", "mrs": "mme", "madame": "mme", "mlle": "mlle", "miss": "mlle",
    "mademoiselle": "mlle", "ms": "mme",
}  # fmt: skip


def identifiers(bench: Bench, key: bytes) -> tuple[pa.Array, np.ndarray]:
    """Each row's identifier: the source's own (True), else file and line (False)."""
    name = IDENTIFIERS.get(bench.draft.table.name, "")
    file, lines = bench.sheet.file, bench.sheet.lines
    if not bench.has(name):
        made = [f"{file}:{line}" for line in lines.tolist()] if name else []
        return pa.array(made, pa.string()), np.zeros(bench.size, bool)
    pseudonym = Pseudonyms(key)
    written = bench.cells(name)
    hidden = [(pseudonym(text, "", "") or ("",))[0] if "@" in text else text for text in written.texts()]
    own = written.taken(hidden, "object")
    blank = np.flatnonzero(own == "")
    own[blank] = [f"{file}:{line}" for line in lines[blank].tolist()]
    identified = np.ones(bench.size, bool)
    identified[blank] = False
    return pa.array(own, pa.string()), identified


def donors(bench: Bench, key: bytes) -> tuple[pa.Array, dict[str, int]]:
    """Each row's pseudonym, missing where nobody is named, and how many rows were named by what.

    A key under `donor` (a number of a household or member, an address, a name) stands for whoever is named beside it.
    """
    blank = Distinct.constant("", bench.size)
    email, name, postcode = (bench.draft.cells.get(column, blank) for column in PERSONAL)
    if bench.has("donor"):
        given = bench.cells("donor")
        nobody = given.rows_where([not text for text in given.texts()])
        exact = given.rows_where([EXACT.search(text) is not None for text in given.texts()])
        email = Distinct.choose(exact, given, Distinct.choose(nobody, email, blank))
        name = Distinct.choose(exact, blank, Distinct.choose(nobody, name, given))
        postcode = Distinct.choose(nobody, postcode, blank)
    codes, names, bases = _named(email, name, postcode, Pseudonyms(key))
    counted = Counter[str]()
    for basis, rows in zip(bases, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
        counted[basis] += rows
    return spread("text", names, codes), {basis: rows for basis, rows in sorted(counted.items()) if rows}


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
