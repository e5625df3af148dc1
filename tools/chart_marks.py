"""What the marks of a drawn chart say: where they run, how they look, which values they stand for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from tools.chart_ink import Ink, contrast, data_bars, data_lines, mark_colours


def lies(ax: Axes, bar: Rectangle) -> bool:
    """Whether a bar is drawn along x: its container says so."""
    return any(bar in one.patches and one.orientation == "horizontal" for one in ax.containers)


def along(ink: Ink, line: Line2D, *, step: float = 3.0) -> np.ndarray:
    """Places on a line, or of its points where it is none (pixels)."""
    path = ink.paths[line]
    if line.get_linestyle() in ("None", ""):
        return path[np.isfinite(path).all(axis=1)]
    pieces = [path[np.isfinite(path).all(axis=1)]]
    for start, end in zip(path[:-1], path[1:], strict=True):
        if np.isfinite([start, end]).all():
            count = max(2, int(np.hypot(*(end - start)) / step))
            pieces.append(np.linspace(start, end, count))
    return np.vstack(pieces)


def pixels_in(image: np.ndarray, box: object) -> np.ndarray:
    """The pixels of an image inside a box, one a row."""
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in box.extents)  # type: ignore[attr-defined]
    return image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].reshape(-1, 3)


def ground_colours(pixels: np.ndarray) -> np.ndarray:
    """The colours that take a fiftieth of an area or more."""
    found, counts = np.unique(np.round(pixels, 3), axis=0, return_counts=True)
    return found[counts >= 0.02 * len(pixels)]


def on_image(image: np.ndarray, x: int, y: int) -> bool:
    """Whether a place lies on the image."""
    return 0 <= y < image.shape[0] and 0 <= x < image.shape[1]


def best_contrast(mark: Line2D | Rectangle, ground: np.ndarray) -> float:
    """The contrast of a mark with its ground, by that of its colours which stands out most."""
    return max(contrast(colour, ground) for colour in mark_colours(mark))


def known_colour(mark: Line2D | Rectangle) -> str:
    """The colour by which a mark is known: a line's own, a bar's face unless that is white."""
    if isinstance(mark, Line2D):
        points = mark.get_linestyle() in ("None", "") or len(mark.get_xdata()) == 1
        return to_hex(mark.get_markeredgecolor() if points else mark.get_color())
    face = to_hex(mark.get_facecolor())
    return to_hex(mark.get_edgecolor()) if face == "#ffffff" else face


def look(ax: Axes, mark: Line2D | Rectangle) -> tuple:
    """Everything but colour by which a mark is told from another."""
    if isinstance(mark, Line2D):
        weight = round(np.log2(max(mark.get_linewidth(), 0.1)) / 0.8)
        hollow = mark.get_markerfacecolor() == "white"
        return ("line", str(mark._dash_pattern), str(mark.get_marker()), hollow, weight)  # type: ignore[attr-defined]
    side = np.sign(mark.get_width() if lies(ax, mark) else mark.get_height())
    face, edge = mark.get_facecolor(), mark.get_edgecolor()
    edged = bool(mark.get_linewidth() and edge[3]) and face != edge
    return ("bar", mark.get_hatch(), edged, to_hex(face) == "#ffffff", mark.get_linestyle(), float(side))


def values_in(ax: Axes) -> Iterator[np.ndarray]:
    """The values that each line and the bars of a panel stand for."""
    upward = len(ax.get_yticks()) > 0
    for line in data_lines(ax):
        values = np.asarray(line.get_ydata() if upward else line.get_xdata(), dtype=float)
        yield values[np.isfinite(values)]
    bars = [bar.get_width() if lies(ax, bar) else bar.get_height() for bar in data_bars(ax)]
    if bars:
        yield np.abs(np.array(bars, dtype=float))


def table_values(name: str, table: pd.DataFrame) -> Iterator[float]:
    """The numbers of a chart's table, with what is drawn of them where that is a sum or a share."""
    frames = [table.select_dtypes("number").astype("float64")]
    if name == "seasonal_profile":
        frames.append(table.groupby("month")[["amount"]].mean())
        whole = table.groupby("giving_year")["amount"].transform(lambda year: year.notna().sum() == 12)
        frames.append(table[whole].groupby("month")[["amount"]].mean())
    if name == "arrivals":
        frames.append(table[["received", "distributed"]].div(table["needed"], axis=0))
    if name == "testimony_orders":
        frames.append(table[["orders_a_week"]] * 10)
    if name == "donor_cohorts":
        frames.append(table[["share"]] / table["share"].max() * 0.42)
    for frame in frames:
        for column in frame:
            values = pd.to_numeric(frame[column], errors="coerce").dropna()
            yield from values.abs()
            yield from values
    if {"low", "high"} <= set(table):
        yield from (0.0, 1.5, 2.5, float(table["change"].max()))  # where a long interval ends in an arrow
    if name == "appeal_chance":
        yield from (2.5,)
