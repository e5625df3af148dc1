"""Words cut to the room there is: how wide a text is, and where its lines are broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from analysis.wording import harmless

FONT = "DejaVu Sans"
SPACES = re.compile(r"(?<!\s\d)(?<!\s\d\d) ")
LONGEST_WORDS = 700
"""Characters of a text that a chart shows; a name of ten thousand would fill pages."""
LONGEST_LINE = 300
"""Characters of a word that no line of a chart is long enough for."""
SHORTEST = 0.4
"""A line that ends with its clause is no shorter than this share of the longest."""


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, weight: str = "normal") -> float:
    """Width of one line of text in the house font (points)."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def wrapped(text: str, size: float, *, room: float, weight: str = "normal", even: bool = False) -> str:
    """`text` broken to `room` points at ordinary spaces only: no-break spaces keep numbers and units together.

    No line ends with a short number, whose unit or month follows. A word that is longer than a line alone is broken
    where the line ends. With `even` the lines are about as long as each other, and end with a clause where that takes
    no line more.
    """
    text = _short(text)
    words = [part for one in SPACES.split(text) for part in _pieces(one, size, room=room, weight=weight)]
    lines = _lines(words, size, room=room, weight=weight)
    if not even or len(lines) == 1:
        return "\n".join(lines)
    for parts in (re.split(r"(?<=[,;.]) ", text), words):
        low, high = max(text_width(part, size, weight=weight) for part in parts), room
        if low > room or len(_lines(parts, size, room=room, weight=weight)) > len(lines):
            continue
        while high - low > size:
            middle = (low + high) / 2
            fits = len(_lines(parts, size, room=middle, weight=weight)) == len(lines)
            low, high = (low, middle) if fits else (middle, high)
        found = _lines(parts, size, room=high, weight=weight)
        if parts is words or min(map(len, found)) >= SHORTEST * max(map(len, found)):
            return "\n".join(found)
    return "\n".join(lines)


def _lines(parts: Sequence[str], size: float, *, room: float, weight: str) -> list[str]:
    """As many `parts` a line as fit."""
    lines: list[str] = [""]
    for part in parts:
        longer = f"{lines[-1]} {part}".strip(" ")
        if text_width(longer, size, weight=weight) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _pieces(word: str, size: float, *, room: float, weight: str) -> list[str]:
    """A word as it is, or cut into pieces that fit a line."""
    pieces = []
    while len(word) > 1 and (width := text_width(word[:LONGEST_LINE], size, weight=weight)) > room:
        end = max(1, int(len(word[:LONGEST_LINE]) * room / width))
        while end > 1 and text_width(word[:end], size, weight=weight) > room:
            end -= 1
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]


def _short(text: str) -> str:
    """Words as a chart can hold them: nothing that cannot be drawn, and an end to what has none."""
    shown = harmless(text)
    return shown if len(shown) <= LONGEST_WORDS else f"{shown[:LONGEST_WORDS]}…"
