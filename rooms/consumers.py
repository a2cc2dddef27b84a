"""What rooms answer on the socket: two kinds of streams, and one service for each command."""

from collections.abc import Mapping
from typing import Final

from negotiation_hub.kernel.audience import Kind, Service, Simple
from rooms import (
    approvals,
    messages,
    moderation,
    moderation_wire,
    opening,
    preference_wire,
    preferences,
    queries,
    remark_wire,
    services,
    supervision,
    wire,
)

FRAMES: Final = (*wire.FRAMES, *moderation_wire.FRAMES, *preference_wire.FRAMES, *remark_wire.FRAMES)
SIMPLE: Final[Mapping[str, Simple]] = {"message.send": messages.message}
_SERVICES: Final[Mapping[str, Service]] = {
    "message.send": messages.send_message,
    "message.reply": messages.reply_to_message,
    "message.attach": messages.send_files,
    "message.remark": messages.remark_on_offer,
    "message.edit": messages.edit_message,
    "message.redact": messages.redact_message,
    "message.react": messages.react_to_message,
    "offer.propose": services.propose_offer,
    "offer.counter": services.counter_offer,
    "offer.supersede": services.supersede_offer,
    "offer.accept": services.accept_offer,
    "offer.decline": services.decline_offer,
    "offer.withdraw": services.withdraw_offer,
    "offer.seen": services.see_offer,
    "negotiation.close": services.close_negotiation,
    "approval.grant": approvals.grant_approval,
    "approval.refuse": approvals.refuse_approval,
    "approval.withdraw": approvals.withdraw_approval,
    "bound.set": approvals.set_bound,
    "preferences.set": preferences.set_preferences,
    "moderation.step_in": supervision.step_in,
    "moderation.step_back": supervision.step_back,
    "moderation.whisper": supervision.whisper,
    **moderation.SERVICES,
}
KINDS: Final[Mapping[str, Kind]] = {
    "table": Kind(view=queries.view, services=_SERVICES, enter=opening.enter_room),
    "caucus": Kind(view=queries.view, services=_SERVICES),
}
