"""Reading orders: through the person who asks, so that a stranger's order does not exist for them."""

from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from negotiation_hub.kernel import clock, subjects
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import memberships_of
from orders import lifecycle
from orders.facts import OrderDetails
from orders.models import Lookup, Milestone, Order, SealedDetails, Shipment
from orders.models.details import digests
from payments.queries import OrderMoney, order_money

Side = Literal["buyer", "seller"]
PAGE = 50  # orders on one page of a list
_WORDS_CHARS_MAX: Final = 200  # of what orders are found by: no field that is looked up is longer


def order_view(order: Order) -> dict[str, Any]:
    """The order as milestones and the state of a table show it (docs/protocol.md)."""
    return {
        "id": str(order.pk),
        "number": order.number,
        "status": order.status,
        "authorize_status": order.authorize_status,
        "charge_status": order.charge_status,
        "gross": order.gross,
        "currency": order.currency,
        "due_at": clock.text(order.due_at),
    }


def shipment_view(shipment: Shipment) -> dict[str, Any]:
    """The shipment as milestones show it."""
    return {"id": str(shipment.pk), "carrier": shipment.carrier, "tracking": shipment.tracking}


def for_lists(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With all that `next_step.Facts` reads, so that a list does not ask for each row."""
    return rows.select_related("receipt", "cancellation").prefetch_related(
        "lines",
        "shipments__items",
        "grants",
        "work__disputes",
        "appointments__proposals",
        "late_payments",
        "returns__items",
        "returns__dispute",
        "disputes__items",
        "returns__replacements",
    )


def orders_of(user: User) -> QuerySet[Order]:
    """The orders that the person's organisations buy or sell, newest first."""
    mine = [member.organisation_id for member in memberships_of(user)]
    return Order.objects.filter(Q(buyer__in=mine) | Q(seller__in=mine)).order_by("-id")


def page_of_orders(
    user: User, *, room: UUID | None = None, after: UUID | None = None, words: str = ""
) -> list[Order]:
    """At most 50 orders, newest first; `after` is the last id of the page before.

    With `words` those of that number, and those which name just this as contact, telephone, VAT number or
    reference.
    """
    rows = orders_of(user)
    if words := words.strip()[:_WORDS_CHARS_MAX]:
        rows = rows.filter(Q(number__iexact=words) | Q(pk__in=_named(words)))
    if room is not None:
        rows = rows.filter(room_id=room)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(for_lists(rows)[:PAGE])


def order_for(user: User, order_id: UUID) -> Order:
    """The order, when the person is on one of its sides. Raises NotFound."""
    order = orders_of(user).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def order_of_room(room_id: UUID) -> Order | None:
    """The newest order of a room, if there is one. Who may see the room is the caller's question."""
    return Order.objects.filter(room_id=room_id).order_by("-id").first()


def sides_of(order: Order, user: User) -> set[Side]:
    """On which side of the order the person stands; empty for a stranger."""
    mine = {member.organisation_id for member in memberships_of(user)}
    sides: set[Side] = set()
    if order.buyer_id in mine:
        sides.add("buyer")
    if order.seller_id in mine:
        sides.add("seller")
    return sides


def details_of(order: Order) -> OrderDetails | None:
    """Contact, address and notes, once given; None too where the person was erased.

    Raises crypto.BadSeal when they were tampered with.
    """
    row = SealedDetails.objects.filter(order=order).first()
    try:
        return row.get() if row else None
    except subjects.Erased:
        return None


def found_by(text: str) -> list[Order]:
    """The orders that name this text as contact, telephone, VAT number or reference, newest first.

    Nothing is opened: a keyed hash of the text is compared. Who may see them is for the caller to ask.
    """
    return list(Order.objects.filter(pk__in=_named(text)))


def _named(text: str) -> QuerySet[Lookup, UUID]:
    return Lookup.objects.filter(digest__in=digests(text)).values_list("order", flat=True)


def known_details(person: User, organisation_id: UUID) -> OrderDetails:
    """What the person said at their newest placed order for this organisation and would say again; empty
    when there is none.
    """
    mine = Order.objects.filter(buyer=organisation_id, buyer_person=person, placed_at__isnull=False)
    newest = mine.order_by("-placed_at", "-id").first()
    known = details_of(newest) if newest is not None else None
    return known.lasting() if known is not None else OrderDetails()


def with_money_as_it_is(order: Order, money: OrderMoney | None = None) -> Order:
    """Sets the money axes on this copy from the payments: a page must not ask for what was paid a second
    ago. `money` is the order's, where the caller has read it.
    """
    money = money or order_money(order.pk)
    axes = axes_of(money, order.gross)
    order.authorize_status, order.charge_status = axes[0].value, axes[1].value
    return order


def axes_of(money: OrderMoney, gross: int) -> tuple[lifecycle.AuthorizeStatus, lifecycle.ChargeStatus]:
    """Both axes. What went back since an amendment made the order cheaper was never owed by it."""
    captured, refunded = money.captured - money.lowered, max(0, money.refunded - money.lowered)
    return lifecycle.money_axes(money.authorized, captured, refunded, gross)


def milestones_of(order_ids: list[UUID] | None = None) -> QuerySet[Milestone]:
    """All milestones, or those of some orders: `verify` looks for each in the stream of the order's room."""
    rows = Milestone.objects.select_related("order").order_by("id")
    return rows if order_ids is None else rows.filter(order__in=order_ids)
