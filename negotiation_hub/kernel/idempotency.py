"""`Idempotency-Key` over HTTP: a repeated request gets the first answer again.

After the IETF draft "The Idempotency-Key HTTP Header Field": another request under the same key is 422, one
that is still under way is 409.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit, crypto, limits, outbox, resealing
from negotiation_hub.kernel.models import IdempotentAnswer
from negotiation_hub.kernel.refusals import Refusal

KEY_CHARS_MAX = 255
_SEAL = "idempotency.answer"


class KeyReused(Refusal):
    """The key was used for another request."""

    code = "idempotency.reused"
    message = gettext_noop("This Idempotency-Key was used for another request.")
    status = 422


class KeyTooLong(Refusal):
    """Longer than a key may be."""

    code = "idempotency.too_long"
    message = gettext_noop("This Idempotency-Key is too long.")
    status = 422


class InProgress(Refusal):
    """The first request with this key is not answered yet."""

    code = "idempotency.in_progress"
    message = gettext_noop("The first request with this key is still under way.")
    temporary = True


def once(
    request: HttpRequest, person: UUID, answer: Callable[[], HttpResponse], *, now: datetime
) -> HttpResponse:
    """Answers a request, once per key. Raises KeyReused, KeyTooLong, InProgress.

    Only what succeeded is kept: a refused request is judged anew, as a refused command is.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return answer()
    if len(key) > KEY_CHARS_MAX:
        raise KeyTooLong
    fingerprint = hashlib.sha256(
        b"\0".join([(request.method or "").encode(), request.get_full_path().encode(), request.body])
    ).digest()
    with commit.transact():
        row, first = IdempotentAnswer.objects.get_or_create(
            person=person, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
        )
    if not first and (known := _again(row, fingerprint, now)) is not None:
        return known
    try:
        response = answer()
    except BaseException:
        _forget(row)
        raise
    if response.status_code >= 400:  # noqa: PLR2004 - HTTP's own bound between success and failure
        _forget(row)
        return response
    with commit.transact():
        IdempotentAnswer.objects.filter(pk=row.pk).update(
            status=response.status_code, body=_sealed(row, response.content)
        )
    return response


def _sealed(row: IdempotentAnswer, body: bytes) -> str:
    # An answer may hold what is stored sealed elsewhere, such as the address of an order.
    return base64.b64encode(crypto.seal(_SEAL, body, _place(row))).decode()


def _opened(row: IdempotentAnswer) -> bytes:
    return crypto.unseal(_SEAL, base64.b64decode(row.body), _place(row))


def _place(row: IdempotentAnswer) -> bytes:
    return f"kernel_idempotentanswer.body:{row.pk}".encode()


def _again(row: IdempotentAnswer, fingerprint: bytes, now: datetime) -> HttpResponse | None:
    if bytes(row.fingerprint) != fingerprint:
        raise KeyReused
    if row.status is None:
        if now - row.created_at < timedelta(seconds=limits.JOB_LEASE_S):
            raise InProgress(retry_after_ms=500)
        _take_over(row, now)
        return None
    return HttpResponse(_opened(row), status=row.status, content_type="application/json")


def _take_over(row: IdempotentAnswer, now: datetime) -> None:
    # The process died over the first request, and nobody knows how far it came: one repetition does it anew.
    with commit.transact():
        taken = IdempotentAnswer.objects.filter(pk=row.pk, status=None, created_at=row.created_at).update(
            created_at=now
        )
    if not taken:
        raise InProgress(retry_after_ms=500)


def _forget(row: IdempotentAnswer) -> None:
    with commit.transact():
        IdempotentAnswer.objects.filter(pk=row.pk, status=None).delete()


@outbox.every("idempotency.clean", 3600)
def _forget_old(now: datetime) -> None:
    with commit.transact():
        IdempotentAnswer.objects.filter(
            created_at__lt=now - timedelta(seconds=limits.IDEMPOTENCY_KEPT_S)
        ).delete()


def _reseal(key_id: str) -> Iterator[int]:
    for page in resealing.pages(_answered()):
        fresh = [(_sealed(row, _opened(row)), row.pk, row.body) for row in page if _is_old(row.body, key_id)]
        if fresh:
            yield resealing.swap(IdempotentAnswer._meta.db_table, "body", ["id"], fresh)  # noqa: SLF001 - Django's own


def _old(key_id: str) -> int:
    return sum(_is_old(body, key_id) for body in _answered().values_list("body", flat=True))


def _answered() -> "QuerySet[IdempotentAnswer]":
    return IdempotentAnswer.objects.exclude(status=None)


def _is_old(body: str, key_id: str) -> bool:
    return crypto.key_of(base64.b64decode(body[:20])) != key_id


resealing.more.append(_reseal)
resealing.old.append(_old)
