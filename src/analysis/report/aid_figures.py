"""The charts of what people got: coverage, arrivals, rationing, stock."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10

import pandas as pd

from analysis.charts.coverage import plot_arrivals, plot_coverage, plot_rationing
from analysis.charts.giving import plot_weekly_giving, winter_spans
from analysis.charts.stock import plot_stock
from analysis.charts.style import Frame, funder_figure, house_style, shade_winters, time_axis
from analysis.dataset import Dataset
from analysis.panel.stock import most_critical
from analysis.report.chart import Chart, chart_words, source_line
from analysis.report.findings import Findings
from analysis.report.narrative import Figure, Number, say, words
from analysis.report.numbers.naming import items_name
from analysis.seasons import giving_year
from analysis.wording import capital, is_one, month, number

MOST_PANELS = 6
PANEL_CM, ROW_CM = 1.9, 1.25
COVERAGE_COLUMNS = [
    "month", "item", "item_label", "distributed", "needed", "coverage", "coverage_low", "coverage_high", "hidden",
]  # fmt: skip


def coverage_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """Coverage by item and month, all counted areas together, against the norm; None where nothing was assessed."""
    coverage = findings.aid.coverage
    items = [item for item in dict.fromkeys(coverage["item"]) if f"coverage_{item}" in numbers][:MOST_PANELS]
    if not items:
        return None
    frame = Frame(
        title=capital(say(f"titles.{_coverage_title(numbers)}", language, numbers)),
        subtitle=say("subtitles.coverage", language, numbers, name=findings.dataset.name),
        source=source_line(findings, "coverage", language),
    )
    first, last = coverage["month"].iloc[0], coverage["month"].iloc[-1] + pd.DateOffset(months=1)
    with house_style():
        figure, panels = funder_figure(frame, heights_cm=[PANEL_CM] * len(items))
        for ax, item in zip(panels, items, strict=True):
            time_axis(ax, first, last, language, labels=ax is panels[-1])
            shade_winters(ax, winter_spans(findings.weekly))
            own = coverage[coverage["item"] == item]
            heading = norm_heading(findings.dataset, item, language)
            plot_coverage(own, ax=ax, words=words("charts", language), language=language, heading=heading)
    table = _named(coverage[coverage["kind"].notna()], findings.dataset, language)[COVERAGE_COLUMNS]
    alt = say("alt.coverage", language, numbers)
    return Chart(name="coverage", frame=frame, alt=alt, figure=figure, table=table.reset_index(drop=True))


def arrivals_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """Need, goods received and goods handed out of each item with a norm; None where no item has all three."""
    table = findings.aid.arrivals
    if table.empty or not table["received"].any():
        return None
    short = int((table[["received", "distributed"]].max(axis=1) < table["needed"]).sum())
    title = "arrivals_short" if short == len(table) else "arrivals"
    until = month(table["last"].max().date(), language)
    frame = Frame(
        title=say(f"titles.{title}", language, numbers),
        subtitle=say("subtitles.arrivals", language, numbers, name=findings.dataset.name, until=until),
        source=source_line(findings, "arrivals", language),
    )
    named = _named(table, findings.dataset, language)
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[ROW_CM * len(table) + 0.6], left_cm=4.2, right_cm=3.4)
        plot_arrivals(named, ax=ax, words=words("charts", language), language=language)
    alt = say("alt.arrivals", language, numbers)
    columns = ["item", "item_label", "first", "last", "needed", "received", "distributed"]
    return Chart(name="arrivals", frame=frame, alt=alt, figure=figure, table=named[columns])


def rationing_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """Giving a week above the share of distribution lines rationed a month; None where no line says it."""
    table = findings.aid.rationing
    if not table["lines"].sum():
        return None
    worse = more_in_every_winter(table, findings.dataset)
    frame = Frame(
        title=say("titles.rationing_winter" if worse else "titles.rationing", language, numbers),
        subtitle=say("subtitles.rationing", language, numbers, name=findings.dataset.name),
        source=source_line(findings, "rationing", language),
    )
    labels = chart_words(findings, language)
    with house_style():
        figure, panels = funder_figure(frame, heights_cm=[4.2, 3.4], heading_cm=1.5)
        first, last = findings.weekly["week"].iloc[0], findings.weekly["week"].iloc[-1] + pd.Timedelta(days=7)
        for ax in panels:
            time_axis(ax, first, last, language, labels=ax is panels[-1])
            shade_winters(ax, winter_spans(findings.weekly), name=labels["winter_name"] if ax is panels[0] else "")
        plot_weekly_giving(findings.giving, ax=panels[0], words=labels, language=language)
        plot_rationing(table, ax=panels[1], words=labels, language=language)
    columns = ["month", "lines", "rationed", "rationed_share", "asking", "refused", "served_less", "hidden"]
    alt = say("alt.rationing", language, numbers)
    return Chart(
        name="rationing",
        frame=frame,
        alt=alt,
        figure=figure,
        table=table[columns].rename(columns={"amount": "amount_month"}),
    )


def stock_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """The stock of the five items that would be gone first; None where nothing was counted."""
    levels = findings.aid.levels
    items = most_critical(levels) if len(levels) else []
    if not items:
        return None
    first_out = items_name(findings.dataset, items[0], language)
    left = numbers[f"weeks_left_{items[0]}"]
    title = "stock_one" if is_one(float(left.value), language) else "stock"
    frame = Frame(
        title=say(f"titles.{title}", language, {"left": left}, item=capital(first_out)),
        subtitle=say("subtitles.stock", language, numbers, name=findings.dataset.name),
        source=source_line(findings, "stock", language),
    )
    first, last = levels["week"].min(), levels["week"].max() + pd.Timedelta(days=7)
    labels = words("charts", language)
    with house_style():
        figure, panels = funder_figure(frame, heights_cm=[PANEL_CM] * len(items))
        for ax, item in zip(panels, items, strict=True):
            time_axis(ax, first, last, language, labels=ax is panels[-1])
            shade_winters(ax, winter_spans(findings.weekly))
            heading = labels["stock_heading"].format(item=capital(items_name(findings.dataset, item, language)))
            own = levels[levels["item"] == item]
            plot_stock(own, ax=ax, words=labels, language=language, heading=heading)
    chosen = _named(levels[levels["item"].isin(items)], findings.dataset, language)
    table = chosen[["week", "item", "item_label", "level", "counted", "weeks_left"]].rename(
        columns={"counted": "stock_counted"}
    )
    alt = say("alt.stock", language, numbers)
    return Chart(name="stock", frame=frame, alt=alt, figure=figure, table=table.reset_index(drop=True))


def more_in_every_winter(rationing: pd.DataFrame, dataset: Dataset) -> bool:
    """Whether a larger share was rationed in winter than in the rest of every giving year that has both."""
    winter = dataset.winter.holds(pd.DatetimeIndex(rationing["month"] + pd.Timedelta(days=14)))
    years = rationing.assign(winter=winter, year=giving_year(rationing["month"]))
    sums = years.groupby(["year", "winter"])[["rationed", "lines"]].sum()
    shares = (sums["rationed"] / sums["lines"].where(sums["lines"] > 0)).dropna().rename("share").reset_index()
    sides = {side: of.set_index("year")["share"] for side, of in shares.groupby("winter")}
    if len(sides) < 2:
        return False
    more = (sides[True] - sides[False]).dropna()
    return len(more) > 0 and bool((more > 0).all())


def norm_heading(dataset: Dataset, item: str, language: str) -> str:
    """An item with its norm in words: "Blankets: 1 per person, for 12 months"."""
    norm = dataset.norms[item]
    every = round(1 / norm.quantity)
    if norm.kind == "flow" and every > 1 and abs(every * norm.quantity - 1) < 0.02:
        form, months = words("norms", language)["flow_every"], number(every, language)
        return form.format(item=capital(items_name(dataset, item, language)), quantity=months, one=number(1, language))
    places = 0 if norm.quantity == int(norm.quantity) else max(2, 1 - floor(log10(norm.quantity)))
    life, people = (
        Figure(Number(id=name, value=value, unit="units"), language)
        for name, value in (("life", norm.life_months), ("people", norm.quantity))
    )
    return words("norms", language)[norm.kind].format(
        item=capital(items_name(dataset, item, language)), quantity=number(norm.quantity, language, places=places),
        life=life, people=people, one=number(1, language),
    )  # fmt: skip


def _coverage_title(numbers: Mapping[str, Number]) -> str:
    """The title that the latest month supports: all below, some met, or neither clear."""
    if numbers["items_below"].value == numbers["items_assessed"].value:
        return "coverage_below"
    return "coverage_met" if numbers["items_met"].value else "coverage_unclear"


def _named(table: pd.DataFrame, dataset: Dataset, language: str) -> pd.DataFrame:
    """`table` with each item's name as people call it."""
    return table.assign(item_label=[capital(items_name(dataset, str(item), language)) for item in table["item"]])
