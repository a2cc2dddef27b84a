"""Writing people: sign-up, organisations, members and tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import Malformed, NotPermitted, Refusal
from negotiation_hub.kernel.text import can_be_shown, one_line, shown_only
from negotiation_hub.people import queries
from negotiation_hub.people.models import ApiToken, Membership, Organisation, User

TOKEN_LIFE_S = 30 * 86_400  # a month: a forgotten token must not be good for ever
TOKEN_SEEN_INTERVAL_S = (
    3600  # how exact "last used" is; a write for every request would cost more than the request
)
_TOKEN_PREFIX = "nh_"  # noqa: S105 - it makes leaked tokens easy to find, it is no secret


class NameInvalid(Malformed):
    """A name is empty, too long, or has characters that cannot be shown."""

    code = "name.invalid"
    message = gettext_noop("A name has 1 to 100 characters, all on one line.")


class AlreadyMember(Refusal):
    """The person is a member of that organisation."""

    code = "member.exists"
    message = gettext_noop("This person is a member already.")


def clean_name(text: str, *, most: int = 100) -> str:
    """A name on one line. Raises NameInvalid."""
    name = one_line(text)
    if not 0 < len(name) <= most or not can_be_shown(name):
        raise NameInvalid
    return name


def sign_up(*, email: str, name: str, password: str | None, now: datetime, is_demo: bool = False) -> User:
    """A new person with a personal organisation, both or neither."""
    with commit.transact():
        user = User.objects.create_user(
            email, password, name=clean_name(name), created_at=now, is_demo=is_demo
        )
        make_personal_organisation(user=user, now=now)
    return user


def make_personal_organisation(*, user: User, now: datetime) -> Organisation:
    """The organisation in which a person without a company buys and sells; made once."""
    with commit.transact():
        slug = f"p-{user.pk.hex}"
        organisation, _created = Organisation.objects.get_or_create(
            slug=slug, defaults={"name": user.name, "kind": Organisation.Kind.PERSONAL, "created_at": now}
        )
        Membership.objects.get_or_create(
            user=user,
            organisation=organisation,
            defaults={"role": Membership.Role.MANAGER, "created_at": now},
        )
    return organisation


def create_organisation(*, actor: User, name: str, now: datetime, slug: str = "") -> Organisation:
    """A company; whoever makes it is its first manager. Raises NameInvalid."""
    clean = clean_name(name, most=200)
    with commit.transact():
        organisation = Organisation.objects.create(
            slug=slug or _free_slug(clean), name=clean, kind=Organisation.Kind.COMPANY, created_at=now
        )
        Membership.objects.create(
            user=actor, organisation=organisation, role=Membership.Role.MANAGER, created_at=now
        )
    return organisation


def add_member(
    *, actor: User, organisation: Organisation, user: User, role: str, now: datetime
) -> Membership:
    """Adds a person to a company. Raises NotPermitted unless a manager asks, AlreadyMember, Malformed."""
    if role not in Membership.Role.values:
        raise Malformed(f"{role[:20]!r} is not a role.")
    if organisation.kind == Organisation.Kind.PERSONAL:
        raise NotPermitted(_("A personal organisation has one member."))
    if not queries.may_approve(queries.membership(actor, organisation.pk)):
        raise NotPermitted(_("Only a manager adds members."))
    with commit.transact():
        member, created = Membership.objects.get_or_create(
            user=user, organisation=organisation, defaults={"role": role, "created_at": now}
        )
    if not created:
        raise AlreadyMember
    return member


def issue_token(*, user: User, now: datetime, label: str = "", life_s: int = TOKEN_LIFE_S) -> str:
    """A fresh token for programs. The text is returned once and cannot be read again."""
    text = _TOKEN_PREFIX + secrets.token_urlsafe(32)
    with commit.transact():
        ApiToken.objects.filter(user=user, expires_at__lte=now).delete()  # what is worthless need not pile up
        ApiToken.objects.create(
            user=user,
            sha256=_sha256(text),
            label=shown_only(label)[:100],
            created_at=now,
            expires_at=now + timedelta(seconds=life_s),
        )
    return text


def user_for_token(text: str, now: datetime) -> User | None:
    """The active person whose token this is, unless it has expired."""
    if not text.startswith(_TOKEN_PREFIX) or len(text) > 100:  # noqa: PLR2004 - three times what we issue
        return None
    token = ApiToken.objects.select_related("user").filter(sha256=_sha256(text)).first()
    if token is None or (token.expires_at and token.expires_at <= now) or not _may_act(token.user):
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(seconds=TOKEN_SEEN_INTERVAL_S):
        with commit.transact():
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def revoke_token(*, actor: User, token_id: UUID) -> None:
    """Ends a token of the person at once. Another's is left alone, as is one that is gone."""
    with commit.transact():
        ApiToken.objects.filter(pk=token_id, user=actor).delete()


def change_profile(*, actor: User, name: str, language: str) -> None:
    """Stores name and language (empty: what the browser asks for). Raises NameInvalid, Malformed."""
    if language and language not in dict(settings.LANGUAGES):
        raise Malformed(_("This language is not spoken here."))
    with commit.transact():
        actor.name, actor.language = clean_name(name), language
        actor.save(update_fields=["name", "language"])
        Organisation.objects.filter(memberships__user=actor, kind=Organisation.Kind.PERSONAL).update(
            name=actor.name
        )


def _may_act(user: User) -> bool:
    return user.is_active and (settings.DEMO or not user.is_demo)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _free_slug(name: str) -> str:
    base = slugify(name)[:60] or "company"
    if not Organisation.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"
