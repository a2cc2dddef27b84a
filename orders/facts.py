"""What comes into orders from outside, as frozen values: the agreement, and what the buyer's form says."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Final, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from negotiation_hub.kernel import vat
from negotiation_hub.kernel.refusals import Malformed
from orders import countries, postcodes

PAYMENT_PLANS = ("card",)
# Characters; an address label has about 35 a line, a note about a printed page.
_CHARS_MAX = {
    "contact_name": 100,
    "company": 100,
    "email": 254,  # RFC 5321, 4.5.3.1.3, less the two brackets
    "street": 200,
    "postal_code": 20,
    "city": 100,
    "country": 2,
    "phone": 40,
    "tax_id": 40,
    "reference": 100,
    "notes": 2000,
    "delivery_window": 100,
    "delivery_instructions": 500,
    "pick_up": 36,  # a UUID
    "invoice_name": 100,
    "invoice_street": 200,
    "invoice_postal_code": 20,
    "invoice_city": 100,
    "invoice_country": 2,
}
_NEEDED: Final = ("contact_name", "street", "city", "country")
# An invoice address is given as a whole, or not at all.
_INVOICE: Final = ("invoice_name", "invoice_street", "invoice_city", "invoice_country")
# What a person is likely to say again at their next order; the rest is about one order.
_LASTING: Final = (
    "contact_name",
    "company",
    "email",
    "phone",
    "street",
    "postal_code",
    "city",
    "country",
    "tax_id",
    "invoice_name",
    "invoice_street",
    "invoice_postal_code",
    "invoice_city",
    "invoice_country",
)


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
    seller_person: UUID | None = None


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
    company: str = ""  # as it is written on the label
    email: str = ""  # where news of the delivery go
    street: str = ""
    city: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    postal_code: str = ""
    phone: str = ""
    tax_id: str = ""
    reference: str = ""
    notes: str = ""
    delivery_window: str = ""  # when somebody is there
    delivery_instructions: str = ""  # floor, gate, whom to call
    pick_up: str = ""  # the seller's place where the buyer fetches it; empty: it is sent
    invoice_name: str = ""  # these five only where the invoice goes elsewhere
    invoice_street: str = ""
    invoice_postal_code: str = ""
    invoice_city: str = ""
    invoice_country: str = ""
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
        needed = (*_NEEDED, *_INVOICE) if self.invoiced_elsewhere else _NEEDED
        return [name for name in needed if not getattr(self, name).strip()]

    @property
    def invoiced_elsewhere(self) -> bool:
        """Whether anything of another address for the invoice is given."""
        return any(getattr(self, name).strip() for name in (*_INVOICE, "invoice_postal_code"))

    def lasting(self) -> "OrderDetails":
        """What the same person would say again at their next order: nothing about this one."""
        return OrderDetails(**{name: getattr(self, name) for name in _LASTING})

    @property
    def digest(self) -> str:
        """What a page was made from: another one when anything is different. 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()

    def too_long(self) -> set[str]:
        """The fields that hold more than can be meant."""
        return {name for name, most in _CHARS_MAX.items() if len(getattr(self, name)) > most}

    def errors(self, today: date) -> dict[str, str]:
        """What is missing or wrong, in words, by field. Empty when the order can be placed."""
        prompts = missing_words()
        return {**self.wrong(today), **{name: prompts[name] for name in self.missing()}}

    def wrong(self, today: date) -> dict[str, str]:
        """What is given and cannot be right, in words, by field."""
        found: dict[str, str] = {}
        for name in sorted(self.too_long()):
            found[name] = _("Please shorten this to %(most)d characters.") % {"most": _CHARS_MAX[name]}
        for name in ("country", "invoice_country"):
            if getattr(self, name) and getattr(self, name) not in countries.codes():
                found[name] = _("A country is two capital letters, such as ES.")
        for start in ("", "invoice_"):
            code, country = getattr(self, f"{start}postal_code"), getattr(self, f"{start}country")
            if not postcodes.may_be(code, country):
                found[f"{start}postal_code"] = _("This is no postcode of %(country)s.") % {
                    "country": countries.name(country)
                }
        if self.email.strip() and not _is_address(self.email.strip()):
            found["email"] = _("This is no mail address, such as name@example.com.")
        if self.tax_id.strip() and (words := vat.problem(self.tax_id, self.country)):
            found["tax_id"] = words
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
        "invoice_name": _("Please say to whom the invoice is addressed."),
        "invoice_street": _("Please give street and house number of the invoice address."),
        "invoice_city": _("Please give the town of the invoice address."),
        "invoice_country": _("Please choose the country of the invoice address."),
    }


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
