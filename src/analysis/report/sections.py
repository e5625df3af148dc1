"""The report's sections in order: each a question, its sentences, its chart, its tables and its caveats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.models.results import PerPerson, TooThin
from analysis.report.aid_sections import aid_sections, in_goods_section
from analysis.report.appeal_sections import appeal_sections
from analysis.report.chart import Chart
from analysis.report.donor_sections import donor_sections
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.naming import window_in_days
from analysis.report.robust_figures import items_table
from analysis.report.section import Section, paragraph, texts
from analysis.report.testimony_sections import testimony_sections
from analysis.report.text_tables import TextTable, chart_table, ledger_table, published_table, text_table
from analysis.wording import capital, typeset

FRENCH_CALENDAR = ("sector_december", "sector_january_fall")
BRITISH_CALENDAR = ("sector_uk_december",)


def make_sections(
    findings: Findings, numbers: Mapping[str, Number], charts: Sequence[Chart], language: str
) -> list[Section]:
    """All sections of the full report in one language."""
    drawn = {chart.name: chart for chart in charts}
    return [
        _records(findings, numbers, language),
        _need(findings, numbers, drawn["giving_and_need"], language),
        _winter(findings, numbers, drawn.get("winter_drop"), language),
        *_robust(findings, numbers, drawn.get("winter_sensitivity"), language),
        *_made_of(findings, numbers, drawn.get("winter_split"), language),
        _season(findings, numbers, drawn.get("seasonal_profile"), language),
        *in_goods_section(findings, numbers, language),
        *aid_sections(findings, numbers, drawn, language),
        *appeal_sections(findings, numbers, drawn, language),
        *testimony_sections(findings, numbers, drawn, language),
        *donor_sections(findings, numbers, drawn, language),
        _method(findings, language),
        _glossary(language),
    ]


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


def expectation(findings: Findings, numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """Whether chance explains what the last winter brought, and from what level it started."""
    expected = findings.robustness.this_winter
    if isinstance(expected, TooThin):
        return ()
    apart = (words("sentences", language)["appeal_in_winter"],) if expected.with_appeal else ()
    base = texts(numbers, ["year_before_expected", "winter_on_year_before"], language)
    return (paragraph((*texts(numbers, ["winter_expected"], language), *apart)), *base)


def _where_the_check_differs(numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """What to make of a cross-check that leaves zero out while the winter drop does not, or the other way round."""
    if "winter_check" not in numbers or numbers["winter_check"].clear == numbers["winter_drop"].clear:
        return ()
    surer = "check_differs" if numbers["winter_check"].clear else "check_unclear"
    return (words("sentences", language)[surer],)


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
            paragraph(texts(numbers, ["total_amount", "donors", "period"], language)),
            paragraph((*texts(numbers, ["rows_read", "donations_outside", *aside], language), text["reconciles"])),
        ),
        caveats=(*pseudonym, text["small_cells"], *((text["waiting"],) if findings.waiting else ())),
    )


def _need(findings: Findings, numbers: Mapping[str, Number], chart: Chart, language: str) -> Section:
    text = words("sentences", language)
    if findings.need is None:
        lead: tuple[str, ...] = (text["no_headcounts"],)
    else:
        lead = texts(numbers, ["people_latest", "headcount_winter_change", "headcounts"], language)
        lead = lead if "people_latest" in numbers else (text["no_band"], *lead)
    compared = [name for name in numbers if name.startswith(("other_counts_", "source_ratio_"))]
    others = (paragraph(texts(numbers, [*compared, "published_ratio"], language)),) if compared else ()
    lead = (paragraph(lead), *others, *texts(numbers, ["boats"], language))
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
        lead=(*winter_sentences(findings, numbers, language), *expectation(findings, numbers, language)),
        chart=chart,
        tables=() if chart is None else (chart_table(chart, findings, language),),
        caveats=caveats(findings, numbers, language),
    )


def _robust(findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str) -> Iterator[Section]:
    """Whether the winter drop stands under other choices; nothing where there is no winter drop."""
    if chart is None:
        return
    text = words("sentences", language)
    yield Section(
        id="robust",
        question=words("questions", language)["robust"],
        lead=(
            *texts(numbers, ["sensitivity"], language),
            *texts(numbers, ["placebo_rank"], language),
            paragraph((*texts(numbers, ["winter_spread"], language), *_by_source(findings, numbers, language))),
        ),
        chart=chart,
        tables=(chart_table(chart, findings, language),),
        caveats=(text["one_at_a_time"], text["windows_overlap"]),
    )


def _by_source(findings: Findings, numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """Giving per person by each other source of headcounts, or that it cannot be told."""
    said = []
    for source, result in findings.robustness.by_source.items():
        key = "per_person_by" if isinstance(result, PerPerson) else "per_person_not_by"
        name = words("counts_by", language)[source]
        said.append(say(f"sentences.{key}", language, numbers, source=name))
        said += [typeset(result.summary(language), language)] if isinstance(result, PerPerson) else []
    return tuple(said)


def _made_of(
    findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str
) -> Iterator[Section]:
    """What the winter change is made of, and the same asked of goods; nothing where neither could be told."""
    robust, text = findings.robustness, words("sentences", language)
    goods: tuple[str, ...] = texts(numbers, ["goods_drop", "items_clear"], language)
    if isinstance(robust.goods, TooThin):
        goods = (text["goods_thin"], *goods)
    thin = (text["items_thin"],) if robust.thin_items and robust.items else ()
    items = items_table(findings, language)
    if chart is None and items.empty:
        return
    yield Section(
        id="made_of",
        question=words("questions", language)["made_of"],
        lead=(*(one for name in robust.splits for one in texts(numbers, [f"split_{name}"], language)),
              *((paragraph((*goods, *thin)),) if goods else ())),
        chart=chart,
        tables=(
            *(() if chart is None else (chart_table(chart, findings, language),)),
            *(() if items.empty else (text_table(items, text["goods_table"], findings.dataset.currency, language),)),
        ),
        caveats=(text["parts_add_up"],) if chart is not None else (),
    )  # fmt: skip


def _season(findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str) -> Section:
    return Section(
        id="season",
        question=words("questions", language)["season"],
        lead=tuple(
            paragraph(sentences)
            for ids in (["peak_amount", "winter_week"], ["december_january"], FRENCH_CALENDAR, BRITISH_CALENDAR)
            if (sentences := texts(numbers, ids, language))
        )
        + ((words("sentences", language)["calendar_apart"],) if "winter_drop" in numbers else ()),
        chart=chart,
        tables=() if chart is None else (chart_table(chart, findings, language),),
    )


def _method(findings: Findings, language: str) -> Section:
    text = words("sentences", language)
    window = window_in_days(findings.dataset.winter, language)
    return Section(
        id="method",
        question=words("questions", language)["method"],
        lead=(paragraph((text["engine"], text["winter_window"].format(window=window))),),
        tables=(ledger_table(findings, language),),
    )


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
