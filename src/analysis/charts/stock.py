"""What is in stock, item by item."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from analysis.charts.style import BAND_FILL, GIVING, INK, end_label, panel_heading, value_axis
from analysis.wording import is_one, number


def plot_stock(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str, heading: str) -> Axes:
    """Draw one item's stock on each Monday and its counts as points; how long it lasts stands at the right end.

    `table` holds the item's rows of `panel.stock.stock_levels`.
    """
    days = date2num(table["week"])
    ax.fill_between(days, 0, table["level"], color=BAND_FILL, linewidth=0)
    ax.plot(days, table["level"], color=GIVING, linewidth=1.1)
    ax.plot(
        date2num(table["counted_on"]), table["counted"], linestyle="none", marker="o", markersize=4.5,
        markerfacecolor="white", markeredgecolor=INK, markeredgewidth=1.1,
    )  # fmt: skip
    value_axis(ax, language, most=3)
    panel_heading(ax, heading)
    last = table.dropna(subset=["weeks_left"]).tail(1)
    if len(last):
        left = float(last["weeks_left"].iloc[0])
        form = "weeks_left_one" if is_one(round(left, 1), language) else "weeks_left"
        label = words[form].format(weeks=number(left, language, places=1))
        end_label(ax, label, float(last["level"].iloc[0]), GIVING)
    return ax
