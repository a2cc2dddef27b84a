"""What comes into orders from outside, as frozen values: the agreement, and what the buyer's form says."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final, TypedDict
from uuid import UUID

from django.utils.translation import gettext as _

from negotiation_hub.kernel.refusals import Malformed
from orders import countries, vat

PAYMENT_PLANS = ("card",)
# Characters; an address label has about 35 a line, a note about a printed page.
_CHARS_MAX = {
    "contact_name": 100,
    "street": 200,
    "postal_code": 20,
    "city": 100,
    "country": 2,
    "phone": 40,
    "tax_id": 40,
    "reference": 100,
    "notes": 2000,
}
_NEEDED: Final = ("contact_name", "street", "city", "country")


class LineFacts(TypedDict):
    """A line of the accepted package; amounts in minor units, quantity as decimal text.

    `kind` is that of what is sold (goods, information, service), `pieces` how many go out of its stock, `due`
    the day on which it is to be there.
    """

    title: str
    quantity: str
    unit: str
    unit_price: int
    total: int
    listing: UUID | None
    kind: str
    pieces: int
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What was agreed in a room. `buyer_id` and `seller_id` are organisations, `buyer_person` a person;
    amounts in minor units.
    """

    agreement_id: UUID
    room_id: UUID
    buyer_id: UUID
    seller_id: UUID
    buyer_person: UUID | None
    title: str
    currency: str
    tax_basis: str
    tax_rate_bp: int
    lines: list[LineFacts]
    issues: list[dict[str, Any]]
    net: int
    tax: int
    gross: int
    terms_hash: str
    offer_version: int
    package: int
    annexes: list[dict[str, Any]] = field(default_factory=list)  # frozen with it, as the room has them


class DetailsMissing(Malformed):
    """The order's details are incomplete or cannot be right. `errors` says which, field by field."""

    code = "order.details"
    message = "Something is missing in the details of the order."

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetails:
    """What placing an order adds to the agreement. Personal, so it is stored sealed.

    Sales staff may leave out what they do not know; the buyer completes it.
    """

    contact_name: str = ""
    street: str = ""
    city: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    postal_code: str = ""
    phone: str = ""
    tax_id: str = ""
    reference: str = ""
    notes: str = ""
    expected_on: date | None = None
    payment_plan: str = field(default="card")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "OrderDetails":
        """The inverse of how details are sealed; words of a newer version are left out."""
        known = {item.name for item in fields(cls)}
        values = {name: value for name, value in values.items() if name in known}
        day = values.pop("expected_on", None)
        return cls(**values, expected_on=date.fromisoformat(day) if day else None)

    def missing(self) -> list[str]:
        """The fields without which the order cannot be placed."""
        return [name for name in _NEEDED if not getattr(self, name).strip()]

    def errors(self, today: date) -> dict[str, str]:
        """What is missing or wrong, in words, by field. Empty when the order can be placed."""
        prompts = missing_words()
        return {**self.wrong(today), **{name: prompts[name] for name in self.missing()}}

    def wrong(self, today: date) -> dict[str, str]:
        """What is given and cannot be right, in words, by field."""
        found: dict[str, str] = {}
        for name, most in _CHARS_MAX.items():
            if len(getattr(self, name)) > most:
                found[name] = _("Please shorten this to %(most)d characters.") % {"most": most}
        if self.country and self.country not in countries.codes():
            found["country"] = _("A country is two capital letters, such as ES.")
        if self.tax_id.strip() and not vat.may_be(self.tax_id, self.country):
            found["tax_id"] = _("This is no VAT number: a character is missing or mistyped.")
        if self.expected_on is not None and self.expected_on < today:
            found["expected_on"] = _("This day has passed.")
        if self.payment_plan not in PAYMENT_PLANS:
            found["payment_plan"] = _("This way to pay is not offered here.")
        return found

    def require_complete(self, today: date) -> None:
        """Raises DetailsMissing."""
        if found := self.errors(today):
            raise DetailsMissing(found)

    def require_right(self, today: date) -> None:
        """What is given must be right, and may be incomplete. Raises DetailsMissing."""
        if found := self.wrong(today):
            raise DetailsMissing(found)


def missing_words() -> dict[str, str]:
    """What is asked for where something is missing, by field."""
    return {
        "contact_name": _("Please say who receives the delivery."),
        "street": _("Please give street and house number."),
        "city": _("Please give the town."),
        "country": _("Please choose a country."),
    }
