"""How the sums of an order become those of an invoice by EN 16931, to the minor unit.

An order has one rate. Net, tax and gross are those that were agreed, and nothing is computed anew: the lines'
net amounts are parts of the net sum in the proportion of their totals (largest remainder), so that BT-106,
BT-109, BT-110 and BT-112 add up by themselves. Where prices include the tax, BT-117 may differ from net times
rate by a minor unit, since not every gross is a whole net and its tax; EN 16931's own rules allow for that.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

from negotiation_hub.kernel import money
from negotiation_hub.kernel.money import Money
from orders.documents.facts import InvoiceFacts, LineFacts, Tax, TaxFacts
from orders.models import Order

PLACES_MAX: Final = 2  # BR-DEC: no amount of EN 16931 has more decimals
_ROUNDS_TO_NOTHING_BP: Final = 50  # below half a percent


def taxed(order: Order) -> TaxFacts:
    """Category and rate.

    Without tax it is O, outside of the scope of VAT: both sides agreed on prices without any, and nobody said
    why. E would claim an exemption by law, which only the seller could name.
    """
    if order.tax_basis == "none":
        return TaxFacts(category=Tax.OUTSIDE, rate_bp=0, basis="none")
    category = Tax.STANDARD if order.tax_rate_bp else Tax.ZERO
    basis: Literal["included", "added"] = "included" if order.tax_basis == "included" else "added"
    return TaxFacts(category=category, rate_bp=order.tax_rate_bp, basis=basis)


def lines_of(order: Order) -> tuple[LineFacts, ...]:
    """The lines of an order with their net amounts, which add up to its net."""
    rows = list(order.lines.all())
    return tuple(
        LineFacts(
            position=row.position,
            title=row.title,
            quantity=row.quantity,
            unit=row.unit,
            unit_price=row.unit_price,
            total=row.total,
            net=net,
            due=row.due,
        )
        for row, net in zip(rows, nets([row.total for row in rows], order.net, order.currency), strict=True)
    )


def nets(totals: Sequence[int], net: int, currency: str) -> list[int]:
    """The parts of a net sum in the proportion of the lines' totals (largest remainder)."""
    return [part.minor for part in Money(net, currency).split(totals)]


def credited(invoice: InvoiceFacts, amount: int) -> tuple[int, int]:
    """Net and tax of an amount that is given back of an invoice; of the whole they are the invoice's own."""
    if amount == invoice.gross:
        return invoice.net, invoice.tax
    rate = 10_000 + invoice.taxed.rate_bp
    net = (amount * 10_000 * 2 + rate) // (rate * 2)  # half up
    return net, amount - net


def text(minor: int, currency: str) -> str:
    """An amount in major units, as XML has it. A third decimal that is zero is left out."""
    places = money.exponent(currency)
    amount = Money(minor, currency).major()
    if places > PLACES_MAX and minor % 10 ** (places - PLACES_MAX) == 0:
        amount = amount.quantize(Decimal(1).scaleb(-PLACES_MAX))
    return f"{amount:f}"


def percent(rate_bp: int) -> str:
    """A rate in percent: `21`, `5.5`."""
    rate = Decimal(rate_bp) / 100
    return f"{rate.normalize():f}"


def fits_en16931(facts: InvoiceFacts) -> bool:
    """Whether the rules of EN 16931 can take these sums.

    It has no thousandths; and its BR-CO-17, as the published schematron has it, wants a tax that rounds to
    nothing where the rate does: 0.12 % of 430 EUR is not allowed to be 0.52 EUR.
    """
    amounts = [facts.net, facts.tax, facts.gross, *(line.net for line in facts.lines)]
    scale = 10 ** max(0, money.exponent(facts.currency) - PLACES_MAX)
    small = facts.taxed.rate_bp < _ROUNDS_TO_NOTHING_BP and 2 * facts.tax >= 10 ** money.exponent(
        facts.currency
    )
    return not small and all(amount % scale == 0 for amount in amounts)
