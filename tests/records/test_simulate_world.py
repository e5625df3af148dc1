"""A simulated world does what its scenario says, and its truth is exact."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.records.simulate.draws import popular_amounts
from analysis.records.simulate.scenario import Appeal, Scenario, appeal_boost
from analysis.records.simulate.world import simulate_world

CALM = Scenario(
    appeals=(),
    noise_sd=0.0,
    walk_sd=0.0,
    trend=0.0,
    level_break=0.0,
    year_end_peak=0.0,
    amount_sigma=0.5,
    people_walk_sd=0.0,
)
"""A world in which nothing but winter changes giving."""


def winter_days(dates: pd.Series) -> np.ndarray:
    return dates.dt.month.isin([12, 1, 2]).to_numpy()


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    one, again, other = (simulate_world(Scenario(), seed=seed) for seed in (5, 5, 6))

    pd.testing.assert_frame_equal(one.gifts, again.gifts)
    pd.testing.assert_frame_equal(one.headcounts, again.headcounts)
    pd.testing.assert_frame_equal(one.donors, again.donors)
    assert one.truth == again.truth
    assert not one.gifts["amount"].equals(other.gifts["amount"])


def test_a_world_of_four_years_runs_from_april_2017_to_march_2021():
    world = simulate_world(Scenario(), seed=1)

    assert world.expected["day"].iloc[[0, -1]].dt.date.tolist() == [dt.date(2017, 4, 1), dt.date(2021, 3, 31)]
    for days in (world.gifts["received_on"], world.headcounts["counted_on"]):
        assert days.between("2017-04-01", "2021-03-31").all()


def test_half_a_year_may_end_on_any_day():
    scenario = Scenario(years=0.5, ends_on=dt.date(2020, 2, 29))

    assert scenario.starts_on == dt.date(2019, 9, 1)


def test_without_anything_else_giving_on_winter_days_is_lower_by_exactly_the_drop():
    world = simulate_world(replace(CALM, winter_drop=0.4, regular_donors=0), seed=3)
    winter = winter_days(world.expected["day"])

    ratio = world.expected["amount"][winter].mean() / world.expected["amount"][~winter].mean()

    assert ratio == pytest.approx(0.6)
    assert world.truth["winter_drop"] == pytest.approx(0.4)


def test_the_truth_is_the_drop_in_a_rough_world_with_appeals_too():
    world = simulate_world(Scenario(winter_drop=0.25, walk_sd=0.1), seed=4)

    assert world.truth["winter_drop"] == pytest.approx(0.25)
    assert world.truth["winter_drop_by_winter"] == pytest.approx(
        {"2017/18": 0.25, "2018/19": 0.25, "2019/20": 0.25, "2020/21": 0.25}
    )


def test_each_winter_may_have_its_own_drop():
    world = simulate_world(replace(CALM, winter_drops=(0.1, 0.2, 0.3, 0.4)), seed=3)

    assert list(world.truth["winter_drop_by_winter"].values()) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    # 90, 90, 91 (2020 is a leap year) and 90 winter days, three standing paydays in each.
    assert world.truth["winter_drop"] == pytest.approx(0.25, abs=0.001)


def test_a_drop_for_each_recorded_winter_is_asked_for():
    with pytest.raises(ValueError, match="names 3 winters, but the period holds 4"):
        simulate_world(Scenario(winter_drops=(0.1, 0.2, 0.3)), seed=1)


def test_nobody_can_give_less_than_nothing_in_winter():
    with pytest.raises(ValueError, match="must be below 1"):
        simulate_world(Scenario(winter_drop=1.0), seed=1)


def test_standing_donations_that_do_not_fall_make_the_truth_smaller():
    world = simulate_world(replace(CALM, winter_drop=0.4, regular_falls=False), seed=3)

    # 60 donors give 14 euros each on 12 winter paydays; 25 gifts of 45 euros a week fall on 361 days.
    one_off, standing = 361 * 25 / 7 * 45, 12 * 60 * 14
    assert world.truth["winter_drop"] == pytest.approx(0.4 * one_off / (one_off + standing))


def test_the_drop_per_person_holds_the_rise_of_the_headcount():
    world = simulate_world(replace(CALM, winter_drop=0.25, headcount_winter_change=0.25), seed=3)

    # 0.75 / 1.25 = 0.6 of the giving per person.
    assert world.truth["winter_drop_per_person"] == pytest.approx(0.4)
    assert world.truth["headcount_winter_change"] == pytest.approx(0.25)


def test_gifts_add_up_to_what_was_expected_on_average_over_worlds():
    worlds = [simulate_world(Scenario(years=1.0), seed=seed) for seed in range(80)]

    total = sum(world.gifts["amount"].sum() for world in worlds)
    expected = sum(world.truth["expected_total"] for world in worlds)

    assert total / expected == pytest.approx(1, abs=0.02)


def test_giving_on_winter_days_falls_by_the_drop_on_average_over_worlds():
    calm = replace(CALM, years=1.0, winter_drop=0.5)
    gifts = pd.concat([simulate_world(calm, seed=seed).gifts for seed in range(80)])
    winter = winter_days(gifts["received_on"])

    # 90 of the 365 days are winter.
    ratio = (gifts["amount"][winter].sum() / 90) / (gifts["amount"][~winter].sum() / 275)

    assert ratio == pytest.approx(0.5, abs=0.02)


def test_one_off_gifts_come_as_often_and_are_as_large_as_the_scenario_says():
    steady = replace(CALM, winter_drop=0.0, regular_donors=0, years=1.0)
    worlds = [simulate_world(steady, seed=seed) for seed in range(60)]
    counts = np.array([len(world.gifts) for world in worlds])

    # 365 days at 25 gifts a week: 1,303.6 a year, Poisson, over 60 worlds: standard error 4.7.
    assert counts.mean() == pytest.approx(1303.6, abs=15)
    assert np.mean([world.gifts["amount"].mean() for world in worlds]) == pytest.approx(45, rel=0.02)


def test_rounding_to_amounts_people_like_keeps_the_mean():
    wished = np.repeat([1.0, 7.3, 33.3, 87.0, 1234.56], 40_000)

    typed = popular_amounts(wished, rng=np.random.default_rng(0)).reshape(5, -1)

    assert typed.mean(axis=1) == pytest.approx([1.0, 7.3, 33.3, 87.0, 1234.56], rel=0.01)
    assert set(np.unique(typed[0])) == {1.0}
    assert np.isin(typed[1], [5.0, 10.0]).mean() == pytest.approx(0.8, abs=0.01)
    assert np.isin(typed[1], [7.0, 8.0]).mean() == pytest.approx(0.17, abs=0.01)


def test_standing_donations_are_paid_on_the_fifth():
    gifts = simulate_world(Scenario(), seed=2).gifts

    standing = gifts[gifts["regular"]]

    assert set(standing["received_on"].dt.day) == {5}
    assert standing.groupby("received_on").size().min() >= 35
    assert standing.groupby("received_on").size().max() == 60


def test_an_appeal_doubles_giving_on_its_first_day_and_fades_by_half_in_ten_days():
    appeal = Appeal(appeal="a", name_fr="a", name_en="a", launched_on=dt.date(2021, 1, 25), boost=1.0)
    dates = pd.DatetimeIndex(["2021-01-24", "2021-01-25", "2021-02-04", "2021-02-14"])

    assert appeal_boost(Scenario(), appeal, dates).tolist() == [0.0, 1.0, 0.5, 0.25]


def test_a_soft_launch_brings_a_fifth_of_the_boost_until_the_public_launch():
    days = {"soft_launch_on": dt.date(2021, 1, 4), "launched_on": dt.date(2021, 1, 25)}
    appeal = Appeal(appeal="a", name_fr="a", name_en="a", boost=1.0, **days)
    dates = pd.DatetimeIndex(["2021-01-03", "2021-01-04", "2021-01-24", "2021-01-25"])

    assert appeal_boost(Scenario(), appeal, dates).tolist() == [0.0, 0.2, 0.2, 1.0]


def test_an_appeal_raises_giving_after_its_launch_and_not_before():
    appeal = Appeal(appeal="a", name_fr="a", name_en="a", launched_on=dt.date(2020, 6, 1), boost=4.0)
    base = replace(CALM, winter_drop=0.0, regular_donors=0)
    day = simulate_world(base, seed=1).expected["day"]
    ratio = (
        simulate_world(replace(base, appeals=(appeal,)), seed=1).expected["amount"]
        / simulate_world(base, seed=1).expected["amount"]
    )

    assert ratio[day < "2020-06-01"].eq(1).all()
    assert ratio[day == "2020-06-01"].item() == pytest.approx(5)
    assert ratio[day == "2020-06-11"].item() == pytest.approx(3)


def test_the_uplift_is_what_the_appeal_brings_in_eight_weeks():
    appeal = Appeal(appeal="a", name_fr="a", name_en="a", launched_on=dt.date(2020, 6, 1), boost=1.0)
    world = simulate_world(replace(CALM, winter_drop=0.0, regular_donors=0, appeals=(appeal,)), seed=1)
    daily = 25 / 7 * 45
    brought = daily * sum(0.5 ** (day / 10) for day in range(56))

    assert world.truth["appeal_uplift"]["a"] == pytest.approx({"amount": brought, "share": brought / (56 * daily)})


def test_gifts_name_the_appeal_that_brought_them_only_while_it_runs():
    gifts = simulate_world(Scenario(), seed=2).gifts
    named = gifts[gifts["appeal"] == "testimonies-2021"]

    assert len(named) > 20
    assert named["received_on"].min() >= pd.Timestamp("2021-01-04")
    assert set(gifts["appeal"].dropna()) == {"blankets-2019", "testimonies-2021"}


def test_an_appeal_outside_the_period_is_left_out():
    world = simulate_world(Scenario(years=1.0, ends_on=dt.date(2019, 6, 30)), seed=1)

    assert world.appeals.empty
    assert world.truth["appeal_uplift"] == {}


def test_some_donors_return_and_a_few_give_often():
    gifts = simulate_world(Scenario(), seed=2).gifts
    times = gifts.loc[~gifts["regular"], "donor"].value_counts()

    assert 0.4 < (times == 1).mean() < 0.8
    assert times.max() >= 10


def test_a_donor_keeps_to_one_channel():
    gifts = simulate_world(Scenario(), seed=2).gifts

    assert gifts.groupby("donor")["channel"].nunique().max() == 1


def test_donors_are_invented_and_no_two_share_an_address():
    world = simulate_world(Scenario(), seed=2)

    assert world.donors["email"].is_unique
    assert world.donors["email"].str.fullmatch(r"[a-z]+\.[a-z]+\d*@example\.(org|net)").all()
    assert set(world.gifts["donor"]) == set(world.donors["donor"])


def test_people_reach_a_thousand_in_the_last_week_and_rise_in_winter_by_the_change():
    world = simulate_world(replace(CALM, people_growth=0.0, headcount_winter_change=0.2), seed=1)
    people = world.people.set_index("week")["people"]

    assert people.iloc[-1] == pytest.approx(1000)
    assert people["2021-01-11"] == pytest.approx(1200)
    assert people["2020-07-13"] == pytest.approx(1000)


def test_areas_are_counted_on_the_same_days_two_to_eight_weeks_apart():
    counts = simulate_world(Scenario(years=6.0), seed=1).headcounts
    days = counts["counted_on"].drop_duplicates()

    assert counts.groupby("counted_on")["area"].nunique().eq(2).all()
    assert days.diff().dropna().dt.days.between(14, 56).all()


def test_counts_are_off_by_the_census_error():
    errors = []
    for seed in range(20):
        world = simulate_world(replace(CALM, people_growth=0.0, headcount_winter_change=0.0), seed=seed)
        calais = world.headcounts.query("area == 'Calais' and method == 'census'")["people"].astype(float)
        errors.extend(np.log(calais / 650))

    assert np.mean(errors) == pytest.approx(0, abs=0.01)
    assert np.std(errors) == pytest.approx(0.08, abs=0.01)


def test_a_range_has_its_people_in_the_middle():
    counts = simulate_world(Scenario(years=6.0), seed=1).headcounts.dropna(subset="low")

    assert len(counts) > 0
    assert (counts["people"] * 2 == counts["low"] + counts["high"]).all()
    assert set(counts["method"]) == {"estimate"}
