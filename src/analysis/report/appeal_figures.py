"""The charts of what the appeal brought: week by week, among periods without one, outcome by outcome."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.charts.appeal import plot_appeal_weeks, plot_cumulative, plot_outcomes, plot_placebos
from analysis.charts.style import Frame, funder_figure, house_style, time_axis
from analysis.models.appeal.results import AppealUplift
from analysis.models.results import TooThin
from analysis.report.appeal import ToldAppeal
from analysis.report.chart import Chart, chart_words, source_line
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.appeal import told_shares
from analysis.report.numbers.naming import items_name
from analysis.seasons import monday
from analysis.wording import capital, percent, shortened, typeset

WEEKS_BEFORE = 26
ROW_CM = 1.05
BAND = {"expected": "expected_amount", "expected_lower": "expected_low", "expected_upper": "expected_high"}
SUMS = {"cumulative": "cumulative", "cumulative_lower": "cumulative_low", "cumulative_upper": "cumulative_high"}
Numbers = Mapping[str, Number]


def appeal_chart(findings: Findings, numbers: Numbers, language: str) -> Chart | None:
    """Giving each week against what was expected, above the sum of the difference; None without an estimate."""
    example = findings.appeals.example
    if example is None or isinstance(example.money, TooThin):
        return None
    table = appeal_weeks_table(example, example.money, findings.giving)
    frame = Frame(
        title=say(f"titles.{_direction(example.money)}", language, numbers),
        subtitle=say("subtitles.appeal", language, numbers, **_names(findings, example, language)),
        source=source_line(findings, "appeal", language),
    )
    labels = chart_words(findings, language)
    with house_style():
        figure, panels = funder_figure(frame, heights_cm=[4.8, 2.6], heading_cm=1.6)
        for ax in panels:
            time_axis(ax, table["week"].iloc[0], table["week"].iloc[-1] + pd.Timedelta(days=7), language,
                      labels=ax is panels[-1])  # fmt: skip
        plot_appeal_weeks(table, ax=panels[0], words=labels, language=language)
        plot_cumulative(table, ax=panels[1], words=labels, language=language)
    alt = say("alt.appeal", language, numbers, claim=_claim(numbers["appeal_amount"], language))
    return Chart(name="appeal", frame=frame, alt=alt, figure=figure, table=_with_phases(table, language))


def appeal_weeks_table(example: ToldAppeal, money: AppealUplift, giving: pd.DataFrame) -> pd.DataFrame:
    """One row a week, from half a year before the appeal to the last week of its window.

    Columns: `week`, `phase` (before, soft_launch, appeal), `amount` as `giving` publishes it, what was expected with
    its band, the sum of the difference since the launch with its band, and `hidden`. Sums that would give back a
    week whose amount is hidden are missing.
    """
    path = money.weeks_frame()
    began = path["week"].iloc[0]
    soft = began if example.soft_launch_on is None else monday(pd.DatetimeIndex([example.soft_launch_on]))[0]
    shown = giving["week"].between(min(soft, began) - pd.Timedelta(weeks=WEEKS_BEFORE), path["week"].iloc[-1])
    table = giving.loc[shown, ["week", "amount", "hidden"]].merge(
        path.rename(columns=BAND | SUMS)[["week", *BAND.values(), *SUMS.values()]],
        on="week", how="left", validate="one_to_one",
    )  # fmt: skip
    early = np.where(table["week"] >= soft, "soft_launch", "before")
    phase = pd.Series(np.where(table["week"] >= began, "appeal", early), dtype="str")
    told = _would_tell(table["hidden"] & (phase == "appeal"))
    sums = {name: table[name].mask(told) for name in SUMS.values()}
    return table.assign(phase=phase, **sums)[
        ["week", "phase", "amount", *BAND.values(), *SUMS.values(), "hidden"]
    ].reset_index(drop=True)  # fmt: skip


def _would_tell(hidden: pd.Series) -> pd.Series:
    """From the first hidden week to the one before the last: sums between them would tell hidden weeks apart."""
    places = np.flatnonzero(hidden)
    told = pd.Series(False, index=hidden.index)
    if len(places):
        told.iloc[places[0] : places[-1]] = True
    return told


def appeal_chance_chart(findings: Findings, numbers: Numbers, language: str) -> Chart | None:
    """The appeal among periods without one; None without an estimate of money."""
    example = findings.appeals.example
    if example is None or isinstance(example.money, TooThin):
        return None
    money = example.money
    table = placebo_table(money)
    form = {0: "appeal_chance_none", 1: "appeal_chance_one"}.get(money.by_chance, "appeal_chance_some")
    frame = Frame(
        title=say(f"titles.{form}", language, numbers),
        subtitle=say("subtitles.appeal_chance", language, numbers, name=findings.dataset.name),
        source=source_line(findings, "appeal_chance", language),
    )
    with house_style():
        figure, (ax,) = funder_figure(frame, heights_cm=[4.4], left_cm=0.8, right_cm=0.8)
        plot_placebos(table, ax=ax, words=words("charts", language), language=language)
    alt = say("alt.appeal_chance", language, numbers, claim=_claim(numbers["appeal_by_chance"], language))
    return Chart(name="appeal_chance", frame=frame, alt=alt, figure=figure, table=_with_phases(table, language))


def placebo_table(money: AppealUplift) -> pd.DataFrame:
    """One row a period without an appeal and one for the appeal: `week` (its first), `phase`, `change`, `hidden`.

    `change` is how far above what was foretold giving came, put on the scale of the appeal's weeks: as many errors
    of the forecast there, so that a period harder to foretell counts for less. It gives no period's amount away.
    """
    periods = [(one.week, "placebo", np.expm1(one.off * money.error)) for one in money.periods]
    own = (money.path[0].week, "appeal", np.expm1(money.off * money.error))
    table = pd.DataFrame([*periods, own], columns=["week", "phase", "change"])
    return table.sort_values("week", ignore_index=True).astype({"phase": "str", "change": "float64"})


def appeal_outcomes_chart(findings: Findings, numbers: Numbers, language: str) -> Chart | None:
    """Each outcome's change on what was expected, with its interval; None where only money, or nothing, is known."""
    example, found = findings.appeals.example, findings.appeals.estimates
    if example is None or not set(found) - {"amount"}:
        return None
    table = outcomes_table(findings, language)
    form = "appeal_outcomes_some" if numbers["appeal_clear"].value else "appeal_outcomes_none"
    names = _names(findings, example, language)
    level = percent(findings.dataset.level, language)
    frame = Frame(
        title=say(f"titles.{form}", language, numbers),
        subtitle=say("subtitles.appeal_outcomes", language, numbers, level=level, **names),
        source=source_line(findings, "appeal_outcomes", language),
    )
    with house_style():
        heights = [ROW_CM * len(table) + 0.6]
        figure, (ax,) = funder_figure(frame, heights_cm=heights, left_cm=4.9, right_cm=3.7)
        plot_outcomes(table, ax=ax, words=words("charts", language), language=language)
    alt = say("alt.appeal_outcomes", language, numbers)
    return Chart(name="appeal_outcomes", frame=frame, alt=alt, figure=figure, table=table.drop(columns="clear"))


