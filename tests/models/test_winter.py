from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.results import TooThin
from analysis.models.winter import fit_each_winter, fit_per_person, fit_winter_drop, raw_winter_change
from analysis.seasons import calendar, giving_year, weeks_between

APPEALS = pd.DataFrame(
    {
        "launched_on": pd.to_datetime(["2019-11-18", "2021-01-25"]),
        "soft_launch_on": [pd.NaT, pd.Timestamp("2021-01-04")],
    }
)
FITS = [raw_winter_change, fit_winter_drop, fit_each_winter]


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def months_of_giving(winter: float, rest: float, *, first: str, last: str) -> pd.DataFrame:
    weekly = calendar(weeks_between(pd.Timestamp(first), pd.Timestamp(last)))
    amount = winter * weekly["winter_share"] + rest * (1 - weekly["winter_share"])
    return weekly.assign(amount=amount)


# The raw change


def test_the_raw_change_compares_winter_with_the_rest_of_the_same_giving_year():
    weekly = pd.DataFrame(
        {
            "week": pd.to_datetime(
                ["2019-11-18", "2019-11-25", "2019-12-02", "2020-02-17", "2020-03-02", "2020-07-06"]
            ),
            "winter_share": [0.0, 0.0, 1.0, 1.0, 0.0, 0.0],
            "amount": [90.0, 110.0, 80.0, 60.0, 100.0, 900.0],
        }
    )

    raw = raw_winter_change(weekly)

    assert raw.change == pytest.approx(70 / 100 - 1)
    assert (raw.winter_mean, raw.rest_mean, raw.weeks) == (pytest.approx(70), pytest.approx(100), 5)
    assert raw.winters == ("2019/20",)
    assert raw.by_winter == (("2019/20", pytest.approx(-0.3)),)


def test_a_week_cut_by_the_window_counts_on_both_sides_by_its_days():
    weekly = pd.DataFrame(
        {
            "week": pd.to_datetime(["2019-11-18", "2019-11-25", "2019-12-02", "2020-03-02"]),
            "winter_share": [0.0, 1 / 7, 1.0, 0.0],
            "amount": [100.0, 70.0, 50.0, 100.0],
        }
    )

    raw = raw_winter_change(weekly)

    assert raw.winter_mean == pytest.approx((10 + 50) / (8 / 7))
    assert raw.rest_mean == pytest.approx((100 + 60 + 100) / (20 / 7))


def test_each_winter_has_its_own_raw_change():
    first = months_of_giving(80.0, 100.0, first="2018-07-02", last="2019-06-30")
    second = months_of_giving(120.0, 200.0, first="2019-07-01", last="2020-06-28")

    raw = raw_winter_change(pd.concat([first, second]))

    assert [label for label, _ in raw.by_winter] == ["2018/19", "2019/20"]
    # A cut week holds a mixture, so the changes are close to -20 % and -40 %, not exactly so.
    assert [change for _, change in raw.by_winter] == pytest.approx([-0.2, -0.4], abs=0.01)


def test_one_cut_winter_still_has_a_raw_change():
    weekly = months_of_giving(50.0, 100.0, first="2019-10-07", last="2020-01-26")

    assert raw_winter_change(weekly).change == pytest.approx(-0.5, abs=0.02)


def test_beside_a_whole_winter_a_cut_one_is_not_compared():
    weekly = months_of_giving(50.0, 100.0, first="2018-07-02", last="2020-01-05")

    assert raw_winter_change(weekly).winters == ("2018/19",)


def test_without_a_winter_there_is_nothing_to_compare():
    weekly = months_of_giving(50.0, 100.0, first="2020-03-09", last="2020-10-25")

    with pytest.raises(TooThin, match="nothing to compare") as thin:
        raw_winter_change(weekly)
    assert "rien à comparer" in thin.value.sentence("fr")


# The winter drop


