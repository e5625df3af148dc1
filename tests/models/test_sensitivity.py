from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.models.sentences import TooThin
from analysis.models.winter import fit_winter_drop, winter_sensitivity
from analysis.models.winter.sensitivity import LABELS, TABLES, Variation, WinterSensitivity
from analysis.seasons import AFTER_YEAR_END, WINTER, YEAR_END, calendar, weeks_between


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def of(sensitivity: WinterSensitivity, key: str, winter: str | None = None) -> Variation:
    (found,) = [one for one in sensitivity.variations if (one.key, one.winter) == (key, winter)]
    return found


def months_of(daily: pd.Series) -> pd.DataFrame:
    """A month a row from giving by day, as `winter_sensitivity` asks."""
    days = pd.DataFrame(
        {
            "amount": daily,
            "days": 1,
            "winter_share": WINTER.holds(daily.index).astype(float),
            "year_end_share": YEAR_END.holds(daily.index).astype(float),
        }
    )
    months = days.groupby(days.index.to_period("M")).agg(
        {"amount": "sum", "days": "sum", "winter_share": "mean", "year_end_share": "mean"}
    )
    return months.assign(week=months.index.to_timestamp(), payday=1.0).reset_index(drop=True)


def test_the_default_comes_first_and_is_the_winter_drop_itself(weekly_world):
    weekly = weekly_world()

    first = winter_sensitivity(weekly, level=0.9).variations[0]

    drop = fit_winter_drop(weekly, level=0.9)
    assert (first.key, first.drop, first.lower, first.upper) == ("default", drop.drop, drop.lower, drop.upper)


def test_each_variation_is_tried_and_the_window_of_the_table_is_not_repeated(weekly_world):
    keys = [(one.key, one.winter) for one in winter_sensitivity(weekly_world()).variations]

    assert keys == [
        ("default", None),
        ("after_year_end_window", None),
        ("peak_not_held", None),
        ("trend_that_bends_more", None),
        ("trend_that_bends_less", None),
        ("without_winter", "2017/18"),
        ("without_winter", "2018/19"),
        ("without_winter", "2019/20"),
        ("without_winter", "2020/21"),
    ]


def test_a_table_with_the_later_window_is_set_against_the_meteorological_one(weekly_world):
    later = weekly_world().merge(
        calendar(weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2021-03-28")), winter=AFTER_YEAR_END)[
            ["week", "winter_share"]
        ].rename(columns={"winter_share": "after"}),
        on="week",
    )
    later = later.assign(winter_share=later["after"])

    keys = {one.key for one in winter_sensitivity(later).variations}

    assert "meteorological_window" in keys
    assert "after_year_end_window" not in keys


def test_a_peak_counted_with_winter_hides_the_fall(weekly_world):
    found = winter_sensitivity(weekly_world(noise=0.05))

    assert of(found, "default").drop == pytest.approx(0.25, abs=0.03)
    assert of(found, "peak_not_held").drop < 0.15


def test_leaving_out_the_one_winter_that_fell_leaves_no_fall(weekly_world):
    weekly = weekly_world(drop=0.0, noise=0.05)
    fell = weekly["week"].between("2018-11-26", "2019-03-04").to_numpy()
    weekly = weekly.assign(amount=weekly["amount"] * np.where(fell, (1 - 0.6) ** weekly["winter_share"], 1.0))

    found = winter_sensitivity(weekly)

    assert of(found, "without_winter", "2018/19").drop == pytest.approx(0, abs=0.04)
    assert of(found, "without_winter", "2019/20").drop > 0.2


def test_other_gifts_come_from_their_own_table(weekly_world):
    weekly = weekly_world(noise=0.05)
    level = weekly.assign(amount=weekly_world(noise=0.05, drop=0.0)["amount"])

    found = winter_sensitivity(weekly, tables={"one_off_gifts": level, "without_largest_gifts": weekly})

    assert of(found, "one_off_gifts").drop == pytest.approx(0, abs=0.04)
    assert of(found, "without_largest_gifts").drop == of(found, "default").drop


