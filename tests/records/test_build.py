import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.columns import RECORD_TABLES, TABLES
from analysis.dataset import load_dataset
from analysis.faults import DataError
from analysis.records import build as building
from analysis.records.build import build, build_files, check, is_stale, load_tables
from analysis.records.ledger.entries import DoesNotReconcile, ledger

RULE = '[[files]]\nmatch = "gifts*.csv"\ntable = "donations"\ncolumns = {received_on = "Day", amount = "Sum"}\n'
FILES = {
    "gifts.csv": "Day,Sum\n2021-02-01,20\n2021-01-31,12.50\n2021-02-03,twelve\n2021-02-04\n2021-02-05,0\n",
    "photo.jpg": b"\xff\xd8",
}


def test_the_ledger_accounts_for_every_row_and_cent(build_files):
    book = build_files(FILES, RULE).ledger

    [entry] = book["files"]
    counts = {"read": 5, "accepted": 2, "quarantined": 2, "duplicate": 0, "excluded": 1}
    money = {"read": "32.50", "accepted": "32.50", "quarantined": "0.00", "duplicate": "0.00", "excluded": "0.00"}
    assert entry["rows"] == counts
    assert entry["money"] == {"EUR": money}
    assert entry["unknown"] == {"quarantined": 2}
    assert entry["reasons"] == {"not an amount": 1, "too few cells: 1, the header has 2": 1, "zero amount": 1}
    assert {name: entry[name] for name in ("file", "format", "table", "encoding", "delimiter")} == {
        "file": "gifts.csv", "format": "mapped", "table": "donations", "encoding": "utf-8", "delimiter": ",",
    }  # fmt: skip
    assert len(entry["sha256"]) == 64
    assert book["totals"]["rows"] == counts
    assert book["totals"]["money"] == {"EUR": money}
    assert book["ignored"] == ["photo.jpg"]
    assert book["reconciles"] is True


def test_the_quarantine_says_file_line_column_value_reason_and_remedy(build_files):
    assert build_files(FILES, RULE).quarantine.to_numpy().tolist() == [
        ["gifts.csv", 4, "Sum", "…", "not an amount", "Write it as 120,50 or 120.50"],
        [
            "gifts.csv", 5, "", "", "too few cells: 1, the header has 2",
            'Put a cell that holds "," between quotes, or add the cell that is missing',
        ],
    ]  # fmt: skip


def test_tables_are_sorted_by_day_and_come_back_as_they_were_written(make_dataset, tmp_path):
    made = build(make_dataset(FILES, RULE), tmp_path / "processed")
    loaded = load_tables(tmp_path / "processed")

    assert made.donations["source_line"].tolist() == [3, 2]
    for name in (*RECORD_TABLES, "quarantine"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(loaded, name))
    assert loaded.ledger == made.ledger


def test_the_same_files_give_the_same_bytes_whatever_the_workers_and_the_blocks(make_dataset, tmp_path):
    many = "Day,Sum\n" + "".join(f"2021-01-{day:02d},{day}.50\n" for day in range(1, 29)) * 40
    dataset = make_dataset({**FILES, "gifts2.csv": many}, RULE)
    build_files(dataset, tmp_path / "one")
    build_files(dataset, tmp_path / "two", workers=2)
    build_files(dataset, tmp_path / "small", block=5000)

    outputs = [
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir() if file.name != ".lock"}
        for name in ("one", "two", "small")
    ]
    assert outputs[0] == outputs[1] == outputs[2]
    tables = [f"{name}.parquet" for name in (*RECORD_TABLES, "quarantine")]
    assert sorted(outputs[0]) == sorted([*tables, "quarantine.csv", "ledger.json", "build.json", "datapackage.json"])


def test_a_build_is_stale_when_a_file_or_a_setting_changed_and_only_then(make_dataset, tmp_path):
    dataset, processed = make_dataset(FILES, RULE), tmp_path / "processed"
    assert is_stale(dataset, processed)
    build(dataset, processed)
    assert not is_stale(dataset, processed)

    for name, content in (("gifts.csv", "Day,Sum\n2021-01-31,5\n"), ("corrections.csv", "x"), ("new.txt", "x")):
        before = (dataset.folder / name).read_bytes() if (dataset.folder / name).exists() else None
        (dataset.folder / name).write_text(content, encoding="utf-8")
        assert is_stale(dataset, processed), name
        (dataset.folder / name).write_bytes(before) if before else (dataset.folder / name).unlink()
        assert not is_stale(dataset, processed)

    (dataset.folder / "dataset.toml").write_text('name = "Other"\n', encoding="utf-8")
    assert is_stale(dataset, processed)


def test_records_that_are_not_built_are_asked_for(tmp_path):
    with pytest.raises(DataError, match="these records are not built yet. Run: donation-trends build"):
        load_tables(tmp_path)


