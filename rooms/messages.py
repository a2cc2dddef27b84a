"""What is said in a room, at the table or in a caucus, and what becomes of it.

Nothing said is overwritten: a correction is an event of its own, and what was said before stays readable.
What is removed is removed from the log for good; its place in the chain stays.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from negotiation_hub.kernel import limits, stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft, Event
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import attachments, mentioning, remark_wire, remarks, wire
from rooms.guests import bounds
from rooms.refusals import MessageBlank, MessageFrozen, MessageNotOwn, MessageTooManyEdits, MessageUnknown
from rooms.table import Table, once

_SAID: Final = "message.sent"


def message(frame: wire.MessageSend) -> Draft:
    """What saying something at a table or in one's caucus appends. Raises MessageBlank."""
    return Draft(_SAID, {"text": _words(frame.text)})


def send_message(*, actor: User, frame: wire.MessageSend, now: datetime) -> Answer:
    """Says something, in a transaction of its own. Sockets go through the writer where nobody is named.

    Raises MessageBlank, MentionUnknown.
    """

    def do(table: Table) -> Answer:
        return _say(table, {"text": _words(frame.text)}, frame.mentions)

    return once(actor, frame, now, do, needs_side=False)


def reply_to_message(*, actor: User, frame: wire.MessageReply, now: datetime) -> Answer:
    """Says something about an earlier message of the same stream.

    Raises MessageBlank, MessageUnknown, MentionUnknown.
    """

    def do(table: Table) -> Answer:
        body = {"text": _words(frame.text), "answers": _said(table, frame.answers).seq}
        return _say(table, body, frame.mentions)

    return once(actor, frame, now, do, needs_side=False)


def send_files(*, actor: User, frame: wire.MessageAttach, now: datetime) -> Answer:
    """Says something, or nothing, with files that were uploaded for it.

    Raises FileUnknown, MessageUnknown.
    """

    def do(table: Table) -> Answer:
        text = frame.text if frame.text.strip() else ""
        sent = attachments.take(table, frame.attachments)
        body: dict[str, Any] = {"text": text, "attachments": sent}
        if frame.answers is not None:
            body["answers"] = _said(table, frame.answers).seq
        return _say(table, body, frame.mentions)

    return once(actor, frame, now, do, needs_side=False)


def remark_on_offer(*, actor: User, frame: remark_wire.MessageRemark, now: datetime) -> Answer:
    """Says something about a line or an issue of an offer, at the table.

    Raises NotPermitted in a caucus, MessageBlank, OfferPartUnknown, MentionUnknown.
    """

    def do(table: Table) -> Answer:
        if table.head.kind != "table":
            raise NotPermitted("Remarks on an offer are made at the table.")
        body = {"text": _words(frame.text), "about": remarks.named(table, frame.about)}
        return _say(table, body, frame.mentions)

    return once(actor, frame, now, do, needs_side=False)


def edit_message(*, actor: User, frame: wire.MessageEdit, now: datetime) -> Answer:
    """Corrects one's own message; all its versions stay readable. The same text again changes nothing.

    Raises MessageBlank, MessageUnknown, MessageNotOwn, MessageFrozen, MessageTooManyEdits.
    """

    def do(table: Table) -> Answer:
        said = _own(table, frame.message)
        edits = _edits(table, said)
        if len(edits) >= limits.MESSAGE_EDITS_MAX:
            raise MessageTooManyEdits
        if (edits or [said])[-1].body["text"] == frame.text:
            return table.unchanged()
        return _tell(table, Draft("message.edited", {"message": said.seq, "text": _words(frame.text)}))

    return once(actor, frame, now, do, needs_side=False)


def redact_message(*, actor: User, frame: wire.MessageRedact, now: datetime) -> Answer:
    """Removes what a message says, with all its versions, from the log, and its files.

    By its author, or by a moderator who has stepped in. Raises MessageUnknown, MessageNotOwn, MessageFrozen.
    """

    def do(table: Table) -> Answer:
        moderates = table.side == "moderator"
        said = _said(table, frame.message) if moderates else _own(table, frame.message)
        attachments.remove_of(table.head.id, said.seq)
        stream.redact(table.head, [said.seq, *(edit.seq for edit in _edits(table, said))])
        return _tell(table, Draft("message.redacted", {"message": said.seq, "reason": frame.reason}))

    return once(actor, frame, now, do, needs_side=False)


def react_to_message(*, actor: User, frame: wire.MessageReact, now: datetime) -> Answer:
    """Puts a reaction to a message, or takes one's own back. Raises MessageUnknown."""

    def do(table: Table) -> Answer:
        body = {"message": _said(table, frame.message).seq, "reaction": frame.reaction, "on": frame.on}
        return _tell(table, Draft("message.reacted", body))

    return once(actor, frame, now, do, needs_side=False)


def _say(table: Table, body: dict[str, Any], mentions: Sequence[str]) -> Answer:
    named = mentioning.named(table, body["text"], mentions)
    answer = _tell(table, Draft(_SAID, {**body, "mentions": named} if named else body))
    mentioning.tell(table, answer.seq, named)
    return answer


def _tell(table: Table, draft: Draft) -> Answer:
    bounds.say(table.actor, draft.body.get("text", ""))
    first = stream.append(table.head, [draft], by=table.actor.pk, at=table.now, command=table.command)[0]
    return Answer(first.seq, first.hash)


def _words(text: str) -> str:
    if not text.strip():
        raise MessageBlank
    return text


def _said(table: Table, seq: int) -> Event:
    found = stream.at(table.head.id, seq)
    if found is None or found.kind != _SAID or found.content is None:
        raise MessageUnknown
    return found


def _own(table: Table, seq: int) -> Event:
    """One's own message, while it may still be changed."""
    said = _said(table, seq)
    if said.by != str(table.actor.pk):
        raise MessageNotOwn
    # The other side has made its offer knowing this: it stays as it was.
    offers = stream.of_kinds(table.head.id, *remarks.OFFERED, since=seq)
    if any(event.body["offer"]["side"] != table.side for event in offers):
        raise MessageFrozen
    return said


def _edits(table: Table, said: Event) -> list[Event]:
    """The corrections of a message, oldest first."""
    return [
        edit
        for edit in stream.of_kinds(table.head.id, "message.edited", since=said.seq)
        if edit.body.get("message") == said.seq
    ]
