"""The second factor: above which amount an organisation asks for it, and whether somebody has it at hand.

Codes and passkeys are checked, and wrong ones counted, by allauth.
"""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django.forms import Form
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit, limits, money
from negotiation_hub.kernel.refusals import Malformed, NotFound, NotPermitted, Refusal
from negotiation_hub.people import queries
from negotiation_hub.people.models import Organisation, SecondFactorRule, User

_TOO_MANY: Final = "too_many_login_attempts"  # of allauth's errors the one that is not about the code


class NotSetUp(Refusal):
    """The person has no second factor yet."""

    code = "second_factor.not_set_up"
    message = gettext_noop("You have no second factor yet. Set one up in your account first.")


class Wrong(Refusal):
    """The code or passkey is not theirs, or was used already."""

    code = "second_factor.wrong"
    message = gettext_noop("This is not right, or was used already. Please try the next code.")
    status = 422


class TooMany(Refusal):
    """As many wrong ones as allauth allows in its time."""

    code = "second_factor.too_many"
    message = gettext_noop("That was wrong too often. Please wait five minutes.")
    temporary = True
    status = 429


def rule_of(organisation_id: UUID) -> SecondFactorRule | None:
    """Above how much the organisation asks for it; None: never."""
    return SecondFactorRule.objects.filter(organisation=organisation_id).first()


def asked_for(organisation_id: UUID, *, minor: int, currency: str) -> bool:
    """Whether the organisation asks for it at a deal of so many minor units.

    Nothing here converts amounts, so that in another currency than the rule's it always does.
    """
    rule = rule_of(organisation_id)
    return rule is not None and (rule.currency != currency or minor > rule.minor)


def set_rule(
    *, actor: User, organisation: Organisation, minor: int | None, currency: str, now: datetime
) -> None:
    """Above how many minor units its people need it; None: never. For managers.

    Raises NotFound for who is no member, NotPermitted, Malformed, and what `money.exponent` raises.
    """
    member = queries.membership(actor, organisation.pk)
    if member is None:
        raise NotFound
    if not queries.may_approve(member):
        raise NotPermitted
    if minor is not None and not 0 < minor <= limits.AMOUNT_MINOR_MAX:
        raise Malformed
    money.exponent(currency)
    with commit.transact():
        if minor is None:
            SecondFactorRule.objects.filter(organisation=organisation).delete()
            return
        SecondFactorRule.objects.update_or_create(
            organisation=organisation,
            defaults={"minor": minor, "currency": currency, "set_by": actor, "set_at": now},
        )


def methods(user: User) -> list[str]:
    """What the person has: `code` (of an app, or a recovery code), `passkey`."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    has = {
        "code": Authenticator.Type.TOTP in kinds,
        "passkey": Authenticator.Type.WEBAUTHN in kinds,
    }
    return [method for method, held in has.items() if held]


def begin_passkey(user: User) -> dict[str, Any]:
    """What a browser asks a passkey for, as JSON; the challenge is kept in the session of the request."""
    options: dict[str, Any] = webauthn.begin_authentication(user)
    return {**options, "publicKey": dict(options["publicKey"])}


def check_code(user: User, code: str) -> str:
    """The kind of what the person showed by a code: `totp` or `recovery_codes`.

    Within a request, whose address allauth counts wrong ones by. Raises NotSetUp, Wrong, TooMany.
    """
    if "code" not in methods(user):
        raise NotSetUp
    form = AuthenticateForm(user=user, data={"code": code})
    _demand(form)
    return _used(form.authenticator)


def check_passkey(user: User, credential: dict[str, Any]) -> str:
    """The same by what a browser got of a passkey: `webauthn`. Raises NotSetUp, Wrong, TooMany."""
    if "passkey" not in methods(user):
        raise NotSetUp
    form = AuthenticateWebAuthnForm(user=user, data={"credential": json.dumps(credential)})
    try:
        _demand(form)
    except (KeyError, ValueError) as error:  # what claims to be of a passkey may be anything
        raise Wrong from error
    return _used(form.cleaned_data["credential"])


def _demand(form: Form) -> None:
    with commit.transact():  # a recovery code is used up by being looked at
        valid = form.is_valid()
    if not valid:
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        raise TooMany if _TOO_MANY in codes else Wrong


def _used(authenticator: Authenticator) -> str:
    with commit.transact():
        authenticator.record_usage()
    return str(authenticator.type)
