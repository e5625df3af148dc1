"""Set up donation-trends and run it: `python3 run.py report`, on Windows `py run.py report`.

Needs nothing but Python. The first run makes `.venv` beside this file and installs the exact packages of
`requirements.lock`, each checked against its hash; later runs start at once. Standard library and old syntax
only, so that an old Python can still read this file and say kindly what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "donation-trends.json"
SCRIPTS, SUFFIX = (VENV / "Scripts", ".exe") if os.name == "nt" else (VENV / "bin", "")
SUITABLE = ((3, 11), (3, 12), (3, 13))
HELP = """\
python3 run.py report [DATASET]   build what is new and write the report (the sample, if none is named)
python3 run.py test               check everything: style, types, tests, notebooks
python3 run.py lab                open the notebooks in JupyterLab
python3 run.py COMMAND ...        any other command of donation-trends; python3 run.py --help lists them

On Windows write `py` for `python3`. The first run sets everything up in .venv, which takes about a minute.
Commands run in the project's folder; a file or folder that exists where you are is found as well."""


class SetupError(Exception):
    """The set-up cannot go on; the message says why and what to do."""


def reply_of(command: list) -> str | None:
    """What a command prints; None if it does not start or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def choose_python() -> tuple:
    """(path, "3.12") of the Python to build with: this one if it is suitable, else one found on PATH."""
    if sys.version_info[:2] in SUITABLE and sys.maxsize > 2**32:
        # Never the Python inside .venv: it could not be replaced while it runs.
        return sys._base_executable, "{}.{}".format(*sys.version_info)
    question = "import sys; print(*sys.version_info[:2], int(sys.maxsize > 2**32), sys.executable)"
    names = [f"{major}.{minor}" for major, minor in reversed(SUITABLE)]
    launcher = [["py", "-" + name] for name in names] if os.name == "nt" else []
    for command in [["python" + name] for name in names] + launcher:
        # A name on PATH may be a shim for a Python that is not there, so each is asked.
        major, minor, wide, path = (reply_of([*command, "-c", question]) or "0 0 0 -").split(" ", 3)
        if (int(major), int(minor)) in SUITABLE and wide == "1":
            return path, f"{major}.{minor}"
    raise SetupError(
        "donation-trends needs Python 3.11, 3.12 or 3.13 (64 bits); "
        f"this is Python {sys.version.split()[0]}, and no other was found.\n"
        "Install one from python.org, or with your system's packages, and run the same command again."
    )


def fingerprint(version: str) -> dict:
    """What an installation is made from; any difference means that it has to be renewed."""
    files = {"lock": ROOT / "requirements.lock", "project": ROOT / "pyproject.toml"}
    sums = {key: hashlib.sha256(path.read_bytes()).hexdigest() for key, path in files.items()}
    return {"python": version, "folder": str(ROOT), **sums}


def read_stamp() -> dict:
    """The fingerprint of the finished installation, empty if there is none or it was cut short."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and tool("python").exists() else {}


def what_to_do(found: dict, wanted: dict) -> str:
    """`nothing`, `project` (only pyproject.toml changed) or `everything`."""
    if found == wanted:
        return "nothing"
    same = all(found.get(key) == wanted[key] for key in wanted if key != "project")
    return "project" if same else "everything"


def prepare() -> None:
    """Bring .venv up to date. A set-up that is killed leaves no stamp, so the next run starts it afresh."""
    python, version = choose_python()
    wanted = fingerprint(version)
    task = what_to_do(read_stamp(), wanted)
    if task == "nothing":
        return
    start = time.time()
    if STAMP.exists():
        STAMP.unlink()
    if task == "everything":
        print(f"Setting up .venv with Python {version} (about a minute, once).", flush=True)
        make_venv(python)
    # The system's pip stands in where .venv could not be given one.
    pip = [tool("python") if tool("pip").exists() else python, "-m", "pip", "--python", tool("python")]
    if task == "everything":
        install_lock(pip)
        step("Preparing fonts for charts", [tool("python"), "-c", "import matplotlib.font_manager"])
    # Editable: a change in src/ counts at once.
    bare = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--editable", ROOT]
    if not step("Installing donation-trends", [*pip, "install", *bare]):
        raise SetupError("Could not install donation-trends itself; the lines above say why.")
    STAMP.write_text(json.dumps(wanted), encoding="utf-8")
    print(f"Ready after {time.time() - start:.0f} s.\n", flush=True)


