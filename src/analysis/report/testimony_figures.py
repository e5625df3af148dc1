"""The charts of testimonies: how long they stayed online, and orders of products with and without one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.charts.style import Frame, funder_figure, house_style, time_axis
from analysis.charts.testimonies import plot_online, plot_testimony_orders
from analysis.models.testimony import TestimonyOrders
from analysis.report.chart import Chart, chart_words, source_line
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say

LEAST_POINTS = 3


def online_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """The share of testimonies still online by days since they were posted; None where too few were followed."""
    found = findings.testimonies
    if found is None or len(found.curve) < LEAST_POINTS or "testimony_online" not in numbers:
        return None
    frame = Frame(
        title=say("titles.online_half" if "testimony_days" in numbers else "titles.online", language, numbers),
        subtitle=say("subtitles.online", language, numbers, name=findings.dataset.name),
        source=source_line(findings, "online", language),
    )
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[5.2])
        plot_online(found.curve, ax=ax, words=chart_words(findings, language), language=language)
    alt = say("alt.online", language, numbers)
    return Chart(name="testimonies_online", frame=frame, alt=alt, figure=figure, table=found.curve)


def testimony_orders_chart(findings: Findings, numbers: Mapping[str, Number], language: str) -> Chart | None:
    """Orders of products with and without a testimony, before and after; None where these cannot be compared."""
    found = findings.testimonies
    if found is None or not isinstance(found.orders, TestimonyOrders) or found.periods["orders_a_week"].isna().all():
        return None
    title = f"titles.testimony_orders_{numbers['testimony_orders'].direction}"
    note = "testimony_orders_soft" if (found.periods["side"] == "soft").any() else "testimony_orders"
    frame = Frame(
        title=say(title, language, numbers),
        subtitle=say("subtitles.testimony_orders", language, numbers, name=findings.dataset.name),
        source=source_line(findings, note, language),
    )
    table, labels = found.periods, chart_words(findings, language)
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[5.2], right_cm=3.4, heading_cm=1.3)
        time_axis(ax, table["first_day"].min(), table["last_day"].max() + pd.Timedelta(days=1), language)
        plot_testimony_orders(table, ax=ax, words=labels, language=language)
    named = [labels["with_testimony" if those else "without_testimony"] for those in table["with_testimony"]]
    named = [" ".join(name.split()) for name in named]
    columns = ["label", "first_day", "last_day", "with_testimony", "products", "orders", "orders_a_week", "hidden"]
    return Chart(
        name="testimony_orders", frame=frame, alt=say("alt.testimony_orders", language, numbers), figure=figure,
        table=table.assign(label=named)[columns],
    )  # fmt: skip
