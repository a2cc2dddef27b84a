"""The outbox jobs of boards. Each may run more than once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import outbox
from whiteboard import services


@outbox.handler("whiteboard.picture")
def draw_picture(payload: dict[str, Any], now: datetime) -> None:
    """Draws the picture of a board that was frozen."""
    services.store_picture(UUID(payload["version"]), now)
