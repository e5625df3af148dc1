"""Counts of different sources: one is used, the others are compared, none is averaged with another."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.dataset import HeadcountSource
from analysis.faults import DataError
from analysis.panel.sources import one_source, other_sources, paired_counts


def counts(*rows):
    """Rows of (day, area, people, method, scope)."""
    table = pd.DataFrame(rows, columns=["counted_on", "area", "people", "method", "scope"])
    return table.assign(counted_on=pd.to_datetime(table["counted_on"]).dt.as_unit("us"))


COUNTS = counts(
    ("2016-02-01", "Calais", 3700, "official", "State"),
    ("2016-02-16", "Calais", 7000, "census", "whole camp"),
    ("2016-02-16", "Calais", 5497, "census", "outside State facilities"),
    ("2016-06-15", "Calais", 6123, "census", "whole camp"),
    ("2016-06-20", "Calais", 4486, "official", "State"),
    ("2016-10-11", "Calais", 6468, "official", "State"),
)


def test_the_settings_choose_the_source_by_method_and_scope():
    official = one_source(COUNTS, wanted=HeadcountSource(method="official"))
    outside = one_source(COUNTS, wanted=HeadcountSource(method="census", scope="outside State facilities"))

    assert official["people"].tolist() == [3700, 4486, 6468]
    assert outside["people"].tolist() == [5497]


def test_without_a_choice_the_source_with_most_counts_is_used():
    assert set(one_source(COUNTS)["method"]) == {"official"}


def test_of_two_scopes_of_the_chosen_method_the_one_with_more_counts_is_used():
    assert one_source(COUNTS, wanted=HeadcountSource(method="census"))["people"].tolist() == [7000, 6123]


def test_a_source_that_nobody_counted_by_is_refused_and_the_known_ones_are_named():
    with pytest.raises(DataError, match=r'headcount_source.*Known: .*method = "official", scope = "state"'):
        one_source(COUNTS, wanted=HeadcountSource(method="meals"))


def test_every_other_source_comes_apart_the_one_with_most_counts_first():
    others = other_sources(COUNTS, one_source(COUNTS))

    assert [other["people"].tolist() for other in others] == [[7000, 6123], [5497]]


def test_days_at_most_a_month_apart_are_paired_with_the_nearest():
    pairs = paired_counts(one_source(COUNTS), one_source(COUNTS, wanted=HeadcountSource(method="census")))

    assert pairs["people"].tolist() == [3700, 4486]
    assert pairs["beside"].tolist() == [7000, 6123]
    assert pairs["ratio"].round(2).tolist() == [0.53, 0.73]


def test_days_on_which_other_areas_were_counted_are_not_compared():
    both = counts(("2021-01-01", "Calais", 500, "census", ""), ("2021-01-01", "Dunkirk", 300, "census", ""))
    one = counts(("2021-01-02", "Calais", 450, "official", ""))

    assert paired_counts(one, both).empty


def test_areas_of_one_day_are_added_before_they_are_compared():
    both = counts(("2021-01-01", "Calais", 500, "census", ""), ("2021-01-01", "Dunkirk", 300, "census", ""))
    official = counts(("2021-01-05", "Dunkirk", 200, "official", ""), ("2021-01-05", "Calais", 400, "official", ""))

    assert paired_counts(official, both)["ratio"].tolist() == [0.75]
