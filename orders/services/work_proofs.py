"""What shows that work was done: pictures, drawn anew, and papers. Both sides may look at them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, content, limits, pictures
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.people.models import User
from orders.lifecycle import Status, Work
from orders.models import Order, WorkMilestone, WorkProof
from orders.models.work_proof import PROOF
from orders.queries import order_for
from orders.services import work as works

_PAPERS: Final = (content.PDF, content.CSV, content.TEXT)
_LIVE: Final = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED})
_NAME_CHARS_MAX: Final = 100


class WorkProofsTooMany(Refusal):
    """A piece of work has as many proofs as it may have."""

    code = "work.proofs_too_many"
    message = _("This work has as many pictures and files as it may have.")


class WorkProofUnreadable(Malformed):
    """Neither a picture nor a paper of a kind that is taken."""

    code = "work.proof_unreadable"
    message = _("This file cannot be read. Pictures, PDF, CSV and plain text are welcome, up to 10 MiB.")


@dataclass(frozen=True, slots=True)
class _Drawn:
    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def add_work_proof(*, work_id: UUID, actor: User, data: bytes, name: str, now: datetime) -> WorkProof:
    """The seller adds a picture or a paper to work that is not received yet; the same again is there once. It
    takes up to a second.

    Raises WorkState, WorkProofsTooMany, WorkProofUnreadable, PictureTooLarge, NotPermitted, NotFound.
    """
    given = hashlib.sha256(data).hexdigest()
    # Whoever may not add one has nothing drawn: it is the costly part, and never inside the transaction.
    with commit.transact():
        works.locked_for(work_id, actor, "report")
    drawn = _drawn(data, name)
    with commit.transact():
        work, order = works.locked_for(work_id, actor, "report")
        known = work.proofs.filter(given=given).first()
        if known is not None:
            return known
        if work.status == Work.RECEIVED or order.status not in _LIVE:
            raise works.WorkState
        if work.proofs.count() >= limits.PROOFS_PER_MILESTONE_MAX:
            raise WorkProofsTooMany
        return _keep(work, drawn, name, given, actor, now)


def work_proof_for(actor: User, order_id: UUID, proof_id: UUID) -> WorkProof:
    """A proof of work of an order, for its two sides. Raises NotFound."""
    order: Order = order_for(actor, order_id)
    proof = WorkProof.objects.select_related("file").filter(pk=proof_id, work__order=order).first()
    if proof is None:
        raise NotFound
    return proof


def _keep(work: WorkMilestone, drawn: _Drawn, name: str, given: str, actor: User, now: datetime) -> WorkProof:
    proof = WorkProof(
        work=work,
        given=given,
        name=shown_only(name).strip()[-_NAME_CHARS_MAX:] or "file",
        media_type=drawn.media_type,
        width=drawn.width,
        height=drawn.height,
        by=actor.pk,
        at=now,
    )
    proof.file = PROOF.store(proof, drawn.data, owner=actor.pk)
    proof.save(force_insert=True)
    return proof


def _drawn(data: bytes, name: str) -> _Drawn:
    if len(data) > limits.FILE_BYTES_MAX:
        raise WorkProofUnreadable
    kind = content.content_kind(data, name)
    if kind in _PAPERS and kind is not None:
        return _Drawn(data, kind.media_type)
    try:
        full = pictures.prepare(data).full
    except pictures.PictureUnreadable:
        raise WorkProofUnreadable from None
    return _Drawn(full.data, pictures.MEDIA_TYPE, full.width, full.height)
