"""What holds for the project as a whole: the lock, what git holds, the notebooks, the shape of the code."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import run
from packaging.requirements import Requirement
from tools import lock

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "analysis").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BINARY = {".png", ".pdf", ".xlsx", ".ods", ".parquet", ".gz", ".zip", ".ttf"}

REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|anaconda|debian|crates)\.(?:org|com|io)\b", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.<])(?:/(?:work|root|home|Users)/[\w.]|file:/{2}|[A-Z]:\\Users\\\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
BANNED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.If,
    ast.Try,
    ast.While,
)


def git(*arguments: str) -> str:
    """What git prints; the test is skipped where the project is not a git clone."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode > 1:
        pytest.skip("not a git clone")
    return done.stdout


# The lock


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_lock_is_exact_hashed_complete_and_names_no_place():
    found = lock.faults(
        (ROOT / "requirements.lock").read_text(encoding="utf-8"),
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    )

    assert found == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("numpy==2.5.5 \\\n    --hash=sha256:" + "a" * 64 + "\n", "not in the lock: pandas>=3.0"),
        ("numpy==2.5.5\n", "no sha256 hash: numpy==2.5.5"),
        ("numpy==2.5.5 \\\n    --hash=md5:abc\n", "not a sha256 hash: numpy==2.5.5"),
        ("numpy>=2.5\n", "not an exact version: numpy>=2.5"),
        (
            "numpy @ https" + "://host/numpy.whl\n",
            "an address or a path: numpy @ https" + "://host/numpy.whl",
        ),
        ("--index-url elsewhere\n", "an address or a path: --index-url elsewhere"),
    ],
)
def test_a_faulty_lock_is_told_what_is_wrong(text, fault):
    asked = '[project]\ndependencies = ["NumPy>=2", "pandas>=3.0"]\noptional-dependencies = {dev = []}\n'

    assert fault in lock.faults(text, asked)


def test_the_lock_has_a_version_of_every_package_for_every_python():
    pinned = [Requirement(pin) for pin in lock.pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))]
    asked = sorted(lock.normal(text) for text in project()["dependencies"])
    for python in ("3.11", "3.12", "3.13"):
        for system, os_name in (("linux", "posix"), ("darwin", "posix"), ("win32", "nt")):
            place = {"python_full_version": f"{python}.9", "sys_platform": system, "os_name": os_name}
            chosen = [lock.normal(pin.name) for pin in pinned if not pin.marker or pin.marker.evaluate(place)]
            assert sorted(name for name in chosen if name in asked) == asked, place


def test_the_supported_pythons_are_the_same_everywhere():
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    names = ["{}.{}".format(*version) for version in run.SUITABLE]

    assert project()["requires-python"] == ">=3.11,<3.14"
    assert names == ["3.11", "3.12", "3.13"]
    assert json.dumps(names) in workflow
    for name in names:
        assert f"Programming Language :: Python :: {name}" in project()["classifiers"]


# What git holds


def test_no_text_names_a_package_registry_or_a_place_on_a_machine():
    names = git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    found = [
        f"{name}:{number}: {match.group(0)}"
        for name in names
        if (ROOT / name).is_file() and Path(name).suffix not in BINARY
        for number, line in enumerate((ROOT / name).read_text("utf-8", errors="replace").splitlines(), start=1)
        if (match := REGISTRY.search(line) or MACHINE.search(line))
    ]

    assert found == []
    assert len(names) > 20


