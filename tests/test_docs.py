"""The documents say what the code is."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import pytest
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


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("report-tables.md", lambda tool: tool.report_tables_page()),
        ("glossary.md", lambda tool: tool.glossary_page("en")),
        ("glossary.fr.md", lambda tool: tool.glossary_page("fr")),
    ],
)
def test_the_pages_on_the_report_are_what_its_catalogs_and_its_gate_say(name, made):
    stored = (ROOT / "docs" / name).read_text(encoding="utf-8")

    assert stored == made(write_docs()), "run: python tools/write_docs.py"


def test_the_code_of_the_analyst_s_guide_runs_and_its_comments_are_true(tmp_path, monkeypatch, capsys):
    guide = (ROOT / "docs" / "analyst-guide.md").read_text(encoding="utf-8")
    code = next(block for block in re.findall(r"```python\n(.*?)```", guide, flags=re.S) if "weekly_giving" in block)
    code = code.replace("../data/raw/sample", str(ROOT / "data" / "raw" / "sample"))
    monkeypatch.setenv("DONATION_TRENDS_KEY", "0" * 64)
    names: dict = {}

    exec(code.replace("../data/processed/sample", str(tmp_path)), names)

    comment = ", ".join(f"{value:.2f}" for value in (names["drop"].drop, names["drop"].lower, names["drop"].upper))
    assert f"# {comment} on the sample" in code
    assert "32" in capsys.readouterr().out


def test_every_function_that_the_analyst_s_guide_names_is_there():
    guide = (ROOT / "docs" / "analyst-guide.md").read_text(encoding="utf-8")
    rows = [row for row in guide.splitlines() if row.startswith("| ") and "`analysis." in row]
    for row in rows:
        names = re.findall(r"`([\w.]+)`", row)
        module = importlib.import_module(next(name for name in names if name.startswith("analysis.")))
        for name in names:
            assert name.startswith("analysis.") or hasattr(module, name), row
            assert not name.startswith("analysis.") or importlib.import_module(name)


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
