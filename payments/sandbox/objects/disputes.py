"""Chargebacks: opened by the sandbox for one of the test cards, won or lost by the evidence given."""

from typing import Final

from payments.sandbox import currencies
from payments.sandbox.errors import ApiError
from payments.sandbox.objects import common
from payments.sandbox.store import Json, Tx, new_id

_EVIDENCE_DAYS: Final = 9
_OPEN: Final = ("needs_response", "warning_needs_response", "under_review", "warning_under_review")
# The words by which the real provider's test mode decides a dispute.
WINNING, LOSING = "winning_evidence", "losing_evidence"


def open_dispute(tx: Tx, charge_id: str, *, inquiry: bool) -> None:
    """The cardholder complains: the amount and a fee leave the balance (an inquiry only asks)."""
    charge = tx.get("charge", charge_id)
    if charge["disputed"]:
        return
    amount = charge["amount_captured"] - charge["amount_refunded"]
    if amount <= 0:
        return
    id_ = new_id("du")
    dispute: Json = {
        "id": id_, "object": "dispute", "amount": amount, "balance_transactions": [], "charge": charge_id,
        "created": tx.now, "currency": charge["currency"], "enhanced_eligibility_types": [],
        "evidence": {"uncategorized_text": None},
        "evidence_details": {
            "due_by": tx.now + _EVIDENCE_DAYS * 24 * 3600, "enhanced_eligibility": {}, "has_evidence": False,
            "past_due": False, "submission_count": 0,
        },
        "is_charge_refundable": inquiry, "livemode": False, "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "case_type": "inquiry" if inquiry else "chargeback",
                     "network_reason_code": "10.4"},
        },
        "reason": "fraudulent", "status": "warning_needs_response" if inquiry else "needs_response",
    }  # fmt: skip
    if not inquiry:
        withdrawn = _adjust(tx, dispute, -amount, currencies.DISPUTE_FEE_MINOR, "Chargeback withdrawal")
        dispute["balance_transactions"].append(withdrawn)
    charge["disputed"] = not inquiry
    tx.save(charge)
    tx.save(dispute)
    tx.emit("charge.dispute.created", dispute)
    if not inquiry:
        tx.emit("charge.dispute.funds_withdrawn", dispute)


def _adjust(tx: Tx, dispute: Json, amount: int, fee: int, text: str) -> Json:
    return common.post(
        tx,
        account=tx.account,
        kind="adjustment",
        amount=amount,
        fee=fee,
        currency=dispute["currency"],
        source=dispute["id"],
        description=f"{text} for {dispute['charge']}",
    )


def update(tx: Tx, params: Json, id_: str) -> Json:
    """Gives evidence. Submitted, the words WINNING and LOSING decide at once; other words wait for a
    decision.
    """
    dispute = tx.get("dispute", id_, "dispute")
    if "evidence" in params and dispute["status"] not in _OPEN:
        raise ApiError(f"This dispute is already closed with a status of {dispute['status']}.")
    previous = common.merge_metadata(dispute, params)
    if "evidence" in params:
        previous["evidence"] = dict(dispute["evidence"])
        dispute["evidence"].update(params["evidence"])
        dispute["evidence_details"]["has_evidence"] = True
    decided = None
    if "evidence" in params and params.get("submit", True):
        dispute["evidence_details"]["submission_count"] += 1
        words = dispute["evidence"]["uncategorized_text"] or ""
        decided = "won" if words == WINNING else "lost" if words == LOSING else None
        if decided is None:
            warning = dispute["status"].startswith("warning")
            dispute["status"] = "warning_under_review" if warning else "under_review"
    tx.save(dispute)
    if previous:
        tx.emit("charge.dispute.updated", dispute, previous)
    if decided is not None:
        _decide(tx, dispute, decided)
    return dispute


def close(tx: Tx, _params: Json, id_: str) -> Json:
    """Gives up: the dispute is lost."""
    dispute = tx.get("dispute", id_, "dispute")
    if dispute["status"] not in _OPEN:
        raise ApiError("This dispute is already closed", code="dispute_already_closed")
    _decide(tx, dispute, "lost")
    return dispute


def _decide(tx: Tx, dispute: Json, outcome: str) -> None:
    inquiry = dispute["status"].startswith("warning")
    dispute["status"] = "warning_closed" if inquiry else outcome
    charged = tx.get("charge", dispute["charge"])
    if outcome == "won" and not inquiry:
        returned = _adjust(tx, dispute, dispute["amount"], 0, "Chargeback reversal")
        dispute["balance_transactions"].append(returned)
        tx.save({**charged, "disputed": False})
    tx.save(dispute)
    if outcome == "won" and not inquiry:
        tx.emit("charge.dispute.funds_reinstated", dispute)
    tx.emit("charge.dispute.closed", dispute)
