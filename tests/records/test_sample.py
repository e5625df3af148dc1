"""The sample's own truth, made by the simulator, against what reading finds."""

import json
from pathlib import Path

import pytest

from analysis.dataset import load_dataset
from analysis.records.build import build
from analysis.tables import Tables

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "sample"


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Tables:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "a key for tests, long enough")
        return build(load_dataset(SAMPLE), tmp_path_factory.mktemp("processed"))


def test_every_row_and_cent_of_the_sample_is_accounted_for_as_its_truth_says(truth, sample):
    names = ("file", "table", "rows", "money", "value")
    found = [{name: entry[name] for name in names} for entry in sample.ledger["files"]]

    assert found == [{name: entry.get(name, {}) for name in names} for entry in truth["files"]]
    assert sample.ledger["totals"] == truth["totals"]


def test_the_lines_set_aside_are_those_that_were_spoiled(truth, sample):
    lines = sample.quarantine.groupby("source_file")["source_line"].apply(list).to_dict()

    assert lines == {
        entry["file"]: entry["quarantined_lines"] for entry in truth["files"] if entry["quarantined_lines"]
    }


def test_no_line_that_is_excluded_or_repeated_is_among_the_gifts(truth, sample):
    for entry in truth["files"]:
        if entry["table"] in ("donations", "goods"):
            table = getattr(sample, entry["table"])
            kept = set(table.loc[table["source_file"] == entry["file"], "source_line"])
            gone = {*entry["quarantined_lines"], *entry["duplicate_lines"], *entry["excluded_lines"]}
            assert not kept & gone
            assert len(kept) == entry["rows"]["accepted"]


def test_the_sample_holds_no_name_and_no_address_once_read(sample):
    text = "".join(getattr(sample, name).to_csv() for name in ("donations", "goods", "quarantine"))

    assert "@" not in text
    assert "Durand" not in text
