"""The winter drop: from the raw change to the estimate, its cross-check, and each winter."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.style import GIVING, INK, QUIET_INK, RULE, WINTER_MARK, room_beside, text_width, wrapped
from analysis.wording import percent, signed

GROUP_GAP = 0.6
LABEL_SIZE, FIGURES_SIZE, AIR = 8.5, 8, 8
NARROWEST = 0.1  # least width of the axis, so that no two ticks round to the same whole percentage
FARTHEST = 1.5  # change where the axis ends unless an estimate lies beyond; a longer interval ends in an arrow
MARKS: dict[str, dict[str, Any]] = {
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
    room_left, room_right = room_beside(ax)
    edge = max(FARTHEST, float(table["change"].max()))
    ax.axvline(0, color=INK, linewidth=1.1, zorder=1)
    for height, row in zip(heights, table.to_dict("records"), strict=True):
        look = MARKS[row["kind"]]
        if pd.notna(row["low"]):
            ends = [row["low"], min(row["high"], edge)]
            ax.plot(ends, [height] * 2, color=look["color"], linestyle=look["line"], linewidth=look["width"])
            if row["high"] > edge:
                ax.plot([edge], [height], marker=">", color=look["color"], markersize=5)
        ax.plot(
            [row["change"]], [height], marker=look["marker"], color=look["color"], markerfacecolor=look["face"],
            markersize=7.5, markeredgewidth=1.5, zorder=3,
        )  # fmt: skip
        weight = "bold" if row["kind"] == "main" else "normal"
        ax.annotate(
            wrapped(row["label"], LABEL_SIZE, room=room_left - AIR - 3, weight=weight), (0, height), (-AIR, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="center", weight=weight,
            size=LABEL_SIZE, linespacing=1.05,
        )  # fmt: skip
        ax.annotate(
            _figures(row, language, room=room_right - AIR - 3), (1, height), (AIR, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points", va="center", weight=weight,
            size=FIGURES_SIZE, linespacing=1.05,
        )  # fmt: skip
    changes = pd.concat([table["change"], table["low"], table["high"].clip(upper=edge)])
    _axis(ax, changes.dropna(), heights, words, language)
    return ax


def _heights(kinds: pd.Series) -> np.ndarray:
    """Height of each row, 0 at the top, with a gap before the first single winter."""
    starts_winters = (kinds == "winter") & (kinds.shift() != "winter") & (kinds.index != kinds.index[0])
    return -(np.arange(len(kinds)) + GROUP_GAP * starts_winters.cumsum().to_numpy())


def _figures(row: Mapping[Hashable, Any], language: str, *, room: float) -> str:
    """A row's change and interval, on two lines where `room` points do not hold both."""
    change = percent(row["change"], language, sign=True)
    if pd.isna(row["low"]):
        return change
    low, high = (signed(row[end] * 100, language) for end in ("low", "high"))
    apart = "\u00a0; " if language == "fr" else ", "
    interval = f"[{low}{apart}{high}]"
    wide = text_width(f"{change}  {interval}", FIGURES_SIZE, weight="bold") > room
    return f"{change}\n{interval}" if wide else f"{change}  {interval}"


def _axis(ax: Axes, changes: pd.Series, heights: np.ndarray, words: Mapping[str, str], language: str) -> None:
    least, most = min(changes.min(), 0.0), max(changes.max(), 0.0)
    span = max(most - least, NARROWEST)
    ax.set_xlim(least - 0.08 * span, most + 0.12 * span)
    ax.set_ylim(heights.min() - 0.7, 0.7)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, sign=True)))
    ax.grid(axis="x", color=RULE, linewidth=0.7)
    for text, shift, side in ((words["less_in_winter"], -6, "right"), (words["more_in_winter"], 6, "left")):
        ax.annotate(
            text, (0, 1), (shift, 4), xycoords=("data", "axes fraction"), textcoords="offset points", ha=side, size=7.8,
            color=QUIET_INK,
        )  # fmt: skip
