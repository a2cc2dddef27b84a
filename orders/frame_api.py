"""REST for reading frame agreements. What is called off of them: `rooms/calling_off_api.py`."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from negotiation_hub.kernel import clock
from orders import frames, queries
from orders.delivery_api import person_of
from orders.frame_schemas import FrameOut, FramesOut
from orders.models import Frame
from orders.parts import decimal_text

router = Router(tags=["orders"])


@router.get("/frames", response=FramesOut, summary="Frame agreements of your organisations, newest first")
def list_frames(request: HttpRequest, room: UUID | None = None) -> dict[str, Any]:
    """The newest fifty; with `room` the one that was agreed there."""
    found = frames.frames_of(person_of(request))
    if room is not None:
        found = found.filter(room_id=room)
    return {"frames": [shown_frame(frame) for frame in found[: queries.PAGE]]}


@router.get(
    "/frames/{uuid:frame_id}", response=FrameOut, summary="One frame agreement, and what is left of it"
)
def read_frame(request: HttpRequest, frame_id: UUID) -> dict[str, Any]:
    """Its id is that of the agreement. Amounts are in minor units, quantities decimal texts in the line's
    unit; a price holds for the pieces from `start` on, up to `end`, by what was called off before them.
    """
    return shown_frame(frames.frame_for(person_of(request), frame_id))


def shown_frame(frame: Frame) -> dict[str, Any]:
    """A frame agreement with its lines as they stand."""
    own = ("id", "number", "title", "currency", "tax_basis", "tax_rate_bp", "issues", "ends_on", "created_at")
    return {
        **{name: getattr(frame, name) for name in own},
        "room": frame.room_id,
        "buyer": {"id": frame.buyer_id, "name": frame.buyer_name},
        "seller": {"id": frame.seller_id, "name": frame.seller_name},
        "in_force": not frames.is_over(frame, clock.now()),
        "lines": [
            {
                "id": state.line.pk,
                "title": state.line.title,
                "unit": state.line.unit,
                "listing": state.line.listing_id,
                "volume": state.line.volume,
                "called_off": decimal_text(state.called),
                "left": decimal_text(state.left),
                "prices": [
                    {
                        "start": decimal_text(step.start),
                        "end": decimal_text(step.end),
                        "unit_price": step.unit_price,
                        "now": step.now,
                    }
                    for step in state.steps()
                ],
            }
            for state in frames.lines_of(frame)
        ],
    }
