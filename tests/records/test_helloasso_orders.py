"""HelloAsso orders exports, whose rows are sales; rows are invented, headers established."""

import pytest

MEMBERS = (
    "Référence commande;Date de la commande;Statut de la commande;Nom adhérent;Prénom adhérent;Carte d'adhérent;"
    "Nom payeur;Prénom payeur;Email payeur;Raison sociale;Moyen de paiement;Tarif;Montant tarif;Code Promo;"
    "Montant code promo;Taille de t-shirt "
)
TICKETS = (
    "Référence commande;Date de la commande;Statut de la commande;Nom participant;Prénom participant;Nom payeur;"
    "Prénom payeur;Email payeur;Raison sociale;Moyen de paiement;Billet;Numéro de billet;Tarif;Montant tarif"
)
OLD = (
    "Numéro;Formule;Montant adhésion;Code promo;Statut;Moyen de paiement;Nom;Prénom;Société;Date;Email;"
    "Date de naissance;Attestation;Reçu;Numéro de reçu;Carte d'adhérent;Nom acheteur;Prénom acheteur;"
    "Adresse acheteur;Code Postal acheteur;Ville acheteur;Pays acheteur"
)


def member(price="Adhésion 2026", amount="20,00") -> str:
    return f"101;04/03/2026 14:25;Validé;Roc;Ana;;Roc;Ana;ana@example.org;;Carte bancaire;{price};{amount};;;M"


def ticket() -> str:
    return "102;04/03/2026 14:25;Validé;Roc;Ana;Roc;Ana;ana@example.org;;Carte bancaire;oui;7;Concert;12,00"


def old(plan="Cotisation 2020") -> str:
    return f"7;{plan};223,00;;Validé;Carte;Roc;Ana;;01/10/2019 20:36:00;ana@example.org;;;;;;Roc;Ana;;62100;Calais;FRA"


@pytest.mark.parametrize(
    ("text", "name", "cents"),
    [
        (f"\ufeff{MEMBERS}\n{member()}", "helloasso_orders", "20.00"),
        (f"{TICKETS}\n{ticket()}", "helloasso_orders", "12.00"),
        (f"{OLD}\n{old()}", "helloasso_2019", "223.00"),
    ],
)
def test_an_order_is_a_sale_and_its_money_stays_in_the_ledger(build_files, text, name, cents):
    tables = build_files({"orders.csv": text})

    [entry] = tables.ledger["files"]
    assert (entry["format"], entry["reasons"]) == (name, {"sale without a gift": 1})
    assert entry["money"]["EUR"]["excluded"] == cents
    assert tables.donations.empty


@pytest.mark.parametrize(
    "text", [f"{MEMBERS}\n{member(price='Don libre')}\n{member()}", f"{OLD}\n{old(plan='Don libre')}\n{old()}"]
)
def test_an_order_that_names_a_gift_is_set_aside_not_counted_twice(build_files, text):
    tables = build_files({"orders.csv": text})

    assert tables.donations.empty
    assert tables.quarantine[["source_line", "value"]].to_numpy().tolist() == [[2, "Don libre"]]
    assert "payments export" in tables.quarantine["remedy"][0]
