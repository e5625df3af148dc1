"""What became of every row and cent: read = accepted + quarantined + duplicate + excluded, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.records.drafts import OUTCOMES
from analysis.records.ledger.tally import Tally


class DoesNotReconcile(RuntimeError):
    """The program lost or invented a row or a cent; its numbers may not be used."""


def file_entry(
    counts: Tally, table: str, about: Mapping[str, Any], *, shown: Callable[[str], str] = str
) -> dict[str, Any]:
    """The ledger's entry of one file: `about` (name, sha256, format ...), rows, sums by currency, reasons.

    Gifts of money are summed under `money`, goods under `value`, so that no total adds the two. `unknown`
    counts the rows whose amount could not be read: they are counted in rows only. `donors` says how many rows
    name the donor by what. `shown` makes of reasons, which may hold words from cells, what may be written.
    """
    rows, unknown = Counter[str](), Counter[str]()
    sums: dict[str, Counter[str]] = {}
    for (outcome, currency, known), count in counts.rows.items():
        rows[outcome] += count
        unknown[outcome] += 0 if known else count
        if known and count:
            cents = counts.cents[(outcome, currency, known)]
            sums.setdefault(currency, Counter()).update({outcome: cents, "read": cents})
    reasons = Counter[str]()
    for reason, count in sorted(counts.reasons.items()):
        reasons[shown(reason)] += count
    in_units = _in_units(dict(sorted(sums.items())))
    return {
        **about,
        "rows": {"read": sum(rows.values())} | {outcome: rows[outcome] for outcome in OUTCOMES},
        "money": in_units if table == "donations" else {},
        "value": in_units if table != "donations" else {},
        "unknown": {
            outcome: unknown[outcome] for outcome in OUTCOMES if unknown[outcome] and table in ("donations", "goods")
        },
        "reasons": {reason: count for reason, count in reasons.items() if count},
        "donors": dict(sorted(counts.donors.items())),
    }


def ledger(entries: Sequence[Mapping[str, Any]], *, ignored: Sequence[str]) -> dict[str, Any]:
    """The whole ledger: every file, the totals, and that they reconcile.

    Raises DoesNotReconcile when they do not, which no input may bring about.
    """
    rows: Counter[str] = Counter()
    for entry in entries:
        rows.update(entry["rows"])
    totals = {
        "rows": {name: rows[name] for name in ("read", *OUTCOMES)},
        "money": _total(entries, "money"),
        "value": _total(entries, "value"),
    }
    for entry in (*entries, {"file": "totals", **totals}):
        _reconcile(entry)
    return {"files": list(entries), "totals": totals, "ignored": list(ignored), "reconciles": True}


def _total(entries: Sequence[Mapping[str, Any]], kind: str) -> dict[str, dict[str, str]]:
    """The sums of every file, by currency."""
    sums: dict[str, Counter[str]] = {}
    for entry in entries:
        for currency, texts in entry[kind].items():
            sums.setdefault(currency, Counter()).update({name: as_cents(text) for name, text in texts.items()})
    return _in_units(dict(sorted(sums.items())))


def _in_units(sums: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, str]]:
    return {currency: {name: as_units(of[name]) for name in ("read", *OUTCOMES)} for currency, of in sums.items()}


def _reconcile(entry: Mapping[str, Any]) -> None:
    counts = entry["rows"]
    if counts["read"] != sum(counts[outcome] for outcome in OUTCOMES):
        raise DoesNotReconcile(f"{entry['file']}: rows {counts}")
    for currency, sums in (*entry["money"].items(), *entry["value"].items()):
        if as_cents(sums["read"]) != sum(as_cents(sums[outcome]) for outcome in OUTCOMES):
            raise DoesNotReconcile(f"{entry['file']}: {currency} {sums}")


def as_units(cents: int) -> str:
    """Whole cents as an amount: 4521050 is "45210.50"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def as_cents(text: str) -> int:
    """The cents of an amount that `as_units` wrote."""
    whole, part = text.lstrip("-").split(".")
    return (int(whole) * 100 + int(part)) * (-1 if text.startswith("-") else 1)
