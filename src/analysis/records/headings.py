"""Which words are column names; a first line of others is not repeated, for it may begin a list of people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analysis.columns import RECORD_TABLES, TABLES
from analysis.records.blocks import HEADED, TELLING
from analysis.records.cells import plain
from analysis.records.masking import masked

WORD = re.compile(r"[^\W\d_]{2,}")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
UNSHOWN = "…"
LISTED = """
a accueil achat achats adherent adherente adherents adhesion adhesions adresse adresses adulte adultes adults age ages
amount ancien ancienne annee annuel annuelle anonyme aout appeal appel april archive archives area article articles
association au aucun august avec average avr avril balance bank banque beneficiaire beneficiaires benevole benevoles
bic bilan billet billets boutique brouillon brut budget buyer by cahier caisse camp campagne campaign camps canal
carte carton cartons cash categorie category cause channel charge charges cheque children choice choix city civilite
code collecte collectes combien commande commandes comment commentaire commentaires comments commission commune
company compte compter comptes contact convention copie copy cost cotisation cotisations couleur count counted country
courriel cout cp credit cuisine currency data date dates day days de debit debut dec december decembre departement
depense depenses depot des description designation destinataire detail details deuxieme devise distribue distributed
distribution distributions don donateur donateurs donation donations donees donnees donor donors dons draft du duree
effectif effet email emails emploi en end enfant enfants entrepot especes est et etage etat eur euros evenement event
events expediteur export facture factures false families familles faux february fee fees femme femmes feuil feuille
fev fevrier fichier fin final finale first firstname for forename form formulaire fournisseur frais from full g gbp
gender genre gift gifts gps gross group groupe groupes headcount hebdomadaire heure heures high homme hommes horaire
how iban id identifiant in info infos inventaire inventory invoice invoices is item items january janv janvier je jour
journal jours juil juillet juin july june justificatif kg kind kit kits la label language langue last lastname
latitude latlon le les libelle lieu ligne line lisez list liste litre litres livraison livre livree livres location
longitude lot lots low magasin mai mail maj many maraude maraudes march marque mars max may mel membership membre
membres memo men mensuel mensuelle method methode min mineur mineures mineurs minors mise mobile mode modele moi mois
monnaie montant month months motif moyen moyenne much name names nationalite nb net no nom nombre noms non note notes
nouveau nouvelle nov november novembre num number numero objet observation observations oct october octobre of on
onglet operation organisation organization original origine ou oui overview paiement paiements paire paires par payer
payeur payment payments pays people perimetre personne personnes persons perte phone piece pieces place poids ponctuel
portable postal postcode pour premier prenom prenoms price prix product products produit produits project projet qte
quand quantite quantity quartier quel quelle question questions qui quoi quotidien raison readme reason recap
recapitulatif receipt recette recettes recherche recu recurrent recurring ref reference references region registre
regular regulier releve remarque remarques repas reponse rue sac sacs saisie scope secteur semaine semestre sept
september septembre served sex sexe sheet site size sociale societe solde somme source start state status statut stock
street subject suivi sujet sum summary sur surname synthese table tableau taille tarif tarifs tel telephone temoignage
temps tenu testimony the ticket tiers time title titre to total town tranche transaction trimestre troisieme true type
uid unit unite usd valeur value vendeur version vestiaire via ville virement volontaire volontaires vrai was week
weight what when where who women year years yes your zip zone
"""
"""Words of headings and of titles of sheets in French and English, without accents and capitals."""
COLUMNS = (word for name in RECORD_TABLES for column in TABLES[name].names for word in (name, *column.split("_")))
WORDS = frozenset((*LISTED.split(), *COLUMNS, *(word for said in (TELLING, HEADED) for of in said.values()
                                                for word in of.split())))  # fmt: skip


def shown_headings(cells: Iterable[str], *, known: Sequence[str] = ()) -> list[str]:
    """The cells as they may be repeated: whole where each word is one of column names, or of those `known`."""
    words = WORDS.union(*map(_words, known))
    return [masked(cell) if words.issuperset(_words(cell)) else UNSHOWN for cell in cells]


def _words(text: str) -> list[str]:
    """The words of a heading, also of one such as dateConvention."""
    return WORD.findall(plain(CAMEL.sub(" ", text)))
