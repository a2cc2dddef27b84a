"""Plays one recorded negotiation as two live people, then checks that the server tells it as it happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from negotiation_hub.replay.client import Broken, Json, Person, Refused, Site, Table
from negotiation_hub.replay.recording import CURRENCY, Act, Recording, issues_of, minor, price_of

EXPIRES_IN_S: Final = 48 * 3600
TITLE_CHARS_MAX: Final = 200
NO_HASH: Final = "0" * 64
AS_RECORDED: Final = {"no_offer": "open", "open_offer": "open"}  # other statuses are called alike
_PUTS: Final = frozenset({"offer.proposed", "offer.countered", "offer.superseded"})
_ENDS: Final = frozenset(
    {"offer.accepted", "offer.declined", "offer.withdrawn", "offer.expired", "negotiation.closed"}
)


@dataclass(frozen=True, slots=True)
class Deal:
    """An agreement with its order, and the two people who made it."""

    room: str
    order: Json
    buyer: Person
    seller: Person


@dataclass(slots=True)
class Outcome:
    """How one recording ended on the server. `wrong` says what is not as it must be."""

    uuid: str
    status: str = ""  # agreed, rejected, quit, open
    clean: bool = True
    price: int | None = None  # agreed on, in minor units
    as_recorded: bool = False
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    deal: Deal | None = None


async def play(site: Site, recording: Recording, buyer: Person, seller: Person) -> Outcome:
    """Plays and checks. What goes wrong is in the outcome."""
    outcome = Outcome(recording.uuid, clean=not recording.anomalies)
    try:
        room = await _open_room(site, recording, outcome, buyer, seller)
        async with Table(site, buyer, room) as bought, Table(site, seller, room) as sold:
            game = Game(recording, {"buyer": bought, "seller": sold}, outcome)
            for act in recording.acts:
                await game.perform(act)
            await Check(site, game, buyer, seller).run()
    except (Broken, Refused) as error:
        outcome.wrong.append(str(error))
    return outcome


async def _open_room(
    site: Site, recording: Recording, outcome: Outcome, buyer: Person, seller: Person
) -> str:
    price = minor(recording.list_price)
    listing = {
        "title": recording.title.strip()[:TITLE_CHARS_MAX] or recording.uuid,
        "description": recording.description,
        # A listing needs a price; a recording may have none, or 0.
        "price": {"minor": price if isinstance(price, int) and price > 0 else 1, "currency": CURRENCY},
    }
    try:
        made = await site.post(seller, "/listings", listing)
    except Refused:
        # What a listing may not say is no reason not to negotiate.
        outcome.refused += 1
        plain = {"title": recording.uuid, "description": "", "price": {"minor": 1, "currency": CURRENCY}}
        made = await site.post(seller, "/listings", plain)
    room = await site.post(buyer, "/rooms", {"listing": made["id"]})
    return str(room["id"])


class Game:
    """The two sockets, and what was said and answered over them."""

    def __init__(self, recording: Recording, tables: Mapping[str, Table], outcome: Outcome) -> None:
        self.recording = recording
        self.tables = tables
        self.outcome = outcome
        self.said: list[
            tuple[int, str, str]
        ] = []  # number, person, text of every message that was acknowledged
        self.offers_refused = 0

    async def perform(self, act: Act) -> None:
        """Does what was recorded; a refusal is counted and the dialogue goes on. Raises Broken."""
        if act.action == "message":
            answer = await self._command(act.by, "message.send", text=act.data)
            if answer is not None:
                self.said.append((answer["seq"], self._table(act.by).me, act.data))
        elif act.action == "offer":
            await self._offer(act)
        elif act.action == "accept":
            await self._accept(act.by)
        elif act.action == "reject":
            await self._command(act.by, "offer.decline", **self._named())
        else:
            await self._command(act.by, "negotiation.close")

    def standing(self) -> Json | None:
        """The offer on the table, by the events that have arrived."""
        standing: Json | None = None
        for event in self._table("buyer").events:
            if event["kind"] in _PUTS:
                standing = event["body"]["offer"]
            elif event["kind"] in _ENDS:
                standing = None
        return standing

    def _table(self, side: str) -> Table:
        return self.tables[side]

    def _named(self) -> Json:
        # With nothing on the table the server must say so: the last offer is named, or one that never was.
        offers = [e["body"]["offer"] for e in self._table("buyer").events if e["kind"] in _PUTS]
        last = offers[-1] if offers else {"version": 1, "hash": NO_HASH}
        return {"version": last["version"], "hash": last["hash"]}

    async def _offer(self, act: Act) -> None:
        standing, offer = self.standing(), self._terms(act.data)
        if standing is None:
            code = await self._put(act.by, "offer.propose", offer=offer)
        elif standing["side"] == act.by:
            code = await self._put(act.by, "offer.supersede", replaces=standing["version"], offer=offer)
        else:
            code = await self._put(act.by, "offer.counter", answers=standing["version"], offer=offer)
        if code == "offer.identical":
            await self._accept(act.by)
        elif code and code != "offer.unchanged":
            self.offers_refused += 1

    async def _put(self, side: str, tag: str, **fields: Any) -> str:
        """The code of the refusal, empty when the offer is on the table."""
        try:
            await self._send(side, tag, **fields)
        except Refused as refused:
            self.outcome.refused += 1
            return refused.code
        return ""

    async def _accept(self, side: str) -> None:
        await self._command(side, "offer.accept", **self._named(), package=0)

    async def _command(self, side: str, tag: str, **fields: Any) -> Json | None:
        try:
            return await self._send(side, tag, **fields)
        except Refused:
            self.outcome.refused += 1
            return None

    async def _send(self, side: str, tag: str, **fields: Any) -> Json:
        answer = await self._table(side).command(tag, **fields)
        for table in self.tables.values():
            await table.reached(answer["seq"])
        written = self._table(side).events[answer["seq"] - 1]
        if written["hash"] != answer["hash"] or written["by"] != self._table(side).me:
            raise Broken(f"event {answer['seq']} is not the one that was acknowledged")
        return answer

    def _terms(self, data: Any) -> Json:
        line = {
            "title": self.recording.title.strip()[:TITLE_CHARS_MAX] or self.recording.uuid,
            "quantity": "1",
            "unit": "C62",
            "unit_price": price_of(data),
        }
        issues = [{"name": name, "value": value} for name, value in issues_of(data).items()]
        return {
            "currency": CURRENCY,
            "tax_basis": "none",
            "tax_rate_bp": 0,
            "expires_in_s": EXPIRES_IN_S,
            "packages": [{"lines": [line], "issues": issues}],
        }


class Check:
    """What must hold after a dialogue. Every breach is one entry of the outcome's `wrong`."""

    def __init__(self, site: Site, game: Game, buyer: Person, seller: Person) -> None:
        self.site, self.game, self.buyer, self.seller = site, game, buyer, seller
        self.outcome, self.recording = game.outcome, game.recording
        self.room = game.tables["buyer"].room

    async def run(self) -> None:
        """All checks. Raises Broken, Refused."""
        await self._logs()
        state = (await self.site.get(self.buyer, f"/rooms/{self.room}"))["state"]
        if (await self.site.get(self.seller, f"/rooms/{self.room}"))["state"] != state:
            self._wrong("the two sides see different states")
        self.outcome.status = status_of(state)
        orders = (await self.site.get(self.buyer, "/orders", room=self.room))["orders"]
        if self.outcome.status == "agreed":
            await self._agreed(state, orders)
        elif orders or state["agreement"] is not None:
            self._wrong("there is an order without an agreement")
        expected = AS_RECORDED.get(self.recording.status, self.recording.status)
        # An offer that cannot be made (no price, 0) takes its acceptance with it.
        as_recorded = self.outcome.clean and not self.game.offers_refused
        if as_recorded and self.outcome.status != expected:
            self._wrong(f"it is {self.outcome.status}, recorded as {self.recording.status}")

    def _wrong(self, text: str) -> None:
        self.outcome.wrong.append(text)

    async def _logs(self) -> None:
        log = await self.site.events(self.buyer, self.room)
        if await self.site.events(self.seller, self.room) != log:
            self._wrong("the two sides read different logs")
        if [event["seq"] for event in log] != list(range(1, len(log) + 1)):
            self._wrong("the numbers of the log are not contiguous")
        for side, table in self.game.tables.items():
            await table.reached(log[-1]["seq"] if log else 1)
            if table.events[: len(log)] != log:
                self._wrong(f"the {side}'s socket was sent something else than the log has")
        stored = [
            (event["seq"], event["by"], event["body"].get("text"))
            for event in log
            if event["kind"] == "message.sent"
        ]
        if stored != self.game.said:
            self._wrong("the messages are not those that were sent and acknowledged")

    async def _agreed(self, state: Json, orders: list[Json]) -> None:
        agreement = state["agreement"]
        accepted = [offer for offer in state["offers"] if offer["status"] == "accepted"]
        if len(orders) != 1 or len(accepted) != 1 or accepted[0]["version"] != agreement["version"]:
            self._wrong(f"{len(orders)} orders and {len(accepted)} accepted offers for one agreement")
            return
        order = await self.site.get(self.buyer, f"/orders/{orders[0]['id']}")
        package = accepted[0]["packages"][agreement["package"]]
        self.outcome.price = order["gross"]
        self.outcome.deal = Deal(self.room, order, self.buyer, self.seller)
        if order["status"] != "draft" or order["agreement"] != agreement["id"]:
            self._wrong(f"the order is {order['status']}, not the agreement's draft")
        if state["order"]["id"] != order["id"] or order["currency"] != CURRENCY:
            self._wrong("the room shows another order")
        if not order["gross"] == agreement["gross"] == package["gross"]:
            self._wrong(f"agreed on {agreement['gross']}, ordered for {order['gross']}")
        if order["issues"] != package["issues"] or _ordered(order, package) != package["lines"]:
            self._wrong("the order is about other terms than were accepted")
        self.outcome.as_recorded = self._is_recorded(order)
        if self.outcome.clean and not self.outcome.as_recorded and not self.game.offers_refused:
            self._wrong(
                f"agreed on {order['gross']}, recorded {self.recording.price} {self.recording.issues}"
            )

    def _is_recorded(self, order: Json) -> bool:
        issues = {issue["name"]: issue["value"] for issue in order["issues"]}
        recorded = self.recording.issues
        return order["gross"] == minor(self.recording.price) and (recorded is None or issues == recorded)


def status_of(state: Json) -> str:
    """agreed, quit, rejected or open, by a table's state."""
    talks = state["negotiation"]
    if state["agreement"] is not None and talks["status"] != "open":
        return "agreed"
    if talks["status"] == "closed":
        return "quit"
    last = state["offers"][-1]["status"] if state["offers"] else ""
    return "rejected" if last == "declined" and talks["standing"] is None else "open"


def _ordered(order: Json, package: Json) -> list[Json]:
    """The order's lines with what the offer says of them: an order knows more, such as their kind."""
    said = set().union(*package["lines"])
    return [{name: line[name] for name in line if name in said} for line in order["lines"]]
