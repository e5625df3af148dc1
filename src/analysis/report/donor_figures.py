"""The charts of who gives: donors who came, stayed and left, new donors who gave again, money gained and lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.charts.donors import plot_came_and_went, plot_cohorts
from analysis.charts.style import Frame, funder_figure, house_style
from analysis.report.chart import Chart, chart_words, source_line
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.wording import money, number

Numbers = Mapping[str, Number]
ROW_CM, COHORT_CM, HEAD_CM, LEFT_CM, RIGHT_CM = 1.25, 0.85, 0.3, 2.6, 4.9
MOST_ROWS = 10


def donors_chart(findings: Findings, numbers: Numbers, language: str) -> Chart | None:
    """Donors of each year: retained and new ones to the right, lapsed ones to the left; None where none is told."""
    donors = findings.donors
    if donors.reason or donors.years["retained"].isna().all():
        return None
    text = chart_words(findings, language)
    shown = donors.years[donors.years["donors"].notna()].tail(MOST_ROWS)
    apart = shown["retained"].isna() | shown["new"].notna()
    right = ["retained", "new", "returning"] if apart.all() else ["retained", "new_or_returning"]
    rows = shown.to_dict("records")
    table = shown.assign(
        label=[_year_label(row, text) for row in rows],
        figures=[_counted(row, right, text, language) for row in rows],
        whole=shown["donors"],
    )
    keys = (text["key_lapsed"], text["key_apart" if len(right) > 2 else "key_together"])
    known = "donor_retention" in numbers
    frame = _frame(findings, numbers, language, "donors", title="donors" if known else "donors_plain")
    with house_style():
        height = ROW_CM * len(table) + HEAD_CM
        figure, (ax,) = funder_figure(frame, heights_cm=[height], left_cm=LEFT_CM, right_cm=RIGHT_CM)
        plot_came_and_went(table, ax=ax, right=right, left=["lapsed"], keys=keys, language=language)
    alt = say("alt.donors" if known else "alt.donors_plain", language, numbers)
    return Chart(name="donors_by_year", frame=frame, alt=alt, figure=figure, table=donors.years)


def money_chart(findings: Findings, numbers: Numbers, language: str) -> Chart | None:
    """Money gained to the right and lost to the left, year by year; None where no year can be told."""
    donors = findings.donors
    if donors.reason or "lost_of_gained" not in numbers:
        return None
    text, currency = chart_words(findings, language), findings.dataset.currency
    shown = donors.money.dropna(subset=["gains"]).tail(MOST_ROWS)
    whole = shown[["new_or_returning_amount", "lapsed_amount"]].isna().any().any()
    right = ["gains"] if whole else ["upgraded_amount", "new_or_returning_amount"]
    left = ["losses"] if whole else ["lapsed_amount", "downgraded_amount"]
    table = shown.assign(
        label=shown["giving_year"],
        figures=[
            text["money_figures"].format(**{name: money(row[name], currency, language) for name in ("gains", "losses")})
            for row in shown.to_dict("records")
        ],
    )
    keys = (text["key_losses" if whole else "key_losses_apart"], text["key_gains" if whole else "key_gains_apart"])
    frame = _frame(findings, numbers, language, "donor_money", title="donor_money")
    with house_style():
        height = ROW_CM * len(table) + HEAD_CM
        figure, (ax,) = funder_figure(frame, heights_cm=[height], left_cm=LEFT_CM, right_cm=RIGHT_CM)
        plot_came_and_went(table, ax=ax, right=right, left=left, keys=keys, language=language)
    alt = say("alt.donor_money", language, numbers)
    return Chart(name="donor_money", frame=frame, alt=alt, figure=figure, table=donors.money)


def cohorts_chart(findings: Findings, numbers: Numbers, language: str) -> Chart | None:
    """The share of each year's new donors who gave again, year after year; None where no share is told."""
    cohorts = findings.donors.cohorts
    if findings.donors.reason or cohorts.empty or cohorts["share"].isna().all():
        return None
    text = chart_words(findings, language)
    told = cohorts.groupby("cohort")["share"].transform("count") > 0
    latest = sorted(set(cohorts.loc[told, "cohort"]))[-MOST_ROWS:]
    shown = cohorts[cohorts["cohort"].isin(latest)]
    forms = [text["cohort_mixed"] if mixed else "{year}" for mixed in shown["past_unknown"]]
    labels = [form.format(year=year) for form, year in zip(forms, shown["cohort"], strict=True)]
    title = "cohorts" if "cohort_return" in numbers else "cohorts_plain"
    note = "cohorts_gaps" if shown["share"].isna().any() else "cohorts"
    frame = _frame(findings, numbers, language, "cohorts", title=title, note=note)
    with house_style():
        height = COHORT_CM * len(latest) + HEAD_CM
        figure, (ax,) = funder_figure(frame, heights_cm=[height], left_cm=3.6, right_cm=0.8)
        plot_cohorts(shown.assign(label=labels), ax=ax, words=text, language=language)
    alt = say("alt.cohorts" if "cohort_return" in numbers else "alt.cohorts_plain", language, numbers)
    return Chart(name="donor_cohorts", frame=frame, alt=alt, figure=figure, table=cohorts)


def _frame(findings: Findings, numbers: Numbers, language: str, name: str, *, title: str, note: str = "") -> Frame:
    code = findings.dataset.currency
    named = {"name": findings.dataset.name, "currency": words("units", language).get(code, code)}
    return Frame(
        title=say(f"titles.{title}", language, numbers),
        subtitle=say(f"subtitles.{name}", language, numbers, **named),
        source=source_line(findings, note or name, language),
    )


def _year_label(row: Mapping[Any, Any], text: Mapping[str, str]) -> str:
    return str(row["giving_year"]) if row["complete"] else text["year_cut"].format(year=row["giving_year"])


def _counted(row: Mapping[Any, Any], right: list[str], text: Mapping[str, str], language: str) -> str:
    """What stands beside a year's bars: those who came back and came, then those who did not come back."""
    if pd.isna(row["retained"]):
        form = text["figures_hidden" if row["hidden"] else "figures_donors"]
        return form.format(donors=number(row["donors"], language))
    counts = {name: number(row[name], language) for name in right if pd.notna(row[name])}
    form = "figures_together" if len(right) == 2 else "figures_apart" if "returning" in counts else "figures_new"
    said = text[form].format(**counts)
    if pd.isna(row["lapsed"]):
        return said
    return f"{said}\n" + text["figures_lapsed"].format(lapsed=number(row["lapsed"], language))
