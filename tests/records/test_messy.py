"""200 messy files, each with its truth, read in small blocks."""

from collections import Counter

import pandas as pd
import pytest
from benchmarks.messy import SETTINGS, Messy

from analysis.dataset import load_dataset
from analysis.records.build import build_files, load_tables

SEEDS = range(200)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The truth of each file, and the tables that a build makes of all of them."""
    folder = tmp_path_factory.mktemp("raw")
    (folder / "dataset.toml").write_text(SETTINGS, encoding="utf-8")
    truths = {}
    for seed in SEEDS:
        file = Messy(seed, rows=60, trouble=0.5)
        (folder / f"gifts{seed:03d}.csv").write_bytes(b"".join(file.chunks()))
        truths[f"gifts{seed:03d}.csv"] = file.truth
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "a long key for tests")
        processed = tmp_path_factory.mktemp("processed")
        build_files(load_dataset(folder), processed, block=3000)
        return truths, load_tables(processed)


def lines(table):
    """The line numbers of each file in a table."""
    return {file: set(group["source_line"].tolist()) for file, group in table.groupby("source_file")}


def test_exactly_the_bad_lines_are_set_aside(made):
    truths, tables = made

    assert lines(tables.quarantine) == {name: set(truth.quarantined) for name, truth in truths.items()}
    assert sum(len(truth.quarantined) for truth in truths.values()) > 2000


def test_exactly_the_repeated_and_excluded_rows_are_not_accepted(made):
    truths, tables = made

    accepted = lines(tables.donations)
    for entry in tables.ledger["files"]:
        truth, rows = truths[entry["file"]], entry["rows"]
        assert rows["read"] == truth.records, entry["file"]
        assert (rows["duplicate"], rows["excluded"]) == (len(truth.duplicates), len(truth.excluded)), entry["file"]
        assert not accepted[entry["file"]] & {*truth.duplicates, *truth.excluded, *truth.quarantined}, entry["file"]


def test_every_week_of_every_file_sums_to_the_cent(made):
    truths, tables = made
    gifts = tables.donations
    mondays = gifts["received_on"] - pd.to_timedelta(gifts["received_on"].dt.day_of_week, unit="D")
    cents = (gifts["amount"] * 100).round().astype("int64")
    sums = cents.groupby([gifts["source_file"], mondays.dt.strftime("%Y-%m-%d")]).sum()

    found = {name: Counter() for name in truths}
    for (file, week), total in sums.items():
        found[file][week] = int(total)
    assert found == {name: truth.weekly for name, truth in truths.items()}
