"""The secret of each person: what is sealed about them opens with it alone, and goes with it for good.

Erasing a person deletes their secret ("crypto-shredding"): what was sealed with it, in whatever table or log,
is then noise, the key ring or not. A backup that was made before still has the secret; docs/runbook.md says
how long backups may be kept.
"""

import os
from datetime import datetime
from typing import Final
from uuid import UUID

from negotiation_hub.kernel import commit, crypto
from negotiation_hub.kernel.models import SubjectSecret

_SECRET_BYTES: Final = 32


class Erased(Exception):
    """The person was erased: what is asked for is gone for good."""


def secret_of(subject: UUID, *, now: datetime) -> bytes:
    """The person's secret, made when it is asked for the first time. Raises Erased."""
    row = SubjectSecret.objects.filter(pk=subject).first()
    if row is None:
        with commit.transact():
            fresh = SubjectSecret(subject=subject, secret=os.urandom(_SECRET_BYTES), made_at=now)
            SubjectSecret.objects.bulk_create([fresh], ignore_conflicts=True)  # of two at once, one wins
            row = SubjectSecret.objects.get(pk=subject)
    if row.secret is None:
        raise Erased
    return bytes(row.secret)


def known_secret(subject: UUID) -> bytes:
    """The person's secret, to read with. Raises Erased, and crypto.BadSeal where the row is missing."""
    row = SubjectSecret.objects.filter(pk=subject).first()
    if row is None:
        raise crypto.BadSeal("the secret of whom it is about is missing")
    if row.secret is None:
        raise Erased
    return bytes(row.secret)


def shred(subject: UUID, *, now: datetime) -> bool:
    """Deletes the person's secret, in the open transaction. False when nothing was left to delete.

    The row stays, so that no new secret is made for whoever was erased.
    """
    commit.require_transaction()
    row, new = SubjectSecret.objects.get_or_create(pk=subject, defaults={"made_at": now, "erased_at": now})
    if new or row.secret is None:
        return False
    row.secret, row.erased_at = None, now
    row.save(update_fields=["secret", "erased_at"])
    return True
