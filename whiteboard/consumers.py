"""What boards answer on the socket."""

from collections.abc import Mapping
from typing import Final

from negotiation_hub.kernel.audience import Kind, Quick, Service
from rooms import opening
from whiteboard import queries, services, versions, wire

FRAMES: Final = wire.FRAMES
TABLE_SERVICES: Final = versions.TABLE_SERVICES
_SERVICES: Final[Mapping[str, Service]] = {
    "board.save_version": versions.save_version,
    "board.restore": versions.restore_layer,
}
_QUICK: Final[Mapping[str, Quick]] = {"board.draw": services.draw_by}
KINDS: Final[Mapping[str, Kind]] = {
    # Nobody watches a board unseen either: whoever opens it first sits down at the room's table.
    kind: Kind(view=queries.view, services=_SERVICES, quick=_QUICK, enter=opening.enter_room)
    for kind in queries.KINDS
}
