"""Every figure that the report prints, once: findings in, numbers out.

Prose, captions, titles and alt text draw on these and on nothing else. One module a part of the report; `naming` holds
the words that stand beside figures.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.dataset import LANGUAGES
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.aid import aid_numbers
from analysis.report.numbers.appeal import appeal_numbers
from analysis.report.numbers.context import context_numbers
from analysis.report.numbers.donors import donor_numbers
from analysis.report.numbers.in_goods import in_goods_numbers
from analysis.report.numbers.naming import names_in
from analysis.report.numbers.need import need_numbers
from analysis.report.numbers.records import record_numbers
from analysis.report.numbers.robust import robust_numbers
from analysis.report.numbers.season import season_numbers
from analysis.report.numbers.testimonies import testimony_numbers
from analysis.report.numbers.winter import winter_numbers
from analysis.report.release import released_numbers
from analysis.wording import typeset

PARTS = (
    record_numbers, need_numbers, winter_numbers, in_goods_numbers, robust_numbers, season_numbers, aid_numbers,
    appeal_numbers, testimony_numbers, donor_numbers, context_numbers,
)  # fmt: skip
"""In the order of the report's sections."""


def make_numbers(findings: Findings) -> dict[str, Number]:
    """The numbers of a report by id, in the order of its sections, each with its sentence in both languages.

    They have passed the gate before any sentence is made of them.
    """
    bare = released_numbers({number.id: number for part in PARTS for number in part(findings)})
    names = {language: names_in(findings, language) for language in LANGUAGES}
    return {number.id: _with_text(number, bare, names) for number in bare.values()}


def _with_text(number: Number, numbers: dict[str, Number], names: dict[str, dict[str, str]]) -> Number:
    """`number` with its sentences: its own, else the catalog's (by direction where it has several), else none."""
    if number.text is not None:
        return replace(number, text={code: typeset(text, code) for code, text in number.text.items()})
    known = words("text", "en")
    by_count = [f"{number.id}_one"] if number.value == 1 else []
    keys = [key for key in (*by_count, number.id, f"{number.id}_{number.direction}") if key in known]
    if not keys or (number.unit == "rows" and not number.value):
        return replace(number, text={})
    return replace(number, text={code: say(f"text.{keys[0]}", code, numbers, **names[code]) for code in LANGUAGES})
