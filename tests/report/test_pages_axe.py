"""Every page in a browser: no fault that axe knows, on a phone and a desk; nothing asked of the network.

Needs Chromium (or Chrome), which no Python package brings: skipped where there is none, but never in CI.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from analysis.report.notebooks import notebook_pages

PAGES = ("index.html", "report.fr.html", "report.en.html", "notebook.html")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
SHORTEN = """() => {
  document.querySelectorAll('tbody').forEach(body => [...body.rows].slice(5).forEach(row => row.remove()));
  document.querySelectorAll('svg[role=img] g').forEach(group => group.remove());
}"""
"""Rows of a table are alike and axe sees no shapes; with all of them one page takes a minute instead of two seconds."""
BOX = "e.getBoundingClientRect()"
OPEN_ALL = "open => document.querySelectorAll('details').forEach(one => { one.open = open; })"
RUN = "axe.run({resultTypes: ['violations']}).then(found => found.violations.map(v => [v.id, v.nodes[0].html]))"


@pytest.fixture(scope="module")
def pages(tmp_path_factory, sample_report) -> Path:
    """The report of the sample and, beside it, a notebook that shows a table, prints and draws."""
    folder = tmp_path_factory.mktemp("notebook")
    cells = [
        nbformat.v4.new_markdown_cell(
            "# Does giving fall in winter?\n\nA paragraph with [a link](https://example.org)."
        ),
        nbformat.v4.new_code_cell("language = 'en'", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "import pandas as pd\npd.DataFrame({name: range(3) for name in 'abcdefghijklmnopqrs'})"
        ),
        nbformat.v4.new_code_cell("print('A sentence.')"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "notebook.ipynb")
    page = notebook_pages(folder, parameters={"language": "en"})["notebook"]
    (sample_report / "notebook.html").write_text(page, encoding="utf-8")
    yield sample_report
    (sample_report / "notebook.html").unlink()


def opened(browser: Browser, path: Path, *, scheme: str = "light", width: int = 1280, injecting: bool = False) -> Page:
    """A page as it loads; `injecting` lets a test put axe into it past the page's own security policy."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=injecting)
    page = context.new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault_on_a_phone_or_a_desk_with_tables_open_or_closed(browser, pages, name, scheme):
    page = opened(browser, pages / name, scheme=scheme, injecting=True)
    page.evaluate(SHORTEN)
    page.evaluate(AXE)
    found = []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for tables_open in (False, True):
            page.evaluate(OPEN_ALL, tables_open)
            found += [(width, tables_open, *fault) for fault in page.evaluate(RUN)]
    page.context.close()

    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_but_itself_and_breaks_no_rule_of_its_policy(browser, pages, name):
    context = browser.new_context()
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((pages / name).as_uri())
    page.evaluate(OPEN_ALL, True)
    page.wait_for_load_state("networkidle")
    context.close()

    assert asked == [(pages / name).as_uri()]
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(browser, pages, name):
    page = opened(browser, pages / name, width=360)
    page.evaluate(OPEN_ALL, True)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()

    assert over == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letters_in_a_chart_stay_legible_on_a_phone_and_its_title_needs_no_scrolling(browser, pages, language):
    page = opened(browser, pages / f"report.{language}.html", width=360)
    scales = page.evaluate("""[...document.querySelectorAll('.drawing svg')].map(
        svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)""")
    ends = page.evaluate(
        "[...document.querySelectorAll('figcaption, .source')].map(e => e.getBoundingClientRect().right)"
    )
    hints = page.evaluate("[...document.querySelectorAll('.sideways')].map(e => e.getBoundingClientRect().height)")
    page.context.close()

    assert min(scales) * 7.2 >= 7.5  # the smallest letters, in pixels of a phone
    assert max(ends) <= 360
    assert min(hints) > 0


def test_print_is_light_and_prints_short_tables_and_where_the_long_ones_are(browser, pages):
    page = opened(browser, pages / "report.en.html", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    long_ones = page.evaluate("[...document.querySelectorAll('details:not(.short)')].map(e => e.offsetHeight)")
    short_ones = page.evaluate("[...document.querySelectorAll('details.short table')].map(e => e.offsetHeight)")
    lines = page.evaluate("[...document.querySelectorAll('.elsewhere')].map(e => e.offsetHeight && e.textContent)")
    page.context.close()

    assert paper == "rgb(255, 255, 255)"
    assert set(long_ones) == {0}
    assert min(short_ones) > 0
    assert len(lines) == len(long_ones)
    assert all(line and ".csv" in line for line in lines)


def test_the_keyboard_reaches_the_main_part_first_and_then_every_drawing(browser, pages):
    page = opened(browser, pages / "report.en.html")
    page.keyboard.press("Tab")
    first = page.evaluate(
        "[document.activeElement.getAttribute('href'), document.activeElement.getBoundingClientRect().left]"
    )
    page.keyboard.press("Enter")
    main = page.evaluate("document.activeElement.id")
    reachable = page.evaluate("[...document.querySelectorAll('.drawing, .scroll')].every(e => e.tabIndex === 0)")
    page.context.close()

    assert first == ["#main", 0]
    assert main == "main"
    assert reachable
