"""Pictures of what was brought to the door, which both sides may look at."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits, pictures
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from orders.models import DeliveryProof, Shipment
from orders.models.proof import PICTURE
from orders.parts import gone
from orders.queries import order_for
from orders.services import common, shipping


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
        return _keep(shipment, given, drawn, by=actor.pk, now=now)


def add_carriers_proof(*, shipment_id: UUID, data: bytes, now: datetime) -> DeliveryProof:
    """The same with a picture that the carrier made.

    Raises ShipmentState, ProofsTooMany, PictureUnreadable, PictureTooLarge, NotFound.
    """
    given = hashlib.sha256(data).hexdigest()
    drawn = pictures.prepare(data).full
    with commit.transact():
        owner = Shipment.objects.filter(pk=shipment_id).values_list("order", flat=True).first()
        if owner is None:
            raise NotFound
        common.locked(owner)
        return _keep(Shipment.objects.get(pk=shipment_id), given, drawn, by=None, now=now)


def _keep(
    shipment: Shipment, given: str, drawn: pictures.Drawn, *, by: UUID | None, now: datetime
) -> DeliveryProof:
    """Stores a picture sealed, once; the order is locked."""
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
        by=by,
        at=now,
    )
    proof.file = PICTURE.store(proof, drawn.data, owner=by)
    proof.save(force_insert=True)
    return proof


def proof_for(actor: User, order_id: UUID, proof_id: UUID) -> DeliveryProof:
    """A picture of a delivery of an order, for its two sides. Raises NotFound."""
    order = order_for(actor, order_id)
    proof = DeliveryProof.objects.select_related("file").filter(pk=proof_id, shipment__order=order).first()
    if proof is None:
        raise NotFound
    return proof
