"""The report's sections in order: each a question, its sentences, its chart, its tables and its caveats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis import wording
from analysis.models.results import TooThin
from analysis.report.figures import Chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.naming import window_in_days
from analysis.report.text_tables import TextTable, chart_table, ledger_table, published_table
from analysis.wording import typeset

FRENCH_CALENDAR = ("sector_december", "sector_january_fall")
BRITISH_CALENDAR = ("sector_uk_december",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question of the report; `lead` is its paragraphs, and the first of them answers it."""

    id: str
    question: str
    lead: tuple[str, ...]
    chart: Chart | None = None
    tables: tuple[TextTable, ...] = ()
    caveats: tuple[str, ...] = field(default=())


def make_sections(
    findings: Findings, numbers: Mapping[str, Number], charts: Sequence[Chart], language: str
) -> list[Section]:
    """All sections of the full report in one language."""
    drawn = {chart.name: chart for chart in charts}
    return [
        _records(findings, numbers, language),
        _need(findings, numbers, drawn["giving_and_need"], language),
        _winter(findings, numbers, drawn.get("winter_drop"), language),
        _season(findings, numbers, drawn.get("seasonal_profile"), language),
        _method(findings, language),
    ]


def texts(numbers: Mapping[str, Number], ids: Sequence[str], language: str) -> tuple[str, ...]:
    """The sentences of those numbers that exist and have one, in the order of `ids`."""
    found = [numbers[number_id].text for number_id in ids if number_id in numbers]
    return tuple(text[language] for text in found if text)


def winter_claim(findings: Findings, numbers: Mapping[str, Number], language: str) -> str:
    """The sentence that answers the report's main question: the winter drop, or why there is none."""
    if isinstance(findings.drop, TooThin):
        return typeset(findings.drop.sentence(language), language)
    return texts(numbers, ["winter_drop"], language)[0]


def per_person_claim(findings: Findings, numbers: Mapping[str, Number], language: str) -> str:
    """The sentence on giving per person in need, or why there is none."""
    if findings.tables.headcounts.empty:
        return words("sentences", language)["no_headcounts"]
    if isinstance(findings.per_person, TooThin):
        return typeset(findings.per_person.sentence(language), language)
    return texts(numbers, ["winter_drop_per_person"], language)[0]


