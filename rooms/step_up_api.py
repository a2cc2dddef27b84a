"""REST for accepting what is large: asking for the second factor, and the proof that it was shown."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.refusals import Malformed
from negotiation_hub.kernel.wire import Hash
from negotiation_hub.people import second_factor
from negotiation_hub.people.models import User
from rooms import queries, step_up

router = Router(tags=["rooms"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class Shown(Schema):
    """What is accepted, and either a code or what a browser got of a passkey."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=limits.ROUNDS_MAX)]
    hash: Hash
    package: Annotated[int, Field(ge=0, lt=limits.PACKAGES_MAX)]
    code: Annotated[str, Field(max_length=64)] | None = None
    credential: dict[str, Any] | None = None


@router.post("/rooms/{room_id}/step-up/begin")
def begin_step_up(request: Person, room_id: UUID) -> dict[str, Any]:
    """Which second factors you have: `methods` of `code` and `passkey`; what to ask a passkey for; where one
    sets one up.
    """
    queries.room_for(request.auth, room_id)
    methods = second_factor.methods(request.auth)
    passkey = second_factor.begin_passkey(request.auth) if "passkey" in methods else None
    return {"methods": methods, "passkey": passkey, "setup": reverse("mfa_index")}


@router.post("/rooms/{room_id}/step-up")
def show_second_factor(request: Person, room_id: UUID, payload: Shown) -> dict[str, Any]:
    """A `proof` for accepting exactly this package of this version, good once and until `expires_at`."""
    code, credential = payload.code, payload.credential
    if (code is None) == (credential is None):
        raise Malformed

    def show() -> str:
        if credential is not None:
            return second_factor.check_passkey(request.auth, credential)
        return second_factor.check_code(request.auth, code or "")

    token, proof = step_up.issue(
        actor=request.auth,
        room_id=room_id,
        what=step_up.Accepting(payload.version, payload.hash, payload.package),
        show=show,
        now=clock.now(),
    )
    return {"proof": token, "expires_at": clock.text(proof.expires_at)}
