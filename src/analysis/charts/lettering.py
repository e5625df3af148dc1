"""Words cut to the room there is: how wide a text is, and where its lines are broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

FONT = "DejaVu Sans"
SPACES = re.compile(r"(?<!\s\d)(?<!\s\d\d) ")
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
    where the line ends. With `even` the lines are about as long as
    each other, and end with a clause where that takes no line more.
    """
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
    width = text_width(word, size, weight=weight)
    if width <= room or len(word) < 2:
        return [word]
    end = max(1, int(len(word) * room / width))
    while end > 1 and text_width(word[:end], size, weight=weight) > room:
        end -= 1
    return [word[:end], *_pieces(word[end:], size, room=room, weight=weight)]
