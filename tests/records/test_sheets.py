"""Sheets in our own words, table by table, as CSV, XLSX and ODS: every column, and what a blank cell is."""

import pandas as pd
import pytest

from analysis.columns import TABLES
from analysis.faults import DataError
from analysis.records.cleaning.naming import folded
from analysis.records.drafts import IDENTIFIERS

SETTINGS = """
[areas]
Calais = ["Calais", "Quai de la Moselle"]
Grande-Synthe = ["Puythouck"]
[items]
blanket = ["couverture"]
washcloth = ["gant de toilette"]
sleeping_bag = ["sac de couchage", "duvet"]
"""
DAY = pd.Timestamp("2021-01-31")
SHEETS = {
    "donations": (
        {"donation_id": "d1", "received_on": "31/01/2021", "amount": "1 012,50", "original_currency": "EUR",
         "fee": "0,35", "channel": "bank", "appeal": "Hiver", "donor_email": "ana@example.org", "regular": "oui",
         "status": "received"},
        {"donation_id": "d1", "received_on": DAY, "amount": 1012.5, "original_amount": 1012.5, "fee": 0.35,
         "channel": "bank", "appeal": "Hiver", "regular": True, "status": "received"},
    ),
    "goods": (
        {"goods_id": "g1", "received_on": "31/01/2021", "ordered_on": "31/01/2021", "item": "Duvets",
         "product": "Duvet 3 saisons", "quantity": "12", "unit": "pièce", "value": "240,00", "channel": "drop_off",
         "appeal": "Hiver", "status": "delivered"},
        {"goods_id": "g1", "received_on": DAY, "ordered_on": DAY, "item": "sleeping_bag",
         "product": "Duvet 3 saisons", "quantity": 12.0, "unit": "pièce", "value": 240.0, "channel": "drop_off",
         "appeal": "Hiver", "status": "delivered"},
    ),
    "distributions": (
        {"distributed_on": "31/01/2021", "area": "calais", "site": "Quai de la Moselle", "item": "COUVERTURES",
         "quantity": "7,5", "unit": "lot", "people_served": "40", "people_asking": "1 000", "people_refused": "0",
         "rationed": "non"},
        {"distributed_on": DAY, "area": "Calais", "site": "Quai de la Moselle", "item": "blanket", "quantity": 7.5,
         "unit": "lot", "people_served": 40, "people_asking": 1000, "people_refused": 0, "rationed": False},
    ),
    "headcounts": (
        {"counted_on": "31/01/2021", "area": "Puythouck", "place": "sous le pont", "people": "650", "low": "500",
         "high": "800", "counted_by": "tournée", "method": "census", "scope": "hors structures", "source": "carnet"},
        {"counted_on": DAY, "area": "Grande-Synthe", "place": "sous le pont", "people": 650, "low": 500, "high": 800,
         "counted_by": "tournée", "method": "census", "scope": "hors structures", "source": "carnet"},
    ),
    "stock": (
        {"counted_on": "31/01/2021", "item": "couverture", "quantity": "1 200", "unit": "pièce"},
        {"counted_on": DAY, "item": "blanket", "quantity": 1200.0, "unit": "pièce"},
    ),
    "losses": (
        {"lost_on": "31/01/2021", "item": "Gants de toilette", "quantity": "12", "cause": "expulsion"},
        {"lost_on": DAY, "item": "washcloth", "quantity": 12.0, "cause": "expulsion"},
    ),
    "appeals": (
        {"appeal": "hiver", "name_fr": "Hiver", "name_en": "Winter", "soft_launch_on": "04/01/2021",
         "launched_on": "25/01/2021", "ended_on": "28/02/2021", "cost": "350,00"},
        {"appeal": "hiver", "name_fr": "Hiver", "soft_launch_on": pd.Timestamp("2021-01-04"), "cost": 350.0,
         "launched_on": pd.Timestamp("2021-01-25"), "ended_on": pd.Timestamp("2021-02-28")},
    ),
    "testimonies": (
        {"testimony_id": "t1", "product": "couverture", "item": "couverture", "posted_on": "31/01/2021",
         "status": "Online", "ended_on": "03/02/2021"},
        {"testimony_id": "t1", "product": "couverture", "item": "blanket", "posted_on": DAY, "status": "online",
         "ended_on": pd.Timestamp("2021-02-03")},
    ),
    "events": (
        {"started_on": "30/10/2020", "ended_on": "15/12/2020", "kind": "lockdown", "label_fr": "Confinement",
         "label_en": "Lockdown", "source": "décret 2020-1310"},
        {"started_on": pd.Timestamp("2020-10-30"), "ended_on": pd.Timestamp("2020-12-15"), "kind": "lockdown",
         "label_fr": "Confinement", "label_en": "Lockdown", "source": "décret 2020-1310"},
    ),
}  # fmt: skip
"""For each table a row with every column that a file may fill, and what is read from it."""
SECOND = {"donation_id": "d2", "goods_id": "g2", "testimony_id": "t2", "appeal": "été"}
FILLED_HERE = ("original_amount", "donor", "source_file", "source_line")


