"""Reading requests: for the buyer's own people, and for nobody else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from catalog import queries as catalog
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, Organisation, User
from orders.lifecycle import Status as Ordering
from rooms.request_models import Request, RequestInvite

PAGE: Final = 25
_CAME_TO_NOTHING: Final = frozenset({Ordering.CANCELED, Ordering.EXPIRED})
SELLERS_SHOWN: Final = 20  # of a search: more asks for better words


def open_to(actor: User) -> "QuerySet[Request]":
    """The requests of one's organisations, without those in which an organisation of one's own is asked: such
    a person would read what the other sellers offer.
    """
    ours = [organisation.pk for organisation in people.organisations_of(actor)]
    both = RequestInvite.objects.filter(
        Exists(Membership.objects.filter(user=actor, organisation=OuterRef("seller"))), request=OuterRef("pk")
    )
    return Request.objects.filter(~Exists(both), buyer__in=ours).select_related("buyer", "by", "awarded")


def request_for(actor: User, request_id: UUID) -> Request:
    """A request that the person may read. Raises NotFound."""
    found = open_to(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def request_of(actor: User, room_id: UUID) -> UUID | None:
    """The request that opened a room, for who may read it."""
    return open_to(actor).filter(invites__room=room_id).values_list("pk", flat=True).first()


def requests_of(actor: User, *, before: datetime | None = None) -> tuple[Sequence[Request], datetime | None]:
    """A page of them, the newest first, each with the number of its `sellers`; and what asks for the next."""
    rows = open_to(actor).annotate(sellers=Count("invites")).order_by("-made_at", "-pk")
    if before is not None:
        rows = rows.filter(made_at__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].made_at if len(found) > PAGE else None


def invites_of(asked: Request) -> list[RequestInvite]:
    """Who is asked, by name."""
    return list(asked.invites.select_related("seller", "room").order_by("seller__name", "pk"))


def fell_through(asked: Request) -> bool:
    """Whether the deal that it was awarded to came to nothing: canceled, or not paid in time."""
    order = None if asked.awarded is None else asked.awarded.order
    return order is not None and order["status"] in _CAME_TO_NOTHING


def acts_for(asked: Request) -> User | None:
    """In whose name it acts: who sent it or, once they left, a colleague who may buy; None without one."""
    buyers = people.buyers_of(asked.buyer_id)
    return asked.by if asked.by in buyers else next(iter(buyers), None)


def sellers_to_ask(actor: User, asked: Request, words: str) -> list[Organisation]:
    """Sellers by name or by what they offer, without those who are asked already and one's own."""
    own = {organisation.pk for organisation in people.organisations_of(actor)}
    known = own | set(asked.invites.values_list("seller", flat=True)) | {asked.buyer_id}
    found = catalog.sellers_found(words, limit=SELLERS_SHOWN + len(known))
    return [seller for seller in found if seller.pk not in known][:SELLERS_SHOWN]
