"""The script that tries public files on what people got: its settings, its page and its norms, without those files."""

import pandas as pd
from benchmarks.real_aid import PAGE, TRIALS, norms, plain_number

from analysis.dataset import load_dataset

NEEDS = pd.DataFrame(
    [("tent", "Shelter", 100), ("shampoo", "Hygiene", 60), ("shampoo", "Hygiene", 30)],
    columns=["item", "category", "need"],
)


def test_every_mapping_is_a_dataset_and_what_it_showed_is_on_the_page(tmp_path):
    page = PAGE.read_text(encoding="utf-8")

    for name in ("fridges", "shipments"):
        trial, folder = TRIALS[name], tmp_path / name
        folder.mkdir()
        (folder / "dataset.toml").write_text(trial["settings"], encoding="utf-8")
        assert load_dataset(folder).items
        assert trial["source"] in page and trial["is"].strip() in page and trial["showed"].strip() in page


def test_a_need_of_a_quarter_is_a_third_a_month_of_what_is_used_up_and_stays_whole_for_what_is_owned(tmp_path):
    (tmp_path / "dataset.toml").write_text('name = "Real"\n' + norms(NEEDS, 200), encoding="utf-8")

    found = load_dataset(tmp_path).norms
    assert (found["tent"].quantity, found["tent"].kind, found["tent"].life_months) == (0.5, "stock", 3)
    assert (found["shampoo"].quantity, found["shampoo"].kind) == (0.15, "flow")


def test_counts_with_commas_and_values_with_dollars_are_numbers_and_nothing_is_missing_not_0():
    found = plain_number(pd.Series(["2,502", "$38,255.58", ""]))

    assert found.tolist()[:2] == [2502, 38255.58]
    assert found.isna().tolist() == [False, False, True]
