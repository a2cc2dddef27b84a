"""A buyer asks several sellers: each reads it in a room of their own, and one of them gets the order."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from negotiation_hub.kernel import audit, clock, limits, outbox, stream
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import acting_organisation
from orders.models import Order
from rooms import audit as rooms_audit
from rooms import award, compare, queries, request_audit, requests, services, state, wire
from rooms.models import Offer, Room
from rooms.request_models import Request
from tests.rooms.asking import LINES, Asking, in_days, seller, wanted
from tests.rooms.table import person, refused, terms

pytestmark = pytest.mark.django_db


def again(topic: str) -> None:
    """Every job of the topic once more, as if its worker had died after the commit."""
    for job in Job.objects.filter(topic=topic):
        outbox._handlers[topic](job.payload, clock.now())


def join(who: User, of: User) -> None:
    """Makes somebody a plain member of another one's organisation."""
    people.add_member(
        actor=of, organisation=acting_organisation(of), user=who, role="member", now=clock.now()
    )


@pytest.mark.covers("room:entry.request")
def test_each_seller_finds_a_room_in_which_the_request_is_the_first_that_is_told() -> None:
    asking = Asking()
    for name, ada in asking.sellers.items():
        room = asking.room(name)
        assert queries.room_for(ada, room.pk).side == "seller"
        opened, received, _ = stream.everything(room.pk)
        assert (opened.kind, received.kind) == ("room.opened", "request.received")
        assert received.body["request"] == {
            "title": "Six booster pumps",
            "text": "For a **new** station. See the drawing.",
            "lines": LINES,
            "currency": "EUR",
            "needed_by": in_days(40).isoformat(),
            "answers_until": f"{in_days(14).isoformat()}T23:59:59.000000Z",
        }
        told = [(one.kind, clock.text(one.at), one.body) for one in stream.everything(room.pk)]
        assert state.fold(told) == queries.table_state(room)
    assert Counter(Mail.objects.values_list("to", flat=True)) == {
        ada.email: 1 for ada in asking.sellers.values()
    }
    assert not list(rooms_audit.check())


def test_sending_twice_and_doing_the_jobs_twice_asks_each_seller_once() -> None:
    asking = Asking(("Norte", "Sur"))
    asking.send()
    again(requests.OPEN_TOPIC)
    assert Room.objects.count() == 2
    assert Mail.objects.count() == 2


def test_what_was_typed_is_a_draft_of_which_nobody_hears() -> None:
    ben, written = person("Ben", "Acme"), uuid4()
    for title in ("Pumps", "Pumps", "Six pumps"):
        requests.write_request(
            actor=ben,
            wanted=wanted(title=title, lines=[], answers_until=None),
            request_id=written,
            now=clock.now(),
        )
    draft = Request.objects.get()
    assert (draft.title, draft.status, draft.revision) == ("Six pumps", "draft", 2)
    with refused("request.incomplete"):
        requests.send_request(actor=ben, request_id=written, revision=2, now=clock.now())
    assert not Room.objects.exists()
    requests.close_request(actor=ben, request_id=written, now=clock.now())
    with refused("request.state"):
        requests.send_request(actor=ben, request_id=written, revision=2, now=clock.now())


