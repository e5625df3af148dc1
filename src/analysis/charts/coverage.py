"""What people got: coverage against the norm, and how often goods were rationed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.lettering import text_width, wrapped
from analysis.charts.style import (
    BAND_FILL,
    GIVING,
    INK,
    NEED,
    QUIET_INK,
    RULE,
    end_label,
    panel_heading,
    room_beside,
    share_axis,
)
from analysis.wording import number, percent

MONTH_MIDDLE = pd.Timedelta(days=14)
BAR_DAYS = 22
ROW_SIZE, FIGURES_SIZE, AIR = 8.5, 8, 8


def plot_coverage(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str, heading: str) -> Axes:
    """Draw one item's coverage: a dot a month, its band, and the norm as a dashed line.

    `table` holds the item's rows of the `coverage` table as published; months without coverage stay blank.
    """
    days = date2num(table["month"] + MONTH_MIDDLE)
    ax.fill_between(days, table["coverage_low"], table["coverage_high"], color=BAND_FILL, linewidth=0)
    ax.plot(days, table["coverage"], color=GIVING, linewidth=1, marker="o", markersize=3)
    ax.axhline(1, color=INK, linewidth=1, linestyle=(0, (4, 2)))
    share_axis(ax, language)
    panel_heading(ax, heading)
    known = table["coverage"].dropna()
    if len(known):
        end_label(ax, words["coverage_label"].format(share=percent(known.iloc[-1], language)), known.iloc[-1], GIVING)
    if known.empty or abs(known.iloc[-1] - 1) > 0.3 * ax.get_ylim()[1]:
        end_label(ax, words["norm_label"], 1.0, INK)
    return ax


def plot_rationing(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw the share of distribution lines rationed in each month as bars; `table` needs month and rationed_share.

    A month in which nothing was rationed has a dash on the axis; one without lines, of which nothing is known, a blank.
    """
    days = date2num(table["month"] + MONTH_MIDDLE)
    ax.bar(days, table["rationed_share"].fillna(0.0), width=BAR_DAYS, color=NEED, zorder=2)
    none = table["rationed_share"] == 0
    ax.plot(days[none], table["rationed_share"][none], linestyle="none", marker="_", markersize=3.2, color=NEED,
            markeredgewidth=2.4, clip_on=False, zorder=3)  # fmt: skip
    share_axis(ax, language, least=0.2)
    panel_heading(ax, words["rationing_heading"])
    return ax


def plot_arrivals(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw one row an item: goods received and handed out as shares of the need, units beside them.

    `table` has item_label, needed, received and distributed (units), top row first.
    """
    room_left, room_right = room_beside(ax)
    heights = -np.arange(len(table), dtype=float)
    ax.axvline(1, color=INK, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1)
    for height, row in zip(heights, table.to_dict("records"), strict=True):
        received, distributed = row["received"] / row["needed"], row["distributed"] / row["needed"]
        ax.barh(height, distributed, height=0.42, color=GIVING, zorder=2)
        ax.plot(
            [received], [height], linestyle="none", marker="D", markersize=6.5, markerfacecolor="white",
            markeredgecolor=NEED, markeredgewidth=1.6, zorder=3,
        )  # fmt: skip
        units = {name: number(row[name], language) for name in ("needed", "received", "distributed")}
        figures, room = words["arrivals_figures"].format(**units), room_right - AIR - 3
        label = wrapped(row["item_label"], ROW_SIZE, room=room_left - AIR - 3, even=True)
        beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
        ax.annotate(label, (0, height), (-AIR, 0), ha="right", size=ROW_SIZE, linespacing=1.05, **beside)
        ax.annotate(
            "\n".join(wrapped(line, FIGURES_SIZE, room=room) for line in figures.splitlines()),
            (1, height), (AIR, 0), size=FIGURES_SIZE, linespacing=1.2, **beside,
        )  # fmt: skip
    most = max(1.0, float((table[["received", "distributed"]].max(axis=1) / table["needed"]).max()))
    ax.set_xlim(0, most * 1.06)
    ax.set_ylim(heights.min() - 0.7, 0.7)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language)))
    ax.grid(axis="x", color=RULE, linewidth=0.7)
    key, need = words["arrivals_key"], words["arrivals_need"]
    for text, end, shift in ((key, 0, 0), (words["arrivals_units"], 1, AIR)):
        ax.annotate(text, (end, 1), (shift, 6), xycoords="axes fraction", textcoords="offset points", size=7.8,
                    color=QUIET_INK)  # fmt: skip
    if text_width(key, 7.8) + text_width(need, 7.8) + 12 < ax.bbox.width * 72 / ax.figure.dpi / (most * 1.06):
        ax.annotate(
            need, (1, 1), (-4, 6), xycoords=("data", "axes fraction"), textcoords="offset points", size=7.8, ha="right",
        )  # fmt: skip
    return ax
