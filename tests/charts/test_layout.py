"""On every shape of figure, no text covers another and none leaves the page."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.charts.style import Frame, funder_figure, house_style

LANGUAGES = ("fr", "en")
LONG = Frame(
    title="Par personne dans le besoin, les dons reçus baissent d’environ vingt-huit pour cent en hiver, "
    "et l’écart se creuse d’année en année depuis l’hiver 2017/18",
    subtitle="Association d’entraide aux personnes exilées du Calaisis et du Dunkerquois, dons par semaine et "
    "personnes dans le besoin, avril 2017 à mars 2021, quatre années de dons, complètes ou non",
    source="Source : registres de l’association d’entraide aux personnes exilées du Calaisis et du Dunkerquois. "
    "DONNÉES FICTIVES. Hivers sur fond bleu. Personnes : moyennes par mois, arrondies à cinquante. Un lien "
    "n’est pas une cause.",
)
WIDE = Frame(title="WWWWWWWWW " * 9, subtitle="MMMMMMMM " * 12, source="WWWWWWWW " * 20)


def events(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "started_on": pd.to_datetime([row[0] for row in rows]),
            "ended_on": pd.to_datetime([row[1] for row in rows]),
            "label_fr": [row[2] for row in rows],
            "label_en": [row[2] for row in rows],
        }
    )


LONG_LABEL = (
    "Fermeture du dernier point d’eau et de toutes les distributions de repas du secteur par arrêté préfectoral"
)
EVENTS = events(
    ("2017-01-01", "2017-05-01", LONG_LABEL),
    ("2017-04-10", None, "Premier jour"),
    ("2019-03-20", None, LONG_LABEL),
    ("2017-05-01", "2021-03-01", "État d’urgence sanitaire prolongé jusqu’à l’été"),
    ("2021-03-20", None, LONG_LABEL),
    ("2021-03-27", "2022-01-01", "Dernier jour"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2019-07-01", "2021-06-27"),  # two winters
        ("2017-04-03", "2021-03-28"),  # four
        ("2009-07-06", "2021-06-27"),  # twelve
        ("2003-07-07", "2021-06-27"),  # eighteen
        ("2017-12-25", "2021-01-10"),  # cut at both ends
        ("2020-01-06", "2021-01-03"),  # one year that begins and ends in winter
        ("2020-09-07", "2021-02-28"),  # half a year
        ("2020-02-10", "2020-03-22"),  # six weeks
        ("2020-02-10", "2020-02-16"),  # one
    ],
)
def test_giving_and_need_is_legible_for_any_period(compose_giving, make_weekly, collisions, language, first, last):
    assert collisions(compose_giving(make_weekly(first, last), language=language)) == []


@pytest.mark.parametrize("amount", [0.0, 0.4, 25.0, 1_500.0, 90_000.0, 1_200_000.0])
def test_giving_is_legible_at_any_size_of_charity(compose_giving, make_weekly, collisions, amount):
    weekly = make_weekly("2017-04-03", "2021-03-28", amount=amount, people=None)

    assert collisions(compose_giving(weekly, need=False)) == []


@pytest.mark.parametrize("frame", [LONG, WIDE], ids=["long", "wide"])
def test_long_words_are_broken_to_the_width_of_the_page(
    compose_giving, compose_profile, compose_drops, make_weekly, make_drops, collisions, frame
):
    weekly = make_weekly("2017-04-03", "2021-03-28")

    assert collisions(compose_giving(weekly, frame=frame, events=EVENTS)) == []
    assert collisions(compose_profile(weekly, frame=frame)) == []
    assert collisions(compose_drops(make_drops(4), frame=frame)) == []


@pytest.mark.parametrize("need", [True, False])
def test_event_labels_stay_on_the_page_wherever_the_event_lies(compose_giving, make_weekly, collisions, need):
    weekly = make_weekly("2017-04-03", "2021-03-28")

    figure = compose_giving(weekly, need=need, events=EVENTS)

    assert collisions(figure) == []
    labels = [text.get_text() for text in figure.axes[-1].texts]
    assert (labels[0], labels[1], labels[5]) == (LONG_LABEL, "Premier jour", "Dernier jour")
    assert labels[2].startswith("Fermeture du dernier point d’eau et de toutes")
    assert [label.endswith("…") for label in labels] == [False, False, True, True, True, False]


@pytest.mark.parametrize("last_people", [0.02, 1.0, 3.0])
@pytest.mark.parametrize("last_amount", [0.0, 1.0, 3.0])
def test_labels_at_the_end_of_lines_keep_clear_of_other_panels(
    compose_giving, make_weekly, collisions, last_people, last_amount
):
    weekly = make_weekly("2017-04-03", "2021-01-03")
    at_end = pd.Series(np.where(np.arange(len(weekly)) >= len(weekly) - 9, 1, 0), index=weekly.index)
    people = {name: weekly[name] * (1 + at_end * (last_people - 1)) for name in ("people", "people_low", "people_high")}

    figure = compose_giving(weekly.assign(amount=weekly["amount"] * (1 + at_end * (last_amount - 1)), **people))

    assert collisions(figure) == []


def test_a_panel_about_people_whom_nobody_counted_is_empty_and_legible(compose_giving, make_weekly, collisions):
    weekly = make_weekly("2017-04-03", "2021-03-28", people=None)

    figure = compose_giving(weekly)

    assert collisions(figure) == []
    assert np.isnan(figure.axes[1].lines[0].get_ydata()).all()
    assert len(figure.axes[1].texts) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("first", "last"), [("2020-07-06", "2021-06-27"), ("2020-09-07", "2020-12-27"), ("2000-07-03", "2021-06-27")]
)
def test_the_profile_is_legible_for_one_giving_year_and_for_many(
    compose_profile, make_weekly, collisions, language, first, last
):
    assert collisions(compose_profile(make_weekly(first, last), language=language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("winters", [0, 2, 4, 12])
@pytest.mark.parametrize("highest", [-0.02, 0.1, 1.2, 85.0])
def test_the_winter_chart_is_legible_for_any_number_of_winters(
    compose_drops, make_drops, collisions, language, winters, highest
):
    table = make_drops(winters, language=language, highest=highest)

    assert collisions(compose_drops(table, language=language)) == []


@pytest.mark.parametrize("shift", [0.25, 0.5, 2.0])
def test_the_winter_chart_is_legible_when_giving_rises(compose_drops, make_drops, collisions, shift):
    table = make_drops(4)
    moved = table.assign(**{name: table[name] + shift for name in ("change", "low", "high")})

    assert collisions(compose_drops(moved)) == []


def test_a_dollar_sign_is_a_dollar_sign(compose_giving, make_weekly, collisions):
    frame = Frame(title="De 1\u202f200\xa0$US à 900\xa0$US", subtitle="$", source="$x_1$")

    figure = compose_giving(make_weekly("2019-07-01", "2021-06-27"), frame=frame)

    assert collisions(figure) == []
    assert not any(text.get_parse_math() for text in figure.texts)


def test_a_text_over_another_and_one_off_the_page_are_found(collisions):
    with house_style():
        figure, (ax,) = funder_figure(Frame(title="A", subtitle="B", source="C"), heights_cm=[4])
        ax.text(0.5, 0.5, "here")
        ax.text(0.51, 0.5, "there")
        figure.text(0.99, 0.5, "far away")

    assert collisions(figure) == ["outside: 'far away'", "'here' over 'there'"]


def test_tick_labels_that_run_together_are_found(collisions):
    figure = Figure(figsize=(4, 4))
    ax = figure.add_subplot()
    ax.set_xlim(0, 1)
    ax.set_xticks([0.4, 0.45], ["January", "February"])
    ax.set_yticks([])

    assert collisions(figure) == ["'January' over 'February'"]
