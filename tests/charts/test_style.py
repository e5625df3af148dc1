"""The house style: readable colours, nothing global, a frame of words, time and winters."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from tools.chart_ink import contrast

from analysis.charts import style
from analysis.charts.style import Frame, funder_figure, house_style, shade_winters, time_axis

TEXT_COLOURS = ("INK", "QUIET_INK", "GIVING", "NEED", "WINTER_MARK")
MARK_COLOURS = (*TEXT_COLOURS, "GIVING_FAINT")
GROUNDS = ("RULE", "WINTER_FILL", "SOFT_FILL", "BAND_FILL", "NEED_FILL")


def axes() -> mpl.axes.Axes:
    with house_style():
        return Figure(figsize=(6, 3)).add_subplot()


def ticks(first: str, last: str, language: str) -> list[str]:
    ax = axes()
    time_axis(ax, pd.Timestamp(first), pd.Timestamp(last), language)
    return [label.get_text() for label in ax.get_xticklabels()]


# Colours


def test_contrast_is_measured_as_the_standard_does():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", TEXT_COLOURS)
def test_a_text_colour_is_readable_on_white(name):
    assert contrast(getattr(style, name)) >= 4.5


@pytest.mark.parametrize("name", MARK_COLOURS)
def test_a_mark_is_visible_on_white(name):
    assert contrast(getattr(style, name)) >= 3


@pytest.mark.parametrize("name", ["GIVING", "GIVING_FAINT", "NEED"])
def test_a_line_is_visible_on_winter_shading_too(name):
    assert contrast(getattr(style, name), style.WINTER_FILL) >= 3
    assert contrast(style.NEED, style.NEED_FILL) >= 3


def test_every_colour_of_the_house_is_a_text_a_mark_or_a_ground():
    colours = {name for name, value in vars(style).items() if isinstance(value, str) and value.startswith("#")}

    assert colours == {*MARK_COLOURS, *GROUNDS}


def test_giving_and_need_differ_in_grey():
    def grey(name: str) -> float:
        return contrast(getattr(style, name), "#000000")

    assert abs(grey("GIVING") - grey("GIVING_FAINT")) > 1
    assert abs(grey("NEED") - grey("NEED_FILL")) > 1


# Nothing global


def test_the_house_style_ends_with_its_block():
    before = dict(mpl.rcParams)

    with house_style():
        funder_figure(Frame(title="A", subtitle="B", source="C"), heights_cm=[3])
        inside = mpl.rcParams["font.size"]

    assert inside == style.HOUSE["font.size"] != before["font.size"]
    assert dict(mpl.rcParams) == before


def test_the_house_style_ends_with_an_error_too():
    before = dict(mpl.rcParams)

    with pytest.raises(ValueError, match="stop"), house_style():
        raise ValueError("stop")

    assert dict(mpl.rcParams) == before


# The frame


def test_a_figure_has_its_words_and_panels_as_high_as_asked():
    frame = Frame(title="Title", subtitle="Subtitle", source="Source")
    with house_style():
        figure, panels = funder_figure(frame, heights_cm=[4, 2])

    assert [text.get_text() for text in figure.texts] == ["Title", "Subtitle", "Source"]
    heights = [ax.get_position().height * figure.get_figheight() * 2.54 for ax in panels]
    assert heights == pytest.approx([4, 2])
    assert panels[0].get_position().y0 > panels[1].get_position().y1


def test_long_words_make_the_figure_higher_and_no_panel_smaller():
    short = Frame(title="A", subtitle="B", source="C")
    long = Frame(title="giving " * 20, subtitle="of the people " * 20, source="from the records " * 20)
    with house_style():
        (low, (small,)), (high, (same,)) = (funder_figure(frame, heights_cm=[4]) for frame in (short, long))

    assert high.get_figheight() > low.get_figheight()
    assert high.get_figwidth() == low.get_figwidth()
    heights = [ax.get_position().height * figure.get_figheight() for ax, figure in ((small, low), (same, high))]
    assert heights[0] == pytest.approx(heights[1])


def test_a_number_keeps_its_unit_when_words_are_broken():
    frame = Frame(title="mot " * 14 + "22\u202f% mot", subtitle="B", source="C")
    with house_style():
        figure, _ = funder_figure(frame, heights_cm=[4])

    title = figure.texts[0].get_text()
    assert "\n" in title
    assert "22\u202f%" in title
    assert title.replace("\n", " ") == frame.title


# Time


@pytest.mark.parametrize(
    ("first", "last", "fr", "en"),
    [
        ("2017-04-03", "2021-03-29", ["2018", "2019", "2020", "2021"], ["2018", "2019", "2020", "2021"]),
        ("2019-07-01", "2021-06-28", ["juil. 2019", "janv. 2020", "juil. 2020", "janv. 2021"],
         ["Jul 2019", "Jan 2020", "Jul 2020", "Jan 2021"]),
        ("2020-09-07", "2021-05-01", ["oct. 2020", "janv. 2021", "avr. 2021"], ["Oct 2020", "Jan 2021", "Apr 2021"]),
        ("2020-09-07", "2020-11-20", ["oct. 2020", "nov. 2020"], ["Oct 2020", "Nov 2020"]),
        ("1996-07-01", "2021-06-28", [str(year) for year in range(1998, 2022, 2)],
         [str(year) for year in range(1998, 2022, 2)]),
    ],
)  # fmt: skip
def test_a_period_has_ticks_that_a_reader_can_name(first, last, fr, en):
    assert ticks(first, last, "fr") == fr
    assert ticks(first, last, "en") == en


def test_the_time_axis_ends_where_the_period_does():
    ax = axes()

    time_axis(ax, pd.Timestamp("2020-01-06"), pd.Timestamp("2021-01-04"), "en", labels=False)

    assert ax.get_xlim()[1] - ax.get_xlim()[0] == 364
    assert {label.get_text() for label in ax.get_xticklabels()} == {""}


@pytest.mark.parametrize(
    ("winters", "labels"),
    [
        (2, ["hiver\n2000/01", "hiver\n2001/02"]),
        (7, ["00/01", "01/02", "02/03", "03/04", "04/05", "05/06", "06/07"]),
        (13, ["00/01", "02/03", "04/05", "06/07", "08/09", "10/11", "12/13"]),
    ],
)
def test_every_winter_is_shaded_and_labels_give_way_when_there_are_many(winters, labels):
    spans = [
        (f"{2000 + n}/{n + 1:02d}", pd.Timestamp(2000 + n, 12, 1).date(), pd.Timestamp(2001 + n, 3, 1).date())
        for n in range(winters)
    ]
    ax = axes()

    shade_winters(ax, spans, name="hiver")

    assert len(ax.patches) == winters
    assert [text.get_text() for text in ax.texts] == labels
    assert ax.patches[0].get_width() == 90


def test_without_a_name_winters_are_shaded_only():
    ax = axes()

    shade_winters(ax, [("2000/01", pd.Timestamp(2000, 12, 1).date(), pd.Timestamp(2001, 3, 1).date())])

    assert (len(ax.patches), len(ax.texts)) == (1, 0)
