"""A drawn chart read back: its texts and the room they take, its marks and what lies under them, colours as seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis.charts.style import FRAME_GID, house_style

DPI = 144
Colour = tuple[float, float, float]
BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Colours as people without one kind of cone see them, on linear RGB (Machado, Oliveira and Fernandes 2009)."""


@dataclass(frozen=True, slots=True)
class Words:
    """One drawn text: what it says, its part (frame, heading, tick or label), the room it takes (pixels), its panel."""

    artist: Text
    part: str
    box: Bbox
    ax: Axes | None

    @property
    def said(self) -> str:
        """The text, its lines joined."""
        return " ".join(self.artist.get_text().split("\n"))


class Ink:
    """A figure drawn once as pixels, with the places of its texts and marks."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self._drawn: list[Words] = []
        with self._as_pixels():
            self.full = self._image()
            renderer = self.figure.canvas.get_renderer()  # type: ignore[attr-defined]
            for artist, part, ax in _texts(figure):
                self._drawn.append(Words(artist, part, artist.get_window_extent(renderer).frozen(), ax))
            self.paths = {
                line: ax.transData.transform(np.column_stack([_floats(line.get_xdata()), _floats(line.get_ydata())]))
                for ax in figure.axes
                for line in data_lines(ax)
            }
            self.bars = {bar: bar.get_window_extent(renderer).frozen() for ax in figure.axes for bar in data_bars(ax)}
            self.panels = {ax: ax.get_window_extent(renderer).frozen() for ax in figure.axes}
            self.size = (figure.bbox.width, figure.bbox.height)

    @property
    def texts(self) -> Sequence[Words]:
        """Every text that a reader sees: frame, headings, labels, and tick labels inside the limits of their axis."""
        return self._drawn

    @cached_property
    def without_text(self) -> np.ndarray:
        """The pixels under the texts."""
        return self._without([words.artist for words in self._drawn])

    @cached_property
    def grounds(self) -> np.ndarray:
        """The pixels under lines and points: white, shading, bands and bars."""
        hidden = [words.artist for words in self._drawn]
        for ax in self.figure.axes:
            hidden += [*ax.lines, *ax.spines.values(), ax.xaxis, ax.yaxis]
        return self._without(hidden)

    def _without(self, artists: list) -> np.ndarray:
        shown = [artist for artist in artists if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        try:
            with self._as_pixels():
                return self._image()
        finally:
            for artist in shown:
                artist.set_visible(True)

    @contextmanager
    def _as_pixels(self) -> Iterator[None]:
        dpi = self.figure.dpi
        self.figure.set_dpi(DPI)
        FigureCanvasAgg(self.figure)
        try:
            with house_style():
                self.figure.canvas.draw()
                yield
        finally:
            self.figure.set_dpi(dpi)

    def _image(self) -> np.ndarray:
        """The pixels from the bottom row up, red, green and blue from 0 to 1."""
        return np.asarray(self.figure.canvas.buffer_rgba())[::-1, :, :3] / 255.0  # type: ignore[attr-defined]


def _texts(figure: Figure) -> Iterator[tuple[Text, str, Axes | None]]:
    for text in figure.texts:
        if seen(text):
            yield text, "frame" if text.get_gid() == FRAME_GID else "label", None
    for ax in figure.axes:
        for text in (*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label):
            if seen(text):
                heading = text.get_weight() == "bold" and getattr(text, "xy", None) == (0, 1)
                yield text, "heading" if heading else "label", ax
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if low <= tick.get_loc() <= high and seen(tick.label1):
                    yield tick.label1, "tick", ax


def seen(text: Text) -> bool:
    """Whether a text shows anything."""
    return bool(text.get_visible() and text.get_text().strip())


def data_lines(ax: Axes) -> list[Line2D]:
    """The lines and points that stand for data; rules at zero, at a norm or on a day are none."""
    return [line for line in ax.lines if line.get_transform() is ax.transData and len(line.get_xdata())]


def data_bars(ax: Axes) -> list[Rectangle]:
    """The bars of a panel that have a length."""
    return [bar for one in ax.containers for bar in one.patches if bar.get_width() and bar.get_height()]


def mark_colours(artist: Line2D | Rectangle) -> list[Colour]:
    """The colours by which a line, a point or a bar is told from its ground; one that is seen is enough."""
    if isinstance(artist, Rectangle):
        edge = [artist.get_edgecolor()] if artist.get_linewidth() else []
        return [to_rgb(colour) for colour in (artist.get_facecolor(), *edge) if to_rgba(colour)[3]]
    found = [artist.get_color()] if artist.get_linestyle() not in ("None", "") else []
    if artist.get_marker() not in ("None", "", None):
        found += [artist.get_markeredgecolor(), artist.get_markerfacecolor()]
    return [to_rgb(colour) for colour in found]


def text_collisions(ink: Ink) -> list[str]:
    """Every text that leaves the canvas and every two that overlap."""
    boxes = [(words.artist.get_text(), words.box.padded(-0.5 * DPI / 100)) for words in ink.texts]
    width, height = ink.size
    outside = [
        f"outside: {said!r}"
        for said, box in boxes
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]  # fmt: skip
    return outside + [
        f"{said!r} over {other!r}"
        for (said, box), (other, other_box) in combinations(boxes, 2)
        if box.overlaps(other_box)
    ]


def contrast(colour: object, ground: object = "#FFFFFF") -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((_luminance(to_rgb(one)) for one in (colour, ground)), reverse=True)  # type: ignore[arg-type]
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    return float(np.dot(_linear(np.array(colour)), (0.2126, 0.7152, 0.0722)))


def _linear(colour: np.ndarray) -> np.ndarray:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def distance(one: object, other: object, seen_by: str = "") -> float:
    """How far two colours lie apart in CIELAB (2.3 is just noticed), `seen_by` one of `BLIND` or by all cones."""
    ends = []
    for colour in (one, other):
        linear = _linear(np.array(to_rgb(colour)))  # type: ignore[arg-type]
        if seen_by:
            linear = np.clip(np.array(BLIND[seen_by]) @ linear, 0, 1)
        ends.append(_lab(linear))
    return float(np.linalg.norm(ends[0] - ends[1]))


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
    ratio = to_xyz @ linear / np.array((0.9505, 1.0, 1.089))
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


def _floats(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float)
