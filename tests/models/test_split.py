from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.sentences import TooThin
from analysis.models.winter import fit_winter_drop, split_by_donors, split_by_parts
from analysis.models.winter.split import OTHER, SplitPart, WinterSplit

TWO = {"web": "web", "bank": "bank"}


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def with_factors(weekly: pd.DataFrame, *, donors: float, each: float, mean: float, seed: int = 0) -> pd.DataFrame:
    """Weeks whose donors, donations per donor and mean donation each change by so much (logs) in winter."""
    rng = np.random.default_rng(seed)
    share, size = weekly["winter_share"], len(weekly)
    people = 40 * np.exp(donors * share + 0.7 * weekly["year_end_share"] + rng.normal(0, 0.1, size))
    gifts = people * 1.2 * np.exp(each * share + rng.normal(0, 0.02, size))
    amount = gifts * 50 * np.exp(mean * share + rng.normal(0, 0.1, size))
    return weekly.assign(donors=people, donations=gifts, amount=amount)


def with_parts(weekly: pd.DataFrame, *, web: float, bank: float, seed: int = 0) -> pd.DataFrame:
    """Weeks whose two channels change by so much (logs) in winter; the web brings three times as much."""
    rng = np.random.default_rng(seed)
    share, size = weekly["winter_share"], len(weekly)
    first = 300 * np.exp(web * share + rng.normal(0, 0.1, size))
    second = 100 * np.exp(bank * share + rng.normal(0, 0.1, size))
    return weekly.assign(web=first, bank=second, amount=first + second)


def part(split: WinterSplit, key: str) -> SplitPart:
    (found,) = [one for one in split.parts if one.key == key]
    return found


def sums_exactly(split: WinterSplit) -> bool:
    return np.isclose(sum(one.log_change for one in split.parts), split.log_change, rtol=0, atol=1e-12)


def test_each_factor_is_found_and_they_sum_to_the_winter_drop_itself(weekly_world):
    weekly = with_factors(weekly_world(), donors=-0.3, each=0.0, mean=0.1)

    split = split_by_donors(weekly, level=0.9)

    assert [one.key for one in split.parts] == ["donors", "donations_per_donor", "mean_donation"]
    assert [one.log_change for one in split.parts] == pytest.approx([-0.3, 0.0, 0.1], abs=0.05)
    assert sums_exactly(split)
    drop = fit_winter_drop(weekly, level=0.9)
    assert (split.drop, split.lower, split.upper) == (drop.drop, drop.lower, drop.upper)


def test_the_intervals_of_factors_hold_the_truth(weekly_world):
    held = np.zeros(3)
    for seed in range(40):
        weekly = with_factors(weekly_world(first="2018-04-02"), donors=-0.2, each=0.05, mean=-0.1, seed=seed)
        parts = split_by_donors(weekly).parts
        held += [one.lower <= truth <= one.upper for one, truth in zip(parts, (-0.2, 0.05, -0.1), strict=True)]

    assert (held >= 35).all()


def test_without_known_donors_the_split_is_in_two(weekly_world):
    weekly = with_factors(weekly_world(), donors=-0.3, each=0.0, mean=0.1)

    for unknown in (weekly.drop(columns="donors"), weekly.assign(donors=np.nan)):
        split = split_by_donors(unknown)
        assert [one.key for one in split.parts] == ["donations", "mean_donation"]
        assert sums_exactly(split)


def test_only_weeks_where_donors_are_known_are_split(weekly_world):
    weekly = with_factors(weekly_world(), donors=-0.3, each=0.0, mean=0.1)
    gap = weekly.assign(donors=weekly["donors"].where(weekly.index > 60).astype("Float64"))

    split = split_by_donors(gap)

    assert split.drop == fit_winter_drop(weekly[61:]).drop
    assert sums_exactly(split)


def test_parts_sum_to_the_whole_and_each_counts_by_its_size(weekly_world):
    weekly = with_parts(weekly_world(), web=-0.4, bank=0.0)

    split = split_by_parts(weekly, TWO)

    assert sums_exactly(split)
    assert split.drop == fit_winter_drop(weekly).drop
    # Of 400, 300 fall to 201: all of the change is the web's, log(301 / 400).
    assert part(split, "web").log_change == pytest.approx(np.log((300 * np.exp(-0.4) + 100) / 400), abs=0.03)
    assert part(split, "bank").log_change == pytest.approx(0, abs=0.02)
    assert part(split, "web").clear
    assert not part(split, "bank").clear


