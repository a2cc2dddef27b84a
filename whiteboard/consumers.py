"""What boards answer on the socket."""

from collections.abc import Mapping
from typing import Final

from negotiation_hub.kernel.audience import Kind
from rooms import opening
from whiteboard import queries, services, wire

FRAMES: Final = wire.FRAMES
KINDS: Final[Mapping[str, Kind]] = {
    # Nobody watches a board unseen either: whoever opens it first sits down at the room's table.
    "board": Kind(view=queries.view, services={"board.draw": services.draw}, enter=opening.enter_room)
}
