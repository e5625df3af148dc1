"""One question of the report, as pages lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.report.chart import Chart
from analysis.report.narrative import Number
from analysis.report.text_tables import TextTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question of the report; `lead` is its paragraphs, and the first of them answers it."""

    id: str
    question: str
    lead: tuple[str, ...]
    chart: Chart | None = None
    tables: tuple[TextTable, ...] = ()
    caveats: tuple[str, ...] = field(default=())


def texts(numbers: Mapping[str, Number], ids: Sequence[str], language: str) -> tuple[str, ...]:
    """The sentences of those numbers that exist and have one, in the order of `ids`."""
    found = [numbers[number_id].text for number_id in ids if number_id in numbers]
    return tuple(text[language] for text in found if text)


def paragraph(sentences: Sequence[str]) -> str:
    """Sentences one after the other."""
    return " ".join(sentences)