def test_it_recovers_the_drop_the_world_was_built_with(weekly_world):
    estimates = [fit_winter_drop(weekly_world(seed=seed, drop=0.3)).drop for seed in range(40)]

    assert np.mean(estimates) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(("drop", "rho"), [(0.25, 0.3), (0.0, 0.6)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(weekly_world, drop, rho):
    fits = [fit_winter_drop(weekly_world(seed=seed, drop=drop, rho=rho), level=0.8) for seed in range(100, 140)]

    covered = sum(fit.lower <= drop <= fit.upper for fit in fits)

    # 32 of 40 expected; fewer than 25 or all 40 would be rarer than 1 in 100.
    assert 25 <= covered <= 39


def test_without_noise_the_drop_is_exact_and_the_interval_closes(weekly_world):
    fit = fit_winter_drop(weekly_world(drop=0.3, noise=0.0))

    assert (fit.drop, fit.lower, fit.upper) == pytest.approx((0.3, 0.3, 0.3), abs=1e-4)
    assert fit.weeks == 208
    assert fit.winters == ("2017/18", "2018/19", "2019/20", "2020/21")


def test_the_log_scale_tells_the_same_effect(weekly_world):
    fit = fit_winter_drop(weekly_world())

    assert 1 - np.exp(fit.log_change) == pytest.approx(fit.drop)
    width = np.log1p(-fit.lower) - np.log1p(-fit.upper)
    assert width / (2 * 1.97) == pytest.approx(fit.log_se, rel=0.1)


def test_a_higher_level_makes_a_wider_interval(weekly_world):
    weekly = weekly_world()
    wide, narrow = fit_winter_drop(weekly, level=0.99), fit_winter_drop(weekly, level=0.8)

    assert wide.lower < narrow.lower < narrow.drop < narrow.upper < wide.upper
    assert wide.drop == narrow.drop


@pytest.mark.parametrize("fit", FITS)
def test_cents_or_euros_give_the_same_shares(weekly_world, fit):
    euros = weekly_world()
    in_euros, in_cents = (fit(euros.assign(amount=euros["amount"] * scale)).to_frame() for scale in (1, 100))

    drops = ["change"] if fit is raw_winter_change else ["drop", "lower", "upper"]
    np.testing.assert_allclose(in_cents[drops], in_euros[drops], rtol=1e-6)


@pytest.mark.parametrize("fit", FITS)
def test_the_order_of_rows_does_not_matter(weekly_world, fit):
    weekly = weekly_world()

    assert fit(weekly.sample(frac=1, random_state=1)) == fit(weekly)


def test_weeks_that_are_not_complete_are_left_out(weekly_world):
    weekly = weekly_world()
    complete = pd.array([False] + [True] * (len(weekly) - 2) + [False], dtype="boolean")
    spoilt = weekly.assign(complete=complete)
    spoilt.loc[[0, len(weekly) - 1], "amount"] = 1e6

    for fit in FITS:
        assert fit(spoilt) == fit(weekly.iloc[1:-1])


def test_weeks_without_gifts_are_weeks(weekly_world):
    weekly = weekly_world(drop=0.3, noise=0.1)
    emptied = weekly.assign(amount=weekly["amount"].where(weekly.index % 10 > 0, 0.0))

    assert fit_winter_drop(emptied).drop == pytest.approx(0.3, abs=0.15)


def test_a_year_end_column_of_zeros_changes_nothing_else(weekly_world):
    weekly = weekly_world(drop=0.3, noise=0.0)
    flat = weekly.assign(amount=weekly["amount"] / np.exp(0.8 * weekly["year_end_share"]), year_end_share=0.0)

    assert fit_winter_drop(flat).drop == pytest.approx(0.3, abs=1e-4)


def test_a_year_end_peak_by_days_is_not_taken_for_winter(weekly_world):
    weekly = weekly_world(drop=0.3, noise=0.0)
    by_days = 1 + 2 * weekly["year_end_share"]
    peaked = weekly.assign(amount=weekly["amount"] / np.exp(0.8 * weekly["year_end_share"]) * by_days)

    assert fit_winter_drop(peaked).drop == pytest.approx(0.3, abs=0.005)


@pytest.mark.parametrize("half_life", [0.7, 1.4, 2.8])
def test_what_an_appeal_and_its_soft_launch_bring_is_not_taken_for_winter(weekly_world, half_life):
    weekly = weekly_world(drop=0.3, noise=0.0)
    weeks_after = ((weekly["week"] - pd.Timestamp("2021-01-25")).dt.days / 7).to_numpy()
    fading = np.where(weeks_after >= 0, 0.5 ** (np.maximum(weeks_after, 0) / half_life), 0.0)
    soft = weekly["week"].between("2021-01-04", "2021-01-18") * 0.3
    boosted = weekly.assign(amount=weekly["amount"] * (1 + 1.5 * fading + soft))

    assert fit_winter_drop(boosted, appeals=APPEALS).drop == pytest.approx(0.3, abs=0.01)
    assert fit_winter_drop(boosted).drop < 0.29


def test_an_appeal_outside_the_records_or_none_at_all_changes_nothing(weekly_world):
    weekly = weekly_world()
    elsewhere = pd.DataFrame({"launched_on": pd.to_datetime(["2012-01-01"])})

    assert fit_winter_drop(weekly, appeals=elsewhere) == fit_winter_drop(weekly)
    assert fit_winter_drop(weekly, appeals=elsewhere.head(0)) == fit_winter_drop(weekly)


@pytest.mark.parametrize(
    ("last", "english", "french"),
    [
        ("2018-10-28", "only one whole winter (2017/18)", "qu’un seul hiver entier (2017/18)"),
        ("2017-10-29", "no whole winter", "aucun hiver entier"),
    ],
)
@pytest.mark.parametrize("fit", [fit_winter_drop, fit_each_winter])
def test_fewer_than_two_whole_winters_give_a_reason_instead_of_a_number(weekly_world, fit, last, english, french):
    with pytest.raises(TooThin, match="at least two") as thin:
        fit(weekly_world(last=last))

    assert english in thin.value.sentence("en")
    assert french in thin.value.sentence("fr")


def test_a_week_that_stands_twice_is_refused(weekly_world):
    weekly = weekly_world()

    with pytest.raises(ValueError, match="a week stands twice"):
        fit_winter_drop(pd.concat([weekly, weekly.tail(1)]))


def test_each_winter_counts_by_its_recorded_days(weekly_world):
    weekly = weekly_world(last="2021-01-03", drop=0.0, noise=0.0)
    year = giving_year(weekly["week"])
    last = year == "2020/21"
    fallen = weekly.assign(amount=weekly["amount"] * np.where(last, 0.5, 0.8) ** weekly["winter_share"])
    days = weekly["winter_share"].groupby(year).sum()
    weights = days[days > 0] / days.sum()
    expected = 1 - np.exp(weights @ np.log([0.8] * 3 + [0.5]))

    assert fit_winter_drop(fallen).drop == pytest.approx(expected, abs=1e-3)


# Each winter


def test_winters_in_general_follow_ibragimov_and_mueller(weekly_world):
    each = fit_each_winter(weekly_world(seed=4))

    changes = np.log([1 - winter.drop for winter in each.winters])
    mean, sd = changes.mean(), np.sqrt(((changes - changes.mean()) ** 2).sum() / 3)
    reach = 3.182446 * sd / 2
    assert [winter.label for winter in each.winters] == ["2017/18", "2018/19", "2019/20", "2020/21"]
    assert each.drop == pytest.approx(1 - np.exp(mean))
    assert each.lower == pytest.approx(1 - np.exp(mean + reach), abs=1e-6)
    assert each.upper == pytest.approx(1 - np.exp(mean - reach), abs=1e-6)


def test_each_winter_is_told_apart(weekly_world):
    weekly = weekly_world(drop=0.0, noise=0.0)
    drops = {"2017/18": 0.1, "2018/19": 0.2, "2019/20": 0.3, "2020/21": 0.4}
    start = weekly["week"].dt.year - (weekly["week"].dt.month < 7)
    drop = start.map({2017: 0.1, 2018: 0.2, 2019: 0.3, 2020: 0.4}).fillna(0.0)
    weekly = weekly.assign(amount=weekly["amount"] * (1 - drop) ** weekly["winter_share"])

    found = {winter.label: winter.drop for winter in fit_each_winter(weekly).winters}

    assert found == pytest.approx(drops, abs=1e-3)


def test_a_cut_winter_is_not_one_of_the_winters_and_does_not_touch_them(weekly_world):
    weekly = weekly_world(last="2021-01-17", drop=0.3, noise=0.0)
    cut = (weekly["week"] > "2020-07-01") & (weekly["winter_share"] > 0)
    weekly.loc[cut, "amount"] *= 2

    assert [winter.label for winter in fit_each_winter(weekly).winters] == ["2017/18", "2018/19", "2019/20"]
    assert [winter.drop for winter in fit_each_winter(weekly).winters] == pytest.approx([0.3] * 3, abs=1e-3)
    assert fit_winter_drop(weekly).winters[-1] == "2020/21"


# Per person in need


def test_without_noise_giving_per_person_is_the_ratio_of_the_two_changes(weekly_world, counts_every_five_weeks):
    weekly = weekly_world(drop=0.25, noise=0.0)

    person = fit_per_person(weekly, counts_every_five_weeks(weekly, change=0.2))

    assert person.drop == pytest.approx(1 - 0.75 / 1.2, abs=1e-4)
    assert person.headcount_change == pytest.approx(0.2, abs=1e-6)
    assert (person.counts, person.weeks) == (42, 208)


def test_the_two_intervals_add_in_quadrature(weekly_world, counts_every_five_weeks):
    weekly = weekly_world()
    counts = counts_every_five_weeks(weekly)
    noise = np.random.default_rng(1).normal(0, 0.1, len(counts))
    counts = counts.assign(people=counts["people"] * np.exp(noise))

    person, giving = fit_per_person(weekly, counts), fit_winter_drop(weekly)

    logs = [np.log(1 - giving.upper), np.log(1 - giving.drop), np.log(1 - giving.lower)]
    heads = np.log1p([person.headcount_lower, person.headcount_change, person.headcount_upper])
    change = logs[1] - heads[1]
    highest = change + np.sqrt((logs[2] - logs[1]) ** 2 + (heads[1] - heads[0]) ** 2)
    lowest = change - np.sqrt((logs[1] - logs[0]) ** 2 + (heads[2] - heads[1]) ** 2)
    assert person.lower == pytest.approx(1 - np.exp(highest))
    assert person.upper == pytest.approx(1 - np.exp(lowest))
    assert person.upper - person.lower > giving.upper - giving.lower - 0.02


def test_areas_counted_on_one_day_are_added_and_other_areas_have_their_own_level(weekly_world, counts_every_five_weeks):
    weekly = weekly_world()
    total = counts_every_five_weeks(weekly)
    shares = pd.concat(
        [total.assign(people=total["people"] * share, area=area) for area, share in (("A", 0.7), ("B", 0.3))]
    )
    only_a = total.assign(people=total["people"] * 0.7, area="A").iloc[::2]
    uneven = pd.concat([only_a, shares[~shares["counted_on"].isin(only_a["counted_on"])]])

    assert fit_per_person(weekly, shares).counts == len(total)
    assert fit_per_person(weekly, shares).headcount_change == pytest.approx(0.1, abs=1e-6)
    assert fit_per_person(weekly, uneven).headcount_change == pytest.approx(0.1, abs=1e-6)


def test_places_of_one_area_counted_on_one_day_are_added(weekly_world, counts_every_five_weeks):
    weekly = weekly_world()
    total = counts_every_five_weeks(weekly)
    halves = total.iloc[::2].assign(people=lambda t: t["people"] / 2)

    split = pd.concat([halves, halves, total.iloc[1::2]])

    assert fit_per_person(weekly, split) == fit_per_person(weekly, total)


def test_counts_by_different_methods_are_not_mixed(weekly_world, counts_every_five_weeks):
    weekly = weekly_world()
    counts = counts_every_five_weeks(weekly)
    official = counts.assign(people=counts["people"] * 0.6)
    both = pd.concat([counts.assign(method="census"), official.assign(method="official").iloc[::2]])

    assert fit_per_person(weekly, both).headcount_change == pytest.approx(0.1, abs=1e-6)


def test_counts_of_nobody_and_counts_outside_the_weeks_are_left_out(weekly_world, counts_every_five_weeks):
    weekly = weekly_world()
    counts = counts_every_five_weeks(weekly)
    extra = pd.DataFrame(
        {
            "counted_on": pd.to_datetime(["2014-01-08", "2018-05-01", "2018-05-02"]),
            "area": "Calais",
            "people": [900, 0, None],
        }
    )

    with_extra = pd.concat([counts, extra]).assign(people=lambda t: t["people"].round().astype("Int64"))
    alone = counts.assign(people=counts["people"].round().astype("Int64"))

    assert fit_per_person(weekly, with_extra) == fit_per_person(weekly, alone)


@pytest.mark.parametrize(
    ("keep", "english", "french"),
    [
        (lambda t: t.head(0), "People in need were not counted", "n’ont pas été comptées"),
        (lambda t: t.head(1), "Only one headcount falls", "Un seul comptage"),
        (lambda t: t.head(5), "Only 5 headcounts fall", "Seulement 5 comptages"),
        (lambda t: t[t["counted_on"].dt.month.between(4, 10)], "counted in no winter", "jamais été comptées en hiver"),
        (lambda t: t[t["counted_on"] < "2018-10-01"], "counted in one winter only", "d’un seul hiver"),
        (
            lambda t: t[t["counted_on"].dt.month.isin((1, 2))],
            "counted in winter only",
            "comptées qu’en hiver",
        ),
    ],
)
def test_too_few_counts_give_a_reason_instead_of_a_number(weekly_world, counts_every_five_weeks, keep, english, french):
    weekly = weekly_world()

    with pytest.raises(TooThin, match="giving per person is not estimated") as thin:
        fit_per_person(weekly, keep(counts_every_five_weeks(weekly)))

    assert english in thin.value.sentence("en")
    assert french in thin.value.sentence("fr")
    assert "ne sont pas estimés" in plain(thin.value.sentence("fr"))


def test_six_counts_in_six_ways_are_too_few(weekly_world, counts_every_five_weeks):
    weekly = weekly_world()
    counts = counts_every_five_weeks(weekly).iloc[[3, 5, 8, 14, 16, 19]]

    with pytest.raises(TooThin, match="Only 6 headcounts fall"):
        fit_per_person(weekly, counts.assign(area=list("ABCDEF")))


# The caller's tables


def test_the_caller_s_tables_are_never_changed(weekly_world, counts_every_five_weeks):
    weekly = weekly_world().sample(frac=1, random_state=2)
    appeals, counts = APPEALS.copy(), counts_every_five_weeks(weekly.sort_values("week"))
    before = [table.copy() for table in (weekly, appeals, counts)]

    raw_winter_change(weekly)
    fit_winter_drop(weekly, appeals=appeals)
    fit_each_winter(weekly, appeals=appeals)
    fit_per_person(weekly, counts, appeals=appeals)

    for now, then in zip((weekly, appeals, counts), before, strict=True):
        pd.testing.assert_frame_equal(now, then)
