"""What became of testimonies under products: how long they stayed online, and how those products were ordered."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import FuncFormatter, MultipleLocator

from analysis.charts.style import (
    BAND_FILL,
    GIVING,
    INK,
    RULE,
    WINTER_MARK,
    end_label,
    end_labels,
    mark_launch,
    panel_heading,
    share_axis,
)
from analysis.wording import number, percent

TICK_DAYS = 14


def plot_online(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw the share of testimonies still online by days since they were posted, with its band.

    `table` has days, online, lower and upper (shares), a row each week.
    """
    ax.fill_between(table["days"], table["lower"], table["upper"], color=BAND_FILL, linewidth=0)
    ax.plot(table["days"], table["online"], color=GIVING, linewidth=2.2, marker="o", markersize=4, clip_on=False)
    ax.set_xlim(0, max(float(table["days"].max()), TICK_DAYS))
    share_axis(ax, language)
    ax.axhline(0.5, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
    ax.xaxis.set_major_locator(MultipleLocator(TICK_DAYS))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
    ax.tick_params(axis="y", pad=7)  # clear of the first point
    panel_heading(ax, words["online_heading"])
    last = float(table["online"].iloc[-1])
    end_label(ax, words["online_label"].format(share=percent(last, language)), last, GIVING)
    return ax


def plot_testimony_orders(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw orders a week for ten products, four weeks at a time, with and without a testimony; the launch is a line.

    `table` holds the rows of `panel.testimonies.order_periods` as published: first_day, last_day, side,
    with_testimony and orders_a_week (for one product; missing where it is hidden).
    """
    middle = date2num(table["first_day"] + (table["last_day"] - table["first_day"]) / 2)
    rate = 10 * table["orders_a_week"]
    ends = []
    for those, color, dashes in ((True, GIVING, "-"), (False, WINTER_MARK, (0, (3, 1.5)))):
        own = table["with_testimony"] == those
        ax.plot(
            middle[own], rate[own], color=color, linestyle=dashes, linewidth=2, marker="o" if those else "s", ms=4.5
        )
        known = rate[own].dropna()
        if len(known):
            ends.append((words["with_testimony" if those else "without_testimony"], float(known.iloc[-1]), color))
    ax.set_ylim(0, max(1.0, float(rate.max()) * 1.15))
    ax.grid(axis="y", color=RULE, linewidth=0.7)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
    _mark_launch(ax, table, words)
    panel_heading(ax, words["orders_heading"], lift=18)
    end_labels(ax, ends)
    return ax


def _mark_launch(ax: Axes, table: pd.DataFrame, words: Mapping[str, str]) -> None:
    """The launch, at the first day after it or else at the end of the soft launch, and the weeks of the soft launch."""
    soft, after = table[table["side"] == "soft"], table[table["side"] == "after"]
    if len(after) or len(soft):
        launch = after["first_day"].iloc[0] if len(after) else soft["last_day"].max() + pd.Timedelta(days=1)
        mark_launch(ax, launch, soft_from=soft["first_day"].iloc[0] if len(soft) else None, name=words["launch"])
