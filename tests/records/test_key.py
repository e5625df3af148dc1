"""The key: in the user's own folder on every system, for its owner only, one however many runs are the first."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.faults import DataError
from analysis.records import key as keys
from analysis.records.key import fingerprint, key_file, load_key

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv("DONATION_TRENDS_KEY")
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("win32", {"APPDATA": "HOME/Roaming"}, "Roaming"),
        ("win32", {"APPDATA": ""}, "AppData/Roaming"),
        ("darwin", {"XDG_CONFIG_HOME": "HOME/elsewhere"}, "Library/Application Support"),
        ("linux", {"XDG_CONFIG_HOME": "HOME/settings"}, "settings"),
        ("linux", {"XDG_CONFIG_HOME": "not/absolute"}, ".config"),
        ("linux", {"XDG_CONFIG_HOME": ""}, ".config"),
    ],
)
def test_the_key_lies_where_each_system_keeps_settings(monkeypatch, tmp_path, platform, variables, folder):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.replace("HOME", str(tmp_path)))

    assert key_file() == tmp_path / folder / "donation-trends" / "key"


@pytest.mark.parametrize("mark", [".git", "pyproject.toml", "dataset.toml"])
def test_a_key_in_a_repository_a_project_or_a_dataset_is_refused_and_none_is_made(monkeypatch, tmp_path, mark):
    (tmp_path / mark).mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "data" / "config"))

    for create in (True, False):
        with pytest.raises(DataError, match="a folder that is handed on with its content"):
            load_key(create=create)

    assert not (tmp_path / "data").exists()


def test_a_home_folder_that_is_a_repository_does_not_count(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", "")

    assert load_key() == load_key()


@POSIX
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o377])
def test_only_its_owner_may_read_a_new_key_whatever_the_umask(umask):
    key_file().parent.parent.mkdir(parents=True, exist_ok=True)
    before = os.umask(umask)
    try:
        made = load_key()
    finally:
        os.umask(before)

    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert load_key() == made


@POSIX
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_is_refused(mode):
    load_key()
    key_file().chmod(mode)

    with pytest.raises(DataError, match="others can read the key"):
        load_key()


FIRST_RUN = (
    "import sys, time; from pathlib import Path; from analysis.records.key import load_key\n"
    "Path(sys.argv[1]).touch()\n"
    "while not Path(sys.argv[2]).exists(): time.sleep(0.001)\n"
    "print(load_key().decode())"
)


def test_first_runs_at_the_same_time_make_one_key(tmp_path):
    go = tmp_path / "go"
    ready = [tmp_path / f"ready{number}" for number in range(4)]
    runs = [
        subprocess.Popen([sys.executable, "-c", FIRST_RUN, str(one), str(go)], stdout=subprocess.PIPE, text=True)
        for one in ready
    ]
    while not all(one.exists() for one in ready) and all(run.poll() is None for run in runs):
        pass
    go.touch()

    found = {run.communicate()[0].strip() for run in runs}
    assert found == {load_key().decode()}
    assert [file.name for file in key_file().parent.iterdir()] == ["key"]


def test_where_files_cannot_be_linked_the_key_of_an_earlier_run_stays(monkeypatch):
    def no_links(*_):
        raise OSError("not supported")

    monkeypatch.setattr(keys.os, "link", no_links)
    made = load_key()
    keys._write_new(key_file(), "another key, made a moment later")

    assert load_key() == made


def test_the_fingerprint_tells_keys_apart_and_holds_nothing_of_them():
    assert fingerprint(b"a key") != fingerprint(b"another key")
    assert len(fingerprint(b"a key")) == 64
