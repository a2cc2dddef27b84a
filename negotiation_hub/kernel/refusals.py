"""A refusal is an expected "no".

It has a stable code, says whether to try again, and never reaches the error log.
"""

from typing import Any, ClassVar


def gettext_noop(message: str) -> str:
    """Marks a text for translation. Django's own asks for settings, which a command line may not have yet."""
    return message


class Refusal(Exception):
    """Base of all refusals. Each app defines its own beside what raises it.

    `code` is stable and dotted, `message` is for people, `temporary` says that the same request may succeed
    later, `status` is the HTTP status that the REST edge answers with.
    """

    code: ClassVar[str] = "refused"
    message: str = gettext_noop("This is not possible.")
    temporary: ClassVar[bool] = False
    status: ClassVar[int] = 409

    def __init__(self, message: str | None = None, *, retry_after_ms: int | None = None) -> None:
        if message is not None:
            self.message = message
        self.retry_after_ms = retry_after_ms
        super().__init__(self.message)

    def as_dict(self) -> dict[str, Any]:
        """What both doors (socket and REST) put on the wire."""
        return {
            "code": self.code,
            "message": str(self.message),
            "temporary": self.temporary,
            "retry_after_ms": self.retry_after_ms,
        }


class NotFound(Refusal):
    """There is no such thing, or not for this person: a stranger cannot tell the two apart."""

    code = "not_found"
    message = gettext_noop("There is no such thing here.")
    status = 404


class NotPermitted(Refusal):
    """The person may see this, but not do that."""

    code = "not_permitted"
    message = gettext_noop("You may not do this here.")
    status = 403


class Malformed(Refusal):
    """What arrived is not what the protocol or the form says."""

    code = "malformed"
    message = gettext_noop("This is not in the form that is expected.")
    status = 422


class Busy(Refusal):
    """Something else holds what is needed; the same request may succeed in a moment."""

    code = "busy"
    message = gettext_noop("Too much is happening here at once. Please try again.")
    temporary = True
    status = 503


def all_refusals(base: type[Refusal] = Refusal) -> dict[str, type[Refusal]]:
    """Every refusal class that is loaded, by its code. Documentation and tests use it."""
    found: dict[str, type[Refusal]] = {base.code: base}
    for child in base.__subclasses__():
        found.update(all_refusals(child))
    return found
