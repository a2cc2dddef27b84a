"""Commands that race for the same offer: exactly one wins, whoever comes first."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import combinations
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import Refusal
from orders.models import Order
from rooms import services
from rooms.models import Offer
from tests.rooms.moderated import moderated
from tests.rooms.table import Table, terms

pytestmark = pytest.mark.django_db(transaction=True)


def race(*acts: Callable[[], Any]) -> list[str]:
    """Runs the acts at once, each on a connection of its own; says how each ended."""
    barrier, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            result = commit.retrying(acts[index])
            ends[index] = "nothing" if result is False else "won"
        except Refusal as refusal:
            ends[index] = refusal.code
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says so
            ends[index] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def acts(table: Table) -> dict[str, Callable[[], Any]]:
    """Everything that can end the seller's standing offer."""
    named = table.named
    room, version = table.room.pk, named["version"]
    late = table.standing["expires_at"]
    return {
        "accept": lambda: table.send("buyer", "offer.accept", **named, package=0),
        "decline": lambda: table.send("buyer", "offer.decline", **named),
        "counter": lambda: table.send("buyer", "offer.counter", answers=version, offer=terms(8_000)),
        "withdraw": lambda: table.send("seller", "offer.withdraw", **named),
        "supersede": lambda: table.send("seller", "offer.supersede", replaces=version, offer=terms(8_500)),
        "close": lambda: table.send("buyer", "negotiation.close"),
        "void": lambda: table.send("dov", "moderation.void", version=version, reason="a scam"),
        "expire": lambda: services.expire_offer(
            room_id=room, version=version, now=datetime.fromisoformat(late)
        ),
    }


NAMES = ["accept", "decline", "counter", "withdraw", "supersede", "close", "expire", "void"]


@pytest.mark.parametrize(("one", "other"), list(combinations(NAMES, 2)))
def test_of_two_that_race_exactly_one_ends_the_offer(one: str, other: str) -> None:
    table = moderated(offer=False)
    table.propose("seller", 9_000)
    both = acts(table)
    ends = race(both[one], both[other])
    first = Offer.objects.get(room=table.room, version=1)
    refusals = {"offer.stale", "offer.expired", "negotiation.not_open", "nothing"}
    assert first.status != "pending"
    if "close" in (one, other) and ends.count("won") == 2:
        return  # walking away is possible after the offer has ended, too
    assert Counter(end == "won" for end in ends) == {True: 1, False: 1}, ends
    assert next(end for end in ends if end != "won") in refusals
    assert table.folded == table.state


def test_of_many_acceptances_one_makes_the_deal() -> None:
    table = Table()
    table.propose("seller", 9_000)
    named = table.named
    ends = race(*[lambda: table.send("buyer", "offer.accept", **named, package=0) for _ in range(8)])
    assert Counter(ends) == {"won": 1, "negotiation.not_open": 7}
    assert Order.objects.count() == 1


def test_one_command_sent_from_many_connections_at_once_is_written_once() -> None:
    table, once = Table(), uuid4()
    ends = race(*[lambda: table.send("buyer", "message.send", id=once, text="hi") for _ in range(8)])
    assert ends == ["won"] * 8
    assert [event.kind for event in table.events].count("message.sent") == 1


def test_numbers_stay_contiguous_when_many_speak_at_once() -> None:
    table = Table()
    before = len(table.events)
    race(*[lambda: [table.send("buyer", "message.send", text="x") for _ in range(10)] for _ in range(8)])
    assert [event.seq for event in table.events] == list(range(1, before + 81))
    assert table.folded == table.state


def test_what_is_removed_while_it_is_corrected_is_gone() -> None:
    for _ in range(4):
        table = Table()
        said = table.send("buyer", "message.send", text="My card is this.").seq
        ends = race(
            partial(table.send, "buyer", "message.edit", message=said, text="My card is that."),
            partial(table.send, "buyer", "message.redact", message=said),
            partial(table.send, "buyer", "message.redact", message=said),
        )
        assert sorted(ends[1:]) == ["message.unknown", "won"]
        assert ends[0] in {"won", "message.unknown"}
        assert not any("My card" in (event.content or "") for event in table.events)


