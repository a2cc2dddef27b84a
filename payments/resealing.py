"""The ledger's MACs by the newest key: transfers with their cause, and accounts.

Only what its old MAC proves is proved by a new one: what was changed stays as it is, and `verify` names it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models

from negotiation_hub.kernel import crypto, resealing
from payments import ledger
from payments.models import Account, Cause, Transfer


def renew(key_id: str) -> Iterator[int]:
    """Makes every MAC anew that is not by this key, slice by slice; after each, how many."""
    for page in resealing.pages(Cause.objects.prefetch_related("transfers")):
        old = [cause for cause in page if not _is_by(cause.mac, key_id)]
        if old:
            yield resealing.write(lambda old=old: sum(map(_renew_cause, old)))  # type: ignore[misc]
    for accounts in resealing.pages(Account.objects.all()):
        stale = [row for row in accounts if not _is_by(row.seal, key_id)]
        if stale:
            yield resealing.write(lambda stale=stale: sum(map(_renew_account, stale)))  # type: ignore[misc]


def old(key_id: str) -> int:
    """How many are by another key."""
    columns: list[tuple[type[models.Model], str]] = [(Cause, "mac"), (Transfer, "mac"), (Account, "seal")]
    return sum(
        not _is_by(value, key_id)
        for model, name in columns
        for value in model._default_manager.values_list(name, flat=True).iterator(chunk_size=500)  # noqa: SLF001
    )


def _is_by(mac: Any, key_id: str) -> bool:
    return crypto.mac_key_of(bytes(mac)) == key_id


def _renew_cause(cause: Cause) -> int:
    """A cause with its transfers, together: its MAC covers theirs."""
    rows = sorted(cause.transfers.all(), key=lambda row: row.position)
    proved = crypto.check_mac(ledger.CAUSE_MAC, ledger.cause_content(cause, rows), bytes(cause.mac))
    if not proved or not all(
        crypto.check_mac(ledger.TRANSFER_MAC, ledger.transfer_content(row, cause), bytes(row.mac))
        for row in rows
    ):
        return 0
    for row in rows:
        before = bytes(row.mac)
        row.mac = crypto.mac(ledger.TRANSFER_MAC, ledger.transfer_content(row, cause))
        _write(row, "mac", before)
    before = bytes(cause.mac)
    cause.mac = crypto.mac(ledger.CAUSE_MAC, ledger.cause_content(cause, rows))
    return len(rows) + _write(cause, "mac", before)


def _renew_account(row: Account) -> int:
    if not crypto.check_mac(ledger.ACCOUNT_MAC, ledger.account_content(row), bytes(row.seal)):
        return 0
    before = bytes(row.seal)  # covers the sums: where it still stands, they do too
    row.seal = crypto.mac(ledger.ACCOUNT_MAC, ledger.account_content(row))
    return _write(row, "seal", before)


def _write(row: models.Model, column: str, before: bytes) -> int:
    there = row._meta.model._default_manager.filter(**{"pk": row.pk, column: before})  # noqa: SLF001 - Django's own
    return there.update(**{column: getattr(row, column)})
