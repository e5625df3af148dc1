"""The gate of published tables, and the files they leave in: read back as a spreadsheet or a program reads them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from analysis.report.figures import draw_charts
from analysis.report.narrative import Number, words
from analysis.report.numbers import make_numbers
from analysis.report.release import COLUMNS, NotPublished, released, released_numbers
from analysis.report.table_files import as_csv, as_workbook
from analysis.wording import percent

TODAY = dt.date(2021, 4, 10)
HOSTILE = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\u202e=1", 'x;=HYPERLINK("http://a")', "W" * 10_000]


@pytest.fixture(scope="module")
def published(sample_findings) -> dict[str, pd.DataFrame]:
    """Every table of the sample's report as files hold it."""
    charts = draw_charts(sample_findings, make_numbers(sample_findings), "en")
    tables = {chart.name: chart.table for chart in charts} | sample_findings.tables_beside
    dataset, today = sample_findings.dataset, sample_findings.today
    return {name: released(name, table, dataset=dataset, today=today) for name, table in tables.items()}


def let_out(table: dict[str, list], sample, today: dt.date = TODAY) -> pd.DataFrame:
    return released("made_up", pd.DataFrame(table), dataset=sample, today=today)


def sheets_of(book: bytes, *, header: int | None) -> dict[str, pd.DataFrame]:
    return pd.read_excel(io.BytesIO(book), sheet_name=None, header=header, engine="calamine")


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("donors", 10, 9),
        ("orders", 12, 0),
        ("people", 350, 349),
        ("counted_census", 50, 57),
        ("refused", 20, 24),
        ("served_less", 10, 0),
        ("month", pd.Timestamp("2021-03-01"), pd.Timestamp("2021-04-01")),
        ("area", "Calais", "Rue des Huttes"),
    ],
)
def test_a_cell_that_breaks_the_rule_of_its_column_does_not_leave(sample, column, good, bad):
    assert let_out({column: [good, None]}, sample)[column].iloc[0] == good
    with pytest.raises(NotPublished, match=f"made_up.{column} may not leave: {bad}"):
        let_out({column: [good, bad]}, sample)


def test_a_column_without_a_rule_does_not_leave(sample):
    with pytest.raises(NotPublished, match=r"made_up\.site has no rule"):
        let_out({"site": ["Rue des Huttes"]}, sample)


def test_what_is_hidden_or_in_one_language_stays_missing_or_behind(sample):
    found = let_out({"donors": [None, 11.0], "hidden": [True, False], "item_label": ["Savons", "Vestes"]}, sample)

    assert list(found) == ["donors", "hidden"]
    assert found["donors"].isna().tolist() == [True, False]


def test_a_report_whose_table_breaks_a_rule_is_not_written(sample, sample_tables, tmp_path, monkeypatch):
    from analysis.report.export import write_report

    monkeypatch.setattr("analysis.report.disclosure.PEOPLE_ROUNDING", 7)
    with pytest.raises(NotPublished, match=r"people_latest|giving_and_need\.people"):
        write_report(sample, sample_tables, tmp_path / "report", languages=("en",), today=dt.date(2026, 11, 23))
    assert not (tmp_path / "report").exists()


def test_every_column_has_its_words_in_both_languages():
    for language in ("fr", "en"):
        assert [column for column in COLUMNS if column not in words("columns", language)] == []


def test_tags_are_those_of_the_standard():
    tags = [one.hxl for one in COLUMNS.values() if one.hxl]

    assert len(tags) > 15
    assert all(pd.Series(tags).str.fullmatch(r"#[a-z0-9_]+(\+[a-z0-9_]+)*"))


def test_hostile_texts_leave_as_short_texts(sample):
    cells = let_out({"product": HOSTILE}, sample)["product"].tolist()

    assert [cell for cell in cells if cell[0] in "=+-@\t"] == []
    assert "\u202e" not in "".join(cells)
    assert ";'=" in cells[6]
    assert len(cells[7]) == 300


def test_a_text_beside_a_missing_one_is_made_harmless_too(sample):
    table = {"product": pd.Series(["=1+1", None], dtype=object)}

    assert released("made_up", pd.DataFrame(table), dataset=sample, today=TODAY)["product"].iloc[0] == "'=1+1"


@pytest.mark.parametrize(
    ("column", "cell"),
    [("amount", "Jeanne"), ("first_day", "Jeanne"), ("hidden", "Jeanne"), ("donors", 10.5), ("value", 12.0)],
)
def test_a_cell_of_another_kind_than_its_column_does_not_leave(sample, column, cell):
    with pytest.raises(NotPublished, match=f"made_up.{column} may not leave"):
        let_out({column: [cell]}, sample)