def test_a_build_that_fails_half_way_leaves_the_last_build_and_no_draft(make_dataset, tmp_path, monkeypatch):
    dataset, processed = make_dataset(FILES, RULE), tmp_path / "processed"
    build(dataset, processed)
    before = sorted(processed.iterdir())
    (dataset.folder / "gifts2.csv").write_text("Day,Sum\n2021-05-01,7\n", encoding="utf-8")
    write = building.write_table

    def failing(name, *arguments, **options):
        if name == "goods":
            raise OSError("disk full")
        write(name, *arguments, **options)

    monkeypatch.setattr(building, "write_table", failing)
    with pytest.raises(OSError, match="disk full"):
        build(dataset, processed)

    assert is_stale(dataset, processed)
    assert len(load_tables(processed).donations) == 2
    assert sorted(processed.iterdir()) == before


@pytest.mark.parametrize("moves", range(15))
def test_a_build_that_is_killed_while_it_moves_its_files_never_leaves_tables_of_two(
    make_dataset, tmp_path, monkeypatch, moves
):
    dataset, processed = make_dataset(FILES, RULE), tmp_path / "processed"
    build(dataset, processed)
    (dataset.folder / "gifts2.csv").write_text("Day,Sum\n2021-05-01,7\n", encoding="utf-8")
    replace, done = Path.replace, []

    def killed(self, target):
        if self.parent.name == "tables" and len(done) == moves:
            raise KeyboardInterrupt
        done.append(self)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    if moves < 14:
        with pytest.raises(KeyboardInterrupt):
            build(dataset, processed)
    else:
        build(dataset, processed)
    monkeypatch.undo()
    monkeypatch.setenv("DONATION_TRENDS_KEY", "a long key for tests")

    if moves < 14:
        with pytest.raises(DataError, match="not built yet"):
            load_tables(processed)
        assert is_stale(dataset, processed)
    assert len(build(dataset, processed).donations) == 3


def test_a_table_that_was_changed_by_hand_counts_as_not_built(make_dataset, tmp_path):
    dataset, processed = make_dataset(FILES, RULE), tmp_path / "processed"
    build(dataset, processed)
    (processed / "goods.parquet").write_bytes((processed / "donations.parquet").read_bytes())

    assert is_stale(dataset, processed)
    with pytest.raises(DataError, match="not built yet"):
        load_tables(processed)


def test_an_unchanged_build_does_no_work_and_another_key_makes_it_stale(make_dataset, tmp_path, monkeypatch):
    dataset, processed = make_dataset(FILES, RULE), tmp_path / "processed"
    assert build_files(dataset, processed)
    before = {file: file.stat().st_mtime_ns for file in processed.iterdir() if file.name != ".lock"}
    assert not build_files(dataset, processed)
    assert {file: file.stat().st_mtime_ns for file in before} == before

    monkeypatch.setenv("DONATION_TRENDS_KEY", "quite another key")
    assert is_stale(dataset, processed)
    assert build_files(dataset, processed)
    assert "quite another key" not in (processed / "build.json").read_text(encoding="utf-8")


def test_the_data_package_describes_every_table_and_column(make_dataset, tmp_path):
    build(make_dataset(FILES, RULE), tmp_path / "processed")

    package = json.loads((tmp_path / "processed" / "datapackage.json").read_text(encoding="utf-8"))
    described = {resource["name"]: resource for resource in package["resources"]}
    assert list(described) == [*RECORD_TABLES, "quarantine"]
    assert described["donations"]["rows"] == 2
    fields = described["donations"]["schema"]["fields"]
    assert [field["name"] for field in fields] == TABLES["donations"].names
    assert fields[2] == {
        "name": "amount", "type": "number", "unit": "reporting currency", "constraints": {"required": True},
        "description": "Gross gift, rounded to cents; negative for a refund",
    }  # fmt: skip
    assert fields[10]["constraints"] == {"required": True, "enum": ["received", "refunded"]}


def test_a_dataset_that_cannot_be_read_leaves_the_last_build_alone(make_dataset, tmp_path):
    dataset, processed = make_dataset(FILES, RULE), tmp_path / "processed"
    build(dataset, processed)
    (dataset.folder / "mystery.csv").write_text("Quand;Combien\n1;2\n", encoding="utf-8")

    with pytest.raises(DataError, match=r"mystery.csv"):
        build(dataset, processed)

    assert len(load_tables(processed).donations) == 2


def test_a_dataset_without_donations_is_built(build_files):
    tables = build_files({"headcounts.csv": "counted_on,people,method,scope\n2021-01-31,900,census,camp\n"})

    assert len(tables.donations) == 0
    assert tables.headcounts["people"].tolist() == [900]


def test_a_folder_without_records_says_what_to_put_there(build_files):
    with pytest.raises(DataError, match="there is no file with records here"):
        build_files({"README.md": "x"})


