"""The winter drop: from the raw change to the estimate, its cross-check, and each winter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.changes import beside_row, change_axis
from analysis.charts.style import GIVING, INK, WINTER_MARK

GROUP_GAP = 0.6
FARTHEST = 1.5  # change where the axis ends unless an estimate lies beyond; a longer interval ends in an arrow
MARKS: dict[str, dict[str, Any]] = {
    "raw": {"marker": "D", "color": WINTER_MARK, "face": "white", "line": "-", "width": 1.4},
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
        beside_row(
            ax, height, row["label"], row["change"], row["low"], row["high"], language, bold=row["kind"] == "main"
        )
    changes = pd.concat([table["change"], table["low"], table["high"].clip(upper=edge)])
    change_axis(
        ax, changes.dropna(), heights.min(), language, less=words["less_in_winter"], more=words["more_in_winter"]
    )
    return ax


def _heights(kinds: pd.Series) -> np.ndarray:
    """Height of each row, 0 at the top, with a gap before the first single winter."""
    starts_winters = (kinds == "winter") & (kinds.shift() != "winter") & (kinds.index != kinds.index[0])
    return -(np.arange(len(kinds)) + GROUP_GAP * starts_winters.cumsum().to_numpy())
