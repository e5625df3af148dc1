"""Donors who come back or do not, and invented names and addresses for them."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd

from analysis.records.simulate.draws import stream

NEW_SHARE = 0.5
"""Share of one-off gifts made by somebody who never gave before."""

MEMORY_GIFTS = 700
"""A returning donor gave this many gifts ago on average (exponential): recent donors return most."""

HELLOASSO_SHARE = 0.7
"""Share of donors who give through HelloAsso; the others use PayPal and stay with it."""

AMOUNTS_OF_STANDING_DONATIONS = np.array([5, 5, 10, 10, 10, 15, 15, 20, 20, 30])
"""Monthly amounts that standing donors choose, each as likely as it stands here (euros)."""

FIRST_NAMES = (
    "Alice", "Amélie", "Anaïs", "Anne", "Antoine", "Arthur", "Aurélie", "Baptiste", "Béatrice", "Benoît",
    "Camille", "Caroline", "Catherine", "Cécile", "Céline", "Charlotte", "Chloé", "Christophe", "Claire",
    "Clément", "Daniel", "David", "Delphine", "Élise", "Élodie", "Émilie", "Emma", "Éric", "Fanny",
    "Florence", "François", "Françoise", "Gaëlle", "Georges", "Guillaume", "Hélène", "Henri", "Hugo",
    "Inès", "Isabelle", "Jacques", "Jean", "Jeanne", "Joël", "Julie", "Julien", "Karim", "Laura", "Léa",
    "Louis", "Lucie", "Manon", "Marc", "Margaux", "Marie", "Mathieu", "Maxime", "Michel", "Monique",
    "Nadia", "Nathalie", "Nicolas", "Noémie", "Olivier", "Pascal", "Patrick", "Paul", "Pauline", "Philippe",
    "Pierre", "Rachid", "Raphaël", "Rémi", "Romain", "Sabine", "Samuel", "Sandrine", "Sarah", "Sébastien",
    "Simon", "Sophie", "Stéphane", "Sylvie", "Théo", "Thomas", "Valérie", "Véronique", "Victor", "Vincent",
    "Yann", "Yasmine", "Zoé", "Andrew", "Emily", "George", "Helen", "James", "Kate", "Oliver", "Rebecca",
)  # fmt: skip

LAST_NAMES = (
    "Adam", "Arnaud", "Aubert", "Bailly", "Barbier", "Baron", "Benali", "Benoît", "Bertrand", "Besson",
    "Blanc", "Blanchard", "Bonnet", "Boucher", "Bouvier", "Boyer", "Brun", "Brunet", "Caron", "Carpentier",
    "Chevalier", "Clément", "Colin", "Cordier", "Cousin", "Daniel", "David", "Delannoy", "Delattre",
    "Delmas", "Denis", "Deschamps", "Dubois", "Dufour", "Dumas", "Dumont", "Dupont", "Durand", "Duval",
    "Evrard", "Fabre", "Faure", "Fontaine", "Fournier", "Gaillard", "Garnier", "Gauthier", "Gérard",
    "Girard", "Giraud", "Guérin", "Guillot", "Hamel", "Henry", "Hubert", "Huet", "Jacob", "Joly", "Lacroix",
    "Lambert", "Langlois", "Laurent", "Lebrun", "Leclercq", "Lecomte", "Lefebvre", "Legrand", "Lemaire",
    "Lemoine", "Leroux", "Leroy", "Lévêque", "Lopez", "Marchand", "Marie", "Martel", "Martin", "Masson",
    "Mercier", "Meunier", "Meyer", "Michaud", "Millet", "Moreau", "Morel", "Moulin", "Muller", "Navarro",
    "Nicolas", "Noël", "Olivier", "Paris", "Perret", "Perrin", "Petit", "Picard", "Poirier", "Prévost",
    "Renard", "Renaud", "Rey", "Richard", "Rivière", "Robin", "Roche", "Rolland", "Rousseau", "Roussel",
    "Roux", "Royer", "Salmon", "Sanchez", "Schmitt", "Simon", "Tessier", "Thierry", "Vasseur", "Vidal",
    "Vincent", "Vanhoutte", "Baker", "Clarke", "Foster", "Hughes", "Marsh", "Palmer", "Reed", "Walsh",
)  # fmt: skip

DOMAINS = ("example.org", "example.net")
"""Reserved for examples: no message sent there reaches anybody."""


def returning_donors(gifts: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who makes each gift in turn: donor number, generosity (standard normal), and whether by HelloAsso.

    Half of the gifts come from new donors. Each other one is made by the donor of an earlier gift, more
    likely a recent one: those who gave often are met more often, so that a few donors give many times.
    """
    place = np.arange(gifts)
    back = 1 + np.floor(rng.exponential(MEMORY_GIFTS, gifts)).astype(np.int64)
    new = (rng.uniform(size=gifts) < NEW_SHARE) | (back > place)
    root = np.where(new, place, place - back)
    while not np.array_equal(further := root[root], root):
        root = further
    donor = (np.cumsum(new) - 1)[root]
    generosity = rng.normal(size=gifts)[root]
    by_helloasso = (rng.uniform(size=gifts) < HELLOASSO_SHARE)[root]
    return donor + 1, generosity, by_helloasso


def named_donors(donors: np.ndarray, *, seed: int) -> pd.DataFrame:
    """Invented people, one row a donor number: donor, first_name, last_name, email (all different)."""
    rng = stream(seed, "names")
    first = rng.integers(len(FIRST_NAMES), size=len(donors))
    last = rng.integers(len(LAST_NAMES), size=len(donors))
    domain = rng.integers(len(DOMAINS), size=len(donors))
    taken: dict[str, int] = {}
    emails = []
    for one, other, home in zip(first, last, domain, strict=True):
        local = f"{_plain(FIRST_NAMES[one])}.{_plain(LAST_NAMES[other])}"
        taken[local] = taken.get(local, 0) + 1
        emails.append(f"{local}{taken[local] if taken[local] > 1 else ''}@{DOMAINS[home]}")
    return pd.DataFrame(
        {
            "donor": donors,
            "first_name": [FIRST_NAMES[place] for place in first],
            "last_name": [LAST_NAMES[place] for place in last],
            "email": emails,
        }
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
