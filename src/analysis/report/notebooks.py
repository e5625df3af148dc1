"""The notebooks run on a dataset and laid out as pages without code: the funders' long read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

from analysis.faults import DataError, Fault
from analysis.report.pages import stylesheet

ANALYSTS_ONLY = "analyst"
"""Tag of cells that speak of running the notebook: left out of the page for funders."""


def notebook_pages(folder: Path, *, parameters: Mapping[str, str]) -> dict[str, str]:
    """Each notebook of `folder`, run with `parameters` in the place of its own, as an HTML page by the notebook's name.

    Raises DataError when the folder holds no notebook, when one has no cell tagged "parameters", when a cell fails.
    """
    paths = sorted(folder.glob("*.ipynb"))
    if not paths:
        problem = "there is no notebook here"
        raise DataError([Fault(str(folder), 0, "", "", problem, "Run the command in the project's folder")])
    return {path.stem: _page(path, parameters) for path in paths}


def _page(path: Path, parameters: Mapping[str, str]) -> str:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        problem = f"{len(cells)} cells are tagged parameters, not one"
        raise DataError([Fault(str(path), 0, "", "", problem, "Tag the cell that names the dataset and the language")])
    cells[0].source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    client = NotebookClient(
        notebook, kernel_name="python3", timeout=600, resources={"metadata": {"path": str(path.parent)}}
    )
    try:
        client.execute()
    except CellExecutionError as error:
        problem = f"a cell fails: {error.ename}: {error.evalue}"
        raise DataError([Fault(str(path), 0, "", "", problem, "Open it with: run.py lab")]) from error
    notebook.cells = [cell for cell in notebook.cells if ANALYSTS_ONLY not in cell.metadata.get("tags", [])]
    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(notebook)
    body = _reachable(body)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(path.stem)}</title>\n<style>{stylesheet()}</style>\n</head>\n<body>\n"
        f'<main class="page">{body}</main>\n</body>\n</html>\n'
    )


def _reachable(body: str) -> str:
    """The page's tables with corners that are no headings, each in a frame that the keyboard can reach and scroll."""
    body = re.sub(r"<th>\s*</th>", "<td></td>", body)
    frame = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
    return re.sub(r'(<table[^>]*class="dataframe".*?</table>)', rf"{frame}\1</div>", body, flags=re.S)
