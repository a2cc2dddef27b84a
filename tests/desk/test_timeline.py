"""One axis of everything that happened, and for each reader what is theirs of it."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from catalog.campaign_models import Attribution, Visit
from desk import timeline as axis
from desk import words
from desk.deal import deal_for
from desk.timeline import Entry
from negotiation_hub.kernel import commit, stream, wire
from negotiation_hub.people.models import User
from orders.hooks import KINDS
from rooms import opening
from rooms.models import Approval
from tests.desk.conftest import Deals
from tests.desk.trade import Trade

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
ELSE = "Something else happened"


def documented() -> set[str]:
    """The kinds of events in the tables of the protocol's page."""
    events = PROTOCOL.split("\n## Events\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in events.splitlines() if line.startswith("| `")]
    return {kind for row in rows for kind in re.findall(r"`([a-z_]+\.[a-z_]+)`", row)}


def entries(user: User, deal: Trade, before: int | None = None) -> list[Entry]:
    return list(deal_for(user, deal.room.pk, before=before).timeline.entries)


def played(deals: Deals) -> Trade:
    """A deal that began with a question, with a manager's approval and a moderator, up to a refund."""
    deal = deals(asked=True)
    for text in ("Hello", "Good morning", "How many are there?"):
        deal.say("buyer", text)
        deal.wait(minutes=1)
    opening.enter_room(actor=deal.cast.dov, scope=deal.room.pk, now=deal.now)
    deal.send("dov", "moderation.step_in", reason="Please be polite.")
    deal.send("dov", "moderation.step_back")
    deal.send("max", "bound.set", stream_id=deal.caucus("seller"), minor=11_500)
    deal.send("max", "message.send", stream_id=deal.caucus("seller"), text="Not below 115.")
    deal.wait(minutes=1)
    deal.propose("buyer", 9_000)
    deal.counter("seller", 11_000)  # below the bound: it waits for Max
    deal.wait(minutes=1)
    waits = str(Approval.objects.get(room=deal.room).pk)
    deal.send("max", "approval.grant", stream_id=deal.caucus("seller"), approval=waits)
    deal.wait(minutes=1)
    deal.send("buyer", "offer.decline", **deal.named, reason="Too much")
    deal.send("max", "bound.set", stream_id=deal.caucus("seller"), minor=None)
    deal.agree()
    for step in (deal.convert, deal.place, deal.pay, deal.ship, deal.deliver, deal.receive):
        step()
    deal.refund(1_000)
    return deal


CAUCUS = ["bound.set", "approval.requested", "approval.granted", "bound.set"]
TABLE = [
    "room.opened",
    "participant.joined",
    "participant.joined",
    "participant.joined",
    "message.sent",
    "participant.joined",
    "moderator.stepped_in",
    "moderator.stepped_back",
    "offer.proposed",
    "offer.countered",
    "offer.declined",
    "offer.proposed",
    "offer.accepted",
    "order.converted",
    "order.placed",
    "payment.authorized",
    "shipment.sent",
    "payment.captured",
    "shipment.delivered",
    "order.received",
    "funds.released",
    "payment.refunded",
]


def test_each_reader_sees_every_step_that_is_theirs_in_the_order_of_time(deals: Deals) -> None:
    deal = played(deals)
    seen = {one.name: entries(one, deal) for one in (deal.ada, deal.ben, deal.cast.dov)}
    for name, found in seen.items():
        assert [one.kind for one in found if one.source == "table"] == TABLE
        assert [one.kind for one in found if one.source == "thread"] == [
            "message.sent",
            "message.sent",
            "thread.moved",
        ]
        private = [one for one in found if one.private]
        assert [one.kind for one in private] == (CAUCUS if name == "Ada" else [])
        assert [one.at for one in found] == sorted(one.at for one in found)
        assert not [one for one in found if one.words.text == ELSE]
    ada = {one.kind: one for one in seen["Ada"] if one.source == "table"}
    assert (ada["message.sent"].words.text, ada["message.sent"].who) == ("3 messages", ("Ben",))
    assert ada["offer.accepted"].words.detail == "200.00\N{NO-BREAK SPACE}EUR"
    assert ada["offer.declined"].words.detail == "Too much"
    assert f"/orders/{deal.order.pk}/#money" in ada["payment.captured"].url
    question, answer, _moved = [one for one in seen["Ben"] if one.source == "thread"]
    assert (question.words.text, question.words.detail) == ("Asked on the site", "Which seal?")
    assert (answer.words.text, answer.words.detail) == ("Answered on the site", "Silicon carbide.")
    assert answer.who == ("Sol",)


def test_what_a_side_says_and_decides_in_its_caucus_is_nowhere_on_the_others_page(deals: Deals) -> None:
    deal = deals()
    deal.send("buyer", "message.send", stream_id=deal.caucus("buyer"), text="We may go to 130.")
    deal.send("max", "bound.set", stream_id=deal.caucus("seller"), minor=11_500)
    for reader, private in ((deal.ada, 1), (deal.ben, 0), (deal.cast.dov, 0)):
        found = entries(reader, deal)
        assert sum(one.private for one in found) == private
        assert not [one for one in found if one.source != "table" and not one.private]


def test_where_the_buyer_came_from_is_for_the_sellers_people_only(deals: Deals) -> None:
    deal = deals()
    norte = deal.cast.norte
    visit = Visit.objects.create(
        source="utm", organisation=norte, detail="spring fair", visitor=uuid4(), once="x", at=deal.now
    )
    Attribution.objects.create(room=deal.room.pk, visit=visit, organisation=norte, at=deal.now)
    for reader, expected in (
        (deal.ada, ["spring fair"]),
        (deal.cast.max, ["spring fair"]),
        (deal.ben, []),
        (deal.cast.dov, []),
    ):
        found = entries(reader, deal)
        assert [one.words.detail for one in found if one.source == "visit"] == expected


def test_what_is_drawn_in_a_row_is_one_step(deals: Deals) -> None:
    deal = deals()
    with commit.transact():
        board = stream.lock(stream.create(kind="board", scope=deal.room.pk).id)
        assert board is not None
        for person in (deal.ben, deal.ada, deal.ben):
            drawn = stream.Draft("board.drawn", {"elements": ["{}"]})
            stream.append(board, [drawn], by=person.pk, at=deal.now)
    (drawing,) = [one for one in entries(deal.ada, deal) if one.source == "board"]
    assert (drawing.words.text, drawing.who) == ("Drew on the board, 3 changes", ("Ben", "Ada"))


def test_a_long_record_comes_in_pages(deals: Deals, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = deals(asked=True)
    for number in range(6):
        deal.say("buyer" if number % 2 else "seller", f"Word {number}")
        deal.wait(minutes=1)
    whole = [(one.kind, one.at) for one in entries(deal.ada, deal)]
    monkeypatch.setattr(axis, "EVENTS", 4)
    newest = deal_for(deal.ada, deal.room.pk).timeline
    assert [(one.kind, one.count) for one in newest.entries] == [("message.sent", 4)]
    middle = deal_for(deal.ada, deal.room.pk, before=newest.earlier).timeline
    oldest = deal_for(deal.ada, deal.room.pk, before=middle.earlier).timeline
    assert oldest.earlier is None
    said = [one for one in (*oldest.entries, *middle.entries) if one.source != "table"]
    assert [one.kind for one in said] == ["message.sent", "message.sent", "thread.moved"]
    assert sum(one.count for one in newest.entries) + sum(
        one.count for one in (*middle.entries, *oldest.entries) if one.source == "table"
    ) == sum(1 for _ in stream.everything(deal.room.pk))
    assert len(whole) > len(newest.entries)


def test_a_stranger_is_told_that_there_is_no_such_deal(deals: Deals) -> None:
    deal = deals()
    for room in (deal.room.pk, uuid4()):
        with pytest.raises(wire.StreamUnknown):
            deal_for(deal.cast.cleo, room)


def test_every_kind_of_event_that_the_protocol_documents_has_words() -> None:
    assert len(documented()) > 40
    assert documented() >= KINDS
    assert documented() - words.known() == set()


@pytest.mark.parametrize("kind", sorted(documented() | KINDS))
def test_a_step_whose_content_was_removed_is_still_told(kind: str) -> None:
    said = words.of_event(kind, {})
    assert said is not None
    assert said.text
    assert kind not in said.text
