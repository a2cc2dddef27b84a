"""The test cards. Any other number is refused, so that nobody can type a real card into the sandbox."""

from dataclasses import dataclass
from typing import Final, Literal

Outcome = Literal["ok", "challenge", "decline", "dispute", "inquiry"]


@dataclass(frozen=True, slots=True)
class Card:
    """A test card and what happens to whoever pays with it."""

    name: str
    number: str
    brand: str
    outcome: Outcome
    method: str  # the payment method id that stands for this card in API calls
    code: str = ""
    decline_code: str = ""
    message: str = ""

    @property
    def last4(self) -> str:
        """The only part of a number that is ever stored."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """The number in groups of four, as it is printed on cards."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


def _declined(name: str, number: str, method: str, code: str, decline_code: str, message: str) -> Card:
    return Card(name, number, "visa", "decline", method, code, decline_code, message)


CARDS: Final = (
    Card("ok", "4242424242424242", "visa", "ok", "pm_card_visa"),
    Card("challenge", "4000002500003155", "visa", "challenge", "pm_card_authenticationRequired"),
    _declined(
        "declined", "4000000000000002", "pm_card_chargeDeclined", "card_declined", "generic_decline",
        "Your card was declined.",
    ),
    _declined(
        "funds", "4000000000009995", "pm_card_chargeDeclinedInsufficientFunds", "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    _declined(
        "processing", "4000000000000119", "pm_card_chargeDeclinedProcessingError", "processing_error",
        "processing_error", "An error occurred while processing your card. Try again in a little bit.",
    ),
    Card("dispute", "4000000000000259", "visa", "dispute", "pm_card_createDispute"),
)  # fmt: skip

# Payment methods of the real provider's test mode that behave like one of the cards above.
_ALSO: Final = {
    "pm_card_bypassPending": CARDS[0],
    "pm_card_mastercard": Card("mastercard", "5555555555554444", "mastercard", "ok", "pm_card_mastercard"),
    "pm_card_threeDSecure2Required": CARDS[1],
    "pm_card_visa_chargeDeclined": CARDS[2],
    "pm_card_createDisputeInquiry": Card(
        "inquiry", "4000000000001976", "visa", "inquiry", "pm_card_createDisputeInquiry"
    ),
}
_LENGTHS: Final = range(12, 20)  # of card numbers, ISO/IEC 7812
_BY_METHOD: Final = {card.method: card for card in CARDS} | _ALSO
_BY_NUMBER: Final = {card.number: card for card in _BY_METHOD.values()}
_BY_NAME: Final = {card.name: card for card in _BY_METHOD.values()}


def by_method(method: str) -> Card | None:
    """The card behind a payment method id."""
    return _BY_METHOD.get(method)


def by_name(name: str) -> Card | None:
    """The card with our short name."""
    return _BY_NAME.get(name)


def by_number(number: str) -> Card | None:
    """The test card with this number, or nothing: real cards are not taken here."""
    return _BY_NUMBER.get(number)


def digits(typed: str) -> str:
    """A typed number without its spaces and dashes."""
    return typed.replace(" ", "").replace("-", "").strip()


def luhn(number: str) -> bool:
    """Whether the check digit is right."""
    if not number.isascii() or not number.isdecimal() or len(number) not in _LENGTHS:
        return False
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value // 10 + value % 10
    return total % 10 == 0