def test_a_correction_is_made_before_the_other_sides_offer_or_not_at_all() -> None:
    for _ in range(4):
        table = Table()
        said = table.send("buyer", "message.send", text="We need 500.").seq
        ends = race(
            partial(table.send, "buyer", "message.edit", message=said, text="5,000."),
            partial(table.propose, "seller"),
        )
        kinds = [event.kind for event in table.events]
        assert ends[1] == "won"
        assert ends[0] in {"won", "message.frozen"}
        if ends[0] == "won":
            assert kinds.index("message.edited") < kinds.index("offer.proposed")


@pytest.mark.parametrize("other", NAMES)
def test_an_offer_is_extended_while_it_stands_or_not_at_all(other: str) -> None:
    table = moderated(offer=False)
    table.propose("seller", 9_000)
    version, digest, before = 1, table.standing["hash"], table.standing["expires_at"]
    extend = partial(
        table.send, "dov", "moderation.extend", version=version, seconds=3600, reason="a holiday"
    )
    ends = race(extend, acts(table)[other])
    first = next(offer for offer in table.state["offers"] if offer["version"] == version)
    extended = first["expires_at"] != before
    assert extended == (ends[0] == "won")
    assert first["hash"] == digest
    assert extended or first["status"] != "pending"
    # Whoever came first, the other side's answer counts; only the clock has nothing to end any more.
    assert ends[1] == ("nothing" if other == "expire" and extended else "won")
    assert table.folded == table.state


@pytest.mark.parametrize("other", ["accept", "decline", "counter", "withdraw", "supersede", "close"])
def test_an_offer_is_frozen_before_it_is_moved_or_not_at_all(other: str) -> None:
    table = moderated(offer=False)
    table.propose("seller", 9_000)
    ends = race(
        partial(table.send, "dov", "moderation.freeze", version=1, reason="a question"), acts(table)[other]
    )
    first = Offer.objects.get(room=table.room, version=1)
    assert (first.status == "pending") == (first.frozen is not None)
    gone = {"offer.stale", "offer.none_standing"}
    assert (ends[0] == "won" and ends[1] == "offer.frozen") or (ends[0] in gone and ends[1] == "won"), ends
    assert table.folded == table.state


def test_nothing_is_said_behind_a_removal_a_mute_or_a_lock_that_races_it() -> None:
    for act, about in (("remove", True), ("mute", True), ("lock", False)):
        table = moderated(offer=False)
        person_named: dict[str, Any] = {"participant": str(table.ben.pk)} if about else {}
        ends = race(
            partial(table.send, "dov", f"moderation.{act}", reason="spam", **person_named),
            *[partial(table.send, "buyer", "message.send", text="buy elsewhere") for _ in range(4)],
        )
        assert ends[0] == "won"
        kinds = [event.kind for event in table.events]
        imposed = next(
            place
            for place, kind in enumerate(kinds)
            if kind.startswith(("participant.re", "participant.mu", "room.lo"))
        )
        assert "message.sent" not in kinds[imposed:]
        assert table.folded == table.state


def test_of_two_colleagues_who_say_at_once_what_their_side_wants_one_is_told_to_look_again() -> None:
    table = Table()
    caucus = table.caucus("seller")

    def say(notes: str) -> Any:
        return table.send("seller", "preferences.set", stream_id=caucus, replaces=0, issues=[], notes=notes)

    ends = race(*(partial(say, f"note {number}") for number in range(6)))
    assert Counter(ends) == {"won": 1, "preferences.stale": 5}
    assert [event.kind for event in table.told(caucus)] == ["preferences.set"]
