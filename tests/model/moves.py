"""Chooses what happens next in a generated negotiation: mostly what makes sense, sometimes what does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from tests.model.model import Command, Model, Package, Terms

SIDES = ("buyer", "seller")
FAULTS = ("repeat", "late", "reorder", "cut-frame", "cut-line")
FAULTY = 0.05  # of the frames
RACING = 0.04  # of the steps
SHORT = 0.03  # of the offers expire at once
WORDS = ("Hello", "¿Cuánto?", "Too much", "🙂 deal?", "**bold** <b>move</b>", "línea\nsegunda", "  spaces  ")


@dataclass(frozen=True)
class Step:
    """One command with its fault, or two: the second sent first, or both at once."""

    commands: tuple[Command, ...]
    race: bool = False
    fault: str = ""
    expires_in_s: int = 3600

    @property
    def waits(self) -> bool:
        """Whether time passes after it."""
        return self.expires_in_s == 1


class Moves:
    """The choices of one negotiation, all from its own random numbers."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.marathon = random.random() < 0.03
        self.left = 62 if self.marathon else random.randint(2, 50)
        self.after_the_end = random.randint(0, 4)

    def next(self, model: Model) -> Step | None:
        """The next step, or None when this negotiation has had its rounds."""
        if model.status != "open":
            self.left, self.after_the_end = min(self.left, self.after_the_end), self.after_the_end - 1
        if self.left <= 0:
            return None
        self.left -= 1
        dice = self.random.random()
        if dice < RACING and not self.marathon:
            return Step((self._command(model, "buyer"), self._command(model, "seller")), race=True)
        fault = self.random.choice(FAULTS) if self.random.random() < FAULTY else ""
        side = self.random.choice(SIDES)
        first = self._command(model, side)
        if fault == "reorder":
            return Step((self._command(model, side), first), fault=fault)
        short = first.terms is not None and self.random.random() < SHORT and not self.marathon
        return Step((first,), fault=fault, expires_in_s=1 if short else 3600)

    def _command(self, model: Model, side: str) -> Command:
        standing = model.standing
        if self.random.random() < (0.0 if self.marathon else 0.12):
            return self._senseless(model, side)
        if standing is None:
            over = bool(model.offers) and model.offers[-1].over
            return self._pick(
                (40 if over else 0, lambda: self._too_late(side, len(model.offers))),
                (70, lambda: Command(side, "offer.propose", terms=self._reoffer(model, side))),
                (0 if self.marathon else 25, lambda: self._say(side)),
                (0 if self.marathon else 3, lambda: Command(side, "negotiation.close")),
            )
        version = standing.version
        if standing.side == side:
            return self._pick(
                (45, lambda: Command(side, "offer.supersede", version, self.terms())),
                (0 if self.marathon else 22, lambda: Command(side, "offer.withdraw", version)),
                (2 if self.marathon else 25, lambda: self._say(side)),
                (0 if self.marathon else 1, lambda: Command(side, "negotiation.close")),
            )
        return self._pick(
            (60, lambda: Command(side, "offer.counter", version, self.terms())),
            (0 if self.marathon else 14, lambda: Command(side, "offer.decline", version)),
            (0 if self.marathon else 5, lambda: self._accept(side, version, len(standing.terms.packages))),
            (1 if self.marathon else 10, lambda: self._say(side)),
            (1 if self.marathon else 8, lambda: Command(side, "offer.seen", version)),
            (0 if self.marathon else 1, lambda: Command(side, "negotiation.close")),
        )

    def _senseless(self, model: Model, side: str) -> Command:
        """Something that the state of the table may well not allow."""
        last = max(len(model.offers), 1)
        version = self.random.choice([last, last, self.random.randint(1, last), min(last + 1, 50)])
        right = self.random.random() < 0.8
        standing = model.standing
        same = standing.terms if standing is not None and self.random.random() < 0.6 else self.terms()
        if len(same.packages) > 1 and self.random.random() < 0.3:
            same = replace(same, packages=same.packages[:0:-1])
        return self._pick(
            (20, lambda: Command(side, "offer.propose", terms=same)),
            (20, lambda: Command(side, "offer.counter", version, same)),
            (20, lambda: Command(side, "offer.supersede", version, same)),
            (25, lambda: self._accept(side, version, 3, right=right)),
            (15, lambda: Command(side, "offer.decline", version, hash_right=right)),
            (15, lambda: Command(side, "offer.withdraw", version, hash_right=right)),
            (5, lambda: Command(side, "offer.seen", version)),
        )

    def _too_late(self, side: str, version: int) -> Command:
        """An answer to an offer whose time is over."""
        return self._pick(
            (3, lambda: self._accept(side, version, 1)),
            (1, lambda: Command(side, "offer.decline", version)),
            (1, lambda: Command(side, "offer.withdraw", version)),
            (1, lambda: Command(side, "offer.counter", version, self.terms())),
            (1, lambda: Command(side, "offer.supersede", version, self.terms())),
        )

    def _accept(self, side: str, version: int, packages: int, *, right: bool = True) -> Command:
        package = self.random.randrange(packages)
        return Command(side, "offer.accept", version, hash_right=right, package=package)

    def _reoffer(self, model: Model, side: str) -> Terms:
        own = [offer.terms for offer in model.offers if offer.side == side]
        return own[-1] if own and self.random.random() < 0.2 else self.terms()

    def _say(self, side: str) -> Command:
        return Command(
            side, "message.send", text=f"{self.random.choice(WORDS)} {self.random.randrange(1000)}"
        )

    def terms(self) -> Terms:
        """Random terms with one to three different packages."""
        count = self.random.choice((1, 1, 1, 2, 3))
        packages: dict[Package, None] = {}
        while len(packages) < count:
            packages[self._package()] = None
        basis, rate = self.random.choice((("none", 0), ("added", 2100), ("included", 1000), ("added", 725)))
        return Terms(tuple(packages), basis, rate)

    def _package(self) -> Package:
        quantity = self.random.choice(("1", "3", "2.5", "0.333333", "12"))
        # Few different ones, so that both sides often hit upon the same terms.
        return Package(quantity, self.random.choice((5, 999, 1_250, 100_003)), self.random.randint(1, 3))

    def _pick(self, *choices: tuple[int, Callable[[], Command]]) -> Command:
        return self.random.choices([make for _, make in choices], [weight for weight, _ in choices])[0]()
