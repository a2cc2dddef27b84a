"""What `negotiation-hub verify` asks of feedback: answers that fit their questions, and loops."""

from collections.abc import Iterator

from feedback import queries, wire
from feedback.models import Answer, FollowUp, Invitation
from feedback.refusals import AnswersInvalid
from feedback.services import ANSWERED_TOPIC
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.models import Job
from orders.models import Receipt
from threads.models import Thread


def check() -> Iterator[Problem]:
    """Checks every invitation, answer and follow-up."""
    invitations = Invitation.objects.select_related("version", "order").order_by("pk")
    for invitation in invitations.iterator(chunk_size=500):
        yield from (Problem(f"invitation {invitation.pk}", what) for what in _invitation(invitation))
    for follow_up in FollowUp.objects.order_by("pk").iterator(chunk_size=500):
        thread = Thread.objects.filter(pk=follow_up.thread_id).first()
        if thread is None or thread.assignee_id != follow_up.assignee_id:
            yield Problem(f"follow-up {follow_up.pk}", "it has no thread with its assignee")


def _invitation(invitation: Invitation) -> Iterator[str]:
    order = invitation.order
    if not Receipt.objects.filter(order=order).exists():
        yield f"order {order.number} was not received"
    if (order.seller_id, order.buyer_id, order.room_id) != (
        invitation.seller_id,
        invitation.buyer_id,
        invitation.room_id,
    ):
        yield f"it is about other sides than order {order.number}"
    given = Answer.objects.filter(invitation=invitation).first()
    if invitation.answered_at != (given.at if given is not None else None):
        yield "it does not say when it was answered"
    if given is not None:
        yield from _answer(given, invitation)


def _answer(given: Answer, invitation: Invitation) -> Iterator[str]:
    try:
        questions = wire.read_questions(invitation.version.questions)
        values = wire.clean_values(questions, given.values)
    except (AnswersInvalid, ValueError):
        yield "its answer does not fit the questions"
        return
    if values != given.values or wire.score(questions, values) != given.score:
        yield f"its score {given.score} does not follow from its answer"
    followed = FollowUp.objects.filter(answer=given).exists()
    if followed and not given.may_contact:
        yield "it was followed up against the buyer's word"
    due = given.may_contact and wire.is_unhappy(questions, values) and not followed
    if due and queries.sales_of(invitation.seller_id):
        dedupe = f"{ANSWERED_TOPIC}:{given.pk}"
        if not Job.objects.filter(dedupe=dedupe, done_at=None, failed_at=None).exists():
            yield "nobody followed up its low score"
