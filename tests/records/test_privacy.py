import hashlib
import stat
import sys

import pytest

from analysis.faults import DataError
from analysis.records.build import build, check
from analysis.records.key import key_file, load_key
from analysis.records.masking import masked
from analysis.records.pseudonyms import Pseudonyms, pseudonym

KEY = b"key"
RULE = """
[[files]]
match = "gifts*.csv"
table = "donations"
[files.columns]
received_on = "Day"
amount = "Sum"
channel = "By"
appeal = "Note"
donor_email = "Mail"
donor_name = "Name"
donor_postcode = "Zip"
"""
SHORT = """
[[files]]
match = "g.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", COLUMN}
"""


def test_one_person_has_one_pseudonym_however_it_is_typed():
    assert pseudonym(" Ana@Example.org ", "x", "y", key=KEY) == pseudonym("ana@example.org", "", "", key=KEY)
    assert pseudonym("", "Éric  DURAND", "62 100", key=KEY) == pseudonym("", "Durand Eric", "62100", key=KEY)
    assert pseudonym("", "Jean-Luc Roy", "", key=KEY) == pseudonym("", "jean luc roy", "", key=KEY)


def test_different_people_and_different_keys_have_different_pseudonyms():
    named = ("", "Ana Durand", "62100")
    made = {
        pseudonym(*named, key=KEY),
        pseudonym(*named, key=b"other"),
        pseudonym("", "Ana Durand", "59000", key=KEY),
        pseudonym("", "Ana Durand", "", key=KEY),
        pseudonym("ana durand", "", "", key=KEY),
    }

    assert len({digits for digits, _ in made}) == 5


@pytest.mark.parametrize("key", [KEY, b"x" * 65])
def test_a_pseudonym_is_a_keyed_code_of_the_address(key):
    short = hashlib.blake2b(key).digest() if len(key) > 64 else key
    code = hashlib.blake2b(b"ana@example.org", key=short, person=b"email", digest_size=8)

    assert pseudonym("Ana@example.org", "", "", key=key) == (code.hexdigest(), "email")


@pytest.mark.parametrize("odd", ["", "Éric <eric@example.org>", "two\nlines@example.org", "é@example.org", "a b@c.org"])
def test_many_addresses_have_the_pseudonyms_they_have_one_by_one(odd):
    addresses = ["ana@example.org", odd, "Bob@Example.org", ""]

    one_by_one = [pseudonym(address, "", "", key=KEY) for address in addresses]

    assert Pseudonyms(KEY).of_addresses(addresses) == [found and found[0] for found in one_by_one]


def test_a_pseudonym_says_what_it_was_made_from_and_nobody_has_none():
    assert [found and found[1] for found in (
        pseudonym("a@b.org", "Ana", "62100", key=KEY), pseudonym("", "Ana", "62100", key=KEY),
        pseudonym("", "Ana", "", key=KEY), pseudonym(" ", " ", "62100", key=KEY),
    )] == ["email", "name_postcode", "name", None]  # fmt: skip
    assert len(pseudonym("a@b.org", "", "", key=KEY)[0]) == 16


def test_the_key_comes_from_the_variable_or_is_made_once_outside_the_repository(monkeypatch, tmp_path):
    assert load_key() == b"a key for tests, long enough"
    monkeypatch.delenv("DONATION_TRENDS_KEY")
    monkeypatch.setattr(sys, "platform", "linux")

    assert load_key(create=False) != load_key(create=False)
    assert not key_file().exists()
    made = load_key()
    assert load_key() == load_key(create=False) == made
    assert len(made) == 64
    assert key_file() == tmp_path / "config" / "donation-trends" / "key"
    assert [file.name for file in key_file().parent.iterdir()] == ["key"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_may_read_the_key(monkeypatch):
    monkeypatch.delenv("DONATION_TRENDS_KEY")
    load_key()

    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "ana.durand+x@mail.example.org",
        "06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78",
        "+33(0)6.12.34.56.78",
        "0044 7911 123456",
        "FR76 3000 6000 0112 3456 7890 189",
        "FR7630006000011234567890189",
    ],
)
def test_addresses_phones_and_accounts_are_hidden_wherever_they_stand(text):
    assert masked(f"write to {text}, please") == "write to [hidden], please"


