"""What holds for a build of any bytes at all.

    PROPERTY_EXAMPLES=5000 pytest tests/records/test_properties.py

tries that many files that were not tried before; without it, the same few are tried each time.
"""

import datetime as dt
import gzip
import io
import itertools
import os
import random
from decimal import Decimal

import pytest
import xlsxwriter
from benchmarks.hostile_workbooks import ods, row
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.dataset import load_dataset
from analysis.faults import DataError
from analysis.records.build import build_files, check, load_tables
from analysis.records.cells import plain
from analysis.records.formats import FORMATS
from analysis.records.ledger.entries import DoesNotReconcile

SETTINGS = (
    'name = "A charity"\n',
    'name = "A charity"\ncurrency = "GBP"\nareas.Calais = ["Calais"]\nitems.tent = ["tente", "tent"]\n',
    'name = "A charity"\n[[files]]\nmatch = "*"\ntable = "donations"\ncolumns = {}\ndecimal = ","\ndates = "dmy"\n',
)
RULE = """name = "A charity"
[[files]]
match = "gifts*"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donation_id = "Id", donor_email = "Mail"}
"""
OUTCOMES = ("accepted", "quarantined", "duplicate", "excluded")
NUMBERS = itertools.count()
TRIED = int(os.environ.get("PROPERTY_EXAMPLES", "0"))


def tried(few: int) -> settings:
    """So many examples, always the same; as many new ones as PROPERTY_EXAMPLES says where it is set."""
    return settings(
        max_examples=TRIED or few, derandomize=not TRIED, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.generate] if TRIED else [Phase.generate, Phase.shrink],
    )  # fmt: skip


# What may stand in a cell: what people write under such a heading, what is odd, and what nobody should write.

GOOD_DAYS, GOOD_SUMS = ("2021-01-31", "2021-01-30", "2021-04-13"), ("12,50", "20,00", "7,25", "20", "300")
ODD_DAYS = (
    "31/01/2021", "01/31/2021", "03/04/2021", "31/01/21", "2021-01-31T10:00:00+02:00", "2021-02-31",
    "9999-12-31T23:59:59-12:00", "0001-01-01 00:00 UTC", "20210131120000[-5:EST]", "2021-02", "Solde", "",
)  # fmt: skip
ODD_SUMS = (
    "12.50", "1 234,56", "1,234", "(5)", "-5", "+5 €", "$5", "5 USD", "GBP 5", "0", "0,00", "-0.004", "1e5", "NaN",
    "999999999.99", "9" * 5000, "٣", "²", "10-20", "environ 900", "",
)  # fmt: skip
NAMES = ("T1", "T2", "T3", "T4", "T5", "T6", "a@b.org", "Ana Roc", "tente", "Calais", "PAYPAL", "HELLOASSO", "don", "")
IDENTIFIERS = tuple(f"T{number}" for number in range(1, 60))
STATES = (
    "Payé", "Remboursé", "Validé", "Terminé", "Completed", "Paid", "Refunded", "charge", "refund", "BOOK", "CRDT",
    "DBIT", "received", "refunded", "delivered", "ordered", "Shipped", "Cancelled", "Pending", "census", "wish_list",
    "drop_off", "pending", "online", "Dons", "Billetterie", "donation", "yes", "No", "",
)  # fmt: skip
JUNK = (
    '"', '""', '"a;b"', '"a\nb"', "'", "\x00", "\u2028", "\u00a0", "\ud800", "=1+1", "é", "\ufeff", "𝒳", "²", "١٢",
    "\r", ";", ",", "\t", "|", "\r\n", "\n", "x" * 140_000,
)  # fmt: skip
KINDS = (
    (("date", "created", "_on", "month", "dtposted", "day"), GOOD_DAYS, ODD_DAYS),
    (("debit", "refunded", "montant des"), ("", "0"), GOOD_SUMS),
    (("mont", "amount", "total", "fee", "credit", "sum", "net", "quantit", "people", "rate", "tarif", "price", "amt",
      "commission", "gross", "don supp", "owed", "value", "cost"), GOOD_SUMS, ODD_SUMS),
    (("devise", "curr", "ccy", "curdef"), ("EUR", "EUR", "GBP"), ("eur", "USD", "€", "EURO5", "")),
    (("statut", "stat", "etat", "sts", "type", "method", "channel", "ind", "kind", "mode"), STATES, STATES),
    (("item", "title", "product"), ("tente", "Tents", "tent"), NAMES),
    (("id", "numero", "reference", "svcr", "fitid"), IDENTIFIERS, NAMES),
)  # fmt: skip