def make_venv(python: str) -> None:
    """Make an empty .venv, with pip in it where this Python can put it there."""
    complete = reply_of([python, "-c", "import ensurepip, venv"]) is not None
    # Debian and Ubuntu keep ensurepip in a package of its own.
    if not complete and reply_of([python, "-m", "pip", "--python", python, "--version"]) is None:
        raise SetupError(
            "This Python lacks the module that makes environments. On Debian or Ubuntu install it with\n"
            "    sudo apt install python3-venv\nand run the same command again."
        )
    for wait in (0.5, 1, 2, 4):
        shutil.rmtree(str(VENV), ignore_errors=True)
        if not os.path.lexists(str(VENV)):
            break
        time.sleep(wait)
    else:
        raise SetupError("Could not remove the old .venv. Close what uses it (JupyterLab?) and try again.")
    if not step("Making .venv", [python, "-m", "venv", *([] if complete else ["--without-pip"]), VENV]):
        raise SetupError("Python could not make .venv; the lines above say why.")


def locked(name: str, lock: str) -> str:
    """The lines of the lock that pin one package with its hashes."""
    return "".join(re.findall(rf"^{re.escape(name)}==.*\n(?:[ \t].*\n)*", lock, re.MULTILINE))


def install_lock(pip: list) -> None:
    """Install the lock, every file checked against its hash: with uv (half the time), else with pip."""
    lock, only_uv = ROOT / "requirements.lock", VENV / "uv.txt"
    only_uv.write_text(locked("uv", lock.read_text(encoding="utf-8")), encoding="utf-8")
    hashed = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r"]
    get_uv = [*pip, "install", "--only-binary", ":all:", "--retries", "1", *hashed, only_uv]
    use_uv = [tool("uv"), "pip", "sync", "--quiet", "--system-certs", "--compile-bytecode"]
    if step("Installing the installer", get_uv):
        if step("Installing the packages", [*use_uv, "--python", tool("python"), "--require-hashes", lock]):
            return
        print("That did not work; trying pip instead, which takes a minute more.", flush=True)
    if not step("Installing the packages with pip", [*pip, "install", *hashed, lock]):
        raise SetupError("Could not install the packages; the lines above say why. Once online, try again.")


def tool(name: str) -> Path:
    """Path of a program inside .venv."""
    return SCRIPTS / (name + SUFFIX)


def environment() -> dict:
    """The environment of every child: UTF-8, the programs of .venv first, nothing from another Python."""
    dropped = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])
    return dict(kept, PYTHONUTF8="1", VIRTUAL_ENV=str(VENV), PATH=path)


def call(command: list, *, patient: bool = True) -> int:
    """Run a command in the project's folder to its end; a patient call leaves Ctrl-C to the command."""
    child = subprocess.Popen([str(part) for part in command], cwd=str(ROOT), env=environment())
    try:
        while True:
            try:
                code = child.wait()
                return code if code >= 0 else 128 - code
            except KeyboardInterrupt:
                if not patient:
                    raise
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def step(title: str, command: list) -> bool:
    """Run one step of the set-up and say how long it took; True when it worked."""
    print(f"  {title} ...", end=" ", flush=True)
    start = time.time()
    code = call(command, patient=False)
    print(f"{time.time() - start:.0f} s" if code == 0 else "failed", flush=True)
    return code == 0


def commands(arguments: list, here: Path) -> list:
    """What a command line stands for: (title, command) pairs, to be run in this order."""
    name, rest, python = arguments[0], arguments[1:], tool("python")
    if name == "test":
        pytest = ["-m", "pytest", "--color=no", "-n", str(min(4, os.cpu_count() or 1))]
        return [
            ("style", [python, "-m", "ruff", "check"]),
            ("layout", [python, "-m", "ruff", "format", "--check"]),
            ("types", [python, "-m", "mypy", "src"]),
            ("tests and notebooks", [python, *pytest, *rest]),
        ]
    if name == "lab":
        options = [f"--ServerApp.root_dir={ROOT}", "--LabApp.default_url=/lab/tree/notebooks"]
        return [("", [python, "-m", "jupyterlab", *options, *rest])]
    # Commands run in the project's folder, so what exists only where the user stands is named in full.
    if here != ROOT:
        rest = [here / part if part and (here / part).exists() else part for part in rest]
    return [("", [tool("donation-trends"), name, *rest])]


def run_all(tasks: list) -> int:
    """Run every task, also after a failure; returns the first code that is not 0."""
    codes = {}
    for title, command in tasks:
        if title:
            print(f"\n== {title}: {' '.join(str(part) for part in command[1:])}", flush=True)
        codes[title] = call(command)
    failed = [title for title, code in codes.items() if code]
    if failed and failed[0]:
        print(f"\nNot yet right: {', '.join(failed)}.", flush=True)
    return codes[failed[0]] if failed else 0


def main(arguments: list) -> int:
    """Set up if needed, then do what the command line says; returns the exit code."""
    if not arguments or arguments[0] in ("help", "-h"):
        print(HELP)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        prepare()
        return run_all(commands(arguments, Path.cwd().resolve()))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Run the same command to go on.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
