"""Frames that may be anything: how large they are, what is wrong with them, and whose answer a refusal is."""

import json
import logging
from typing import Any, Final

from pydantic import ValidationError

from negotiation_hub.kernel import limits, wire
from negotiation_hub.kernel.flow import Flow
from negotiation_hub.kernel.refusals import Refusal

log = logging.getLogger(__name__)
_ID_CHARS_MAX: Final = 64  # a UUID has 36; what is longer is not echoed


def size_of(text: str) -> int:
    """The bytes of a text, where that matters."""
    # A character has at most four bytes: most frames need no counting.
    if len(text) * 4 <= limits.FRAME_BYTES_MAX:
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def malformed(error: ValidationError) -> Refusal:
    """What a frame that does not fit its model is refused with."""
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] == "union_tag_invalid":
        return wire.FrameUnknown()
    where = ".".join(str(part) for part in first["loc"][1:])
    return wire.FrameMalformed(f"{where}: {first['msg']}"[:300] if where else first["msg"][:300])


def frame_id(frame: Any) -> str | None:
    """The id of a frame that fits its model, if its kind has one."""
    return frame.id if isinstance(frame, wire.Command) else None


def id_of(text: str | None) -> str | None:
    """The id of a frame that may be anything, so that a client can match the refusal."""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and len(found) <= _ID_CHARS_MAX else None


def as_refusal(error: Exception) -> Refusal:
    """What a person is told of a failure: a refusal that has a name. We get the trace."""
    if isinstance(error, Refusal):
        return error
    log.error("a frame failed", exc_info=error)
    return wire.Internal(retry_after_ms=limits.BUSY_RETRY_MS)


def require_reports(flow: Flow) -> None:
    """Lets a client ask for more. Raises FlowBehind while it has not reported what it was given."""
    if flow.outstanding > limits.FLOW_ASK_BYTES_MAX:
        raise wire.FlowBehind(retry_after_ms=limits.BUSY_RETRY_MS)
