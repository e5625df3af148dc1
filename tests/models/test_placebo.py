from __future__ import annotations

import numpy as np
import pytest

from analysis.models.sentences import TooThin
from analysis.models.winter import fit_winter_drop, placebo_windows
from analysis.models.winter.placebo import PlaceboWindow, PlaceboWindows


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def windows(drops: dict[int, tuple[float, float, float]], *, winter: float) -> PlaceboWindows:
    return PlaceboWindows(
        winter=winter,
        windows=tuple(
            PlaceboWindow(first_month=month, overlap=float(month == 12), drop=drop, lower=lower, upper=upper)
            for month, (drop, lower, upper) in drops.items()
        ),
        level=0.95,
    )


def test_there_is_a_window_from_each_month_and_the_one_from_december_is_winter_itself(weekly_world):
    weekly = weekly_world()

    found = placebo_windows(weekly, level=0.9)

    assert [one.first_month for one in found.windows] == list(range(1, 13))
    drop = fit_winter_drop(weekly, level=0.9)
    december = found.windows[-1]
    assert (december.drop, december.lower, december.upper) == (drop.drop, drop.lower, drop.upper)
    assert (found.winter, december.overlap, december.last_month) == (drop.drop, 1.0, 2)


def test_a_fall_of_winter_ranks_first_and_summer_has_none_of_winter_in_it(weekly_world):
    found = placebo_windows(weekly_world(noise=0.05))

    assert found.rank == 1
    assert [one.first_month for one in found.windows if one.overlap == 0] == [3, 4, 5, 6, 7, 8, 9]
    assert all(one.drop < 0.05 for one in found.windows if one.overlap == 0)


def test_a_fall_of_summer_is_found_in_summer_and_not_in_winter(weekly_world):
    weekly = weekly_world(drop=0.0, noise=0.05)
    summer = weekly["week"].dt.month.isin([6, 7, 8])
    weekly = weekly.assign(amount=weekly["amount"] * np.where(summer, 0.5, 1.0))

    found = placebo_windows(weekly)

    largest = max(found.windows, key=lambda one: one.drop)
    assert largest.first_month == 6
    assert largest.clear
    assert largest.drop > 0.4
    assert found.rank > 6


def test_a_window_that_cannot_be_estimated_holds_its_reason_and_is_not_counted(weekly_world):
    weekly = weekly_world(noise=0.05)
    may = weekly["week"].dt.month.isin([4, 5, 6, 7])
    weekly = weekly.assign(amount=weekly["amount"].where(~may, 0.0))

    found = placebo_windows(weekly)

    none = {one.first_month for one in found.windows if one.reason}
    assert 5 in none
    assert len(found.others) == 11 - len(none)
    assert found.to_frame().set_index("first_month").loc[5, "reason"] == "".join(
        one.reason.en for one in found.windows if one.first_month == 5
    )


def test_records_too_short_for_the_winter_drop_have_no_placebo(weekly_world):
    with pytest.raises(TooThin, match="only one whole winter"):
        placebo_windows(weekly_world(first="2020-04-06"))


def test_the_sentence_gives_the_place_of_winter_and_the_clear_changes_without_it():
    clear, unclear = (0.2, 0.1, 0.3), (0.05, -0.1, 0.2)
    found = windows({3: unclear, 6: clear, 7: (0.3, 0.2, 0.4), 12: (0.1, 0.05, 0.2)}, winter=0.1)

    assert found.rank == 3
    assert found.summary("en") == (
        "Of the year’s 4 three-month windows, winter is the 3rd from the lowest. Of the 3 without winter days, 2 show "
        "a clear change."
    )
    assert plain(found.summary("fr")) == (
        "Parmi les 4 périodes de trois mois de l’année, l’hiver est la 3e en partant de la plus basse. Des 3 qui n’ont "
        "aucun jour d’hiver, 2 montrent une évolution claire."
    )


@pytest.mark.parametrize(
    ("clear", "en", "fr"),
    [
        (0, "none shows a clear change", "aucune ne montre d’évolution claire"),
        (1, "one shows a clear change", "une seule montre une évolution claire"),
    ],
)
def test_winter_may_be_lowest_and_no_other_or_one_other_window_clear(clear, en, fr):
    drops = {5: (0.1, 0.05 if clear else -0.1, 0.3), 12: (0.2, 0.1, 0.3)}
    found = windows(drops, winter=0.2)

    assert "winter is the one where giving is estimated lowest" in found.summary("en")
    assert "celle où l’estimation est la plus basse" in found.summary("fr")
    assert en in found.summary("en")
    assert fr in found.summary("fr")


def test_winter_may_be_highest():
    found = windows({5: (0.3, 0.2, 0.4), 12: (0.1, 0.0, 0.2)}, winter=0.1)

    assert "giving is estimated highest" in found.summary("en")
    assert "celle où l’estimation est la plus haute" in found.summary("fr")


def test_a_window_is_called_by_its_months():
    assert PlaceboWindow(first_month=12, overlap=1.0).label("fr") == "décembre à février"
    assert PlaceboWindow(first_month=11, overlap=0.6).label("en") == "November to January"