def cell(heading: str, draw: random.Random) -> str:
    """What may stand under a heading, mostly what should."""
    plain = heading.casefold()
    good, odd = next(
        ((good, odd) for words, good, odd in KINDS if any(word in plain for word in words)), (NAMES, NAMES)
    )
    return draw.choice(draw.choices((good, odd, NAMES, JUNK), (80, 14, 3, 3))[0])


def records(header, draw: random.Random) -> list[list[str]]:
    """Rows under a header, some of them twice, a few of another length."""
    rows = [[cell(heading, draw) for heading in header] for _ in range(draw.randrange(9))]
    rows += [list(draw.choice(rows)) for _ in range(draw.randrange(3)) if rows]
    for cells in rows:
        if draw.random() < 0.05:
            cells[draw.randrange(len(cells)) :] = draw.choices(JUNK, k=draw.randrange(4))
    return rows


# Files: an export of any known kind in any ending that is read, then damaged.


def as_text(header, rows, *, delimiter: str, end: str, encoding: str) -> bytes:
    lines = [delimiter.join(_quoted(cell, delimiter) for cell in cells) for cells in ([*header], *rows)]
    return end.join(lines).encode(encoding, "replace")


def _quoted(cell: str, delimiter: str) -> str:
    return f'"{cell}"' if delimiter in cell[1:] and '"' not in cell else cell


def as_xlsx(header, rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet("A")
        book.add_worksheet("B")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, cells in enumerate([[*header], *rows]):
            for column, value in enumerate(cells):
                native = _native(value, place + column)
                clean = (
                    str(native).encode("utf-8", "replace").decode()[:32_000].translate({0: None, 11: None, 12: None})
                )
                if isinstance(native, dt.date):
                    sheet.write_datetime(place, column, dt.datetime(native.year, native.month, native.day), day)
                elif isinstance(native, str):
                    sheet.write_string(place, column, clean)
                else:
                    sheet.write(place, column, native)
    return out.getvalue()


def _native(value: str, luck: int):
    """Some texts as spreadsheets hold them: numbers, days, yes or no."""
    kinds = {"2021-01-31": dt.date(2021, 1, 31), "12.50": 12.5, "0": 0, "-5": -5.0, "yes": True, "1e5": 1e5}
    return kinds.get(value, value) if luck % 2 else value


def as_ods(header, rows) -> bytes:
    lines = "".join(
        row("".join(f'<table:table-cell office:value-type="string"><text:p>{_escaped(c)}</text:p></table:table-cell>'
                    for c in cells))
        for cells in [[*header], *rows]
    )  # fmt: skip
    return ods(lines)


def _escaped(text: str) -> str:
    kept = "".join(one for one in text if one in "\t\n" or " " <= one < "\ud800" or "\ue000" <= one < "\ufffe")
    return kept.replace("&", "&amp;").replace("<", "&lt;")


def as_ofx(header, rows) -> bytes:
    lines = ["".join(f"<{tag}>{text}" for tag, text in zip(header, cells, strict=False)) for cells in rows]
    return f"<OFX><STMTRS><CURDEF>EUR\n{''.join(f'<STMTTRN>{line}</STMTTRN>{chr(10)}' for line in lines)}</OFX>".encode(
        "utf-8", "replace"
    )


def as_camt(header, rows) -> bytes:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{_escaped(c[1])}</Amt><BookgDt>{_escaped(c[0])}</BookgDt><CdtDbtInd>{_escaped(c[3])}'
        f"</CdtDbtInd><Sts>{_escaped(c[4])}</Sts><AcctSvcrRef>{_escaped(c[5])}</AcctSvcrRef></Ntry>\n"
        for c in ([*cells, *[""] * 7] for cells in rows)
    )
    return f"<Document><BkToCstmrStmt><Stmt>{entries}</Stmt></BkToCstmrStmt></Document>".encode("utf-8", "replace")


