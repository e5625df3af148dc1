"""run.py: which Python, what to install, what a command line stands for."""

import ast
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
import run

LOCK = """\
# A comment.
ruff==0.17.6 \\
    --hash=sha256:aa
uv==0.13.9 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
uv-build==0.13.9 \\
    --hash=sha256:dd
"""


@pytest.fixture
def old_python(monkeypatch):
    """As if run.py had been started with Python 3.8."""
    old = SimpleNamespace(version_info=(3, 8, 18), maxsize=sys.maxsize, version="3.8.18 (main)")
    monkeypatch.setattr(run, "sys", old)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty project folder with a lock, a pyproject.toml and a Python in its .venv."""
    scripts = tmp_path / ".venv" / "bin"
    scripts.mkdir(parents=True)
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "SCRIPTS": scripts,
        "STAMP": scripts.parent / "stamp.json",
    }.items():
        monkeypatch.setattr(run, name, value)
    run.tool("python").touch()
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def test_an_old_python_can_read_the_script():
    assert ast.parse(Path(run.__file__).read_text(encoding="utf-8"), feature_version=(3, 8)).body


def test_the_script_needs_nothing_but_the_standard_library():
    tree = ast.parse(Path(run.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    assert len(imported) > 5


def test_a_suitable_python_is_used_as_it_is():
    path, version = run.choose_python()

    assert version == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert Path(path).resolve() == Path(sys._base_executable).resolve()


def test_an_old_python_hands_over_to_the_newest_suitable_one(monkeypatch, old_python):
    replies = {"python3.12": "3 12 1 /usr/local/bin/python 3.12", "python3.11": "3 11 1 /usr/bin/python3.11"}
    monkeypatch.setattr(run, "reply_of", lambda command: replies.get(command[0]))

    assert run.choose_python() == ("/usr/local/bin/python 3.12", "3.12")


@pytest.mark.parametrize("reply", ["3 14 1 /usr/bin/python", "3 12 0 /usr/bin/python-32bit", "", None])
def test_no_suitable_python_is_said_kindly(monkeypatch, old_python, reply):
    monkeypatch.setattr(run, "reply_of", lambda command: reply)

    with pytest.raises(run.SetupError, match=r"needs Python 3\.11, 3\.12 or 3\.13 .* this is Python 3\.8\.18"):
        run.choose_python()


def test_a_program_that_is_not_there_has_no_reply():
    assert run.reply_of(["no-such-program-here", "--version"]) is None
    assert run.reply_of([sys.executable, "-c", "raise SystemExit(2)"]) is None
    assert run.reply_of([sys.executable, "-c", "print(' yes ')"]) == "yes"


def test_a_python_without_venv_and_without_pip_says_what_to_install(monkeypatch, folder):
    monkeypatch.setattr(run, "reply_of", lambda command: None)

    with pytest.raises(run.SetupError, match="apt install python3-venv"):
        run.make_venv("python3")
    assert run.tool("python").exists(), "nothing is removed before it is known that .venv can be made"


@pytest.mark.parametrize(
    ("change", "task"),
    [
        ({}, "nothing"),
        ({"project": "new"}, "project"),
        ({"lock": "new"}, "everything"),
        ({"python": "3.13"}, "everything"),
        ({"folder": "moved"}, "everything"),
        ({"lock": "new", "project": "new"}, "everything"),
    ],
)
def test_only_what_changed_is_installed_again(change, task):
    found = {"python": "3.12", "folder": "here", "lock": "a", "project": "b"}

    assert run.what_to_do(found, {**found, **change}) == task
    assert run.what_to_do({}, {**found, **change}) == "everything"


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_the_fingerprint_changes_with_each_file_that_counts(folder, name):
    before = run.fingerprint("3.12")
    with (folder / name).open("a") as file:
        file.write("# changed\n")

    after = run.fingerprint("3.12")

    assert [key for key in before if before[key] != after[key]] == [
        {"requirements.lock": "lock", "pyproject.toml": "project"}[name]
    ]


def test_a_stamp_is_believed_only_when_it_is_whole_and_python_is_there(folder):
    assert run.read_stamp() == {}
    run.STAMP.write_text('{"python": "3.1')
    assert run.read_stamp() == {}
    run.STAMP.write_text("[]")
    assert run.read_stamp() == {}
    run.STAMP.write_text('{"python": "3.12"}')
    assert run.read_stamp() == {"python": "3.12"}
    run.tool("python").unlink()
    assert run.read_stamp() == {}


def test_a_set_up_that_fails_leaves_no_stamp(monkeypatch, folder):
    run.STAMP.write_text(json.dumps({**run.fingerprint(run.choose_python()[1]), "project": "older"}))
    monkeypatch.setattr(run, "step", lambda title, command: False)

    with pytest.raises(run.SetupError, match="Could not install donation-trends itself"):
        run.prepare()
    assert not run.STAMP.exists()


def test_a_finished_set_up_is_not_done_again(monkeypatch, folder):
    done = []
    monkeypatch.setattr(run, "step", lambda title, command: done.append(title) or True)
    monkeypatch.setattr(run, "make_venv", lambda python: done.append("venv"))

    run.prepare()
    first, done[:] = list(done), []
    run.prepare()

    assert first[0] == "venv"
    assert first[-1] == "Installing donation-trends"
    assert done == []


def test_pip_takes_over_when_the_fast_installer_fails(monkeypatch, folder):
    commands = []

    def fail_for_uv(title, command):
        commands.append([str(part) for part in command])
        return "uv" not in Path(str(command[0])).name

    monkeypatch.setattr(run, "step", fail_for_uv)
    run.install_lock(["pip"])

    assert [command[0] for command in commands] == ["pip", str(run.tool("uv")), "pip"]
    assert all("--require-hashes" in command for command in commands)


def test_the_lines_of_one_package_are_cut_from_the_lock():
    assert run.locked("uv", LOCK) == "uv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    assert run.locked("missing", LOCK) == ""


def test_the_lock_pins_the_installer_with_hashes():
    pinned = run.locked("uv", (run.ROOT / "requirements.lock").read_text(encoding="utf-8"))

    assert pinned.startswith("uv==")
    assert pinned.count("--hash=sha256:") > 10


def test_the_test_command_checks_style_types_and_tests_and_hands_options_to_pytest():
    tasks = run.commands(["test", "-k", "winter"], run.ROOT)

    assert [command[2] for _, command in tasks] == ["ruff", "ruff", "mypy", "pytest"]
    assert tasks[-1][1][-2:] == ["-k", "winter"]


def test_the_lab_command_opens_the_notebooks():
    [(_, command)] = run.commands(["lab", "--no-browser"], run.ROOT)

    assert command[1:3] == ["-m", "jupyterlab"]
    assert "--LabApp.default_url=/lab/tree/notebooks" in command
    assert command[-1] == "--no-browser"


def test_the_lab_command_serves_the_notebooks_and_the_kernel_that_they_name(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token=known"]
    [(_, command)] = run.commands(["lab", *options], run.ROOT)
    home = {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}

    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, *command[1:]], env=os.environ | home, stdout=log, stderr=log)
    try:
        notebooks = answer(f"http://127.0.0.1:{port}/api/contents/notebooks?token=known")
        kernels = answer(f"http://127.0.0.1:{port}/api/kernelspecs?token=known")
    finally:
        server.terminate()
        server.wait(timeout=60)

    assert {one["name"] for one in notebooks["content"]} >= {path.name for path in run.ROOT.glob("notebooks/*.ipynb")}
    assert "python3" in kernels["kernelspecs"]


def answer(address: str) -> dict:
    """What a server answers as soon as it is up; a minute is what a slow machine takes."""
    for _ in range(240):
        try:
            with urlopen(address, timeout=10) as response:
                return json.load(response)
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"nothing answers at {address.partition('?')[0]}")


def test_any_other_command_is_passed_on():
    assert run.commands(["build", "data/raw/sample", "--strict"], run.ROOT) == [
        ("", [run.tool("donation-trends"), "build", "data/raw/sample", "--strict"])
    ]


def test_a_folder_beside_the_user_is_named_in_full(tmp_path):
    (tmp_path / "gifts").mkdir()

    [(_, command)] = run.commands(["check", "gifts", "--json", "elsewhere", ""], tmp_path)

    assert command[1:] == ["check", tmp_path / "gifts", "--json", "elsewhere", ""]


def test_every_check_runs_and_the_first_failure_counts(monkeypatch, capsys):
    codes = {"style": 0, "types": 2, "tests": 1}
    called = []
    monkeypatch.setattr(run, "call", lambda command: called.append(command[1]) or codes[command[1]])

    code = run.run_all([(name, ["python", name]) for name in codes])

    assert code == 2
    assert called == ["style", "types", "tests"]
    assert capsys.readouterr().out.endswith("\nNot yet right: types, tests.\n")


def test_all_checks_passing_is_0_and_adds_no_line(monkeypatch, capsys):
    monkeypatch.setattr(run, "call", lambda command: 0)

    assert run.run_all([("tests", ["python", "tests"])]) == 0
    assert "Not yet right" not in capsys.readouterr().out


def test_the_exit_code_of_a_command_is_kept():
    assert run.call([sys.executable, "-c", "raise SystemExit(3)"]) == 3


def test_commands_run_in_the_project_folder_with_utf8_and_nothing_from_another_python(monkeypatch, capfd):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    show = "import os; print(os.getcwd(), os.environ['PYTHONUTF8'], os.environ.get('PYTHONPATH'))"

    run.call([sys.executable, "-c", show])

    assert capfd.readouterr().out.strip() == f"{run.ROOT} 1 None"


def test_no_command_prints_the_help_and_sets_nothing_up(monkeypatch, capsys):
    monkeypatch.setattr(run, "prepare", lambda: pytest.fail("set-up was started"))

    assert run.main([]) == 0
    assert "python3 run.py report" in capsys.readouterr().out
