"""How hard a text is to read: LIX (Björnsson 1968), words a sentence plus the percentage of words above six letters."""

from __future__ import annotations

import re

ABBREVIATIONS = re.compile(r"\b(?:M|Mme|Dr|St|e\.g|i\.e|etc)\.")
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d[\d\u202f\u00a0.,/]*")
END = re.compile(r"(?<=[.?!…])[\u00a0\u202f ]+(?=[^\W\d_a-zà-ÿ]|\d|“|«)|[;:](?=\s|$)|(?<=\s)–(?=\s)")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon and a semicolon end one too, as readers pause there (Björnsson's rule)."""
    return [one for one in (part.strip() for part in END.split(text)) if WORD.search(one)]


def words(text: str) -> list[str]:
    """The words of a text, a figure with its groups being one."""
    return WORD.findall(text)


def lix(text: str) -> float:
    """About 25 for a children's book, 40 for a newspaper, 50 for a specialist's text, 60 for law."""
    said = words(text)
    long = sum(len(part) > 6 for one in said for part in re.split(r"[-’']", one) if part)
    return len(said) / len(sentences(text)) + 100 * long / len(said)
