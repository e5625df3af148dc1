from pathlib import Path

import pytest

from analysis.faults import DataError
from analysis.messages import fault_in
from analysis.records.build import check

RULE = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donation_id = "Id"}
"""
GIFTS = "Day,Sum,Id\n2021-01-31,12O,a\n2021-02-01,20,b\n"
LOG = "file,line,id,column,expected,new,reason,who,when\n"


def refused(build_files, *entries: str, gifts: str = GIFTS, rule: str = RULE) -> list:
    """The faults for which a build with these lines in its log ends."""
    log = LOG + "".join(f"{entry}\n" for entry in entries)
    with pytest.raises(DataError) as refusal:
        build_files({"gifts.csv": gifts, "corrections.csv": log}, rule)
    return list(refusal.value.faults)


def test_a_correction_by_line_or_by_identifier_replaces_the_cell_and_is_counted(build_files):
    log = (
        LOG
        + "gifts.csv,2,,Sum,12O,120,typing error,Ana,2021-03-01\n"
        + "gifts.csv,,b,Sum,20,2000,confirmed by phone,Ana,2021-03-01\n"
    )
    tables = build_files({"gifts.csv": GIFTS, "corrections.csv": log}, RULE)

    assert tables.donations["amount"].tolist() == [120.0, 2000.0]
    assert tables.ledger["files"][0]["corrected"] == 2
    assert [entry["file"] for entry in tables.ledger["files"]] == ["gifts.csv"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("gifts.csv,2,,Sum,12,120,why,Ana,2021", "another value stands there now than the log expects"),
        ("gifts.csv,2,,Total,12O,120,why,Ana,2021", "gifts.csv has no such column"),
        ("gifts.csv,9,,Sum,12O,120,why,Ana,2021", "no record of gifts.csv that can be read starts on this line"),
        ("gifts.csv,1,,Sum,Sum,120,why,Ana,2021", "no record of gifts.csv that can be read starts on this line"),
        ("gifts.csv,,c,Sum,12O,120,why,Ana,2021", "no record of gifts.csv has this id"),
        ("gifts.csv,,,Sum,12O,120,why,Ana,2021", "neither a line number nor an id"),
        (f"gifts.csv,{'9' * 5000},,Sum,12O,120,why,Ana,2021", "neither a line number nor an id"),
        ("other.csv,2,,Sum,12O,120,why,Ana,2021", "no such file here"),
        ("gifts.csv,2,,Sum,12O,120,,Ana,2021", "is empty"),
        ("gifts.csv,2,,Sum,12O,120,why,,2021", "is empty"),
    ],
)
def test_a_correction_that_does_not_fit_stops_the_build_and_names_its_own_line(build_files, entry, problem):
    [fault] = refused(build_files, entry)

    assert (fault.file, fault.line, fault.problem) == ("corrections.csv", 2, problem)


def test_a_file_can_be_checked_alone_although_the_log_corrects_another(make_dataset):
    log = LOG + "gifts.csv,2,,Sum,12O,120,why,Ana,2021\n"
    files = {"gifts.csv": GIFTS, "gifts2.csv": GIFTS.replace("12O", "12"), "corrections.csv": log}
    folder = make_dataset(files, RULE).folder

    assert check(folder / "gifts2.csv").ledger["totals"]["rows"]["accepted"] == 2
    assert check(folder / "gifts.csv").ledger["files"][0]["corrected"] == 1


def test_the_source_file_is_not_changed(make_dataset, build_files):
    log = LOG + "gifts.csv,2,,Sum,12O,120,why,Ana,2021\n"
    build_files({"gifts.csv": GIFTS, "corrections.csv": log}, RULE)

    folder = make_dataset({}, RULE).folder
    assert (folder / "gifts.csv").read_text(encoding="utf-8") == GIFTS


def test_an_identifier_that_stands_on_two_rows_is_refused(build_files):
    twice = "Day,Sum,Id\n2021-01-31,12,a\n2021-01-31,12,a\n"

    [fault] = refused(build_files, "gifts.csv,,a,Sum,12,120,why,Ana,2021", gifts=twice)

    assert (fault.line, fault.column, fault.problem) == (2, "id", "2 records of gifts.csv have this id")


@pytest.mark.parametrize("second", ["gifts.csv,2,,Sum,120,130,why,Ana,2021", "gifts.csv,,a,Sum,12O,130,why,Ana,2021"])
def test_a_cell_is_corrected_once(build_files, second):
    [fault] = refused(build_files, "gifts.csv,2,,Sum,12O,120,why,Ana,2021", second)

    assert (fault.line, fault.problem) == (3, "line 2 of corrections.csv corrects this cell already")


def test_two_cells_of_one_row_are_both_corrected(build_files):
    log = LOG + "gifts.csv,2,,Sum,12O,120,why,Ana,2021\n" + "gifts.csv,2,,Day,2021-01-31,2021-01-30,why,Ana,2021\n"

    tables = build_files({"gifts.csv": GIFTS, "corrections.csv": log}, RULE)

    assert str(tables.donations["received_on"][0].date()) == "2021-01-30"
    assert tables.ledger["files"][0]["corrected"] == 2


def test_every_correction_that_does_not_fit_is_named_at_once(build_files):
    faults = refused(
        build_files, "gifts.csv,2,,Sum,12,120,why,Ana,2021", "gifts.csv,9,,Sum,20,2,why,Ana,2021",
        "gifts.csv,3,,Total,20,2,why,Ana,2021",
    )  # fmt: skip

    assert [(fault.line, fault.column) for fault in faults] == [(2, "expected"), (3, "line"), (4, "column")]


def test_a_refused_correction_writes_no_table(build_files, tmp_path):
    refused(build_files, "gifts.csv,2,,Sum,12,120,why,Ana,2021")

    assert [file.name for file in (tmp_path / "processed").iterdir() if file.suffix != ".lock"] == [".lock"]


@pytest.mark.parametrize(
    "entry",
    [
        "gifts.csv,2,,Who,Zoé Grandin,Zoé Petit,why,Ana,2021",
        "gifts.csv,2,,Mail,zoe@example.org,zo@example.org,why,Ana,2021",
        "gifts.csv,,zoe@example.org,Sum,10,11,why,Ana,2021",
        "gifts.csv,,Zoé Grandin,Sum,10,11,why,Ana,2021",
        "gifts.csv,2,,zoe@example.org,10,11,why,Ana,2021",
    ],
)
def test_a_correction_that_does_not_fit_names_no_donor(build_files, entry):
    gifts = "Day,Sum,Who,Mail,Postcode\n2021-01-31,12,Max Durand,max@example.org,62100\n"
    rule = RULE.replace('donation_id = "Id"', 'donor_name = "Who", donor_email = "Mail", donor_postcode = "Postcode"')

    [fault] = refused(build_files, entry, gifts=gifts, rule=rule)

    for said in (str(fault), fault_in(fault, "fr"), repr(fault)):
        assert not any(word in said for word in ("Zo", "zo", "Grandin", "Petit", "Max", "max", "62100", "Durand")), said


def test_a_file_named_with_its_accents_composed_or_not_is_found(build_files):
    log = LOG + "f\u00e9vrier.csv,2,,Sum,12O,120,why,Ana,2021\n"
    rule = RULE.replace("gifts*.csv", "*.csv")

    tables = build_files({"fe\u0301vrier.csv": GIFTS, "corrections.csv": log}, rule)

    assert tables.donations["amount"].tolist() == [120.0, 20.0]


def test_check_of_one_file_applies_the_corrections_and_rates_of_its_folder(make_dataset):
    rule = RULE.replace('donation_id = "Id"', 'original_currency = "Id"')
    dataset = make_dataset(
        {
            "gifts.csv": "Day,Sum,Id\n2021-01-31,12O,GBP\n",
            "gifts2.csv": "Day,Sum,Id\n2021-01-31,13O,EUR\n",
            "exchange_rates.csv": "month,currency,rate\n2021-01,GBP,1.1\n",
            "corrections.csv": LOG + "gifts.csv,2,,Sum,12O,120,why,Ana,2021\ngifts2.csv,2,,Sum,13O,130,why,Ana,2021\n",
        },
        rule,
    )

    found = check(Path(dataset.folder) / "gifts.csv")

    [file] = found.ledger["files"]
    assert (file["file"], file["rows"]["accepted"], file["corrected"]) == ("gifts.csv", 1, 1)
    assert (found.refused, found.quarantined) == ((), ())


def test_check_says_of_a_correction_that_does_not_fit_what_build_says(make_dataset):
    log = LOG + "other.csv,2,,Sum,12O,120,why,Ana,2021\n"
    dataset = make_dataset({"gifts.csv": GIFTS, "corrections.csv": log}, RULE)

    for path in (dataset.folder, dataset.folder / "gifts.csv", dataset.folder / "corrections.csv"):
        assert [fault.problem for fault in check(path).refused] == ["no such file here"]
