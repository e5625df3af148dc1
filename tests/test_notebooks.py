"""The stored notebooks print the numbers that the report of the sample holds."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from html import unescape
from pathlib import Path

import pytest

from analysis.dataset import load_dataset
from analysis.records.build import build
from analysis.records.simulate import simulate_dataset
from analysis.report.context import load_context
from analysis.report.findings import make_findings
from analysis.report.narrative import Number
from analysis.report.notebooks import notebook_pages
from analysis.report.numbers import make_numbers

ROOT = Path(__file__).parents[1]


NOTEBOOKS = {
    "01_records": ["total_amount", "donors", "period"],
    "02_giving_and_need": ["people_latest", "headcount_winter_change", "sector_december"],
    "03_winter_drop": ["winter_drop", "winter_drop_per_person", "winter_check", "raw_change"],
    "04_coverage": ["refused", "rationing_link"],
    "05_appeal": ["appeal_amount", "appeal_by_chance"],
    "06_donors": ["donor_retention", "cohort_return", "donor_ten_percent_share"],
}
"""Each notebook with numbers whose sentences it prints."""


def numbers_of(folder: Path, processed: Path) -> dict[str, Number]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "0" * 64)
        dataset = load_dataset(folder)
        tables = build(dataset, processed)
    context = load_context(dataset.reference) if dataset.reference else None
    return make_numbers(make_findings(dataset, tables, today=dt.date(2026, 11, 23), context=context))


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    return numbers_of(ROOT / "data" / "raw" / "sample", tmp_path_factory.mktemp("processed"))


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Path:
    """Another dataset than the sample: two years of another world, with its processed tables in `processed`."""
    folder = tmp_path_factory.mktemp("world")
    simulate_dataset(folder / "raw", seed=7, years=2)
    return folder


@pytest.fixture(scope="module")
def other_numbers(other):
    return numbers_of(other / "raw", other / "processed")


def printed(name: str) -> str:
    """All text that a stored notebook printed."""
    notebook = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", [])) for output in outputs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_prints_the_sentences_of_its_numbers(name, numbers):
    shown = printed(f"{name}.ipynb")

    assert [number_id for number_id in NOTEBOOKS[name] if numbers[number_id].text["en"] not in shown] == []


def test_every_notebook_is_listed_here_and_has_one_cell_of_parameters():
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    tags = [cell["metadata"].get("tags", []) for path in paths for cell in json.loads(path.read_text("utf-8"))["cells"]]

    assert [path.stem for path in paths] == list(NOTEBOOKS)
    assert tags.count(["parameters"]) == len(paths)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_another_dataset_and_language_in_the_parameters_change_everything_that_a_notebook_says(
    name, other, other_numbers, numbers, tmp_path, monkeypatch
):
    monkeypatch.setenv("DONATION_TRENDS_KEY", "0" * 64)
    parameters = {"folder": str(other / "raw"), "processed": str(other / "processed"), "language": "fr"}
    shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", tmp_path)

    page = unescape(notebook_pages(tmp_path, parameters=parameters)[name])

    told = [other_numbers[number_id].text["fr"] for number_id in NOTEBOOKS[name] if number_id in other_numbers]
    before = [numbers[number_id].text[code] for number_id in NOTEBOOKS[name][:1] for code in ("fr", "en")]
    assert told
    assert [sentence for sentence in told if sentence not in page] == []
    assert [sentence for sentence in before if sentence in page] == []


def test_the_money_in_the_panel_is_the_money_in_the_ledger():
    assert printed("01_records.ipynb").rstrip().endswith("0.0")
