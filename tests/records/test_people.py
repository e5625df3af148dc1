"""A donor's name is hidden wherever else it was typed; other words, amounts and matching stay as they were."""

import pytest

from analysis.records.people import People, words_of

GIFTS = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", appeal = "For", donor_name = "Name", donor_email = "Mail"}
"""
KNOWN = People.of(["Zoé LEFÈVRE-Blanc", "Jean de la Tour", "Secours Catholique"], ["ana.durand@example.org", "x@y.org"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pour Zoé Lefèvre", "pour [hidden]"),
        ("LEFEVRE, zoe (2021)", "[hidden] (2021)"),
        ("blanc-zoé", "[hidden]"),
        ("Z. Lefevre a donné", "[hidden] a donné"),
        ("de Lefevre Z.", "de [hidden]."),
        ("ZoeLefevre", "[hidden]"),
        ("Zoe\u0301 Lefe\u0300vre", "[hidden]"),
        ("Jean de la Tour", "[hidden]"),
        ("merci Ana\u00a0Durand", "merci [hidden]"),
    ],
)
def test_a_full_name_is_hidden_in_either_order_and_however_it_is_joined(text, shown):
    assert KNOWN.unnamed([text, "hiver"]) == [shown, "hiver"]


@pytest.mark.parametrize(
    "text",
    [
        "Zoé",
        "une couverture en blanc",
        "la tour, puis le camp",
        "Secours Catholique",
        "Zoé 2021 Lefèvre",
        "à Lefèvre",
        "l'ana",
        "",
    ],
)
def test_single_words_other_words_and_organisations_are_left_as_they_are(text):
    assert KNOWN.unnamed([text]) == [text]


def test_where_only_the_file_helps_a_single_word_hides_the_whole_text():
    assert KNOWN.without_any_word(["payé par Lefevre", "Virement", "DURAND-2021", "secours"]) == [
        "[hidden]", "Virement", "[hidden]", "secours",
    ]  # fmt: skip


def test_nobody_is_kept_and_groups_together_are_all_of_them():
    both = People.together([KNOWN, People.of(["Ana Roc"], [])])

    assert both.unnamed(["Ana Roc", "Zoé Blanc"]) == ["[hidden]", "[hidden]"]
    assert People.together([]).unnamed(["Ana Roc"]) == ["Ana Roc"]
    assert both.names.dtype == both.words.dtype == "uint64"


def test_words_are_compared_without_accents_capitals_and_small_words():
    assert words_of("Mme LEFÈVRE de l'Étang, 2021") == {"lefevre", "etang"}


def test_a_text_that_names_the_rows_own_donor_is_hidden_and_the_same_text_of_others_is_not(build_files):
    rows = [
        "2021-01-01,5,Noël 2021,Noël Roc,",
        "2021-01-02,5,Noël 2021,Ana Roc,",
        "2021-01-03,5,pour noel,,noel.x@a.org",
    ]
    tables = build_files({"gifts.csv": "\n".join(["Day,Sum,For,Name,Mail", *rows])}, GIFTS)

    assert tables.donations["appeal"].tolist() == ["[hidden]", "Noël 2021", "[hidden]"]
    assert tables.donations["amount"].tolist() == [5.0, 5.0, 5.0]


def test_a_name_known_from_one_file_is_hidden_in_every_other_in_blocks_of_any_size(make_dataset, tmp_path):
    from analysis.records.build import build_files, load_tables

    events = "started_on,label_fr,label_en\n2021-01-05,Visite d'Ana Durand,Visit by Durand Ana\n"
    names = "".join(f"2021-01-0{1 + n % 9},5,hiver,Donor{'abcdefghij'[n % 10]} Roc,\n" for n in range(200))
    files = {"gifts.csv": f"Day,Sum,For,Name,Mail\n{names}2021-02-01,5,hiver,Ana Durand,\n", "events.csv": events}
    dataset = make_dataset(files, GIFTS)

    for size in (1 << 10, 1 << 22):
        build_files(dataset, tmp_path / str(size), block=size)
    tables = load_tables(tmp_path / "1024")

    assert tables.events[["label_fr", "label_en"]].to_numpy().tolist() == [["Visite d'[hidden]", "Visit by [hidden]"]]
    for name in ("donations.parquet", "events.parquet", "ledger.json", "quarantine.csv"):
        assert (tmp_path / "1024" / name).read_bytes() == (tmp_path / str(1 << 22) / name).read_bytes()


def test_hiding_a_name_never_hinders_matching(build_files):
    rule = (
        '[items]\nblanket = ["couverture"]\n[[files]]\nmatch = "orders*.csv"\ntable = "goods"\n'
        'columns = {received_on = "Day", item = "Item", product = "What", quantity = "N", goods_id = "Id", '
        'status = "State", donor_name = "Name"}\ndefaults = {channel = "wish_list"}\n'
    )
    header = "Day,Item,What,N,Id,State,Name"
    ordered = f"{header}\n2021-01-01,blanket,Couverture Durand,2,DURAND-1,ordered,Ana Durand\n"
    delivered = f"{header}\n2021-01-08,blanket,Couverture Durand,2,DURAND-1,delivered,\n"
    tables = build_files({"orders1.csv": ordered, "orders2.csv": delivered}, rule)

    assert tables.goods["status"].tolist() == ["delivered"]


IDENTIFIED = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donation_id = "Id"}
"""


