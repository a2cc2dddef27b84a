"""Planted faults: `python -m tests.live.leaking serve ...` is a server that tells of an approval.

The text of an offer's issue `Leak` names the way: a word in the offer that a manager let through, a number
that is used up while it waits, or the time at which it was asked for.
"""

import os
import sys
from typing import Any, Final

import django

LEAKS: Final = ("byte", "number", "pause")


def main() -> int:
    """Runs `negotiation-hub ...` with the arguments that it is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub import cli
    from rooms import mandate, proposals

    ask, place = mandate.ask, proposals.place
    asked_at: dict[Any, Any] = {}

    def leaking_ask(table: Any, way: Any, version: Any, asked: Any, *rest: Any) -> Any:
        asked_at[table.room.pk] = table.now
        if _leak(asked) == "number":
            table.room.versions += 1
            table.room.save(update_fields=["versions"])
        return ask(table, way, version, asked, *rest)

    def leaking_place(table: Any, way: Any, version: Any, asked: Any) -> Any:
        if _leak(asked) == "byte":
            raw = asked.model_dump(mode="json", exclude_none=True)
            raw["packages"][0]["issues"][0]["value"] += ", approved"
            asked = type(asked).model_validate(raw)
        if _leak(asked) == "pause":
            table.now = asked_at[table.room.pk]
        return place(table, way, version, asked)

    setattr(mandate, "ask", leaking_ask)  # noqa: B010 - a function is not assigned to otherwise
    setattr(proposals, "place", leaking_place)  # noqa: B010
    return cli.main(sys.argv[1:])


def _leak(asked: Any) -> str:
    """How this offer is to leak."""
    issues = asked.packages[0].issues
    return str(issues[0].value) if issues else ""


if __name__ == "__main__":
    sys.exit(main())
