"""Rooms, offers, agreements and supervision."""

from typing import Any

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers what the kernel calls: the HTML of messages, who must go, and the jobs of rooms."""
        from catalog import hooks as catalog
        from negotiation_hub.kernel import event_seal, mail_in, resealing, stream, turns, wire
        from negotiation_hub.kernel.render import to_html
        from negotiation_hub.people import erasing
        from orders import hooks as orders

        # These register their jobs.
        from rooms import (  # noqa: F401
            amending_panels,
            approvals,
            attachments,
            award,
            buying_panels,
            calling_off_panels,
            mentioning,
            milestones,
            queries,
            requests,
        )
        from rooms.guests import links  # noqa: F401
        from rooms.mailed import forgetting, panels, receiving
        from rooms.mailed import resealing as mailed
        from rooms.search import catch_up, renewing

        catalog.listing_ways.append(buying_panels.buy)
        catalog.listing_ways.append(panels.order_by_mail)
        mail_in.owners.append(receiving.owns)
        mail_in.receivers.append(receiving.receive)
        erasing.addresses_erased.append(forgetting.forget_address)
        orders.order_sources.append(queries.source_of)
        orders.order_panels.append(amending_panels.amend)
        orders.frame_panels.append(calling_off_panels.form)

        def with_html(body: dict[str, Any]) -> dict[str, Any]:
            names = [person["name"] for person in body.get("mentions", ())]
            return {"html": to_html(body["text"], names), **body}

        def asked_with_html(body: dict[str, Any]) -> dict[str, Any]:
            return {"html": to_html(body["request"]["text"]), **body}

        wire.presenters["request.received"] = asked_with_html
        for kind in ("message.sent", "message.edited", "moderator.whispered"):
            wire.presenters[kind] = with_html
        for kind in ("moderator.stepped_in", "moderator.stepped_back", "participant.muted"):
            turns.kinds[kind] = ""
        for kind in ("participant.unmuted", "room.locked", "room.unlocked", "board.locked", "board.unlocked"):
            turns.kinds[kind] = ""
        turns.kinds["participant.removed"] = turns.kinds["guest.removed"] = "participant"
        turns.kinds["guest.registered"] = ""
        event_seal.streams.update({"table", "caucus"})
        event_seal.clear.update({"message.sent", "message.edited", "moderator.whispered"})
        stream.removing.append(catch_up.forget)
        resealing.more.append(renewing.renew)
        resealing.old.append(renewing.old)
        resealing.more.append(mailed.renew)
        resealing.old.append(mailed.old)
