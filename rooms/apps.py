"""Rooms, offers, agreements and supervision."""

from typing import Any

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers what the kernel calls: the HTML of messages, and the jobs of rooms."""
        from negotiation_hub.kernel import stream, wire
        from negotiation_hub.kernel.render import to_html
        from rooms import approvals, attachments, mentioning, milestones  # noqa: F401 - registers their jobs
        from rooms.search import catch_up

        def with_html(body: dict[str, Any]) -> dict[str, Any]:
            names = [person["name"] for person in body.get("mentions", ())]
            return {"html": to_html(body["text"], names), **body}

        wire.presenters["message.sent"] = wire.presenters["message.edited"] = with_html
        stream.removing.append(catch_up.forget)
