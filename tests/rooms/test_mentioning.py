"""Naming people with @: who may be, how it is shown, and who is told by mail."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from negotiation_hub.kernel import limits, outbox, reading, stream, wire
from negotiation_hub.kernel.models import Mail, Stream
from negotiation_hub.people import services as people
from negotiation_hub.people.models import Membership, User
from rooms import mentioning, opening
from rooms.models import Participant
from tests.rooms.table import Table, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    table = Table()
    table.others["max"] = person("Max [the] *Boss*")
    Membership.objects.create(user=table.others["max"], organisation=table.room.seller, role="manager")
    opening.enter_room(actor=table.ben, scope=table.room.pk, now=table.now)
    opening.enter_room(actor=table.ada, scope=table.room.pk, now=table.now)
    return table


def name(table: Table, by: str, whom: User, text: str, **fields: Any) -> int:
    """The number of a message that names somebody."""
    return table.send(by, "message.send", text=text, mentions=[str(whom.pk)], **fields).seq


def mails_to(table: Table, whom: User, *, after_s: int = limits.MENTION_MAIL_AFTER_S) -> list[Mail]:
    """What a person has been mailed about it by then."""
    outbox.drain(table.now + timedelta(seconds=after_s + 1))
    return list(Mail.objects.filter(to=whom.email, subject__contains="named you"))


@pytest.mark.covers("room:messages.mentions")
def test_who_is_named_and_does_not_read_it_gets_a_mail_that_leads_there(table: Table) -> None:
    seq = name(table, "seller", table.ben, "@Ben, can you take *June*?")
    (mail,) = mails_to(table, table.ben)
    assert mail.subject == "Ada named you: Pump NB-40"
    assert f"{settings.PUBLIC_URL}/rooms/{table.room.pk}/#m{seq}" in mail.text
    assert "@Ben, can you take" in mail.text
    assert mails_to(table, table.ben) == [mail]


def test_who_has_read_it_by_then_gets_none(table: Table) -> None:
    seq = name(table, "seller", table.ben, "@Ben?")
    row = Stream.objects.get(id=table.room.pk)
    reading.store({(row.number, table.ben.pk): seq})
    assert mails_to(table, table.ben) == []


def test_nobody_is_mailed_what_was_removed(table: Table) -> None:
    seq = name(table, "seller", table.ben, "@Ben, our floor is 85")
    table.send("seller", "message.redact", message=seq)
    assert mails_to(table, table.ben) == []


def test_nobody_is_mailed_who_has_left_meanwhile(table: Table) -> None:
    name(table, "seller", table.others["max"], f"@{table.others['max'].name}?")
    Membership.objects.filter(user=table.others["max"]).delete()
    assert mails_to(table, table.others["max"]) == []


def test_who_names_themselves_gets_no_mail(table: Table) -> None:
    name(table, "buyer", table.ben, "@Ben does it")
    assert mails_to(table, table.ben) == []


def test_a_name_is_set_apart_and_can_hold_markup(table: Table) -> None:
    boss = table.others["max"]
    boss.name = "Max [x](javascript:1) *B* <img src=x onerror=alert(1)>"
    boss.save(update_fields=["name"])
    seq = name(table, "seller", boss, f"**Ask** @{boss.name}, please")
    event = stream.at(table.room.pk, seq)
    assert event is not None
    html = json.loads(wire.event_json(event))["body"]["html"]
    assert html == (
        "<p><strong>Ask</strong> "
        '<span class="mention">@Max [x](javascript:1) *B* &lt;img src=x onerror=alert(1)&gt;</span>'
        ", please</p>"
    )
    assert event.body["mentions"] == [{"id": str(boss.pk), "name": boss.name}]


def test_an_answer_names_people_too(table: Table) -> None:
    asked = table.send("buyer", "message.send", text="Which seals?").seq
    table.send("seller", "message.reply", answers=asked, text="@Ben: SiC", mentions=[str(table.ben.pk)])
    assert table.events[-1].body["mentions"] == [{"id": str(table.ben.pk), "name": "Ben"}]
    assert len(mails_to(table, table.ben)) == 1


def test_who_was_picked_and_then_deleted_from_the_text_is_not_named(table: Table) -> None:
    name(table, "seller", table.ben, "nobody here")
    assert "mentions" not in table.events[-1].body
    assert mails_to(table, table.ben) == []


def test_only_who_reads_it_can_be_named(table: Table) -> None:
    stranger = person("Cleo", "Cleo Ltd")
    absent = person("Bob")
    people.add_member(
        actor=table.ben, organisation=table.room.buyer, user=absent, role="member", now=table.now
    )
    for whom in (stranger, absent):  # who of the other side has not come yet is not told either
        with refused("message.mention_unknown"):
            name(table, "seller", whom, f"@{whom.name}")
    with refused("message.mention_unknown"):
        name(table, "seller", table.ben, "@Ben", stream_id=table.caucus("seller"))
    assert [event.kind for event in table.events].count("message.sent") == 0


def test_a_caucus_names_its_own_and_the_mail_leads_into_it(table: Table) -> None:
    boss = table.others["max"]
    name(table, "seller", boss, f"@{boss.name}, please approve", stream_id=table.caucus("seller"))
    (mail,) = mails_to(table, boss)
    assert "#caucus" in mail.text


def test_one_may_name_ones_own_people_and_who_sits_at_the_table(table: Table) -> None:
    at_table = mentioning.nameable(table.room, "seller", caucus=False)
    assert set(at_table.values()) == {"Ada", "Ben", "Max [the] *Boss*"}
    assert set(mentioning.nameable(table.room, "seller", caucus=True).values()) == {"Ada", "Max [the] *Boss*"}
    assert set(mentioning.nameable(table.room, "buyer", caucus=True).values()) == {"Ben"}


def test_who_was_removed_from_the_room_cannot_be_named(table: Table) -> None:
    Participant.objects.filter(room=table.room, user=table.ben).update(removed={"reason": "abuse"})
    assert "Ben" not in mentioning.nameable(table.room, "seller", caucus=False).values()
    with refused("message.mention_unknown"):
        name(table, "seller", table.ben, "@Ben?")
