"""The stored notebooks print the numbers that the report of the sample holds."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from analysis.dataset import load_dataset
from analysis.records.build import build
from analysis.report.context import load_context
from analysis.report.findings import make_findings
from analysis.report.numbers import make_numbers

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "0" * 64)
        dataset = load_dataset(ROOT / "data" / "raw" / "sample")
        tables = build(dataset, tmp_path_factory.mktemp("processed"))
    findings = make_findings(dataset, tables, today=dt.date(2026, 11, 23), context=load_context(dataset.reference))
    return make_numbers(findings)


def printed(name: str) -> str:
    """All text that a stored notebook printed."""
    notebook = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", [])) for output in outputs)


@pytest.mark.parametrize(
    ("notebook", "ids"),
    [
        ("01_records.ipynb", ["total_amount", "donors", "period"]),
        ("02_giving_and_need.ipynb", ["people_latest", "headcount_winter_change", "sector_december"]),
        ("03_winter_drop.ipynb", ["winter_drop", "winter_drop_per_person", "winter_check", "raw_change"]),
        ("04_coverage.ipynb", ["refused", "rationing_link"]),
        ("05_appeal.ipynb", ["appeal_amount", "appeal_by_chance"]),
        ("06_donors.ipynb", ["donor_retention", "cohort_return", "donor_ten_percent_share"]),
    ],
)
def test_a_notebook_prints_the_sentences_of_its_numbers(notebook, ids, numbers):
    shown = printed(notebook)

    assert [number_id for number_id in ids if numbers[number_id].text["en"] not in shown] == []


def test_the_money_in_the_panel_is_the_money_in_the_ledger():
    assert printed("01_records.ipynb").rstrip().endswith("0.0")
