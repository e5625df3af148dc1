"""A donor erased: the amounts stay, the pseudonym goes, now and in later builds, and nobody can tell who it was."""

import csv
import shutil

import pandas as pd
import pytest

from analysis.faults import DataError
from analysis.records.build import build, check, is_stale
from analysis.records.forget import forget
from analysis.records.forgotten import FORGOTTEN_FILE, load_forgotten
from analysis.records.pseudonyms import pseudonym
from analysis.records.reading.finding import record_files

KEY = b"a key for tests, long enough"
RULE = """
[items]
blanket = ["couverture"]
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donor_email = "Mail", donor_name = "Name", donor_postcode = "Zip"}
[[files]]
match = "parcels.csv"
table = "goods"
columns = {received_on = "Day", item = "Item", quantity = "N", donor_email = "Mail"}
defaults = {channel = "wish_list", status = "delivered"}
"""
GIFTS = """Day,Sum,Mail,Name,Zip
2021-01-01,10,Ana@Example.org,Ana Roc,62100
2021-01-02,20,bob@example.org,Bob Sel,59000
2021-01-03,30,,Roc Ana,62 100
2021-01-04,40,,Ana Roc,
2021-01-05,50,,Ana Roc,75001
2021-01-06,60,Ana Roc <ana @example.org>,,
someday,70,ana@example.org,Ana Roc,62100
"""
PARCELS = "Day,Item,N,Mail\n2021-01-07,blanket,2,ana@example.org\n2021-01-08,blanket,2,\n"


@pytest.fixture
def dataset(make_dataset):
    return make_dataset({"gifts.csv": GIFTS, "parcels.csv": PARCELS}, RULE)


@pytest.fixture
def processed(tmp_path):
    return tmp_path / "processed"


def donors(tables) -> list[bool]:
    return [*tables.donations["donor"].notna(), *tables.goods["donor"].notna()]


def bytes_in(folder) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_pseudonym_is_gone_from_every_file_and_all_else_is_as_it_was(dataset, processed):
    before = build(dataset, processed)
    gone = [pseudonym("ana@example.org", "", "", key=KEY)[0], pseudonym("", "Ana Roc", "62100", key=KEY)[0]]
    assert all(one.encode() in bytes_in(processed) for one in gone)

    forget("ana@example.org", dataset, processed)

    assert not is_stale(dataset, processed)
    after = build(dataset, processed)
    assert not any(one.encode() in bytes_in(processed) for one in gone)
    assert donors(after) == [False, True, False, True, True, False, False, False]
    for name in ("donations", "goods", "quarantine"):
        one, other = getattr(before, name), getattr(after, name)
        kept = [column for column in one.columns if column != "donor"]
        pd.testing.assert_frame_equal(one[kept], other[kept])
    assert before.ledger["totals"] == after.ledger["totals"]
    assert before.donations["donor"][1] == after.donations["donor"][1]


def test_what_was_found_and_what_cannot_be_told_is_said_without_a_name_or_an_address(dataset, processed):
    build(dataset, processed)

    found = forget("ana@example.org", dataset, processed)

    assert (found.rows, found.by_place, found.by_name) == ({"gifts.csv": 2, "parcels.csv": 1}, 1, 1)
    assert (found.already, found.rebuilt, found.refused) == (False, True, ())
    said = "\n".join(found.summary("en"))
    assert "Rows that no longer name their donor: 4; their amounts stay." in said
    assert "gifts.csv (2), parcels.csv (1)" in said
    assert "Rows with the same name, no address and no such postcode: 1." in said
    assert "still hold the address" in said
    assert not [word for word in ("ana", "roc", "example", "62100") if word in said.casefold().split()]


def test_exports_that_come_later_forget_too_and_the_exports_are_not_edited(dataset, processed):
    forget("ana@example.org", dataset, processed)
    (dataset.folder / "gifts2.csv").write_text(GIFTS.replace("2021", "2022"), encoding="utf-8")

    tables = build(dataset, processed)

    assert tables.donations["donor"].notna().tolist() == [False, True, False, True, True, False] * 2
    assert (dataset.folder / "gifts.csv").read_text(encoding="utf-8") == GIFTS


