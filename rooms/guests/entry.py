"""Coming in by a link: the first browser gets it, another one needs a code from the mailbox."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from negotiation_hub.kernel import commit, crypto, limits, mail
from negotiation_hub.kernel.mail_address import is_address
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.people import guests
from rooms import opening
from rooms.guests import bounds
from rooms.guests.links import end_in_time, link_of
from rooms.guests.models import GuestLink
from rooms.guests.refusals import (
    CodesExhausted,
    CodeTooSoon,
    CodeWrong,
    LinkUnknown,
    NoAddress,
    NoCookies,
    OtherBrowser,
)

_CODE: Final = "rooms.guest_code"
_CODE_DIGITS: Final = 6
_BROWSER_BYTES: Final = 32
_BROWSER_CHARS: Final = 43  # of that, as text


def new_browser() -> str:
    """What a browser keeps to be known again."""
    return secrets.token_urlsafe(_BROWSER_BYTES)


def is_browser(text: str) -> bool:
    """Whether this can be such a text."""
    return len(text) == _BROWSER_CHARS and text.isascii()


def is_bound_to(link: GuestLink, browser: str) -> bool:
    """Whether the link belongs to this browser."""
    return is_browser(browser) and secrets.compare_digest(link.browser, _digest(link, browser))


def enter(*, token: str, browser: str, name: str, email: str, client: str, now: datetime) -> GuestLink:
    """Lets a browser in: the first one as a fresh guest in a fresh room, and the same one again and again.

    `email` may be empty, `client` is the network address. Raises LinkUnknown, NoCookies, OtherBrowser,
    NameInvalid, Malformed for an address that is none, GuestsTooMany.
    """
    if not is_browser(browser):
        raise NoCookies
    with commit.transact():
        link = link_of(token, now, lock=True)
        if link.guest is None:
            _begin(link, browser, name, email.strip().lower(), client, now)
        elif not is_bound_to(link, browser):
            raise OtherBrowser
    return link


def mail_code(*, token: str, now: datetime) -> None:
    """Mails a code with which another browser gets the link.

    Raises LinkUnknown, NoAddress, CodeTooSoon, CodesExhausted.
    """
    with commit.transact():
        link = link_of(token, now, lock=True)
        if not link.email or link.guest is None:
            raise NoAddress
        if link.codes >= limits.GUEST_CODES_MAX:
            raise CodesExhausted
        if link.code_at is not None and now < link.code_at + timedelta(seconds=limits.GUEST_CODE_AGAIN_S):
            raise CodeTooSoon
        code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}"
        link.code, link.code_at, link.code_tries = _mac(link, code), now, 0
        link.codes += 1
        link.save(update_fields=["code", "code_at", "code_tries", "codes"])
        names = {"name": link.organisation.name, "code": code, "minutes": limits.GUEST_CODE_S // 60}
        mail.send(
            link.email,
            gettext("Your code: %(code)s") % names,
            gettext(
                "Somebody, probably you, opens your room with %(name)s in another browser. The code is\n\n"
                "    %(code)s\n\n"
                "It is good for %(minutes)d minutes. If this is not you, do nothing, and give it to nobody.\n"
            )
            % names,
            dedupe=f"{_CODE}:{link.pk}:{link.codes}",
        )


def enter_by_code(*, token: str, browser: str, code: str, now: datetime) -> GuestLink:
    """Gives the link to another browser; the one that had it is signed out.

    Raises LinkUnknown, NoCookies, CodeWrong.
    """
    if not is_browser(browser):
        raise NoCookies
    with commit.transact():
        link = link_of(token, now, lock=True)
        right = _try(link, code, now)  # a wrong one is counted, so nothing is raised in here
        if right and link.guest is not None:
            link.browser = _digest(link, browser)
            link.save(update_fields=["browser"])
            guests.end_sessions(link.guest)
    if not right:
        raise CodeWrong
    return link


def _begin(link: GuestLink, browser: str, name: str, email: str, client: str, now: datetime) -> None:
    if email and not is_address(email):
        raise Malformed
    bounds.arrive(client)
    guest = guests.make_guest(name=name, now=now)
    try:
        room = opening.open_room(actor=guest, listing_id=link.listing, now=now, anew=True)
    except NotFound:
        raise LinkUnknown from None  # it is not offered any more
    link.guest, link.room, link.entered_at = guest, room, now
    # Only what the guest said: codes to an address that the seller chose would let the seller take the seat.
    link.browser, link.email = _digest(link, browser), email
    link.save(update_fields=["guest", "room", "entered_at", "browser", "email"])
    end_in_time(link)


def _try(link: GuestLink, code: str, now: datetime) -> bool:
    if not link.code or link.code_at is None:
        return False
    if now >= link.code_at + timedelta(seconds=limits.GUEST_CODE_S):
        return False
    right = crypto.check_mac(_CODE, _said(link, "".join(code.split())), bytes.fromhex(link.code))
    link.code_tries += 1
    if right or link.code_tries >= limits.GUEST_CODE_TRIES_MAX:
        link.code = ""
    link.save(update_fields=["code", "code_tries"])
    return right


def _mac(link: GuestLink, code: str) -> str:
    # A digest alone would be guessed in a second by whoever reads the database.
    return crypto.mac(_CODE, _said(link, code)).hex()


def _said(link: GuestLink, code: str) -> bytes:
    return f"{link.pk}:{code}".encode("utf-8", "surrogatepass")


def _digest(link: GuestLink, browser: str) -> str:
    return hashlib.sha256(f"{link.pk}:{browser}".encode()).hexdigest()
