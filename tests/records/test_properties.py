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


# What may stand in a cell: what people write under such a heading, and what nobody should.

DAYS = st.sampled_from(
    ["2021-01-31", "31/01/2021", "01/31/2021", "03/04/2021", "31/01/21", "2021-01-31T10:00:00+02:00", "2021-02-31",
     "9999-12-31T23:59:59-12:00", "0001-01-01 00:00 UTC", "20210131120000[-5:EST]", "2021-02", "Solde", ""]
)  # fmt: skip
SUMS = st.sampled_from(
    ["12,50", "12.50", "1 234,56", "1,234", "1.234", "(5)", "-5", "+5 €", "$5", "5 USD", "GBP 5", "0", "0,00", "-0.004",
     "1e5", "NaN", "999999999.99", "9" * 5000, "٣", "²", "10-20", "environ 900", ""]
)  # fmt: skip
NAMES = st.sampled_from(
    ["T1", "T2", "T3", "a@b.org", "Ana Roc", "tente", "Calais", "PAYPAL", "VIR HELLOASSO", "don", ""]
)
STATES = st.sampled_from(
    ["Payé", "Remboursé", "Validé", "Terminé", "Completed", "Paid", "Refunded", "charge", "refund", "BOOK", "CRDT",
     "DBIT", "received", "refunded", "delivered", "ordered", "Shipped", "Cancelled", "Pending", "census", "wish_list",
     "drop_off", "pending", "online", "Dons", "Billetterie", "yes", "No", ""]
)  # fmt: skip
CURRENCIES = st.sampled_from(["EUR", "EUR", "eur", "USD", "GBP", "€", "EURO5", ""])
JUNK = st.one_of(
    st.sampled_from(
        ['"', '""', '"a;b"', '"a\nb"', "'", "\x00", "\u2028", "\u00a0", "\ud800", "=1+1", "é", "\ufeff", "𝒳"]
    ),
    st.text(max_size=5),
    st.sampled_from([";", ",", "\t", "|", "\r", "\r\n", "\n", "x" * 200_000]),
)
KINDS = (
    (("date", "created", "_on", "month", "dtposted", "heure", "time", "day"), DAYS),
    (("mont", "amount", "total", "fee", "debit", "credit", "sum", "net", "quantit", "people", "rate", "tarif", "price",
      "commission", "gross", "don supp", "trnamt", "amt", "owed", "value", "cost", "low", "high", "brut"), SUMS),
    (("devise", "curr", "ccy", "curdef"), CURRENCIES),
    (("statut", "stat", "etat", "sts", "type", "method", "channel", "ind", "kind", "captured", "mode"), STATES),
)  # fmt: skip


def cell(heading: str):
    """What may stand under a heading, mostly what should."""
    kind = next((cells for words, cells in KINDS if any(word in heading.casefold() for word in words)), NAMES)
    return st.integers(0, 9).flatmap(lambda draw: JUNK if draw == 0 else NAMES if draw == 1 else kind)


def records(header):
    """Rows under a header, some of them twice, some of another length."""
    whole = st.tuples(*map(cell, header)).map(list)
    cut = st.builds(lambda cells, width: cells[:width], whole, st.integers(0, len(header) + 1))
    longer = st.builds(lambda cells, more: [*cells, more], whole, JUNK)
    rows = st.lists(st.one_of(whole, whole, whole, whole, cut, longer), max_size=7)
    return st.builds(lambda once, again: [*once, *once[:again]], rows, st.integers(0, 3))


# Files: an export of any known kind in any ending that is read, then damaged.


def as_text(header, rows, *, delimiter: str, end: str, encoding: str) -> bytes:
    lines = [delimiter.join(cells) for cells in ([*header], *rows)]
    return end.join(lines).encode(encoding, "replace")


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
KNOWN = [kind for kind in FORMATS if kind.name != "hxl"]
TEXT_FORM = st.fixed_dictionaries(
    {"delimiter": st.sampled_from(";;,\t|"), "end": st.sampled_from(["\n", "\n", "\r\n", "\r"]),
     "encoding": st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "windows-1252", "utf-16"])}
)  # fmt: skip
HARM = st.lists(
    st.tuples(st.sampled_from(["put", "cut", "again", "end"]), st.floats(0, 1), st.binary(min_size=1, max_size=4)),
    max_size=3,
)


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


@st.composite
def exports(draw, *, kinds=KNOWN, harm=HARM):
    """A name and bytes: an export of a known kind."""
    kind = draw(st.sampled_from(kinds))
    header = [*kind.signature, *draw(st.sampled_from([[], ["Nom"], ["donor_email"], ["value", "donor_name"], [""]]))]
    if kind.name in STATEMENTS:
        ending, made = STATEMENTS[kind.name]
        content = made(kind.signature, draw(records(kind.signature)))
    else:
        rows = draw(records(header if kind.name[:4] != "bank" else kind.signature))
        header = header if kind.name[:4] != "bank" else kind.signature
        ending = draw(st.sampled_from([".csv", ".csv", ".csv", ".tsv", ".txt", ".csv.gz", ".xlsx", ".ods"]))
        content = WORKBOOKS[ending](header, rows) if ending in WORKBOOKS else as_text(header, rows, **draw(TEXT_FORM))
    content = harmed(content, draw(harm))
    content = gzip.compress(content, mtime=0) if ending.endswith(".gz") else content
    return f"{kind.table}_{kind.name}{ending}", content


