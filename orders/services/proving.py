"""Pictures of what was brought to the door, which both sides may look at."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits, pictures
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from orders.models import DeliveryProof
from orders.models.proof import PICTURE
from orders.parts import gone
from orders.queries import order_for
from orders.services import shipping


class ProofsTooMany(Refusal):
    """A parcel has as many pictures as it may have."""

    code = "shipment.proofs_too_many"
    message = _("This parcel has as many pictures as it may have.")


def add_proof(*, shipment_id: UUID, actor: User, data: bytes, now: datetime) -> DeliveryProof:
    """The seller adds a picture of a delivery; the same one again is there once. It takes up to a second.

    Raises ShipmentState before the parcel has left, ProofsTooMany, PictureUnreadable, PictureTooLarge,
    NotPermitted, NotFound.
    """
    given = hashlib.sha256(data).hexdigest()
    # Whoever may not add one has nothing drawn: it is the costly part, and never inside the transaction.
    with commit.transact():
        shipping.locked_shipment(shipment_id, actor, "move")
    drawn = pictures.prepare(data).full
    with commit.transact():
        shipment, _order = shipping.locked_shipment(shipment_id, actor, "move")
        known = shipment.proofs.filter(given=given).first()
        if known is not None:
            return known
        if not gone([shipment]):
            raise shipping.ShipmentState
        if shipment.proofs.count() >= limits.PROOFS_PER_PARCEL_MAX:
            raise ProofsTooMany
        proof = DeliveryProof(
            shipment=shipment,
            given=given,
            media_type=pictures.MEDIA_TYPE,
            width=drawn.width,
            height=drawn.height,
            by=actor.pk,
            at=now,
        )
        proof.file = PICTURE.store(proof, drawn.data, owner=actor.pk)
        proof.save(force_insert=True)
    return proof


def proof_for(actor: User, order_id: UUID, proof_id: UUID) -> DeliveryProof:
    """A picture of a delivery of an order, for its two sides. Raises NotFound."""
    order = order_for(actor, order_id)
    proof = DeliveryProof.objects.select_related("file").filter(pk=proof_id, shipment__order=order).first()
    if proof is None:
        raise NotFound
    return proof
