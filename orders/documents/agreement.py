"""The agreement as PDF/A, in English or Spanish."""

from typing import Any, Final

from django.utils import formats, translation
from django.utils.translation import gettext as _

from orders import hooks, wording
from orders.documents import typesetting
from orders.models import Order

AGREEMENT: Final = "agreement"


def draw(order: Order, language: str) -> bytes:
    """The PDF itself: the same order gives the same bytes."""
    with translation.override(language):
        content = _content(order, language)
    return typesetting.draw("agreement", content, at=order.created_at)


def _content(order: Order, language: str) -> dict[str, Any]:
    agreed = formats.date_format(order.created_at, "DATE_FORMAT")
    return {
        "language": language,
        "heading": _("Agreement"),
        "number": order.number,
        "title": order.title,
        "agreed_on": agreed,
        "seller": order.seller_name,
        "buyer": order.buyer_name,
        "lines": [
            {
                "position": str(line.position),
                "title": line.title,
                "due": "" if line.due is None else wording.due(line.due),
                "quantity": wording.quantity(line.quantity, line.unit),
                "unit_price": wording.amount(line.unit_price, order.currency),
                "total": wording.amount(line.total, order.currency),
            }
            for line in order.lines.all()
        ],
        "totals": [
            {"name": _("Net"), "amount": wording.amount(order.net, order.currency)},
            {"name": tax_label(order), "amount": wording.amount(order.tax, order.currency)},
        ]
        if order.tax_basis != "none"
        else [],
        "gross": wording.amount(order.gross, order.currency),
        "issues": [
            {"name": wording.issue_name(one["name"]), "value": wording.issue_value(one["value"], one["name"])}
            for one in order.issues
        ],
        "annexes": _annexes(order),
        "evidence": _evidence(order),
        "footer": _("Agreement %(number)s of %(date)s") % {"number": order.number, "date": agreed},
        "words": _words(),
    }


def tax_label(order: Order) -> str:
    """How the tax stands in the totals."""
    rate = wording.percent(order.tax_rate_bp)
    if order.tax_basis == "included":
        return _("Tax, included in the prices (%(rate)s)") % {"rate": rate}
    return _("Tax (%(rate)s)") % {"rate": rate}


def _evidence(order: Order) -> list[dict[str, str]]:
    at = order.created_at
    return [
        {"name": _("Agreement"), "value": str(order.agreement_id)},
        {"name": _("Room"), "value": str(order.room_id)},
        {"name": _("Offer version"), "value": str(order.offer_version)},
        {"name": _("Agreed at"), "value": at.strftime("%Y-%m-%d %H:%M:%S UTC")},
        {"name": _("Hash of the terms"), "value": order.terms_hash},
    ]


def _annexes(order: Order) -> list[dict[str, Any]]:
    names = {"board": _("shared whiteboard")}
    return [
        {
            "name": _("Annex: %(what)s, version %(number)d, SHA-256")
            % {"what": names.get(annex["kind"], annex["kind"]), "number": annex["seq"]},
            "hash": annex["content"],
            "picture": _picture(annex),
        }
        for annex in order.annexes
    ]


def _picture(annex: dict[str, Any]) -> list[int] | None:
    """The picture of an annex, as the bytes of a PNG: typst reads them from the data, as all else."""
    drawn = (picture(annex) for picture in hooks.annex_pictures)
    return next((list(data) for data in drawn if data is not None), None)


def _words() -> dict[str, str]:
    return {
        "product": "Negotiation Hub",
        "seller": _("Seller"),
        "buyer": _("Buyer"),
        "position": _("No."),
        "item": _("Item"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "total": _("Total"),
        "gross": _("Total to pay"),
        "terms": _("Terms"),
        "evidence": _("Evidence"),
        "explanation": _(
            "Both sides accepted exactly the terms with this hash (SHA-256). The room keeps the "
            "numbered, signed record of how they came about."
        ),
    }
