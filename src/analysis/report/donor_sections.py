"""The sections on who gives: who came back, whether new donors stay, what was gained and lost, and winter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.models.donors.known import matching_limits
from analysis.models.results import TooThin
from analysis.models.sentences import PART_LABELS
from analysis.panel.variants import KNOWN, NEW
from analysis.report.chart import Chart
from analysis.report.donor_disclosure import COUNTS, RATES
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.section import Section, paragraph, texts
from analysis.report.text_tables import TextTable, text_table
from analysis.wording import listing, printable, rounded, typeset

LONGEST_NAME = 40
DEFINITIONS = {"fep": "definition_fep", "twelve_fifteen": "definition_twelve_fifteen"}
BY_PART = {"first_channel": "by_first_channel", "first_appeal": "by_first_appeal"}
Numbers = Mapping[str, Number]


def donor_sections(
    findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str
) -> Iterator[Section]:
    """Who gives and comes back, new donors, money gained and lost, winter: each where its records are.

    Where no gift names a donor, the first says so and is the only one.
    """
    reason = findings.donors.reason
    if reason is not None:
        question = words("questions", language)["donors"]
        yield Section(id="donors", question=question, lead=(typeset(reason.sentence(language), language),))
        return
    for part in (_donors, _newcomers, _money, _winter):
        section = part(findings, numbers, drawn, language)
        if section is not None:
            yield section


def _donors(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section:
    text, years = words("sentences", language), findings.donors.years
    chart = drawn.get("donors_by_year")
    counted = years[years["donors"].notna()]
    cut = [str(year) for year in counted.loc[~counted["complete"], "giving_year"]]
    both_known = counted["retained"].notna() & counted["new"].isna()
    effect = (text["matching_effect"],) if chart else ()
    caveats = (
        text[DEFINITIONS[findings.dataset.donor_definition]],
        paragraph((typeset(matching_limits(language), language), *effect)),
        *((text["first_year"],) if (~counted["hidden"] & counted["retained"].isna()).any() else ()),
        *((say("sentences.years_cut", language, {}, years=listing(cut, language)),) if cut else ()),
        *((text["returning_few"],) if both_known.any() else ()),
    )
    return Section(
        id="donors", question=words("questions", language)["donors"],
        lead=(*_who_came_back(findings, numbers, language), *_nameless(findings, numbers, language)),
        chart=chart, tables=(_years_table(findings, language),) if len(counted) else (), caveats=caveats,
    )  # fmt: skip


def _who_came_back(findings: Findings, numbers: Numbers, language: str) -> Iterator[str]:
    """The retention rate and the donors of its year, or why there is none."""
    text = words("sentences", language)
    if "donor_retention" not in numbers:
        years = findings.donors.years
        pairs = years["complete"] & years["complete"].shift(fill_value=False)
        yield text["no_retention_few" if pairs.any() else "no_retention_short"]
        return
    yield texts(numbers, ["donor_retention"], language)[0]
    apart = "year_apart" if "year_returning" in numbers else "year_together"
    told = [say(f"sentences.{apart}", language, numbers)]
    told += [say("sentences.year_left", language, numbers)] if "year_lapsed" in numbers else []
    told += [say("sentences.year_moved", language, numbers)] if "year_upgraded" in numbers else []
    yield paragraph(told)


def _nameless(findings: Findings, numbers: Numbers, language: str) -> tuple[str, ...]:
    """What share of the money names no donor; nothing where that would tell few gifts."""
    if findings.donors.nameless == 0:
        return (words("sentences", language)["all_named"],)
    return texts(numbers, ["donors_nameless"], language)


def _newcomers(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    text, chart = words("sentences", language), drawn.get("donor_cohorts")
    by_part = tuple(_by_part(part, rows, numbers, language) for part, rows in _parts(findings))
    stayed = texts(numbers, ["cohort_return"], language) or (() if chart else (text["no_cohorts"],))
    tables = []
    if chart:
        told = findings.donors.cohorts.rename(columns={"share": "retention"})
        told = told.assign(giving_year=[_year_label(row, language) for row in _rows(told)])
        tables.append(
            _table(told[["cohort", "giving_year", "retention", "hidden"]], "table", "donor_cohorts", findings, language)
        )
    if by_part:
        named = findings.donors.parts.assign(value=[_name(row, language) for row in _rows(findings.donors.parts)])
        tables.append(_table(named[["value", *RATES]], "parts_table", "donor_retention", findings, language))
    return Section(
        id="newcomers", question=words("questions", language)["newcomers"], lead=(*stayed, *by_part), chart=chart,
        tables=tuple(tables),
        caveats=(*((text["cohort_kept"],) if chart else ()),
                 *((text["bases_differ"],) if by_part and "cohort_return" in numbers else ()),
                 *((text["parts_choose"], text["parts_small"]) if by_part else ())),
    )  # fmt: skip


def _parts(findings: Findings) -> Iterator[tuple[str, pd.DataFrame]]:
    if len(findings.donors.parts):
        for part, rows in findings.donors.parts.groupby("part", sort=False):
            yield str(part), rows


def _by_part(part: str, rows: pd.DataFrame, numbers: Numbers, language: str) -> str:
    """Retention by the channel or the appeal of the first gift, and whether chance alone explains the widest gap."""
    rates = [numbers[f"donor_retention_{part}_{place}"] for place in rows.index]
    pieces = [
        say("pieces.part_piece", language, {"one": rate}, name=_name(row, language))
        for rate, row in zip(rates, _rows(rows), strict=True)
    ]
    ordered = rows.sort_values("retention")
    apart = "parts_differ" if ordered["retention_high"].iloc[0] < ordered["retention_low"].iloc[-1] else "parts_alike"
    said = say(f"sentences.{BY_PART[part]}", language, {}, pieces=listing(pieces, language))
    return paragraph((said, words("sentences", language)[apart]))


def _name(row: Mapping[Any, Any], language: str) -> str:
    """A channel or an appeal as readers call it, cut where it is very long; it is never read as a template."""
    name = str(row["value"])
    if row["part"] == "first_channel":
        return PART_LABELS.get(name, (name.replace("_", " "),) * 2)[0 if language == "fr" else 1]
    shown = printable(name)
    shown = shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1].rstrip()}…"
    return typeset(f"« {shown} »" if language == "fr" else f"“{shown}”", language)


def _money(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    text, donors = words("sentences", language), findings.donors
    told: list[str] = []
    if "lost_of_gained" in numbers:
        told.append(paragraph((answer(numbers, language), say("sentences.money_year", language, numbers))))
        parts = {"money_gained": "donor_upgraded_amount", "money_left": "donor_downgraded_amount"}
        detail = [say(f"sentences.{key}", language, numbers) for key, needed in parts.items() if needed in numbers]
        told += [paragraph(detail)] if detail else []
    shares = texts(numbers, [f"donor_{name}_share" for name in ("ten_percent", "one_percent", "regular")], language)
    unknown = donors.concentration["regular_donors"].isna().all() and not donors.concentration["hidden"].all()
    told += [paragraph((*shares, *((text["regular_unknown"],) if unknown else ())))] if shares else []
    if not told:
        return None
    shown = donors.concentration[donors.concentration["complete"]].drop(columns="complete")
    tables = [_table(donors.money, "table", "donor_money", findings, language)] if len(donors.money) else []
    if shares:
        known = shown.dropna(axis=1, how="all")
        tables.append(_table(known, "concentration_table", "donor_concentration", findings, language))
    few = (text["largest_few"],) if shares and shown["hidden"].any() else ()
    return Section(
        id="donor_money", question=words("questions", language)["donor_money"], lead=tuple(told),
        chart=drawn.get("donor_money"), tables=tuple(tables),
        caveats=(*((text["money_fep"],) if "lost_of_gained" in numbers else ()),
                 *((text["money_rounded"],) if rounding_shows(donors.money) else ()), *few),
    )  # fmt: skip


def answer(numbers: Numbers, language: str) -> str:
    """Whether what was gained makes up for what was lost, as it is printed in whole units of money."""
    change = rounded(float(numbers["donor_change_amount"].value))
    answer = "money_even" if change == 0 else "money_more" if change > 0 else "money_less"
    return say(f"sentences.{answer}", language, numbers)


ADDED_UP = {
    "gains": {"new_or_returning_amount": 1, "upgraded_amount": 1},
    "losses": {"lapsed_amount": 1, "downgraded_amount": 1},
    "change_amount": {"gains": 1, "losses": -1},
}
"""Each total of the table of money gained and lost, and the parts that make it, with their sign."""


def rounding_shows(money_table: pd.DataFrame) -> bool:
    """Whether amounts in whole units of money, as printed, do not add up to a total as printed."""
    for row in _rows(money_table):
        for total, parts in ADDED_UP.items():
            if all(pd.notna(row[name]) for name in (total, *parts)):
                added = sum(sign * rounded(row[name]) for name, sign in parts.items())
                if added != rounded(row[total]):
                    return True
    return False


def _winter(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    """What winter changes in what known and new donors give, then factor by factor; the reason where it is not told."""
    text, splits = words("sentences", language), findings.donors.splits
    lead = own_changes(numbers, language)
    for part, alone in ((KNOWN, "known_alone"), (NEW, "new_alone")):
        said = texts(numbers, [f"split_{part}"], language)
        lead += [paragraph((text[alone], *said))] if said else []
    reasons = [split.sentence(language) for split in splits.values() if isinstance(split, TooThin)]
    lead += [typeset(reason, language) for reason in dict.fromkeys(reasons)]
    return Section(
        id="donor_winter", question=words("questions", language)["donor_winter"], lead=tuple(lead),
        caveats=(text["first_months"], text["parts_describe"]) if "split_new_and_known" in numbers else (),
    )  # fmt: skip


def own_changes(numbers: Numbers, language: str) -> list[str]:
    """By how much gifts of known donors and first gifts each change in winter, as far as that is known."""
    text = words("sentences", language)
    found = {part: numbers[f"split_{part}"] for part in (KNOWN, NEW) if f"split_{part}" in numbers}
    ways = {one.direction for one in found.values()}
    if len(found) == 2 and len(ways) == 1 and ways != {"unclear"}:
        return [say(f"sentences.winter_both_{ways.pop()}", language, numbers)]
    who = {KNOWN: text["known_gifts"], NEW: text["new_gifts"]}
    said = [
        say(f"sentences.winter_{one.direction}", language, {"one": one}, who=who[part]) for part, one in found.items()
    ]
    return [paragraph(said)] if said else []


def _table(table: pd.DataFrame, caption: str, file: str, findings: Findings, language: str) -> TextTable:
    known = words("labels", language)["table"] if caption == "table" else words("sentences", language)[caption]
    return text_table(table, known, findings.dataset.currency, language, file=file)


def _year_label(row: Mapping[Any, Any], language: str) -> str:
    """A giving year, said to be incomplete where it is."""
    mark = words("charts", language)["year_cut"]
    return str(row["giving_year"]) if row["complete"] else " ".join(mark.format(year=row["giving_year"]).split())


def _years_table(findings: Findings, language: str) -> TextTable:
    """Donors by year as printed: what is hidden says so, what is not known is a dash."""
    hidden = words("labels", language)["hidden"]
    table = findings.donors.years
    rows = []
    for row in _rows(table):
        empty = [name for name in (*COUNTS, *RATES) if pd.isna(row[name]) and _is_hidden(row, name)]
        cells = {name: row[name] for name in (*COUNTS, *RATES)} | dict.fromkeys(empty, hidden)
        rows.append({"giving_year": _year_label(row, language), **cells})
    return _table(pd.DataFrame(rows).dropna(axis=1, how="all"), "donors_table", "donors_by_year", findings, language)


def _is_hidden(row: Mapping[Any, Any], name: str) -> bool:
    """Whether an empty cell of `publishable_years` is hidden, and not unknown or not yet known."""
    if not row["hidden"] or name == "donors":
        return bool(row["hidden"])
    if pd.isna(row["retained"]):
        return name in ("retained", "new_or_returning")
    if name in ("new", "returning"):
        return bool(pd.isna(row["new"]))
    return bool(row["complete"])


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.to_dict("records")
