"""Which words are French and which English: those of the catalogs and of the models' sentences, and a few of all."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.report.figures_in_text import MONTHS

import analysis
from analysis.dataset import Dataset
from analysis.report.narrative import catalog
from analysis.tables import Tables

PACKAGE = Path(analysis.__file__).parent
SHOWN = {
    "donations": ("appeal",),
    "goods": ("product",),
    "appeals": ("name_{language}",),
    "events": ("label_{language}",),
}
"""Texts that someone typed and pages repeat: products, forms, appeals, events."""
PLACEHOLDER = re.compile(r"\{\w*:?([^}]*)\}")
AREAS = ("Littoral",)
"""Areas of published figures."""
WORD = re.compile(r"[^\W\d_]+(?:[-·][^\W\d_]+)*")


def words_of(text: str) -> set[str]:
    """The words of a text in small letters, French elisions apart (`l’hiver` is l and hiver)."""
    return {one.lower() for one in WORD.findall(text.replace("’", " ").replace("'", " "))}


@cache
def known(language: str) -> frozenset[str]:
    """The words that the report itself writes in "fr" or "en": catalogs, sentences of results, months."""
    entries = [one for section in catalog(language).values() for one in section.items()]
    texts = [text for key, text in entries if key != "other_language"] + MONTHS[language]
    texts.append(catalog({"fr": "en", "en": "fr"}[language])["labels"]["other_language"])
    for folder in ("models", "report", "charts"):
        for path in (PACKAGE / folder).rglob("*.py"):
            texts += _said(ast.parse(path.read_text(encoding="utf-8")), language)
    return frozenset(set().union(*(words_of(PLACEHOLDER.sub(_nouns, text)) for text in texts)))


def _nouns(placeholder: re.Match[str]) -> str:
    """The singular and plural that a placeholder `{n:day|days}` holds."""
    return f" {placeholder[1].replace('|', ' ')} " if "|" in placeholder[1] else " "


def _said(tree: ast.AST, language: str) -> list[str]:
    """The literal texts of a module in one language: `fr=...`, `{"fr": ...}`, `..._fr = ...`, pairs of sentences."""
    found: list[ast.AST] = []
    settled = {id(one) for node in ast.walk(tree) if _is_of_one(node) for one in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == language:
            found.append(node.value)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found += [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == language]
        elif isinstance(node, ast.Tuple) and id(node) not in settled and _is_pair(node):
            found.append(node.elts[("fr", "en").index(language)])
        elif isinstance(node, ast.Assign):
            names = [one.id for one in node.targets if isinstance(one, ast.Name)]
            found += [node.value] if any(name.split("_")[-1] == language for name in names) else []
    return [
        one.value for node in found for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]  # fmt: skip


def _is_of_one(node: ast.AST) -> bool:
    """Whether all that it holds is in one language: `fr=...`, `en = ...`, or a loop over singular and plural."""
    if isinstance(node, ast.keyword):
        return node.arg in ("fr", "en")
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id.split("_")[-1] in ("fr", "en") for one in node.targets)
    return isinstance(node, ast.For)


def _is_pair(node: ast.Tuple) -> bool:
    """Whether it holds a French text and its English: two literal texts, of which one is more than a plain word."""
    if len(node.elts) != 2:
        return False
    texts = [
        "".join(one.value for one in ast.walk(half) if isinstance(one, ast.Constant) and isinstance(one.value, str))
        for half in node.elts
        if isinstance(half, ast.Constant | ast.JoinedStr)
    ]
    return len(texts) == 2 and any(not re.fullmatch(r"[\w:.,/-]*", text, re.ASCII) for text in texts)


def of_dataset(dataset: Dataset, tables: Tables, language: str) -> frozenset[str]:
    """The words that a dataset brings in "fr" or "en": what it calls things, and names that are shown as they are."""
    french = language == "fr"
    texts = [dataset.name, *dataset.areas, *AREAS]
    texts += [
        names[0] if french and names else f"{key.replace('_', ' ')} {key.split('_')[-1]}s {key.split('_')[-1]}es"
        for key, names in dataset.items.items()
    ]
    texts += [(french and norm.source_fr) or norm.source for norm in dataset.norms.values()]
    texts += [getattr(one, language) for one in (*dataset.caveats, *([dataset.ask] if dataset.ask else []))]
    texts += [dataset.timezone.replace("_", " ")]
    for table, columns in SHOWN.items():
        frame = getattr(tables, table)
        texts += [
            str(value) for column in columns for value in frame[column.format(language=language)].dropna().unique()
        ]
    return frozenset(set().union(*map(words_of, texts)))
