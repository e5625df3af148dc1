"""Who gives, so that a donor's name is hidden wherever else it was typed: in labels, notes and wrong columns.

Only numbers made of names are kept, never a name. A full name, in either order, is hidden in every text; a single
word of one is hidden where showing the cell is no use to anybody but the person who can open the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.faults import HIDDEN
from analysis.records.masking import without

WORD = re.compile(r"[^\W\d_]+")
ACCENT = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]")
ADDRESS_NAME = re.compile(r"\n([^\W\d_]{2,})[._-]([^\W\d_]{2,})\d*@")
"""First and last name in an e-mail address that begins a line."""
SECOND_NAME = re.compile(r"[._-][^\W\d_]{2,}\d*@")
"""What an address with a name in it holds, and few others do; it is found faster."""
SHORTEST = 3
"""Letters of a word that is looked for on its own; in scripts other than the Latin one, two."""
LEAST_JOINED, MOST_JOINED = 7, 40
"""Letters of a word that may be two words of a name, written as one."""
FEW_WORDS = 100
"""So many words are faster looked for one by one than all words of a long text are told apart."""
WORDS_OF_A_NAME = 6
WIDEST_GAP = 12
"""Signs between two words of a name, small words such as "de la" among them."""
SMALL_WORDS = frozenset(
    ("de", "du", "des", "la", "le", "les", "et", "ou", "van", "von", "der", "den", "and", "mr", "mrs", "ms", "mme")
    + ("mlle", "mm", "mmes", "monsieur", "madame", "mademoiselle", "famille", "family", "anonyme", "anonymous")
)
ORGANISATIONS = frozenset(
    ("aide", "amicale", "amis", "asso", "association", "assos", "auberge", "banque", "boulangerie", "cabinet", "cafe")
    + ("centre", "charity", "church", "club", "college", "collectif", "comite", "commune", "company", "contact")
    + ("council", "croix", "diocese", "don", "dons", "ecole", "eglise", "entreprise", "federation", "fondation")
    + ("foundation", "fund", "group", "groupe", "info", "institut", "librairie", "limited", "ltd", "lycee", "mairie")
    + ("paroisse", "pharmacie", "refuge", "refugee", "refugees", "refugies", "restaurant", "rotary", "school")
    + ("secours", "societe", "solidarite", "solidarity", "syndicat", "tresorier", "trust", "union", "universite")
    + ("university", "ville", "sarl", "sas", "eurl", "scop", "sci")
)
"""Words that no person's name holds: organisations give too, and their names stand in texts that people must read."""


def words_of(text: str) -> set[str]:
    """The words of a text that may be part of a name, as names are compared: no accents, no capitals."""
    return {word for word in set(WORD.findall(_plain(text))) if _tells(word)}


def names_in(text: str) -> set[str]:
    """The words of a name, and those that small words are written together with: "le goff" is also "legoff"."""
    words = WORD.findall(_plain(text))
    return {word for word in (*words, *(_glued(words) if not SMALL_WORDS.isdisjoint(words) else ())) if _tells(word)}


def may_stand_in(words: set[str], text: str) -> bool:
    """Whether one of these words, as `words_of` gives them, may be one of `names_in` a text; a quick look."""
    said = _plain(text)
    tight = said.replace(" ", "")
    return len(words) > FEW_WORDS or any(word in said or word in tight for word in words)


def _tells(word: str) -> bool:
    return len(word) >= (SHORTEST if word.isascii() else 2) and word not in SMALL_WORDS


def _numbers() -> np.ndarray:
    return np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True)
