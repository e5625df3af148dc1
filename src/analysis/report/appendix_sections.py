"""The appendices: how good the data are, how the figures are worked out and by which choices, what the words mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.report.findings import Findings
from analysis.report.narrative import Number, words
from analysis.report.numbers.naming import window_in_days
from analysis.report.section import Section, paragraph, texts
from analysis.report.text_tables import TextTable, ledger_table
from analysis.wording import capital, date, listing, number, percent, shortened


def appendices(findings: Findings, numbers: Mapping[str, Number], language: str) -> Iterator[Section]:
    """Data quality, method and glossary."""
    yield _quality(findings, numbers, language)
    yield _method(findings, language)
    yield _glossary(language)


def _quality(findings: Findings, numbers: Mapping[str, Number], language: str) -> Section:
    text = words("sentences", language)
    aside = [name for name in ("rows_quarantined", "rows_duplicate", "rows_excluded") if numbers[name].value]
    rows = (*texts(numbers, ["rows_read", "donations_outside", *aside], language), text["accounted"])
    pseudonym = (text["pseudonym"],) if "donors" in numbers else ()
    return Section(
        id="quality", question=words("questions", language)["quality"],
        lead=(paragraph(rows), *texts(numbers, ["headcounts"], language)),
        tables=(ledger_table(findings, language),), caveats=(*pseudonym, text["small_cells"]),
    )  # fmt: skip


def _method(findings: Findings, language: str) -> Section:
    text = words("sentences", language)
    window = window_in_days(findings.dataset.winter, language)
    choices = TextTable(
        caption=words("labels", language)["choices"],
        headings=(words("columns", language)["choice"], words("columns", language)["chosen"]),
        rows=tuple(_choices(findings, language)),
        numeric=(False, False),
    )
    return Section(
        id="method", question=words("questions", language)["method"],
        lead=(paragraph((text["engine"], text["winter_window"].format(window=window))), text["choices"]),
        tables=(choices,),
    )  # fmt: skip


def _choices(findings: Findings, language: str) -> Iterator[tuple[str, str]]:
    """Every setting that changes a number, with what this dataset chose."""
    dataset, named = findings.dataset, words("choices", language)
    chosen = {
        "winter": window_in_days(dataset.winter, language),
        "second_window": window_in_days(dataset.second_window, language),
        "level": percent(dataset.level, language),
        "payday": number(dataset.payday, language),
        "records_from": date(findings.first_day, language),
        "records_until": date(findings.last_day, language),
        "currency": words("units", language).get(dataset.currency, dataset.currency),
        "timezone": dataset.timezone,
        "headcount_source": _counted_by(findings, language),
        "donor_definition": named[dataset.donor_definition],
        "losses_from_people": listing(_causes(findings, language), language),
    }
    return ((named[name], value) for name, value in chosen.items() if value)


def _causes(findings: Findings, language: str) -> list[str]:
    """The causes of recorded losses that took what people had, as readers call them."""
    chosen, named = {cause.casefold() for cause in findings.dataset.losses_from_people}, words("causes", language)
    found = [cause for cause in findings.tables.losses["cause"].dropna().unique() if cause.casefold() in chosen]
    return list(dict.fromkeys(named.get(cause.casefold(), shortened(cause)) for cause in found))


def _counted_by(findings: Findings, language: str) -> str:
    """Whose counts of people are used, "" without any."""
    return "" if findings.counts.empty else words("counts_by", language)[str(findings.counts["method"].iloc[0])]


def _glossary(language: str) -> Section:
    """The words of the report, each with its meaning."""
    heading, meanings = words("columns", language), words("glossary", language)
    table = TextTable(
        caption=words("labels", language)["glossary"],
        headings=(heading["term"], heading["meaning"]),
        rows=tuple((capital(term), meanings[key]) for key, term in words("terms", language).items()),
        numeric=(False, False),
    )
    return Section(
        id="glossary", question=words("questions", language)["glossary"],
        lead=(words("sentences", language)["glossary"],), tables=(table,),
    )  # fmt: skip
