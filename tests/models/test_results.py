from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from analysis.models.results import EachWinter, PerPerson, RawChange, TooThin, WinterDrop, WinterEstimate

FALL = WinterDrop(
    drop=0.22,
    lower=0.11,
    upper=0.31,
    level=0.95,
    weeks=208,
    winters=("2018/19", "2019/20"),
    log_change=-0.25,
    log_se=0.06,
)
RAW = RawChange(
    change=-0.22, winter_mean=780.0, rest_mean=1000.0, weeks=104, winters=("2018/19", "2019/20"),
    by_winter=(("2018/19", -0.2), ("2019/20", -0.24)),
)  # fmt: skip
EACH = EachWinter(
    winters=(
        WinterEstimate(label="2018/19", drop=0.2, lower=0.1, upper=0.3),
        WinterEstimate(label="2019/20", drop=0.24, lower=0.1, upper=0.4),
    ),
    drop=0.22, lower=0.05, upper=0.36, level=0.9,
)  # fmt: skip
PERSON = PerPerson(
    drop=0.29, lower=0.15, upper=0.41, level=0.95, weeks=208, counts=40,
    headcount_change=0.1, headcount_lower=0.02, headcount_upper=0.19,
)  # fmt: skip


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_clear_fall_is_said_with_its_interval_in_both_languages():
    assert FALL.summary("en") == (
        "Leaving year-end giving and appeals aside, giving fell by about 22% in the winters recorded "
        "(95% range: 11% to 31%)."
    )
    assert plain(FALL.summary("fr")) == (
        "Hors pic de fin d’année et appels, les dons ont baissé d’environ 22 % au cours des hivers observés "
        "(fourchette à 95 % : de 11 à 31 %)."
    )


def test_a_clear_rise_is_said_as_a_rise_with_its_interval_the_right_way_round():
    rise = replace(FALL, drop=-0.12, lower=-0.22, upper=-0.03)

    assert "giving rose by about 12% in the winters recorded" in rise.summary("en")
    assert "(95% range: 3% to 22%)" in rise.summary("en")
    assert "ont augmenté d’environ 12 %" in plain(rise.summary("fr"))
    assert "de 3 à 22 %" in plain(rise.summary("fr"))


@pytest.mark.parametrize("result", [FALL, EACH, PERSON])
def test_an_interval_that_holds_zero_says_so_in_both_languages(result):
    unsure = replace(result, drop=0.05, lower=-0.04, upper=0.13)

    assert unsure.summary("en").startswith("The records do not show a clear winter change in giving")
    assert unsure.summary("fr").startswith("Les données ne montrent pas d’évolution claire des dons")
    assert "from a rise of 4% to a fall of 13%" in unsure.summary("en")
    assert "entre une hausse de 4 % et une baisse de 13 %" in plain(unsure.summary("fr"))
    for language in ("en", "fr"):
        assert " fell " not in unsure.summary(language)
        assert "ont baissé" not in unsure.summary(language)


@pytest.mark.parametrize(("lower", "upper"), [(0.004, 0.2), (-0.2, -0.004)])
def test_an_end_that_is_printed_as_zero_is_not_clear(lower, upper):
    barely = replace(FALL, drop=(lower + upper) / 2, lower=lower, upper=upper)

    assert not barely.clear
    assert "do not show a clear" in barely.summary("en")
    assert "no change" in barely.summary("en")
    assert "aucun changement" in barely.summary("fr")


def test_a_rise_of_more_than_all_is_printed_in_full():
    wide = replace(FALL, drop=0.1, lower=-3.0, upper=0.6)

    assert "from a rise of 300% to a fall of 60%" in wide.summary("en")
    assert "une hausse de 300 %" in plain(wide.summary("fr"))


def test_french_spaces_before_colons_and_semicolons_do_not_break():
    for sentence in (
        FALL.summary("fr"),
        RAW.summary("fr"),
        TooThin(fr="Rien ; voir : ici.", en="No.").sentence("fr"),
    ):
        assert " :" not in sentence
        assert " ;" not in sentence


def test_each_winter_speaks_of_the_winters_one_by_one_and_at_its_own_level():
    assert EACH.summary("en") == (
        "Averaged over the 2 winters estimated separately (2018/19 and 2019/20), giving fell by about 22% "
        "(90% range: 5% to 36%)."
    )
    assert "des 2 hivers estimés séparément (2018/19 et 2019/20)" in EACH.summary("fr")


def test_per_person_names_people_in_need():
    assert PERSON.summary("en") == "Giving per person in need fell by about 29% in winter (95% range: 15% to 41%)."
    assert plain(PERSON.summary("fr")) == (
        "Rapportés au nombre de personnes dans le besoin, les dons ont baissé d’environ 29 % en hiver "
        "(fourchette à 95 % : de 15 à 41 %)."
    )


def test_the_raw_change_is_said_as_recorded_and_without_a_claim():
    assert "brought 22% less than an average week in the rest" in RAW.summary("en")
    assert "brought 5% more than" in replace(RAW, change=0.05).summary("en")
    assert "brought as much as an average week" in replace(RAW, change=0.004).summary("en")
    assert "a rapporté en moyenne autant qu’une semaine" in replace(RAW, change=0.0).summary("fr")
    assert "22 % de moins qu’une" in plain(RAW.summary("fr"))


def test_frames_hold_the_numbers():
    assert FALL.to_frame().loc[0].to_dict() == {
        "drop": 0.22, "lower": 0.11, "upper": 0.31, "level": 0.95, "weeks": 208, "winters": "2018/19, 2019/20",
    }  # fmt: skip
    assert EACH.to_frame()["winter"].tolist() == ["2018/19", "2019/20", "all"]
    assert EACH.to_frame()["drop"].tolist() == [0.2, 0.24, 0.22]
    assert RAW.to_frame().loc[0].to_dict() == {
        "change": -0.22, "winter_mean": 780.0, "rest_mean": 1000.0, "weeks": 104, "winters": "2018/19, 2019/20",
    }  # fmt: skip
    assert PERSON.to_frame().loc[0, "counts"] == 40


def test_results_cannot_be_changed_and_hide_the_log_scale():
    with pytest.raises(FrozenInstanceError, match="drop"):
        FALL.drop = 0.5
    assert "log_change" not in repr(FALL)


def test_too_thin_carries_both_sentences_and_is_english_as_text():
    thin = TooThin(fr="Trop peu.", en="Too few.")

    assert str(thin) == "Too few."
    assert thin.sentence("fr") == "Trop peu."
    assert thin.sentence("en") == "Too few."
    assert pickle.loads(pickle.dumps(thin)).fr == "Trop peu."
