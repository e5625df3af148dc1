from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.models.results import WinterSpread
from analysis.models.sentences import TooThin
from analysis.models.winter import fit_each_winter, fit_winter_drop, fit_winter_spread
from analysis.seasons import giving_year

DIFFER = WinterSpread(spread=0.2, lower=0.1, upper=0.45, chance=0.01, level=0.95, winters=("2018/19", "2019/20"))


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def with_winters(weekly, changes):
    """`weekly` with each winter's own log change, from the first recorded."""
    years = giving_year(weekly["week"])
    change = years.map(dict(zip(dict.fromkeys(years), changes, strict=False))).astype(float)
    return weekly.assign(amount=weekly["amount"] * np.exp(change * weekly["winter_share"]))


def test_winters_that_differ_are_told_from_luck_and_their_spread_is_found(weekly_world):
    weekly = with_winters(weekly_world(drop=0.0, noise=0.1), [0, -0.6, 0.2, -0.6, 0.2])

    found = fit_winter_spread(weekly)

    assert found.clear
    assert found.chance < 0.001
    assert found.lower < 0.4 < found.upper
    assert found.spread == pytest.approx(np.std([-0.6, 0.2, -0.6, 0.2], ddof=1), rel=0.25)
    assert found.winters == tuple(one.label for one in fit_each_winter(weekly).winters)


def test_each_winter_counts_by_its_days_in_the_drop_whatever_it_brought(weekly_world):
    weekly = with_winters(weekly_world(drop=0.0, noise=0.05), [0, -0.05, -1.2, -0.05, -1.2])

    drop = fit_winter_drop(weekly)

    assert drop.log_change == pytest.approx(np.mean([-0.05, -1.2, -0.05, -1.2]), abs=0.05)
    assert drop.drop == pytest.approx(fit_each_winter(weekly).drop, abs=0.002)


def test_winters_that_are_alike_are_seldom_said_to_differ(weekly_world):
    alike = [fit_winter_spread(weekly_world(seed=seed, first="2018-04-02")) for seed in range(30)]

    assert sum(one.clear for one in alike) <= 4
    assert sum(one.chance < 0.5 for one in alike) >= 7
    assert np.median([one.spread for one in alike]) < 0.1


def test_two_winters_leave_their_spread_open_upwards_and_still_have_an_interval(weekly_world):
    for changes in ([0, -0.6, 0.6], [0, -0.1, 0.1]):
        weekly = with_winters(weekly_world(drop=0.0, noise=0.02, first="2018-07-02", last="2020-12-28"), changes)

        found = fit_winter_spread(weekly)

        assert len(found.winters) == 2
        assert found.lower <= found.spread < found.upper < np.inf


def test_the_interval_holds_a_known_spread(weekly_world):
    rng = np.random.default_rng(4)
    held = 0
    for seed in range(30):
        changes = rng.normal(-0.2, 0.3, 5)
        found = fit_winter_spread(with_winters(weekly_world(seed=seed, noise=0.2), changes))
        held += found.lower <= 0.3 <= found.upper

    assert held >= 26


def test_euros_or_cents_give_the_same_spread(weekly_world):
    weekly = with_winters(weekly_world(noise=0.1), [0, -0.6, 0.2, -0.6, 0.2])

    cents = fit_winter_spread(weekly.assign(amount=weekly["amount"] * 100))

    assert cents.spread == pytest.approx(fit_winter_spread(weekly).spread)


def test_one_winter_has_no_spread(weekly_world):
    with pytest.raises(TooThin, match="only one whole winter"):
        fit_winter_spread(weekly_world(first="2020-04-06"))


def test_winters_that_differ_are_said_with_their_range():
    assert DIFFER.summary("en") == (
        "The 2 winters differ among themselves by more than chance: typically by about 22% (95% range: 11% to 57%), "
        "so their average does not say what the next one will be."
    )
    assert plain(DIFFER.summary("fr")) == (
        "Les 2 hivers diffèrent entre eux plus que par hasard : l’écart typique est d’environ 22 % (fourchette à "
        "95 % : de 11 à 57 %) ; leur moyenne ne dit pas ce que sera le prochain."
    )


def test_winters_that_may_be_alike_are_not_said_to_be():
    alike = replace(DIFFER, spread=0.0, lower=0.0, upper=0.3, chance=0.6)

    assert not alike.clear
    assert alike.summary("en") == (
        "The records do not tell whether the 2 winters differ among themselves: they are too few to rule out large "
        "differences."
    )
    assert "Les données ne disent pas si les 2 hivers diffèrent entre eux" in alike.summary("fr")
    assert replace(alike, lower=0.001, chance=0.01).clear is False


def test_the_spread_is_one_row():
    assert DIFFER.to_frame().to_dict("records") == [
        {"spread": 0.2, "lower": 0.1, "upper": 0.45, "chance": 0.01, "level": 0.95, "winters": "2018/19, 2019/20"}
    ]
