"""Imports point one way, from the foundation to the command; inside a folder, only to its base."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
LAYERS = ("foundation", "records", "panel", "models", "charts", "report", "cli")
BASE = {
    "records": {"cells", "drafts", "arrays", "parsing", "blocks", "storage", "headings"}
    | {"masking", "people", "key", "pseudonyms"},
    "records.cleaning": {"bench"},
    "records.ledger": {"tally"},
    "records.matching": set(),
    "records.parsing": {"evidence", "amounts"},
    "records.reading": {"encodings", "splitting", "cutting", "extents", "guarding", "finding"},
    "records.storage": set(),
    "records.formats": {"mapped", "signs"},
    "records.simulate": {"draws", "scenario", "people", "donors", "world", "register", "goods"},
    "panel": {"headcount", "sources", "weekly", "variants", "coverage"},
    "models": {"sentences", "results", "design", "grid", "regression", "prediction", "weeks", "rates"},
    "models.winter": {"drop"},
    "models.appeal": {"results", "windows"},
    "models.donors": {"known"},
    "charts": {"lettering", "style", "changes"},
    "report": {
        "disclosure",
        "earlier",
        "giving_disclosure",
        "release",
        "table_files",
        "context",
        "narrative",
        "robustness",
        "aid",
        "appeal",
        "donor_disclosure",
        "donors",
        "findings",
        "numbers",
        "chart",
        "robust_figures",
        "aid_figures",
        "appeal_figures",
        "donor_figures",
        "figures",
        "text_tables",
        "section",
        "aid_sections",
        "appeal_sections",
        "testimonies",
        "testimony_figures",
        "testimony_sections",
        "donor_sections",
        "record_sections",
        "winter_sections",
        "appendix_sections",
        "sections",
        "edition",
        "drawings",
    },
    "report.numbers": {"naming", "results"},
}
"""What the modules of a folder may import from their own folder."""
COMPOSERS = {
    "records": {"opening", "kernel", "whole_file", "all_files", "writing", "build", "forget", "review"},
    "records.cleaning": {"rows"},
    "records.formats": {"__init__"},
    "records.simulate": {"settings", "exports", "__init__"},
    "models.winter": {"__init__"},
    "models.appeal": {"__init__"},
    "models.donors": {"__init__"},
    "models.testimony": {"__init__"},
    "report": {"pages", "paper", "notebooks", "export"},
    "report.numbers": {"__init__"},
}
"""The modules that put a folder's parts together, and may import anything inside it."""


def modules() -> dict[str, str]:
    """Every module of the package by its dotted name below `analysis`, with its source; packages end in `__init__`."""
    package = SRC / "analysis"
    return {
        ".".join(path.relative_to(package).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*.py"))
    }


def imports(source: str, known: set[str]) -> set[str]:
    """The modules of ours that `source` imports, wherever in it; a relative import is an error."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = {name.removeprefix("analysis").lstrip(".") for name in found if name.split(".")[0] == "analysis"}
    return {module for name in ours if (module := _module(name, known)) is not None}


def _module(name: str, known: set[str]) -> str | None:
    """The module that `name` (of a module, or of something in one) stands for; None for the package itself."""
    while name:
        for candidate in (name, f"{name}.__init__"):
            if candidate in known:
                return candidate
        name = name.rpartition(".")[0]
    return None


def layer(module: str) -> int:
    top = module.split(".")[0]
    return LAYERS.index(top) if top in LAYERS else 0


def backward(module: str, imported: set[str]) -> list[str]:
    """Imports of a later layer."""
    return sorted(name for name in imported if layer(name) > layer(module))


def sideways(module: str, imported: set[str]) -> list[str]:
    """Imports inside the module's own folder, of something that is not the folder's base."""
    return sorted(
        name
        for name in imported
        for folder, own, other in [_shared(module, name)]
        if folder and own not in COMPOSERS.get(folder, set()) and other not in BASE[folder]
    )


def _shared(module: str, name: str) -> tuple[str, str, str]:
    """The innermost folder that holds both, and what each is called there; a subfolder counts as one module."""
    own, other = module.split("."), name.split(".")
    depth = 0
    while depth < min(len(own), len(other)) - 1 and own[depth] == other[depth]:
        depth += 1
    return ".".join(own[:depth]), own[depth], other[depth]


def loop(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    sources = modules()
    return {module: imports(source, set(sources)) for module, source in sources.items()}


def test_no_module_imports_a_later_layer(graph):
    assert {module: found for module, names in graph.items() if (found := backward(module, names))} == {}


def test_inside_a_folder_modules_import_only_its_base(graph):
    assert {module: found for module, names in graph.items() if (found := sideways(module, names))} == {}


def test_no_modules_import_each_other_in_a_circle(graph):
    assert loop(graph) == []


def test_every_base_and_composer_is_a_module_that_is_used(graph):
    names = {f"{folder}.{name}" for said in (BASE, COMPOSERS) for folder, names in said.items() for name in names}
    shared = [_shared(module, name) for module, imported in graph.items() for name in imported]
    inside = {f"{folder}.{other}" for folder, _, other in shared}
    bases = {f"{folder}.{name}" for folder, names in BASE.items() for name in names}

    assert names - set(graph) - {name.removesuffix(".__init__") for name in graph} == set()
    assert bases - inside == set()
    assert {folder.split(".")[0] for folder in BASE} == set(LAYERS) - {"foundation", "cli"}


def test_the_package_itself_imports_nothing_of_ours(graph):
    assert graph["__init__"] == set()


KNOWN = {
    "cli", "report.export", "dataset", "models.winter", "models.results", "charts.giving", "charts.need",
    "charts.style",
    "records.kernel", "records.formats.__init__", "records.formats.mapped", "records.formats.paypal",
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("models.winter", "from analysis.charts.giving import x", ["charts.giving"]),
        ("models.winter", "def f():\n    import analysis.report.export", ["report.export"]),
        ("models.winter", "from analysis.charts import giving", ["charts.giving"]),
        ("dataset", "from analysis.models.results import TooThin", ["models.results"]),
        ("report.export", "from analysis import cli", ["cli"]),
        ("report.export", "from analysis.charts.giving import x\nfrom analysis import __version__", []),
    ],
)
def test_an_import_of_a_later_layer_is_found(module, source, found):
    assert backward(module, imports(source, KNOWN)) == found


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("charts.need", "from analysis.charts.giving import x", ["charts.giving"]),
        ("charts.need", "from analysis.charts.style import INK", []),
        ("charts.style", "from analysis.charts.need import x", ["charts.need"]),
        ("records.kernel", "from analysis.records.formats.mapped import mapped", []),
        ("records.formats.paypal", "from analysis.records.kernel import read", ["records.kernel"]),
        ("records.formats.mapped", "from analysis.records.formats import FORMATS", ["records.formats.__init__"]),
        ("records.formats.paypal", "from analysis.records.formats.mapped import mapped", []),
        ("models.winter", "from analysis.dataset import Dataset", []),
    ],
)
def test_an_import_beside_the_base_is_found(module, source, found):
    assert sideways(module, imports(source, KNOWN)) == found


def test_a_circle_is_found():
    assert set(loop({"dataset": {"seasons"}, "seasons": {"faults"}, "faults": {"dataset"}})) == {
        "dataset",
        "seasons",
        "faults",
    }


def test_a_relative_import_is_refused():
    with pytest.raises(AssertionError, match="line 1: a relative import"):
        imports("from .style import INK", KNOWN)
