"""What formats tell files and rows apart by: headers, words that mean a gift or a sale, blank amounts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from analysis.records.cells import Distinct, Value, plain, text_of
from analysis.records.parsing.words import NO, YES

SALE_WORDS = frozenset(
    ("billetterie", "adhesion", "adhesions", "boutique", "vente", "ventes", "cotisation", "cotisations",
     "member", "membership", "dues", "event")
)  # fmt: skip
GIFT_WORDS = frozenset(
    ("don", "dons", "collecte", "collectes", "crowdfunding", "donation", "donations", "gift", "gifts", "contribution")
)
PARTLY = re.compile(r"\bparti(?:el|al)")
HXL_TAG = re.compile(r"#[a-z][a-z0-9_]*(?: *\+ *[a-z0-9_]+)*")


def headed(signature: Sequence[str], *, alone: bool = False) -> Callable[[str, Sequence[str]], bool]:
    """Whether a header holds every name of the signature; with `alone`, no other names beside them."""
    names = {plain(name) for name in signature}

    def recognises(_: str, header: Sequence[str]) -> bool:
        found = {plain(name) for name in header}
        return found == names if alone else found >= names

    return recognises


def words(value: Value) -> set[str]:
    """The words of a cell, without accents and capitals."""
    return set(re.findall(r"[a-z]+", plain(text_of(value))))


def nothing(value: Value) -> bool:
    """Whether an amount's cell is blank or zero."""
    return not text_of(value).strip("+-0,. \u00a0\u202f€")


def rows_with(column: Distinct | None, chosen: Callable[[Value], bool], *, rows: int) -> np.ndarray:
    """True for each row whose value is chosen; for none where there is no such column."""
    return np.zeros(rows, bool) if column is None else column.rows_where([chosen(value) for value in column.distinct])


def partly_back(state: Value) -> bool:
    """Whether a payment's state says that part of it went back: how much stands elsewhere, or nowhere."""
    return PARTLY.search(plain(text_of(state))) is not None


def yes_or_no(value: Value) -> Value:
    """The same flag where it is one, else blank: unknown."""
    return value if plain(text_of(value)) in YES | NO else ""


def where_unique(identifiers: Distinct, *others: Distinct) -> Distinct:
    """The identifiers, blank where one stands on several rows of the file that hold the same in `others` too."""
    together = list(zip(*(column.codes.tolist() for column in (identifiers, *others)), strict=True))
    seen = Counter(together)
    repeated = np.array([seen[place] > 1 for place in together], dtype=bool)
    return Distinct.choose(repeated, Distinct.constant("", len(together)), identifiers)


def is_blank_or_tag(text: str) -> bool:
    """Whether a cell holds an HXL tag or nothing."""
    return not text or (text.startswith("#") and HXL_TAG.fullmatch(text.casefold()) is not None)


def is_tag_row(cells: Sequence[Value]) -> bool:
    """Whether a row holds HXL tags: two or more, and nothing else."""
    texts = [text_of(cell).casefold() for cell in cells if text_of(cell)]
    return len(texts) > 1 and all(HXL_TAG.fullmatch(text) for text in texts)