@pytest.mark.parametrize(
    "text",
    [
        "2021-01-31",
        "31/01/2021",
        "12 345,67",
        "https://a.example/2016/10/22/calais-october-census/",
        "Savon 250 g x 12",
        "00042",
    ],
)
def test_dates_amounts_and_addresses_of_pages_are_not_hidden(text):
    assert masked(text) == text


def planted() -> dict[str, str]:
    rows = [
        "2021-01-31,5,bank,merci Marianne,marianne.planted@example.org,Marianne Plantée,62137",
        "2021-01-31,5,bank,tel 06 11 22 33 44,,Marianne Plantée,62137",
        "demain,5,bank,,marianne.planted@example.org,Marianne Plantée,62137",
        "2021-01-31,Marianne Plantée,bank,,,Marianne Plantée,62137",
        "2021-01-31,5,marianne.planted@example.org,,marianne.planted@example.org,,",
        "2021-01-31,5,Plantée,,,Marianne Plantée,62137",
        "2021-01-31,5,FR76 3000 6000 0112 3456 7890 189,,,,",
        "2021-01-31,5,bank,Marianne Plantée,62137",
    ]
    return {"gifts.csv": "\n".join(["Day,Sum,By,Note,Mail,Name,Zip", *rows])}


def test_nothing_written_or_returned_names_a_person(make_dataset, tmp_path):
    dataset = make_dataset(planted(), RULE.replace('appeal = "Note"\n', ""))
    tables = build(dataset, tmp_path / "processed")
    found = check(dataset.folder)

    shown = [tables.donations.to_csv(), tables.quarantine.to_csv(), str(tables.ledger), str(found)]
    written = [file.read_bytes().decode("utf-8", "ignore") for file in (tmp_path / "processed").iterdir()]
    for secret in ("planted", "Plantée", "Marianne", "62137", "06 11", "FR76"):
        assert not [text for text in (*shown, *written) if secret.casefold() in text.casefold()], secret
    assert len(tables.quarantine) == 6
    assert tables.donations["donor"].nunique() == 2


def test_free_text_loses_its_phone_numbers_and_is_hidden_where_it_holds_the_donors_own_name(build_files):
    assert build_files(planted(), RULE).donations["appeal"].tolist() == ["[hidden]", "tel [hidden]"]


def test_an_identifier_that_is_an_address_becomes_a_pseudonym(build_files):
    rule = SHORT.replace("COLUMN", 'donation_id = "Mail"')
    tables = build_files({"g.csv": "Day,Sum,Mail\n2021-01-31,5,ana@example.org\n"}, rule)

    assert len(tables.donations["donation_id"].iloc[0]) == 16


def test_a_donor_mapped_as_such_is_never_kept_as_written(build_files):
    rule = SHORT.replace("COLUMN", 'donor = "Who"')
    tables = build_files(
        {"g.csv": "Day,Sum,Who\n2021-01-31,5,Ana@Example.org\n2021-01-31,5,Ana Durand\n2021-01-31,5,\n"}, rule
    )

    assert tables.donations["donor"].str.len().fillna(0).tolist() == [16, 16, 0]
    assert tables.ledger["files"][0]["donors"] == {"email": 1, "name": 1, "nobody": 1}


@pytest.mark.parametrize("key", ["a", "   ", "fifteen-letters"])
def test_a_key_that_could_be_guessed_is_refused(key, monkeypatch):
    monkeypatch.setenv("DONATION_TRENDS_KEY", key)

    with pytest.raises(DataError, match="the key is too short"):
        load_key()


@pytest.mark.parametrize(
    "personal",
    [
        "06\u00a012\u00a034\u00a056\u00a078",
        "06/12/34/56/78",
        "+33 (0)6 12 34 56 78",
        "FR76 3000 6000 0112 3456 7890 189",
        "FR76-3000-6000-0112-3456-7890-189",
        "marie @ example.org",
        "marie(at)example.org",
        "12 rue de la Paix",
    ],
)
def test_what_names_a_person_is_hidden_however_it_is_spaced(personal):
    assert personal not in masked(f"note: {personal} fin")
    assert "[hidden]" in masked(f"note: {personal} fin")


def test_a_long_cell_is_masked_in_a_time_that_grows_with_its_length_only():
    cell = "a1 " * 100_000

    assert masked(cell) == cell