@pytest.mark.parametrize("kept", ["R0001", "LE-00001", "58412345", "2021-00012", "R7-1234567", "ch_1", "a"])
def test_a_harmless_identifier_is_kept_as_it_stands(build_files, kept):
    tables = build_files({"gifts.csv": f"Day,Sum,Id\n2021-01-01,5,{kept}\n"}, IDENTIFIED)

    assert tables.donations["donation_id"].tolist() == [kept]


@pytest.mark.parametrize(
    "hidden",
    [
        "DURAND-2021-3",
        "Ana",
        "ana@example.org",
        "0612345678",
        "612345678",
        "FR7630006000011234567890189",
        "don n°3 de Li",
    ],
)
def test_an_identifier_that_may_name_or_reach_somebody_becomes_keyed_digits_by_which_rows_still_match(
    build_files, hidden
):
    files = {
        "gifts1.csv": f"Day,Sum,Id\n2021-01-01,5,{hidden}\n2021-01-02,6,{hidden}x\n",
        "gifts2.csv": f"Day,Sum,Id\n2021-01-01,5,{hidden}\n2021-01-02,9,{hidden}x\n",
    }
    tables = build_files(files, IDENTIFIED)

    [identifier] = tables.donations["donation_id"]
    assert len(identifier) == 16 and set(identifier) <= set("0123456789abcdef")
    assert tables.ledger["totals"]["rows"] == {
        "read": 4,
        "accepted": 1,
        "quarantined": 2,
        "duplicate": 1,
        "excluded": 0,
    }
    assert not tables.quarantine["value"].str.contains(hidden, regex=False).any()


def test_the_refund_of_a_payment_with_a_telling_reference_still_finds_it(build_files):
    header = (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Reference Txn ID"
    )
    gift = "29/12/2025,07:45:51,PST,Ana,Payment,Completed,EUR,10.00,0.00,10.00,ana@example.org,PAYMENTOFANA,"
    back = (
        "30/12/2025,07:45:51,PST,Ana,Refund,Completed,EUR,-10.00,0.00,-10.00,ana@example.org,REFUNDTOANA,PAYMENTOFANA"
    )
    tables = build_files({"activity.csv": "\n".join([header, gift, back, ""])})

    assert tables.donations["amount"].tolist() == [10.0, -10.0]
    assert tables.donations["status"].tolist() == ["received", "refunded"]


@pytest.mark.parametrize("cell", ["ANA 20", "0612345678", "20 LEA"])
def test_a_name_of_three_capitals_and_a_telephone_are_no_amounts(build_files, cell):
    tables = build_files({"gifts.csv": f"Day,Sum,Id\n2021-01-01,5,a\n2021-01-01,{cell},b\n"}, IDENTIFIED)

    assert tables.quarantine["reason"].tolist() == ["not an amount"]
    assert list(tables.ledger["totals"]["money"]) == ["EUR"]


def test_a_name_beside_a_donors_number_is_known_and_hidden_too(build_files):
    rule = GIFTS.replace('donor_name = "Name"', 'donor_name = "Name", donor = "No"')
    rows = ["2021-01-01,5,pour Durand,Ana Durand,,M7", "2021-01-02,5,merci Ana Durand,Eva Roc,,M8"]
    tables = build_files({"gifts.csv": "\n".join(["Day,Sum,For,Name,Mail,No", *rows])}, rule)

    assert tables.donations["appeal"].tolist() == ["[hidden]", "merci [hidden]"]
