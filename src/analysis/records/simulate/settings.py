"""The settings and the README of a synthetic dataset, for an analyst who meets them for the first time."""

from __future__ import annotations

from analysis.records.simulate.goods import SITES
from analysis.records.simulate.scenario import Scenario
from analysis.records.simulate.sheets import COUNTS_FILE, LOSSES_FILE, ORDERS_FILE, STOCK_FILE, TESTIMONIES_FILE
from analysis.records.simulate.workbook import FILE as DISTRIBUTIONS_FILE
from analysis.records.simulate.workbook import HEADER_LINE, SHEET

ASSOCIATION = "Entraide du Détroit"
REFERENCE_LINE = 'reference = "../reference"'

SETTINGS = '''\
# Settings of this dataset: every choice that changes a number stands here and is printed in the report.
# SYNTHETIC: the association is invented, and so are its donors, gifts, goods and counts. See README.md.

name = "{name}"
synthetic = true                  # stamps every page and every chart: synthetic data / données fictives
languages = ["fr", "en"]
currency = "EUR"
timezone = "Europe/Paris"

# The period in which the records are whole. Outside it, a week without gifts would read as zero.
records_from = {first}
records_until = {last}

# Two windows, always shown side by side: meteorological winter, and the weeks after the year-end peak.
winter = ["12-01", "02-28"]       # 02-28 means the end of February, in leap years too
second_window = ["01-01", "02-28"]
payday = 5                        # day of the month on which standing donations are collected

# A folder of published figures, shown as context and never used in a calculation.
{reference}

# Only areas are ever published. On the right, the places as people write them; they stay inside.
[areas]
{areas}

# On the left, the name used in tables; on the right, how people write it (capitals do not matter); French pages use
# the first. The report says what a drop means in the first three that have a price.
[items]
sleeping_bag = ["sacs de couchage", "sac de couchage", "sleeping bag", "duvet"]
food_parcel = ["colis alimentaires", "colis alimentaire", "food parcel"]
hygiene_kit = ["kits d'hygiène", "kit d'hygiène", "hygiene kit"]
blanket = ["couvertures", "couverture", "blanket"]
jacket = ["vestes chaudes", "veste chaude", "veste", "jacket"]
soap = ["savons", "savon", "soap"]          # counted in bars of 250 g
toothbrush = ["brosses à dents", "brosse à dents", "toothbrush"]
toilet = ["toilettes", "toilet"]

# How much people need; one figure never mixes the three kinds. Items without a norm are never called covered or not.
# kind = "stock": to own, replaced after life_months (12 unless given); "flow": every month; "ratio": people a facility.
[norms.sleeping_bag]
per = "person"
quantity = 1
kind = "stock"
life_months = 12
source = "The charity's own: one per person, worn out after a year (Sphere 2018 names bedding, not sleeping bags)"
source_fr = "Norme de l'association : un par personne, usé en un an (Sphère 2018 cite la literie, non les sacs)"

[norms.blanket]
per = "person"
quantity = 1
kind = "stock"
life_months = 12
source = "Sphere Handbook 2018, Shelter and settlement standard 4: one blanket per person (life: the charity's own)"
source_fr = "Manuel Sphère 2018, abris, standard 4 : une couverture par personne (durée d'usage : l'association)"

[norms.hygiene_kit]
per = "person"
quantity = 1
kind = "flow"
source = "The charity's own: one kit a month"
source_fr = "Norme de l'association : un kit par mois"

[norms.soap]
per = "person"
quantity = 1
kind = "flow"
source = "Sphere Handbook 2018, Hygiene promotion standard 1.2: 250 g of bathing soap per person and month"
source_fr = "Manuel Sphère 2018, hygiène, standard 1.2 : 250 g de savon de toilette par personne et par mois"

[norms.toothbrush]
per = "person"
quantity = 0.33
kind = "flow"
source = "The charity's own: one every three months (Sphere 2018 sets no quantity)"
source_fr = "Norme de l'association : une tous les trois mois (Sphère 2018 n'en fixe pas)"

[norms.toilet]
per = "facility"
quantity = 20
kind = "ratio"
source = "Sphere Handbook 2018, Excreta management standard 3.2: one toilet for 20 people in the medium term"
source_fr = "Manuel Sphère 2018, gestion des excreta, standard 3.2 : une toilette pour 20 personnes à moyen terme"

# What a unit costs, where goods do not say it. Causes of loss that took what people had; others left the stock.
# [prices]
# sleeping_bag = 24.90
# losses_from_people = ["eviction", "seizure"]     # above the first [section]

# HelloAsso and PayPal exports are recognised by their headings, appeals.csv and events.csv by name.
# The charity's own sheets are described here: which table each fills, and which heading holds which column.

# Wish-list orders, saved by a French Excel: semicolons, windows-1252, decimal comma, day first.
[[files]]
match = "{orders}"
table = "goods"
delimiter = ";"
encoding = "windows-1252"
decimal = ","
dates = "dmy"
defaults = {{ channel = "wish_list" }}       # the sheet does not say it: every row came from the wish list
values.status = {{ delivered = ["Livrée"], ordered = ["Commandée"] }}

[files.columns]
goods_id = "N° de commande"
received_on = "Date"
status = "État"
item = "Article"
product = "Produit"
quantity = "Quantité"
value = "Prix total"
appeal = "Campagne"
ordered_on = "Commandé le"

# Distributions: a workbook whose headings stand on the fourth line, under a title. For toilets, the quantity is how
# many were open that day.
[[files]]
match = "{distributions}"
table = "distributions"
sheet = "{sheet}"
header_line = {header_line}
values.rationed = {{ true = ["Oui"], false = ["Non"] }}

[files.columns]
distributed_on = "Date"
area = "Secteur"
site = "Lieu"
item = "Article"
quantity = "Quantité"
people_served = "Personnes servies"
people_asking = "Personnes venues"
people_refused = "Personnes non servies"
rationed = "Rationné"

# Headcounts: a number, or a range such as 500-800. Every area is counted on the same day.
[[files]]
match = "{counts}"
table = "headcounts"
delimiter = ";"
dates = "dmy"
values.method = {{ census = ["Comptage"], estimate = ["Estimation"] }}

[files.columns]
counted_on = "Date"
area = "Secteur"
place = "Lieu"
people = "Personnes"
method = "Méthode"
counted_by = "Compté par"
scope = "Périmètre"
source = "Source"

# Inventories: the opening stock, then every 1 January.
[[files]]
match = "{stock}"
table = "stock"
delimiter = ";"
dates = "dmy"

[files.columns]
counted_on = "Date"
item = "Article"
quantity = "Quantité"

# Losses. Damp spoils what is in stock; an eviction takes what people had, so it adds to what they need.
[[files]]
match = "{losses}"
table = "losses"
delimiter = ";"
dates = "dmy"
values.cause = {{ damp = ["Humidité"], eviction = ["Expulsion"] }}

[files.columns]
lost_on = "Date"
item = "Article"
quantity = "Quantité"
cause = "Cause"

# Testimonies of people in exile, posted under products of the wish list; the day is that of removal or refusal.
[[files]]
match = "{testimonies}"
table = "testimonies"
delimiter = ";"
dates = "dmy"
values.status = {{ pending = ["En attente"], online = ["En ligne"], removed = ["Retiré"], refused = ["Refusé"] }}

[files.columns]
testimony_id = "N°"
product = "Produit"
item = "Article"
posted_on = "Posté le"
status = "Statut"
ended_on = "Fin le"

# Limits that readers must know; the report prints them.
[[caveats]]
fr = """Les comptages ne portent que sur les personnes vivant hors des structures de l'État ; \\
chacun s'écarte du nombre réel d'environ 8 %, en plus ou en moins."""
en = """Counts cover only people living outside State facilities; each is off by about 8%, either way."""

# What the charity asks its readers for, in its own words; it ends the first page of the brief.
[ask]
fr = """Un don, ponctuel ou mensuel, dès l'automne ; ou un article de la liste d'envies, couvertures et sacs de \\
couchage d'abord."""
en = """A gift, once or every month, from autumn on; or an item of the wish list, blankets and sleeping bags first."""
'''