BYTES = st.one_of(st.binary(max_size=200), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
MENDS = st.tuples(
    st.sampled_from(["0/donations_canonical.csv", "x"]), st.sampled_from(["2", "3", "9" * 5000, ""]), SUMS
)
LOG = st.one_of(BYTES, st.lists(MENDS, max_size=3).map(
    lambda rows: as_text(
        ("file", "line", "column", "expected", "new", "reason", "who", "when"),
        [[file, line, "amount", amount, "5", "r", "w", "d"] for file, line, amount in rows],
        delimiter=";", end="\n", encoding="utf-8",
    )))  # fmt: skip
RATES = st.one_of(BYTES, records(("month", "currency", "rate")).map(
    lambda rows: as_text(("month", "currency", "rate"), rows, delimiter=",", end="\n", encoding="utf-8")))  # fmt: skip
ONE_RATE = b"month,currency,rate\n2021-01,USD,0.9\n2021-01,GBP,1.1\n2021-04,USD,0.5\n"


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

RECORDS = st.lists(st.tuples(*[st.one_of(DAYS, SUMS, NAMES, JUNK)] * 4).map(";".join), max_size=12)
FILES = st.tuples(RECORDS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))


def content(file) -> bytes:
    lines, end, encoding = file
    return end.join(["Day;Sum;Id;Mail", *lines]).encode(encoding, "replace")


@tried(20)
@given(file=FILES)
def test_every_row_and_cent_of_any_file_is_accounted_for(folder, file):
    place = folder(content(file))
    try:
        build_files(load_dataset(place), place / "processed")
    except DataError as error:
        in_words(error.faults)
        return
    tables_agree(load_tables(place / "processed"))


@tried(30)
@given(data=st.one_of(BYTES, BYTES.map(lambda tail: b"Day;Sum;Id;Mail\n" + tail)))
def test_any_bytes_are_read_or_refused_in_words(folder, data):
    names = ("gifts.csv", "gifts.tsv", "gifts.txt", "gifts.csv.gz", "gifts.xlsx", "gifts.ods", "gifts.ofx", "gifts.xml")
    found = check(folder(files=[(name, data) for name in names]))
    reconciles(found.ledger)
    in_words((*found.refused, *found.quarantined))
    assert {entry["file"] for entry in found.ledger["files"]} | {fault.file for fault in found.refused} == set(names)


@tried(60)
@given(
    files=st.lists(exports(), min_size=1, max_size=4), toml=st.sampled_from(SETTINGS), log=st.none() | LOG, rates=RATES
)
def test_damaged_exports_of_every_kind_are_accounted_for_or_refused_in_words(folder, files, toml, log, rates):
    beside = [("exchange_rates.csv", rates), *([] if log is None else [("corrections.csv", log)])]
    named = [(f"{number}/{name}", data) for number, (name, data) in enumerate(files)]

    found = check(folder(files=[*named, *beside], toml=toml))

    reconciles(found.ledger)
    in_words((*found.refused, *found.quarantined))


@tried(25)
@given(files=st.lists(exports(harm=st.just([])), min_size=1, max_size=3), block=st.integers(1, 300))
def test_whatever_is_read_stands_in_the_tables_and_the_size_of_a_block_changes_no_byte(folder, files, block):
    named = [(f"{number}/{name}", data) for number, (name, data) in enumerate(files)]
    place = folder(files=[*named, ("exchange_rates.csv", ONE_RATE)], toml=SETTINGS[1])
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.records.reading.cutting.LONGEST_RECORD", 2)
        patch.setattr("analysis.records.reading.splitting.LONGEST_RECORD", 2)
        for name, size in (("one", 1 << 20), ("many", block)):
            processed = place.with_name(f"{place.name}-{name}")
            try:
                build_files(load_dataset(place), processed, block=size)
                made.append({file.name: file.read_bytes() for file in processed.iterdir()})
                tables_agree(load_tables(processed))
            except DataError as error:
                made.append([str(fault) for fault in error.faults])
    assert made[0] == made[1]


@tried(15)
@given(file=FILES, block=st.integers(1, 200))
def test_the_size_of_a_block_changes_nothing(folder, file, block):
    place = folder(content(file))
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.records.reading.cutting.LONGEST_RECORD", 2)
        patch.setattr("analysis.records.reading.splitting.LONGEST_RECORD", 2)
        for name, size in (("one", 1 << 20), ("many", block)):
            processed = place.with_name(f"{place.name}-{name}")
            try:
                build_files(load_dataset(place), processed, block=size)
                made.append({file.name: file.read_bytes() for file in processed.iterdir()})
            except DataError as error:
                made.append([str(fault) for fault in error.faults])
    assert made[0] == made[1]


@tried(25)
@given(files=st.lists(exports(harm=st.just([])), min_size=2, max_size=4), seed=st.integers(0, 9))
def test_the_order_of_files_changes_no_total(folder, files, seed):
    shuffled = list(enumerate(files))
    random.Random(seed).shuffle(shuffled)
    totals = []
    for order in (list(enumerate(files)), list(zip(range(9), (file for _, file in shuffled), strict=False))):
        named = [(f"{number}/{name}", data) for number, (name, data) in order]
        found = check(folder(files=[*named, ("exchange_rates.csv", ONE_RATE)], toml=SETTINGS[1]))
        totals.append((found.ledger["totals"], len(found.refused)))
    assert totals[0] == totals[1]


@tried(60)
@given(data=st.one_of(BYTES, st.builds(harmed, st.sampled_from([one.encode() for one in (*SETTINGS, RULE)]), HARM)))
def test_settings_of_any_bytes_are_read_or_refused_in_words(folder, data):
    try:
        load_dataset(folder(toml=data))
    except DataError as error:
        in_words(error.faults)


def test_a_ledger_that_does_not_reconcile_would_not_pass_for_data_that_cannot_be_used():
    assert not issubclass(DoesNotReconcile, DataError)
