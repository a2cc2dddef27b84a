"""The demo's people: who they are, how one becomes them, and how one browser is two of them at once.

Everything here does nothing unless `settings.DEMO` is on.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import clock, commit
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people import legal, queries, services
from negotiation_hub.people.models import Membership, Organisation, User

BUYER_SLUG: Final = "demo-buyer"
SELLER_SLUG: Final = "demo-seller"
POOL_SIZE: Final = (
    40  # as many people a side as load tests and replays need to stay below one person's rate limit
)
KEPT: Final = ("story",)  # of a session when its person changes: what is the browser's, not the person's
_COMPANIES: Final = {
    BUYER_SLUG: "Acme Water",
    SELLER_SLUG: "Norte Bombas",
    "demo-orchard": "Huerta Clara",
    "demo-waterworks": "Brandau Waterworks",
    "demo-irrigators": "Irrigators of the Jalon",
    "demo-nursery": "Hale Nurseries",
}
_DOMAINS: Final = {
    BUYER_SLUG: "acme-water.example",
    SELLER_SLUG: "norte-bombas.example",
    "demo-orchard": "huerta-clara.example",
    "demo-waterworks": "brandau-waterworks.example",
    "demo-irrigators": "jalon-irrigators.example",
    "demo-nursery": "hale-nurseries.example",
    "": "mail.example",
}
# Addresses and numbers that nobody has, so that the demo's seller can issue invoices.
_LEGAL: Final = {
    SELLER_SLUG: legal.Said(
        street="Calle de la Ría 1", postal_code="48001", city="Bilbao", country="ES", vat_id="ESB12345674"
    ),
}
_Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Person:
    """One of the demo's people. `company` is a slug; empty: only a personal organisation."""

    key: str
    name: str
    label: Any
    company: str = ""
    role: str = ""
    is_moderator: bool = False

    @property
    def email(self) -> str:
        """Their address, in a domain that can never receive mail (RFC 2606)."""
        return f"{self.name.lower().replace(' ', '.')}@{_DOMAINS[self.company]}"


PEOPLE: Final = (
    Person("buyer", "Ben Ortega", _("Buyer"), BUYER_SLUG, _Role.PURCHASER),
    Person("seller", "Ada Lindqvist", _("Seller"), SELLER_SLUG, _Role.SALES),
    Person("sales", "Sol Moreno", _("Sales staff"), SELLER_SLUG, _Role.SALES),
    Person("manager", "Max Brandt", _("Manager"), SELLER_SLUG, _Role.MANAGER),
    Person("moderator", "Dov Peretz", _("Moderator"), is_moderator=True),
    Person("stranger", "Cleo Haddad", _("Stranger")),
)
# Buyers who have dealt with the seller before. No page offers to be one of them; programs may sign in as one.
CUSTOMERS: Final = (
    Person("orchard", "Marta Roca", _("Buyer"), "demo-orchard", _Role.PURCHASER),
    Person("waterworks", "Jonas Weber", _("Buyer"), "demo-waterworks", _Role.PURCHASER),
    Person("irrigators", "Elena Ferrer", _("Buyer"), "demo-irrigators", _Role.PURCHASER),
    Person("nursery", "Tom Hale", _("Buyer"), "demo-nursery", _Role.PURCHASER),
)
_BY_KEY: Final = {person.key: person for person in (*PEOPLE, *CUSTOMERS)}
_POOL: Final = re.compile(r"(buyer|seller)-([1-9][0-9]?)")
_PREFIX: Final = re.compile(r"/as/([a-z]+(?:-[1-9][0-9]?)?)(?=/)")


def person_named(key: str) -> Person:
    """The demo person with this key, also of customers and the pool. Raises NotFound; always without DEMO."""
    if settings.DEMO:
        if (known := _BY_KEY.get(key)) is not None:
            return known
        pooled = _POOL.fullmatch(key)
        if pooled and int(pooled[2]) <= POOL_SIZE:
            side = _BY_KEY[pooled[1]]
            return Person(key, f"{pooled[1].title()} {pooled[2]}", side.label, side.company, side.role)
    raise NotFound(gettext("There is no such demo person."))


def sign_in(request: HttpRequest, user: User) -> None:
    """Makes the browser this person's. What it remembers of the demo itself stays: `KEPT`."""
    kept = {name: request.session[name] for name in KEPT if name in request.session}
    with commit.transact():
        login(request, user)
    request.session.update(kept)


def user_of(key: str, *, now: datetime) -> User:
    """The demo person's user; made with organisation and membership when first asked for. Raises NotFound."""
    person = person_named(key)
    user = User.objects.filter(email=person.email, is_demo=True).first()
    return user or _make(person, now)


