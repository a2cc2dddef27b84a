"""What the order's page shows of its disputes of goods."""

from dataclasses import dataclass
from typing import Any

from django.forms import Form

from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_buy, may_convert, membership, people_by_ids
from orders import dispute_words, lifecycle, services
from orders.dispute_forms import DeclineForm, ProposeForm
from orders.lifecycle import DisputeStatus, Who
from orders.models import DisputeChange, GoodsDispute, Order


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step in words, with who took it and what was proposed by it."""

    words: str
    change: DisputeChange
    who: str
    proposal: str


@dataclass(frozen=True, slots=True)
class ShownDispute:
    """A dispute for the page: `steps` the newest first; `can` are the events that the person may cause;
    `standing` is the proposal that waits for the buyer; `forms` those of the steps, by name.
    """

    row: GoodsDispute
    items: list[str]
    reason: str
    who: str
    end: str
    standing: ShownStep | None
    steps: list[ShownStep]
    can: frozenset[str]
    sent: bool
    forms: dict[str, Form]


def shown(order: Order, person: User, sent: dict[str, Any] | None = None) -> list[ShownDispute]:
    """The disputes of an order for one of its people, the newest first. `sent` is a form that was sent and is
    wrong, with the dispute that it is of and its name.
    """
    may = {
        Who.BUYER: may_buy(membership(person, order.buyer_id)),
        Who.SALES: may_convert(membership(person, order.seller_id)),
        Who.SYSTEM: False,
    }
    rows = order.disputes.order_by("-id").prefetch_related("changes", "items__line")
    return [_shown(order, row, may, sent or {}) for row in rows]


def propose_form(order: Order, row: GoodsDispute, data: Any = None) -> ProposeForm:
    """The seller's form for this dispute."""
    return ProposeForm(
        data,
        prefix=f"d{row.pk.hex[-8:]}-propose",
        currency=order.currency,
        most=services.sum_at_most(order, row),
        sent=not services.not_sent(order, row),
    )


def decline_form(row: GoodsDispute, data: Any = None) -> DeclineForm:
    """The buyer's form for what is proposed."""
    return DeclineForm(data, prefix=f"d{row.pk.hex[-8:]}-decline", initial={"proposal": row.proposal})


def _shown(order: Order, row: GoodsDispute, may: dict[Who, bool], sent: dict[str, Any]) -> ShownDispute:
    can = {step.event for step in lifecycle.DISPUTE if row.status in step.before and may[step.who]}
    here = row.status == DisputeStatus.DISPUTED and not services.not_sent(order, row)
    if not here:
        can.discard("receive")
    changes = sorted(row.changes.all(), key=lambda one: -one.seq)
    names = people_by_ids({one.actor for one in changes if one.actor})
    words = dispute_words.steps()
    steps = [
        ShownStep(
            words[one.event],
            one,
            names[one.actor].name if one.actor in names else "",
            dispute_words.proposal(order, one) if one.outcome else "",
        )
        for one in changes
    ]
    waits = row.status == DisputeStatus.DISPUTED
    standing = next((one for one in steps if waits and one.change.pk == row.proposal), None)
    if standing is None:
        can -= {"agree", "decline"}
    forms: dict[str, Form] = {}
    if "propose" in can:
        forms["propose"] = propose_form(order, row)
    if "decline" in can:
        forms["decline"] = decline_form(row)
    if sent.get("of") == row.pk:
        forms[sent["name"]] = sent["form"]
    return ShownDispute(
        row=row,
        items=dispute_words.items(row),
        reason=dispute_words.reasons()[row.reason],
        who=steps[-1].who if steps else "",
        end=dispute_words.ends().get(row.end, ""),
        standing=standing,
        steps=steps,
        can=frozenset(can),
        sent=here,
        forms=forms,
    )
