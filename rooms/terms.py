"""From what a side puts on the table to what it comes to: totals, tax and hashes.

Pure; the server alone computes them.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from negotiation_hub.kernel import canonical, limits, money
from negotiation_hub.kernel.money import AmountInvalid
from negotiation_hub.kernel.refusals import Refusal
from rooms.wire import Line, OfferTerms, Package


class CurrencyDiffers(Refusal):
    """An offer must be in the room's currency."""

    code = "offer.currency"
    message = gettext_noop("This room negotiates in another currency.")
    status = 422


class TaxRateWithoutTax(Refusal):
    """The tax basis says none, the rate says some."""

    code = "offer.tax_basis"
    message = gettext_noop("With the tax basis `none` the tax rate is 0.")
    status = 422


class PackagesEqual(Refusal):
    """Two packages of one offer are the same."""

    code = "offer.packages_equal"
    message = gettext_noop("The packages of an offer must differ.")
    status = 422


def price(terms: OfferTerms, *, currency: str) -> list[dict[str, Any]]:
    """The packages with line totals, net, tax, gross and hash, in minor units.

    Raises CurrencyDiffers, TaxRateWithoutTax, PackagesEqual, AmountInvalid.
    """
    money.exponent(terms.currency)
    if terms.currency != currency:
        raise CurrencyDiffers(f"This room negotiates in {currency}.")
    if terms.tax_basis == "none" and terms.tax_rate_bp:
        raise TaxRateWithoutTax
    packages = [_package(package, terms) for package in terms.packages]
    if len({package["hash"] for package in packages}) != len(packages):
        raise PackagesEqual
    return packages


def offer_hash(
    *,
    room: UUID,
    id: UUID,
    version: int,
    side: str,
    made_at: str,
    expires_at: str,
    packages: Sequence[dict[str, Any]],
) -> str:
    """What an acceptance pins: this version by this side, for so long, with these packages."""
    hashes = [package["hash"] for package in packages]
    return canonical.digest(
        ["negotiation-hub/offer/1", str(room), str(id), version, side, made_at, expires_at, hashes]
    ).hex()


def _package(package: Package, terms: OfferTerms) -> dict[str, Any]:
    # What is not said is left out, so that terms from before it could be said keep their hashes.
    lines = [{**line.model_dump(exclude_none=True), "total": _total(line)} for line in package.lines]
    net, tax, gross = _tax(sum(line["total"] for line in lines), terms)
    priced = {
        "lines": lines,
        "issues": [issue.model_dump(exclude_none=True) for issue in package.issues],
        "net": net,
        "tax": tax,
        "gross": gross,
    }
    if not 0 < gross <= limits.AMOUNT_MINOR_MAX:
        raise AmountInvalid("The total must be above zero and below 2^53 minor units.")
    tag = ["negotiation-hub/package/1", terms.currency, terms.tax_basis, terms.tax_rate_bp, priced]
    return {**priced, "hash": canonical.digest(tag).hex()}


def _total(line: Line) -> int:
    return _half_up(Decimal(line.quantity) * line.unit_price)


def _tax(total: int, terms: OfferTerms) -> tuple[int, int, int]:
    """Net, tax and gross of a sum of line totals."""
    rate = terms.tax_rate_bp
    if terms.tax_basis == "included":
        net = _half_up(Decimal(total) * 10_000 / (10_000 + rate))
        return net, total - net, total
    tax = _half_up(Decimal(total) * rate / 10_000)
    return total, tax, total + tax


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