def make_people(*, now: datetime) -> list[User]:
    """All named demo people with their companies; those that exist are left as they are."""
    return [user_of(person.key, now=now) for person in PEOPLE]


def _make(person: Person, now: datetime) -> User:
    with commit.transact():
        user, created = User.objects.get_or_create(
            email=person.email,
            defaults={
                "name": person.name,
                "is_demo": True,
                "is_moderator": person.is_moderator,
                "password": "!",  # unusable: one click, or nothing
                "created_at": now,
            },
        )
        if created:
            services.make_personal_organisation(user=user, now=now)
            if person.company:
                Membership.objects.create(
                    user=user, organisation=_company(person.company, now), role=person.role, created_at=now
                )
            if person.role == _Role.MANAGER and (said := _LEGAL.get(person.company)):
                company = _company(person.company, now)
                legal.set_facts(actor=user, organisation=company, said=said, now=now)
    return user


def _company(slug: str, now: datetime) -> Organisation:
    company, _created = Organisation.objects.get_or_create(
        slug=slug,
        defaults={"name": _COMPANIES[slug], "kind": Organisation.Kind.COMPANY, "created_at": now},
    )
    return company


# --- a person in the path: two frames share their cookies, so the address says who each of them is

Scope = MutableMapping[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]  # servers and frameworks disagree about the types of ASGI


class PersonPrefix:
    """ASGI: `/as/<person>/...` is the site as that person, for HTTP and sockets.

    The prefix becomes the application's `root_path` (the path keeps it, as ASGI says), so every address that
    Django makes stays under it; `scope["demo_person"]` names the person. Session and messages of each prefix
    live in cookies of their own, so that neither frame reads what is meant for the other.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        person = self._person(scope) if settings.DEMO and scope["type"] in {"http", "websocket"} else None
        if person is None:
            await self.app(scope, receive, send)
            return
        jar = _CookieJar(person)
        root = scope.get("root_path", "") + f"/as/{person}"
        inner = {**scope, "root_path": root, "demo_person": person, "headers": jar.inward(scope["headers"])}

        async def send_outward(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": jar.outward(message.get("headers", []))}
            await send(message)

        await self.app(inner, receive, send_outward)

    def _person(self, scope: Scope) -> str | None:
        found = _PREFIX.match(scope["path"].removeprefix(scope.get("root_path", "")))
        if found is None:
            return None
        try:
            return person_named(found[1]).key
        except NotFound:
            return None


Headers = list[tuple[bytes, bytes]]


class _CookieJar:
    """Renames the cookies that belong to one person: `sessionid` is `as-buyer.sessionid` outside."""

    def __init__(self, person: str) -> None:
        self.prefix = f"as-{person}."
        self.own = (settings.SESSION_COOKIE_NAME, "messages")

    def inward(self, headers: Headers) -> Headers:
        return [(name, self._mine(value) if name == b"cookie" else value) for name, value in headers]

    def outward(self, headers: Headers) -> Headers:
        return [
            (name, self._marked(value) if name.lower() == b"set-cookie" else value) for name, value in headers
        ]

    def _mine(self, header: bytes) -> bytes:
        kept = []
        for cookie in header.decode("latin-1").split(";"):
            name = cookie.strip().partition("=")[0]
            if name not in self.own:
                kept.append(cookie.strip().removeprefix(self.prefix))
        return "; ".join(kept).encode("latin-1")

    def _marked(self, header: bytes) -> bytes:
        name = header.decode("latin-1").partition("=")[0].strip()
        return self.prefix.encode() + header if name in self.own else header


class DemoPersonMiddleware:
    """Requests under a person's prefix are made by that person; no session is written for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = acting_key(request)
        if key:
            user = user_of(key, now=clock.now())

            async def auser() -> User:
                return user

            request.user = user
            request.auser = auser
        return self.get_response(request)


def acting_key(request: HttpRequest) -> str:
    """Under whose prefix the request came; empty without one, and always without DEMO."""
    scope = getattr(request, "scope", None) or {}
    return str(scope.get("demo_person", "")) if settings.DEMO else ""


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: the acting organisation, the demo's people, and what addresses start with.

    `demo` shows the banner with one-click sign-in; under a person's prefix it would sign in the wrong frame.
    """
    acting = acting_key(request)
    return {
        "organisation": SimpleLazyObject(lambda: _organisation(request)),
        "prefix": get_script_prefix().rstrip("/"),
        "demo": settings.DEMO and not acting,
        "demo_people": PEOPLE if settings.DEMO else (),
        "demo_person": acting,
    }


def _organisation(request: HttpRequest) -> Organisation | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return None
    organisations = queries.organisations_of(user)
    return organisations[0] if organisations else None
