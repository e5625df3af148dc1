"""Write the generated parts of docs/: data dictionary, formats, method, tables, charts, modules.

With `--check` it only compares.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from analysis.columns import TABLES, Column
from analysis.records.drafts import Format
from analysis.records.formats import FORMATS
from analysis.records.formats.banks import RULES

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.gallery import gallery_page, sample_findings, shown_charts, stale_pictures
from tools.method_page import method_page
from tools.report_pages import glossary_page, report_tables_page

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "analysis"
READING_ORDER = ("", "records", "panel", "models", "charts", "report")
DICTIONARY_HEAD = """# Data dictionary

Every processed table and column. Generated from `src/analysis/columns.py` by `python tools/write_docs.py`; do not
edit by hand.

`required` columns are never missing. Zero, unknown and not yet are three things: a week without gifts is 0, a week
nobody counted has no people, and the current week is not complete.
"""

FORMATS_HEAD = """# Formats

Files that need no `[[files]]` block. Generated from `src/analysis/records/formats` by `python tools/write_docs.py`;
do not edit by hand. A header is recognised whatever its capitals, accents and order of columns, in CSV (`;` `,` tab
`|`), XLSX and ODS; OFX and CAMT.053 are read by the standards' own names. Any other file is read through a
`[[files]]` block of `dataset.toml`: `donation-trends check FILE` prints one to complete.

Excluded rows are read, counted in the ledger with their reason, and not part of any result; rows set aside are in
`quarantine.csv` with the remedy. [rules.md](rules.md) says what holds for every file.

| file | fills | recognised by | what counts |
|---|---|---|---|"""
LABELS_HEAD = """## What a bank label says

What a bank credit is cannot be known for sure. The first line that fits decides; a credit that none fits is a gift
that came by bank. A payout is excluded in either case: its gifts are counted from the platform's own export, and
where there is none for that time the ledger says `without its rows: the gross is unknown`. Words of your own win:

```toml
[[files]]
match = "releve*.csv"
table = "donations"
columns = {}
values.channel = {excluded = ["SUBVENTION"], bank = ["STRIPE MARIE"], cash = ["TRONC"]}
```

| a credit is | when its label holds |
|---|---|"""


def data_dictionary() -> str:
    """The data dictionary as Markdown."""
    parts = [DICTIONARY_HEAD]
    for table in TABLES.values():
        rows = "\n".join(_column_row(column) for column in table.columns)
        parts.append(
            f"## {table.name}\n\nOne row is {table.row}.\n\n"
            f"| column | kind | unit | required | meaning |\n|---|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def formats_page() -> str:
    """The kinds of file that are recognised, as Markdown."""
    rows = "\n".join(_format_row(one) for one in FORMATS)
    labels = "\n".join(f"| {outcome} | {', '.join(words)} |" for outcome, words in RULES)
    return f"{FORMATS_HEAD}\n{rows}\n\n{LABELS_HEAD}\n{labels}\n"


def _format_row(one: Format) -> str:
    known_by = " · ".join(name.replace("|", "/") for name in one.signature)
    return f"| {one.what} | {one.table} | {known_by} | {one.decides} |"


def module_table() -> str:
    """The modules of the package in reading order, each with the first line of its docstring."""
    lines = ["| module | what it is for |", "|---|---|"]
    for path in sorted(PACKAGE.rglob("*.py"), key=_reading_place):
        summary = (
            (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0].replace("\n", " ")
        )
        lines.append(f"| `{path.relative_to(PACKAGE).as_posix()}` | {summary} |")
    return "\n".join(lines)


def architecture(text: str) -> str:
    """`text` of docs/architecture.md with its module table renewed."""
    start = text.index("-->", text.index("<!-- modules")) + len("-->")
    return f"{text[:start]}\n\n{module_table()}\n\n{text[text.index('<!-- end -->') :]}"


def _column_row(column: Column) -> str:
    allowed = f" One of: {', '.join(column.allowed)}." if column.allowed else ""
    required = "yes" if column.required else ""
    return f"| {column.name} | {column.kind} | {column.unit} | {required} | {column.meaning}.{allowed} |"


def _reading_place(path: Path) -> tuple[int, bool, str]:
    folder = path.relative_to(PACKAGE).parts[0] if path.parent != PACKAGE else ""
    return (
        READING_ORDER.index(folder) if path.name != "cli.py" else 9,
        path.name != "__init__.py",
        path.as_posix(),
    )


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def main() -> int:
    """Write the files, or with `--check` name those that are stale; 1 when one is."""
    page = ROOT / "docs" / "architecture.md"
    charts = shown_charts(sample_findings())
    wanted = {
        ROOT / "docs" / "data-dictionary.md": data_dictionary(),
        ROOT / "docs" / "formats.md": formats_page(),
        ROOT / "docs" / "method.md": method_page(),
        ROOT / "docs" / "report-tables.md": report_tables_page(),
        ROOT / "docs" / "gallery.md": gallery_page(charts),
        ROOT / "docs" / "glossary.fr.md": glossary_page("fr"),
        ROOT / "docs" / "glossary.md": glossary_page("en"),
        page: architecture(page.read_text(encoding="utf-8")),
    }
    stale: dict[Path, bytes | None] = {
        path: text.encode()
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    stale |= stale_pictures(charts)
    for path, content in stale.items():
        print(f"{'stale' if '--check' in sys.argv else 'wrote'}: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv:
            _put(path, content)
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