def test_the_search_for_places_finds_them():
    for text in ("https" + "://py" + "pi.org/simple", "files.python" + "hosted.org"):
        assert REGISTRY.search(text), text
    for text in ("in /ho" + "me/ana/data", '"/ro' + "ot/.cache", "file:" + "//x", "C:\\Us" + "ers\\ana"):
        assert MACHINE.search(text), text
    for text in (
        "https" + "://example.org/home/page",
        "docs/work/plan",
        "</work/x>",
        "pypi",
        "/home/|/Users/|",
    ):
        assert not REGISTRY.search(text), text
        assert not MACHINE.search(text), text


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/calais/gifts.csv",
        "data/raw/gifts.csv",
        "data/raw/samples/gifts.csv",
        "data/processed/sample/donations.parquet",
        "data/processed/sample/ledger.json",
        "reports/sample/report.fr.html",
        "pseudonyms.key",
        "data/raw/sample/pseudonyms.key",
        ".venv/pyvenv.cfg",
        "notebooks/.ipynb_checkpoints/1-checkpoint.ipynb",
        ".hypothesis/examples/x",
        "src/analysis/__pycache__/cli.pyc",
    ],
)
def test_real_records_keys_and_made_things_stay_out_of_git(path):
    assert git("check-ignore", "--no-index", path).strip() == path


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/.gitkeep",
        "data/raw/sample/gifts.csv",
        "data/raw/sample/dataset.toml",
        "data/raw/reference/exchange_rates.csv",
        "data/processed/.gitkeep",
        "reports/.gitkeep",
        "notebooks/1.ipynb",
        "src/analysis/report/report.html.j2",
        "requirements.lock",
    ],
)
def test_the_sample_the_folders_and_the_code_are_in_git(path):
    assert git("check-ignore", "--no-index", path) == ""


def test_the_sample_keeps_its_bytes_and_other_text_has_unix_line_ends():
    found = git("check-attr", "text", "eol", "--", "data/raw/sample/gifts.csv", "src/analysis/cli.py")

    assert "data/raw/sample/gifts.csv: text: unset" in found
    assert "src/analysis/cli.py: eol: lf" in found


# The notebooks: run, fresh, thin and explained


def code_of(cell: dict) -> str:
    """The Python of a code cell; lines for IPython become comments."""
    return re.sub(r"^(\s*)[%!]", r"\1# ", "".join(cell["source"]), flags=re.MULTILINE)


def cell_faults(cell: dict, before: dict | None) -> list[str]:
    """What one code cell does that a notebook of ours does not do."""
    faults = []
    if cell["execution_count"] is None:
        faults.append("was never run, so nothing in it is checked")
    if any(output["output_type"] == "error" for output in cell["outputs"]):
        faults.append("holds an error")
    if any(output.get("name") == "stderr" for output in cell["outputs"]):
        faults.append("holds a warning")
    if before is None or before["cell_type"] != "markdown":
        faults.append("has no prose before it")
    if len([line for line in code_of(cell).splitlines() if line.strip()]) > 8:
        faults.append("has more than 8 lines")
    if code_of(cell).rstrip().endswith(";"):
        faults.append("ends in a semicolon, which hides output here but not from nbval")
    for node in ast.walk(ast.parse(code_of(cell))):
        if isinstance(node, BANNED):
            faults.append(f"holds `{type(node).__name__}`, which belongs in src/analysis")
    if EMAIL.search(json.dumps(cell["outputs"], ensure_ascii=False)):
        faults.append("shows what looks like an e-mail address")
    return faults


def notebook_faults(notebook: dict) -> list[str]:
    """The faults of every code cell with its position."""
    cells = notebook["cells"]
    return [
        f"cell {place + 1} {fault}"
        for place, cell in enumerate(cells)
        if cell["cell_type"] == "code"
        for fault in cell_faults(cell, cells[place - 1] if place else None)
    ]


def test_the_notebooks_are_run_thin_and_explained():
    found = [
        f"{path.name}: {fault}"
        for path in NOTEBOOKS
        for fault in notebook_faults(json.loads(path.read_text(encoding="utf-8")))
    ]

    assert found == []
    assert NOTEBOOKS, "notebooks/ is empty"


GOOD_CELL = {
    "cell_type": "code",
    "execution_count": 1,
    "source": ["%matplotlib inline\n", "total"],
    "outputs": [],
}
PROSE = {"cell_type": "markdown", "source": ["What came in?"]}


