"""What the order's page shows of its returns."""

from dataclasses import dataclass
from typing import Any

from django.forms import Form

from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_convert, membership
from orders import lifecycle, return_words, returned, services
from orders.carriers import tracking_url
from orders.lifecycle import ReturnOutcome, ReturnStatus
from orders.models import GoodsReturn, Order, ReturnChange
from orders.return_forms import ApproveForm, ParcelForm, RefuseForm


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """A return for the page: `steps` in words, the newest first; `can` are the events that the person may
    cause; `refused` is what the seller did not agree to; `share` is what goes back, in minor units; `forms`
    those of the steps, by name.
    """

    row: GoodsReturn
    items: list[str]
    refused: list[str]
    reason: str
    status: str
    outcome: str
    url: str | None
    steps: list[tuple[str, ReturnChange]]
    can: frozenset[str]
    share: int
    replacement: bool
    forms: dict[str, Form]


def shown(order: Order, person: User, sent: dict[str, Any] | None = None) -> list[ShownReturn]:
    """The returns of an order for one of its people, the newest first. `sent` is a form that was sent and is
    wrong, with the return that it is of and its name.
    """
    buys = membership(person, order.buyer_id) is not None
    seat = membership(person, order.seller_id)
    return [_shown(row, buys, seat is not None, may_convert(seat), sent or {}) for row in _rows(order)]


def named(row: GoodsReturn, name: str) -> dict[str, str]:
    """Prefix and ids of a form of this return, which has others of its kind beside it."""
    prefix = f"r{row.pk.hex[-8:]}-{name}"
    return {"prefix": prefix, "auto_id": f"id_{prefix}_%s"}


def _rows(order: Order) -> list[GoodsReturn]:
    return list(order.returns.order_by("-id").prefetch_related("changes", "replacements"))


def _shown(row: GoodsReturn, buys: bool, sells: bool, decides: bool, sent: dict[str, Any]) -> ShownReturn:
    can = {
        step.event
        for step in lifecycle.RETURN
        if row.status in step.before
        and {lifecycle.Who.BUYER: buys, lifecycle.Who.SELLER: sells, lifecycle.Who.SALES: decides}[step.who]
    }
    parcel = returned.replacement_of(row)
    if parcel is not None:
        can.discard("cancel")
    owed = row.outcome == ReturnOutcome.REPLACEMENT and row.status != ReturnStatus.CANCELED
    if sells and owed and parcel is None:
        can.add("replace")
    words, name = return_words.steps(), f"r{row.pk.hex[-8:]}"
    forms: dict[str, Form] = {
        "part": ApproveForm(row=row, **named(row, "part")),
        "refuse": RefuseForm(prefix=f"{name}-refuse"),
        "send_back": ParcelForm(prefix=f"{name}-back"),
        "replace": ParcelForm(prefix=f"{name}-replace"),
    }
    if sent.get("of") == row.pk:
        forms[sent["name"]] = sent["form"]
    refund = row.outcome != ReturnOutcome.REPLACEMENT
    return ShownReturn(
        row=row,
        items=return_words.items(row),
        refused=return_words.refused_items(row),
        reason=return_words.reasons()[row.reason],
        status=return_words.statuses()[row.status],
        outcome=return_words.outcomes().get(row.outcome, ""),
        url=tracking_url(row.carrier, row.tracking),
        steps=[(words[one.event], one) for one in sorted(row.changes.all(), key=lambda c: -c.seq)],
        can=frozenset(can),
        share=row.share if row.share is not None else services.share_of(row) if refund else 0,
        replacement=parcel is not None,
        forms=forms,
    )
