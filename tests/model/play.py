"""Plays one generated negotiation and has the model judge every answer and the table that it leaves."""

import asyncio
import json
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import UUID

from negotiation_hub.replay.client import Json, Person, Site
from tests.model.model import Command, Model, Terms
from tests.model.moves import Moves, Step
from tests.model.seat import Differs, Frame, Seat

NO_HASH = "0" * 64
PUTS = {"offer.proposed", "offer.countered", "offer.superseded"}
ENDS = {"offer.accepted", "offer.declined", "offer.withdrawn", "offer.seen"}
FIELD = {
    "offer.counter": "answers",
    "offer.supersede": "replaces",
}  # how the version is called; else `version`


@dataclass(frozen=True)
class Sent:
    """A command as it went over the wire."""

    command: Command
    side: str
    name: str
    text: str


@dataclass
class Game:
    """One negotiation under way. `plant` names a fault that a server might have."""

    site: Site
    random: Random
    plant: str = ""
    model: Model = field(default_factory=Model)
    counts: Counter[str] = field(default_factory=Counter)
    acked: list[tuple[Sent, Frame]] = field(default_factory=list)

    async def play(self, buyer: Person, seller: Person) -> None:
        """From the listing to the last look at the table. Raises Differs, and what the client raises."""
        price = {"minor": 10_000, "currency": "USD"}
        listing = {"title": "Pump NB-40", "description": "A pump.", "price": price}
        made = await self.site.post(seller, "/listings", listing)
        self.room = str((await self.site.post(buyer, "/rooms", {"listing": made["id"]}))["id"])
        self.people = {"buyer": buyer, "seller": seller}
        self.seats = {
            side: Seat(self.site.socket_url, person.token, self.room) for side, person in self.people.items()
        }
        try:
            for seat in self.seats.values():
                await seat.open()
            moves = Moves(self.random)
            while (step := moves.next(self.model)) is not None:
                await self._step(step)
            await self._look()
        finally:
            await asyncio.gather(*(seat.close() for seat in self.seats.values()), return_exceptions=True)

    # -- steps

    async def _step(self, step: Step) -> None:
        self.counts["commands"] += len(step.commands)
        if step.race:
            await self._race(step.commands)
            return
        if step.fault == "reorder":
            self.counts["faulty"] += 1
            await self._pipeline(step.commands)
            return
        command = step.commands[0]
        answer = await self._one(command, step)
        if step.waits and answer["t"] == "ack":
            await self._let_time_pass()

    async def _one(self, command: Command, step: Step) -> Frame:
        seat, sent = self.seats[command.side], self._compose(command, step.expires_in_s)
        would = deepcopy(self.model).judge(command)
        self.counts["faulty"] += bool(step.fault)
        if step.fault == "late" and self.acked:
            await self._late()
        if step.fault == "cut-frame":
            await seat.send(sent.text[: self.random.randrange(1, len(sent.text))])
            self._expect("frame.malformed", await seat.answer(None), "a frame that was cut off")
        sent = self._planted(sent, would)
        await seat.send(sent.text)
        if step.fault == "cut-line" and not would:
            # A refused one would be judged anew, and nobody knows when the first copy arrives.
            await seat.cut()
            await seat.send(sent.text)
        answer = await self._answer(sent)
        again = answer
        if step.fault == "repeat":
            await seat.send(sent.text)
            again = await self._answer(sent)
        wrote = await self._judge(sent, answer)
        # What wrote nothing is answered with the head, which the clock may have moved.
        if _code(again) != _code(answer) or (wrote and _same(again) != _same(answer)):
            raise Differs(f"{command}: a repetition got {again} after {answer}")
        return answer

    async def _pipeline(self, commands: tuple[Command, ...]) -> None:
        """Both at once on one socket: they are taken in the order in which they were sent."""
        sent = [self._compose(command) for command in commands]
        for one in sent:
            await self.seats[one.side].send(one.text)
        for one in sent:
            await self._judge(one, await self._answer(one))

    async def _race(self, commands: tuple[Command, ...]) -> None:
        """Both at once on two sockets: the outcome must be that of one order or the other."""
        self.counts["races"] += 1
        sent = [self._compose(command) for command in commands]
        await asyncio.gather(*(self.seats[one.side].send(one.text) for one in sent))
        answers = [await self._answer(one) for one in sent]
        told = list(zip(sent, answers, strict=True))
        if all(answer["t"] == "ack" for answer in answers):
            told.sort(key=lambda one: int(one[1]["seq"]))
            orders = [told]
        else:
            orders = [told, told[::-1]]
        for order in orders:
            model = deepcopy(self.model)
            if all(model.judge(one.command) == _code(answer) for one, answer in order):
                for one, answer in order:
                    await self._judge(one, answer)
                return
        said = [(one.command, _code(answer)) for one, answer in told]
        raise Differs(f"no order of these gives these answers: {said}")

    async def _late(self) -> None:
        """A frame of long ago turns up again: it gets its first answer, and nothing happens."""
        sent, first = self.random.choice(self.acked)
        await self.seats[sent.side].send(sent.text)
        again = await self._answer(sent)
        if _same(again) != _same(first):
            raise Differs(f"a late repetition got {again}, at first {first}")

    async def _let_time_pass(self) -> None:
        """Until the standing offer's time is over: by the server's clock, or until the server says so."""
        self.counts["expired"] += 1
        version = len(self.model.offers)
        seat = self.seats[self.random.choice(("buyer", "seller"))]
        expires_at = self._offer(version)["expires_at"]
        if self.random.random() < 0.5:
            while await seat.server_time() < expires_at:  # noqa: ASYNC110 - a clock makes no event
                await asyncio.sleep(0.1)
        else:
            await seat.until(lambda: ("offer.expired", version) in _told(seat.events))
        self.model.time_is_over()

    # -- frames

    def _compose(self, command: Command, expires_in_s: int = 3600) -> Sent:
        name = str(UUID(int=self.random.getrandbits(128), version=4))
        frame: Json = {"t": command.tag, "id": name, "stream": self.room}
        if command.version:
            frame[FIELD.get(command.tag, "version")] = command.version
        if command.tag in {"offer.accept", "offer.decline", "offer.withdraw"}:
            frame["hash"] = self._hash(command)
        if command.tag == "offer.accept":
            frame["package"] = command.package
        if command.terms is not None:
            frame["offer"] = _offer_of(command.terms, expires_in_s)
        if command.tag == "message.send":
            frame["text"] = command.text
        if frame.get("hash") == NO_HASH:
            command = replace(command, hash_right=False)  # that of a version to come is not known
        return Sent(command, command.side, name, json.dumps(frame))

    def _hash(self, command: Command) -> str:
        if not command.hash_right or command.version > len(self.model.offers):
            return NO_HASH
        return str(self._offer(command.version)["hash"])

    def _offer(self, version: int) -> Json:
        events = self.seats["buyer"].events
        puts = [event["body"]["offer"] for event in events if event["kind"] in PUTS]
        found: Json = puts[version - 1]
        return found

    def _planted(self, sent: Sent, would: str) -> Sent:
        """PLANT=accept-stale: a server that takes an acceptance of another version for one of what stands."""
        frame = json.loads(sent.text)
        standing = self.model.standing
        lies = self.plant == "accept-stale" and frame["t"] == "offer.accept" and would == "offer.stale"
        if not lies or standing is None or standing.side == sent.side:
            return sent
        frame.update(version=standing.version, hash=self._offer(standing.version)["hash"], package=0)
        return Sent(sent.command, sent.side, sent.name, json.dumps(frame))

    async def _answer(self, sent: Sent) -> Frame:
        """The answer that is not temporary: one is waited for as it says, and the same frame sent again."""
        while True:
            answer = await self.seats[sent.side].answer(sent.name)
            if answer["t"] == "ack" or not answer["temporary"]:
                return answer
            if answer["code"] != "rate.too_fast":
                raise Differs(f"a command was answered {answer['code']}")
            self.counts["slowed"] += 1
            await asyncio.sleep((answer["retry_after_ms"] or 200) / 1000)
            await self.seats[sent.side].send(sent.text)

    # -- the judge

    async def _judge(self, sent: Sent, answer: Frame) -> bool:
        """Compares; says whether the command wrote an event. Raises Differs."""
        before, command = len(self.model.events), sent.command
        self._expect(self.model.judge(command), answer, str(command))
        self.counts[_code(answer) or "ack"] += 1
        if answer["t"] != "ack":
            return False
        for seat in self.seats.values():
            await seat.until(lambda seat=seat: seat.seq >= answer["seq"])  # type: ignore[misc]
        seat = self.seats[command.side]
        event = seat.events[answer["seq"] - 1]
        if event["hash"] != answer["hash"]:
            raise Differs(f"{command}: the hash of event {answer['seq']} is not the acknowledged one")
        if len(self.model.events) == before:
            return False
        self.acked.append((sent, answer))
        if event["by"] != seat.me or event["kind"] != self.model.events[-1][0]:
            raise Differs(f"{command}: acknowledged as {event['kind']}, not {self.model.events[-1][0]}")
        if event["kind"] in PUTS:
            self._totals(event["body"]["offer"])
        return True

    def _expect(self, code: str, answer: Frame, what: str) -> None:
        if _code(answer) != code:
            raise Differs(f"{what}: answered {_code(answer) or 'ack'}, must be {code or 'ack'}")

    def _totals(self, offer: Json) -> None:
        terms = self.model.offers[offer["version"] - 1].terms
        said = [(package["net"], package["tax"], package["gross"]) for package in offer["packages"]]
        right = [terms.money(package) for package in terms.packages]
        if said != right:
            raise Differs(f"the totals of {terms} are {right}, not {said}")

    async def _look(self) -> None:
        """The log, the table and the order at the end, as both sides see them."""
        if self.model.offers and self.model.offers[-1].over:
            last = len(self.model.offers)
            for seat in self.seats.values():
                await seat.until(lambda seat=seat: ("offer.expired", last) in _told(seat.events))  # type: ignore[misc]
        log = await self.site.events(self.people["buyer"], self.room)
        for side, seat in self.seats.items():
            await seat.until(lambda seat=seat: seat.seq >= len(log))  # type: ignore[misc]
            if await self.site.events(self.people[side], self.room) != log or seat.events[: len(log)] != log:
                raise Differs(f"what the {side} was sent or reads is not the log")
        if [event["seq"] for event in log] != list(range(1, len(log) + 1)):
            raise Differs("the log has a gap")
        told = _told(log)
        if [one for one in told if one[0] != "offer.expired"] != self.model.events:
            raise Differs(f"the log says {told}, must say {self.model.events}")
        expired = [one[1] for one in told if one[0] == "offer.expired"]
        self._equal("expired", expired, [o.version for o in self.model.offers if o.over])
        for person in self.people.values():
            self._table((await self.site.get(person, f"/rooms/{self.room}"))["state"])
        orders = (await self.site.get(self.people["buyer"], "/orders", room=self.room))["orders"]
        agreed = [self.model.agreement[2]] if self.model.agreement else []
        self._equal("orders", [order["gross"] for order in orders], agreed)

    def _table(self, state: Json) -> None:
        if self.plant == "revive":
            for offer in state["offers"]:
                offer["status"] = "pending" if offer["status"] == "declined" else offer["status"]
        model, standing = self.model, self.model.standing
        talks = {
            "status": model.status,
            "standing": standing.version if standing else None,
            "turn": model.turn,
        }
        self._equal("negotiation", state["negotiation"], talks)
        self._equal(
            "offers",
            [(o["version"], o["side"], o["status"], o["seen_at"] is not None) for o in state["offers"]],
            [(o.version, o.side, o.status, o.seen) for o in model.offers],
        )
        for offer in state["offers"]:
            self._totals(offer)
        agreement = state["agreement"]
        found = agreement and (agreement["version"], agreement["package"], agreement["gross"])
        self._equal("agreement", found, model.agreement)

    def _equal(self, what: str, found: Any, right: Any) -> None:
        if found != right:
            raise Differs(f"{what}: found {found}, must be {right}")


