"""A [[files]] block ready to paste, for a file that nothing recognises: the nearest table, headers by their words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from analysis.columns import RECORD_TABLES
from analysis.dataset import EXTRA_COLUMNS
from analysis.records.cells import plain
from analysis.records.drafts import AUTOMATIC, EXAMPLES, RATES, table_called
from analysis.records.masking import masked

OURS = ("source_file", "source_line")
ALSO_NEEDED = {"donations": ("amount",), "goods": ("item",)}
TELLING = {
    "donations": "don dons donation donations gift gifts amount montant donor donateur paiement payment virement",
    "goods": "order item items commande product produit article materiel goods livraison wish",
    "distributions": "distribution distributions distribue distributed beneficiaires served kit kits dropoff pickup",
    "headcounts": "headcount headcounts recensement comptage census people personnes population affected inneed",
    "stock": "stock stocks inventaire inventory",
    "losses": "perte pertes loss losses lost saisie saisies seized vol",
    "appeals": "appel appels appeal appeals campagne campaign lancement launch",
    "testimonies": "temoignage temoignages testimony testimonies avis review",
    "events": "evenement evenements event events",
    "exchange_rates": "taux change rate rates exchange",
}
"""Words of a file's name or header that speak for a table."""
DAY = "date jour day quand when"
HEADED = {
    "received_on": DAY, "distributed_on": DAY, "counted_on": f"{DAY} period periode month mois", "lost_on": DAY,
    "launched_on": f"lancement launch launched debut start {DAY}", "posted_on": DAY, "month": "month mois date",
    "started_on": f"debut start {DAY}", "ended_on": "fin end",
    "amount": "montant amount somme sum total combien euros don gift", "fee": "frais commission fee fees",
    "original_currency": "devise currency monnaie", "currency": "devise currency monnaie",
    "status": "statut status etat state", "donor_email": "email mail courriel", "donor_name": "donateur donor nom name",
    "donor_postcode": "postcode zip postal cp", "appeal": "campagne campaign appel appeal",
    "item": "article item items produit product objet materiel designation",
    "quantity": "quantite quantity qty nombre number nb count combien", "value": "valeur value prix price",
    "channel": "canal channel", "area": "secteur area zone ville city region lieu place location",
    "people": "personnes people individuals effectif headcount population count nombre combien",
    "method": "methode method type", "scope": "perimetre scope", "source": "source", "cause": "cause motif reason",
    "cost": "cout cost", "testimony_id": "identifiant id numero", "label_fr": "libelle titre evenement",
    "label_en": "label title event", "kind": "genre kind type", "rate": "taux rate cours",
}  # fmt: skip
"""Words of a header that speak for a column, the most telling first."""
SPARED = {"goods": ("appeal",), "distributions": ("source",)}
WILD = re.compile(r"[*?\[]")
NEVER_A_DAY = frozenset(("naissance", "birth", "week", "semaine", "time", "heure", "label", "versement", "payout"))


def nearest_table(name: str, header: Sequence[str]) -> str:
    """The table that a file's name and header speak for most; donations where none is nearer."""
    tables = {table: _nearness(table, name, header) for table in TELLING}
    return max(tables, key=lambda table: tables[table])


def nearest_sheet(name: str, headers: Mapping[str, Sequence[str]]) -> str:
    """The sheet, by its title, whose header speaks most for some table; the first where none is nearer."""
    return max(headers, key=lambda title: max(_nearness(table, name, headers[title]) for table in TELLING))


def _nearness(table: str, name: str, header: Sequence[str]) -> tuple[int, float]:
    """How many words and headings of its own speak for a table; and which share of its columns has a header."""
    said = {word for text in (name.rpartition("/")[2], *header) for word in _words(text)}
    own = set(table_called(table).names) & {plain(text) for text in header}
    needed = _needed(table)
    found = headers_for(table, header)
    spoken = len(said & set(TELLING[table].split())) + 2 * len(own)
    return spoken, sum(column in found for column in needed) / len(needed)


def headers_for(table: str, header: Sequence[str]) -> dict[str, str]:
    """The header that seems to hold each column of a table, by its words: a guess, shown for a person to check.

    A header that stands twice, or that names a person, is none.
    """
    times = Counter(map(plain, header))
    free = [text for text in header if text and times[plain(text)] == 1 and masked(text) == text]
    needed = _needed(table)
    known = [*needed, *(name for name in _readable(table) if name not in needed)]
    found = {name: text for name in known for text in free if plain(text) == name}
    for name in known:
        free = [text for text in free if text not in found.values()]
        if name not in found and name in HEADED and name not in SPARED.get(table, ()):
            found[name] = _best(HEADED[name].split(), free)
    return {name: found[name] for name in known if found.get(name)}


def _best(telling: Sequence[str], free: Sequence[str]) -> str:
    """The header that holds the most telling of the words; "" where none holds any."""
    for word in telling:
        for text in free:
            words = _words(text)
            if word in words and not (word in DAY.split() and words & NEVER_A_DAY):
                return text
    return ""


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))))


def _readable(table: str) -> list[str]:
    """Every column that a block may give."""
    return [name for name in (*table_called(table).names, *EXTRA_COLUMNS.get(table, ())) if name not in OURS]


def _needed(table: str) -> list[str]:
    """The columns that a block must give."""
    spared = (*OURS, *AUTOMATIC.get(table, ()))
    columns = [column.name for column in table_called(table).columns if column.required and column.name not in spared]
    return [*columns, *ALSO_NEEDED.get(table, ())]


def ready_block(
    name: str,
    table: str,
    *,
    header: Sequence[str] = (),
    delimiter: str | None = None,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> str:
    """The block: a line for each column with its header, by `columns` or else by its words, or "HEADER OF" it."""
    given = headers_for(table, header) if columns is None else dict(columns)
    missing = [column for column in _needed(table) if column not in given]
    others = ", ".join(other for other in (*RECORD_TABLES, RATES.name) if other != table)
    lines = [
        "[[files]]",
        f"match = {_quoted(WILD.sub(lambda found: f'[{found.group()}]', name))}",
        f"table = {_quoted(table)}   # the nearest; or {others}",
        *([f"sheet = {_quoted(sheet)}"] if sheet else []),
        *([f"delimiter = {_quoted(delimiter)}"] if delimiter else []),
        "",
        "[files.columns]   # check each line: on the right stands the header that holds it",
        *(f"{column} = {_quoted(text)}" for column, text in given.items()),
        *(f"{column} = {_quoted(f'HEADER OF {column}')}" for column in missing),
        *_defaults(table, missing),
    ]
    return "\n".join(lines) + "\n"


def _defaults(table: str, missing: Sequence[str]) -> list[str]:
    """What to write instead of a header that the file does not have, where one word may hold for the whole file."""
    said = {
        column.name: column.allowed[0] if column.allowed else EXAMPLES.get(column.name, "")
        for column in table_called(table).columns
        if column.name in missing and column.kind == "text"
    }
    lines = [f"# {column} = {_quoted(value)}" for column, value in said.items() if value]
    head = ["", "# no such header? Delete its line and say it for the whole file:", "# [files.defaults]"]
    return [*head, *lines] if lines else []


def _quoted(text: str) -> str:
    """`text` between quotes, as TOML reads it."""
    return json.dumps(text, ensure_ascii=False)
