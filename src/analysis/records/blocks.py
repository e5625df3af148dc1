"""A [[files]] block ready to paste, for a file that nothing recognises: its delimiter, the nearest table, no more."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from glob import escape

from analysis.columns import RECORD_TABLES
from analysis.records.cells import plain
from analysis.records.drafts import AUTOMATIC, RATES, table_called

OURS = ("source_file", "source_line")
TELLING = {
    "donations": "don dons donation donations gift gifts amount montant donor donateur paiement payment virement",
    "goods": "order item items commande product produit article materiel goods livraison wish",
    "distributions": "distribution distributions distribue distributed beneficiaires served kit kits",
    "headcounts": "headcount headcounts recensement comptage census people personnes population affected inneed",
    "stock": "stock stocks inventaire inventory",
    "losses": "perte pertes loss losses lost saisie saisies seized vol",
    "appeals": "appel appels appeal appeals campagne campaign lancement launch",
    "testimonies": "temoignage temoignages testimony testimonies avis review",
    "events": "evenement evenements event events label",
    "exchange_rates": "taux change rate rates exchange",
}
"""Words of a file's name or header that speak for a table."""


def nearest_table(name: str, header: Sequence[str]) -> str:
    """The table whose words a file's name and header hold most of; donations where none is nearer."""
    said = set(re.findall(r"[a-z]+", plain(" ".join((name.rpartition("/")[2], *header)))))
    scores = {table: len(said & set(words.split())) for table, words in TELLING.items()}
    return max(scores, key=lambda table: scores[table])


def ready_block(
    name: str, table: str, *, delimiter: str | None = None, columns: Mapping[str, str] | None = None
) -> str:
    """The block: each column that the table must have with its header where `columns` says it, else to be filled in."""
    spared = (*OURS, *AUTOMATIC.get(table, ()))
    needed = [column.name for column in table_called(table).columns if column.required and column.name not in spared]
    needed += {"donations": ["amount"], "goods": ["item"]}.get(table, [])
    given = dict(columns or {})
    lines = [f"{column} = {_quoted(given.pop(column, f'HEADER OF {column}'))}" for column in needed]
    lines += [f"{column} = {_quoted(header)}" for column, header in given.items()]
    others = ", ".join(other for other in (*RECORD_TABLES, RATES.name) if other != table)
    return (
        f'[[files]]\nmatch = {_quoted(escape(name))}\ntable = "{table}"   # the nearest; or {others}\n'
        f"columns = {{{', '.join(lines)}}}\n" + (f"delimiter = {_quoted(delimiter)}\n" if delimiter else "")
    )


def _quoted(text: str) -> str:
    """Text as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False)
