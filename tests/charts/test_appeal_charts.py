"""The appeal's charts: what is drawn read back, and legible whatever the records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from analysis.charts.appeal import plot_appeal_weeks, plot_cumulative, plot_outcomes, plot_placebos
from analysis.charts.style import SOFT_FILL, WINTER_FILL, Frame, funder_figure, house_style, time_axis

FRAME = Frame(title="Titre", subtitle="Association, avril 2017 à mars 2021", source="Source : association.")
LANGUAGES = ("fr", "en")


def weeks(*, before: int = 26, soft: int = 3, own: int = 8, level: float = 2000.0, lift: float = 1.5) -> pd.DataFrame:
    phases = ["before"] * before + ["soft_launch"] * soft + ["appeal"] * own
    days = pd.date_range("2020-07-06", periods=len(phases), freq="7D")
    amount = level * (1 + 0.3 * np.sin(np.arange(len(phases))))
    table = pd.DataFrame({"week": days, "phase": phases, "amount": amount})
    inside = table["phase"] == "appeal"
    table["amount"] = table["amount"].mask(inside, amount * lift)
    table["expected_amount"] = pd.Series(amount).where(inside)
    table["expected_low"], table["expected_high"] = table["expected_amount"] / 2, table["expected_amount"] * 2
    table["cumulative"] = (table["amount"] - table["expected_amount"]).cumsum()
    table["cumulative_low"], table["cumulative_high"] = table["cumulative"] - level, table["cumulative"] + level
    return table


def draw_weeks(table: pd.DataFrame, words, language: str) -> Figure:
    with house_style():
        figure, panels = funder_figure(FRAME, heights_cm=[4.8, 2.6], heading_cm=1.6)
        for ax in panels:
            last = table["week"].iloc[-1] + pd.Timedelta(days=7)
            time_axis(ax, table["week"].iloc[0], last, language, labels=ax is panels[-1])
        plot_appeal_weeks(table, ax=panels[0], words=words[language], language=language)
        plot_cumulative(table, ax=panels[1], words=words[language], language=language)
    return figure


def draw(plot, table: pd.DataFrame, words, language: str, height: float = 4.4, **frame) -> Figure:
    with house_style():
        figure, (ax,) = funder_figure(FRAME, heights_cm=[height], **frame)
        plot(table, ax=ax, words=words[language], language=language)
    return figure


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lift", [0.0, 0.6, 1.0, 1.3, 8.0])
@pytest.mark.parametrize("shape", [{}, {"soft": 0}, {"before": 2, "soft": 0, "own": 1}, {"soft": 20}])
def test_the_weeks_of_an_appeal_are_legible(words, collisions, language, lift, shape):
    assert collisions(draw_weeks(weeks(lift=lift, **shape), words, language)) == []


@pytest.mark.parametrize("level", [0.3, 40.0, 900_000.0])
def test_the_weeks_of_an_appeal_are_legible_at_any_size_of_charity(words, collisions, level):
    assert collisions(draw_weeks(weeks(level=level), words, "fr")) == []


def test_what_came_and_what_was_expected_are_drawn_in_the_middle_of_their_weeks(words):
    table = weeks()
    ax = draw_weeks(table, words, "en").axes[0]
    expected, received = ax.lines[:2]

    assert received.get_ydata().tolist() == table["amount"].tolist()
    assert expected.get_ydata().tolist() == table["expected_amount"].dropna().tolist()
    assert received.get_xdata()[0] == date2num(pd.Timestamp("2020-07-09 12:00"))


def test_the_soft_launch_is_shaded_up_to_the_launch_and_the_launch_marked(words):
    table = weeks()
    launch = date2num(table["week"][table["phase"] == "appeal"].iloc[0])
    for ax in draw_weeks(table, words, "en").axes:
        [shaded] = ax.patches
        assert (shaded.get_x(), shaded.get_width()) == (launch - 21, 21)
        [line] = [line for line in ax.lines if list(line.get_xdata()) == [launch, launch]]
        assert line.get_linestyle() == "-"
        assert shaded.get_facecolor() == to_rgba(SOFT_FILL) != to_rgba(WINTER_FILL)


def test_a_week_that_is_not_published_is_a_gap_and_so_are_the_sums_that_would_tell_it(words):
    table = weeks()
    hidden = table.assign(amount=table["amount"].mask(table.index == 30))
    hidden = hidden.assign(cumulative=hidden["cumulative"].mask(hidden.index == 30))
    upper, lower = draw_weeks(hidden, words, "en").axes

    assert np.isnan(upper.lines[1].get_ydata()[30])
    assert len(lower.lines[0].get_ydata()) == 7
    assert hidden["cumulative"].dropna().tolist() == lower.lines[0].get_ydata().tolist()


def test_the_sums_have_their_band_and_a_line_at_zero(words):
    table = weeks()
    lower = draw_weeks(table, words, "en").axes[1]
    band = lower.collections[0].get_paths()[0].vertices[:, 1]

    assert (band.min(), band.max()) == (table["cumulative_low"].min(), table["cumulative_high"].max())
    assert [0, 0] in [list(line.get_ydata()) for line in lower.lines]


def periods(own: float, *changes: float) -> pd.DataFrame:
    rows = [("placebo", change) for change in changes] + [("appeal", own)]
    return pd.DataFrame(rows, columns=["phase", "change"])


MANY = tuple(np.linspace(-0.4, 0.5, 60))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("own", "others"),
    [(0.57, MANY), (-0.3, MANY), (0.0, MANY), (6.0, MANY), (0.01, (0.0,) * 8), (0.2, (0.1,) * 40), (0.4, (30.0, 0.1))],
)
def test_the_appeal_among_other_periods_is_legible(words, collisions, language, own, others):
    table = periods(own, *others)
    figure = draw(plot_placebos, table, words, language, left_cm=0.8, right_cm=0.8)

    assert collisions(figure) == []


def test_every_period_is_a_dot_and_those_as_far_as_the_appeal_are_filled(words):
    [ax] = draw(plot_placebos, periods(0.2, -0.1, 0.1, 0.1, 0.3), words, "en").axes
    hollow, filled = (line for line in ax.lines if line.get_marker() == "o")
    [appeal] = [line for line in ax.lines if line.get_marker() == "D"]

    assert (len(hollow.get_xdata()), len(filled.get_xdata())) == (3, 1)
    assert hollow.get_ydata().tolist() == [0, 0, 1]
    assert filled.get_xdata()[0] == pytest.approx(0.3, abs=0.01)
    assert appeal.get_xdata() == [0.2]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((0.1, 0.3), "{appeal_period}    {appeal_period_far}"),
        ((0.1,), "{appeal_period}"),
        ((0.3,), "{appeal_period_far}"),
    ],
)
def test_the_key_names_the_dots_that_are_drawn_and_no_other(words, others, said):
    [ax] = draw(plot_placebos, periods(0.2, *others), words, "en").axes

    assert said.format(**words["en"]) in [text.get_text() for text in ax.texts]


def test_the_name_of_the_appeal_stands_on_white_over_the_rules(words):
    [ax] = draw(plot_placebos, periods(0.42, *MANY), words, "en").axes
    [named] = [text for text in ax.texts if text.get_text().startswith("the appeal")]

    assert named.get_bbox_patch().get_facecolor() == to_rgba("white")


def test_an_interval_ends_where_its_bar_does(words):
    [ax] = draw(plot_outcomes, outcomes((0.57, 0.06, 1.35)), words, "en", left_cm=4.9, right_cm=3.7).axes
    [bar] = [line for line in ax.lines if list(line.get_xdata()) == [0.06, 1.35]]

    assert bar.get_solid_capstyle() == "butt"


def outcomes(*rows: tuple[float, float, float], label: str = "Commandes de la liste d’envies") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["change", "low", "high"])
    return table.assign(label=label, clear=(table["low"] > 0) | (table["high"] < 0))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "rows",
    [
        [(0.57, 0.06, 1.35)] * 8, [(0.0, 0.0, 0.0)], [(-0.4, -0.8, -0.1), (0.1, -0.9, 40.0)], [(12.0, 3.0, 90.0)],
    ],
)  # fmt: skip
def test_outcomes_are_legible_at_any_size(words, collisions, language, rows):
    for label in ("Dons", "Couvertures de survie pour les nouveaux arrivants (unités)"):
        figure = draw(
            plot_outcomes, outcomes(*rows, label=label), words, language, 1.05 * len(rows) + 0.6, left_cm=4.9,
            right_cm=3.7,
        )  # fmt: skip
        assert collisions(figure) == []


def test_an_outcome_is_filled_where_it_is_clear_and_its_figures_stand_beside_it(words):
    [ax] = draw(plot_outcomes, outcomes((0.57, 0.06, 1.35), (0.1, -0.2, 0.5)), words, "en", right_cm=3.7).axes
    marks = [line for line in ax.lines if line.get_marker() == "o"]

    assert [mark.get_xdata()[0] for mark in marks] == [0.57, 0.1]
    assert [mark.get_markerfacecolor() == mark.get_color() for mark in marks] == [True, False]
    assert "+57%  [+6, +135]" in [text.get_text() for text in ax.texts]


def test_an_interval_beyond_the_axis_ends_in_an_arrow(words):
    [ax] = draw(plot_outcomes, outcomes((0.5, 0.1, 40.0)), words, "en", right_cm=3.7).axes

    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == ">"] == [2.5]
    assert ax.get_xlim()[1] < 4
