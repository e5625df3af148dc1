"""What builds leave behind: real processes that build at once, are killed, or run out of disk."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.faults import DataError
from analysis.records.build import build, build_files, is_stale, load_tables
from analysis.records.storage.processed import locked

HEADER = "received_on,amount,donation_id,donor_email\n"
BUILD = (
    "import sys; from pathlib import Path; from analysis.dataset import load_dataset\n"
    "from analysis.records.build import build_files\n"
    "if __name__ == '__main__':\n"
    "    dataset = load_dataset(sys.argv[1]); print('begun', flush=True)\n"
    "    for size in map(int, sys.argv[4:]):\n"
    "        if size: Path(sys.argv[1], 'donations.csv').write_text(Path(sys.argv[1], f'_{size}.csv').read_text())\n"
    "        print(build_files(dataset, Path(sys.argv[2]), workers=int(sys.argv[3]), block=100_000), flush=True)\n"
)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and limits")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SMALL, LARGE = 500, 20_000


def gifts(rows: int) -> str:
    """So many gifts, no two alike."""
    lines = (f"2021-{n % 12 + 1:02d}-{n % 28 + 1:02d},{n % 90 + 1}.{n % 100:02d},T{n},donor{n % 700}@example.org\n"
             for n in range(rows))  # fmt: skip
    return HEADER + "".join(lines)


@pytest.fixture
def dataset(make_dataset):
    """A dataset whose donations.csv is one of two: the small one, to begin with, or the large one."""
    texts = {size: gifts(size) for size in (SMALL, LARGE)}
    return make_dataset({"donations.csv": texts[SMALL], **{f"_{size}.csv": text for size, text in texts.items()}})


def starts_build(folder: Path, processed: Path, *sizes: int, workers: int = 1, **environment: str) -> subprocess.Popen:
    """A process that builds the dataset, once for each size (0 for as it is), and has printed "begun" already."""
    script = processed.with_name("step.py")
    script.write_text(BUILD, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, script, folder, processed, str(workers), *map(str, sizes)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}, start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    return process


def contents(processed: Path) -> dict[str, bytes]:
    """Every file of a folder of tables with its bytes; no draft and nothing else may be there."""
    assert [entry.name for entry in processed.iterdir() if entry.is_dir()] == []
    return {entry.name: entry.read_bytes() for entry in processed.iterdir() if entry.name != ".lock"}


def expected(dataset, tmp_path, size: int) -> dict[str, bytes]:
    """The bytes of an undisturbed build."""
    (dataset.folder / "donations.csv").write_text((dataset.folder / f"_{size}.csv").read_text())
    build_files(dataset, tmp_path / f"undisturbed{size}", block=100_000)
    return contents(tmp_path / f"undisturbed{size}")


def test_two_builds_at_once_wait_for_each_other_and_the_second_has_nothing_to_do(dataset, tmp_path):
    processed = tmp_path / "processed"
    wanted = expected(dataset, tmp_path, SMALL)

    two = [starts_build(dataset.folder, processed, 0) for _ in range(2)]
    said = sorted(process.communicate()[0].strip() for process in two)

    assert said == ["False", "True"]
    assert contents(processed) == wanted


def test_a_reader_beside_builds_sees_the_tables_of_one_build_and_waits_for_it(dataset, tmp_path):
    processed = tmp_path / "processed"
    build_files(dataset, processed)

    writer = starts_build(dataset.folder, processed, *[LARGE, SMALL] * 4)
    seen = []
    while writer.poll() is None:
        tables = load_tables(processed)
        assert len(tables.donations) == tables.ledger["totals"]["rows"]["accepted"]
        seen.append(len(tables.donations))
    assert writer.communicate()[0].split() == ["True"] * 8
    assert set(seen) <= {SMALL, LARGE}


def test_a_reader_that_may_not_lock_the_folder_is_told_that_nothing_is_built(tmp_path, monkeypatch):
    (tmp_path / ".lock").touch()

    def refusing(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("analysis.records.storage.processed.locked", refusing)
    with pytest.raises(DataError, match="these records are not built yet"):
        load_tables(tmp_path)


@POSIX
@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_that_is_killed_at_any_moment_leaves_one_build_or_none_and_the_next_is_whole(
    dataset, tmp_path, workers
):
    processed, draw = tmp_path / "processed", random.Random(workers)

    for size in (LARGE, SMALL, LARGE):
        process = starts_build(dataset.folder, processed, size, workers=workers)
        time.sleep(draw.random() * (1.5 if workers == 1 else 3))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        try:
            tables = load_tables(processed)
        except DataError as error:
            assert "not built yet" in str(error)
            assert is_stale(dataset, processed)
        else:
            assert len(tables.donations) == tables.ledger["totals"]["rows"]["accepted"]
            assert len(tables.donations) in (SMALL, LARGE)

    wanted = expected(dataset, tmp_path, LARGE)
    build_files(dataset, processed, block=100_000)
    assert contents(processed) == wanted


@LINUX
def test_workers_end_when_the_build_that_started_them_is_killed(dataset, tmp_path):
    process = starts_build(dataset.folder, tmp_path / "processed", LARGE, workers=2)
    while process.poll() is None and len(workers := children(process.pid)) < 2:
        time.sleep(0.01)

    process.kill()
    process.communicate()

    for _ in range(1000):
        if not any(map(is_running, workers)):
            break
        time.sleep(0.02)
    assert not any(map(is_running, workers))


def children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended; one that ended may stand there until someone asks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@POSIX
def test_a_full_disk_ends_in_one_sentence_and_leaves_the_last_build(dataset, tmp_path):
    processed = tmp_path / "processed"
    before = expected(dataset, tmp_path, SMALL)
    build_files(dataset, processed)
    (dataset.folder / "donations.csv").write_text(gifts(LARGE), encoding="utf-8")
    code = (
        "import resource, sys; from analysis.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "sys.argv = ['donation-trends', 'build', sys.argv[1], '--processed', sys.argv[2]]; main()"
    )

    said = subprocess.run([sys.executable, "-c", code, dataset.folder, processed], capture_output=True, text=True)

    assert said.returncode == 1
    assert said.stderr.splitlines()[-1].startswith("A file cannot be read or written: ")
    assert "Traceback" not in said.stderr
    assert contents(processed) == before
    assert len(load_tables(processed).donations) == SMALL


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_ends_in_one_sentence(dataset, tmp_path):
    (tmp_path / "processed").mkdir(mode=0o500)

    with pytest.raises(PermissionError):
        build(dataset, tmp_path / "processed")


def test_a_place_that_cannot_be_a_folder_ends_in_one_sentence(dataset, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    command = [sys.executable, "-m", "analysis.cli", "build", dataset.folder, "--processed", tmp_path / "file" / "x"]

    said = subprocess.run(command, capture_output=True, text=True)

    assert said.returncode == 1
    assert re.search(r"A file cannot be read or written: .* Make room, or allow it, and run again.\n$", said.stderr)
    assert "Traceback" not in said.stderr


def test_what_dead_builds_left_is_cleared_away_even_where_nothing_is_to_be_done(dataset, tmp_path):
    processed = tmp_path / "processed"
    build_files(dataset, processed)
    before = contents(processed)
    (processed / ".draft-dead" / "tables").mkdir(parents=True)
    (processed / ".draft-dead" / "tables" / "goods.parquet").write_bytes(b"x")

    assert not build_files(dataset, processed)

    assert contents(processed) == before


def test_a_build_writes_the_same_bytes_on_every_computer(dataset, tmp_path):
    """Other file times, another order in the folder, another language, time zone and order of hashes, two workers."""
    wanted = expected(dataset, tmp_path, LARGE)
    elsewhere = tmp_path / "elsewhere" / "charity"
    for file in sorted(dataset.folder.iterdir(), reverse=True):
        elsewhere.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, elsewhere / file.name)
        os.utime(elsewhere / file.name, (1, 1))
    other = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}

    process = starts_build(elsewhere, tmp_path / "processed", 0, workers=2, **other)

    assert process.communicate()[0] == "True\n"
    assert contents(tmp_path / "processed") == wanted


def test_a_build_waits_while_another_holds_the_folder(dataset, tmp_path):
    processed = tmp_path / "processed"
    processed.mkdir()

    with locked(processed):
        process = starts_build(dataset.folder, processed, 0)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        assert contents(processed) == {}
    assert process.communicate()[0] == "True\n"
