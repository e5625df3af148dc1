"""People in need by week, against truths that we know and a prediction solved another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.panel import headcount
from analysis.panel.headcount import weekly_headcount
from analysis.panel.sources import one_source
from analysis.seasons import calendar, weeks_between

DAYS = calendar(weeks_between(pd.Timestamp("2018-07-02"), pd.Timestamp("2021-06-27")))


def counts(places: list[int], people: float | np.ndarray, *, area: str = "Calais") -> pd.DataFrame:
    """Counts on the Wednesdays of the weeks of `DAYS` at `places`."""
    counted_on = DAYS["week"].iloc[places].reset_index(drop=True) + pd.Timedelta(days=2)
    return pd.DataFrame({"counted_on": counted_on, "area": area, "people": people})


# Which counts


def by_method(**sizes: int) -> pd.DataFrame:
    methods = [method for method, size in sizes.items() for _ in range(size)]
    table = {"method": methods, "people": range(len(methods)), "scope": "camp"}
    return pd.DataFrame(table, index=range(3, 3 + len(methods)))


def test_the_method_with_most_counts_is_kept_alone():
    chosen = one_source(by_method(census=2, official=3, meals=1))

    assert chosen["method"].tolist() == ["official"] * 3
    assert chosen["people"].tolist() == [2, 3, 4]
    assert chosen.index.tolist() == [0, 1, 2]


def test_at_a_tie_a_census_goes_before_an_estimate_before_meals_before_an_official_figure():
    assert set(one_source(by_method(official=2, meals=2, estimate=2, census=2))["method"]) == {"census"}
    assert set(one_source(by_method(official=2, meals=2, estimate=2))["method"]) == {"estimate"}
    assert set(one_source(by_method(official=2, meals=2))["method"]) == {"meals"}


def test_counts_of_one_day_that_include_other_people_are_never_added():
    scopes = ["whole camp", "outside State facilities", "whole camp"]
    counted = pd.DataFrame({"method": "census", "people": [7037, 5307, 9106], "scope": scopes})

    assert one_source(counted)["people"].tolist() == [7037, 9106]


def test_one_scope_typed_in_two_ways_is_one_scope():
    scopes = ["Outside State facilities", "outside  state facilities", "whole camp"]
    counted = pd.DataFrame({"method": "census", "people": [5307, 5497, 9106], "scope": scopes})

    assert one_source(counted)["people"].tolist() == [5307, 5497]


def test_no_counts_stay_no_counts():
    assert one_source(by_method()).empty


# How many people, and how surely


def test_the_same_count_every_time_is_that_many_people():
    table = weekly_headcount(counts([0, 5, 10, 15], 700.0), DAYS)

    assert table["people"].iloc[:16].tolist() == pytest.approx([700.0] * 16)
    assert (table["people_low"].iloc[:16] < 700).all()
    assert (table["people_high"].iloc[:16] > 700).all()


def test_the_band_is_narrowest_at_a_count_and_opens_away_from_it():
    table = weekly_headcount(counts([0, 20, 40, 60], 700.0), DAYS)
    width = np.log(table["people_high"] / table["people_low"])

    assert width[20] < width[25] < width[30]
    assert width[60] < width[70] < width[80]


def test_the_band_holds_a_smooth_truth_and_the_centre_lies_near_it():
    rng = np.random.default_rng(4)
    week = np.arange(len(DAYS))
    truth = 600 * np.exp(0.25 * np.sin(week / 25))
    places = list(range(0, len(DAYS), 4))

    table = weekly_headcount(counts(places, truth[places] * np.exp(rng.normal(0, 0.08, len(places)))), DAYS)

    held = (table["people_low"] <= truth) & (truth <= table["people_high"])
    assert held.mean() >= 0.95
    assert np.abs(np.log(table["people"] / truth)).mean() < 0.05


def test_the_band_holds_wandering_truths_about_as_often_as_it_says():
    held = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        truth = 600 * np.exp(np.cumsum(rng.normal(0, 0.03, len(DAYS))) + 0.2 * DAYS["winter_share"].to_numpy())
        places = list(range(2, len(DAYS), 5))
        table = weekly_headcount(counts(places, truth[places] * np.exp(rng.normal(0, 0.08, len(places)))), DAYS)
        held.append(((table["people_low"] <= truth) & (truth <= table["people_high"])).mean())

    assert 0.92 < np.mean(held) < 0.985


def test_the_winter_of_the_headcount_is_not_flattened():
    # Nobody is counted within a month of 1 January, so that a plain smoother would draw a straight line there.
    truth = 500 * np.exp(0.4 * DAYS["winter_share"].to_numpy())
    places = [place for place in range(0, len(DAYS), 3) if DAYS["week"][place].month != 1]
    rng = np.random.default_rng(1)

    table = weekly_headcount(counts(places, truth[places] * np.exp(rng.normal(0, 0.05, len(places)))), DAYS)

    january = DAYS["week"].dt.month == 1
    june = DAYS["week"].dt.month == 6
    rise = np.log(table["people"][january].mean() / table["people"][june].mean())
    assert rise == pytest.approx(0.4, abs=0.06)


def test_more_than_26_weeks_from_a_count_nothing_is_said():
    table = weekly_headcount(counts([40, 44, 48, 52], 700.0), DAYS)

    known = np.flatnonzero(table["people"].notna())
    assert (known.min(), known.max()) == (14, 78)
    assert table[["people_low", "people_high"]].notna().all(axis=1).equals(table["people"].notna())


def test_fewer_than_four_counts_say_nothing():
    assert weekly_headcount(counts([40, 44, 48], 700.0), DAYS)["people"].isna().all()
    assert weekly_headcount(counts([], 700.0), DAYS)["people"].isna().all()


def test_a_count_of_nobody_is_no_count():
    people = np.array([700.0, 0.0, 700.0, 700.0])

    assert weekly_headcount(counts([40, 44, 48, 52], people), DAYS)["people"].isna().all()


def test_two_areas_add_up():
    calais = counts([0, 10, 20, 30], 700.0)
    dunkirk = counts([3, 13, 23, 33], 300.0, area="Grande-Synthe")

    both = weekly_headcount(pd.concat([calais, dunkirk]), DAYS)
    alone = weekly_headcount(calais, DAYS)

    assert both["people"].iloc[:31].tolist() == pytest.approx([1000.0] * 31)
    # Errors of two areas partly cancel out: relatively, the band of the sum is narrower.
    assert both["people_high"][15] / 1000 < alone["people_high"][15] / 700
    assert both["people_high"][15] - both["people_low"][15] > alone["people_high"][15] - alone["people_low"][15]


def test_a_week_that_one_area_cannot_speak_about_has_no_sum():
    calais = counts([0, 10, 20, 30], 700.0)
    dunkirk = counts([60, 70, 80, 90], 300.0, area="Grande-Synthe")

    known = np.flatnonzero(weekly_headcount(pd.concat([calais, dunkirk]), DAYS)["people"].notna())

    assert (known.min(), known.max()) == (34, 56)


def test_places_counted_on_one_day_add_up_to_their_area():
    station = counts([0, 10, 20, 30], 100.0)
    quay = counts([0, 10, 20, 30], 400.0)

    table = weekly_headcount(pd.concat([station, quay]), DAYS)

    assert table["people"][15] == pytest.approx(500.0)


def test_counts_outside_the_weeks_asked_about_are_left_out():
    inside = counts([0, 5, 10, 15], 700.0)
    outside = inside.assign(counted_on=inside["counted_on"] - pd.Timedelta(days=3650), people=7000.0)

    pd.testing.assert_frame_equal(weekly_headcount(pd.concat([inside, outside]), DAYS), weekly_headcount(inside, DAYS))


def test_a_higher_level_gives_a_wider_band():
    narrow, wide = (weekly_headcount(counts([0, 5, 10, 15], 700.0), DAYS, level=level) for level in (0.8, 0.95))

    assert (wide["people_low"][:16] < narrow["people_low"][:16]).all()
    assert (wide["people_high"][:16] > narrow["people_high"][:16]).all()


def test_the_tables_given_are_not_changed():
    given, days = counts([15, 10, 5, 0], 700.0), DAYS.copy()
    before = given.copy()

    weekly_headcount(given, days)

    pd.testing.assert_frame_equal(given, before)
    pd.testing.assert_frame_equal(days, DAYS)


# The prediction, solved another way

AT, Y = np.array([0.0, 3.0, 7.0]), np.log([500.0, 650.0, 600.0])
WEEKS = np.arange(10.0)
WALK, ERROR = 0.04, 0.08


def krige(*, walk: float = WALK, error: float = ERROR) -> tuple[np.ndarray, np.ndarray, float]:
    return kriged(AT, WEEKS, walk=walk, error=error)


def kriged(at: np.ndarray, weeks: np.ndarray, *, walk: float, error: float) -> tuple[np.ndarray, np.ndarray, float]:
    among = walk**2 * np.minimum.outer(at, at) + error**2 * np.eye(len(at))
    across = walk**2 * np.minimum.outer(weeks, at)
    return headcount._krige(Y, np.ones((len(at), 1)), np.ones((len(weeks), 1)), among, across, walk**2 * weeks)


def test_the_prediction_is_that_of_ordinary_kriging():
    # Weights that add up to 1 and leave the least variance: the textbook system with a Lagrange multiplier.
    system = np.ones((4, 4))
    system[:3, :3] = WALK**2 * np.minimum.outer(AT, AT) + ERROR**2 * np.eye(3)
    system[3, 3] = 0.0
    means, variances = [], []
    for week in WEEKS:
        target = np.append(WALK**2 * np.minimum(week, AT), 1.0)
        solution = np.linalg.solve(system, target)
        means.append(solution[:3] @ Y)
        variances.append(WALK**2 * week - solution @ target)

    mean, variance, _ = krige()

    assert mean == pytest.approx(np.array(means))
    assert variance == pytest.approx(np.array(variances))


def test_the_likelihood_is_that_of_contrasts_between_counts():
    contrasts = np.array([[1, -1, 0], [0, 1, -1]])

    def by_hand(walk: float, error: float) -> float:
        among = contrasts @ (walk**2 * np.minimum.outer(AT, AT) + error**2 * np.eye(3)) @ contrasts.T
        seen = contrasts @ Y
        return -0.5 * (np.log(np.linalg.det(among)) + seen @ np.linalg.solve(among, seen))

    difference = krige(walk=0.08)[2] - krige(error=0.3)[2]

    assert difference == pytest.approx(by_hand(0.08, ERROR) - by_hand(WALK, 0.3))


def test_where_the_walk_begins_does_not_matter():
    # METHOD of the grid: the level is free, so only differences between counts are modelled.
    later = kriged(AT + 100, WEEKS + 100, walk=WALK, error=ERROR)

    assert later[0] == pytest.approx(krige()[0])
    assert later[1] == pytest.approx(krige()[1])
    assert later[2] == pytest.approx(krige()[2])
