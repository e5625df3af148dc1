"""A result of the models as a number of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from analysis.dataset import LANGUAGES
from analysis.models.results import EachWinter, PerPerson, WinterDrop
from analysis.models.winter.split import WinterSplit
from analysis.report.narrative import Number

SPLIT_METHOD = "exact additive split on the log scale (LMDI; Ang 2004)"


class Told(Protocol):
    """A result that says itself in a sentence."""

    def summary(self, language: str) -> str:
        """The sentence in "fr" or "en"."""
        ...


def said(result: Told) -> dict[str, str]:
    """The result's own sentence in each language."""
    return {language: result.summary(language) for language in LANGUAGES}


def drop_number(number_id: str, result: WinterDrop | EachWinter | PerPerson, **about: Any) -> Number:
    """A winter drop with its interval and its own sentence; `about` holds window, method, n, and any other text."""
    own: dict[str, Any] = {"value": result.drop, "low": result.lower, "high": result.upper, "level": result.level}
    return Number(id=number_id, unit="share", **{**own, "text": said(result), **about})


def split_numbers(splits: Mapping[str, WinterSplit], *, window: str) -> Iterable[Number]:
    """Each split as the winter change of its whole, with its own sentence, then each of its parts."""
    for name, split in splits.items():
        shared: dict[str, Any] = {"level": split.level, "unit": "share", "window": window, "method": SPLIT_METHOD}
        yield Number(
            id=f"split_{name}", value=split.drop, low=split.lower, high=split.upper, text=said(split), **shared
        )  # fmt: skip
        for part in split.parts:
            low, high = part.interval
            yield Number(id=f"split_{name}_{part.key}", value=part.drop, low=low, high=high, text={}, **shared)