def sheet(table: str, **cells: str) -> list[list[str]]:
    """A header, the row of SHEETS, and the same row again with other cells."""
    row = SHEETS[table][0]
    own = {name: SECOND[name] for name in SECOND if name in row and name != "appeal"}
    own |= {"appeal": "été"} if table == "appeals" else {}
    return [list(row), list(row.values()), list((row | own | cells).values())]


def must_be_there(table: str) -> list[str]:
    """The columns that no row may lack; an identifier is made where there is none."""
    own = ("donor_email", IDENTIFIERS.get(table))
    return [name for name in SHEETS[table][0] if name not in own and TABLES[table].column(name).required]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("table", SHEETS)
def test_every_column_of_every_table_is_read_from_text_and_workbooks(build_files, as_file, table, ending):
    cells, expected = SHEETS[table]

    content = as_file(ending, [list(cells), list(cells.values())])
    [row] = getattr(build_files({f"{table} 2021.{ending}": content}, SETTINGS), table).to_dict("records")

    assert {name: row[name] for name in expected} == expected
    assert set(TABLES[table].names) - set(cells) <= set(FILLED_HERE)


@pytest.mark.parametrize(("table", "column"), [(table, name) for table in SHEETS for name in must_be_there(table)])
def test_a_blank_in_a_column_that_must_be_filled_sets_the_row_aside(build_files, as_file, table, column):
    tables = build_files({f"{table}.csv": as_file("csv", sheet(table, **{column: ""}))}, SETTINGS)

    assert len(getattr(tables, table)) == 1
    [fault] = tables.quarantine.to_dict("records")
    assert (fault["source_line"], fault["column"]) == (3, column)
    assert fault["reason"] in ("is empty", "does not say who is included")


@pytest.mark.parametrize("blank", ["", "-", "n/a", "?"])
@pytest.mark.parametrize("table", SHEETS)
def test_what_is_not_known_is_missing_and_never_zero(build_files, as_file, table, blank):
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    free = [
        name for name in SHEETS[table][0] if name not in (*must_be_there(table), "donor_email", IDENTIFIERS.get(table))
    ]
    free = [name for name in free if blank == "" or (kinds[name] != "text" or name == "item")]

    tables = build_files({f"{table}.csv": as_file("csv", sheet(table, **dict.fromkeys(free, blank)))}, SETTINGS)

    assert tables.quarantine.empty
    assert getattr(tables, table)[free].isna().sum().tolist() == [1] * len(free)


@pytest.mark.parametrize("mark", ["-", "–", "n/a", "NC", "?", "- €", "inconnu"])
def test_a_mark_for_nothing_in_a_required_number_is_neither_zero_nor_read(build_files, as_file, mark):
    tables = build_files({"stock.csv": as_file("csv", sheet("stock", quantity=mark))}, SETTINGS)

    assert tables.stock["quantity"].tolist() == [1200.0]
    assert tables.quarantine[["reason", "remedy"]].to_numpy().tolist() == [
        ["is no value", "Write what it is, 0 if it is none; a blank is not zero"]
    ]


