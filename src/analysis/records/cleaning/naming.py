"""Items and areas by the names that dataset.toml gives them, whatever their capitals, accents and plural."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from analysis.faults import DataError, Fault
from analysis.records.cells import Value, plain, text_of
from analysis.records.parsing.evidence import Problem

WHOLE_DATASET = "all"
"""The only area of a dataset whose settings name none: a place that a record names may not be published."""
SHOWN, LISTED = 3, 8
BETWEEN_WORDS = re.compile(r"[\s_'\u2010-\u2015-]+")
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
ENGLISH_PLURAL = re.compile(r"(?<=[sc]h|.x|ss)es?$")
FRENCH_AUX = re.compile(r"(?<!e)ai?l$")


class Names:
    """The names of one section of dataset.toml; call it with a cell to get the name it stands for.

    Raises DataError when one word, its plural or its accents aside, stands for two names.
    """

    def __init__(self, names: Mapping[str, tuple[str, ...]], *, section: str) -> None:
        self.section = section
        self._known: dict[str, str] = {}
        for name, words in names.items():
            for word in (name, *words):
                if self._known.setdefault(folded(word), name) != name:
                    raise self._twice(word, name)

    def __call__(self, value: Value) -> str | Problem | None:
        """The name in dataset.toml; None for a blank cell; a Problem with the nearest names if unknown."""
        word = folded(text_of(value))
        if not word:
            return None
        return self._known.get(word) or self._unknown(word)

    def _unknown(self, word: str) -> Problem:
        remedy = f"Add it to [{self.section}] or correct it"
        if near := self._nearest(word):
            remedy = f"Add it to [{self.section}] or correct it (near: {', '.join(near)})"
        elif self._known:
            known = sorted(set(self._known.values()))[:LISTED]
            remedy = f"Add it to [{self.section}] or correct it (known, and not near: {', '.join(known)})"
        return Problem(f"no name in [{self.section}] of dataset.toml", remedy)

    def _nearest(self, word: str) -> list[str]:
        """The names spelled most alike, then those that share a word with it."""
        alike = difflib.get_close_matches(word, self._known, n=SHOWN)
        said = {one for one in word.split() if len(one) > 3}
        sharing = [known for known in self._known if said & set(known.split())]
        return list(dict.fromkeys(self._known[found] for found in (*alike, *sharing)))[:SHOWN]

    def _twice(self, word: str, name: str) -> DataError:
        other = self._known[folded(word)]
        problem = f"stands for {other} and for {name}: capitals, accents and plurals make no difference"
        return DataError([Fault("dataset.toml", 0, f"{self.section}.{name}", word, problem, "Take it out of one")])


def folded(text: str) -> str:
    """`text` as names are compared: plain words, without plural, whatever joins them (space, hyphen, apostrophe)."""
    return " ".join(_singular(word) for word in BETWEEN_WORDS.split(plain(text.translate(LIGATURES))) if word)


def _singular(word: str) -> str:
    """One word without its French or English plural: gants, bateaux, chevaux, torches, dresses, batteries."""
    if len(word) <= 3:
        return word
    bare = ENGLISH_PLURAL.sub("", word)
    if bare == word and word[-1] in "sx" and not word.endswith("ss"):
        bare = word[:-1]
    bare = f"{bare[:-1]}ie" if bare.endswith("y") else bare
    return FRENCH_AUX.sub("au", bare)
