"""What a thread looks like, as data: folding its events gives exactly what a snapshot says. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from threads import machine

State = dict[str, Any]


def empty() -> State:
    """A thread before its first event."""
    return {"thread": None, "people": []}


def fold(events: Iterable[tuple[str, Mapping[str, Any]]], state: State | None = None) -> State:
    """Applies `(kind, body)` of each event in turn."""
    state = empty() if state is None else state
    for kind, body in events:
        apply(state, kind, body)
    return state


def apply(state: State, kind: str, body: Mapping[str, Any]) -> None:
    """Applies one event. A kind that changes nothing but what was said is passed over."""
    if kind == "thread.opened":
        state["thread"] = dict(body["thread"])
    elif kind == "participant.joined":
        state["people"].append(body["participant"])
    elif kind == "thread.moved":
        state["thread"]["room"] = body["room"]
    elif kind in {"thread.resolved", "thread.reopened"}:
        state["thread"]["status"] = str(machine.after(kind, machine.Status(state["thread"]["status"])))