@pytest.mark.parametrize("word", ["néant", "offert", "douze"])
def test_a_word_in_place_of_a_number_is_set_aside_even_where_nothing_is_required(build_files, as_file, word):
    tables = build_files({"goods.csv": as_file("csv", sheet("goods", value=word))}, SETTINGS)

    assert tables.quarantine["reason"].tolist() == ["not an amount"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_exchange_rates_are_read_from_text_and_workbooks(build_files, as_file, ending):
    rates = as_file(ending, [["month", "currency", "rate"], ["2021-01", "GBP", "1,12"]])
    gifts = "received_on;amount;original_currency\n31/01/2021;100;GBP\n"

    tables = build_files({f"exchange_rates.{ending}": rates, "donations.csv": gifts})
    assert tables.donations["amount"].tolist() == [112.0]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_a_month_and_a_range_are_counts(build_files, as_file, ending):
    rows = [["counted_on", "people", "method", "scope"], ["2016-02", "500-800", "estimate", "whole camp"]]

    [count] = build_files({f"headcounts.{ending}": as_file(ending, rows)}).headcounts.to_dict("records")
    assert (count["counted_on"], count["people"]) == (pd.Timestamp("2016-02-15"), 650)
    assert (count["low"], count["high"]) == (500, 800)


@pytest.mark.parametrize(
    ("people", "low", "high", "reason"),
    [
        ("900", "500", "800", "low, people and high are not in order"),
        ("400", "500", "800", "low, people and high are not in order"),
        ("500-800", "700", "", "low, people and high are not in order"),
        ("environ 500", "", "", "about how many is said, and not between which numbers"),
        (">1000", "", "", "only one end of a range is said"),
        ("800-500", "", "", "not a number of people"),
    ],
)
def test_a_count_that_contradicts_itself_or_is_vague_is_set_aside(build_files, as_file, people, low, high, reason):
    rows = sheet("headcounts", people=people, low=low, high=high)

    assert build_files({"headcounts.csv": as_file("csv", rows)}, SETTINGS).quarantine["reason"].tolist() == [reason]


def test_one_end_beside_the_number_is_kept_and_the_other_is_missing(build_files, as_file):
    rows = sheet("headcounts", people="6000", low="6000", high="")

    count = build_files({"headcounts.csv": as_file("csv", rows)}, SETTINGS).headcounts.iloc[1]
    assert (count["people"], count["low"], pd.isna(count["high"])) == (6000, 6000, True)


@pytest.mark.parametrize("scope", ["", "?", "n/a"])
def test_a_count_that_does_not_say_who_is_included_is_set_aside_with_an_example(build_files, as_file, scope):
    tables = build_files({"headcounts.csv": as_file("csv", sheet("headcounts", scope=scope))}, SETTINGS)

    [fault] = tables.quarantine.to_dict("records")
    assert fault["reason"] == "does not say who is included"
    assert "people outside State facilities, or not stated" in fault["remedy"]
    assert 'defaults = {scope = "..."}' in fault["remedy"]


def test_of_a_count_with_two_faults_the_number_is_told_first(build_files, as_file):
    rows = sheet("headcounts", people="beaucoup", scope="")

    tables = build_files({"headcounts.csv": as_file("csv", rows)}, SETTINGS)
    assert tables.quarantine["reason"].tolist() == ["not a number of people"]


COUNTS = "counted_on,people,method\n2021-01-31,500,census\n"


def test_a_sheet_of_counts_without_a_scope_is_asked_for_it(build_files):
    with pytest.raises(DataError) as refused:
        build_files({"headcounts.csv": COUNTS})

    [fault] = refused.value.faults
    assert fault.problem == "no column gives the scope that headcounts must have"
    assert fault.remedy == (
        'Add a column headed scope; or add to dataset.toml a [[files]] block with match = "headcounts.csv", '
        'table = "headcounts", columns = {} and defaults = {scope = "people outside State facilities"}'
    )


FILLED = """
[[files]]
match = "headcounts.csv"
table = "headcounts"
columns = {}
defaults = {scope = "hors structures"}
"""


@pytest.mark.parametrize("text", [COUNTS, "counted_on,people,method,scope\n2021-01-31,500,census,\n"])
def test_the_settings_fill_a_scope_that_the_sheet_does_not_say(build_files, text):
    assert build_files({"headcounts.csv": text}, FILLED).headcounts["scope"].tolist() == ["hors structures"]


def test_the_settings_fill_no_blank_number(build_files):
    rule = FILLED.replace("scope =", 'people = "0", scope =')
    tables = build_files({"headcounts.csv": "counted_on,people,method\n2021-01-31,,census\n"}, rule)

    assert tables.quarantine[["column", "reason"]].to_numpy().tolist() == [["people", "is empty"]]


def test_the_settings_translate_the_words_of_a_sheet_of_ours(build_files):
    rule = FILLED + 'values.method = {census = ["comptage"]}\n'

    tables = build_files({"headcounts.csv": COUNTS.replace("census", "Comptage")}, rule)
    assert tables.headcounts["method"].tolist() == ["census"]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Gants de toilette", "gant de toilette"),
        ("gant-de-toilette", "gant_de_toilette"),
        ("SACS DE COUCHAGE", "sac de couchage"),
        ("brosses a dent", "brosse à dents"),
        ("pains d’épices", "pain d'epice"),
        ("chevaux", "cheval"),
        ("bateaux", "bateau"),
        ("œufs", "oeuf"),
        ("toothbrushes", "toothbrush"),
        ("torches", "torche"),
        ("mattresses", "mattress"),
        ("batteries", "battery"),
        ("festivals", "festival"),
    ],
)
def test_accents_capitals_joints_and_plurals_make_no_other_name(written, known):
    assert folded(written) == folded(known)


@pytest.mark.parametrize(("one", "other"), [("vest", "veste"), ("bas", "base"), ("gant", "gain"), ("pull", "poule")])
def test_other_words_stay_other_names(one, other):
    assert folded(one) != folded(other)


def test_one_word_for_two_items_is_refused_even_in_the_plural(build_files, as_file):
    settings = '[items]\nglove = ["gant"]\nmitten = ["gants"]\n'

    with pytest.raises(DataError, match=r"items.mitten = 'gants': stands for glove and for mitten"):
        build_files({"stock.csv": "counted_on,item,quantity\n2021-01-31,gant,1\n"}, settings)


@pytest.mark.parametrize(
    ("item", "near"),
    [
        ("couvertur", "(near: blanket)"),
        ("grande couverture polaire bleue", "(near: blanket)"),
        ("sacs couchage", "(near: sleeping_bag)"),
        ("toilette", "(near: washcloth)"),
        ("poussette", "(known, and not near: blanket, sleeping_bag, washcloth)"),
    ],
)
def test_an_unknown_item_is_set_aside_with_the_nearest_names(build_files, as_file, item, near):
    tables = build_files({"stock.csv": as_file("csv", sheet("stock", item=item))}, SETTINGS)

    assert tables.quarantine["reason"].tolist() == ["no name in [items] of dataset.toml"]
    assert near in tables.quarantine["remedy"].iloc[0]
