"""What threads answer on the socket. A thread that is open live is the same stream as by mail."""

from collections.abc import Mapping
from typing import Final

from negotiation_hub.kernel.audience import Kind
from threads import queries, services

KINDS: Final[Mapping[str, Kind]] = {
    queries.KIND: Kind(view=queries.view, services={"message.send": services.send_message}),
}
