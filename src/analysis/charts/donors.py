"""Who gives and who comes back: what came and went each year, and how many new donors gave again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.lettering import text_width, wrapped
from analysis.charts.style import BAND_FILL, GIVING, GIVING_FAINT, INK, QUIET_INK, RULE, WINTER_MARK, room_beside
from analysis.wording import is_one, number, percent

LABEL_SIZE, FIGURES_SIZE, KEY_SIZE, AIR = 8.5, 8, 7.8, 8
BAR, CELL_BAR = 0.5, 0.42
MOST_YEARS_AFTER = 5
RIGHT_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": GIVING},
    {"facecolor": GIVING_FAINT, "edgecolor": "white", "hatch": "////", "linewidth": 0},
    {"facecolor": BAND_FILL, "edgecolor": GIVING, "linewidth": 0.8},
)
LEFT_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": WINTER_MARK},
    {"facecolor": RULE, "edgecolor": WINTER_MARK, "linewidth": 0.8},
)
CUT_LOOK: dict[str, Any] = {"facecolor": "white", "edgecolor": GIVING, "hatch": "////", "linewidth": 0.8}
WHOLE_LOOK: dict[str, Any] = {"facecolor": "white", "edgecolor": WINTER_MARK, "linewidth": 1, "linestyle": (0, (3, 2))}


def plot_came_and_went(
    table: pd.DataFrame, *, ax: Axes, right: Sequence[str], left: Sequence[str], keys: tuple[str, str], language: str
) -> Axes:
    """Draw one row a year, first on top: the columns `right` stacked from zero to the right, `left` to the left.

    `table` has `label` and `figures` (words left of and beside the row); a missing part is not drawn, and a row with
    no part at all has a dashed outline as long as `whole` where the table has it. `keys` say what the left and the
    right side are.
    """
    heights = -np.arange(len(table), dtype=float)
    for height, row in zip(heights, table.to_dict("records"), strict=True):
        for names, looks, side in ((right, RIGHT_LOOKS, 1), (left, LEFT_LOOKS, -1)):
            start = 0.0
            for name, look in zip(names, looks, strict=False):
                if pd.notna(row[name]):
                    ax.barh(height, side * row[name], left=start, height=BAR, zorder=2, **look)
                    start += side * row[name]
        if all(pd.isna(row[name]) for name in (*right, *left)) and pd.notna(row.get("whole")):
            ax.barh(height, row["whole"], height=BAR, zorder=2, **WHOLE_LOOK)
    _beside_rows(ax, heights, table["label"].tolist(), table["figures"].tolist())
    _two_sided_axis(ax, language)
    _keys(ax, keys if ax.get_xlim()[0] < 0 else ("", keys[1]))
    return ax


def _keys(ax: Axes, keys: tuple[str, str]) -> None:
    """What each side is, beside zero; at the edges of the page where that leaves too little room."""
    low, high = ax.get_xlim()
    width = ax.bbox.width * 72 / ax.figure.dpi
    before, after = room_beside(ax)
    zero = -low / (high - low) * width
    wide = [text_width(key, KEY_SIZE) + 2 * AIR for key in keys]
    places = ((zero - 6, "right"), (zero + 6, "left"))
    if wide[0] > before + zero or wide[1] > width - zero + after:
        places = ((AIR - before, "left"), (width + after - AIR, "right"))
    for key, (place, side) in zip(keys, places, strict=True):
        if key:
            ax.annotate(key, (0, 1), (place, 4), xycoords="axes fraction", textcoords="offset points", ha=side,
                        size=KEY_SIZE, color=QUIET_INK)  # fmt: skip


def plot_cohorts(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw one row a cohort and one column a year after it: the share that gave, as a bar and in words.

    `table` has `label`, `after`, `share` and `complete`, first cohort on top. Shares of incomplete years stand in
    brackets and their bars are hatched; a share that is not told is a dot.
    """
    labels = list(dict.fromkeys(table["label"]))
    shown = table[table["after"] <= MOST_YEARS_AFTER]
    most, columns = float(shown["share"].max()), int(shown["after"].max())
    heights = -np.arange(len(labels), dtype=float)
    for row in shown.to_dict("records"):
        height, start = heights[labels.index(row["label"])], float(row["after"]) - 1
        length = 0.0
        if pd.notna(row["share"]):
            length = CELL_BAR * row["share"] / most
            look = RIGHT_LOOKS[0] if row["complete"] else CUT_LOOK
            ax.barh(height, length, left=start, height=BAR, zorder=2, **look)
        ax.annotate(_said(row, language), (start + length, height), (4, 0), textcoords="offset points", va="center",
                    size=LABEL_SIZE, weight="bold" if row["complete"] else "normal")  # fmt: skip
    for after in range(1, columns + 1):
        form = words["cohort_after_one" if is_one(after, language) else "cohort_after"]
        ax.annotate(form.format(years=number(after, language)), (after - 1, 1), (0, 4), size=KEY_SIZE, color=QUIET_INK,
                    xycoords=("data", "axes fraction"), textcoords="offset points")  # fmt: skip
        ax.axvline(after - 1, color=RULE, linewidth=0.8)
    _beside_rows(ax, heights, labels, [""] * len(labels))
    ax.set_xlim(0, columns)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    return ax


def _said(row: Mapping[Any, Any], language: str) -> str:
    if pd.isna(row["share"]):
        return "·"
    share = percent(row["share"], language)
    return share if row["complete"] else f"({share})"


def _beside_rows(ax: Axes, heights: np.ndarray, labels: Sequence[str], figures: Sequence[str]) -> None:
    """Words left of each row and figures beside it, broken to the room there."""
    room_left, room_right = room_beside(ax)
    for height, label, said in zip(heights, labels, figures, strict=True):
        for text, place, side, size, room in (
            (label, (0, height), "right", LABEL_SIZE, room_left),
            (said, (1, height), "left", FIGURES_SIZE, room_right),
        ):
            lines = "\n".join(wrapped(line, size, room=room - AIR - 3, even=True) for line in text.splitlines())
            ax.annotate(lines, place, (-AIR if side == "right" else AIR, 0), ha=side, va="center", size=size,
                        xycoords=("axes fraction", "data"), textcoords="offset points", linespacing=1.1)  # fmt: skip
    ax.set_ylim(heights.min() - 0.6, 0.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _two_sided_axis(ax: Axes, language: str) -> None:
    low, high = min(ax.dataLim.x0, 0.0), max(ax.dataLim.x1, 1.0)
    ax.set_xlim(low * 1.04, high * 1.04)
    ax.axvline(0, color=INK, linewidth=1.1, zorder=3)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(abs(value), language)))
    ax.grid(axis="x", color=RULE, linewidth=0.7)
