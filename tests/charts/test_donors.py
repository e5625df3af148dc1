"""Donors who came and went, and cohorts: what is drawn read back, and legible whatever the records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.charts.donors import plot_came_and_went, plot_cohorts
from analysis.charts.style import Frame, funder_figure, house_style

FRAME = Frame(title="Titre", subtitle="Association, avril 2017 à mars 2021", source="Source : association.")
TOGETHER = ["retained", "new_or_returning"]
APART = ["retained", "new", "returning"]


def years(rows: int, language: str, words, *, scale: float = 1.0, right=TOGETHER) -> pd.DataFrame:
    """Years of which the first is not judged and the last is cut, with the words that the report puts beside them."""
    text = words[language]
    figures = {name: f"{int(1723 * scale):,}" for name in (*APART, "new_or_returning", "lapsed", "donors")}
    said = text["figures_together" if right == TOGETHER else "figures_apart"] + "\n" + text["figures_lapsed"]
    table = pd.DataFrame(
        {
            "label": [text["year_cut"].format(year=f"{2009 + place}/{10 + place}") for place in range(rows)],
            "figures": [text["figures_hidden"].format(**figures), *[said.format(**figures)] * (rows - 1)],
            "retained": 400 * scale, "new_or_returning": 1700 * scale, "new": 1500 * scale, "returning": 200 * scale,
            "lapsed": 1300 * scale, "whole": 2100 * scale,
        }
    )  # fmt: skip
    table.loc[0, [*APART, "new_or_returning", "lapsed"]] = np.nan
    table.loc[rows - 1, "lapsed"] = np.nan
    return table


def drawn(table: pd.DataFrame, language: str, words, *, right=TOGETHER, left=("lapsed",), keys=("", "")) -> Figure:
    with house_style():
        heights = [1.25 * len(table) + 0.3]
        figure, (ax,) = funder_figure(FRAME, heights_cm=heights, left_cm=2.6, right_cm=4.9)
        plot_came_and_went(table, ax=ax, right=right, left=list(left), keys=keys, language=language)
    return figure


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("rows", [2, 5, 10])
@pytest.mark.parametrize("scale", [0.05, 1.0, 900.0])
def test_donors_by_year_are_legible_at_any_size(words, collisions, language, rows, scale):
    for right, key in ((TOGETHER, "key_together"), (APART, "key_apart")):
        keys = (words[language]["key_lapsed"], words[language][key])
        table = years(rows, language, words, scale=scale, right=right)
        assert collisions(drawn(table, language, words, right=right, keys=keys)) == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("gained", "lost"), [(1.0, 1.0), (20.0, 1.0), (1.0, 20.0)])
def test_money_gained_and_lost_is_legible_whichever_side_is_larger(words, collisions, language, gained, lost):
    text = words[language]
    table = pd.DataFrame(
        {
            "label": ["2018/19", "2019/20"], "figures": text["money_figures"].format(gains="143 786 €", losses="9 €"),
            "new": 94_000 * gained, "up": 10_000 * gained, "left": 113_000 * lost, "down": 20_000 * lost,
        }
    )  # fmt: skip
    keys = (text["key_losses_apart"], text["key_gains_apart"])

    assert collisions(drawn(table, language, words, right=["new", "up"], left=("left", "down"), keys=keys)) == []


def test_parts_are_stacked_from_zero_and_lapsed_donors_stand_on_the_left(words):
    [ax] = drawn(years(3, "en", words), "en", words, keys=("left", "right")).axes
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]

    assert bars == [(0.0, 2100.0), (0.0, 400.0), (400.0, 1700.0), (0.0, -1300.0), (0.0, 400.0), (400.0, 1700.0)]
    assert {"left", "right"} <= {text.get_text() for text in ax.texts}


def test_hatched_is_who_is_new_or_back_both_in_donors_and_in_money(words):
    [ax] = drawn(years(2, "en", words), "en", words).axes
    assert [bool(bar.get_hatch()) for bar in ax.patches if bar.get_width() == 1700.0] == [True]

    assert "arrivals (hatched)" in words["en"]["key_gains_apart"]
    assert "new or returning (hatched)" in words["en"]["key_together"]


def test_where_nobody_is_known_to_have_left_the_left_side_has_no_key(words):
    table = years(3, "en", words).assign(lapsed=np.nan)
    [ax] = drawn(table, "en", words, keys=("left", "right")).axes

    assert "left" not in {text.get_text() for text in ax.texts}
    assert ax.get_xlim()[0] == 0


def cohorts(rows: int, *, share: float = 0.2) -> pd.DataFrame:
    cells = [
        (
            f"{2018 - rows + place}/{(19 - rows + place) % 100:02d}\n(anciens compris)",
            after,
            share / after,
            after < rows - place,
        )
        for place in range(rows)
        for after in range(1, rows - place + 1)
    ]
    return pd.DataFrame(cells, columns=["label", "after", "share", "complete"])


def cells_drawn(table: pd.DataFrame, language: str, words) -> Figure:
    with house_style():
        heights = [0.85 * table["label"].nunique() + 0.3]
        figure, (ax,) = funder_figure(FRAME, heights_cm=heights, left_cm=3.6, right_cm=0.8)
        plot_cohorts(table, ax=ax, words=words[language], language=language)
    return figure


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("rows", [1, 3, 10])
@pytest.mark.parametrize("share", [0.01, 0.2, 1.0])
def test_cohorts_are_legible_however_many(words, collisions, language, rows, share):
    assert collisions(cells_drawn(cohorts(rows, share=share), language, words)) == []


def test_a_cut_year_stands_in_brackets_and_a_hidden_share_is_a_dot(words):
    table = cohorts(2)
    table.loc[1, "share"] = np.nan
    [ax] = cells_drawn(table, "en", words).axes

    assert [text.get_text() for text in ax.texts][:3] == ["20%", "·", "(20%)"]
    assert [round(bar.get_width(), 2) for bar in ax.patches] == [0.42, 0.42]