def text_output(text: str) -> dict:
    return {"output_type": "execute_result", "data": {"text/plain": [text]}}


def test_a_good_notebook_has_no_fault():
    assert notebook_faults({"cells": [PROSE, GOOD_CELL, PROSE]}) == []
    assert notebook_faults({"cells": [GOOD_CELL]}) == ["cell 1 has no prose before it"]
    assert notebook_faults({"cells": [PROSE, GOOD_CELL, GOOD_CELL]}) == ["cell 3 has no prose before it"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"execution_count": None}, "was never run"),
        ({"outputs": [{"output_type": "error", "ename": "KeyError"}]}, "holds an error"),
        ({"outputs": [{"output_type": "stream", "name": "stderr", "text": ["!"]}]}, "holds a warning"),
        ({"outputs": [text_output("ana@example.org")]}, "e-mail address"),
        ({"source": [f"x{line} = {line}\n" for line in range(9)]}, "more than 8 lines"),
        ({"source": ["ax.plot(x);"]}, "ends in a semicolon"),
        ({"source": ["def f():\n", "    return 1"]}, "FunctionDef"),
        ({"source": ["class A:\n", "    pass"]}, "ClassDef"),
        ({"source": ["for x in y:\n", "    x"]}, "For"),
        ({"source": ["if x:\n", "    y"]}, "If"),
        ({"source": ["try:\n", "    x\n", "finally:\n", "    y"]}, "Try"),
        ({"source": ["while x:\n", "    y"]}, "While"),
    ],
)
def test_a_faulty_cell_is_found(change, fault):
    [found] = notebook_faults({"cells": [PROSE, {**GOOD_CELL, **change}]})

    assert fault in found


# The shape of the code


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, its docstring left out."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def public_definitions(tree: ast.Module) -> list:
    """The module's public functions and classes, and the public methods of those classes."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    outer = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    classes = [node for node in outer if isinstance(node, ast.ClassDef)]
    inner = [node for owner in classes for node in owner.body if isinstance(node, kinds)]
    return outer + [node for node in inner if not node.name.startswith("_")]


def source_faults(source: str) -> list[str]:
    """What is out of shape in a module of ours."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    faults = [f"{node.name}: a body of {body_lines(node)} lines" for node in functions if body_lines(node) > 40]
    if source.count("\n") > 300:
        faults.append(f"{source.count(chr(10))} lines")
    if ast.get_docstring(tree) is None:
        faults.append("no docstring")
    faults += [f"{node.name}: no docstring" for node in public_definitions(tree) if not ast.get_docstring(node)]
    asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    return faults + [f"line {node.lineno}: assert; raise an error that says what to do" for node in asserts]


def test_modules_are_short_documented_and_free_of_assert():
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {fault}"
        for path in SOURCES
        for fault in source_faults(path.read_text(encoding="utf-8"))
    ]

    assert found == []
    assert SOURCES, "src/analysis is empty"


def function(lines: int, *, name: str = "total", docstring: str = '    """Total."""\n') -> str:
    return f'"""A module."""\n\ndef {name}():\n{docstring}' + "    x = 1\n" * lines


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        (function(40), []),
        (function(41), ["total: a body of 41 lines"]),
        (function(1, docstring=""), ["total: no docstring"]),
        (function(1, name="_total", docstring=""), []),
        ("x = 1\n", ["no docstring"]),
        ('"""A module."""\n' + "x = 1\n" * 299, []),
        ('"""A module."""\n' + "x = 1\n" * 300, ["301 lines"]),
        ('"""A module."""\nassert 1\n', ["line 2: assert; raise an error that says what to do"]),
        (
            '"""A module."""\nclass A:\n    """A."""\n    def b(self): pass\n    def _c(self): pass\n',
            ["b: no docstring"],
        ),
    ],
)
def test_code_out_of_shape_is_found(source, faults):
    assert source_faults(source) == faults
