import pytest

RULE = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donation_id = "Id", status = "State"}
values.status = {received = ["ok"], refunded = ["back"]}
"""
NAMELESS = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum"}
[[files]]
match = "bank*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum"}
"""


def gifts(*rows: str) -> str:
    return "\n".join(["Day,Sum,Id,State", *rows, ""])


def test_an_identifier_read_before_with_the_same_content_is_a_duplicate(build_files):
    tables = build_files(
        {
            "gifts1.csv": gifts("2021-01-01,10,a,ok", "2021-01-02,20,b,ok"),
            "gifts2.csv": gifts("2021-01-02,20,b,ok", "2021-01-03,30,c,ok"),
        },
        RULE,
    )

    assert tables.donations[["donation_id", "source_file"]].to_numpy().tolist() == [
        ["a", "gifts1.csv"], ["b", "gifts1.csv"], ["c", "gifts2.csv"],
    ]  # fmt: skip
    assert tables.ledger["files"][1]["rows"]["duplicate"] == 1
    assert tables.ledger["files"][1]["money"]["EUR"]["duplicate"] == "20.00"
    assert tables.ledger["files"][1]["reasons"] == {"same identifier": 1}


def test_an_identifier_typed_twice_in_one_file_is_a_duplicate_too(build_files):
    tables = build_files({"gifts.csv": gifts("2021-01-01,10,a,ok", "2021-01-01,10,a,ok")}, RULE)

    assert tables.ledger["totals"]["rows"]["duplicate"] == 1


def test_an_identifier_is_known_again_whatever_stands_beside_it(build_files):
    tables = build_files(
        {
            "gifts1.csv": gifts("2021-01-01,10,a,ok", "2021-01-02,20,b,ok", "2021-01-03,30,c,ok"),
            "gifts2.csv": gifts("2021-01-01,10,a,ok", "2021-01-02,20,b,ok", "2021-01-03,30,c,ok", "2021-01-04,40,,ok"),
        },
        RULE,
    )

    assert tables.ledger["files"][1]["rows"] == {
        "read": 4, "accepted": 1, "quarantined": 0, "duplicate": 3, "excluded": 0,
    }  # fmt: skip


def test_appeals_without_a_name_stand_beside_named_ones(build_files):
    appeals = "appeal,launched_on\nwinter,2021-01-01\n,2021-01-02\n"
    tables = build_files({"1/appeals.csv": appeals, "2/appeals.csv": appeals})

    assert tables.ledger["totals"]["rows"]["duplicate"] == 2


def test_an_identifier_with_other_content_quarantines_both_rows_and_each_names_the_other(build_files):
    tables = build_files(
        {"gifts1.csv": gifts("2021-01-01,10,a,ok", "2021-01-01,5,z,ok"), "gifts2.csv": gifts("2021-01-01,99,a,ok")},
        RULE,
    )

    assert tables.donations["donation_id"].tolist() == ["z"]
    rows = tables.quarantine[["source_file", "source_line", "value", "reason"]].to_numpy().tolist()
    assert rows == [
        ["gifts1.csv", 2, "a", "this identifier stands for two rows that differ"],
        ["gifts2.csv", 2, "a", "this identifier stands for two rows that differ"],
    ]
    assert "gifts2.csv line 2" in tables.quarantine["remedy"].iloc[0]
    assert "gifts1.csv line 2" in tables.quarantine["remedy"].iloc[1]
    assert tables.ledger["totals"]["money"]["EUR"]["quarantined"] == "109.00"


def test_a_row_that_is_set_aside_or_excluded_repeats_nothing(build_files):
    tables = build_files({"gifts.csv": gifts("someday,10,a,ok", "2021-01-01,10,a,ok")}, RULE)

    assert tables.donations["source_line"].tolist() == [3]


def test_equal_rows_of_one_file_without_identifier_are_real(build_files):
    tables = build_files({"gifts.csv": "Day,Sum\n2021-01-01,10\n2021-01-01,10\n"}, NAMELESS)

    assert tables.donations["amount"].tolist() == [10.0, 10.0]


def test_across_overlapping_files_of_one_source_only_the_surplus_counts(build_files):
    tables = build_files(
        {
            "gifts1.csv": "Day,Sum\n2021-01-01,10\n2021-01-02,20\n2021-01-02,20\n",
            "gifts2.csv": "Day,Sum\n2021-01-02,20\n2021-01-02,20\n2021-01-02,20\n2021-01-03,30\n",
            "gifts3.csv": "Day,Sum\n2021-01-02,20\n",
        },
        NAMELESS,
    )

    assert tables.donations[["source_file", "source_line"]].to_numpy().tolist() == [
        ["gifts1.csv", 2], ["gifts1.csv", 3], ["gifts1.csv", 4], ["gifts2.csv", 4], ["gifts2.csv", 5],
    ]  # fmt: skip
    assert [entry["rows"]["duplicate"] for entry in tables.ledger["files"]] == [0, 2, 1]


def test_equal_rows_of_two_sources_are_real(build_files):
    text = "Day,Sum\n2021-01-01,10\n"

    assert len(build_files({"bank.csv": text, "gifts.csv": text}, NAMELESS).donations) == 2


def test_the_same_identifier_from_two_sources_stays_unique(build_files):
    rule = RULE + RULE.replace("gifts*.csv", "other*.csv")
    tables = build_files({"gifts.csv": gifts("2021-01-01,10,a,ok"), "other.csv": gifts("2021-01-02,20,a,ok")}, rule)

    assert tables.donations["donation_id"].tolist() == ["a", "a (other.csv:2)"]


GOODS = """
[items]
blanket = ["couverture"]
soap = ["savon"]
[[files]]
match = "orders*.csv"
table = "goods"
columns = {received_on = "Day", item = "Item", quantity = "N", value = "Price", goods_id = "Order", status = "State"}
defaults = {channel = "wish_list"}
"""


@pytest.mark.parametrize("names", [("orders1.csv", "orders2.csv"), ("orders2.csv", "orders1.csv")])
def test_an_order_becomes_delivered_once(build_files, names):
    header = "Day,Item,N,Price,Order,State"
    ordered, delivered = names
    tables = build_files(
        {
            ordered: f"{header}\n2021-01-01,blanket,2,30,A,ordered\n2021-01-01,soap,5,10,A,ordered\n",
            delivered: f"{header}\n2021-01-08,blanket,2,30,A,delivered\n",
        },
        GOODS,
    )

    assert tables.goods[["item", "status", "value"]].to_numpy().tolist() == [
        ["soap", "ordered", 10.0],
        ["blanket", "delivered", 30.0],
    ]
    assert tables.ledger["totals"]["value"]["EUR"]["duplicate"] == "30.00"


def test_distributions_of_overlapping_sheets_count_once(build_files):
    text = "distributed_on,area,item,quantity\n2021-01-31,X,blanket,4\n"
    tables = build_files(
        {"distributions a.csv": text, "distributions b.csv": text}, '[items]\nblanket = ["couverture"]\n'
    )

    assert tables.distributions["source_file"].tolist() == ["distributions a.csv"]
