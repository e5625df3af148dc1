"""The sections on the appeal: whether it worked, what it brought besides money, and whether chance explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from analysis.models.appeal.results import AppealUplift
from analysis.models.results import TooThin
from analysis.report.appeal import ToldAppeal
from analysis.report.chart import Chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.appeal import day_id
from analysis.report.numbers.naming import items_name
from analysis.report.section import Section, paragraph, texts
from analysis.report.text_tables import TextTable, chart_table, text_table
from analysis.wording import date, listing, typeset

Numbers = Mapping[str, Number]


def appeal_sections(
    findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str
) -> Iterator[Section]:
    """What the appeals brought; nothing where no appeal was launched in the recorded period."""
    example = findings.appeals.example
    if example is None:
        return
    yield _worked(findings, example, numbers, drawn.get("appeal"), language)
    yield from _besides_money(findings, numbers, drawn.get("appeal_outcomes"), language)
    if "appeal_chance" in drawn:
        yield _chance(findings, numbers, drawn["appeal_chance"], language)


def _worked(findings: Findings, example: ToldAppeal, numbers: Numbers, chart: Chart | None, language: str) -> Section:
    text, money = words("sentences", language), example.money
    known = isinstance(money, AppealUplift)
    answer = texts(numbers, ["appeal_amount"], language) if known else (_reason(money, language),)
    name = typeset(example.name(language), language)
    about = [*answer, say("sentences.appeal_about", language, numbers, appeal=name)]
    if "appeal_soft_weeks" in numbers:
        weeks = "appeal_soft_week" if numbers["appeal_soft_weeks"].value == 1 else "appeal_soft_weeks"
        about.append(say(f"sentences.{weeks}", language, numbers))
    power = (say("sentences.appeal_power", language, numbers),) if known else ()
    clear = isinstance(money, AppealUplift) and money.clear
    others = other_appeals(findings, numbers, language)
    table = _appeals_table(findings, language)
    return Section(
        id="appeal", question=words("questions", language)["appeal"],
        lead=(paragraph(about), *(() if clear else power), *_cost(example, numbers, language),
              *((paragraph(others),) if others else ())),
        chart=chart,
        tables=((chart_table(chart, findings, language),) if chart else ()) + ((table,) if known else ()),
        caveats=((text["appeal_holds"],) if known else ()) + ((text["appeal_overstated"], *power) if clear else ()),
    )  # fmt: skip


def _reason(found: object, language: str) -> str:
    return typeset(found.sentence(language), language) if isinstance(found, TooThin) else ""


def _cost(example: ToldAppeal, numbers: Numbers, language: str) -> tuple[str, ...]:
    """What the appeal cost for what it brought, or why that is not told."""
    if isinstance(example.cost, TooThin):
        return (_reason(example.cost, language),)
    return texts(numbers, ["appeal_cost"], language)


def other_appeals(findings: Findings, numbers: Numbers, language: str) -> tuple[str, ...]:
    """One sentence on each appeal before the one that is told at length."""
    return tuple(_other(one, numbers, language) for one in findings.appeals.earlier)


def _other(appeal: ToldAppeal, numbers: Numbers, language: str) -> str:
    """One sentence on another appeal: what it brought in money, or why that is not known."""
    names = {"appeal": typeset(appeal.name(language), language), "on": date(appeal.launched_on.date(), language)}
    money = appeal.money
    if isinstance(money, TooThin):
        return say("sentences.appeal_other_thin", language, numbers, why=_reason(money, language), **names)
    form = "appeal_other_open"
    if money.clear:
        form = "appeal_other_above" if money.share > 0 else "appeal_other_below"
    return say(f"sentences.{form}", language, {"one": numbers[f"appeal_on_{day_id(appeal)}"]}, **names)


def _appeals_table(findings: Findings, language: str) -> TextTable:
    """The appeals, one a row."""
    table = findings.appeals.to_frame()
    table["appeal"] = [typeset(one.name(language), language) for one in findings.appeals.told]
    named = table.rename(columns={"appeal": "appeal_label"})
    caption = words("sentences", language)["appeals_table"]
    return text_table(named, caption, findings.dataset.currency, language, file="appeal_by_appeal")


def _besides_money(findings: Findings, numbers: Numbers, chart: Chart | None, language: str) -> Iterator[Section]:
    """What came besides money; nothing where that is not known and for no other reason than money itself."""
    text, told = words("sentences", language), findings.appeals
    lead = (*_estimated(findings, numbers, language), *_thin(findings, language))
    if not lead:
        return
    goods = any(name == "goods_value" or name in told.items for name in told.estimates)
    yield Section(
        id="appeal_outcomes", question=words("questions", language)["appeal_outcomes"], lead=lead, chart=chart,
        tables=(chart_table(chart, findings, language),) if chart else (),
        caveats=(
            *((text["appeal_new_donors"],) if "new_donors" in told.estimates else ()),
            *((text["appeal_goods_later"],) if goods else ()),
            *((text["appeal_many"],) if chart else ()),
        ),
    )  # fmt: skip


def _estimated(findings: Findings, numbers: Numbers, language: str) -> Iterator[str]:
    """The outcomes besides money that are clearly above expectation, clearly below, and those that cannot be told."""
    pieces: dict[str, list[str]] = {"appeal_clear_above": [], "appeal_clear_below": [], "appeal_open": []}
    for outcome, found in findings.appeals.estimates.items():
        if outcome == "amount":
            continue
        group = "appeal_open" if not found.clear else "appeal_clear_above" if found.share > 0 else "appeal_clear_below"
        form = "appeal_piece" if found.clear else "appeal_open_piece"
        what = _in_prose(findings, outcome, language)
        pieces[group].append(say(f"pieces.{form}", language, {"one": numbers[f"appeal_{outcome}"]}, what=what))
    for group, found_pieces in pieces.items():
        if found_pieces:
            yield say(f"sentences.{group}", language, {}, pieces=listing(found_pieces, language))


def _thin(findings: Findings, language: str) -> Iterator[str]:
    """The outcomes besides money that have no figure, by the reason why; money's own reason is not told again."""
    reasons: dict[str, list[str]] = {}
    for outcome, found in findings.appeals.outcomes.items():
        if isinstance(found, TooThin):
            reasons.setdefault(_reason(found, language), []).append(outcome)
    for reason, outcomes in reasons.items():
        if "amount" not in outcomes:
            names = listing([_in_prose(findings, outcome, language) for outcome in outcomes], language)
            yield say("sentences.appeal_thin", language, {}, names=names, why=reason)


def _in_prose(findings: Findings, outcome: str, language: str) -> str:
    """What an outcome is called inside a sentence."""
    if outcome in findings.appeals.items:
        return items_name(findings.dataset, outcome, language)
    return words("measures", language)[outcome]


def _chance(findings: Findings, numbers: Numbers, chart: Chart, language: str) -> Section:
    return Section(
        id="appeal_chance", question=words("questions", language)["appeal_chance"],
        lead=texts(numbers, ["appeal_by_chance"], language), chart=chart,
        tables=(_periods_table(chart, findings, language),),
        caveats=(words("sentences", language)["appeal_periods_share"],),
    )  # fmt: skip


def _periods_table(chart: Chart, findings: Findings, language: str) -> TextTable:
    """The table behind the chart; what it says of a period's first week is where the period begins."""
    table, week = chart_table(chart, findings, language), words("columns", language)["week"]
    begins = words("labels", language)["period_begins"]
    return replace(table, headings=tuple(begins if heading == week else heading for heading in table.headings))