def winter_sentences(findings: Findings, numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """The main claim, then what supports or limits it, in the order in which a sceptical reader asks."""
    claim = winter_claim(findings, numbers, language)
    if isinstance(findings.drop, TooThin):
        raw = texts(numbers, ["raw_change"], language) or (_reason(findings.raw, language),)
        thin = (words("sentences", language)["thin"],) if "raw_change" in numbers else ()
        return (claim, *raw, *thin)
    return (
        claim,
        *texts(numbers, ["winter_gap"], language),
        per_person_claim(findings, numbers, language),
        *texts(numbers, ["winter_drop_second", "winter_check"], language),
        *_where_the_check_differs(numbers, language),
        *texts(numbers, ["raw_change"], language),
        *_if_the_raw_change_opposes(numbers, language),
    )


def caveats(findings: Findings, numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """What limits the winter claim: the dataset's own caveats, the pandemic year, base effect, association."""
    text = words("sentences", language)
    gap = (say("sentences.gap", language, numbers),) if "gap_from" in numbers else ()
    own = tuple(typeset(getattr(caveat, language), language) for caveat in findings.dataset.caveats)
    year = "covid_raw" if isinstance(findings.drop, TooThin) else "covid"
    pandemic = (say(f"sentences.{year}", language, numbers),) if "pandemic_year" in numbers else ()
    base = texts(numbers, ["sector_2020"], language)
    estimated = () if isinstance(findings.drop, TooThin) else (text["held_fixed"], text["speaks_of"])
    side_by_side = (text["association"],) if findings.need is not None else ()
    return (*gap, *own, *estimated, *pandemic, *base, *side_by_side)


def _where_the_check_differs(numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """What to make of a cross-check that leaves zero out while the winter drop does not, or the other way round."""
    if "winter_check" not in numbers or numbers["winter_check"].clear == numbers["winter_drop"].clear:
        return ()
    surer = "check_differs" if numbers["winter_check"].clear else "check_unclear"
    return (words("sentences", language)[surer],)


def _if_the_raw_change_opposes(numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """Why the raw change has the other sign than a clear winter drop."""
    if "raw_change" not in numbers or not numbers["winter_drop"].clear:
        return ()
    raw = float(numbers["raw_change"].value)
    opposes = raw * float(numbers["winter_drop"].value) > 0 and wording.rounded(raw * 100) != 0
    return (words("sentences", language)["raw_opposes"],) if opposes else ()


def _paragraph(sentences: Sequence[str]) -> str:
    return " ".join(sentences)


def _reason(result: object, language: str) -> str:
    return typeset(result.sentence(language), language) if isinstance(result, TooThin) else ""


def _records(findings: Findings, numbers: Mapping[str, Number], language: str) -> Section:
    text = words("sentences", language)
    aside = [name for name in ("rows_quarantined", "rows_duplicate", "rows_excluded") if numbers[name].value]
    pseudonym = (text["pseudonym"],) if "donors" in numbers else ()
    return Section(
        id="records",
        question=words("questions", language)["records"],
        lead=(
            _paragraph(texts(numbers, ["total_amount", "donors", "period"], language)),
            _paragraph((*texts(numbers, ["rows_read", "donations_outside", *aside], language), text["reconciles"])),
        ),
        caveats=(*pseudonym, text["small_cells"]),
    )


def _need(findings: Findings, numbers: Mapping[str, Number], chart: Chart, language: str) -> Section:
    text = words("sentences", language)
    if findings.need is None:
        lead: tuple[str, ...] = (text["no_headcounts"],)
    else:
        lead = texts(numbers, ["people_latest", "headcount_winter_change", "headcounts"], language)
        lead = lead if "people_latest" in numbers else (text["no_band"], *lead)
    compared = [name for name in numbers if name.startswith(("other_counts_", "source_ratio_"))]
    others = (_paragraph(texts(numbers, [*compared, "published_ratio"], language)),) if compared else ()
    lead = (_paragraph(lead), *others, *texts(numbers, ["boats"], language))
    known = (text["count_error"],) if "people_latest" in numbers else ()
    published = () if findings.context is None else (published_table(findings, findings.context, language),)
    return Section(
        id="need",
        question=words("questions", language)["need"],
        lead=lead,
        chart=chart,
        tables=(chart_table(chart, findings, language), *(table for table in published if table.rows)),
        caveats=(
            *known,
            *((text["sources_differ"],) if compared else ()),
            *((text["published_note"],) if published else ()),
        ),
    )


def _winter(findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str) -> Section:
    return Section(
        id="winter",
        question=words("questions", language)["winter"],
        lead=winter_sentences(findings, numbers, language),
        chart=chart,
        tables=() if chart is None else (chart_table(chart, findings, language),),
        caveats=caveats(findings, numbers, language),
    )


def _season(findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str) -> Section:
    return Section(
        id="season",
        question=words("questions", language)["season"],
        lead=tuple(
            _paragraph(sentences)
            for ids in (["peak_amount", "winter_week"], FRENCH_CALENDAR, BRITISH_CALENDAR)
            if (sentences := texts(numbers, ids, language))
        ),
        chart=chart,
        tables=() if chart is None else (chart_table(chart, findings, language),),
    )


def _method(findings: Findings, language: str) -> Section:
    text = words("sentences", language)
    window = window_in_days(findings.dataset.winter, language)
    return Section(
        id="method",
        question=words("questions", language)["method"],
        lead=(_paragraph((text["engine"], text["winter_window"].format(window=window))),),
        tables=(ledger_table(findings, language),),
    )
