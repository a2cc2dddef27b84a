"""The file that tells our bank to pay: pain.001.001.09 of ISO 20022, for SEPA credit transfers.

Each transfer carries the payout's own id as EndToEndId, which banks give back with whatever they say of it
(pain.002, camt.053); the file as a whole is named by its MsgId. Nothing here touches the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from django.conf import settings
from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError

from negotiation_hub.kernel.money import exponent
from payments.models import Payout
from payments.models.payouts import BankDetails

SCHEMA: Final = "pain.001.001.09"
_NAMESPACE: Final = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
_PUNCTUATION: Final = frozenset("/-?:().,'+ ")  # what SEPA takes beside letters and digits
_PURPOSE_CHARS_MAX: Final = 140


class FileInvalid(Exception):
    """The file is not what banks take. An alarm for staff: the debtor's settings are wrong, or we are."""


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A payment file and the name by which the bank's answer will call it."""

    message_id: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class FileLine:
    """One transfer as a file has it. `minor` is the amount in minor units."""

    end_to_end_id: str
    minor: int
    currency: str
    iban: str


def build(payouts: Sequence[tuple[Payout, BankDetails]], currency: str, day: date) -> PaymentFile:
    """The file that carries these payouts out on a day, checked against the standard's schema: a second.

    Raises FileInvalid.
    """
    transfer = SepaTransfer(
        {
            "name": plain(settings.PAYOUT_DEBTOR_NAME),
            "IBAN": settings.PAYOUT_DEBTOR_IBAN.replace(" ", ""),
            **({"BIC": settings.PAYOUT_DEBTOR_BIC} if settings.PAYOUT_DEBTOR_BIC else {}),
            "batch": True,
            "currency": currency,
        },
        schema=SCHEMA,
    )
    for payout, details in payouts:
        transfer.add_payment(
            {
                "name": plain(payout.bank_account.holder),
                "IBAN": details.iban,
                **({"BIC": details.bic} if details.bic else {}),
                "amount": payout.amount,
                "execution_date": day,
                "description": plain(f"Payout {payout.end_to_end_id}")[:_PURPOSE_CHARS_MAX],
                "endtoend_id": payout.end_to_end_id,
            }
        )
    try:
        return PaymentFile(message_id=transfer.msg_id, xml=transfer.export(validate=True))
    except ValidationError as error:
        raise FileInvalid(f"{error} {error.__cause__}"[:500]) from error


def lines_of(xml: bytes) -> list[FileLine]:
    """The transfers of a file of ours, in their order."""
    return list(_lines(ET.fromstring(xml)))  # noqa: S314 - ours: whoever reads it has opened its seal first


def _lines(root: ET.Element) -> Iterable[FileLine]:
    for node in root.iter(f"{_NAMESPACE}CdtTrfTxInf"):
        amount = _one(node, "Amt/InstdAmt")
        currency = amount.attrib["Ccy"]
        yield FileLine(
            end_to_end_id=_one(node, "PmtId/EndToEndId").text or "",
            minor=int(Decimal(amount.text or "0").scaleb(exponent(currency))),
            currency=currency,
            iban=_one(node, "CdtrAcct/Id/IBAN").text or "",
        )


def _one(node: ET.Element, path: str) -> ET.Element:
    found = node.find("/".join(_NAMESPACE + part for part in path.split("/")))
    if found is None:
        raise FileInvalid(f"a transfer without {path}")
    return found


def plain(text: str) -> str:
    """A text without the punctuation that banks refuse; letters are transliterated when the file is made."""
    kept = (letter if letter.isalnum() or letter in _PUNCTUATION else " " for letter in text)
    return " ".join("".join(kept).split())