def test_the_intervals_of_parts_hold_the_truth(weekly_world):
    held = np.zeros(2)
    whole = (300 * np.exp(-0.4) + 100 * np.exp(0.2)) / 400
    truth = [(size * np.exp(b) - size) / ((whole - 1) / np.log(whole)) for size, b in ((0.75, -0.4), (0.25, 0.2))]
    for seed in range(40):
        parts = split_by_parts(with_parts(weekly_world(first="2018-04-02"), web=-0.4, bank=0.2, seed=seed), TWO).parts
        held += [one.lower <= true <= one.upper for one, true in zip(parts, truth, strict=True)]

    assert (held >= 35).all()


def test_standing_donations_paid_on_paydays_only_are_a_part(weekly_world):
    weekly = with_parts(weekly_world(), web=-0.4, bank=0.0)
    regular = 200.0 * weekly["payday"]
    weekly = weekly.assign(regular=regular, one_off=weekly["amount"], amount=weekly["amount"] + regular)

    split = split_by_parts(weekly, {"regular": "regular", "one_off": "one_off"})

    assert sums_exactly(split)
    assert abs(part(split, "regular").log_change) < 0.01
    assert part(split, "one_off").log_change < -0.2


def test_standing_donations_have_a_winter_drop_of_their_own(weekly_world):
    weekly = weekly_world().assign(regular_amount=lambda t: 200 * t["payday"] * (1 - 0.1 * t["winter_share"]))

    drop = fit_winter_drop(weekly, outcome="regular_amount")

    assert drop.drop == pytest.approx(0.1, abs=0.005)
    assert drop.weeks == int(weekly["payday"].sum())


def test_parts_that_cannot_be_estimated_go_together_as_other(weekly_world):
    weekly = with_parts(weekly_world(), web=-0.4, bank=0.0)
    winter = weekly["winter_share"] > 0
    weekly = weekly.assign(fair=np.where(winter, 0.0, 30.0), raffle=np.where(winter, 30.0, 0.0))
    weekly = weekly.assign(amount=weekly["amount"] + weekly["fair"] + weekly["raffle"])

    split = split_by_parts(weekly, {**TWO, "fair": "fair", "raffle": "raffle"})

    assert [one.key for one in split.parts] == ["web", "bank", OTHER]
    assert sums_exactly(split)


def test_one_part_is_no_split(weekly_world):
    weekly = weekly_world()

    with pytest.raises(TooThin, match="so the winter change is not split"):
        split_by_parts(weekly, {"web": "amount"})


def test_parts_that_do_not_sum_to_the_amount_are_refused(weekly_world):
    weekly = with_parts(weekly_world(), web=0.0, bank=0.0)

    with pytest.raises(ValueError, match="web do not sum to amount"):
        split_by_parts(weekly, {"web": "web"})


def test_the_sentence_names_the_clear_parts_and_those_where_nothing_is_clear():
    split = WinterSplit(
        parts=(
            SplitPart(key="donors", log_change=np.log(0.8), lower=np.log(0.7), upper=np.log(0.9)),
            SplitPart(key="donations_per_donor", log_change=np.log(1.1), lower=np.log(1.05), upper=np.log(1.2)),
            SplitPart(key="mean_donation", log_change=0.0, lower=-0.1, upper=0.1),
        ),
        drop=0.12, lower=0.0, upper=0.2, level=0.95, log_change=np.log(0.88),
    )  # fmt: skip

    assert split.summary("en") == (
        "Factor by factor, the winter change is made of this: for the number of donors a week, a fall of 20% (10% to "
        "30%); for donations per donor and week, a rise of 10% (5% to 20%); nothing clear for the mean donation (95% "
        "ranges)."
    )
    assert plain(split.summary("fr")) == (
        "Facteur par facteur, l’évolution en hiver se compose ainsi : pour le nombre de donateurs par semaine, une "
        "baisse de 20 % (de 10 à 30 %) ; pour les dons par donateur et par semaine, une hausse de 10 % (de 5 à 20 %) ; "
        "rien de clair pour le don moyen (fourchettes à 95 %)."
    )
    assert split.to_frame()["part"].tolist() == ["donors", "donations_per_donor", "mean_donation", "all"]
    assert split.to_frame()["drop"].tolist() == pytest.approx([0.2, -0.1, 0.0, 0.12])


def test_where_no_part_is_clear_the_sentence_says_so():
    split = WinterSplit(
        parts=tuple(SplitPart(key=key, log_change=0.0, lower=-0.1, upper=0.1) for key in ("regular", "helloasso")),
        drop=0.0, lower=-0.1, upper=0.1, level=0.95, log_change=0.0,
    )  # fmt: skip

    assert split.summary("en") == (
        "The records do not show what the winter change is made of: nothing clear for standing donations and "
        "HelloAsso (95% ranges)."
    )
    assert "rien de clair pour les dons réguliers et HelloAsso" in split.summary("fr")
