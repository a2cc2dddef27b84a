"""Whatever two sides do, the fold of the log is the state of the rows."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from negotiation_hub.kernel import audit, clock, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Refusal
from orders.models import Order
from rooms import audit as rooms_audit
from rooms import opening, services, state
from rooms.models import Offer, Room
from tests.rooms.table import Table, person, terms

SIDES = st.sampled_from(["buyer", "seller"])
PRICES = st.integers(1, 6).map(lambda n: n * 1000)
VERSIONS = st.integers(1, 6)
LIVES = st.sampled_from([30, 600])
PEOPLE = ["mute", "unmute", "unmute", "remove", "readmit", "readmit"]  # so that mostly both may act
ROOM = ["lock", "unlock", "unlock", "lock_board", "unlock_board", "step_in"]
OFFER = ["freeze", "unfreeze", "unfreeze", "void", "extend"]


class OfferMachine(RuleBasedStateMachine):
    """Two sides and a moderator who do anything in any order, with the clock moving under them."""

    @initialize()
    def open(self) -> None:
        self.mark = transaction.atomic()
        self.mark.__enter__()
        self.table = Table()
        self.table.others["dov"] = dov = person("Dov")
        dov.is_moderator = True
        dov.save(update_fields=["is_moderator"])
        opening.enter_room(actor=dov, scope=self.table.room.pk, now=self.table.now)
        self.snapshot, self.seen = self.table.state, len(self.table.events)

    def teardown(self) -> None:
        if hasattr(self, "mark"):
            problems = [
                *rooms_audit.check_room(Room.objects.get(pk=self.table.room.pk)),
                *audit.check_stream(Stream.objects.get(id=self.table.room.pk), {}),
            ]
            transaction.set_rollback(True)
            self.mark.__exit__(None, None, None)
            assert not problems, problems

    def attempt(self, side: str, command: str, **fields: Any) -> None:
        before = self.table.state
        try:
            with transaction.atomic():
                self.table.send(side, command, **fields)
        except Refusal:
            assert self.table.state == before, "a refused command changes nothing"

    def named(self, version: int) -> dict[str, Any]:
        offers = {offer["version"]: offer["hash"] for offer in self.table.state["offers"]}
        return {"version": version, "hash": offers.get(version, "0" * 64)}

    @rule(side=SIDES, price=PRICES, life=LIVES)
    def propose(self, side: str, price: int, life: int) -> None:
        self.attempt(side, "offer.propose", offer=terms(price, expires_in_s=life))

    @rule(side=SIDES, price=PRICES, version=VERSIONS, life=LIVES)
    def counter(self, side: str, price: int, version: int, life: int) -> None:
        self.attempt(side, "offer.counter", answers=version, offer=terms(price, expires_in_s=life))

    @rule(side=SIDES, price=PRICES, version=VERSIONS, life=LIVES)
    def supersede(self, side: str, price: int, version: int, life: int) -> None:
        self.attempt(side, "offer.supersede", replaces=version, offer=terms(price, expires_in_s=life))

    @rule(side=SIDES, version=VERSIONS)
    def decline(self, side: str, version: int) -> None:
        self.attempt(side, "offer.decline", **self.named(version))

    @rule(side=SIDES, version=VERSIONS)
    def withdraw(self, side: str, version: int) -> None:
        self.attempt(side, "offer.withdraw", **self.named(version))

    @rule(side=SIDES, version=VERSIONS)
    def see(self, side: str, version: int) -> None:
        self.attempt(side, "offer.seen", version=version)

    @rule(
        side=SIDES,
        text=st.text(
            alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1
        ),
    )
    def say(self, side: str, text: str) -> None:
        self.attempt(side, "message.send", text=text)

    @rule(seconds=st.sampled_from([1, 29, 30, 601]))
    def wait(self, seconds: int) -> None:
        self.table.pass_time(seconds=seconds)

    @rule()
    def clock_strikes(self) -> None:
        room = Room.objects.get(pk=self.table.room.pk)
        if room.standing is not None:
            services.expire_offer(room_id=room.pk, version=room.standing, now=self.table.now)

    @rule(side=SIDES, version=VERSIONS)
    def accept(self, side: str, version: int) -> None:
        self.attempt(side, "offer.accept", **self.named(version), package=0)

    @rule(act=st.sampled_from([*PEOPLE, *ROOM, *OFFER]), on=SIDES, version=VERSIONS)
    def moderate(self, act: str, on: str, version: int) -> None:
        about: dict[str, Any] = {"reason": f"because of {act}"}
        if act in PEOPLE:
            about["participant"] = str(self.table.actor(on).pk)
        elif act in OFFER:
            about["version"] = version
        if act == "extend":
            about["seconds"] = 60
        self.attempt("dov", f"moderation.{act}", **about)

    @rule(side=SIDES)
    def leave(self, side: str) -> None:
        if len(self.table.events) > 9:  # otherwise most runs would end before they began
            self.attempt(side, "negotiation.close")

    @invariant()
    def events_lead_from_the_last_snapshot_to_this_one(self) -> None:
        if not hasattr(self, "table"):
            return
        events = stream.after(self.table.room.pk, self.seen, limit=1000)
        told = state.fold(
            ((e.kind, clock.text(e.at), e.body) for e in events), json.loads(json.dumps(self.snapshot))
        )
        self.snapshot, self.seen = self.table.state, self.seen + len(events)
        assert told == self.snapshot

    @invariant()
    def at_most_one_deal_and_one_standing_offer(self) -> None:
        if hasattr(self, "table"):
            room: UUID = self.table.room.pk
            accepted = Offer.objects.filter(room=room, status="accepted").count()
            assert Offer.objects.filter(room=room, status="pending").count() <= 1
            assert Order.objects.filter(room_id=room).count() == accepted <= 1


@pytest.mark.django_db
def test_whatever_two_sides_do_the_log_tells_it() -> None:
    run_state_machine_as_test(
        OfferMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_shared_cases_fold_as_written() -> None:
    for case in json.loads((Path(__file__).parents[1] / "fixtures" / "room_state_cases.json").read_text()):
        folded = state.fold((event["kind"], event["at"], event["body"]) for event in case["events"])
        assert folded == case["state"], case["name"]
