"""What a table looks like, as data: folding its events gives exactly what a snapshot says. Pure.

The browser has the same fold in `frontend/src/room/roomState.ts`; both are run over
`tests/fixtures/room_state_cases.json`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rooms import negotiation

State = dict[str, Any]


def empty() -> State:
    """A table before its first event."""
    return {
        "room": None,
        "sides": None,
        "request": None,
        "participants": [],
        "negotiation": {"status": "open", "standing": None, "turn": None},
        "locked": None,
        "board_locked": None,
        "offers": [],
        "agreement": None,
        "order": None,
    }


def fold(events: Iterable[tuple[str, str, Mapping[str, Any]]], state: State | None = None) -> State:
    """Applies `(kind, at, body)` of each event in turn."""
    state = empty() if state is None else state
    for kind, at, body in events:
        apply(state, kind, at, body)
    return state


def apply(state: State, kind: str, at: str, body: Mapping[str, Any]) -> None:
    """Applies one event. A kind that changes nothing on the table (a message) is passed over."""
    talks = state["negotiation"]
    if kind == "room.opened":
        state["room"], state["sides"] = body["room"], body["sides"]
    elif kind == "request.received":
        state["request"] = body["request"]
    elif kind == "participant.joined":
        state["participants"].append(body["participant"])
    elif kind in {"moderator.stepped_in", "moderator.stepped_back"}:
        mode = "in" if kind == "moderator.stepped_in" else "observing"
        state["participants"] = [
            {**one, "mode": mode} if one["id"] == body["participant"] else one
            for one in state["participants"]
        ]
    elif kind in {"offer.proposed", "offer.countered", "offer.superseded"}:
        _put(state, kind, body["offer"])
    elif kind == "offer.seen":
        _version(state, body["version"])["seen_at"] = at
    elif kind == "offer.accepted":
        _end(state, "accepted")
        state["agreement"] = {**body["agreement"], "version": body["version"], "package": body["package"]}
    elif kind in {"offer.declined", "offer.withdrawn", "offer.expired", "offer.voided"}:
        _end(state, kind.removeprefix("offer."))
    elif kind == "negotiation.closed" and talks["standing"] is not None:
        own = _version(state, talks["standing"])["side"] == body["side"]
        _end(state, "withdrawn" if own else "declined")
    else:
        _supervise(state, kind, at, body)
    if "order" in body:
        state["order"] = body["order"]
    talks["status"] = str(negotiation.after(kind, negotiation.Status(talks["status"])))


# By kind: what of a person or of the standing offer it imposes (or ends).
_OF_PERSON: Final = {
    "participant.muted": ("muted", True),
    "participant.unmuted": ("muted", False),
    "participant.removed": ("removed", True),
    "participant.readmitted": ("removed", False),
    "guest.removed": ("removed", True),
}
_OF_PLACE: Final = {
    "room.locked": ("locked", True),
    "room.unlocked": ("locked", False),
    "board.locked": ("board_locked", True),
    "board.unlocked": ("board_locked", False),
}
_OF_OFFER: Final = {"offer.frozen": True, "offer.unfrozen": False}


def _supervise(state: State, kind: str, at: str, body: Mapping[str, Any]) -> None:
    """Applies what a moderator imposes, and what becomes of a guest."""
    act = {"at": at, "reason": body.get("reason", "")}
    if kind in _OF_PLACE:
        name, on = _OF_PLACE[kind]
        state[name] = act if on else None
    elif kind == "guest.registered":
        state["participants"] = [
            _with(one, "guest", None) if one["id"] == body["participant"] else one
            for one in state["participants"]
        ]
    elif kind in _OF_PERSON:
        name, on = _OF_PERSON[kind]
        state["participants"] = [
            _with(one, name, act if on else None) if one["id"] == body["participant"] else one
            for one in state["participants"]
        ]
    elif kind in _OF_OFFER:
        _replace(state, _with(_version(state, body["version"]), "frozen", act if _OF_OFFER[kind] else None))
    elif kind == "offer.extended":
        offer = _version(state, body["version"])
        first = offer.get("first_expires_at", offer["expires_at"])
        _replace(state, {**offer, "expires_at": body["expires_at"], "first_expires_at": first})


def _with(one: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The same with this set, or without it where it is None."""
    rest = {key: held for key, held in one.items() if key != name}
    return rest if value is None else {**rest, name: value}


def _replace(state: State, offer: dict[str, Any]) -> None:
    same = offer["version"]
    state["offers"] = [offer if held["version"] == same else held for held in state["offers"]]


def empty_caucus(room: str, side: str) -> State:
    """A caucus before its first event."""
    return {"room": room, "side": side, "bound": None, "approvals": [], "preferences": None}


_DECIDED: Final = {
    "approval.granted": "approved",
    "approval.refused": "refused",
    "approval.withdrawn": "withdrawn",
    "approval.lapsed": "lapsed",
}


def apply_caucus(state: State, kind: str, body: Mapping[str, Any]) -> None:
    """Applies one event of a caucus. What is said there changes nothing."""
    if kind == "bound.set":
        state["bound"] = body["minor"]
    elif kind == "preferences.set":
        state["preferences"] = body["preferences"]
    elif kind == "approval.requested":
        state["approvals"].append(dict(body["approval"]))
    elif kind in _DECIDED:
        row = next(row for row in state["approvals"] if row["id"] == body["approval"])
        row["status"], row["reason"] = _DECIDED[kind], body.get("reason", "")


def _put(state: State, kind: str, offer: Mapping[str, Any]) -> None:
    if state["negotiation"]["standing"] is not None:
        _end(state, kind.removeprefix("offer."))
    state["offers"].append(dict(offer))
    state["negotiation"]["standing"] = offer["version"]
    state["negotiation"]["turn"] = "seller" if offer["side"] == "buyer" else "buyer"


def _end(state: State, status: str) -> None:
    _version(state, state["negotiation"]["standing"])["status"] = status
    state["negotiation"]["standing"] = state["negotiation"]["turn"] = None


def _version(state: State, version: int) -> dict[str, Any]:
    found: dict[str, Any] = next(offer for offer in state["offers"] if offer["version"] == version)
    return found