def test_months_of_different_lengths_are_not_taken_for_a_fall():
    days = pd.date_range("2015-01-01", "2020-12-31", freq="D")
    rng = np.random.default_rng(1)
    daily = pd.Series(100.0 * (1 - 0.2 * WINTER.holds(days)) * rng.gamma(400, 1 / 400, len(days)), index=days)
    weekly = calendar(weeks_between(days[0], days[-1])).iloc[1:-1]
    monday = days - pd.to_timedelta(days.day_of_week, unit="D")
    weekly = weekly.assign(amount=daily.groupby(monday).sum().reindex(weekly["week"]).to_numpy())

    found = winter_sensitivity(weekly, tables={"months": months_of(daily)})

    assert of(found, "months").drop == pytest.approx(0.2, abs=0.005)


def test_what_cannot_be_estimated_holds_its_reason(weekly_world):
    found = winter_sensitivity(weekly_world(first="2019-04-01"))

    one = of(found, "without_winter", "2019/20")
    assert one.drop is None
    assert "only one whole winter (2020/21)" in one.reason.en
    assert not one.clear
    row = found.to_frame().set_index(["variation", "winter"]).loc[("without_winter", "2019/20")]
    assert np.isnan(row["drop"])
    assert row["reason"] == one.reason.en


def test_records_too_short_for_the_default_have_no_sensitivity(weekly_world):
    with pytest.raises(TooThin, match="only one whole winter"):
        winter_sensitivity(weekly_world(first="2020-04-06"))


def test_an_unknown_table_is_refused(weekly_world):
    with pytest.raises(ValueError, match="no variation is called weeks"):
        winter_sensitivity(weekly_world(), tables={"weeks": weekly_world()})


def test_the_sentence_says_how_far_the_estimates_lie_apart_and_how_many_are_clear():
    found = WinterSensitivity(
        variations=(
            Variation(key="default", drop=0.5, lower=0.4, upper=0.6),
            Variation(key="peak_not_held", drop=0.05, lower=-0.1, upper=0.2),
            Variation(key="one_off_gifts", drop=0.25, lower=0.1, upper=0.4),
            Variation(key="without_winter", winter="2019/20", reason=TooThin(fr="Non.", en="No.")),
        ),
        level=0.95,
    )

    assert found.summary("en") == (
        "Worked out in 2 other ways (other dates, another trend, one winter less, without the largest gifts…), it "
        "still shows a clear fall 1 time. "
        "The exception: year-end peak counted with winter (−5%, −20% to +10%)."
    )
    assert plain(found.summary("fr")) == (
        "Refait de 2 autres façons (autres dates, autre tendance, un hiver de moins, sans les plus gros dons…), le "
        "calcul donne encore 1 fois une baisse claire. "
        "L’exception : pic de fin d’année compté avec l’hiver (−5 %, de −20 à +10 %)."
    )


def test_a_clear_rise_does_not_agree_with_a_clear_fall():
    rise = Variation(key="one_off_gifts", drop=-0.25, lower=-0.4, upper=-0.1)
    fall = Variation(key="months", drop=0.25, lower=0.1, upper=0.4)

    found = WinterSensitivity(variations=(replace(fall, key="default"), rise, fall), level=0.95)

    assert found.agreeing == (fall,)
    assert "without known standing gifts (+25%, +10% to +40%)" in found.summary("en")


def test_where_the_default_is_not_clear_the_sentence_counts_those_that_are():
    unclear = Variation(key="default", drop=0.1, lower=-0.1, upper=0.3)
    clear = Variation(key="months", drop=0.25, lower=0.1, upper=0.4)

    found = WinterSensitivity(variations=(unclear, clear, replace(unclear, key="peak_not_held")), level=0.95)

    assert found.summary("en") == "The estimate is not clear; of 2 other calculations, 1 would be."


def test_without_another_estimate_the_sentence_says_so():
    alone = WinterSensitivity(variations=(Variation(key="default", drop=0.5, lower=0.4, upper=0.6),), level=0.95)

    assert alone.summary("en") == "No other choice could be tried: the records are too short."
    assert alone.summary("fr").startswith("Aucun autre choix")


def test_every_variation_has_a_name_in_both_languages():
    assert set(TABLES) <= set(LABELS)
    assert Variation(key="without_winter", winter="2019/20").label("fr") == "sans l’hiver 2019/20"
    assert Variation(key="months").label("en") == "by months; the peak takes December"


def test_the_table_is_left_as_it_was(weekly_world):
    weekly = weekly_world(first="2019-04-01")
    before = weekly.copy()

    winter_sensitivity(weekly)

    pd.testing.assert_frame_equal(weekly, before)
