"""Files and folders that are not what their names say: each ends in one sentence, none hangs or is passed over."""

import gzip
import os
import pickle
import sys
import tomllib
from pathlib import Path

import pytest

from analysis.faults import DataError, Fault
from analysis.records import all_files
from analysis.records import build as building
from analysis.records.blocks import ready_block
from analysis.records.build import build, build_files, check
from analysis.records.opening import rule_for
from analysis.records.reading import streams
from analysis.records.reading.finding import record_files

HEADER = "received_on,amount\n"
ROW = "2021-01-31,5\n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
UTF8_NAMES_ONLY = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode here")


def refusal(dataset) -> str:
    """The one sentence in which reading a dataset ends, the same from `check` and `build`."""
    said = []
    for read in (check, lambda folder: build_files(dataset, folder.with_name("processed"))):
        with pytest.raises(DataError) as refused:
            read(dataset.folder)
        assert "\n" not in str(refused.value)
        said.append(str(refused.value))
    assert len(set(said)) == 1
    return said[0]


@POSIX
@pytest.mark.parametrize("name", ["donations.csv", "donations.csv.gz", "a.xlsx", "a.ofx", "corrections.csv"])
def test_a_pipe_with_the_name_of_a_file_is_refused_and_never_waited_for(make_dataset, name):
    dataset = make_dataset({"donations_more.csv": HEADER + ROW})
    os.mkfifo(dataset.folder / name)

    assert refusal(dataset).startswith(f"{name}: is no file that can be read, but a pipe, a device or a folder.")
    with pytest.raises(DataError, match="is no file and no folder"):
        check(dataset.folder / name)


@POSIX
@pytest.mark.parametrize(("target", "why"), [("gone.csv", "No such file"), ("loop.csv", "symbolic links")])
def test_a_link_that_leads_nowhere_or_to_itself_is_refused(make_dataset, target, why):
    dataset = make_dataset({"donations.csv": HEADER + ROW})
    (dataset.folder / "loop.csv").symlink_to(target)

    assert refusal(dataset).startswith("loop.csv: cannot be opened (")
    assert why in refusal(dataset)


@POSIX
def test_links_to_files_are_read_and_links_to_folders_are_left_aside(make_dataset, tmp_path):
    dataset = make_dataset({"donations.csv": HEADER + ROW})
    (tmp_path / "elsewhere.csv").write_text(HEADER + ROW * 2, encoding="utf-8")
    (dataset.folder / "donations2.csv").symlink_to(tmp_path / "elsewhere.csv")
    (dataset.folder / "around.csv").symlink_to(dataset.folder)

    ledger = check(dataset.folder).ledger

    assert (ledger["totals"]["rows"]["read"], ledger["ignored"]) == (3, ["around.csv"])


def test_a_folder_with_the_name_of_a_file_is_a_folder(make_dataset):
    dataset = make_dataset({"donations.csv/donations.csv": HEADER + ROW})

    assert [entry["file"] for entry in check(dataset.folder).ledger["files"]] == ["donations.csv/donations.csv"]


@UTF8_NAMES_ONLY
def test_a_name_that_is_not_utf8_is_refused_and_one_that_is_left_aside_is_shown(make_dataset):
    dataset = make_dataset({"donations.csv": HEADER + ROW})
    Path(os.fsdecode(os.fsencode(dataset.folder) + b"/photo \xe9.jpg")).write_bytes(b"x")
    assert build(dataset, dataset.folder.with_name("processed")).ledger["ignored"] == ["photo ?.jpg"]

    file = Path(os.fsdecode(os.fsencode(dataset.folder) + b"/donations \xe9.csv"))
    file.write_text(HEADER + ROW, encoding="utf-8")
    assert refusal(dataset) == "donations ?.csv: has a name that is not written in UTF-8. Rename it."
    with pytest.raises(DataError, match="Rename it"):
        check(file)


@POSIX
def test_a_name_of_two_lines_is_read_and_said_on_one(make_dataset, tmp_path):
    dataset = make_dataset({"donations\nx.csv": HEADER + "2021-01-31,five\n"})

    tables = build(dataset, tmp_path / "processed")

    assert tables.quarantine["source_file"].tolist() == ["donations\nx.csv"]
    assert str(check(dataset.folder).quarantined[0]).startswith("donations x.csv line 2, amount = '…': not an")


@pytest.mark.parametrize("name", ['a "b".csv', "a [1].csv", "a*.csv", "a\\b.csv"])
def test_the_block_for_a_file_of_any_name_can_be_pasted_and_fits_that_file(make_dataset, name):
    block = ready_block(name, "stock", columns={"counted_on": 'the "day"', "item": "Item\\Art", "quantity": "N"})

    dataset = make_dataset({}, block)

    assert rule_for(name, dataset) == dataset.files[0]
    assert tomllib.loads(block)["files"][0]["columns"]["counted_on"] == 'the "day"'


@pytest.mark.parametrize("name", ["donations.csv", "donations.csv.gz", "a.xlsx", "a.xml", "corrections.csv", "a.jpg"])
def test_a_file_that_may_not_be_read_is_named(make_dataset, monkeypatch, name):
    dataset = make_dataset({"donations_more.csv": HEADER + ROW, name: "x"})
    opened = Path.open

    def refusing(self, mode="r", *arguments, **options):
        if self.name == name:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(DataError, match=rf"^{name}: cannot be opened \(Permission denied\). See that it"):
        build_files(dataset, dataset.folder.with_name("processed"))


