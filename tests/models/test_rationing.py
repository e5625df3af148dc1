"""Rationing against goods per person, on worlds whose link is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from analysis.models.rationing import (
    HALF,
    QUARTER,
    Rationing,
    compared,
    fit_rationing,
    logit_mean,
    mean_columns,
    points,
    usable_weeks,
)
from analysis.models.sentences import TooThin
from analysis.seasons import calendar, weeks_between


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def log_odds(weekly: pd.DataFrame, *, effect: float, mean: float = 0.2, winter: float = 0.0) -> np.ndarray:
    goods = np.log(weekly["goods_value"] / weekly["people"])
    return (logit(mean) + effect * (goods - goods.mean()) + winter * weekly["winter_share"]).to_numpy()


def weeks_of_goods(*, seed: int, weeks: int = 209, spread: float = 0.5) -> pd.DataFrame:
    """Weeks whose goods per person wander with a memory and fall in winter; nothing is handed out yet."""
    rng = np.random.default_rng(seed)
    table = calendar(
        weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2017-04-03") + pd.Timedelta(weeks=weeks - 1))
    )
    shocks = rng.normal(0, spread, weeks)
    for week in range(1, weeks):
        shocks[week] = 0.8 * shocks[week - 1] + 0.6 * shocks[week]
    people = 500 * np.exp(np.cumsum(rng.normal(0, 0.02, weeks)))
    value = 6.0 * people * np.exp(shocks - 0.3 * table["winter_share"])
    return table.assign(goods_value=value, people=people, complete=True)


def world(
    *, effect: float, seed: int = 0, mean: float = 0.2, winter: float = 0.0, noise: float = 0.3, lines: int = 8
) -> tuple[pd.DataFrame, np.ndarray]:
    """Four years of weeks with their true log odds; `effect` is what a unit of log goods per person adds to them."""
    rng = np.random.default_rng(1000 + seed)
    weekly = weeks_of_goods(seed=seed)
    odds = log_odds(weekly, effect=effect, mean=mean, winter=winter) + rng.normal(0, noise, len(weekly))
    return weekly.assign(lines=lines, rationed=rng.binomial(lines, expit(odds))), odds


def true_rise(odds: np.ndarray, effect: float, *, less: float = HALF) -> float:
    return float((expit(odds + effect * np.log(1 - less)) - expit(odds)).mean())


def found(**changes: float) -> Rationing:
    said = {"less": HALF, "difference": 0.09, "lower": 0.02, "upper": 0.17, "level": 0.95}
    return Rationing(**{**said, **changes}, weeks=200, lines=1000, rationed=150)


def test_the_rise_is_found_and_its_interval_holds_the_truth():
    held, errors = 0, []
    for seed in range(40):
        weekly, odds = world(effect=-1.5, seed=seed)
        result, truth = fit_rationing(weekly), true_rise(odds, -1.5)
        assert result.less == HALF
        held += result.lower <= truth <= result.upper
        errors.append(result.difference - truth)

    assert held >= 35
    assert abs(np.mean(errors)) < 0.01


def test_where_there_is_no_link_none_is_found():
    results = [fit_rationing(world(effect=0.0, seed=seed)[0]) for seed in range(40)]

    assert sum(result.clear for result in results) <= 5
    assert abs(np.mean([result.difference for result in results])) < 0.01


def test_winter_that_rations_by_itself_does_not_pass_for_want_of_goods():
    weeks = [world(effect=0.0, seed=seed, winter=1.5)[0] for seed in range(20)]

    fixed = np.mean([fit_rationing(weekly).difference for weekly in weeks])
    free = np.mean([fit_rationing(weekly, same_season=False).difference for weekly in weeks])

    assert abs(fixed) < 0.01
    assert free > 0.03


def test_neither_currency_nor_a_headcount_wrong_by_one_factor_nor_the_order_of_rows_matters():
    weekly, _ = world(effect=-1.0)
    result = fit_rationing(weekly)

    for other in (
        weekly.assign(goods_value=100 * weekly["goods_value"]),
        weekly.assign(people=0.7 * weekly["people"]),
        weekly.sample(frac=1, random_state=0),
    ):
        again = fit_rationing(other)
        assert (again.difference, again.lower, again.upper) == pytest.approx(
            (result.difference, result.lower, result.upper), abs=1e-6
        )


def test_only_complete_weeks_with_lines_goods_and_people_are_used():
    weekly, _ = world(effect=-1.0)
    broken = weekly.astype({"lines": "Int64", "rationed": "Int64", "complete": "boolean"})
    broken.loc[3, ["lines", "rationed"]] = 0
    broken.loc[10, "goods_value"] = np.nan
    broken.loc[11, "goods_value"] = 0.0
    broken.loc[20, "people"] = np.nan
    broken.loc[0, "complete"] = False
    before = broken.copy()

    result = fit_rationing(broken)

    assert result.weeks == len(weekly) - 5
    assert result.lines == 8 * result.weeks
    assert result.rationed == weekly["rationed"].drop([0, 3, 10, 11, 20]).sum()
    pd.testing.assert_frame_equal(broken, before)


def test_the_points_of_an_effect_are_the_mean_of_the_weeks_by_hand():
    weekly = weeks_of_goods(seed=1, weeks=60)
    goods = np.log(weekly["goods_value"] / weekly["people"]).to_numpy()
    weekly = weekly.assign(lines=10_000, rationed=np.round(10_000 * expit(-1 - 2 * (goods - goods.mean()))))

    rise = points(weekly, mean_columns(weekly, same_season=True), -2.0, less=QUARTER)

    at = -1 - 2 * (goods - goods.mean())
    assert rise == pytest.approx((expit(at - 2 * np.log(0.75)) - expit(at)).mean(), abs=1e-4)


def test_shares_stay_within_bounds_where_a_year_knew_no_rationing():
    year = np.repeat([1.0, 0.0], 60)
    rationed = np.where(year == 1, 0.0, 2.0)

    share = logit_mean(rationed, np.full(120, 5.0), np.column_stack([np.ones(120), year]))

    # Firth's penalty adds half a line to each side: 0.5 of 301, and 120.5 of 301.
    assert share[[0, -1]] == pytest.approx([0.5 / 301, 120.5 / 301])


def test_a_link_is_said_for_half_the_goods_or_for_a_quarter_less_as_far_as_weeks_lie_apart():
    far, near = (weeks_of_goods(seed=0, spread=spread) for spread in (0.5, 0.15))

    assert compared(far) == HALF
    assert compared(near) == QUARTER


def test_goods_that_hardly_vary_tell_nothing():
    weekly, _ = world(effect=-1.0)
    even = weekly.assign(goods_value=weeks_of_goods(seed=0, spread=0.05)["goods_value"], people=500.0)

    with pytest.raises(TooThin, match="^Goods received per person hardly varied from week to week, so their link with"):
        fit_rationing(even)


@pytest.mark.parametrize(
    ("weeks", "english", "french"),
    [
        (0, "No week tells what was rationed", "Aucune semaine ne dit à la fois ce qui a été rationné"),
        (1, "Only one week tells what was rationed", "Une seule semaine dit à la fois ce qui a été rationné"),
        (51, "Only 51 weeks tell what was rationed", "Seulement 51 semaines disent à la fois ce qui a été rationné"),
    ],
)
def test_less_than_a_year_of_weeks_is_too_thin(weeks, english, french):
    with pytest.raises(TooThin, match=f"^{english}, the goods received and the number of people at once; it takes at "
                       "least 52, so their link is not estimated.$") as thin:  # fmt: skip
        fit_rationing(world(effect=-1.0)[0].head(weeks))

    assert thin.value.sentence("fr").startswith(french)


@pytest.mark.parametrize(
    ("rationed", "english", "french"),
    [
        (0, "No distribution was rationed", "Aucune distribution n’a été rationnée"),
        (1, "Only one distribution was rationed", "Une seule distribution a été rationnée"),
        (9, "Only 9 distributions were rationed", "Seules 9 distributions ont été rationnées"),
        (209 * 8 - 9, "All distributions but 9 were", "Toutes les distributions sauf 9 ont été rationnées"),
        (209 * 8 - 1, "All distributions but one were", "Toutes les distributions sauf une ont été rationnées"),
        (209 * 8, "Every distribution was rationed", "Toutes les distributions ont été rationnées"),
    ],
)
def test_nothing_or_everything_rationed_tells_nothing(rationed, english, french):
    weekly, _ = world(effect=-1.0)
    filled = np.clip(rationed - 8 * np.arange(len(weekly)), 0, 8)

    with pytest.raises(TooThin, match=f"^{english}") as thin:
        fit_rationing(weekly.assign(rationed=filled))

    said = plain(thin.value.sentence("fr"))
    assert said == f"{french} : le lien du rationnement avec les dons en nature n’est pas estimé."


def test_weeks_of_no_and_of_all_lines_rationed_do_no_harm():
    weekly, _ = world(effect=-1.0, lines=1)

    result = fit_rationing(weekly)

    assert set(weekly["rationed"]) == {0, 1}
    assert -1 < result.lower < result.difference < result.upper < 1


def test_a_clear_link_is_told_with_its_interval_and_no_cause():
    assert found().summary("en") == (
        "When goods received per person were half as much, in the same season, the share of distributions rationed was "
        "about 9 points higher (95% range: 2 to 17 points). This link does not prove that one causes the other."
    )
    assert plain(found().summary("fr")) == (
        "Quand les dons en nature reçus par personne étaient deux fois moindres, à saison égale, la part des "
        "distributions rationnées était plus élevée d’environ 9 points (fourchette à 95 % : de 2 à 17 points). Ce "
        "lien ne prouve pas que l’un cause l’autre."
    )


def test_a_link_the_other_way_is_told_as_a_lower_share():
    result = found(less=QUARTER, difference=-0.03, lower=-0.05, upper=-0.01)

    assert "a quarter less, in the same season, the share of distributions rationed was about 3 points lower" in (
        result.summary("en")
    )
    assert "(95% range: 1 to 5 points)" in result.summary("en")
    assert (
        "étaient inférieurs d’un quart, à saison égale, la part des distributions rationnées était moins élevée "
        "d’environ 3 points (fourchette à 95 % : de 1 à 5 points)" in plain(result.summary("fr"))
    )


def test_an_interval_that_reaches_zero_as_printed_shows_no_clear_link():
    result = found(difference=0.03, lower=0.004, upper=0.08)

    assert not result.clear
    assert result.summary("en") == (
        "The records do not show a clear link between rationing and goods received per person: where goods were half "
        "as much, the best estimate of the difference in the share of distributions rationed is +3 points, but nothing "
        "from 0 to +8 points can be ruled out (95% range)."
    )
    assert plain(result.summary("fr")) == (
        "Les données ne montrent pas de lien clair entre le rationnement et les dons en nature reçus par personne : "
        "pour des dons deux fois moindres, l’écart le plus plausible de la part des distributions rationnées est de +3 "
        "points, mais elles n’excluent rien entre 0 et +8 points (fourchette à 95 %)."
    )


def test_one_point_and_no_point_are_singular_in_french():
    result = found(difference=0.001, lower=-0.01, upper=0.01)

    assert "est de 0 point, mais elles n’excluent rien entre −1 et +1 point (" in plain(result.summary("fr"))
    assert "is 0 points, but nothing from −1 to +1 point can" in result.summary("en")


def test_the_result_is_one_row():
    row = found().to_frame()

    assert row.columns.tolist() == ["less", "difference", "lower", "upper", "level", "weeks", "lines", "rationed"]
    assert row.loc[0, "difference"] == 0.09


def test_usable_weeks_come_in_order():
    weekly, _ = world(effect=-1.0)

    assert usable_weeks(weekly.iloc[::-1])["week"].is_monotonic_increasing