def _code(answer: Frame) -> str:
    return "" if answer["t"] == "ack" else str(answer["code"])


def _same(answer: Frame) -> tuple[Any, ...]:
    """What must be equal in two answers to one command."""
    return (answer["t"], answer.get("seq"), answer.get("hash"), answer.get("code"))


def _told(events: list[Frame]) -> list[tuple[str, object]]:
    """What a log says, as the model tells it."""
    told: list[tuple[str, object]] = []
    for event in events:
        kind, body = event["kind"], event["body"]
        if kind == "message.sent":
            told.append((kind, body["text"]))
        elif kind in PUTS:
            told.append((kind, body["offer"]["version"]))
        elif kind in ENDS or kind == "offer.expired":
            told.append((kind, body["version"]))
        elif kind == "negotiation.closed":
            told.append((kind, body["ended"]))
    return told


def _offer_of(terms: Terms, expires_in_s: int) -> Json:
    packages = [
        {
            "lines": [
                {
                    "title": "Pump NB-40",
                    "quantity": package.quantity,
                    "unit": "C62",
                    "unit_price": package.unit_price,
                }
            ],
            "issues": [{"name": "Delivery days", "value": package.days}],
        }
        for package in terms.packages
    ]
    return {
        "currency": "USD",
        "tax_basis": terms.tax_basis,
        "tax_rate_bp": terms.tax_rate_bp,
        "expires_in_s": expires_in_s,
        "packages": packages,
    }