def test_the_quarantine_for_spreadsheets_has_a_mark_and_runs_no_formula(make_dataset, tmp_path):
    rule = RULE.replace('amount = "Sum"', 'amount = "Sum", channel = "By"')
    lines = ["2021-01-31,5,=HYPERLINK(1)", "2021-01-31,5,+33", "2021-01-31,5,-x", "2021-01-31,5,@x"]
    build(make_dataset({"gifts.csv": "\n".join(["Day,Sum,By", *lines])}, rule), tmp_path / "processed")

    content = (tmp_path / "processed" / "quarantine.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsource_file,source_line,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["value"] for row in rows] == ["'=HYPERLINK(1)", "'+33", "'-x", "'@x"]
    assert [row["source_line"] for row in rows] == ["2", "3", "4", "5"]


@pytest.mark.parametrize(
    "cell", ["x;=cmd()", "x; =cmd()", 'x;"=cmd()', "x\t=cmd()", "x\n=cmd()", "x;\uff1dcmd()", "x;@cmd()"]
)
def test_no_cell_of_the_quarantine_runs_as_a_formula_where_a_spreadsheet_cuts_it_at_a_semicolon(
    make_dataset, tmp_path, cell
):
    rule = RULE.replace('amount = "Sum"', 'amount = "Sum", channel = "By"')
    quoted = cell.replace('"', '""')
    build(make_dataset({"gifts.csv": f'Day,Sum,By\n2021-01-31,5,"{quoted}"\n'}, rule), tmp_path / "processed")

    content = (tmp_path / "processed" / "quarantine.csv").read_text(encoding="utf-8-sig")
    assert "cmd()" in content
    for piece in re.split(r"[;\t\r\n]", content):
        assert piece.lstrip(' "')[:1] not in ("=", "+", "-", "@", "\uff1d"), piece
    [row] = csv.DictReader(io.StringIO(content))
    assert row["value"].replace("'", "") == cell


def test_check_says_what_would_be_read_and_writes_nothing(make_dataset, tmp_path):
    dataset = make_dataset({**FILES, "mystery.csv": "Quand;Combien\nx;y\n"}, RULE)
    before = sorted(tmp_path.rglob("*"))

    found = check(dataset.folder)

    assert [entry["file"] for entry in found.ledger["files"]] == ["gifts.csv"]
    assert [(fault.line, fault.column) for fault in found.quarantined] == [(4, "Sum"), (5, "")]
    assert [fault.file for fault in found.refused] == ["mystery.csv"]
    assert sorted(tmp_path.rglob("*")) == before


def test_check_reads_a_single_file_with_its_folders_settings_or_none(make_dataset, tmp_path):
    dataset = make_dataset(FILES, RULE)
    assert check(dataset.folder / "gifts.csv").ledger["totals"]["rows"]["accepted"] == 2

    alone = tmp_path / "donations.csv"
    alone.write_text("received_on,amount\n2021-01-31,5\n", encoding="utf-8")
    assert check(alone).ledger["files"][0]["format"] == "canonical"


def test_check_says_of_a_kind_of_file_that_is_not_read_what_to_do(tmp_path):
    (tmp_path / "needs.json").write_text("[]")

    checked = check(tmp_path / "needs.json")
    assert checked.ledger["totals"]["rows"]["read"] == 0
    assert [str(fault) for fault in checked.refused] == [
        "needs.json: a file that ends in .json is not read. "
        "Export it as CSV, XLSX or ODS, a bank statement also as OFX or CAMT.053."
    ]


def test_check_without_a_key_makes_none(make_dataset, tmp_path, monkeypatch):
    dataset = make_dataset(FILES, RULE)
    monkeypatch.delenv("DONATION_TRENDS_KEY")

    check(dataset.folder)

    assert not (tmp_path / "config").exists()


def test_a_ledger_that_does_not_reconcile_is_a_programming_error():
    entry = {"file": "a.csv", "rows": {"read": 2, "accepted": 1, "quarantined": 0, "duplicate": 0, "excluded": 0}}
    with pytest.raises(DoesNotReconcile, match=r"a.csv: rows"):
        ledger([{**entry, "money": {}, "value": {}}], ignored=[])

    sums = {"read": "2.00", "accepted": "1.99", "quarantined": "0.00", "duplicate": "0.00", "excluded": "0.00"}
    counts = {"read": 1, "accepted": 1, "quarantined": 0, "duplicate": 0, "excluded": 0}
    with pytest.raises(DoesNotReconcile, match=r"a.csv: EUR"):
        ledger([{"file": "a.csv", "rows": counts, "money": {"EUR": sums}, "value": {}}], ignored=[])


def test_the_ledger_on_disk_is_the_one_returned_and_holds_names_as_written(make_dataset, tmp_path):
    files = {"gifts été.csv": "Day,Sum\n2021-01-31,5\n"}
    tables = build(make_dataset(files, RULE), tmp_path / "processed")

    text = (tmp_path / "processed" / "ledger.json").read_text(encoding="utf-8")
    assert '"file": "gifts été.csv"' in text
    assert json.loads(text) == tables.ledger


def test_inputs_are_not_touched(make_dataset, tmp_path):
    dataset = make_dataset(FILES, RULE)
    before = {file.name: file.read_bytes() for file in dataset.folder.iterdir()}

    build(dataset, tmp_path / "processed")

    assert {file.name: file.read_bytes() for file in dataset.folder.iterdir()} == before
    assert load_dataset(dataset.folder) == dataset