README = """\
# {name} : DONNÉES FICTIVES / SYNTHETIC DATA

## Français

L'association « {name} » n'existe pas. Donateurs, adresses (`example.org`, `example.net`), dons,
commandes, témoignages, distributions et comptages sont tirés au sort ; aucun ne vient d'une personne ou d'une
association réelle. Seuls sont réels les faits datés d'`events.csv` et les normes Sphere de `dataset.toml`,
avec leurs sources.

Les fichiers imitent ceux qu'une petite association reçoit ou tient : deux exports de paiements HelloAsso
qui se chevauchent, l'activité PayPal par année, les commandes de la liste d'envies, les témoignages postés
sous ses produits (sans leur texte), les distributions, les comptages, l'inventaire, les pertes.
{faults_fr}

`truth.json` dit ce qu'une bonne lecture doit y trouver, ligne par ligne et au centime, et la baisse
hivernale avec laquelle ce monde a été construit.

Faute de source publique, quelques libellés sont supposés : « Don » comme type d'un formulaire de don
HelloAsso, « Remboursé » sur une ligne à part pour un remboursement, ceux de la colonne Type de PayPal.

## English

The charity "{name}" does not exist. Donors, addresses (`example.org`, `example.net`), gifts, orders,
testimonies, distributions and counts are drawn at random; none comes from a real person or charity. Only the dated
facts in `events.csv` and the Sphere norms in `dataset.toml` are real, with their sources.

The files look like those a small French charity receives or keeps: two overlapping HelloAsso payment
exports, PayPal activity by year, wish-list orders, testimonies posted under its products (not their text),
distributions, headcounts, the inventory, losses.
{faults_en}

`truth.json` says what a good reader must find in them, line by line and to the cent, and the winter drop
this world was built with.

No public source gives some of the labels, so they are assumed: "Don" as the type of a HelloAsso donation
form, "Remboursé" on a row of its own for a refund, and those in PayPal's Type column.

## Fait avec / Made with

    {command}
"""

