"""Labels of parcels: A6, with a Code 128 barcode (ISO/IEC 15417) of the number. It reads nothing but what it
is given: the stand-in of a carrier draws its labels with it as well.
"""

import itertools
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from barcode.codex import Code128

from orders.carriers.base import Address, Consignment

_TEMPLATE: Final = Path(__file__).parent.parent / "typst" / "label.typ"
_COLUMN_CHARS_MAX: Final = 60  # longer lines of an address are cut: a label is a label
_WORDS: Final = {
    "en": {"from": "From", "to": "To", "reference": "Reference", "parcel": "Parcel {position} of {count}"},
    "es": {"from": "De", "to": "Para", "reference": "Referencia", "parcel": "Paquete {position} de {count}"},
}


def draw(consignment: Consignment, *, carrier: str, number: str, at: datetime) -> bytes:
    """The label as PDF: the same facts and time give the same bytes.

    Raises ValueError for a number that Code 128 cannot say.
    """
    language = consignment.language if consignment.language in _WORDS else "en"
    words = _WORDS[language]
    place = {"position": consignment.position, "count": consignment.count}
    content: dict[str, Any] = {
        "language": language,
        "carrier": carrier,
        "number": number,
        "bars": bars(number),
        "sender": {"role": words["from"], "rows": _rows(consignment.sender)},
        "receiver": {"role": words["to"], "rows": _rows(consignment.receiver)},
        "receiver_town": _town(consignment.receiver),
        "reference": {"role": words["reference"], "text": consignment.reference[:_COLUMN_CHARS_MAX]},
        "parcel": words["parcel"].format(**place),
    }
    pdf: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"data": json.dumps(content)},
        timestamp=int(at.timestamp()),
        ignore_system_fonts=True,
    )
    return pdf


def bars(number: str) -> list[int]:
    """Widths in modules: bar, gap, bar, gap, and a bar at the end."""
    try:
        (modules,) = Code128(number).build()
    except Exception as error:  # its errors have no common class of their own
        raise ValueError(number) from error
    widths = [1]
    for before, after in itertools.pairwise(modules):
        if before == after:
            widths[-1] += 1
        else:
            widths.append(1)
    return widths


def _rows(address: Address) -> list[str]:
    rows = [address.company, address.name, address.street, _town(address), address.phone]
    return [row[:_COLUMN_CHARS_MAX] for row in rows if row]


def _town(address: Address) -> str:
    return " ".join(part for part in (address.country, address.postal_code, address.city) if part)


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
