"""The documents say what the code is."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from typer.testing import CliRunner

from analysis.cli import app

ROOT = Path(__file__).parents[1]


def write_docs():
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "tools" / "write_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_data_dictionary_is_what_columns_py_says():
    stored = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")

    assert stored == write_docs().data_dictionary(), "run: python tools/write_docs.py"


def test_the_formats_page_is_what_the_formats_say():
    stored = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")

    assert stored == write_docs().formats_page(), "run: python tools/write_docs.py"


def test_the_method_page_is_what_the_code_does_and_the_benchmarks_measured():
    stored = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")

    assert stored == write_docs().method_page(), "run: python tools/write_docs.py"
    assert "{{" not in stored


def test_the_module_table_is_what_the_modules_say():
    stored = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert stored == write_docs().architecture(stored), "run: python tools/write_docs.py"


def test_every_module_says_what_it_is_for():
    for line in write_docs().module_table().splitlines()[2:]:
        assert re.fullmatch(r"\| `[\w/]+\.py` \| \S.{10,}[.:] \|", line), line


def test_every_command_of_the_readme_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:python3|py) run\.py (\w+)", readme, flags=re.M))
    help_text = CliRunner().invoke(app, ["--help"]).output

    assert named >= {"report", "test", "new", "check", "lab"}
    assert [name for name in named - {"test", "lab"} if not re.search(rf"^\s+{name}\s", help_text, flags=re.M)] == []


def test_every_file_that_a_document_links_to_is_there():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