@pytest.mark.parametrize("name", ["donations.csv", "donations.csv.gz", "a.xlsx", "a.ofx"])
def test_a_file_that_vanishes_once_it_was_listed_is_named(make_dataset, monkeypatch, name):
    dataset = make_dataset({"donations_more.csv": HEADER + ROW, name: "x"})

    def listed(folder):
        found = record_files(folder)
        (folder / name).unlink()
        return found

    monkeypatch.setattr(building, "record_files", listed)
    assert [str(fault) for fault in check(dataset.folder).refused] == [
        f"{name}: cannot be opened (No such file or directory). See that it is still there, that you may read it and "
        "that no other program keeps it."
    ]


def test_a_file_that_grows_while_it_is_read_stops_the_build_and_the_next_one_has_all_of_it(
    make_dataset, tmp_path, monkeypatch
):
    dataset, read = make_dataset({"donations.csv": HEADER + ROW}), all_files.read_file

    def growing(path, *arguments, **options):
        found = read(path, *arguments, **options)
        path.write_text(HEADER + ROW * 3, encoding="utf-8")
        return found

    monkeypatch.setattr(all_files, "read_file", growing)
    with pytest.raises(DataError, match="a file changed while it was being read. Build again once"):
        build(dataset, tmp_path / "processed")
    assert len(build(dataset, tmp_path / "processed").donations) == 3


def test_a_folder_that_cannot_be_listed_is_named(make_dataset, monkeypatch):
    dataset, scandir = make_dataset({"donations.csv": HEADER + ROW, "old/a.csv": HEADER}), os.scandir

    def refusing(folder):
        if str(folder).endswith("old"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    assert refusal(dataset).startswith("old: cannot be listed (Permission denied).")


def test_what_a_build_wrote_into_its_dataset_is_not_read_by_the_next(make_dataset):
    dataset = make_dataset({"donations.csv": HEADER + ROW})

    assert build_files(dataset, dataset.folder / "processed")
    assert not build_files(dataset, dataset.folder / "processed")
    assert check(dataset.folder).ledger["totals"]["rows"]["read"] == 1


@pytest.mark.parametrize("size", [1, 100, 900])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_without_end_is_refused_by_its_number_wherever_blocks_are_cut(
    make_dataset, tmp_path, monkeypatch, size, end
):
    monkeypatch.setattr(streams, "LONGEST_LINE", 1000)
    text = HEADER + ROW + "x" * 1000 + "\n" + ROW * 100
    dataset = make_dataset({"donations.csv": text.replace("\n", end)})
    build_files(dataset, tmp_path / "processed", block=size)

    (dataset.folder / "donations.csv").write_text(text.replace("xx", "xxx", 1).replace("\n", end), newline="")
    with pytest.raises(DataError, match=r"^donations.csv: has a line 3 of more than 0 MB. Export it again, or put"):
        build_files(dataset, tmp_path / "processed", block=size)


def test_a_packed_file_that_unpacks_to_far_more_than_its_size_is_refused(make_dataset, monkeypatch):
    monkeypatch.setattr(streams, "MOST_UNPACKED", 100_000)
    honest = HEADER + "".join(f"2021-01-{day:02d},{day}.{cents:02d}\n" for day in range(1, 29) for cents in range(99))
    bomb = HEADER + ROW * 1_000_000
    dataset = make_dataset({"donations.csv.gz": gzip.compress(honest.encode() * 3)})
    assert check(dataset.folder).refused == ()

    (dataset.folder / "donations.csv.gz").write_bytes(gzip.compress(bomb.encode()))
    [fault] = check(dataset.folder).refused
    assert str(fault) == (
        "donations.csv.gz: unpacks to more than 200 times its size. Unpack it, see that it holds a table, and put that "
        "file here in its place."
    )


def test_a_header_of_very_many_columns_is_none_and_not_all_of_it_is_said(make_dataset):
    dataset = make_dataset({"donations.csv": ",".join(["received_on", "amount", *(f"c{n}" for n in range(6000))])})

    [fault] = check(dataset.folder).refused

    assert "+ 5902" in fault.problem
    assert len(str(fault)) < 5000


def test_a_workbook_or_statement_too_large_to_read_at_once_is_refused(make_dataset, monkeypatch):
    monkeypatch.setattr("analysis.records.reading.finding.LARGEST_WHOLE", 1_000_000)
    dataset = make_dataset({"a.xlsx": b"x" * 1_000_001, "b.ofx": b"x" * 1_000_000})

    assert str(check(dataset.folder).refused[0]) == "a.xlsx: is larger than 1 MB. Export it again as CSV."
    assert "is larger" not in str(check(dataset.folder).refused[1])


def test_what_is_wrong_survives_the_way_from_a_worker_process():
    error = DataError([Fault("a.csv", 2, "amount", "x", "not an amount", "Write 12,50")])

    travelled = pickle.loads(pickle.dumps(error))

    assert (str(travelled), travelled.faults) == (str(error), error.faults)
