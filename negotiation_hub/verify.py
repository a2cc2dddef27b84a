"""The whole proof behind `negotiation-hub verify`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from catalog import audit as catalog
from desk import audit as desk
from feedback import audit as feedback
from negotiation_hub.kernel import audit as streams
from negotiation_hub.kernel import commit, crypto
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.models import Stream
from orders import audit as orders
from orders.models import Order
from payments import audit as payments
from payments.models import Transfer
from rooms import audit as rooms
from rooms.search import audit as search
from threads import audit as threads
from whiteboard import audit as whiteboard


@dataclass(frozen=True, slots=True)
class Report:
    """What was proved, and how many problems were found."""

    streams: int
    transfers: int
    orders: int
    problems: int


def verify(say: Callable[[str], object]) -> Report:
    """Checks everything against one moment of the database; `say` gets a line for each problem."""
    problems = 0
    try:
        claims = streams.signed_claims()
    except ValueError as error:
        say(f"witness: {error}")
        claims, problems = {}, 1
    with commit.snapshot():
        for problem in _problems(claims):
            problems += 1
            say(str(problem))
        return Report(Stream.objects.count(), Transfer.objects.count(), Order.objects.count(), problems)


def _problems(claims: dict[UUID, dict[int, bytes]]) -> Iterator[Problem]:
    yield from streams.check_sealed()
    yield from streams.check_streams(claims)
    for part in (rooms, search, threads, whiteboard, payments, orders, catalog, feedback, desk):
        try:
            yield from part.check()
        except crypto.BadSeal as broken:
            yield Problem(part.__name__, f"could not be checked to its end: a sealed value is {broken}")
