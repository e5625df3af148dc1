"""Coverage, rationing, arrivals and stock: what is drawn read back, and legible whatever the records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from analysis.charts.coverage import plot_arrivals, plot_coverage, plot_rationing
from analysis.charts.stock import plot_stock
from analysis.charts.style import Frame, funder_figure, house_style, time_axis

FRAME = Frame(title="Titre", subtitle="Association, avril 2017 à mars 2021", source="Source : association.")


def coverage(*shares: float | None) -> pd.DataFrame:
    values = pd.Series(shares, dtype="float64")
    months = pd.date_range("2020-01-01", periods=len(values), freq="MS")
    return pd.DataFrame(
        {"month": months, "coverage": values, "coverage_low": values * 0.9, "coverage_high": values * 1.2}
    )


def draw(plot, table: pd.DataFrame, **rest) -> Figure:
    with house_style():
        figure, (ax,) = funder_figure(FRAME, heights_cm=[rest.pop("height", 1.9)], **rest.pop("frame", {}))
        if "month" in table or "week" in table:
            days = table["month" if "month" in table else "week"]
            time_axis(ax, days.iloc[0], days.iloc[-1] + pd.Timedelta(days=31), rest["language"])
        plot(table, ax=ax, **rest)
    return figure


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("last", [0.0, 0.02, 0.5, 0.97, 1.0, 1.4, 6.0, None])
def test_coverage_is_legible_wherever_it_ends(words, collisions, language, last):
    table = coverage(0.3, None, 0.6, last)

    figure = draw(plot_coverage, table, words=words[language], language=language, heading="Couvertures")

    assert collisions(figure) == []


def test_a_month_without_coverage_is_a_gap_and_the_norm_is_at_one(words):
    [ax] = draw(plot_coverage, coverage(0.3, None, 0.6), words=words["en"], language="en", heading="Soap").axes
    line, norm = ax.lines

    assert np.isnan(line.get_ydata()[1])
    assert line.get_ydata()[[0, 2]].tolist() == [0.3, 0.6]
    assert set(norm.get_ydata()) == {1}
    assert [text.get_text() for text in ax.texts] == ["Soap", "60%\nof the need", "need"]


def test_the_band_of_coverage_is_drawn(words):
    [ax] = draw(plot_coverage, coverage(0.5, 0.5), words=words["en"], language="en", heading="Soap").axes
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]

    assert (heights.min(), heights.max()) == pytest.approx((0.45, 0.6))


def test_each_months_share_rationed_is_a_bar_none_a_dash_and_a_month_without_lines_a_blank(words):
    table = pd.DataFrame(
        {"month": pd.date_range("2020-01-01", periods=3, freq="MS"), "rationed_share": [0.4, np.nan, 0.0]}
    )
    [ax] = draw(plot_rationing, table, words=words["en"], language="en").axes

    assert [bar.get_height() for bar in ax.patches] == [0.4, 0.0, 0.0]
    assert ax.lines[0].get_xdata().tolist() == [date2num(pd.Timestamp("2020-03-15"))]


def arrivals(rows: int = 3, *, scale: float = 1.0) -> pd.DataFrame:
    label = ["Sacs de couchage", "Colis alimentaires pour trois jours et une personne", "Savons"][:rows]
    return pd.DataFrame(
        {"item_label": label, "needed": 1000 * scale, "received": [400 * scale, 1300 * scale, 0][:rows],
         "distributed": [350 * scale, 900 * scale, 10][:rows]}
    )  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scale", [0.01, 1.0, 40.0])
@pytest.mark.parametrize("rows", [1, 3])
def test_arrivals_are_legible_at_any_size(words, collisions, language, rows, scale):
    figure = draw(
        plot_arrivals, arrivals(rows, scale=scale), words=words[language], language=language, height=rows + 0.6,
        frame={"left_cm": 4.2, "right_cm": 4.6},
    )  # fmt: skip

    assert collisions(figure) == []


def test_bars_are_what_was_handed_out_and_diamonds_what_came_as_shares_of_need(words):
    [ax] = draw(plot_arrivals, arrivals(), words=words["en"], language="en", height=3.6).axes

    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.35, 0.9, 0.01])
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"] == pytest.approx([0.4, 1.3, 0.0])
    assert ax.get_xlim()[1] > 1.3


def levels(*level: float, left: float = 3.25) -> pd.DataFrame:
    weeks = pd.date_range("2020-01-06", periods=len(level), freq="7D")
    counted = [level[0], *[np.nan] * (len(level) - 1)]
    days = [weeks[0] + pd.Timedelta(days=2), *[pd.NaT] * (len(level) - 1)]
    return pd.DataFrame({"week": weeks, "level": level, "counted": counted, "counted_on": days, "weeks_left": left})


@pytest.mark.parametrize(
    ("language", "left", "said"),
    [
        ("fr", 3.25, "3,3 semaines\nde stock"), ("fr", 1.9, "1,9 semaine\nde stock"),
        ("en", 0.94, "0.9 weeks\nof stock"), ("en", 1.04, "1.0 week\nof stock"),
    ],
)  # fmt: skip
def test_how_long_stock_lasts_stands_at_the_right_end(words, language, left, said):
    [ax] = draw(plot_stock, levels(10, 5, left=left), words=words[language], language=language, heading="Savons").axes

    assert ax.texts[-1].get_text() == said


def test_a_count_stands_on_its_day(words):
    [ax] = draw(plot_stock, levels(10, 5), words=words["en"], language="en", heading="Soap").axes

    assert ax.lines[1].get_xdata()[0] == date2num(pd.Timestamp("2020-01-08"))


@pytest.mark.parametrize("level", [(0.0, 0.0), (5.0, -3.0), (90_000.0, 2.0), (1.0, 80_000.0)])
def test_stock_is_legible_at_any_level_and_below_zero(words, collisions, level):
    figure = draw(plot_stock, levels(*level), words=words["fr"], language="fr", heading="Savons")

    assert collisions(figure) == []
    assert figure.axes[0].get_ylim()[0] <= min(level)