STATEMENTS = {"bank_ofx": (".ofx", as_ofx), "bank_camt053": (".xml", as_camt)}
WORKBOOKS = {".xlsx": as_xlsx, ".ods": as_ods}
KNOWN = [kind for kind in FORMATS if kind.name not in ("hxl", "kobo")]
DAMAGE = st.tuples(st.sampled_from(["put", "cut", "again", "end"]), st.floats(0, 1), st.binary(min_size=1, max_size=4))
HARM = st.lists(DAMAGE, max_size=2)


def harmed(content: bytes, harm) -> bytes:
    """The bytes with some of them overwritten, cut out, doubled, or gone from a place on."""
    for what, where, more in harm:
        place = int(where * len(content))
        if what == "put":
            content = content[:place] + more + content[place + len(more) :]
        elif what == "cut":
            content = content[:place] + content[place + 20 * len(more) :]
        elif what == "again":
            content = content[: place + 40] + content[max(place - 40, 0) :]
        else:
            content = content[:place]
    return content


def written(kind, rows, draw: random.Random) -> tuple[str, bytes]:
    """The ending and the bytes of an export of this kind with these rows."""
    if kind.name in STATEMENTS:
        ending, made = STATEMENTS[kind.name]
        return ending, made(kind.signature, rows)
    ending = draw.choice((".csv", ".csv", ".csv", ".tsv", ".txt", ".csv.gz", ".xlsx", ".ods"))
    header = headings(kind)
    if ending in WORKBOOKS:
        return ending, WORKBOOKS[ending](header, rows)
    form = {"delimiter": draw.choice(";;,\t|"), "end": draw.choice(("\n", "\n", "\r\n", "\r")),
            "encoding": draw.choice(("utf-8", "utf-8", "utf-8-sig", "windows-1252", "utf-16"))}  # fmt: skip
    return ending, as_text(header, rows, **form)


def headings(kind) -> list[str]:
    """The headings of an export of this kind, with some that it may have beside those it is known by."""
    more = {"donations": ["donor_email", "fee", ""], "goods": ["goods_id", "item", "value"]}.get(kind.table, [])
    there = {plain(heading) for heading in kind.signature}
    return [*kind.signature, *(name for name in more if name not in there and not kind.name.startswith("bank"))]


@st.composite
def datasets(draw, *, harm=HARM):
    """A few files by name: exports of known kinds, some of which overlap."""
    chance = draw(st.randoms(use_true_random=True))
    files = []
    for number, kind in enumerate(chance.choices(KNOWN, k=draw(st.integers(1, 3)))):
        rows = records(headings(kind), chance)
        exports = [rows]
        if chance.random() < 0.4:
            exports.append([*rows[chance.randrange(4) :], *records(headings(kind), chance)])
        for again, part in enumerate(exports):
            ending, made = written(kind, part, chance)
            made = harmed(made, draw(harm))
            content = gzip.compress(made, mtime=0) if ending.endswith(".gz") else made
            stem = kind.table if kind.name == "canonical" else f"export_{kind.name}"
            files.append((f"{number}{again}/{stem}{ending}", content))
    return files


