"""What holds for a build of any bytes at all."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dataset import load_dataset
from analysis.faults import DataError
from analysis.records.build import build_files, check, load_tables

RULE = """name = "A charity"
[[files]]
match = "gifts*"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donation_id = "Id", donor_email = "Mail"}
"""
OUTCOMES = ("accepted", "quarantined", "duplicate", "excluded")
NUMBERS = itertools.count()
CELLS = st.one_of(
    st.sampled_from(["2021-01-31", "31/01/2021", "03/04/2021", "12,50", "1,234", "0", "-5", "x1", "x2", "total", ""]),
    st.sampled_from(['"', '"a;b"', '"a\nb"', '""', "é", "\u00a0", "a@b.org", "12 €", "5 USD", "\x00"]),
    st.text(max_size=4),
)
RECORDS = st.lists(st.lists(CELLS, min_size=3, max_size=5).map(";".join), max_size=12)
FILES = st.tuples(RECORDS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
PROPERTIES = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def content(file) -> bytes:
    records, end, encoding = file
    return end.join(["Day;Sum;Id;Mail", *records]).encode(encoding, "replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Makes a new dataset of one file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "a long key for tests")

        def made(data: bytes, *, name: str = "gifts.csv"):
            place = tmp_path_factory.getbasetemp() / f"property{next(NUMBERS)}"
            place.mkdir()
            (place / "dataset.toml").write_text(RULE, encoding="utf-8")
            (place / name).write_bytes(data)
            return place

        yield made


def reconciles(book) -> None:
    for entry in (*book["files"], book["totals"]):
        rows = entry["rows"]
        assert rows["read"] == sum(rows[outcome] for outcome in OUTCOMES)
        for sums in (*entry["money"].values(), *entry["value"].values()):
            assert Decimal(sums["read"]) == sum(Decimal(sums[outcome]) for outcome in OUTCOMES)


@PROPERTIES
@given(file=FILES)
def test_every_row_and_cent_of_any_file_is_accounted_for(folder, file):
    place = folder(content(file))
    try:
        build_files(load_dataset(place), place / "processed")
    except DataError as error:
        assert error.faults and all(fault.remedy for fault in error.faults)
        return
    tables = load_tables(place / "processed")
    reconciles(tables.ledger)
    rows = tables.ledger["totals"]["rows"]
    assert (len(tables.donations), len(tables.quarantine)) == (rows["accepted"], rows["quarantined"])
    cents = sum(round(amount * 100) for amount in tables.donations["original_amount"])
    accepted = sum(Decimal(sums["accepted"]) for sums in tables.ledger["totals"]["money"].values())
    assert cents == accepted * 100


@PROPERTIES
@given(data=st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda tail: b"Day;Sum;Id;Mail\n" + tail)))
def test_any_bytes_are_read_or_refused_in_words(folder, data):
    for name in ("gifts.csv", "gifts.csv.gz", "gifts.xlsx", "gifts.ods"):
        found = check(folder(data, name=name))
        reconciles(found.ledger)
        assert all(fault.problem and fault.remedy for fault in found.refused)


@settings(PROPERTIES, max_examples=15)
@given(file=FILES, block=st.integers(1, 200))
def test_the_size_of_a_block_changes_nothing(folder, file, block):
    place = folder(content(file))
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.records.reading.cutting.LONGEST_RECORD", 2)
        patch.setattr("analysis.records.reading.splitting.LONGEST_RECORD", 2)
        for name, size in (("one", 1 << 20), ("many", block)):
            try:
                build_files(load_dataset(place), place / name, block=size)
                made.append({file.name: file.read_bytes() for file in (place / name).iterdir() if file.is_file()})
            except DataError as error:
                made.append([str(fault) for fault in error.faults])
            # Both folders stand beside the records, where they would be read as files left aside.
            if (place / name).exists():
                (place / name).rename(place.with_name(f"{place.name}-{name}"))
    assert made[0] == made[1]
