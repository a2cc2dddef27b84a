"""What of an offer a message is about: one line or one issue of one of its packages."""

from typing import Any, Final

from negotiation_hub.kernel import stream
from rooms.refusals import OfferPartUnknown
from rooms.remark_wire import OfferPart
from rooms.table import Table

OFFERED: Final = ("offer.proposed", "offer.countered", "offer.superseded")


def named(table: Table, part: OfferPart) -> dict[str, Any]:
    """The same as its message tells it: with the `name` of the line or issue, and `offer`, the number of the
    event that put the version on the table.

    Raises OfferPartUnknown.
    """
    offers = stream.of_kinds(table.head.id, *OFFERED, since=0)
    event = next((one for one in offers if one.body["offer"]["version"] == part.version), None)
    if event is None:
        raise OfferPartUnknown
    package = next(iter(event.body["offer"]["packages"][part.package : part.package + 1]), None)
    name = None if package is None else _name(package, part)
    if name is None:
        raise OfferPartUnknown
    what: dict[str, Any] = {"issue": name} if part.line is None else {"line": part.line}
    return {"version": part.version, "package": part.package, **what, "name": name, "offer": event.seq}


def _name(package: dict[str, Any], part: OfferPart) -> str | None:
    if part.line is not None:
        titles: list[str] = [line["title"] for line in package["lines"]]
        return titles[part.line] if part.line < len(titles) else None
    names: list[str] = [issue["name"] for issue in package["issues"]]
    return part.issue if part.issue in names else None
