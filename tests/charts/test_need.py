"""People in need and events: the table by hand, the ink read back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure

from analysis.charts.need import need_table, plot_events, plot_people_in_need, with_other_counts
from analysis.charts.style import house_style, time_axis

WEEKS = pd.date_range("2021-01-04", periods=8, freq="7D", unit="us")


@pytest.fixture
def weekly() -> pd.DataFrame:
    people = [100.0, 200.0, 300.0, 400.0, np.nan, np.nan, np.nan, np.nan]
    return pd.DataFrame({"week": WEEKS, "people": people}).assign(
        people_low=lambda t: t["people"] - 50, people_high=lambda t: t["people"] + 50
    )


def counts(*rows: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["counted_on", "area", "people"])
    return frame.assign(counted_on=pd.to_datetime(frame["counted_on"]), people=frame["people"].astype("Int64"))


def test_a_month_is_the_mean_of_its_weeks_and_unknown_where_no_week_is_known(weekly):
    table = need_table(weekly, counts())

    assert table["month"].dt.strftime("%Y-%m-%d").tolist() == ["2021-01-01", "2021-02-01"]
    assert table[["people", "people_low", "people_high"]].iloc[0].tolist() == [250.0, 200.0, 300.0]
    assert table.iloc[1, 1:].isna().all()


def test_counts_of_a_month_are_averaged_by_area_and_then_added(weekly):
    table = need_table(
        weekly,
        counts(
            ("2021-01-05", "Calais", 200), ("2021-01-19", "Calais", 300), ("2021-01-07", "Dunkirk", 100),
            ("2021-02-02", "Calais", 400),
        ),
    )  # fmt: skip

    # In February nobody counted in Dunkirk: 400 is no count of all the people.
    assert table["counted"].fillna(-1).tolist() == [350.0, -1]


def test_places_of_one_area_counted_on_one_day_are_added(weekly):
    table = need_table(weekly, counts(("2021-01-05", "Calais", 200), ("2021-01-05", "Calais", 30)))

    assert table["counted"].fillna(-1).tolist() == [230.0, -1]


def test_other_sources_have_columns_of_their_own_and_none_where_they_counted_other_areas(weekly):
    table = need_table(weekly, counts(("2021-01-05", "Calais", 260)))
    official = counts(("2021-01-09", "Calais", 200), ("2021-02-09", "Calais", 210), ("2021-02-09", "Dunkirk", 50))
    camp, around = counts(("2021-01-05", "Calais", 300)), counts(("2021-02-05", "Calais", 310))
    others = [official.assign(method="official"), camp.assign(method="meals"), around.assign(method="meals")]

    shown = with_other_counts(table, others, areas=1)

    assert shown.columns[-3:].tolist() == ["counted_official", "counted_meals", "counted_meals_2"]
    assert shown["counted_official"].fillna(-1).tolist() == [200.0, -1]
    assert shown["counted_meals"].fillna(-1).tolist() == [300.0, -1]
    assert shown["counted_meals_2"].fillna(-1).tolist() == [-1, 310.0]


def test_other_counts_are_points_with_a_mark_of_their_own_named_beside_the_line(words, weekly):
    table = need_table(weekly, counts(("2021-01-05", "Calais", 260)))
    official = counts(("2021-01-09", "Calais", 200)).assign(method="official")

    with house_style():
        ax = plot_people_in_need(
            with_other_counts(table, [official], areas=1), ax=Figure().add_subplot(), words=words["en"], language="en"
        )

    points = ax.lines[2]
    assert (points.get_marker(), points.get_linestyle()) == ("s", "None")
    assert points.get_ydata()[0] == 200
    assert any("■ State figures" in text.get_text() for text in ax.texts)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_line_band_and_points_are_the_table(words, weekly, language):
    table = need_table(weekly, counts(("2021-01-05", "Calais", 260)))

    with house_style():
        ax = plot_people_in_need(table, ax=Figure().add_subplot(), words=words[language], language=language)

    line, points = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), table["people"])
    np.testing.assert_array_equal(points.get_ydata(), table["counted"])
    assert [day.strftime("%m-%d") for day in num2date(line.get_xdata())] == ["01-15", "02-15"]
    assert points.get_linestyle() == "None"
    assert line.get_linestyle() == "--"
    band = ax.collections[0].get_paths()
    assert {height for path in band for height in path.vertices[:, 1]} == {200.0, 300.0}
    assert [text.get_text() for text in ax.texts] == [words[language]["need_heading"], words[language]["need_label"]]
    assert ax.get_ylim()[0] == 0


def test_the_tables_given_are_not_changed(words, weekly):
    counted = counts(("2021-01-05", "Calais", 260))
    before = weekly.copy(), counted.copy()

    table = need_table(weekly, counted)
    table_before = table.copy()
    plot_people_in_need(table, ax=Figure().add_subplot(), words=words["fr"], language="fr")

    pd.testing.assert_frame_equal(weekly, before[0])
    pd.testing.assert_frame_equal(counted, before[1])
    pd.testing.assert_frame_equal(table, table_before)


# Events


@pytest.fixture
def events() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "started_on": pd.to_datetime(["2020-12-01", "2021-01-10", "2021-02-20"]),
            "ended_on": pd.to_datetime(["2021-01-09", None, "2022-01-01"]),
            "label_fr": ["Avant", "Un jour", "Après"],
            "label_en": ["Before", "One day", "After"],
        }
    )


@pytest.fixture
def axis():
    with house_style():
        ax = Figure(figsize=(6, 2)).add_subplot()
        time_axis(ax, pd.Timestamp("2021-01-01"), pd.Timestamp("2021-03-01"), "fr")
    return ax


def test_each_event_is_a_bar_on_its_own_row_cut_at_the_ends_of_the_axis(events, axis):
    plot_events(events, ax=axis, language="fr")

    first, last = date2num(pd.Timestamp("2021-01-01")), date2num(pd.Timestamp("2021-03-01"))
    bars = [
        (bar.get_x(), bar.get_x() + bar.get_width(), round(bar.get_y() + bar.get_height() / 2)) for bar in axis.patches
    ]
    assert bars == [
        (first, first + 9, 0),  # to the end of 9 January
        (first + 9, first + 16, 1),  # a single day is drawn a week wide
        (first + 50, last, 2),
    ]
    assert axis.get_xlim() == (first, last)


def test_the_label_stands_on_the_side_with_more_room(events, axis):
    plot_events(events, ax=axis, language="en")

    assert [(text.get_text(), text.get_ha()) for text in axis.texts] == [
        ("Before", "left"), ("One day", "left"), ("After", "right"),
    ]  # fmt: skip


def test_events_have_no_value_axis(events, axis):
    plot_events(events, ax=axis, language="fr")

    assert axis.get_yticks().tolist() == []
    assert axis.get_ylim()[0] > axis.get_ylim()[1]
