"""Items and areas by the names that dataset.toml gives them, whatever their capitals, accents and plural."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from analysis.records.cells import Value, plain, text_of
from analysis.records.parsing.evidence import Problem

WHOLE_DATASET = "all"
"""The only area of a dataset whose settings name none: a place that a record names may not be published."""


class Names:
    """The names of one section of dataset.toml; call it with a cell to get the name it stands for."""

    def __init__(self, names: Mapping[str, tuple[str, ...]], *, section: str) -> None:
        self.section = section
        self._known = {folded(word): name for name, words in names.items() for word in (name, *words)}

    def __call__(self, value: Value) -> str | Problem | None:
        """The name in dataset.toml; None for a blank cell; a Problem with the nearest names if unknown."""
        word = folded(text_of(value))
        if not word:
            return None
        return self._known.get(word) or self._unknown(word)

    def _unknown(self, word: str) -> Problem:
        near = dict.fromkeys(self._known[found] for found in difflib.get_close_matches(word, self._known, n=3))
        remedy = f"Add it to [{self.section}] or correct it"
        if near:
            remedy = f"Add it to [{self.section}] or correct it (near: {', '.join(near)})"
        return Problem(f"no name in [{self.section}] of dataset.toml", remedy)


def folded(text: str) -> str:
    """`text` as names are compared: plain, underscores as spaces, without a plural s or x on any word."""
    words = plain(text.replace("_", " ").replace("-", " ")).split()
    return " ".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in words)
