"""The ledger's MACs by the newest key: transfers with their cause, and accounts.

Only what its old MAC proves is proved by a new one: what was changed stays as it is, and `verify` names it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from negotiation_hub.kernel import crypto, resealing
from payments import ledger
from payments.models import Account, Cause, Transfer

_Fresh = tuple[bytes, Any, bytes]  # new MAC, key of the row, old MAC


def renew(key_id: str) -> Iterator[int]:
    """Makes every MAC anew that is not by this key, slice by slice; after each, how many."""
    for page in resealing.pages(Cause.objects.prefetch_related("transfers")):
        made = [_renewed(cause) for cause in page if not _is_by(cause.mac, key_id)]
        causes = [one for cause, _ in made for one in cause]
        lines = [one for _, rows in made for one in rows]
        if causes:  # together: a cause's MAC covers those of its transfers
            yield resealing.write(lambda causes=causes, lines=lines: _swap(causes, lines))  # type: ignore[misc]
    for accounts in resealing.pages(Account.objects.all()):
        stale = [row for row in accounts if not _is_by(row.seal, key_id) and _is_sealed(row)]
        fresh = [
            (crypto.mac(ledger.ACCOUNT_MAC, ledger.account_content(row)), _key(row), bytes(row.seal))
            for row in stale  # the old one covers the sums: where it still stands, they do too
        ]
        if fresh:
            yield resealing.swap(Account._meta.db_table, "seal", ["id"], fresh)  # noqa: SLF001 - Django's own name


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


def _renewed(cause: Cause) -> tuple[list[_Fresh], list[_Fresh]]:
    """The MACs of a cause and of its transfers; none where one of the old ones proves nothing."""
    rows = sorted(cause.transfers.all(), key=lambda row: row.position)
    proved = crypto.check_mac(ledger.CAUSE_MAC, ledger.cause_content(cause, rows), bytes(cause.mac))
    if not proved or not all(
        crypto.check_mac(ledger.TRANSFER_MAC, ledger.transfer_content(row, cause), bytes(row.mac))
        for row in rows
    ):
        return [], []
    lines, before = [], bytes(cause.mac)
    for row in rows:
        was = bytes(row.mac)
        row.mac = crypto.mac(ledger.TRANSFER_MAC, ledger.transfer_content(row, cause))
        lines.append((row.mac, _key(row), was))
    made = crypto.mac(ledger.CAUSE_MAC, ledger.cause_content(cause, rows))
    return [(made, _key(cause), before)], lines


def _swap(causes: list[_Fresh], lines: list[_Fresh]) -> int:
    return resealing.swapped(Cause._meta.db_table, "mac", ["id"], causes) + resealing.swapped(  # noqa: SLF001
        Transfer._meta.db_table,  # noqa: SLF001
        "mac",
        ["id"],
        lines,
    )


def _is_sealed(row: Account) -> bool:
    return crypto.check_mac(ledger.ACCOUNT_MAC, ledger.account_content(row), bytes(row.seal))


def _key(row: models.Model) -> Any:
    return row._meta.pk.get_db_prep_value(row.pk, connection)  # noqa: SLF001
