"""The one answer to an order by mail: what was understood and a link to confirm it, or what is wrong."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import limits, mail
from negotiation_hub.kernel.mail_parse import ParsedMail
from negotiation_hub.kernel.refusals import Refusal
from orders import countries, wording
from orders.facts import OrderDetails
from rooms import buying
from rooms.buying_forms import words_of
from rooms.mailed import form, links
from rooms.mailed.address import order_address
from rooms.mailed.checking import Checked, label
from rooms.mailed.looking import Look, look_at
from rooms.mailed.models import MailOrder

_INDENT: Final = "    "


def answer(draft: MailOrder, parsed: ParsedMail, now: datetime) -> None:
    """Queues the answer to a fresh draft, in the open transaction."""
    found = look_at(draft, None, now)
    with translation.override(draft.language or settings.LANGUAGE_CODE):
        checked = found.check(now.date())
        subject, paragraphs = _words(found, checked, links.token_of(draft, now), now)
    mail.send(
        parsed.from_address,
        subject,
        "\n\n".join(paragraphs) + "\n",
        dedupe=f"mail-order:{draft.pk}",
        in_reply_to=parsed.message_id,
        references=[*parsed.references, parsed.message_id] if parsed.message_id else (),
        reply_to=order_address(draft.listing),
    )


def _words(found: Look, checked: Checked, token: str, now: datetime) -> tuple[str, list[str]]:
    link = links.address("rooms:mail_order", token)
    right = not checked.problems and found.refusal is None
    names = {"title": found.title}
    subject = (
        _("Please confirm your order: %(title)s") if right else _("Your order is not complete: %(title)s")
    )
    person = found.sender
    said = [_("Hello %(name)s,") % {"name": person.get_short_name()} if person else _("Hello,")]
    if found.refusal is not None:
        said.append(_refused(found.refusal))
    elif right:
        said.append(_("We have read your mail as the order below. Nothing is bought yet."))
        said += _order(found, checked)
    else:
        said.append(_("Nothing is bought yet: these lines of your order need another look."))
        said += _problems(checked.problems, found.draft.typed)
    if person is None:
        said += _account(found.draft.sender, right)
    final = found.refusal is not None or found.listing is None  # nothing that is typed changes that
    said += [_("What you typed is kept here:"), link] if final else _onwards(right, link)
    if found.draft.rest and right:
        said.append(_("What stood beside the form in your mail is on that page, and not part of the order."))
    until = now + timedelta(seconds=limits.MAIL_ORDER_S)
    moment = formats.date_format(until, "DATETIME_FORMAT") + " UTC"
    said.append(
        _("The link is good until %(until)s. If you did not send this order, do nothing: nothing happens.")
        % {"until": moment}
    )
    if not right and not final:
        said += _again(found.draft)  # last, so that who answers quotes nothing below it
    return subject % names, said


def _order(found: Look, checked: Checked) -> Iterator[str]:
    listing = found.listing
    if listing is None:
        return
    total = buying.gross(listing, checked.quantity)
    unit = buying.unit_of(listing)
    yield "\n".join(
        [
            f"{_INDENT}{wording.quantity(str(checked.quantity), unit)} {listing.title}",
            _INDENT
            + _("%(amount)s each") % {"amount": wording.amount(listing.price_minor, listing.currency)},
            _INDENT + _("from %(seller)s") % {"seller": listing.organisation.name},
            f"{_INDENT}{_('Total to pay')}: {wording.amount(total, listing.currency)}",
        ]
    )
    yield _("Deliver to") + ":\n" + "\n".join(_INDENT + line for line in _address(checked.details))
    if more := list(_more(checked.details)):
        yield "\n".join(more)


def _address(details: OrderDetails) -> list[str]:
    place = f"{details.postal_code} {details.city}".strip()
    lines = [details.contact_name, details.company, details.street, place, countries.name(details.country)]
    return [line for line in lines if line]


def _more(details: OrderDetails) -> Iterator[str]:
    for name, value in (
        ("tax_id", details.tax_id),
        ("reference", details.reference),
        (form.NOTES, details.notes),
    ):
        if value:
            yield f"{label(name)}: " + value.replace("\n", f"\n{_INDENT}")


def _problems(problems: Mapping[str, str], typed: Mapping[str, str]) -> Iterator[str]:
    for name, words in problems.items():
        line = f"{label(name)}: {typed.get(name, '')}".strip()
        shown = line.replace("\n", f"\n{_INDENT}")
        yield f"{_INDENT}{shown}\n{words}" if label(name) else words


def _refused(refusal: Refusal) -> str:
    return f"{_('Nothing is bought.')} {words_of(refusal)}"


def _account(sender: str, right: bool) -> Iterator[str]:
    yield _(
        "There is no account with the address %(address)s yet, and an order needs one. Make one here with "
        "this very address, and confirm it by the mail that you get then:"
    ) % {"address": sender}
    yield links.address("account_signup")
    if right:
        yield _("After that the link below works: your order waits there.")


def _onwards(right: bool, link: str) -> Iterator[str]:
    if right:
        yield _(
            "Look at it and confirm it here. Opening the link does not bind you; the button on the page "
            "does. You can change everything there before."
        )
        yield link
        return
    yield _("Here you find everything that you typed, to put it right and confirm it:")
    yield link


def _again(draft: MailOrder) -> Iterator[str]:
    yield _("Or answer this mail, with the form put right:")
    country = countries.name(draft.typed.get("country", ""))
    yield form.render({**draft.typed, "country": country}, draft.language).rstrip("\n")