def test_what_a_colleague_changed_is_not_sent_unread() -> None:
    asking = Asking(("Norte",), sent=False)
    read = asking.row.revision
    requests.write_request(
        actor=asking.ben, wanted=wanted(text="Seven, please."), request_id=asking.id, now=asking.now
    )
    with refused("request.changed"):
        requests.send_request(actor=asking.ben, request_id=asking.id, revision=read, now=asking.now)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "  "}, "request.text"),
        ({"title": "pump\u202e"}, "request.text"),
        ({"text": "\x00"}, "request.text"),
        ({"lines": [{"title": "x", "quantity": "-1", "unit": "C62"}]}, "request.text"),
        ({"lines": [{"title": "x", "quantity": "1", "unit": "pieces"}]}, "request.text"),
        ({"lines": [{"title": "x", "quantity": "1", "unit": "QQQ"}]}, "offer.unit"),
        ({"lines": LINES * 16}, "request.lines"),
        ({"answers_until": in_days(-1)}, "request.answers_until"),
        ({"answers_until": in_days(400)}, "request.answers_until"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(fields: dict[str, object], code: str) -> None:
    asking = Asking((), sent=False)
    with refused(code):
        requests.write_request(
            actor=asking.ben, wanted=wanted(**fields), request_id=asking.id, now=asking.now
        )


def test_only_organisations_that_sell_are_asked_and_none_that_shares_a_person_with_the_buyer() -> None:
    asking = Asking((), sent=False)
    idle, both = person("Ivo", "Idle"), seller("Both")
    join(asking.ben, both)
    for one in (idle, both, asking.ben):
        with refused("request.seller"):
            requests.add_seller(
                actor=asking.ben,
                request_id=asking.id,
                seller_id=acting_organisation(one).pk,
                now=asking.now,
            )
    for number in range(limits.REQUEST_SELLERS_MAX):
        asking.add(f"Seller {number}")
    with refused("request.sellers"):
        asking.add("One more")


def test_a_stranger_a_seller_and_one_who_came_to_sit_on_both_sides_find_no_request() -> None:
    asking = Asking(("Norte", "Sur"))
    ada, anna = asking.sellers["Norte"], person("Anna", "Elsewhere")
    acts: list[Callable[[User], Any]] = [
        lambda who: compare.compare(who, asking.id, asking.now),
        lambda who: requests.close_request(actor=who, request_id=asking.id, now=asking.now),
        lambda who: requests.write_request(actor=who, wanted=wanted(), request_id=asking.id, now=asking.now),
        lambda who: requests.send_request(actor=who, request_id=asking.id, revision=1, now=asking.now),
    ]
    for who in (ada, anna):
        for act in acts:
            with refused("not_found"):
                act(who)
    join(asking.ben, ada)
    with refused("not_found"):
        compare.compare(asking.ben, asking.id, asking.now)


def test_a_colleague_who_may_not_buy_reads_and_decides_nothing() -> None:
    asking = Asking(("Norte",))
    cleo = person("Cleo")
    join(cleo, asking.ben)
    assert compare.compare(cleo, asking.id, asking.now).columns
    with refused("not_permitted"):
        requests.close_request(actor=cleo, request_id=asking.id, now=asking.now)


@pytest.mark.covers("room:entry.closing")
def test_accepting_in_one_closes_the_others_with_a_notice_that_names_no_winner() -> None:
    asking = Asking()
    won, lost = asking.offer("Norte", 900, 400), asking.offer("Sur", 950, 500)
    own = asking.offer("Oeste", 800, 300, by=asking.ben)
    asking.accept(won, asking.ben)
    asking.do_jobs()
    assert (asking.row.status, asking.row.awarded_id) == ("awarded", won.room_id)
    assert asking.room("Norte").status == "agreed"
    for name, ended, status in (("Sur", lost, "declined"), ("Oeste", own, "withdrawn")):
        room = asking.room(name)
        *_, last = stream.everything(room.pk)
        assert (room.status, room.standing, last.by) == ("closed", None, None)
        assert Offer.objects.get(pk=ended.pk).status == status
        assert last.body == {"side": "buyer", "reason": "", "ended": 1, "request": True}
    again(award.TOPIC)
    kinds = Counter(one.kind for one in stream.everything(asking.room("Sur").pk))
    assert kinds["negotiation.closed"] == 1
    assert not [*rooms_audit.check(), *audit.check_streams(audit.signed_claims())]


def test_between_the_acceptance_and_the_notice_nothing_is_accepted_elsewhere() -> None:
    asking = Asking(("Norte", "Sur"))
    won, own = asking.offer("Norte", 900, 400), asking.offer("Sur", 800, 300, by=asking.ben)
    asking.accept(won, asking.ben)
    with refused("request.over"):
        asking.accept(own, asking.sellers["Sur"])
    assert Order.objects.count() == 1
    assert not list(request_audit.check()), "what waits in the outbox is no loss"
    Job.objects.filter(topic=award.TOPIC).delete()
    assert [one.what for one in request_audit.check()] == ["its request is over, and it is open"]


def test_verify_names_a_room_that_tells_more_than_the_request_and_an_award_that_was_moved() -> None:
    asking = Asking(("Norte", "Sur"))
    asking.accept(asking.offer("Norte", 900, 400), asking.ben)
    asking.do_jobs()
    sur = asking.room("Sur")
    head = stream.lock(sur.pk)
    assert head is not None
    told = {**award.notice(None), "reason": "Norte got it"}
    stream.append(head, [stream.Draft("negotiation.closed", told)], by=None, at=asking.now)
    Room.objects.filter(pk=sur.pk).update(asked={**(sur.asked or {}), "title": "Seven pumps"})
    Request.objects.update(awarded=sur)
    found = {one.what.partition(" ")[2] for one in request_audit.check()}
    assert {
        "was awarded elsewhere than where the sides agreed",
        "is not what this seller was asked",
    } <= found
    assert any("says more of its request than that it is over" in one for one in found)


def test_one_more_seller_is_asked_while_it_is_open() -> None:
    asking = Asking(("Norte",))
    asking.add("Sur")
    asking.do_jobs()
    assert asking.room("Sur").asked == asking.room("Norte").asked
    assert Mail.objects.count() == 2


def test_nobody_is_asked_after_the_time_for_answers() -> None:
    asking = Asking(("Norte",))
    asking.now += timedelta(days=15)
    with refused("request.answers_until"):
        asking.add("Sur")
    assert asking.row.invites.count() == 1


def test_a_draft_goes_to_nobody_who_came_to_sit_on_both_sides_meanwhile() -> None:
    asking = Asking(("Norte", "Sur"), sent=False)
    cleo = person("Cleo")
    join(cleo, asking.ben)
    join(cleo, asking.sellers["Sur"])
    with refused("request.seller"):
        asking.send()
    assert (asking.row.status, Room.objects.count()) == ("draft", 0)


def test_when_the_time_for_answers_is_over_the_buyer_is_told_and_nothing_closes() -> None:
    asking = Asking(("Norte",))
    before = Mail.objects.count()
    requests.answers_due({"request": str(asking.id)}, asking.now)
    assert Mail.objects.count() == before, "not yet"
    late = asking.row.answers_until
    assert late is not None
    events = len(list(stream.everything(asking.room("Norte").pk)))
    for _ in range(2):
        requests.answers_due({"request": str(asking.id)}, late)
    assert [one.to for one in Mail.objects.order_by("pk")][before:] == [asking.ben.email]
    assert compare.compare(asking.ben, asking.id, late).due
    assert asking.row.status == "open"
    assert len(list(stream.everything(asking.room("Norte").pk))) == events


@pytest.mark.covers("room:entry.compare")
def test_the_offers_stand_side_by_side_with_the_best_of_each_row() -> None:
    asking = Asking(("Norte", "Oeste", "Sur"))
    asking.offer("Norte", 900, 400, issues=[{"name": "Delivery date", "value": "2026-04-20"}])
    asking.offer(
        "Sur",
        950,
        300,
        issues=[{"name": "delivery date", "value": "2026-04-30"}, {"name": "Payment", "value": "30 days"}],
    )
    raw = {"t": "offer.supersede", "id": str(uuid4()), "stream": str(asking.room("Sur").pk), "replaces": 1}
    lines = [{**line, "unit_price": price} for line, price in zip(LINES, (940, 300), strict=True)]
    frame = wire.OfferSupersede.model_validate({**raw, "offer": terms(lines=lines)})
    services.supersede_offer(actor=asking.sellers["Sur"], frame=frame, now=asking.now)
    found = compare.compare(asking.ben, asking.id, asking.now)
    assert [one.invite.seller.name for one in found.columns] == ["Norte", "Oeste", "Sur"]
    assert [(one.state, one.turn) for one in found.columns] == [
        ("offered", "ours"),
        ("asked", ""),
        ("offered", "ours"),
    ]
    assert [[cell.best for cell in row.cells] for row in found.lines] == [
        [True, False, False],
        [False, False, True],
    ]
    assert [one.total.minor for one in found.columns] == [6_200, None, 6_240]
    assert [one.total.best for one in found.columns] == [True, False, False]
    assert found.columns[2].since is not None
    assert (found.columns[2].since.minor, found.columns[2].dearer) == (60, False)
    assert [(row.name, [cell.words for cell in row.cells]) for row in found.issues] == [
        ("Delivery date", ["2026-04-20", "", ""])
    ]


def test_who_compares_sees_by_when_each_line_would_be_there() -> None:
    asking = Asking(("Norte", "Sur"))
    raw = {"t": "offer.propose", "id": str(uuid4()), "stream": str(asking.room("Sur").pk)}
    lines = [{**LINES[0], "unit_price": 100, "due": "2026-12-03"}, {**LINES[1], "unit_price": 1}]
    frame = wire.OfferPropose.model_validate({**raw, "offer": terms(lines=lines)})
    services.propose_offer(actor=asking.sellers["Sur"], frame=frame, now=asking.now)
    asking.offer("Norte", 900, 400)
    rows = compare.compare(asking.ben, asking.id, asking.now).lines
    assert [[cell.due for cell in row.cells] for row in rows] == [["", "by Dec. 3, 2026"], ["", ""]]


def test_a_cheap_offer_that_lacks_something_is_not_the_best() -> None:
    asking = Asking(("Norte", "Sur", "Oeste"))
    asking.offer("Norte", 900, 400)
    asking.offer("Oeste", 890, 400)
    room = asking.room("Sur")
    raw = {"t": "offer.propose", "id": str(uuid4()), "stream": str(room.pk)}
    lines = [
        {"title": "booster PUMP", "quantity": "5", "unit": "C62", "unit_price": 100},
        {"title": "Grease", "quantity": "1", "unit": "KGM", "unit_price": 1},
    ]
    frame = wire.OfferPropose.model_validate({**raw, "offer": terms(lines=lines)})
    services.propose_offer(actor=asking.sellers["Sur"], frame=frame, now=asking.now)
    norte, oeste, sur = compare.compare(asking.ben, asking.id, asking.now).columns
    assert (norte.total.best, oeste.total.best, sur.total.best) == (False, True, False)
    assert (sur.complete, sur.others) == (False, ["Grease"])


def test_what_has_expired_is_compared_with_nothing() -> None:
    asking = Asking(("Norte", "Sur"))
    asking.offer("Norte", 1, 1)
    asking.offer("Sur", 900, 400, expires_in_s=7_200)
    later = asking.now + timedelta(hours=1)
    norte, sur = compare.compare(asking.ben, asking.id, later).columns
    assert (norte.state, sur.state) == ("expired", "offered")
    assert not sur.total.best, "there is nothing beside it"


def test_comparing_costs_as_many_queries_for_many_rooms_as_for_two(django_assert_num_queries: Any) -> None:
    asking = Asking(("Norte", "Sur"))
    for name in asking.names:
        asking.offer(name, 900, 400)
    with django_assert_num_queries(6):
        compare.compare(asking.ben, asking.id, asking.now)
    for name in ("Este", "Oeste"):
        asking.add(name)
    asking.do_jobs()
    with django_assert_num_queries(6):
        compare.compare(asking.ben, asking.id, asking.now)