def outcomes_table(findings: Findings, language: str) -> pd.DataFrame:
    """One row an outcome: `outcome`, `label`, `change`, `low`, `high` (shares of what was expected), `clear`."""
    rows = [
        (outcome, outcome_label(findings, outcome, language), *told_shares(one, outcome), one.clear)
        for outcome, one in findings.appeals.estimates.items()
    ]
    return pd.DataFrame(rows, columns=["outcome", "label", "change", "low", "high", "clear"])


def outcome_label(findings: Findings, outcome: str, language: str) -> str:
    """What an outcome is called: "New donors", "Blankets (units)"."""
    said = words("outcomes", language)
    if outcome not in findings.appeals.items:
        return said[outcome]
    return said["item"].format(item=shortened(capital(items_name(findings.dataset, outcome, language))))


def _direction(money: AppealUplift) -> str:
    if not money.clear:
        return "appeal_unclear"
    return "appeal_above" if money.share > 0 else "appeal_below"


def _names(findings: Findings, example: ToldAppeal, language: str) -> dict[str, str]:
    return {"name": findings.dataset.name, "appeal": typeset(example.name(language), language)}


def _claim(number: Number, language: str) -> str:
    return (number.text or {})[language]


def _with_phases(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """`table` with the words for its phases, for the table that a page prints."""
    said = words("phases", language)
    labelled = table.copy()
    labelled.insert(1, "phase_label", [said[str(phase)] for phase in table["phase"]])
    return labelled