def test_a_postcode_that_a_later_export_puts_beside_the_address_is_forgotten_without_being_asked(dataset, processed):
    forget("ana@example.org", dataset, processed)
    moved = "Day,Sum,Mail,Name,Zip\n2022-01-01,5,ana@example.org,Ana Roc,75001\n"
    (dataset.folder / "gifts2.csv").write_text(moved, encoding="utf-8")

    tables = build(dataset, processed)

    assert tables.donations["donor"].notna().tolist() == [False, True, False, True, False, False, False]


@pytest.mark.parametrize(
    "typed", ["ANA@EXAMPLE.ORG", "  ana@example.org\n", "Ana Roc <ana@example.org>", "mailto:ana@example.org"]
)
def test_an_address_is_the_same_however_it_is_typed(dataset, processed, typed):
    forget("ana@example.org", dataset, processed)
    listed = (dataset.folder / FORGOTTEN_FILE).read_bytes()

    assert forget(typed, dataset, processed).already
    assert (dataset.folder / FORGOTTEN_FILE).read_bytes() == listed


def test_the_list_holds_neither_an_address_nor_a_pseudonym_and_says_nothing_of_the_order(dataset, processed):
    forget("bob@example.org", dataset, processed)
    forget("ana@example.org", dataset, processed)
    listed = (dataset.folder / FORGOTTEN_FILE).read_text(encoding="utf-8")
    (dataset.folder / FORGOTTEN_FILE).unlink()
    forget("ana@example.org", dataset, processed)
    forget("bob@example.org", dataset, processed)

    assert (dataset.folder / FORGOTTEN_FILE).read_text(encoding="utf-8") == listed
    rows = list(csv.DictReader(listed.splitlines()))
    assert len(rows) == 4
    assert all(len(row["donor"]) == len(row["key"]) == 32 for row in rows)
    for email, name, place in (("ana@example.org", "", ""), ("bob@example.org", "", ""), ("", "Ana Roc", "62100")):
        assert pseudonym(email, name, place, key=KEY)[0] not in listed
    assert "@" not in listed


def test_an_address_that_nobody_has_is_put_on_the_list_all_the_same(dataset, processed):
    found = forget("eve@example.org", dataset, processed)

    assert found.rows == {}
    assert "No row that counts names this address." in found.summary("en")[0]
    assert len(load_forgotten(dataset.folder, KEY)) == 1


@pytest.mark.parametrize("typed", ["", "Ana Roc", "ana@", "@example.org", "a@b.org, c@d.org", "data/raw/charity"])
def test_what_is_not_one_address_is_refused_and_not_repeated(dataset, processed, typed):
    with pytest.raises(DataError, match="this is not one e-mail address") as refusal:
        forget(typed, dataset, processed)

    assert not typed or typed not in str(refusal.value)
    assert not (dataset.folder / FORGOTTEN_FILE).exists()


def test_the_list_counts_as_no_records_and_as_an_input_of_the_build(dataset, processed):
    build(dataset, processed)
    other = processed.with_name("other")
    build(dataset, other)

    forget("ana@example.org", dataset, processed)

    assert FORGOTTEN_FILE not in str(record_files(dataset.folder))
    assert is_stale(dataset, other)
    assert FORGOTTEN_FILE not in [file["file"] for file in check(dataset.folder).ledger["files"]]


def test_under_another_key_nothing_is_read_forgotten_or_built(dataset, processed, monkeypatch):
    forget("ana@example.org", dataset, processed)
    listed = (dataset.folder / FORGOTTEN_FILE).read_bytes()
    monkeypatch.setenv("DONATION_TRENDS_KEY", "another key for tests, long enough")

    for attempt in (
        lambda: build(dataset, processed), lambda: forget("bob@example.org", dataset, processed),
        lambda: check(dataset.folder),
    ):  # fmt: skip
        with pytest.raises(DataError, match="was written under another key") as refusal:
            attempt()
    assert "Bring back that key" in str(refusal.value)
    assert (dataset.folder / FORGOTTEN_FILE).read_bytes() == listed


