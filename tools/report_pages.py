"""Pages of docs/ on the report's words and tables, made from the catalogs and the gate of published tables."""

from __future__ import annotations

from analysis.report.narrative import words
from analysis.report.release import COLUMNS
from analysis.wording import capital

GLOSSARY_HEADS = {
    "fr": "# Glossaire\n\nLes mots du rapport, en clair. Page tirée de `src/analysis/report/locale/fr.toml`.\n",
    "en": "# Glossary\n\nThe words of the report, in plain language. Made from `src/analysis/report/locale/en.toml`.\n",
}
TABLES_HEAD = """# Columns of published tables

Every column that may leave in `reports/<dataset>/tables` and `tables.xlsx`. Made from `src/analysis/report/release.py`
by `python tools/write_docs.py`; do not edit by hand. One name means one thing in every table.

The kind of a column is the rule that it is held against before it leaves. A `count` is of people or of what people did,
and is missing below 10; a `headcount` is a multiple of 50; `tens` are rounded down to tens, 10 at least; a `month` of
people is over; an `area` is named in `dataset.toml`, never a site. `money` is in the dataset's currency; a `share` is
0.25 for a quarter. The tag is that of the HXL standard, printed in a second row where `dataset.toml` says `hxl = true`.

| column | kind | meaning | HXL tag |
|---|---|---|---|"""


def glossary_page(language: str) -> str:
    """The report's words with their meanings in "fr" or "en", as Markdown."""
    meanings = words("glossary", language)
    rows = [f"**{capital(term)}**: {meanings[key]}" for key, term in words("terms", language).items()]
    if language == "fr":
        rows = [row.replace("**: ", "** : ", 1) for row in rows]
    return GLOSSARY_HEADS[language] + "\n" + "\n\n".join(rows) + "\n"


def report_tables_page() -> str:
    """The columns of published tables, as Markdown."""
    rows = [
        f"| {name} | {column.kind} | {column.meaning} | {f'`{column.hxl}`' if column.hxl else ''} |"
        for name, column in sorted(COLUMNS.items())
    ]
    return "\n".join([TABLES_HEAD, *rows]) + "\n"
