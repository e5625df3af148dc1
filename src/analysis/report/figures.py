"""The charts of the report: findings and numbers in, figures with their words, alt text and tables out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.charts.giving import plot_seasonal_profile, plot_weekly_giving, winter_spans
from analysis.charts.need import plot_events, plot_people_in_need
from analysis.charts.style import Frame, funder_figure, house_style, panel_heading, shade_winters, time_axis
from analysis.charts.winter import plot_winter_drop
from analysis.dataset import LANGUAGES
from analysis.models.results import EachWinter, PerPerson, RawChange, TooThin, WinterDrop
from analysis.report.aid_figures import arrivals_chart, coverage_chart, rationing_chart, stock_chart
from analysis.report.appeal_figures import appeal_chance_chart, appeal_chart, appeal_outcomes_chart
from analysis.report.chart import Chart, chart_words, source_line
from analysis.report.donor_figures import cohorts_chart, donors_chart, money_chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.naming import names_in, window_in_days
from analysis.report.robust_figures import sensitivity_chart, split_chart
from analysis.report.testimony_figures import online_chart, testimony_orders_chart
from analysis.seasons import Window, month_start
from analysis.wording import capital, shortened, typeset

EVENTS_SHOWN = 6
LONGEST_EVENT = 120
"""Characters of an event that a chart tries to place."""


def draw_charts(findings: Findings, numbers: Mapping[str, Number], language: str) -> list[Chart]:
    """Every chart that the records can carry, in reading order, in one language."""
    return [chart for draw in CHARTS if (chart := draw(findings, numbers, language)) is not None]


def giving_and_need_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart:
    """Giving a week above people in need a month, on one time axis, winters shaded and events marked."""
    need, events = findings.need, _events(findings)
    note = "giving" if need is not None else "giving_alone"
    frame = Frame(
        title=words("titles", language)["giving" if need is None else "giving_and_need"],
        subtitle=say(f"subtitles.{note}", language, numbers, name=findings.dataset.name),
        source=source_line(findings, note, language),
    )
    heights = [5.6, *([3.6] if need is not None else []), *([0.5 * len(events)] if len(events) else [])]
    last_measured = 0 if need is None else 1
    labels = chart_words(findings, language)
    with house_style():
        figure, panels = funder_figure(frame, heights_cm=heights, heading_cm=1.5)
        winters = winter_spans(findings.weekly)
        first, last = findings.weekly["week"].iloc[0], findings.weekly["week"].iloc[-1] + pd.Timedelta(days=7)
        for place, ax in enumerate(panels):
            time_axis(ax, first, last, language, labels=place == last_measured)
            if place <= last_measured:
                shade_winters(ax, winters, name=labels["winter_name"] if place == 0 else "")
        plot_weekly_giving(findings.giving, ax=panels[0], words=labels, language=language)
        if need is not None:
            plot_people_in_need(need, ax=panels[1], words=labels, language=language)
        if len(events):
            plot_events(events, ax=panels[-1], language=language)
            panel_heading(panels[-1], labels["events_heading"])
    people = words("alt", language)["giving_people"] if need is not None else ""
    alt = say("alt.giving", language, numbers, people=people)
    return Chart(name="giving_and_need", frame=frame, alt=alt, figure=figure, table=_giving_and_need_table(findings))


def winter_drop_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """From the raw change to the winter drop, its cross-check and each winter; None without a drop."""
    if isinstance(findings.drop, TooThin):
        return None
    direction = numbers["winter_drop"].direction
    window = window_in_days(findings.dataset.winter, language)
    frame = Frame(
        title=say(f"titles.winter_{direction}", language, numbers),
        subtitle=say("subtitles.winter", language, numbers, name=findings.dataset.name, window=window),
        source=source_line(findings, "winter", language),
    )
    table = winter_table(findings, language)
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[0.78 * len(table) + 1.0], left_cm=5.9, right_cm=3.7)
        plot_winter_drop(table, ax=ax, words=words("charts", language), language=language)
    alt = say("alt.winter", language, numbers, claim=findings.drop.summary(language))
    return Chart(name="winter_drop", frame=frame, alt=alt, figure=figure, table=table.drop(columns="kind"))


def seasonal_profile_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """Mean giving a week in each month, with each giving year as a point; None when no month may be shown."""
    if findings.profile["amount"].isna().all():
        return None
    telling = "peak_amount" in numbers
    names = names_in(findings, language)
    months = {**names, "peak_month": capital(names["peak_month"])}
    frame = Frame(
        title=say("titles.season" if telling else "titles.season_plain", language, numbers, **months),
        subtitle=say("subtitles.season", language, numbers, **names),
        source=source_line(findings, "season_gaps" if findings.profile["hidden"].any() else "season", language),
    )
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[5.0], right_cm=0.6)
        plot_seasonal_profile(
            findings.profile, ax=ax, winter_months=winter_months(findings.dataset.winter),
            words=chart_words(findings, language), language=language,
        )  # fmt: skip
    alt = say("alt.season" if telling else "alt.season_plain", language, numbers, **names)
    return Chart(name="seasonal_profile", frame=frame, alt=alt, figure=figure, table=findings.profile)


def winter_table(findings: Findings, language: str) -> pd.DataFrame:
    """The rows of the winter chart: `kind`, `measure`, `label`, `change`, `low`, `high`; negative is less in winter."""
    text = words("charts", language)
    rows: list[tuple[str, str, str, float, float | None, float | None]] = []
    if isinstance(findings.raw, RawChange):
        rows.append(("raw", "raw_change", text["row_raw"], findings.raw.change, None, None))
    for result, kind, measure in (
        (findings.drop, "main", "winter_drop"),
        (findings.per_person, "main", "winter_drop_per_person"),
        (findings.second, "check", "winter_drop_second"),
        (findings.each, "check", "winter_check"),
    ):
        if isinstance(result, WinterDrop | PerPerson | EachWinter):
            label = text[f"row_{measure}"].format(window=window_in_days(findings.dataset.second_window, language))
            rows.append((kind, measure, label, -result.drop, -result.upper, -result.lower))
    if isinstance(findings.each, EachWinter):
        rows += [
            (
                "winter",
                f"winter {one.label}",
                text["row_winter"].format(winter=one.label),
                -one.drop,
                -one.upper,
                -one.lower,
            )
            for one in findings.each.winters
        ]
    table = pd.DataFrame(rows, columns=["kind", "measure", "label", "change", "low", "high"])
    return table.astype({"change": "float64", "low": "float64", "high": "float64"})


def winter_months(window: Window) -> tuple[int, ...]:
    """Calendar months of which half the days or more lie in the window."""
    days = pd.date_range("2021-01-01", "2021-12-31")
    inside = pd.Series(window.holds(days)).groupby(days.month).mean()
    return tuple(int(month) for month in inside.index[inside >= 0.5])


def _events(findings: Findings) -> pd.DataFrame:
    """Events inside the recorded period, earliest first, at most six."""
    events = findings.tables.events
    ends = events["ended_on"].fillna(events["started_on"])
    inside = (ends >= pd.Timestamp(findings.first_day)) & (events["started_on"] <= pd.Timestamp(findings.last_day))
    shown = events[inside].sort_values("started_on").tail(EVENTS_SHOWN).reset_index(drop=True)
    return shown.assign(
        **{
            f"label_{code}": [
                typeset(shortened(str(text), most=LONGEST_EVENT), code) for text in shown[f"label_{code}"]
            ]
            for code in LANGUAGES
        }
    )


def _giving_and_need_table(findings: Findings) -> pd.DataFrame:
    """The weeks with the month's people in need beside them, as published."""
    if findings.need is None:
        return findings.giving
    month = month_start(findings.giving["week"])
    people = findings.need.set_index("month").reindex(month).reset_index(drop=True)
    return pd.concat([findings.giving, people], axis=1)


CHARTS: tuple[Callable[[Findings, Mapping[str, Number], str], Chart | None], ...] = (
    giving_and_need_chart, winter_drop_chart, seasonal_profile_chart, sensitivity_chart, split_chart, coverage_chart,
    arrivals_chart, rationing_chart, stock_chart, appeal_chart, appeal_outcomes_chart, appeal_chance_chart,
    online_chart, testimony_orders_chart, donors_chart, cohorts_chart, money_chart,
)  # fmt: skip
"""What draws each chart, in reading order; None where the records cannot carry it."""
