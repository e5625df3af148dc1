"""Every chart of three reports keeps every rule of the house style, and each rule is seen to find what breaks it."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import matplotlib as mpl
import pytest
from tools.chart_rules import RULES, Drawn

from analysis.charts.style import Frame, funder_figure, house_style
from analysis.dataset import load_dataset
from analysis.records.build import build
from analysis.records.simulate import write_dataset
from analysis.records.simulate.world import Scenario, simulate_world
from analysis.report import figures
from analysis.report.chart import saved
from analysis.report.findings import make_findings
from analysis.report.numbers import make_numbers
from analysis.tables import Tables

TODAY = dt.date(2026, 11, 23)
LANGUAGES = ("fr", "en")
BY_NAME = {rule.__name__: rule for rule in RULES}


@pytest.fixture(scope="session")
def thin_findings(sample, sample_tables):
    """Real money alone over nine months: nobody counted, nothing handed out, no winter drop."""
    gifts = sample_tables.donations
    gifts = gifts[gifts["received_on"] < "2018-01-01"]
    tables = Tables(donations=gifts.reset_index(drop=True), ledger=sample_tables.ledger)
    dataset = replace(sample, synthetic=False, records_until=dt.date(2017, 12, 31))
    return make_findings(dataset, tables, today=TODAY, context=None)


@pytest.fixture(scope="session")
def risen_findings(tmp_path_factory):
    """A smaller charity over seven years, among many people, whose giving rises in winter."""
    folder = tmp_path_factory.mktemp("risen") / "risen"
    scenario = Scenario(
        years=7.0, ends_on=dt.date(2021, 6, 30), winter_drop=-0.3, gifts_per_week=30.0, regular_donors=20, people=4000.0
    )
    write_dataset(simulate_world(scenario, seed=5), folder, messy=False, command="")
    dataset = load_dataset(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "0" * 64)
        tables = build(dataset, tmp_path_factory.mktemp("risen-processed"))
    return make_findings(dataset, tables, today=TODAY, context=None)


@pytest.fixture(scope="session")
def drawn_in(charts_of, sample_findings, thin_findings, risen_findings):
    """world, language -> its charts as the rules take them, each drawn as pixels once."""
    worlds = {"sample": sample_findings, "thin": thin_findings, "risen": risen_findings}
    made: dict[tuple[str, str], list[Drawn]] = {}

    def find(world: str, language: str) -> list[Drawn]:
        if (world, language) not in made:
            made[world, language] = drawn(charts_of(worlds[world], language), worlds[world], language)
        return made[world, language]

    return find


def drawn(charts, findings, language: str) -> list[Drawn]:
    beside = {chart.name: chart.table for chart in charts}
    name, synthetic = findings.dataset.name, findings.dataset.synthetic
    return [Drawn(chart=one, language=language, name=name, synthetic=synthetic, beside=beside) for one in charts]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("world", ["sample", "thin", "risen"])
@pytest.mark.parametrize("rule", RULES, ids=BY_NAME)
def test_every_chart_keeps_the_rule(drawn_in, rule, world, language):
    faults = {one.chart.name: rule(one) for one in drawn_in(world, language)}

    assert {name: found for name, found in faults.items() if found} == {}


def test_the_three_reports_show_every_chart_there_is(drawn_in):
    names = {world: {one.chart.name for one in drawn_in(world, "fr")} for world in ("sample", "thin", "risen")}

    assert len(names["sample"]) == len(figures.CHARTS)
    assert 0 < len(names["thin"]) < 4 < len(names["risen"])


# Each rule, broken once


def reframed(chart, **words):
    return replace(chart, frame=replace(chart.frame, **words))


def inked(chart, change):
    change(chart.figure.axes[0])
    return chart


def unnamed(chart):
    for text in chart.figure.axes[0].texts:
        text.set_text("")
    return reframed(chart, subtitle="Something, somewhere")


def both_the_same(ax):
    for line in ax.lines[:2]:
        line.set(linestyle="-", marker="o")


BROKEN = [
    ("title_states", "seasonal_profile", lambda chart: reframed(chart, title="Giving fell because of winter")),
    ("title_states", "seasonal_profile", lambda chart: reframed(chart, title="giving, month by month")),
    ("title_states", "seasonal_profile", lambda chart: reframed(chart, title="Giving " + "in winter " * 7)),
    ("subtitle_places", "seasonal_profile", lambda chart: reframed(chart, subtitle="Entraide du Détroit, 2021")),
    ("subtitle_places", "seasonal_profile", lambda chart: reframed(chart, subtitle="Mean giving a week, 2021")),
    ("source_stands", "seasonal_profile", lambda chart: reframed(chart, source="Source: Entraide du Détroit.")),
    ("axes_have_units", "giving_and_need", unnamed),
    ("one_axis_no_legend", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.twinx())),
    ("one_axis_no_legend", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.legend(["bar"]))),
    ("values_from_zero", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.set_ylim(500, 7000))),
    ("values_from_zero", "donors_by_year", lambda chart: inked(chart, lambda ax: ax.patches[-1].set_x(5))),
    ("texts_apart", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.figure.text(0.02, 0.95, "over"))),
    ("marks_whole", "winter_drop", lambda chart: inked(chart, lambda ax: ax.set_xlim(-0.3, 0.2))),
    ("marks_whole", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.set_ylim(0, 3000))),
    ("texts_clear_of_marks", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.text(3, 1500, "here"))),
    ("texts_clear_of_marks", "testimonies_online", lambda chart: inked(chart, lambda ax: ax.text(12, 0.75, "here"))),
    ("fonts_of_the_house", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.texts[-1].set_size(6.9))),
    ("fonts_of_the_house", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.texts[-1].set_family("serif"))),
    ("texts_legible", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.texts[-1].set_color("#777777"))),
    ("marks_visible", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.patches[-1].set_color("#959595"))),
    ("marks_visible", "giving_and_need", lambda chart: inked(chart, lambda ax: ax.lines[0].set_color("#6697C2"))),
    ("colour_never_alone", "testimony_orders", lambda chart: inked(chart, both_the_same)),
    (
        "colours_few_and_far", "coverage",
        lambda chart: inked(chart, lambda ax: [one.set_facecolor("#ff0000") for one in ax.collections]),
    ),
    ("colours_few_and_far", "giving_and_need", lambda chart: inked(chart, lambda ax: ax.lines[0].set_color("#0B63B0"))),
    ("alt_text_serves", "seasonal_profile", lambda chart: replace(chart, alt="A chart. See the table below.")),
    ("table_holds_what_is_drawn", "coverage", lambda chart: replace(chart, table=chart.table[["month", "item"]])),
    ("table_holds_what_is_drawn", "seasonal_profile",
     lambda chart: replace(chart, table=chart.table.assign(amount=chart.table["amount"] + 1))),
    ("gaps_are_said", "giving_and_need",
     lambda chart: reframed(chart, source="Source: Entraide du Détroit. SYNTHETIC DATA.")),
    ("annotations_short", "seasonal_profile",
     lambda chart: inked(chart, lambda ax: ax.text(0, 6000, "many words " * 5))),
    ("one_language", "seasonal_profile", lambda chart: inked(chart, lambda ax: ax.text(3, 5500, "chaque hiver"))),
]  # fmt: skip


DRAWN_BY = {"donors_by_year": "donors", "testimonies_online": "online"}


@pytest.mark.parametrize(("rule", "name", "change"), BROKEN, ids=[f"{rule} {name}" for rule, name, _ in BROKEN])
def test_a_chart_that_breaks_the_rule_is_found(sample_findings, rule, name, change):
    numbers = make_numbers(sample_findings)
    draw = next(one for one in figures.CHARTS if one.__name__ == f"{DRAWN_BY.get(name, name)}_chart")
    chart = draw(sample_findings, numbers, "en")
    [whole] = drawn([chart], sample_findings, "en")
    assert BY_NAME[rule](whole) == []

    [broken] = drawn([change(chart)], sample_findings, "en")

    assert BY_NAME[rule](broken) != []


def test_every_rule_is_seen_to_find_something():
    assert {rule for rule, _, _ in BROKEN} == set(BY_NAME)


# The files


SAVING = """
import hashlib, pickle, sys
from analysis.report import figures
from analysis.report.chart import accessible_svg, saved
from analysis.report.numbers import make_numbers
findings = pickle.load(open(sys.argv[1], "rb"))
numbers = make_numbers(findings)
for draw in (figures.giving_and_need_chart, figures.winter_drop_chart, figures.stock_chart, figures.donors_chart):
    chart = draw(findings, numbers, "fr")
    files = [accessible_svg(chart).encode(), saved(chart.figure, "svg"), saved(chart.figure, "png")]
    print(hashlib.sha256(b"".join(files)).hexdigest())
"""


def test_a_chart_saved_by_two_processes_is_the_same_bytes(sample_findings, tmp_path):
    file = tmp_path / "findings.pkl"
    file.write_bytes(pickle.dumps(sample_findings))
    digests = [
        subprocess.run(
            [sys.executable, "-c", SAVING, str(file)], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout.split()
        for seed in ("1", "2")
    ]  # fmt: skip

    assert len(set(digests[0])) == 4
    assert digests[0] == digests[1]


def test_a_png_has_two_pixels_for_each_of_a_page():
    with house_style():
        figure, _ = funder_figure(Frame(title="A", subtitle="B", source="C"), heights_cm=[4])

    pixels = mpl.image.imread(BytesIO(saved(figure, "png")), format="png")

    assert pixels.shape[1] == 1285  # 17 cm at 192 dots an inch, twice the 96 of a page
