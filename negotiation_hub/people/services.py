"""Writing people: sign-up, organisations, members and tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import Malformed, NotPermitted, Refusal
from negotiation_hub.people import queries
from negotiation_hub.people.models import ApiToken, Membership, Organisation, User

TOKEN_LIFE_S = 30 * 86_400  # a month: a forgotten token must not be good for ever
TOKEN_SEEN_INTERVAL_S = 3600  # how exact "last used" is; a write for every request would cost more than the request
_TOKEN_PREFIX = "nh_"  # noqa: S105 - it makes leaked tokens easy to find, it is no secret


class NameInvalid(Malformed):
    """A name is empty, too long, or has characters that cannot be shown."""

    code = "name.invalid"
    message = _("A name has 1 to 100 characters, all on one line.")


class AlreadyMember(Refusal):
    """The person is a member of that organisation."""

    code = "member.exists"
    message = _("This person is a member already.")


def clean_name(text: str, *, most: int = 100) -> str:
    """A name on one line. Raises NameInvalid."""
    name = " ".join(text.split())
    if not 0 < len(name) <= most or not name.isprintable():
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
        raise NotPermitted(str(_("A personal organisation has one member.")))
    if not queries.may_approve(queries.membership(actor, organisation.pk)):
        raise NotPermitted(str(_("Only a manager adds members.")))
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
        ApiToken.objects.create(
            user=user,
            sha256=_sha256(text),
            label=label[:100],
            created_at=now,
            expires_at=now + timedelta(seconds=life_s),
        )
    return text


def user_for_token(text: str, now: datetime) -> User | None:
    """The active person whose token this is, unless it has expired."""
    if not text.startswith(_TOKEN_PREFIX) or len(text) > 100:  # noqa: PLR2004 - three times what we issue
        return None
    token = ApiToken.objects.select_related("user").filter(sha256=_sha256(text)).first()
    if token is None or not token.user.is_active or (token.expires_at and token.expires_at <= now):
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(seconds=TOKEN_SEEN_INTERVAL_S):
        with commit.transact():
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def revoke_token(*, user: User, token: ApiToken) -> None:
    """Ends a token at once. Only its owner's: another's is left alone."""
    with commit.transact():
        ApiToken.objects.filter(pk=token.pk, user=user).delete()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _free_slug(name: str) -> str:
    base = slugify(name)[:60] or "company"
    if not Organisation.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"