def test_a_negative_number_stays_a_number(sample):
    text = as_csv(let_out({"unexplained": [-4.0], "change": [-0.25]}, sample), hxl=False).decode("utf-8-sig")

    assert text == "unexplained,change\r\n-4,-0.25\r\n"


def test_a_csv_has_a_row_of_tags_only_where_they_are_asked_for(published):
    table = published["giving_and_need"]
    bare, tagged = (list(csv.reader(io.StringIO(as_csv(table, hxl=hxl).decode("utf-8-sig")))) for hxl in (False, True))

    assert tagged[1][:2] == ["#date+start", "#value"]
    assert tagged[0] == bare[0]
    assert tagged[2:] == bare[1:]
    assert all(len(row) == len(tagged[0]) for row in tagged)


def test_the_tags_of_a_published_table_are_read_back_as_such(published, tmp_path):
    from analysis.records.formats.signs import is_tag_row

    rows = list(csv.reader(io.StringIO(as_csv(published["giving_and_need"], hxl=True).decode("utf-8-sig"))))
    assert is_tag_row(rows[1])


def test_the_workbook_holds_each_table_as_its_csv_does(published, sample):
    book = sheets_of(as_workbook(published, sample), header=0)

    assert list(book) == ["README", *published]
    for name, table in published.items():
        sheet = book[name]
        plain = pd.read_csv(io.BytesIO(as_csv(table, hxl=False)))
        assert list(sheet) == list(plain)
        for column in plain.select_dtypes("number"):
            assert sheet[column].to_numpy(dtype=float) == pytest.approx(plain[column].to_numpy(), rel=1e-5, nan_ok=True)
        for column in set(plain) - set(plain.select_dtypes("number")):
            assert sheet[column].isna().tolist() == plain[column].isna().tolist()


def test_the_first_sheet_says_what_every_column_is_in_both_languages(published, sample):
    book = sheets_of(as_workbook(published, sample), header=None)
    rows = book["README"].fillna("").astype(str).to_numpy().tolist()
    said = {(row[0], row[1]): row[2:4] for row in rows}

    assert rows[0][0] == sample.name
    assert any("Données fictives" in row[0] for row in rows)
    assert said["coverage", "distributed"] == ["Distribué", "Handed out"]
    assert {key for key in said if key[0] in published} == {(n, c) for n, t in published.items() for c in t.columns}


def test_the_workbook_holds_no_formula_and_no_link_and_is_the_same_bytes_twice(sample):
    table = let_out({"product": HOSTILE, "orders": [10.0] * len(HOSTILE)}, sample)
    spiked = replace(sample, name='=HYPERLINK("http://a")')
    book = as_workbook({"wish_list": table}, spiked)
    parts = zipfile.ZipFile(io.BytesIO(book))

    assert book == as_workbook({"wish_list": table}, spiked)
    assert [name for name in parts.namelist() if b"<f>" in parts.read(name) or b"<hyperlink" in parts.read(name)] == []


# Numbers


@pytest.mark.parametrize(
    "number",
    [
        Number(id="few", value=9, unit="donors"),
        Number(id="few", value=3, unit="donations"),
        Number(id="few", value=20, low=3, high=40, level=0.95, unit="orders"),
        Number(id="total_amount", value=300.0, unit="EUR", n=9),
        Number(id="donor_retention", value=0.5, low=0.2, high=0.8, level=0.95, unit="share", n=8),
    ],
)
def test_a_number_that_counts_few_people_does_not_leave(number):
    with pytest.raises(NotPublished, match=number.id):
        released_numbers({number.id: number})


def test_numbers_of_ten_people_and_estimates_in_tens_leave_and_shares_cut_to_a_tenth_of_a_percent():
    kept = {
        "ten": Number(id="ten", value=10, unit="donors"),
        "none": Number(id="none", value=0, low=-10, high=20, level=0.95, unit="donations"),
        "winters": Number(id="winters", value=4, unit="winters", n=4),
    }
    share = Number(id="share", value=0.321379, low=-0.1949, high=None, unit="share")
    found = released_numbers({**kept, "share": share})

    assert {name: found[name] for name in kept} == kept
    assert (found["share"].value, found["share"].low, found["share"].high) == (0.321, -0.194, None)


def test_a_share_that_was_cut_is_printed_in_whole_percents_as_before():
    for place in range(-10_000, 10_000, 7):
        value = place / 10_000
        cut = released_numbers({"a": Number(id="a", value=value, unit="share")})["a"].value
        assert percent(float(cut), "en") == percent(value, "en")


def test_no_published_number_says_a_count_of_people_below_ten(sample_findings):
    numbers = make_numbers(sample_findings).values()

    assert [
        one.id for one in numbers if one.unit in ("donors", "people", "orders") and 0 < abs(float(one.value)) < 10
    ] == []
