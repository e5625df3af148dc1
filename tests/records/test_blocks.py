"""The block for a file that nothing recognises: headers found by their words, and what happens when it is pasted."""

import tomllib

import pytest

from analysis.faults import DataError
from analysis.records.blocks import headers_for, nearest_table, ready_block

ITEMS = '[items]\nblanket = ["couverture"]\n'


def block_of(refused: pytest.ExceptionInfo[DataError]) -> str:
    """The block of a refusal, as it would be pasted."""
    return "[[files]]" + str(refused.value).partition("[[files]]")[2]


@pytest.mark.parametrize(
    ("name", "header", "table"),
    [
        ("releve dons.csv", ["Jour", "Somme"], "donations"),
        ("2021.csv", ["Jour", "Personnes", "Recensement"], "headcounts"),
        ("distribution_janvier.csv", ["Jour", "Combien"], "distributions"),
        ("x.csv", ["Quand", "Combien"], "donations"),
        ("x.csv", ["started_on", "label_fr"], "events"),
        ("x.csv", ["a", "b"], "donations"),
    ],
)
def test_the_nearest_table_is_the_one_for_which_name_and_header_speak(name, header, table):
    assert nearest_table(name, header) == table


@pytest.mark.parametrize(
    ("table", "header", "found"),
    [
        ("donations", ["Date de naissance", "Date du paiement", "Montant total", "Courriel", "Nom du donateur"],
         {"received_on": "Date du paiement", "amount": "Montant total", "donor_email": "Courriel",
          "donor_name": "Nom du donateur"}),
        ("donations", ["dateConvention", "montant", "État", "Devise"],
         {"received_on": "dateConvention", "amount": "montant", "status": "État", "original_currency": "Devise"}),
        ("headcounts", ["period", "count_type", "people", "counted_by", "scope", "source_url"],
         {"counted_on": "period", "people": "people", "method": "count_type", "scope": "scope",
          "counted_by": "counted_by", "source": "source_url"}),
        ("headcounts", ["Jour", "Secteur", "Nombre de personnes", "Périmètre"],
         {"counted_on": "Jour", "people": "Nombre de personnes", "scope": "Périmètre", "area": "Secteur"}),
        ("distributions", ["Jour", "Produit", "Qté", "Quantité"],
         {"distributed_on": "Jour", "item": "Produit", "quantity": "Quantité"}),
        ("stock", ["Objet", "Nb", "Quand"], {"counted_on": "Quand", "item": "Objet", "quantity": "Nb"}),
        ("appeals", ["Campagne", "Lancement", "Fin", "Coût"],
         {"appeal": "Campagne", "launched_on": "Lancement", "ended_on": "Fin", "cost": "Coût"}),
        ("exchange_rates", ["Mois", "Devise", "Taux"], {"month": "Mois", "currency": "Devise", "rate": "Taux"}),
        ("donations", ["Montant", "montant", "Jour"], {"received_on": "Jour"}),
        ("donations", ["Date", "ana@example.org montant"], {"received_on": "Date"}),
    ],
)  # fmt: skip
def test_headers_are_found_by_their_words(table, header, found):
    assert headers_for(table, header) == found


def test_a_header_that_no_word_fits_is_left_to_fill_in_and_words_for_the_whole_file_are_offered():
    block = ready_block("comptage.csv", "headcounts", header=["Quand", "Effectif"], delimiter=";")

    made = tomllib.loads(block)["files"][0]
    assert made["columns"] == {
        "counted_on": "Quand", "people": "Effectif", "method": "HEADER OF method", "scope": "HEADER OF scope",
    }  # fmt: skip
    assert '# [files.defaults]\n# method = "census"\n# scope = "people outside State facilities"\n' in block


def test_a_header_or_a_name_with_quotes_and_brackets_is_still_toml(build_files):
    text = 'Date;"Montant ""net"" \\ brut"\n31/01/2021;5,50\n'
    with pytest.raises(DataError) as refused:
        build_files({"dons [2021].csv": text})

    assert build_files({"dons [2021].csv": text}, block_of(refused)).donations["amount"].tolist() == [5.5]


