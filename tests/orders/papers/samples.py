"""A seller that has said what the law asks, and facts of invoices without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from negotiation_hub.people import legal
from orders.documents import amounts
from orders.documents.facts import InvoiceFacts, LineFacts, PartyFacts, Tax, TaxFacts
from tests.orders.deal import Deal

Basis = Literal["none", "added", "included"]
SAID = legal.Said(
    street="Gran Vía 1",
    postal_code="48001",
    city="Bilbao",
    country="ES",
    vat_id="B58378431",
    registration="BI-1",
)
SELLER = PartyFacts(
    identifier="norte-bombas",
    name="Norte Bombas",
    street="Gran Vía 1",
    postal_code="48001",
    city="Bilbao",
    country="ES",
    vat_id="ESB58378431",
)
BUYER = PartyFacts(
    identifier="acme-water",
    name="Acme Water",
    street="Calle Mayor 1",
    postal_code="28013",
    city="Madrid",
    country="ES",
    contact="Ben Ortega",
)


def say(deal: Deal, **changed: Any) -> None:
    """The seller's manager says what the law asks, and all that follows happens."""
    legal.set_facts(actor=deal.ada, organisation=deal.seller, said=replace(SAID, **changed), now=deal.now)
    deal.work()


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def invoice(
    lines: Sequence[tuple[str, int]] = (("3", 2_000), ("1.5", 2_667)),
    *,
    basis: Basis = "added",
    rate_bp: int = 2_100,
    currency: str = "EUR",
    **changed: Any,
) -> InvoiceFacts:
    """An invoice of lines (quantity, unit price in minor units), summed as an offer is."""
    totals = [_half_up(Decimal(quantity) * price) for quantity, price in lines]
    total = sum(totals)
    rate_bp = 0 if basis == "none" else rate_bp
    if basis == "included":
        net, gross = _half_up(Decimal(total) * 10_000 / (10_000 + rate_bp)), total
    else:
        net, gross = total, total + _half_up(Decimal(total) * rate_bp / 10_000)
    parts = amounts.nets(totals, net, currency)
    category = Tax.OUTSIDE if basis == "none" else Tax.STANDARD if rate_bp else Tax.ZERO
    made = [
        LineFacts(
            position=place,
            title=f"Line {place}",
            quantity=quantity,
            unit="C62",
            unit_price=price,
            total=totals[place - 1],
            net=parts[place - 1],
        )
        for place, (quantity, price) in enumerate(lines, 1)
    ]
    values: dict[str, Any] = {
        "kind": "invoice",
        "number": "INV-2026-00001",
        "issued_on": date(2026, 3, 4),
        "order_number": "NH-2026-7KQ4RD",
        "title": "Pumps & valves <new>",
        "currency": currency,
        "seller": SELLER,
        "buyer": BUYER,
        "reference": "PO 7",
        "delivered_on": date(2026, 3, 3),
        "lines": tuple(made),
        "taxed": TaxFacts(category=category, rate_bp=rate_bp, basis=basis),
        "net": net,
        "tax": gross - net,
        "gross": gross,
    }
    return InvoiceFacts(**{**values, **changed})
