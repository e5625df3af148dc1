"""What an appeal brought: worlds whose truth is known, windows worked out by hand, and sentences no surer than that."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.models.appeal import appeal_cost, fit_appeal
from analysis.models.appeal.results import AppealUplift, AppealWeek, PlaceboPeriod
from analysis.models.sentences import TooThin

LAUNCH = pd.Timestamp("2020-02-03")
WEEK = AppealWeek(
    week=LAUNCH, observed=1.0, expected=1.0, expected_lower=0.0, expected_upper=2.0,
    cumulative=0.0, cumulative_lower=-1.0, cumulative_upper=1.0,
)  # fmt: skip
PERIOD = PlaceboPeriod(week=pd.Timestamp("2019-02-04"), observed=1100.0, expected=1000.0, off=1.0)
FOUND = AppealUplift(
    uplift=380.0, lower=50.0, upper=710.0, expected=1000.0, observed=1380.0, level=0.95, launched_on=LAUNCH,
    weeks=8, weeks_asked=8, off=2.1, error=0.15, path=(WEEK,) * 8, periods=(PERIOD,) * 40,
)  # fmt: skip
UNSURE = replace(FOUND, uplift=120.0, lower=-280.0, upper=320.0, observed=1120.0)


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def appeals(*days: str, soft: str | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "appeal": [f"appeal of {day}" for day in days],
            "launched_on": pd.to_datetime(list(days)),
            "soft_launch_on": pd.to_datetime([soft] * len(days)),
        }
    )


def with_effect(weekly: pd.DataFrame, launch: pd.Timestamp = LAUNCH, *, boost: float = 1.0) -> pd.DataFrame:
    """`weekly` with an appeal that doubles giving in the week of its launch and halves every week."""
    since = (weekly["week"] - launch) / pd.Timedelta(weeks=1)
    return weekly.assign(amount=weekly["amount"] * (1 + np.where(since >= 0, boost * 0.5 ** since.clip(lower=0), 0.0)))


# The estimate


def test_the_uplift_is_what_the_appeal_was_made_to_bring(weekly_world):
    off = []
    for seed in range(12):
        calm = weekly_world(seed=seed, noise=0.15)
        weekly = with_effect(calm)
        window = weekly["week"].between(LAUNCH, LAUNCH + pd.Timedelta(weeks=7))
        found = fit_appeal(weekly, launched_on=LAUNCH)
        off.append((found.uplift - (weekly["amount"] - calm["amount"])[window].sum()) / found.expected)

    assert np.mean(off) == pytest.approx(0.0, abs=0.05)


def test_an_interval_of_80_percent_holds_the_truth_about_that_often(weekly_world):
    held = []
    for seed in range(40):
        found = fit_appeal(weekly_world(seed=seed), launched_on="2020-09-14", level=0.8)
        held.append(found.lower <= 0 <= found.upper)

    # 32 of 40 expected; fewer than 24 or all would be rarer than 1 in 100.
    assert 24 <= sum(held) <= 39


def test_what_came_in_the_window_does_not_move_what_was_expected_of_it(weekly_world):
    weekly = weekly_world(seed=3)
    window = weekly["week"].between(LAUNCH, LAUNCH + pd.Timedelta(weeks=7))
    richer = weekly.assign(amount=weekly["amount"].where(~window, weekly["amount"] * 10))

    first, second = (fit_appeal(table, launched_on=LAUNCH) for table in (weekly, richer))

    assert second.expected == pytest.approx(first.expected)
    assert second.observed == pytest.approx(10 * first.observed)
    assert second.upper - second.lower == pytest.approx(first.upper - first.lower)


def test_cents_or_euros_and_the_order_of_the_weeks_make_no_difference(weekly_world):
    weekly = with_effect(weekly_world(seed=1))
    in_cents = weekly.assign(amount=weekly["amount"] * 100).sample(frac=1, random_state=1)
    before = in_cents.copy()

    euros, cents = fit_appeal(weekly, launched_on=LAUNCH), fit_appeal(in_cents, launched_on=LAUNCH)

    assert (cents.uplift, cents.lower) == pytest.approx((100 * euros.uplift, 100 * euros.lower))
    pd.testing.assert_frame_equal(in_cents, before)


def test_a_window_at_the_end_of_the_records_is_harder_to_foretell(weekly_world):
    weekly = weekly_world(seed=2, rho=0.8)

    middle = fit_appeal(weekly, launched_on="2019-09-02")
    end = fit_appeal(weekly, launched_on="2021-02-01")

    assert end.weeks == middle.weeks == 8
    assert end.error > middle.error


# The window


def test_observed_is_the_sum_of_the_eight_weeks_from_that_of_the_launch(weekly_world):
    weekly = weekly_world()
    place = weekly.index[weekly["week"] == LAUNCH][0]

    on_monday, on_thursday = (fit_appeal(weekly, launched_on=day) for day in ("2020-02-03", "2020-02-06"))

    assert on_monday.observed == pytest.approx(weekly["amount"][place : place + 8].sum())
    assert on_thursday.observed == on_monday.observed
    assert on_monday.weeks_frame()["week"].iloc[[0, -1]].tolist() == [LAUNCH, pd.Timestamp("2020-03-23")]


def test_the_weeks_of_the_soft_launch_are_on_neither_side(weekly_world):
    weekly = weekly_world(seed=4)
    soft = weekly["week"].between("2020-01-13", "2020-01-27")
    wild = weekly.assign(amount=weekly["amount"].where(~soft, weekly["amount"] * 20))

    found = [fit_appeal(one, launched_on=LAUNCH, soft_launch_on="2020-01-15") for one in (weekly, wild)]

    assert found[0].soft_weeks == 3
    assert found[1].uplift == pytest.approx(found[0].uplift)
    assert found[1].upper == pytest.approx(found[0].upper)


def test_the_row_of_the_appeal_itself_is_no_other_appeal_and_tells_its_soft_launch(weekly_world):
    weekly = with_effect(weekly_world(seed=5))

    alone = fit_appeal(weekly, launched_on=LAUNCH, soft_launch_on="2020-01-15")
    listed = fit_appeal(weekly, launched_on=LAUNCH, appeals=appeals("2020-02-03", soft="2020-01-15"))

    assert listed == alone
    assert listed.overlapping == ()


def test_a_second_appeal_of_the_same_day_is_not_taken_for_the_appeal_itself(weekly_world):
    found = fit_appeal(weekly_world(), launched_on=LAUNCH, appeals=appeals("2020-02-03", "2020-02-03"))

    assert found.overlapping == (("appeal of 2020-02-03",) * 2,)


@pytest.mark.parametrize(
    ("day", "overlaps"),
    [("2019-12-02", False), ("2019-12-16", True), ("2020-03-23", True), ("2020-03-30", False)],
)
def test_appeals_less_than_eight_weeks_apart_overlap(weekly_world, day, overlaps):
    found = fit_appeal(weekly_world(), launched_on=LAUNCH, appeals=appeals(day))

    assert (found.overlapping != ()) is overlaps
    assert ("cannot be told apart" in found.summary("en")) is overlaps
    assert ("ne peut pas être séparé" in found.summary("fr")) is overlaps


def test_the_weeks_of_an_overlapping_appeal_do_not_make_the_expectation(weekly_world):
    weekly = weekly_world(seed=6)
    before = weekly["week"].between("2019-12-23", "2020-01-27")
    wild = weekly.assign(amount=weekly["amount"].where(~before, weekly["amount"] * 5))

    found = [fit_appeal(one, launched_on=LAUNCH, appeals=appeals("2019-12-23")) for one in (weekly, wild)]

    assert found[1].expected == pytest.approx(found[0].expected)


def test_an_appeal_well_before_is_held_fixed(weekly_world):
    earlier = pd.Timestamp("2019-05-06")
    weekly = with_effect(weekly_world(seed=7, noise=0.1), earlier, boost=5.0)

    blind = fit_appeal(weekly, launched_on=LAUNCH)
    told = fit_appeal(weekly, launched_on=LAUNCH, appeals=appeals("2019-05-06"))

    assert told.upper - told.lower < 0.7 * (blind.upper - blind.lower)


def test_a_window_that_the_records_cut_is_shorter_and_says_so(weekly_world):
    weekly = weekly_world().assign(complete=True)
    weekly.loc[weekly.index[-1], "complete"] = False

    found = fit_appeal(weekly, launched_on="2021-03-01")

    assert (found.weeks, found.weeks_asked) == (3, 8)
    assert found.summary("en").endswith("Only 3 of the 8 weeks are recorded in full.")
    assert found.summary("fr").endswith("Seules 3 des 8 semaines sont enregistrées en entier.")


def test_no_placebo_window_touches_an_appeal(weekly_world):
    found = fit_appeal(weekly_world(), launched_on=LAUNCH, soft_launch_on="2020-01-13", appeals=appeals("2018-06-04"))
    starts = found.placebos_frame()["week"]
    ends = starts + pd.Timedelta(weeks=8)

    assert found.placebos == len(starts) >= 8
    for first, last in (("2020-01-13", "2020-03-30"), ("2018-06-04", "2018-07-30")):
        assert not ((starts < last) & (ends > first)).any()


def test_the_last_week_of_the_path_is_the_uplift(weekly_world):
    found = fit_appeal(with_effect(weekly_world(seed=8)), launched_on=LAUNCH)
    path = found.weeks_frame()

    assert path["cumulative"].iloc[-1] == pytest.approx(found.observed - found.expected)
    assert path["cumulative_upper"].iloc[-1] == pytest.approx(found.upper)
    assert path["expected"].sum() == pytest.approx(found.expected)
    assert (path["expected_lower"] < path["expected"]).all()
    assert (path["expected"] < path["expected_upper"]).all()


def test_any_column_of_weekly_totals_may_be_asked_about(weekly_world):
    weekly = with_effect(weekly_world(seed=9))
    table = weekly.assign(new_donors=(weekly["amount"] / 50).round())
    table.loc[:51, "new_donors"] = np.nan

    found = fit_appeal(table, launched_on=LAUNCH, outcome="new_donors")

    assert found.outcome == "new_donors"
    assert found.periods[0].week == table["week"][52]
    assert "nouveaux donateurs" in found.summary("fr")
    assert "new donors" in found.summary("en")


# Too thin


@pytest.mark.parametrize(
    ("launch", "first", "reason"),
    [
        ("2021-04-05", "2017-04-03", "No whole week is recorded after the launch on 05/04/2021"),
        ("2018-02-05", "2017-04-03", "Only 44 weeks are recorded before the appeal; it takes a year"),
        ("2020-06-01", "2019-04-01", "the records hold only .* comparable periods; it takes at least 8"),
    ],
)
def test_records_that_cannot_carry_the_number_give_the_reason(weekly_world, launch, first, reason):
    weekly = weekly_world(first=first)
    weekly = weekly[weekly["week"] < pd.Timestamp(launch) + pd.Timedelta(weeks=9)]
    many = appeals("2019-07-01", "2019-10-07", "2020-01-06") if first == "2019-04-01" else None

    with pytest.raises(TooThin, match=reason) as found:
        fit_appeal(weekly, launched_on=launch, appeals=many)

    assert found.value.sentence("fr").endswith("ce que l’appel a apporté n’est pas estimé.")


def test_an_outcome_that_nobody_noted_gives_the_reason(weekly_world):
    with pytest.raises(TooThin, match="Nothing of the kind is recorded, so what the appeal brought"):
        fit_appeal(weekly_world(), launched_on=LAUNCH, outcome="goods_value")


def test_gifts_in_a_handful_of_weeks_only_give_the_reason(weekly_world):
    weekly = weekly_world()
    rare = weekly.assign(amount=weekly["amount"].where(weekly.index == 30, 0.0))

    with pytest.raises(TooThin, match="too little or too uneven for the model to settle"):
        fit_appeal(rare, launched_on=LAUNCH)


def test_gifts_so_uneven_that_anything_may_have_come_give_the_reason(weekly_world):
    with pytest.raises(TooThin, match="there would be more than a factor of 100"):
        fit_appeal(weekly_world(noise=4.0), launched_on=LAUNCH)


@pytest.mark.parametrize(
    ("options", "problem"),
    [({"weeks": 0}, "at least one week"), ({"soft_launch_on": "2020-03-01"}, "is after the launch")],
)
def test_a_window_that_makes_no_sense_is_refused(weekly_world, options, problem):
    with pytest.raises(ValueError, match=problem):
        fit_appeal(weekly_world(), launched_on=LAUNCH, **options)


# Sentences


def test_a_clear_uplift_is_told_with_its_interval():
    assert FOUND.summary("en") == (
        "In the 8 weeks from the launch (3 February 2020), giving came to about 38% more than expected without the "
        "appeal (95% range: 4% to 106%)."
    )
    assert plain(FOUND.summary("fr", currency="EUR")) == (
        "Au cours des 8 semaines à partir du lancement (3 février 2020), les dons ont représenté environ 38 % de plus "
        "que ce qui était attendu sans l’appel (fourchette à 95 % : de 4 à 106 %). En valeur : environ 380 € (de 50 à "
        "710 €)."
    )


def test_an_uplift_that_may_be_nothing_is_not_told_as_nothing():
    assert UNSURE.summary("en", currency="EUR") == (
        "The records do not clearly show what the appeal brought. In the 8 weeks from the launch (3 February 2020), "
        "for giving, the best estimate is a rise of 12%, but nothing from a fall of 20% to a rise of 40% on what was "
        "expected can be ruled out (95% range). As a sum: about €120 (−€280 to €320)."
    )
    assert plain(UNSURE.summary("fr")) == (
        "Les données ne disent pas clairement ce que l’appel a apporté. Au cours des 8 semaines à partir du lancement "
        "(3 février 2020), pour les dons, la valeur la plus plausible est une hausse de 12 %, mais rien n’est exclu "
        "entre une baisse de 20 % et une hausse de 40 % par rapport à ce qui était attendu (fourchette à 95 %)."
    )
    flat = replace(UNSURE, uplift=1.0, observed=1001.0)
    assert "no change" not in flat.summary("en")
    assert "aucun changement" not in flat.summary("fr")


def test_giving_clearly_below_expectation_is_told_as_less():
    less = replace(FOUND, uplift=-400.0, lower=-1800.0, upper=-200.0, observed=600.0, outcome="donations")

    assert "about 40% less than expected without the appeal (95% range: 25% to 75%)" in less.summary("en")
    assert "As a number: about −400 (−1,800 to −200)." in less.summary("en")
    assert "de moins que ce qui était attendu" in less.summary("fr")


def test_chance_is_told_by_the_windows_without_an_appeal():
    twice = replace(FOUND, periods=(replace(PERIOD, off=2.1),) * 2 + (PERIOD,) * 38)

    assert FOUND.chance_summary("en") == (
        "Chance alone does not explain it well: of 40 periods as long without an appeal, none did as well."
    )
    assert plain(FOUND.chance_summary("fr")) == (
        "Le hasard seul l’explique mal : sur 40 périodes aussi longues sans appel, aucune n’a fait aussi bien."
    )
    assert twice.chance_summary("en").endswith("does not explain it well: of 40 periods as long without an appeal, 2 "
                                               "did as well or better.")  # fmt: skip


def test_where_more_than_one_window_in_twenty_did_as_well_chance_may_explain_the_appeal():
    thrice = replace(FOUND, periods=(replace(PERIOD, off=2.1),) * 3 + (PERIOD,) * 37)

    assert thrice.chance_summary("en") == (
        "Chance alone may explain it: of 40 periods as long without an appeal, 3 did as well or better."
    )
    assert plain(thrice.chance_summary("fr")) == (
        "Le hasard seul peut l’expliquer : sur 40 périodes aussi longues sans appel, 3 ont fait aussi bien ou mieux."
    )


def test_with_few_windows_or_an_uplift_that_is_not_clear_chance_is_not_said_to_explain_it_poorly():
    few = replace(FOUND, periods=(PERIOD,) * 19)
    unclear = replace(UNSURE, off=2.0, periods=(PERIOD,) * 40)

    assert few.chance_summary("en") == "Of 19 periods as long without an appeal, none did as well."
    assert plain(few.chance_summary("fr")) == "Sur 19 périodes aussi longues sans appel, aucune n’a fait aussi bien."
    assert unclear.chance_summary("en") == "Of 40 periods as long without an appeal, none did as well."


def test_amounts_are_told_to_three_figures_and_counts_in_tens():
    large = replace(FOUND, uplift=12_487.0, lower=1_853.0, upper=19_640.0, expected=20_000.0, observed=32_487.0)

    assert plain(large.summary("fr", currency="EUR")).endswith("En valeur : environ 12 500 € (de 1 850 à 19 600 €).")
    assert large.summary("en", currency="EUR").endswith("As a sum: about €12,500 (€1,850 to €19,600).")
    counted = replace(large, outcome="donations")
    assert plain(counted.summary("fr")).endswith("En nombre : environ 12 490 (de 1 850 à 19 640).")


# Cost


def test_the_cost_is_a_share_of_what_the_appeal_brought_with_the_interval_turned_round():
    found = appeal_cost(FOUND, cost=38.0)

    assert (found.per_unit, found.lower, found.upper) == pytest.approx((0.1, 38 / 710, 0.76))
    assert found.brought == pytest.approx((10.0, 1 / 0.76, 710 / 38))
    assert found.summary("en", currency="EUR") == (
        "The appeal cost about 10% of what it brought (95% range: 5% to 76%): each euro spent brought about 10 "
        "(1.3 to 19)."
    )
    assert plain(found.summary("fr", currency="EUR")).endswith(
        " : pour un euro dépensé, il en a apporté environ 10 (de 1,3 à 19)."
    )
    assert "pour 1 CHF de dépense, il en a" in plain(found.summary("fr", currency="CHF"))


def test_the_cost_of_a_new_donor_is_an_amount():
    found = appeal_cost(replace(FOUND, outcome="new_donors"), cost=760.0)

    assert found.summary("en", currency="EUR") == (
        "For each one brought (new donors), the appeal cost about €2.00 (95% range: €1.07 to €15.20)."
    )
    with pytest.raises(ValueError, match="name its currency"):
        found.summary("en")


def test_no_cost_is_set_against_an_uplift_that_may_be_nothing():
    with pytest.raises(TooThin, match="do not rule out that the appeal brought nothing"):
        appeal_cost(UNSURE, cost=10.0)


def test_an_appeal_without_spending_says_that_none_is_recorded_and_one_of_unknown_cost_too():
    assert appeal_cost(UNSURE, cost=0.0).summary("en") == "This appeal cost nothing, by the records."
    assert np.isnan(appeal_cost(FOUND, cost=0.0).to_frame()["brought"].iloc[0])
    with pytest.raises(TooThin, match="is not recorded"):
        appeal_cost(FOUND, cost=np.nan)
    with pytest.raises(ValueError, match="zero or more"):
        appeal_cost(FOUND, cost=-1.0)


def test_the_tables_have_the_fields_of_the_result():
    row = FOUND.to_frame().iloc[0]

    assert (row["share"], row["share_lower"], row["placebos"], row["by_chance"]) == pytest.approx(
        (0.38, 1380 / 1330 - 1, 40, 0)
    )
    assert FOUND.placebos_frame()["change"].iloc[0] == pytest.approx(0.1)
    assert len(FOUND.weeks_frame()) == 8


def test_what_comes_on_paydays_only_is_judged_by_its_paydays(weekly_world):
    weekly = weekly_world()
    rng = np.random.default_rng(2)
    standing = weekly.assign(regular_amount=weekly["payday"] * rng.normal(500, 20, len(weekly)))

    found = fit_appeal(standing, launched_on=LAUNCH, outcome="regular_amount")

    assert len(found.path) == 2
    assert (found.weeks, found.weeks_asked) == (8, 8)
    assert abs(found.share) < 0.15
