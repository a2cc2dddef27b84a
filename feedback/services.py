"""What happens to surveys: people are asked, answer once, and what they say may open a follow-up.

Each service is one transaction and may be repeated.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from feedback import limits, links, machine, mails, queries, wire
from feedback.defaults import default_survey
from feedback.models import Answer, FollowUp, Invitation, Silence, Survey
from feedback.refusals import Expired
from negotiation_hub.kernel import commit, outbox
from negotiation_hub.people.models import User
from orders import hooks
from orders.models import Order, Receipt
from threads import services as threads

ANSWERED_TOPIC: Final = "feedback.answered"  # of the job that looks whether somebody should ask back
GIVEN: Final = "feedback.given"  # what is told at the table


# -- asking ------------------------------------------------------------------------------------------------


def invite(*, order_id: UUID, now: datetime) -> list[Invitation]:
    """Asks the buyer's person about a received order, by mail; returns the invitations that are new.

    Nobody is asked about a deal within one family, who wants no questions, or who was asked too often.
    """
    with commit.transact():
        order = Order.objects.select_related("buyer_person").filter(pk=order_id).first()
        if order is None or not Receipt.objects.filter(order=order).exists():
            return []
        person = order.buyer_person
        if person is None or not person.is_active or queries.wants_no_questions(person):
            return []
        if queries.are_related(order):
            return []
        default_survey(now)
        asked = []
        for version in queries.newest_versions(Survey.Trigger.ORDER_RECEIVED, order.seller_id):
            if queries.was_asked_enough(person, now):
                break
            invitation, made = Invitation.objects.get_or_create(
                survey=version.survey,
                order=order,
                person=person,
                defaults={
                    "version": version,
                    "room_id": order.room_id,
                    "seller_id": order.seller_id,
                    "buyer_id": order.buyer_id,
                    "created_at": now,
                    "expires_at": now + timedelta(seconds=limits.INVITATION_S),
                },
            )
            if made:
                mails.invited(invitation, now)
                asked.append(invitation)
        return asked


def stop_questions(*, person: User, now: datetime) -> None:
    """The person is not asked any more. What was asked before can still be answered."""
    with commit.transact():
        Silence.objects.get_or_create(person=person, defaults={"since": now})


def stop_by_link(*, token: str, now: datetime) -> None:
    """The same for whoever holds a signed link of theirs. Raises LinkInvalid."""
    stop_questions(person=links.person_of(token, now), now=now)


def allow_questions(*, person: User) -> None:
    """The opposite of `stop_questions`."""
    with commit.transact():
        Silence.objects.filter(person=person).delete()


# -- answering ---------------------------------------------------------------------------------------------


def answer(
    *, actor: User, invitation_id: UUID, values: Mapping[str, Any], may_contact: bool, now: datetime
) -> Answer:
    """What the person says to an invitation of theirs, once: said again it changes nothing.

    Raises NotFound, Expired, AnswersInvalid.
    """
    found = queries.invitation_for(actor, invitation_id)
    return _answer(found.pk, values, may_contact=may_contact, now=now)


def answer_by_link(*, token: str, values: Mapping[str, Any], may_contact: bool, now: datetime) -> Answer:
    """The same for whoever holds the signed link. Raises LinkInvalid, Expired, AnswersInvalid."""
    found = links.invitation_of(token, now)
    return _answer(found.pk, values, may_contact=may_contact, now=now)


def _answer(invitation_id: UUID, values: Mapping[str, Any], *, may_contact: bool, now: datetime) -> Answer:
    with commit.transact():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("version", "order")
        invitation = rows.get(pk=invitation_id)
        if invitation.answered_at is not None:
            return Answer.objects.get(invitation=invitation)
        if now >= invitation.expires_at:
            raise Expired
        questions = wire.read_questions(invitation.version.questions)
        clean = wire.clean_values(questions, values)
        given = Answer.objects.create(
            invitation=invitation,
            values=clean,
            score=wire.score(questions, clean),
            may_contact=may_contact,
            at=now,
        )
        invitation.answered_at = now
        invitation.save(update_fields=["answered_at"])
        hooks.milestone(invitation.order, GIVEN, given.pk, now, invitation=str(invitation.pk))
        if may_contact and wire.is_unhappy(questions, clean):
            outbox.enqueue(ANSWERED_TOPIC, {"answer": str(given.pk)}, dedupe=f"{ANSWERED_TOPIC}:{given.pk}")
    return given


# -- following up ------------------------------------------------------------------------------------------


def open_follow_up(*, answer_id: UUID, now: datetime) -> FollowUp | None:
    """The private thread in which the seller asks an unhappy buyer what went wrong; None without a reason.

    Done again it returns the one that is there.
    """
    with commit.transact():
        # Under lock, so that of two jobs for one answer the second finds what the first has made.
        rows = Answer.objects.select_for_update(of=("self",)).select_related(
            "invitation__version", "invitation__order", "invitation__person", "invitation__seller"
        )
        given = rows.get(pk=answer_id)
        invitation = given.invitation
        questions = wire.read_questions(invitation.version.questions)
        staff = queries.sales_of(invitation.seller_id)
        if not given.may_contact or not wire.is_unhappy(questions, given.values) or not staff:
            return None
        existing = FollowUp.objects.filter(answer=given).first()
        if existing is not None:
            return existing
        assignee = queries.who_sold(invitation.room_id, staff)
        subject, text = mails.follow_up_words(given, questions)
        thread = threads.start_thread(
            actor=None,
            subject=subject,
            text=text,
            people=[(invitation.person, "buyer"), *((one, "seller") for one in staff)],
            assignee=assignee,
            order=invitation.order_id,
            room=invitation.room_id,
            now=now,
            thread_id=uuid5(given.pk, "follow-up"),
        )
        return FollowUp.objects.create(
            answer=given,
            thread_id=thread.pk,
            assignee=assignee,
            opened_at=now,
            due_at=now + timedelta(seconds=limits.FOLLOW_UP_DUE_S),
        )


def resolve_follow_up(*, thread_id: UUID, at: datetime) -> FollowUp | None:
    """The thread was resolved at `at`, and with it the follow-up, once. None for another thread."""
    with commit.transact():
        found = FollowUp.objects.select_for_update().filter(thread_id=thread_id).first()
        if found is None:
            return None
        step = machine.step("resolve", machine.Status(found.status))
        if step is not None:
            found.status, found.resolved_at = step.after, at
            found.save(update_fields=["status", "resolved_at"])
        return found
