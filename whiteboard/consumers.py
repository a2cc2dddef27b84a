"""What boards answer on the socket."""

from collections.abc import Mapping
from typing import Final

from negotiation_hub.kernel.audience import Kind, Service
from rooms import opening
from whiteboard import queries, services, versions, wire

FRAMES: Final = wire.FRAMES
TABLE_SERVICES: Final = versions.TABLE_SERVICES
_SERVICES: Final[Mapping[str, Service]] = {
    "board.draw": services.draw,
    "board.save_version": versions.save_version,
    "board.restore": versions.restore_layer,
}
KINDS: Final[Mapping[str, Kind]] = {
    # Nobody watches a board unseen either: whoever opens it first sits down at the room's table.
    kind: Kind(view=queries.view, services=_SERVICES, enter=opening.enter_room)
    for kind in queries.KINDS
}
