"""A mail to a reply address becomes a post of the person for whom the address was made."""

from collections.abc import Iterator
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from negotiation_hub.kernel.mail_address import AddressInvalid, ReplyAddress, read_reply_address
from negotiation_hub.kernel.mail_in import Outcome
from negotiation_hub.kernel.mail_parse import ParsedMail
from negotiation_hub.kernel.mail_reply import reply_text
from negotiation_hub.kernel.models import InboundMail
from negotiation_hub.kernel.refusals import Refusal
from rooms.refusals import MessageBlank
from threads import following, queries, services
from threads.mails import LEAVE, REPLY, tell_refused
from threads.models import Follow, PostMail, Thread
from threads.refusals import TextTooLong

_Status = InboundMail.Status


def receive(parsed: ParsedMail, now: datetime) -> Outcome | None:
    """Posts the reply, or stops the mails, for each of our addresses; None when none of them is ours.

    It may be called again with the same mail. Raises a temporary Refusal when it should be.
    """
    outcomes = [_take(parsed, address, now) for address in _ours(parsed, now)]
    taken = [one for one in outcomes if one.status == _Status.TAKEN]
    return next(iter([*taken, *outcomes]), None)


def _ours(parsed: ParsedMail, now: datetime) -> Iterator[ReplyAddress]:
    for recipient in parsed.recipients:
        try:
            address = read_reply_address(recipient, now)
        except AddressInvalid:
            continue
        if address.purpose in {REPLY, LEAVE}:
            yield address


def _take(parsed: ParsedMail, address: ReplyAddress, now: datetime) -> Outcome:
    follow = Follow.objects.select_related("thread__group", "user").filter(pk=address.number).first()
    if follow is None or follow.thread is None:
        return Outcome(_Status.REFUSED, "the thread or the person is gone")
    if address.purpose == LEAVE:  # mail programs do it by themselves, when a button is pressed
        following.leave(follow_id=follow.pk)
        return Outcome(_Status.TAKEN, "no more mails of this thread")
    if parsed.is_auto:
        return Outcome(_Status.IGNORED, parsed.auto)
    if parsed.is_forged:
        return Outcome(_Status.REFUSED, "the mail server found that the sender is forged")
    try:
        seq = _post(parsed, follow, follow.thread, now)
    except Refusal as refusal:
        if refusal.temporary:
            raise
        if isinstance(refusal, MessageBlank | TextTooLong):
            tell_refused(follow.user, follow.thread, refusal, key=str(parsed.id))
        return Outcome(_Status.REFUSED, f"{refusal.code}: {refusal.message}")
    return Outcome(_Status.TAKEN, f"post {seq} of thread {follow.thread_id}")


def _post(parsed: ParsedMail, follow: Follow, thread: Thread, now: datetime) -> int:
    """The number of the post. Raises as `services.post` does."""
    queries.thread_for(follow.user, thread.pk)
    before = PostMail.objects.filter(thread=thread, message_id=parsed.message_id, author=follow.user).first()
    if before is not None and parsed.message_id:
        return before.seq  # taken in before, by another way
    known = PostMail.objects.filter(thread=thread, message_id__in=parsed.in_reply_to)
    answers = known.order_by("-seq").values_list("seq", flat=True).first()
    answer = services.post(
        actor=follow.user,
        thread_id=thread.pk,
        text=reply_text(parsed),
        command=uuid5(NAMESPACE_OID, f"mail {parsed.id} in thread {thread.pk}"),
        now=now,
        answers=answers,
        mail=services.FromMail(parsed.message_id, len(parsed.attachments) + parsed.left_out),
    )
    return answer.seq
