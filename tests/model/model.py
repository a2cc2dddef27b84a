"""An independent model of offers and agreement, after docs/protocol.md; it shares no line with the server.

It is told each command in the order in which the server took it, and when an offer's time is over; it says
what the answer must be (empty for `ack`, else the refusal's code) and what the table must look like.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

ROUNDS_MAX = 50


@dataclass(frozen=True)
class Package:
    """So much of one thing at a price in minor units, delivered in so many days."""

    quantity: str
    unit_price: int
    days: int


@dataclass(frozen=True)
class Terms:
    """What an offer says. How long it is good is not part of it: the same for longer is the same."""

    packages: tuple[Package, ...]
    tax_basis: str
    tax_rate_bp: int

    def money(self, package: Package) -> tuple[int, int, int]:
        """Net, tax and gross of a package in minor units; each step rounded half up."""
        total = _half_up(Fraction(package.quantity) * package.unit_price)
        if self.tax_basis == "included":
            net = _half_up(Fraction(total * 10_000, 10_000 + self.tax_rate_bp))
            return net, total - net, total
        tax = _half_up(Fraction(total * self.tax_rate_bp, 10_000))
        return total, tax, total + tax

    def says_nothing_beyond(self, other: "Terms") -> bool:
        """Whether taking any of these packages is taking one of the other's: then it is no new offer."""
        same_tax = (self.tax_basis, self.tax_rate_bp) == (other.tax_basis, other.tax_rate_bp)
        return same_tax and set(self.packages) <= set(other.packages)


def _half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


@dataclass(frozen=True)
class Command:
    """What a side asks for. `hash_right` is whether it names the hash that its version has."""

    side: str
    tag: str
    version: int = 0
    terms: Terms | None = None
    hash_right: bool = True
    package: int = 0
    text: str = ""


@dataclass
class Offer:
    """One version. `over` is said by the server's clock."""

    version: int
    side: str
    terms: Terms
    status: str = "pending"
    over: bool = False
    seen: bool = False


@dataclass
class Model:
    """One negotiation."""

    status: str = "open"
    offers: list[Offer] = field(default_factory=list)
    agreement: tuple[int, int, int] | None = None  # version, package, gross
    events: list[tuple[str, object]] = field(default_factory=list)  # but for those of the clock

    @property
    def standing(self) -> Offer | None:
        """The offer on the table. One whose time is over does not stand, though nobody has said so yet."""
        newest = self.offers[-1] if self.offers else None
        return newest if newest is not None and newest.status == "pending" else None

    @property
    def turn(self) -> str | None:
        """Who is asked to answer."""
        return {"buyer": "seller", "seller": "buyer"}[self.standing.side] if self.standing else None

    def time_is_over(self) -> None:
        """The standing offer has expired by the server's clock."""
        newest = self.offers[-1]
        newest.status, newest.over = "expired", True

    def judge(self, command: Command) -> str:
        """What the server must answer. An acknowledged command has happened when this returns."""
        if command.tag == "message.send":
            self.events.append(("message.sent", command.text))
            return ""
        if command.tag == "offer.seen":
            return self._see(command)
        if self.status != "open":
            return "negotiation.not_open"
        if command.tag == "negotiation.close":
            return self._close(command)
        if command.tag == "offer.propose":
            return "offer.standing" if self.standing else self._put(command, "offer.proposed")
        return self._refusal(command) or {
            "offer.counter": self._counter,
            "offer.supersede": self._supersede,
            "offer.accept": self._accept,
            "offer.decline": self._decline,
            "offer.withdraw": self._withdraw,
        }[command.tag](command)

    def _refusal(self, command: Command) -> str:
        """What speaks against answering the version that is named."""
        if command.version > len(self.offers):
            return "offer.stale" if self.standing else "offer.none_standing"
        newest = self.offers[-1]
        if command.version != newest.version or not command.hash_right:
            return "offer.stale"
        if newest.over:
            return "offer.expired"
        if newest.status != "pending":
            return "offer.stale"
        own = newest.side == command.side
        if command.tag in {"offer.supersede", "offer.withdraw"}:
            return "" if own else "offer.not_own"
        return "offer.own" if own else ""

    def _counter(self, command: Command) -> str:
        return self._replace(command, "countered", if_same="offer.identical")

    def _supersede(self, command: Command) -> str:
        return self._replace(command, "superseded", if_same="offer.unchanged")

    def _replace(self, command: Command, status: str, *, if_same: str) -> str:
        replaced = self.offers[-1]
        assert command.terms is not None
        if command.terms.says_nothing_beyond(replaced.terms):
            return if_same
        if not (refusal := self._put(command, f"offer.{status}")):
            replaced.status = status
        return refusal

    def _put(self, command: Command, kind: str) -> str:
        if len(self.offers) == ROUNDS_MAX:
            return "offer.rounds_exhausted"
        assert command.terms is not None
        self.offers.append(Offer(len(self.offers) + 1, command.side, command.terms))
        self.events.append((kind, len(self.offers)))
        return ""

    def _accept(self, command: Command) -> str:
        accepted = self.offers[-1]
        if command.package >= len(accepted.terms.packages):
            return "offer.package"
        gross = accepted.terms.money(accepted.terms.packages[command.package])[2]
        self.agreement = (accepted.version, command.package, gross)
        self.status = "agreed"
        return self._end("accepted")

    def _decline(self, command: Command) -> str:
        return self._end("declined")

    def _withdraw(self, command: Command) -> str:
        return self._end("withdrawn")

    def _end(self, status: str) -> str:
        self.offers[-1].status = status
        self.events.append((f"offer.{status}", self.offers[-1].version))
        return ""

    def _close(self, command: Command) -> str:
        ended = self.standing
        if ended is not None:
            ended.status = "withdrawn" if ended.side == command.side else "declined"
        self.status = "closed"
        self.events.append(("negotiation.closed", ended.version if ended else None))
        return ""

    def _see(self, command: Command) -> str:
        if command.version > len(self.offers):
            return "offer.stale"
        offer = self.offers[command.version - 1]
        if offer.side != command.side and not offer.seen:
            offer.seen = True
            self.events.append(("offer.seen", offer.version))
        return ""
