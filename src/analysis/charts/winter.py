"""The winter drop: from the raw change to the estimate, its cross-check, and each winter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.style import GIVING, INK, QUIET_INK, RULE, WINTER_MARK
from analysis.wording import percent, signed

GROUP_GAP = 0.6
MARKS = {
    "raw": {"marker": "D", "color": QUIET_INK, "face": "white", "line": "-", "width": 1.4},
    "main": {"marker": "o", "color": GIVING, "face": GIVING, "line": "-", "width": 3.2},
    "check": {"marker": "o", "color": GIVING, "face": "white", "line": (0, (3, 1.5)), "width": 1.6},
    "winter": {"marker": "s", "color": WINTER_MARK, "face": WINTER_MARK, "line": "-", "width": 1.4},
}


def plot_winter_drop(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw one row an estimate, top to bottom: its name on the left, its change and interval beside the mark.

    `table` has `kind` (raw, main, check, winter), `label`, `change`, `low`, `high` (shares; low and high are missing
    where there is no interval).
    """
    heights = _heights(table["kind"])
    ax.axvline(0, color=INK, linewidth=1.1, zorder=1)
    for height, row in zip(heights, table.itertuples(), strict=True):
        look = MARKS[row.kind]
        if pd.notna(row.low):
            ax.plot([row.low, row.high], [height] * 2, color=look["color"], linestyle=look["line"], linewidth=look["width"])
        ax.plot(
            [row.change], [height], marker=look["marker"], color=look["color"], markerfacecolor=look["face"], markersize=7.5,
            markeredgewidth=1.5, zorder=3,
        )  # fmt: skip
        weight = "bold" if row.kind == "main" else "normal"
        ax.annotate(
            row.label, (0, height), (-8, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right",
            va="center", weight=weight,
        )  # fmt: skip
        ax.annotate(
            _figures(row.change, row.low, row.high, language), (1, height), (8, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", weight=weight,
        )  # fmt: skip
    _axis(ax, table, heights, words, language)
    return ax


def _heights(kinds: pd.Series) -> np.ndarray:
    """Height of each row, 0 at the top, with a gap before the first single winter."""
    starts_winters = (kinds == "winter") & (kinds.shift() != "winter") & (kinds.index != kinds.index[0])
    return -(np.arange(len(kinds)) + GROUP_GAP * starts_winters.cumsum().to_numpy())


def _figures(change: float, low: float, high: float, language: str) -> str:
    text = percent(change, language, sign=True)
    if pd.isna(low):
        return text
    apart = "\u00a0; " if language == "fr" else ", "
    return f"{text}  [{signed(low * 100, language)}{apart}{signed(high * 100, language)}]"


def _axis(ax: Axes, table: pd.DataFrame, heights: np.ndarray, words: Mapping[str, str], language: str) -> None:
    ends = pd.concat([table["change"], table["low"], table["high"]]).dropna()
    least, most = min(ends.min(), 0.0), max(ends.max(), 0.0)
    air = 0.08 * (most - least)
    ax.set_xlim(least - air, most + max(air, 0.12 * (most - least)))
    ax.set_ylim(heights.min() - 0.7, 0.7)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, sign=True)))
    ax.grid(axis="x", color=RULE, linewidth=0.7)
    for text, shift, side in ((words["less_in_winter"], -6, "right"), (words["more_in_winter"], 6, "left")):
        ax.annotate(
            text, (0, 1), (shift, 4), xycoords=("data", "axes fraction"), textcoords="offset points", ha=side, size=7.8,
            color=QUIET_INK,
        )  # fmt: skip
