"""REST: disputes of goods, by the buyer and by the seller."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from negotiation_hub.kernel import clock
from orders import queries, services
from orders.delivery_api import person_of
from orders.dispute_schemas import (
    AgreeIn,
    DeclineIn,
    DisputedOut,
    DisputeIn,
    DisputeStepOut,
    GoodsDisputeOut,
    GoodsDisputesOut,
    ProposalIn,
)
from orders.models import GoodsDispute

router = Router(tags=["orders"])
_OTHERS = frozenset({"order", "items", "goods_return", "steps"})


def shown_dispute(row: GoodsDispute) -> dict[str, Any]:
    """A dispute for `GoodsDisputeOut`."""
    back = getattr(row, "goods_return", None)
    names = DisputedOut.model_fields.keys() - {"line"}
    return {
        **{name: getattr(row, name) for name in GoodsDisputeOut.model_fields if name not in _OTHERS},
        "order": row.order_id,
        "items": [
            {"line": item.line_id, **{name: getattr(item, name) for name in names}}
            for item in row.items.all()
        ],
        "goods_return": back and back.pk,
        "steps": [
            {name: getattr(change, name) for name in DisputeStepOut.model_fields}
            for change in row.changes.all()
        ],
    }


@router.get("/disputes", response=GoodsDisputesOut, summary="The disputes of an order's goods")
def list_disputes(request: HttpRequest, order: UUID) -> dict[str, Any]:
    """The oldest first. What is disputed of work stands with its milestones."""
    found = queries.order_for(person_of(request), order)
    return {"disputes": [shown_dispute(row) for row in found.disputes.all()]}


@router.post("/disputes", response=GoodsDisputeOut, summary="Dispute goods (buyer)")
def dispute(request: HttpRequest, data: DisputeIn) -> dict[str, Any]:
    """What has come and is not confirmed, or should have come by the agreed day. Its share stays held."""
    items = {item.line: item.quantity for item in data.items}
    if len(items) != len(data.items):
        raise services.DisputeQuantity
    row = services.dispute_goods(
        order_id=data.order,
        actor=person_of(request),
        items=items,
        reason=data.reason,
        words=data.words,
        dispute_id=data.id,
        now=clock.now(),
    )
    return shown_dispute(row)


@router.post(
    "/disputes/{uuid:dispute_id}/propose", response=GoodsDisputeOut, summary="Propose how it ends (seller)"
)
def propose(request: HttpRequest, dispute_id: UUID, data: ProposalIn) -> dict[str, Any]:
    """Instead of what stands. A sum is at most the share of what is disputed."""
    row = services.propose_outcome(
        dispute_id=dispute_id,
        actor=person_of(request),
        outcome=data.outcome,
        amount=data.amount,
        reason=data.reason,
        proposal_id=data.id,
        now=clock.now(),
    )
    return shown_dispute(row)


@router.post(
    "/disputes/{uuid:dispute_id}/agree", response=GoodsDisputeOut, summary="Take what is proposed (buyer)"
)
def agree(request: HttpRequest, dispute_id: UUID, data: AgreeIn) -> dict[str, Any]:
    """It ends, and what was agreed is done, once."""
    row = services.agree_outcome(
        dispute_id=dispute_id, actor=person_of(request), proposal=data.proposal, now=clock.now()
    )
    return shown_dispute(row)


@router.post(
    "/disputes/{uuid:dispute_id}/decline", response=GoodsDisputeOut, summary="Do not take it (buyer)"
)
def decline(request: HttpRequest, dispute_id: UUID, data: DeclineIn) -> dict[str, Any]:
    """The dispute goes on."""
    row = services.decline_outcome(
        dispute_id=dispute_id,
        actor=person_of(request),
        proposal=data.proposal,
        reason=data.reason,
        now=clock.now(),
    )
    return shown_dispute(row)


@router.post(
    "/disputes/{uuid:dispute_id}/receive", response=GoodsDisputeOut, summary="It is right now (buyer)"
)
def receive(request: HttpRequest, dispute_id: UUID) -> dict[str, Any]:
    """What was disputed is received, and its share released."""
    row = services.receive_disputed(dispute_id=dispute_id, actor=person_of(request), now=clock.now())
    return shown_dispute(row)


@router.post("/disputes/{uuid:dispute_id}/withdraw", response=GoodsDisputeOut, summary="Take it back (buyer)")
def withdraw(request: HttpRequest, dispute_id: UUID) -> dict[str, Any]:
    """The days of silence begin anew."""
    row = services.withdraw_goods_dispute(dispute_id=dispute_id, actor=person_of(request), now=clock.now())
    return shown_dispute(row)
