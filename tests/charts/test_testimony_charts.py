"""Testimonies online and orders of their products: what is drawn read back, and legible whatever the records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from analysis.charts.style import SOFT_FILL, WINTER_FILL, Frame, funder_figure, house_style, time_axis
from analysis.charts.testimonies import plot_online, plot_testimony_orders

FRAME = Frame(title="Titre", subtitle="Association, avril 2017 à mars 2021", source="Source : association.")


def curve(*shares: float) -> pd.DataFrame:
    online = pd.Series(shares)
    days = 7 * np.arange(len(online))
    return pd.DataFrame({"days": days, "online": online, "lower": online * 0.8, "upper": (online * 1.2).clip(upper=1)})


def periods(those: list[float | None], others: list[float | None]) -> pd.DataFrame:
    """Periods of four weeks from 7 September 2020, the last one after the launch and the one before it soft."""
    rows = [
        (pd.Timestamp("2020-09-07") + pd.Timedelta(weeks=4 * place), group, rate)
        for place, rates in enumerate(zip(those, others, strict=True))
        for group, rate in zip((True, False), rates, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["first_day", "with_testimony", "orders_a_week"])
    sides = ["before"] * (len(those) - 2) + ["soft", "after"]
    return table.assign(
        last_day=table["first_day"] + pd.Timedelta(days=27),
        side=np.repeat(sides, 2),
        orders_a_week=table["orders_a_week"].astype("float64"),
    )


def draw_online(table: pd.DataFrame, words, language: str) -> Figure:
    with house_style():
        figure, (ax,) = funder_figure(FRAME, heights_cm=[5.2])
        plot_online(table, ax=ax, words=words[language], language=language)
    return figure


def draw_orders(table: pd.DataFrame, words, language: str) -> Figure:
    with house_style():
        figure, (ax,) = funder_figure(FRAME, heights_cm=[5.2], right_cm=3.4, heading_cm=1.3)
        time_axis(ax, table["first_day"].min(), table["last_day"].max(), language)
        plot_testimony_orders(table, ax=ax, words=words[language], language=language)
    return figure


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("shares", [(1.0, 0.9, 0.8), (1.0, 0.5, 0.0), (1.0, *[0.98] * 25), tuple([1.0] * 4)])
def test_the_curve_is_legible_wherever_it_ends(words, collisions, language, shares):
    assert collisions(draw_online(curve(*shares), words, language)) == []


def test_the_curve_its_band_and_one_half_are_drawn(words):
    [ax] = draw_online(curve(1.0, 0.5, 0.25), words, "en").axes
    line, half = ax.lines

    assert line.get_xdata().tolist() == [0, 7, 14]
    assert line.get_ydata().tolist() == [1.0, 0.5, 0.25]
    assert set(half.get_ydata()) == {0.5}
    assert ax.collections[0].get_paths()[0].vertices[:, 1].min() == pytest.approx(0.2)
    assert ax.texts[-1].get_text() == "25%\nstill online"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("those", "others"),
    [
        ([0.5, 0.6, 0.7, 1.2], [0.5, 0.6, 0.7, 0.7]),
        ([0.5, 0.6, 0.7, 0.7], [0.5, 0.6, 0.7, 0.7]),  # lines that end together
        ([0.5, 0.6, 0.7, 0.02], [0.5, 0.6, 0.7, 0.0]),
        ([0.5, None, 0.7, None], [0.5, None, 0.7, None]),  # nothing published after the launch
        ([40.0, 50.0, 60.0, 240.0], [40.0, 50.0, 60.0, 230.0]),
    ],
)
def test_orders_are_legible_however_the_lines_run(words, collisions, language, those, others):
    assert collisions(draw_orders(periods(those, others), words, language)) == []


def test_orders_are_drawn_for_ten_products_and_the_launch_stands_at_the_first_week_after(words):
    [ax] = draw_orders(periods([0.5, 0.6, 0.7, 1.2], [0.4, 0.5, 0.6, None]), words, "en").axes
    those, others, launch = ax.lines

    assert those.get_ydata().tolist() == [5, 6, 7, 12]
    assert others.get_ydata()[:3].tolist() == [4, 5, 6]
    assert np.isnan(others.get_ydata()[3])
    assert those.get_linestyle() != others.get_linestyle()
    assert set(launch.get_xdata()) == {date2num(pd.Timestamp("2020-11-30"))}
    assert launch.get_linestyle() == "-"
    [soft] = ax.patches
    assert soft.get_facecolor() == to_rgba(SOFT_FILL) != to_rgba(WINTER_FILL)
    assert soft.get_x() + soft.get_width() == date2num(pd.Timestamp("2020-11-30"))