def log(draw: random.Random) -> bytes:
    """Corrections, right and wrong."""
    files, lines = ("00/donations.csv", "x"), ("2", "3", "9" * 5000, "")
    rows = [[draw.choice(files), draw.choice(lines), "amount", draw.choice(GOOD_SUMS), "5", "r", "w", "d"]
            for _ in range(draw.randrange(4))]  # fmt: skip
    header = ("file", "line", "column", "expected", "new", "reason", "who", "when")
    return as_text(header, rows, delimiter=";", end="\n", encoding="utf-8")


def rates(draw: random.Random) -> bytes:
    """Exchange rates, right and wrong."""
    header = ("month", "currency", "rate")
    return as_text(header, records(header, draw), delimiter=";", end="\n", encoding="utf-8")


BYTES = st.one_of(st.binary(max_size=200), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
CHANCE = st.randoms(use_true_random=True)
ONE_RATE = b"month,currency,rate\n2021-01,EUR,0.9\n2021-01,USD,1.1\n2021-04,EUR,0.5\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Makes a new dataset of one file, or of those given by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "a long key for tests")

        def made(data=None, *, name: str = "gifts.csv", files=(), toml: str | bytes = RULE):
            place = tmp_path_factory.getbasetemp() / f"property{next(NUMBERS)}"
            place.mkdir()
            (place / "dataset.toml").write_bytes(toml.encode() if isinstance(toml, str) else toml)
            for file, content in [*files, *([] if data is None else [(name, data)])]:
                (place / file).parent.mkdir(exist_ok=True)
                (place / file).write_bytes(content)
            return place

        yield made


def reconciles(book) -> None:
    for entry in (*book["files"], book["totals"]):
        rows = entry["rows"]
        assert rows["read"] == sum(rows[outcome] for outcome in OUTCOMES)
        for sums in (*entry["money"].values(), *entry["value"].values()):
            assert Decimal(sums["read"]) == sum(Decimal(sums[outcome]) for outcome in OUTCOMES)


def in_words(faults) -> None:
    """Each fault has a sentence and a remedy, and both can be written down."""
    for fault in faults:
        assert fault.problem and fault.remedy
        assert str(fault).encode()


def tables_agree(tables) -> None:
    """The tables hold what the ledger says that was accepted, in rows and cents."""
    book = tables.ledger
    reconciles(book)
    rows = book["totals"]["rows"]
    assert len(tables.quarantine) == rows["quarantined"]
    accepted = {entry["table"]: 0 for entry in book["files"]}
    for entry in book["files"]:
        accepted[entry["table"]] += entry["rows"]["accepted"]
    for table, count in accepted.items():
        assert table == "exchange_rates" or len(getattr(tables, table)) == count
    gifts = (tables.donations["original_amount"] * 100).round().astype("int64")
    cents = gifts.groupby(tables.donations["original_currency"]).sum().to_dict()
    money = {currency: int(Decimal(sums["accepted"]) * 100) for currency, sums in book["totals"]["money"].items()}
    assert {currency: total for currency, total in cents.items() if total} == {c: n for c, n in money.items() if n}
    value = sum(int(Decimal(sums["accepted"]) * 100) for sums in book["totals"]["value"].values())
    assert (tables.goods["value"].dropna() * 100).round().astype("int64").sum() == value


# The properties.

CELLS = st.sampled_from([*GOOD_DAYS, *ODD_DAYS, *GOOD_SUMS, *ODD_SUMS, *NAMES, *JUNK]) | st.text(max_size=4)
RECORDS = st.lists(st.lists(CELLS, min_size=3, max_size=5).map(";".join), max_size=10)
FILES = st.tuples(RECORDS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))


def content(file) -> bytes:
    lines, end, encoding = file
    return end.join(["Day;Sum;Id;Mail", *lines]).encode(encoding, "replace")


