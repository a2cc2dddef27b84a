"""Naming people with @ in a message: who may be named, and that whoever is away hears of it by mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from negotiation_hub.kernel import commit, limits, mail, outbox, reading, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.text import one_line
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people.models import Membership, User
from rooms import queries
from rooms.models import Participant, Room
from rooms.refusals import MentionUnknown
from rooms.table import Table

TOPIC = "rooms.mention"
_QUOTED_CHARS = 500  # of the message in the mail


def nameable(room: Room, side: str, *, caucus: bool) -> dict[str, str]:
    """The people whom somebody of this side may name, by id: their own, and at the table all who sit there.

    Who of the other side has not come yet is not told; who was removed reads nothing of it any more.
    """
    own = {"buyer": room.buyer_id, "seller": room.seller_id}.get(side)
    people = Membership.objects.filter(organisation=own, user__is_active=True).select_related("user")
    found = {str(one.user_id): one.user.name for one in people.order_by("user__name", "user_id")}
    if not caucus:
        seats = Participant.objects.filter(room=room, user__is_active=True).select_related("user")
        found |= {str(seat.user_id): seat.user.name for seat in seats.order_by("pk")}
    removed = Participant.objects.filter(room=room, removed__isnull=False)
    gone = {str(user) for user in removed.values_list("user", flat=True)}
    return {person: name for person, name in found.items() if person not in gone}


def named(table: Table, text: str, mentions: Sequence[str]) -> list[dict[str, str]]:
    """Whom a message names, as its event says it. Raises MentionUnknown.

    Who was picked and then deleted from the text is not named.
    """
    if not mentions:
        return []
    known = nameable(table.room, table.side, caucus=table.head.kind == "caucus")
    people = dict.fromkeys(mentions)
    if not known.keys() >= people.keys():
        raise MentionUnknown
    return [{"id": person, "name": known[person]} for person in people if f"@{known[person]}" in text]


def tell(table: Table, seq: int, named: Sequence[dict[str, str]]) -> None:
    """Queues a mail to each whom a message names, for the case that they do not read it soon.

    What a guest says is mailed to nobody.
    """
    if table.actor.is_guest:
        return
    at = table.now + timedelta(seconds=limits.MENTION_MAIL_AFTER_S)
    for person in named:
        if person["id"] != str(table.actor.pk):
            payload = {"stream": str(table.head.id), "seq": seq, "person": person["id"]}
            outbox.enqueue(TOPIC, payload, dedupe=f"{TOPIC}:{table.head.id}:{seq}:{person['id']}", at=at)


@outbox.handler(TOPIC)
def mail_mention(payload: dict[str, Any], _now: datetime) -> None:
    """Mails a person who was named and has not read it. Nothing to whom may not read it any more."""
    row = Stream.objects.filter(id=payload["stream"]).first()
    person = User.objects.filter(pk=payload["person"], is_active=True, is_guest=False).first()
    said = stream.at(UUID(payload["stream"]), payload["seq"])
    if row is None or person is None or said is None or said.content is None:
        return
    if reading.has_read(row.number, person.pk, payload["seq"]):
        return
    try:
        seat = queries.reader(person, row)
    except (StreamUnknown, queries.SameParty):
        return
    if said.by is not None:
        _mail(seat.room, row, said, User.objects.get(pk=said.by), person)


def _mail(room: Room, row: Stream, said: stream.Event, author: User, person: User) -> None:
    page = reverse("rooms:room", kwargs={"room_id": room.pk})
    lane = "#caucus" if row.kind == "caucus" else f"#m{said.seq}"
    with override(person.language or settings.LANGUAGE_CODE):
        names = {"name": author.name, "title": room.title}
        subject = gettext("%(name)s named you: %(title)s") % names
        words = gettext("%(name)s named you in the room about %(title)s:") % names
        quoted = one_line(said.body["text"])[:_QUOTED_CHARS]
        text = f"{words}\n\n    {quoted}\n\n{settings.PUBLIC_URL}{page}{lane}\n"
    with commit.transact():
        mail.send(person.email, subject, text, dedupe=f"{TOPIC}:{row.id}:{said.seq}:{person.pk}")
