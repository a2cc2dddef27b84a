"""REST for amending what is agreed."""

from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from ninja import Router

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.ids import random_id
from negotiation_hub.people.models import User
from rooms import queries, services, wire
from rooms.models import Room

router = Router(tags=["rooms"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.post("/rooms/{uuid:room_id}/amendments", summary="Offer to amend what is agreed and ordered")
def amend(request: Person, room_id: UUID, payload: wire.OfferTerms) -> dict[str, Any]:
    """Puts the whole terms, as they are to be, on the room's table. They are answered like any offer;
    accepted, they change the same order. Send an `Idempotency-Key`: the same key offers once.
    """
    key = request.headers.get("Idempotency-Key", "")
    command = uuid5(request.auth.pk, f"amend:{key}") if key else random_id()
    frame = wire.OfferPropose(t="offer.propose", id=str(command), stream=str(room_id), offer=payload)
    services.propose_offer(actor=request.auth, frame=frame, now=clock.now())
    state = queries.table_state(Room.objects.select_related("buyer", "seller").get(pk=room_id))
    return {"negotiation": state["negotiation"], "offers": state["offers"][-1:]}
