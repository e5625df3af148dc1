"""The winter chart: marks, intervals and figures read back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.charts.style import house_style
from analysis.charts.winter import FARTHEST, plot_winter_drop


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": ["raw", "main", "check", "winter", "winter"],
            "label": ["Raw", "Drop", "Check", "2019/20", "2020/21"],
            "change": [-0.21, -0.25, -0.24, -0.3, -0.18],
            "low": [np.nan, -0.36, -0.6, -0.45, -0.33],
            "high": [np.nan, -0.125, 0.1, -0.1, 0.02],
        }
    )


@pytest.fixture
def draw(words):
    def plot(table: pd.DataFrame, *, language: str = "en"):
        with house_style():
            ax = Figure(figsize=(8, 4)).add_axes((0.3, 0.1, 0.4, 0.8))
            return plot_winter_drop(table, ax=ax, words=words[language], language=language)

    return plot


def marks(ax) -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in ax.lines
        if line.get_marker() not in ("None", None, "", ">")
    ]


def intervals(ax) -> list[list[float]]:
    return [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() == "None"][
        1:
    ]


def test_each_row_has_its_mark_one_below_the_other_with_a_gap_before_the_winters(draw, table):
    assert marks(draw(table)) == [(-0.21, 0), (-0.25, -1), (-0.24, -2), (-0.3, -3.6), (-0.18, -4.6)]


def test_each_interval_is_a_line_and_a_row_without_one_has_none(draw, table):
    assert intervals(draw(table)) == [[-0.36, -0.125], [-0.6, 0.1], [-0.45, -0.1], [-0.33, 0.02]]


@pytest.mark.parametrize(
    ("language", "figures"),
    [
        ("en", ["−21%", "−25%  [−36, −13]", "−24%  [−60, +10]", "−30%  [−45, −10]", "−18%  [−33, +2]"]),
        (
            "fr",
            ["−21\u202f%", "−25\u202f%  [−36\xa0; −13]", "−24\u202f%  [−60\xa0; +10]", "−30\u202f%  [−45\xa0; −10]",
             "−18\u202f%  [−33\xa0; +2]"],
        ),
    ],
)  # fmt: skip
def test_each_row_says_its_name_change_and_interval(draw, table, words, language, figures):
    texts = [text.get_text() for text in draw(table, language=language).texts]

    assert texts[0:10:2] == table["label"].tolist()
    assert texts[1:10:2] == figures
    assert texts[10:] == [words[language]["less_in_winter"], words[language]["more_in_winter"]]


def test_only_the_main_estimates_are_bold(draw, table):
    bold = [text.get_text() for text in draw(table).texts if text.get_weight() == "bold"]

    assert bold == ["Drop", "−25%  [−36, −13]"]


def test_kinds_differ_in_more_than_colour(draw, table):
    ax = draw(table)
    looks = {
        (line.get_marker(), line.get_markerfacecolor())
        for line in ax.lines
        if line.get_marker() not in ("None", None, "")
    }

    assert len(looks) == 4


def test_zero_is_always_on_the_axis(draw, table):
    ax = draw(table.assign(high=[np.nan, -0.12, -0.1, -0.1, -0.02]))

    low, high = ax.get_xlim()
    assert low < -0.6 < 0 < high


def test_ticks_are_whole_percentages_that_differ(draw, table):
    narrow = table.assign(change=-0.01, low=-0.012, high=-0.008)

    labels = [[label.get_text() for label in ax.get_xticklabels()] for ax in (draw(table), draw(narrow))]

    for written in labels:
        assert len(set(written)) == len(written) >= 3
    places = draw(narrow).get_xticks() * 100
    assert places == pytest.approx(np.round(places))


def test_an_interval_that_goes_far_ends_in_an_arrow_and_is_told_in_figures(draw, table):
    far = table.assign(high=[np.nan, -0.12, 85.0, -0.1, 0.02])

    ax = draw(far)

    assert [-0.6, FARTHEST] in intervals(ax)
    assert [list(line.get_xdata()) for line in ax.lines if line.get_marker() == ">"] == [[FARTHEST]]
    assert any("[−60, +8,500]" in text.get_text() for text in ax.texts)
    assert ax.get_xlim()[1] < 2


def test_an_estimate_that_lies_far_is_on_the_chart(draw, table):
    far = table.assign(change=[-0.21, 3.0, -0.24, -0.3, -0.18], low=[np.nan, 2.0, -0.6, -0.45, -0.33])

    ax = draw(far.assign(high=[np.nan, 5.0, 0.1, -0.1, 0.02]))

    assert (3.0, -1) in marks(ax)
    assert [2.0, 3.0] in intervals(ax)
    assert ax.get_xlim()[1] > 3


def test_the_table_given_is_not_changed(draw, table):
    before = table.copy()

    draw(table)

    pd.testing.assert_frame_equal(table, before)