@pytest.mark.parametrize("damage", ["ana@example.org", "1.23E+31,abc", "x" * 32])
def test_a_damaged_list_stops_the_build_and_is_not_repeated(dataset, processed, damage):
    forget("ana@example.org", dataset, processed)
    with (dataset.folder / FORGOTTEN_FILE).open("a", encoding="utf-8") as file:
        file.write(f"{damage}\n")

    with pytest.raises(DataError, match=r"forgotten\.csv line 4: is not as it was written") as refusal:
        build(dataset, processed)
    assert damage not in str(refusal.value)


def test_a_list_that_lost_its_heading_or_was_saved_with_semicolons_still_holds(dataset, processed):
    forget("ana@example.org", dataset, processed)
    lines = (dataset.folder / FORGOTTEN_FILE).read_text(encoding="utf-8").splitlines()
    for text in ("\n".join(lines[1:]), "\r\n".join(lines).replace(",", ";")):
        (dataset.folder / FORGOTTEN_FILE).write_text(text, encoding="utf-8")

        assert len(load_forgotten(dataset.folder, KEY)) == 2


def test_tables_that_cannot_be_built_again_are_removed_and_the_donor_stays_on_the_list(dataset, processed):
    build(dataset, processed)
    (processed / "notes.txt").write_text("mine", encoding="utf-8")
    (dataset.folder / "mystery.csv").write_text("Quand;Combien\n01/02/2021;5\n", encoding="utf-8")

    with pytest.raises(DataError, match="the tables could not be built again and were removed") as refusal:
        forget("ana@example.org", dataset, processed)

    assert "mystery.csv" in str(refusal.value)
    assert sorted(file.name for file in processed.iterdir() if file.name != ".lock") == ["notes.txt"]
    assert len(load_forgotten(dataset.folder, KEY)) == 2


def test_what_a_build_that_was_killed_left_behind_goes_too(dataset, processed):
    build(dataset, processed)
    shutil.copytree(processed, processed / ".draft-killed")
    for file in processed.glob("*.*"):
        if file.is_file():
            file.unlink()

    assert forget("ana@example.org", dataset, processed).rebuilt
    assert not (processed / ".draft-killed").exists()
    assert pseudonym("ana@example.org", "", "", key=KEY)[0].encode() not in bytes_in(processed)


def test_files_that_cannot_be_read_are_named_where_no_tables_were_built(dataset, processed):
    (dataset.folder / "mystery.csv").write_text("Quand;Combien\n01/02/2021;5\n", encoding="utf-8")

    found = forget("ana@example.org", dataset, processed)

    assert not found.rebuilt
    assert "These files cannot be read" in "\n".join(found.summary("en"))
    assert "mystery.csv" in "\n".join(found.summary("en"))


def test_equal_gifts_of_two_people_of_whom_one_is_forgotten_stay_two(make_dataset, processed):
    header, rows = "Day,Sum,Mail,Name,Zip", ["2021-01-01,10,ana@example.org,,", "2021-01-01,10,,,"]
    dataset = make_dataset({f"gifts{n}.csv": f"{header}\n{row}\n" for n, row in enumerate(rows)}, RULE)

    forget("ana@example.org", dataset, processed)

    assert build(dataset, processed).donations["amount"].tolist() == [10.0, 10.0]


def test_a_donor_whom_the_charity_knows_by_a_number_is_forgotten_by_the_address_beside_it(make_dataset, processed):
    rule = RULE.replace('donor_name = "Name"', 'donor_name = "Name", donor = "No"')
    rows = ["2021-01-01,10,ana@example.org,Ana Roc,,M7", "2021-01-02,20,,,,M7", "2021-01-03,30,bob@example.org,,,M8"]
    dataset = make_dataset({"gifts.csv": "\n".join(["Day,Sum,Mail,Name,Zip,No", *rows])}, rule)

    found = forget("ana@example.org", dataset, processed)

    assert (found.rows, found.by_place) == ({}, 2)
    assert "Rows that no longer name their donor: 2" in found.summary("en")[0]
    assert build(dataset, processed).donations["donor"].notna().tolist() == [False, False, True]
    (dataset.folder / "gifts2.csv").write_text("Day,Sum,Mail,Name,Zip,No\n2022-01-01,5,,,,M7\n", encoding="utf-8")
    assert build(dataset, processed).donations["donor"].notna().tolist() == [False, False, True, False]
