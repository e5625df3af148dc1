"""Which words are column names; a first line of others is not repeated, for it may begin a list of people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analysis.columns import RECORD_TABLES, TABLES
from analysis.records.cells import plain
from analysis.records.masking import masked

WORD = re.compile(r"[^\W\d_]{2,}")
INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
UNSHOWN = "…"
LISTED = """
a adherent adherents adresse adresses age amount annee aout appeal appel april area article articles association au
aucun august avec average avril balance bank banque beneficiaire beneficiaires bic brut buyer by campagne campaign
canal carte cash categorie category cause channel cheque choice city civilite code combien comment commentaire
commentaires comments commission company compte compter contact cost count counted country courriel cout cp credit
currency data date dates day days de debit debut december decembre departement des description designation detail
details devise distribue distributed distribution distributions don donateur donateurs donation donations donees
donnees donor donors dons du duree effectif effet email emails en end especes est et etat evenement event events
export families familles february fee fees feuil feuille fevrier fin first firstname for forename form formulaire
frais from full gender genre gift gifts gross headcount heure high how iban id identifiant in inventaire inventory is
item items january janvier je jour jours juillet juin july june kind kit kits la label language langue last lastname
le les libelle lieu ligne line list liste location low mai mail many march mars max may mel membre membres memo
mensuel method methode min mobile mode mois monnaie montant month months motif moyen moyenne much name names
nationalite nb net no nom nombre noms note notes november novembre num number numero objet observation observations
october octobre of on onglet operation organisation organization origine ou paiement paiements par payer payeur
payment payments pays people perimetre personne personnes persons perte phone piece place ponctuel portable postal
postcode pour prenom prenoms price prix product products produit produits project projet qte quand quantite quantity
quel quelle qui quoi raison reason receipt recu recurrent recurring ref reference references region regular regulier
releve remarque remarques rue scope secteur semaine september septembre served sex sexe sheet site sociale societe
solde somme source start state status statut stock street subject sujet sum sur surname table tableau tel telephone
temoignage temps testimony the time title titre to total town transaction type uid unit unite valeur value via ville
lisez moi entrepot readme virement was week what when where who year years your zip zone
"""
OURS = frozenset(word for name in RECORD_TABLES for column in TABLES[name].names for word in (name, *column.split("_")))


def shown_headings(cells: Iterable[str], *, known: Sequence[str] = ()) -> list[str]:
    """The cells as they may be repeated: whole where each word is one of column names, or of those `known`."""
    words = OURS.union(LISTED.split()) | {word for name in known for word in _words(name)}
    return [masked(cell) if words.issuperset(_words(cell)) else UNSHOWN for cell in cells]


def _words(cell: str) -> list[str]:
    """The words of a heading, those of dateReceived apart."""
    return WORD.findall(plain(INNER_CAPITAL.sub(" ", cell)))


def shown_header(cells: Sequence[str], *, known: Sequence[str] = ()) -> list[str]:
    """A line as it may be repeated: as it is where a cell of it is a column's name, for then all of them are."""
    shown = shown_headings(cells, known=known)
    is_header = any(WORD.search(cell) and cell != UNSHOWN for cell in shown)
    return [masked(cell) for cell in cells] if is_header else shown