class People:
    """Numbers that stand for two words of a name of people who give, and for each word of them (sorted)."""

    names: np.ndarray = field(default_factory=_numbers)
    words: np.ndarray = field(default_factory=_numbers)

    @classmethod
    def of(cls, names: Iterable[str], addresses: Iterable[str]) -> People:
        """The people whose names these are, and whose names stand in these e-mail addresses."""
        full, single = set[str](), set[str]()
        listed = "\n".join(["", *addresses])
        pairs = (" ".join(pair) for pair in (ADDRESS_NAME.findall(listed) if SECOND_NAME.search(listed) else ()))
        lines = "\n".join(name.replace("\n", " ") for name in (*names, *pairs))
        for name in _plain(lines).split("\n"):
            words = [word for word in WORD.findall(name) if len(word) > 1]
            glued = set[str]()
            if not SMALL_WORDS.isdisjoint(words):
                glued = _glued(words)
                words = [word for word in words if word not in SMALL_WORDS]
            if len(words) > WORDS_OF_A_NAME or not ORGANISATIONS.isdisjoint(words):
                continue
            single.update(words, glued)
            full.update(_pair(one, other) for one in glued for other in words if not one.endswith(other))
            if len(words) == 2:
                full.add(_pair(*words))
            else:
                full.update(_pair(one, other) for one, other in combinations(words, 2))
        return cls(_hashed(full), _hashed(word for word in single if _tells(word)))

    @classmethod
    def together(cls, groups: Iterable[People]) -> People:
        """All of these people."""
        listed = [cls(), *groups]
        return cls(_different([one.names for one in listed]), _different([one.words for one in listed]))

    def unnamed(self, texts: Sequence[str]) -> list[str]:
        """The texts with every full name hidden, however it is written: "DUPONT, Ana", "A. Dupont", "anadupont"."""
        if not len(self.names):
            return list(texts)
        places = [(number, *found) for number, text in enumerate(texts) for found in _possible_names(text)]
        hashes = _hashes([name for *_, name in places])
        alone = np.array([alone for *_, alone, _ in places], bool)
        known = np.where(alone, _among(hashes, self.words), _among(hashes, self.names))
        spans: dict[int, list[tuple[int, int]]] = {}
        for (number, start, end, _, _), is_name in zip(places, known.tolist(), strict=True):
            if is_name:
                spans.setdefault(number, []).append((start, end))
        return [without(_composed(text), spans[n]) if n in spans else text for n, text in enumerate(texts)]

    def without_any_word(self, texts: Sequence[str]) -> list[str]:
        """The texts, hidden whole where a single word of anybody's name stands in them."""
        if not len(self.words):
            return list(texts)
        words = [(number, word) for number, text in enumerate(texts) for word in words_of(text)]
        known = _among(_hashes([word for _, word in words]), self.words)
        named = {number for (number, _), is_name in zip(words, known.tolist(), strict=True) if is_name}
        return [HIDDEN if n in named else text for n, text in enumerate(self.unnamed(texts))]


def _possible_names(text: str) -> Iterator[tuple[int, int, bool, str]]:
    """Every piece of a text that may be somebody's name: from, to, whether it is one word with an initial, the name."""
    text = _composed(text)
    kept = list[tuple[int, int, str]]()
    for found in WORD.finditer(text):
        word, initial = _plain(found.group()), text[found.end() : found.end() + 1] == "."
        if (len(word) > 1 or initial) and word not in SMALL_WORDS:
            kept.append((found.start(), found.end(), word))
            cuts = range(SHORTEST, len(word) - SHORTEST + 1) if LEAST_JOINED <= len(word) <= MOST_JOINED else ()
            yield from ((*found.span(), False, _pair(word[:cut], word[cut:])) for cut in cuts)
    for (start, until, one), (begun, end, other) in zip(kept, kept[1:], strict=False):
        between = text[until:begun]
        if len(between) <= WIDEST_GAP and not any(sign.isdigit() for sign in between):
            short, long = sorted((one, other), key=len)
            alone = len(short) == 1
            yield start, end, alone, long if alone else _pair(one, other)


def _plain(text: str) -> str:
    """A text of any length as names are compared: no accents, no capitals."""
    return (text if text.isascii() else ACCENT.sub("", unicodedata.normalize("NFKD", text))).casefold()


def _glued(words: Sequence[str]) -> set[str]:
    """Words of a name written as one with the small words before them: "le goff" is "legoff"."""
    glued, before = set[str](), list[str]()
    for word in words:
        if word in SMALL_WORDS:
            before.append(word)
            continue
        glued.update("".join([*before[place:], word]) for place in range(len(before)))
        before = []
    return glued


def _pair(one: str, other: str) -> str:
    return f"{one} {other}" if one < other else f"{other} {one}"


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _hashed(words: Iterable[str]) -> np.ndarray:
    return _different([_hashes(list(words))])


def _among(numbers: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """Which numbers stand in a sorted list."""
    if not len(listed):
        return np.zeros(len(numbers), bool)
    return listed[np.minimum(np.searchsorted(listed, numbers), len(listed) - 1)] == numbers


def _different(groups: Sequence[np.ndarray]) -> np.ndarray:
    """The different numbers of all groups, sorted."""
    numbers = np.sort(np.concatenate(groups))
    return numbers[np.diff(numbers, prepend=~numbers[:1]) != 0]


def _hashes(words: Sequence[str]) -> np.ndarray:
    return pd.util.hash_array(np.array(words, dtype=object), categorize=False) if words else _numbers()
