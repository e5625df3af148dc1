import pytest

from analysis.faults import DataError

RULE = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donation_id = "Id"}
"""
GIFTS = "Day,Sum,Id\n2021-01-31,12O,a\n2021-02-01,20,b\n"
LOG = "file,line,id,column,expected,new,reason,who,when\n"


def test_a_correction_by_line_or_by_identifier_replaces_the_cell(build_files):
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
        ("gifts.csv,9,,Sum,12O,120,why,Ana,2021", "line 9 is 0 records of gifts.csv"),
        ("gifts.csv,,,Sum,12O,120,why,Ana,2021", "neither a line number nor an id"),
        (f"gifts.csv,{'9' * 5000},,Sum,12O,120,why,Ana,2021", "neither a line number nor an id"),
        ("other.csv,2,,Sum,12O,120,why,Ana,2021", "no such file here"),
        ("gifts.csv,2,,Sum,12O,120,,Ana,2021", "is empty"),
        ("gifts.csv,2,,Sum,12O,120,why,,2021", "is empty"),
    ],
)
def test_a_correction_that_does_not_fit_stops_the_build_and_names_its_own_line(build_files, entry, problem):
    with pytest.raises(DataError) as refusal:
        build_files({"gifts.csv": GIFTS, "corrections.csv": f"{LOG}{entry}\n"}, RULE)

    [fault] = refusal.value.faults
    assert (fault.file, fault.line, fault.problem) == ("corrections.csv", 2, problem)


def test_the_source_file_is_not_changed(make_dataset, build_files):
    log = LOG + "gifts.csv,2,,Sum,12O,120,why,Ana,2021\n"
    build_files({"gifts.csv": GIFTS, "corrections.csv": log}, RULE)

    folder = make_dataset({}, RULE).folder
    assert (folder / "gifts.csv").read_text(encoding="utf-8") == GIFTS