PASTED = {
    "dons.csv": "Date;Montant;Donateur\n31/01/2021;5,50;Ana\n",
    "sous un titre.csv": "Dons reçus en 2021;;\n;;\nDate;Montant;Donateur\n31/01/2021;5,50;Ana\n",
    "camel.csv": "dateDon,montantDon\n2021-01-31,5.50\n",
    "inventaire.tsv": "Jour\tArticle\tQuantité\n31/01/2021\tcouverture\t12\n",
    "pertes.txt": "Jour|Objet|Nombre|Cause\n31/01/2021|couverture|12|expulsion\n",
    "distribution.csv": "Quand,Produit,Combien\n31/01/2021,couvertures,3\n",
    "evenements.csv": "Début,Libellé,Title\n31/01/2021,Confinement,Lockdown\n",
    "campagnes.csv": "Campagne,Lancement\nHiver,31/01/2021\n",
    "taux.csv": "Mois,Devise,Taux\n2021-01,GBP,1.12\n",
}


@pytest.mark.parametrize("name", PASTED)
def test_the_block_pasted_as_it_is_reads_the_file(build_files, name):
    files = {name: PASTED[name]}
    with pytest.raises(DataError) as refused:
        build_files(files)

    tables = build_files(files, ITEMS + block_of(refused))
    assert tables.ledger["totals"]["rows"]["accepted"] == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Date;Montant;Statut\n31/01/2021;5,50;Validé\n", "neither received nor refunded"),
        ("Personnes;Date;Type\n500;31/01/2021;à vue\n", "no line holds the headers HEADER OF scope"),
        ("a;b\n1;2\n", "no line holds the headers HEADER OF received_on, HEADER OF amount"),
        ("Article;Commande;Date;Quantité\ncouverture;A1;31/01/2021;2\n", "HEADER OF channel, HEADER OF status"),
        ("Date;Montant\n03/04/2021;5\n", "can be read as 2021-04-03 or 2021-03-04"),
    ],
)
def test_the_block_pasted_as_it_is_else_answers_in_words(build_files, text, answer):
    with pytest.raises(DataError) as refused:
        build_files({"mystery.csv": text})

    try:
        said = " ".join(build_files({"mystery.csv": text}, ITEMS + block_of(refused)).quarantine["reason"])
    except DataError as again:
        said = str(again)
    assert answer in said


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_each_sheet_of_a_workbook_is_shown_and_the_block_names_the_nearest_one(build_files, as_file, ending):
    sheets = {
        "Lisez-moi": [["Inventaire de l'entrepôt"], ["tenu par les bénévoles"]],
        "Adresses": [["Nom", "Ville"], ["Entrepôt", "Calais"]],
        "2021": [["Inventaire", "", ""], ["Jour", "Article", "Quantité"], ["31/01/2021", "couverture", "12"]],
    }
    files = {f"inventaire.{ending}": as_file(ending, sheets)}
    with pytest.raises(DataError) as refused:
        build_files(files)

    message = str(refused.value)
    assert "a workbook of 3 sheets" in message and '\nsheet = "2021"\n' in message
    assert "its sheets are headed:\n  Lisez-moi: Inventaire de l'entrepôt\n  Adresses: Nom | Ville\n" in message
    assert "\n  2021: Jour | Article | Quantité\n\n[[files]]" in message
    tables = build_files(files, ITEMS + block_of(refused))
    assert tables.stock["quantity"].tolist() == [12.0]
    assert tables.ledger["files"][0]["sheet"] == "2021"


def test_a_sheet_that_begins_with_data_is_named_and_not_shown(build_files, as_file):
    sheets = {"Liste": [["Ana Durand", "01/02/2021"]], "2021": [["Jour", "Somme"], ["31/01/2021", "5"]]}
    with pytest.raises(DataError) as refused:
        build_files({"x.ods": as_file("ods", sheets)})

    assert "\n  Liste: its first line holds data\n  2021: Jour | Somme" in str(refused.value)
    assert "Durand" not in str(refused.value)


def test_a_header_of_one_sheet_is_shown_on_one_line(build_files, as_file):
    with pytest.raises(DataError, match=r"its header is: Quand \| Combien\. Say in dataset"):
        build_files({"x.xlsx": as_file("xlsx", [["Quand", "Combien"], ["31/01/2021", "5"]])})


def test_rows_that_look_like_data_are_never_shown_as_a_header(build_files):
    with pytest.raises(DataError, match="its first line holds data") as refused:
        build_files({"mystery.csv": "liste;;\n01/02/2021;Ana Durand;5\n02/02/2021;Bo Roc;6\n"})

    assert "Durand" not in str(refused.value)
