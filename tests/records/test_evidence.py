"""What the first block leaves open or misreads is settled by the whole file."""

import pandas as pd
import pytest

from analysis.faults import DataError
from analysis.records.build import build_files, load_tables

RULE = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", appeal = "Note"}
"""
MANY = 700


@pytest.fixture
def build_in_blocks(make_dataset, tmp_path):
    def built(rows: list[bytes], *, header: bytes = b"Day;Sum;Note", rule: str = RULE):
        dataset = make_dataset({"gifts.csv": b"\n".join([header, *rows, b""])}, rule)
        build_files(dataset, tmp_path / "processed", block=4000)
        return load_tables(tmp_path / "processed")

    return built


def test_dates_and_amounts_of_the_first_block_are_settled_by_a_later_one(build_in_blocks):
    tables = build_in_blocks([b"03/04/2021;1,234;x"] * MANY + [b"31/04/2021;12,50;x", b"30/04/2021;12,50;x"])

    assert len(tables.donations) == MANY + 1
    assert tables.donations["received_on"].iloc[0].isoformat() == "2021-04-03T00:00:00"
    assert tables.donations["amount"].iloc[0] == 1.23
    assert tables.quarantine["source_line"].tolist() == [MANY + 2]


def test_a_first_block_that_the_rest_of_the_file_outvotes_is_read_again(build_in_blocks):
    few, many = [b"01/13/2021;5;x"] * 30, [b"13/01/2021;5;x"] * MANY

    tables = build_in_blocks([*few, *[b"01/01/2021;5;x"] * MANY, *many])

    assert tables.quarantine["source_line"].tolist() == list(range(2, 32))


def test_what_the_whole_file_leaves_open_is_refused_at_its_first_line(build_in_blocks):
    with pytest.raises(DataError, match=r"gifts.csv line 301, Day = '03/04/2021': can be read as 2021-04-03 or"):
        build_in_blocks([b"2021-01-01;5;x"] * 299 + [b"03/04/2021;5;x"] + [b"2021-01-01;5;x"] * MANY)


def test_the_encoding_is_that_of_most_lines_of_the_whole_file(build_in_blocks):
    first, rest = ["2021-01-01;5;été".encode()] * 300, ["2021-01-01;5;Œuvre".encode("windows-1252")] * MANY

    tables = build_in_blocks([*first, *rest])

    [entry] = tables.ledger["files"]
    assert (entry["encoding"], entry["stray_lines"]) == ("windows-1252", 300)
    assert tables.donations["appeal"].value_counts().to_dict() == {"Œuvre": MANY, "été": 300}


def test_a_column_without_evidence_is_settled_by_the_others_of_its_file(build_files):
    text = "lost_on;item;quantity\n31/01/2021;blanket;1,234\n03/02/2021;blanket;2,5\n"
    rule = '[items]\nblanket = []\n[[files]]\nmatch = "appeals.csv"\ntable = "appeals"\ncolumns = {}\n'
    appeals = "appeal;soft_launch_on;launched_on;cost\nA;04/01/2021;25/01/2021;12,50\n"

    tables = build_files({"losses.csv": text, "appeals.csv": appeals}, rule)

    assert tables.appeals["soft_launch_on"].tolist() == [pd.Timestamp("2021-01-04")]
    assert tables.losses["quantity"].tolist() == [1.234, 2.5]


def test_a_column_that_contradicts_itself_is_not_settled_by_the_others(build_files):
    rows = ["A;04/01/2021;25/01/2021", "B;01/13/2021;26/01/2021", "C;13/01/2021;27/01/2021"]
    rows += [f"D{number};;28/01/2021" for number in range(30)]

    with pytest.raises(DataError, match="soft_launch_on = '04/01/2021': can be read as 2021-01-04 or"):
        build_files({"appeals.csv": "\n".join(["appeal;soft_launch_on;launched_on", *rows])})


def test_another_column_of_a_later_block_settles_the_first_one(build_in_blocks):
    rule = RULE.replace('appeal = "Note"', 'appeal = "Note", fee = "Fee"')
    rows = [b"2021-01-01;1,234;x;"] * MANY + [b"2021-01-01;5;x;0,50"]

    assert build_in_blocks(rows, header=b"Day;Sum;Note;Fee", rule=rule).donations["amount"].iloc[0] == 1.23


def test_what_all_columns_leave_open_in_the_end_is_refused_although_a_first_block_settled_it(
    build_in_blocks,
):
    columns = 'original_amount = "Given", amount = "Sum", fee = "Fee"'
    rule = RULE.replace('amount = "Sum", appeal = "Note"', columns)
    rows = [b"2021-01-01;5;1,234;0,50"] * 30 + [b"2021-01-01;5.5;1234;"] + [b"2021-01-01;5;1234;"] * MANY
    rows += [b"2021-01-01;5.5;1234;"] * 30

    with pytest.raises(DataError, match="Given = '1,234': can be read as 1234 or 1.234"):
        build_in_blocks(rows, header=b"Day;Sum;Given;Fee", rule=rule)
