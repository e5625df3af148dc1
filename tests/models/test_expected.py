"""This winter against expectation: a forecast that has not seen it, and sentences no surer than its interval."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.models.sentences import TooThin
from analysis.models.winter import expected_winter
from analysis.models.winter.expected import Expectation, ExpectedWinter
from analysis.seasons import giving_year

THIS = Expectation(observed=162.0, expected=100.0, lower=73.0, upper=138.0, weeks=13)
BEFORE = Expectation(observed=101.0, expected=100.0, lower=74.0, upper=143.0, weeks=52)
FOUND = ExpectedWinter(
    winter="2020/21", this=THIS, on_year_before=0.25, year_before=BEFORE, level=0.95, weeks=191, winters=("2019/20",)
)


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def last_winter(weekly: pd.DataFrame) -> pd.Series:
    return (weekly["winter_share"] > 0) & (giving_year(weekly["week"]) == "2020/21")


def test_what_the_last_winter_brought_does_not_move_what_was_expected_of_it(weekly_world):
    weekly = weekly_world(seed=3)
    richer = weekly.assign(amount=weekly["amount"].where(~last_winter(weekly), weekly["amount"] * 10))

    first, second = expected_winter(weekly), expected_winter(richer)

    assert second.this.expected == first.this.expected
    assert (second.this.lower, second.this.upper) == (first.this.lower, first.this.upper)
    assert second.this.observed == pytest.approx(10 * first.this.observed)
    assert second.this.unusual


def test_a_winter_like_the_others_is_expected_and_held_about_as_often_as_the_interval_says(weekly_world):
    found = [expected_winter(weekly_world(seed=seed, drop=0.3), level=0.8) for seed in range(30)]

    # The worlds grow by a tenth a year, and the forecast carries the last level on without growth.
    assert np.mean([np.log(one.this.observed / one.this.expected) for one in found]) == pytest.approx(0.06, abs=0.05)
    # 24 of 30 expected; fewer than 18 or all would be rarer than 1 in 100.
    assert 18 <= sum(not one.this.unusual for one in found) <= 29


def test_the_total_and_the_change_on_the_winter_before_are_sums_of_recorded_days(weekly_world):
    weekly = weekly_world(seed=1)
    share = weekly["winter_share"]
    this, before = (share * (giving_year(weekly["week"]) == label) for label in ("2020/21", "2019/20"))

    found = expected_winter(weekly)

    daily = [(weekly["amount"] * days).sum() / days.sum() for days in (this, before)]
    assert found.this.observed == pytest.approx((weekly["amount"] * this).sum())
    assert found.on_year_before == pytest.approx(daily[0] / daily[1] - 1)
    assert found.winters == ("2017/18", "2018/19", "2019/20")


def test_the_year_before_is_judged_from_what_came_before_it(weekly_world):
    weekly = weekly_world(seed=2, first="2016-04-04", noise=0.1)
    year = weekly["week"].between("2019-12-02", "2020-11-23")
    exceptional = weekly.assign(amount=weekly["amount"].where(~year, weekly["amount"] * 3))

    found = expected_winter(exceptional)

    assert found.year_before.weeks == 52
    assert found.year_before.unusual
    assert "were themselves exceptional" in found.base_summary("en")


@pytest.mark.parametrize(("day", "inside"), [("2021-01-25", True), ("2020-10-05", False), ("2020-01-20", False)])
def test_an_appeal_launched_in_the_winter_is_known(weekly_world, day, inside):
    appeals = pd.DataFrame({"launched_on": pd.to_datetime([day])})

    assert expected_winter(weekly_world(), appeals=appeals).with_appeal is inside


def test_two_winters_are_too_few_to_call_the_last_one_unusual(weekly_world):
    with pytest.raises(TooThin, match="at least two before the last one"):
        expected_winter(weekly_world(first="2019-04-01"))


def test_without_enough_records_nothing_is_said_of_the_year_before(weekly_world):
    found = expected_winter(weekly_world(first="2018-04-02"))

    assert found.year_before is None
    assert "do not reach back far enough" in found.base_summary("en")


def test_the_sentence_sets_what_came_beside_what_chance_gives():
    assert FOUND.summary("en") == (
        "Winter 2020/21 brought 62% more than what the weeks before led one to expect; that is more than chance gives "
        "(by itself: −27% to +38%, 95% range)."
    )
    assert plain(replace(FOUND, with_appeal=True).summary("fr")) == (
        "Avec l’appel lancé cet hiver-là, l’hiver 2020/21 a rapporté 62 % de plus que ce que les semaines d’avant "
        "laissaient attendre ; le hasard seul n’explique guère cet écart (il donnerait à lui seul de −27 à +38 %, "
        "fourchette à 95 %)."
    )
    usual = replace(FOUND, this=replace(THIS, observed=90.0))
    assert "10% less than what" in usual.summary("en")
    assert "that is within what chance can give" in usual.summary("en")


def test_a_winter_far_below_expectation_is_less_than_chance_gives():
    poor = replace(FOUND, this=replace(THIS, observed=40.0))

    assert "60% less than" in poor.summary("en")
    assert "that is less than chance gives" in poor.summary("en")
    assert "60\u202f% de moins que" in poor.summary("fr")
    assert "le hasard seul n’explique guère cet écart" in poor.summary("fr")


def test_a_year_before_within_its_interval_is_not_called_ordinary():
    assert plain(FOUND.base_summary("fr")) == (
        "Les 52 semaines d’avant cet hiver ont rapporté 1 % de plus que ce qui était attendu ; les données ne "
        "permettent pas de dire si elles étaient exceptionnelles (par hasard seul : de −26 à +43 %)."
    )


def test_the_table_has_this_winter_and_the_year_before():
    assert FOUND.to_frame()["period"].tolist() == ["winter 2020/21", "year before"]
    assert FOUND.to_frame()["unusual"].tolist() == [True, False]
