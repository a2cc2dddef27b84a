"""What a person may offer or accept alone: a seller not below a floor, a buyer not above a limit.

What goes further is laid before the managers of their side.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.ids import random_id
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.kernel.writer import Answer
from rooms import framing, goods, queries, wire
from rooms.approval import Status
from rooms.models import Approval, Bound
from rooms.refusals import ApprovalWaits
from rooms.table import Table


@dataclass(frozen=True, slots=True)
class Beyond:
    """Why an offer needs a manager: the rule, and the bound in minor units of the room's currency."""

    rule: str  # floor: of a seller's net; listing: of one listing's price; limit: of what a buyer pays
    minor: int

    def view(self) -> dict[str, Any]:
        """As the caucus shows it."""
        return asdict(self)


def beyond(table: Table, packages: Sequence[dict[str, Any]]) -> Beyond | None:
    """Whether any of the packages goes beyond what this side has set for the room."""
    packages = framing.measured(table, packages)
    bound = Bound.objects.filter(room=table.room, side=table.side).first()
    minor = bound.minor if bound is not None else None
    if table.side == "buyer":
        above = minor is not None and any(one["gross"] > minor for one in packages)
        return Beyond("limit", minor or 0) if above else None
    if minor is not None and any(one["net"] < minor for one in packages):
        return Beyond("floor", minor)
    floor = goods.below_floor(table.room, packages)
    return None if floor is None else Beyond("listing", floor)


def asked_before(table: Table) -> bool:
    """Whether this very command waits, or has waited, for a manager."""
    return Approval.objects.filter(room=table.room, by=table.actor, command=table.command).exists()


def ask(
    table: Table,
    way: str,
    version: int | None,
    asked: wire.OfferTerms,
    packages: list[dict[str, Any]],
    beyond: Beyond,
) -> Answer:
    """Lays an offer before the managers of the side that makes it. Raises ApprovalWaits for a second one."""
    caucus = Stream.objects.get(kind="caucus", scope=table.room.pk, side=table.side)
    head = stream.lock(caucus.id)
    if head is None:
        raise StreamUnknown
    if Approval.objects.filter(room=table.room, side=table.side, status=Status.PENDING_APPROVAL).exists():
        raise ApprovalWaits
    made = Approval.objects.create(
        id=random_id(),
        room=table.room,
        side=table.side,
        number=Approval.objects.filter(room=table.room, side=table.side).count() + 1,
        by=table.actor,
        command=UUID(str(table.command)),
        way=way,
        answers=version,
        terms=asked.model_dump(mode="json", exclude_none=True),
        packages=packages,
        beyond=beyond.view(),
        made_at=table.now,
    )
    body = {"approval": queries.approval_view(made)}
    stream.append(head, [Draft("approval.requested", body)], by=table.actor.pk, at=table.now)
    return table.unchanged()
