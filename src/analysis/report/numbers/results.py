"""A result of the models as a number of the report."""

from __future__ import annotations

from typing import Any, Protocol

from analysis.dataset import LANGUAGES
from analysis.models.results import EachWinter, PerPerson, WinterDrop
from analysis.report.narrative import Number


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
