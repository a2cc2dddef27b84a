"""Rules of offers that no table shows."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from negotiation_hub.kernel import limits
from orders.models import Order
from rooms import services, wire
from tests.rooms.table import Table, person, refused, terms


def test_a_counter_equal_to_the_standing_offer_is_refused_and_changes_nothing(table: Table) -> None:
    table.propose("seller", 9_000)
    with refused("offer.identical"):
        table.counter("buyer", 9_000)
    assert table.standing["version"] == 1


def test_a_counter_with_one_package_of_the_other_sides_two_is_an_acceptance_in_disguise(table: Table) -> None:
    one, two = terms(9_000)["packages"][0], terms(9_500)["packages"][0]
    table.send("seller", "offer.propose", offer=terms(packages=[one, two]))
    with refused("offer.identical"):
        table.counter("buyer", 9_500)


def test_an_own_offer_replaced_by_its_equal_is_refused(table: Table) -> None:
    table.propose("seller", 9_000)
    with refused("offer.unchanged"):
        table.supersede("seller", 9_000)


def test_a_declined_counter_does_not_revive_what_it_replaced(table: Table) -> None:
    table.propose("seller", 9_000)
    table.counter("buyer", 8_000)
    table.send("seller", "offer.decline", **table.named)
    assert [offer["status"] for offer in table.state["offers"]] == ["countered", "declined"]
    assert table.state["negotiation"] == {"status": "open", "standing": None, "turn": None}
    table.propose("seller", 9_000)  # the same again is an explicit act


def test_a_second_proposal_is_refused_while_one_stands(table: Table) -> None:
    table.propose("seller", 9_000)
    for side in ("buyer", "seller"):
        with refused("offer.standing"):
            table.propose(side, 8_000)


@pytest.mark.covers("room:offers.clock")
def test_an_expired_offer_is_refused_even_before_the_job_has_marked_it(table: Table) -> None:
    table.propose("seller", 9_000, expires_in_s=60)
    named = table.named
    table.pass_time(seconds=60)
    with refused("offer.expired"):
        table.send("buyer", "offer.accept", **named, package=0)
    with refused("offer.expired"):
        table.counter("buyer", 8_000)
    assert not Order.objects.exists()


@pytest.mark.parametrize("marked", [False, True])
def test_an_expired_offer_is_refused_alike_before_and_after_it_is_marked(table: Table, marked: bool) -> None:
    table.propose("seller", 9_000, expires_in_s=60)
    named = table.named
    table.pass_time(seconds=60)
    if marked:
        services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    with refused("offer.none_standing"):
        table.send("buyer", "offer.accept", version=2, hash="0" * 64, package=0)
    with refused("offer.expired"):
        table.send("buyer", "offer.accept", **named, package=0)
    with refused("offer.expired"):
        table.send("buyer", "offer.counter", answers=1, offer=terms(8_000))
    with refused("offer.stale"):
        table.send("buyer", "offer.accept", version=1, hash="0" * 64, package=0)


def test_one_may_propose_over_an_offer_that_has_expired_unmarked(table: Table) -> None:
    table.propose("seller", 9_000, expires_in_s=60)
    table.pass_time(seconds=61)
    table.propose("buyer", 8_000)
    assert [event.kind for event in table.events][-2:] == ["offer.expired", "offer.proposed"]
    assert table.events[-2].by is None
    assert table.state["negotiation"]["turn"] == "seller"
    assert table.folded == table.state


@pytest.mark.covers("room:offers.clock")
def test_the_clock_ends_an_offer_once(table: Table) -> None:
    table.propose("seller", 9_000, expires_in_s=60)
    assert not services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    table.pass_time(seconds=60)
    assert services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    assert not services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    assert [event.kind for event in table.events].count("offer.expired") == 1


@pytest.mark.covers("room:offers.confirmation")
def test_accepting_another_version_or_hash_is_stale(table: Table) -> None:
    table.propose("seller", 9_000)
    first = table.named
    table.supersede("seller", 8_500)
    with refused("offer.stale"):
        table.send("buyer", "offer.accept", **first, package=0)
    with refused("offer.stale"):
        table.send("buyer", "offer.accept", version=2, hash=first["hash"], package=0)


@pytest.mark.covers("room:offers.packages")
def test_accepting_a_package_that_is_not_there_is_refused(table: Table) -> None:
    table.propose("seller", 9_000)
    with refused("offer.package"):
        table.accept("buyer", package=1)


@pytest.mark.covers("room:offers.packages")
def test_an_acceptance_makes_agreement_and_draft_order_at_the_accepted_packages_price(table: Table) -> None:
    packages = [
        terms(9_000)["packages"][0],
        terms(8_000, issues=[{"name": "Delivery", "value": "May"}])["packages"][0],
    ]
    table.send("seller", "offer.propose", offer=terms(packages=packages, tax_basis="added", tax_rate_bp=2100))
    table.accept("buyer", package=1)
    order = Order.objects.get()
    assert (order.status, order.net, order.tax, order.gross, order.currency) == (
        "draft",
        8_000,
        1_680,
        9_680,
        "EUR",
    )
    assert order.issues == [{"name": "Delivery", "value": "May"}]
    agreed = table.state["agreement"]
    assert (agreed["gross"], agreed["version"], agreed["package"]) == (9_680, 1, 1)
    assert table.state["order"]["id"] == str(order.pk)


@pytest.mark.parametrize(
    ("basis", "rate", "price", "expected"),
    [
        ("none", 0, 999, (999, 0, 999)),
        ("added", 2100, 999, (999, 210, 1209)),
        ("included", 2100, 1209, (999, 210, 1209)),
    ],
)
def test_the_server_computes_net_tax_and_gross(
    table: Table, basis: str, rate: int, price: int, expected: tuple[int, int, int]
) -> None:
    table.propose("seller", price, tax_basis=basis, tax_rate_bp=rate)
    package = table.standing["packages"][0]
    assert (package["net"], package["tax"], package["gross"]) == expected


def test_a_fractional_quantity_is_rounded_half_up_per_line(table: Table) -> None:
    lines = [{"title": "Cable, m", "quantity": "2.5", "unit": "MTR", "unit_price": 333}]
    table.propose("seller", lines=lines)
    assert table.standing["packages"][0]["lines"][0]["total"] == 833


@pytest.mark.parametrize("price", [0, -1, 2**53, 1.5, float("inf"), float("nan"), "100", True, None], ids=str)
def test_impossible_prices_do_not_reach_the_table(price: object) -> None:
    with pytest.raises(ValidationError):
        wire.OfferTerms.model_validate(terms(price))  # type: ignore[arg-type]


def test_a_total_beyond_what_readers_keep_exact_is_refused(table: Table) -> None:
    lines = [{"title": "x", "quantity": "2", "unit": "C62", "unit_price": 2**53 - 1}]
    with refused("amount.invalid"):
        table.propose("seller", lines=lines)


@pytest.mark.parametrize("quantity", ["0", "0.000", "-1", "1e3", "1.0000001", "NaN", "", " 1", "01"])
def test_impossible_quantities_do_not_reach_the_table(quantity: str) -> None:
    with pytest.raises(ValidationError):
        wire.OfferTerms.model_validate(
            terms(lines=[{"title": "x", "quantity": quantity, "unit": "C62", "unit_price": 1}])
        )


def test_a_room_negotiates_in_one_currency(table: Table) -> None:
    with refused("offer.currency"):
        table.propose("seller", 9_000, currency="USD")


def test_a_tax_rate_without_a_tax_is_refused(table: Table) -> None:
    with refused("offer.tax_basis"):
        table.propose("seller", 9_000, tax_rate_bp=2100)


def test_two_equal_packages_are_refused(table: Table) -> None:
    package = terms(9_000)["packages"][0]
    with refused("offer.packages_equal"):
        table.send("seller", "offer.propose", offer=terms(packages=[package, package]))


def test_after_the_last_round_only_answers_are_left(table: Table) -> None:
    table.propose("seller", 10_000)
    for round_ in range(1, limits.ROUNDS_MAX):
        table.supersede("seller", 10_000 + round_)
    with refused("offer.rounds_exhausted"):
        table.counter("buyer", 1)
    table.accept("buyer")


def test_a_repeated_command_gets_the_first_answer_and_writes_nothing(table: Table) -> None:
    once = uuid4()
    first = table.send("buyer", "offer.propose", id=once, offer=terms(9_000))
    table.counter("seller", 9_500)
    before = len(table.events)
    assert table.send("buyer", "offer.propose", id=once, offer=terms(9_000)) == first
    assert len(table.events) == before


def test_a_refused_command_is_judged_anew_under_the_same_id(table: Table) -> None:
    once = uuid4()
    table.propose("seller", 9_000)
    with refused("offer.standing"):
        table.send("buyer", "offer.propose", id=once, offer=terms(8_000))
    table.send("seller", "offer.withdraw", **table.named)
    assert table.send("buyer", "offer.propose", id=once, offer=terms(8_000)).seq == len(table.events)


def test_the_same_id_of_another_author_is_another_command(table: Table) -> None:
    once = uuid4()
    table.send("buyer", "message.send", id=once, text="one")
    table.send("seller", "message.send", id=once, text="two")
    assert [event.body["text"] for event in table.events if event.kind == "message.sent"] == ["one", "two"]


def test_walking_away_ends_what_stands(table: Table) -> None:
    table.propose("seller", 9_000)
    table.send("buyer", "negotiation.close", reason="too dear")
    assert table.state["offers"][0]["status"] == "declined"
    assert table.state["negotiation"] == {"status": "closed", "standing": None, "turn": None}
    assert table.folded == table.state


def test_seen_is_noted_once_and_only_for_the_other_side(table: Table) -> None:
    table.propose("seller", 9_000)
    table.send("seller", "offer.seen", version=1)
    assert table.standing["seen_at"] is None
    table.send("buyer", "offer.seen", version=1)
    table.send("buyer", "offer.seen", version=1)
    assert [event.kind for event in table.events].count("offer.seen") == 1
    assert table.folded == table.state


def test_a_stranger_is_answered_as_if_there_were_no_room(table: Table) -> None:
    table.ada = person("Cleo", "Elsewhere")
    with refused("stream.unknown"):
        table.send("seller", "message.send", text="hello?")
    with refused("stream.unknown"):
        table.send("seller", "message.send", stream_id=uuid4(), text="hello?")


def test_the_other_sides_caucus_does_not_exist_for_you(table: Table) -> None:
    from negotiation_hub.kernel.models import Stream

    ours = Stream.objects.get(scope=table.room.pk, kind="caucus", side="seller")
    table.send("seller", "message.send", stream_id=ours.id, text="Our floor is 85.")
    with refused("stream.unknown"):
        table.send("buyer", "message.send", stream_id=ours.id, text="hm?")
    with refused("not_permitted"):
        table.send("seller", "offer.propose", stream_id=ours.id, offer=terms(1))
    assert "floor" not in str([event.body for event in table.events])


def test_a_blank_message_is_refused(table: Table) -> None:
    with refused("message.blank"):
        table.send("buyer", "message.send", text=" \n\t")


def test_a_plain_member_may_talk_but_not_bind_the_company(table: Table) -> None:
    table.ben.memberships.exclude(organisation__kind="personal").update(role="member")
    table.send("buyer", "message.send", text="I only look after the files.")
    table.propose("seller", 9_000)
    with refused("not_permitted"):
        table.counter("buyer", 8_000)
    with refused("not_permitted"):
        table.accept("buyer")