def built(place, name: str, block: int):
    """Every byte that a build in blocks of this size writes, or the sentences in which it ends."""
    processed = place.with_name(f"{place.name}-{name}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.records.reading.cutting.LONGEST_RECORD", 2)
        patch.setattr("analysis.records.reading.splitting.LONGEST_RECORD", 2)
        try:
            build_files(load_dataset(place), processed, block=block)
        except DataError as error:
            in_words(error.faults)
            return [str(fault) for fault in error.faults]
    tables_agree(load_tables(processed))
    return {file.name: file.read_bytes() for file in processed.iterdir()}


@tried(25)
@given(file=FILES, block=st.integers(1, 200))
def test_every_row_and_cent_of_any_file_is_accounted_for_and_the_size_of_a_block_changes_nothing(folder, file, block):
    place = folder(content(file))

    assert built(place, "one", 1 << 20) == built(place, "many", block)


@tried(25)
@given(files=datasets(harm=st.just([])), block=st.integers(1, 300))
def test_whatever_is_read_of_exports_stands_in_the_tables_and_the_size_of_a_block_changes_nothing(folder, files, block):
    place = folder(files=[*files, ("exchange_rates.csv", ONE_RATE)], toml=SETTINGS[1])

    assert built(place, "one", 1 << 20) == built(place, "many", block)


@tried(30)
@given(data=st.one_of(BYTES, BYTES.map(lambda tail: b"Day;Sum;Id;Mail\n" + tail)))
def test_any_bytes_are_read_or_refused_in_words(folder, data):
    names = ("gifts.csv", "gifts.tsv", "gifts.txt", "gifts.csv.gz", "gifts.xlsx", "gifts.ods", "gifts.ofx", "gifts.xml")
    found = check(folder(files=[(name, data) for name in names]))
    reconciles(found.ledger)
    in_words((*found.refused, *found.quarantined))
    assert {entry["file"] for entry in found.ledger["files"]} | {fault.file for fault in found.refused} == set(names)


@tried(100)
@given(files=datasets(), toml=st.sampled_from(SETTINGS), mends=st.none() | BYTES | CHANCE.map(log),
       worth=BYTES | CHANCE.map(rates))  # fmt: skip
def test_damaged_exports_of_every_kind_are_accounted_for_or_refused_in_words(folder, files, toml, mends, worth):
    beside = [("exchange_rates.csv", worth), *([] if mends is None else [("corrections.csv", mends)])]

    found = check(folder(files=[*files, *beside], toml=toml))

    reconciles(found.ledger)
    in_words((*found.refused, *found.quarantined))
    told = {entry["file"] for entry in found.ledger["files"]} | {fault.file for fault in found.refused}
    assert {name for name, _ in files} <= told or told & {name for name, _ in beside}


@tried(30)
@given(files=datasets(harm=st.just([])), order=CHANCE)
def test_the_order_of_files_changes_no_total(folder, files, order):
    places = list(range(len(files)))
    order.shuffle(places)
    totals = []
    for numbers in (range(len(files)), places):
        named = [
            (f"{number}/{name.partition('/')[2]}", data) for number, (name, data) in zip(numbers, files, strict=True)
        ]
        found = check(folder(files=[*named, ("exchange_rates.csv", ONE_RATE)], toml=SETTINGS[1]))
        totals.append((found.ledger["totals"], len(found.refused)))
    assert totals[0] == totals[1]


@tried(60)
@given(data=st.one_of(BYTES, st.builds(harmed, st.sampled_from([one.encode() for one in (*SETTINGS, RULE)]), HARM)))
def test_settings_of_any_bytes_are_read_or_refused_in_words(folder, data):
    try:
        dataset = load_dataset(folder(toml=data))
    except DataError as error:
        in_words(error.faults)
        assert error.faults
    else:
        assert dataset.name


def test_a_ledger_that_does_not_reconcile_would_not_pass_for_data_that_cannot_be_used():
    assert not issubclass(DoesNotReconcile, DataError)