FAULTS = {
    True: (
        "Des fautes de saisie y ont été glissées : montants et dates illisibles, article inconnu, case\n"
        "vide, ligne tapée deux fois, en-tête répété, total ; et des paiements refusés, en attente ou\n"
        "remboursés.",
        "Typing faults were put in: unreadable amounts and dates, an unknown item, a blank cell, a row\n"
        "typed twice, a repeated heading, a total; and payments that failed, never cleared or were refunded.",
    ),
    False: ("Aucune faute de saisie n'y a été glissée.", "No typing faults were put in."),
}


def settings_text(scenario: Scenario, *, reference: bool) -> str:
    """The text of dataset.toml for what `scenario` makes, with or without a folder `../reference`."""
    places = {area: ", ".join(f'"{place}"' for place in (area, *sites)) for area, sites in SITES.items()}
    areas = "\n".join(f"{area} = [{listed}]" for area, listed in places.items())
    return SETTINGS.format(
        name=ASSOCIATION,
        first=scenario.starts_on.isoformat(),
        last=scenario.ends_on.isoformat(),
        reference=f"{'' if reference else '# '}{REFERENCE_LINE}",
        areas=areas,
        orders=ORDERS_FILE,
        distributions=DISTRIBUTIONS_FILE,
        counts=COUNTS_FILE,
        stock=STOCK_FILE,
        losses=LOSSES_FILE,
        testimonies=TESTIMONIES_FILE,
        sheet=SHEET,
        header_line=HEADER_LINE,
    )


def readme_text(*, command: str, messy: bool) -> str:
    """The text of README.md, in French and English, with the command that makes the dataset again."""
    faults_fr, faults_en = FAULTS[messy]
    return README.format(name=ASSOCIATION, command=command, faults_fr=faults_fr, faults_en=faults_en)
