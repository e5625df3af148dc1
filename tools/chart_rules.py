"""The rules of the house style that a machine can hold: each takes a drawn chart and names what breaks it.

Those of its words are in `chart_words`. `RULES` has them in the order of `docs/gallery.md`; the first line of each is
what the page says.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from tools.chart_ink import BLIND, DPI, contrast, data_bars, data_lines, distance, mark_colours, text_collisions
from tools.chart_marks import (
    along,
    best_contrast,
    ground_colours,
    known_colour,
    lies,
    look,
    on_image,
    pixels_in,
    table_values,
    values_in,
)
from tools.chart_words import (
    Drawn,
    alt_text_serves,
    annotations_short,
    axes_have_units,
    gaps_are_said,
    one_language,
    source_stands,
    subtitle_places,
    title_states,
)

from analysis.charts import style

SMALLEST_TEXT, TEXT_CONTRAST, MARK_CONTRAST = 7.0, 4.5, 3.0
NEAREST_COLOURS, MOST_COLOURS = 12.0, 4
PALETTE = {name: value for name, value in vars(style).items() if isinstance(value, str) and value.startswith("#")}


def one_axis_no_legend(drawn: Drawn) -> list[str]:
    """Labels stand beside what they name: no legend, and never a second axis over the first."""
    found = ["legend"] if drawn.chart.figure.legends or any(ax.get_legend() for ax in drawn.panels) else []
    boxes = [drawn.ink.panels[ax] for ax in drawn.panels]
    return found + ["two axes in one place" for one, other in combinations(boxes, 2) if one.overlaps(other)]


def values_from_zero(drawn: Drawn) -> list[str]:
    """Bars begin at zero or where another ends; every axis of values has zero on it."""
    found = []
    for ax in drawn.panels:
        bars = data_bars(ax)
        across = [bar for bar in bars if lies(ax, bar)]
        if across and ax.get_xlim()[0] < 10_000:  # not bars of time
            columns = {line.get_xdata()[0] for line in ax.lines if len(set(line.get_xdata())) == 1}
            ends = {round(bar.get_x() + bar.get_width(), 6) for bar in bars} | {0.0, *columns}
            found += [f"bar from {bar.get_x()}" for bar in across if round(bar.get_x(), 6) not in ends]
            found += [] if ax.get_xlim()[0] <= 0 <= ax.get_xlim()[1] else ["no zero across"]
        found += [f"bar from {bar.get_y()}" for bar in bars if not lies(ax, bar) and bar.get_y() != 0]
        if len(ax.get_yticks()) and not ax.get_ylim()[0] <= 0 <= ax.get_ylim()[1]:
            found.append("no zero upward")
    return found


def texts_apart(drawn: Drawn) -> list[str]:
    """No two texts overlap and none leaves the page."""
    return text_collisions(drawn.ink)


def marks_whole(drawn: Drawn) -> list[str]:
    """No line, point or bar is cut off at the edge of its panel."""
    found = []
    for ax in drawn.panels:
        for line in data_lines(ax):
            if not line.get_clip_on():
                continue
            pointed = line.get_marker() not in ("None", "", None)
            room = drawn.ink.panels[ax].padded(1.0 - (line.get_markersize() / 2 * DPI / 72 if pointed else 0))
            path = drawn.ink.paths[line]
            path = path[np.isfinite(path).all(axis=1)]
            inside = (path >= (room.x0, room.y0)).all(axis=1) & (path <= (room.x1, room.y1)).all(axis=1)
            found += [f"{(~inside).sum()} points outside"] if not inside.all() else []
        room = drawn.ink.panels[ax].padded(1.0)
        for bar in data_bars(ax):
            box = drawn.ink.bars[bar]
            if box.x0 < room.x0 or box.x1 > room.x1 or box.y0 < room.y0 or box.y1 > room.y1:
                found.append("a bar outside")
    return found


def texts_clear_of_marks(drawn: Drawn) -> list[str]:
    """No text covers a point, a bar or a line of data."""
    found = []
    for words in drawn.ink.texts:
        box = words.box.padded(-1)
        for line in drawn.ink.paths:
            if any(box.contains(*place) for place in along(drawn.ink, line)):
                found.append(f"{words.said!r} on a line")
        found += [f"{words.said!r} on a bar" for bar in drawn.ink.bars.values() if bar.overlaps(box)]
    return found


def fonts_of_the_house(drawn: Drawn) -> list[str]:
    """Texts are set in DejaVu Sans at 7 points or more, in letters that the font has."""
    found, wanted = [], findfont(FontProperties(family=style.FONT))
    letters = FT2Font(wanted).get_charmap()
    for words in drawn.ink.texts:
        drawn_in = findfont(FontProperties(family=words.artist.get_fontfamily()))
        missing = [letter for letter in words.said if ord(letter) not in letters]
        if drawn_in != wanted or words.artist.get_fontsize() < SMALLEST_TEXT or missing:
            found.append(f"{words.said!r}: {words.artist.get_fontsize()} points {missing}")
    return found


def texts_legible(drawn: Drawn) -> list[str]:
    """Texts reach 4.5:1 on every colour that lies under them, and nothing hides them."""
    found = []
    for words in drawn.ink.texts:
        ink = words.artist.get_color()
        found += [
            f"{words.said!r} {contrast(ink, ground):.2f}"
            for ground in ground_colours(pixels_in(drawn.ink.without_text, words.box))
            if contrast(ink, ground) < TEXT_CONTRAST
        ]
        nearest = np.abs(pixels_in(drawn.ink.full, words.box) - to_rgba(ink)[:3]).max(axis=1).min()
        found += [f"{words.said!r} is hidden"] if nearest > 0.15 else []
    return found


def marks_visible(drawn: Drawn) -> list[str]:
    """Lines, points and bars reach 3:1 on what lies under and beside them."""
    ground, found = drawn.ink.grounds, []
    for line in drawn.ink.paths:
        places = np.round(along(drawn.ink, line, step=4)).astype(int)
        faint = [best_contrast(line, ground[y, x]) < MARK_CONTRAST for x, y in places if on_image(ground, x, y)]
        if np.mean(faint or [0]) > 0.02:
            found.append(f"line {line.get_color()}")
    for bar, box in drawn.ink.bars.items():
        edges = (box.y0 - 3, box.y1 + 3) if lies(bar.axes, bar) else (box.y1 + 3,)  # others may touch its ends
        beside = [(x, y) for x in np.linspace(box.x0, box.x1, 9)[1:-1] for y in edges]
        faint = [best_contrast(bar, ground[round(y), round(x)]) < MARK_CONTRAST for x, y in beside]
        found += [f"bar {to_hex(bar.get_facecolor())}"] if np.mean(faint) > 0.5 else []
    return found


def colour_never_alone(drawn: Drawn) -> list[str]:
    """What differs in colour differs in dash, marker, weight, pattern or side as well."""
    found = []
    for ax in drawn.panels:
        looks = [(known_colour(mark), look(ax, mark)) for mark in (*data_lines(ax), *data_bars(ax))]
        found += [
            f"{one[0]} and {other[0]}"
            for one, other in combinations(sorted(set(looks), key=repr), 2)
            if one[0] != other[0] and one[1] == other[1]
        ]
    return found


def colours_few_and_far(drawn: Drawn) -> list[str]:
    """At most four colours of data, all of the house, 12 apart in CIELAB for every kind of colour vision."""
    found, house = [], {value.lower() for value in PALETTE.values()} | {"#ffffff"}
    for ax in drawn.panels:
        marks = {to_hex(known_colour(mark)) for mark in (*data_lines(ax), *data_bars(ax))} - {"#ffffff"}
        found += [f"{len(marks)} colours"] if len(marks) > MOST_COLOURS else []
        found += [
            f"{one} and {other} {seen_by}"
            for one, other in combinations(sorted(marks), 2)
            for seen_by in ("", *BLIND)
            if distance(one, other, seen_by) < NEAREST_COLOURS
        ]
    used = {to_hex(words.artist.get_color()) for words in drawn.ink.texts}
    used |= {to_hex(colour) for mark in (*drawn.ink.paths, *drawn.ink.bars) for colour in mark_colours(mark)}
    filled = [patch.get_facecolor() for ax in drawn.panels for patch in (*ax.patches, *ax.collections)]
    used |= {to_hex(colour) for colours in filled for colour in np.atleast_2d(colours)}
    return found + [f"{colour} is not of the house" for colour in sorted(used - house)]


def table_holds_what_is_drawn(drawn: Drawn) -> list[str]:
    """The table behind a chart holds every value that is drawn."""
    table = drawn.chart.table
    known = np.array(sorted({0.0, *table_values(drawn.chart.name, table)}))
    if "giving_and_need" in drawn.beside and drawn.chart.name == "rationing":  # its text alternative says so
        known = np.union1d(known, [*table_values("giving_and_need", drawn.beside["giving_and_need"])])
    found = ["no table"] if table.empty else []
    for ax in drawn.panels:
        if ax.get_xlim()[0] > 10_000 and not len(ax.get_yticks()):
            continue  # bars of time: their days stand in words
        tolerance = 0.02 if drawn.chart.name == "appeal_chance" else 1e-6  # dots are gathered on steps
        for values in values_in(ax):
            near = np.abs(values[:, None] - known[None, :]).min(axis=1)
            far = values[near > tolerance * np.maximum(1.0, np.abs(values))]
            found += [f"not in the table: {far[:3]}"] if len(far) else []
    return found


Rule = Callable[[Drawn], list[str]]
RULES: tuple[Rule, ...] = (
    title_states, subtitle_places, source_stands, axes_have_units, one_axis_no_legend, values_from_zero, texts_apart,
    marks_whole, texts_clear_of_marks, fonts_of_the_house, texts_legible, marks_visible, colour_never_alone,
    colours_few_and_far, alt_text_serves, table_holds_what_is_drawn, gaps_are_said, annotations_short, one_language,
)  # fmt: skip
