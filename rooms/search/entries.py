"""What of an event can be found, and what events make of what could be found before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from negotiation_hub.kernel import event_seal
from negotiation_hub.kernel.stream import Event

SAID: Final = "message.sent"
CORRECTED: Final = "message.edited"
REMOVED: Final = "message.redacted"


@dataclass(slots=True)
class Entry:
    """What can be found under the number of an event: `text`, as event `latest` has it.

    `blind`: the event is sealed, so the search must not keep its words either.
    """

    seq: int
    latest: int
    text: str
    at: datetime
    blind: bool = False


@dataclass(slots=True)
class Changes:
    """What a run of events makes: entries of its own, corrections of earlier ones, entries that are gone."""

    entries: dict[int, Entry] = field(default_factory=dict)
    corrected: dict[int, Entry] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)


def _words_of_offer(body: Mapping[str, Any]) -> str:
    return _of_packages(body["offer"]["packages"])


def _words_of_approval(body: Mapping[str, Any]) -> str:
    return _of_packages(body["approval"]["packages"])


def _words_of_request(body: Mapping[str, Any]) -> str:
    asked = body["request"]
    return "\n".join([asked["title"], asked["text"], *(line["title"] for line in asked["lines"])])


# By kind of event, what is found under it. A correction is found under what it corrects.
TEXTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    SAID: lambda body: str(body["text"]),
    "request.received": _words_of_request,
    "offer.proposed": _words_of_offer,
    "offer.countered": _words_of_offer,
    "offer.superseded": _words_of_offer,
    "approval.requested": _words_of_approval,
}


def text_of(event: Event) -> str | None:
    """What can be found of an event, a correction included; None when there is nothing, or no more."""
    texts = TEXTS[SAID] if event.kind == CORRECTED else TEXTS.get(event.kind)
    return None if texts is None or event.content is None else texts(event.body)


def number_of(event: Event) -> int:
    """Under which number an event's words are found: a correction's under that of what it corrects."""
    number: int = event.body.get("message", event.seq) if event.kind == CORRECTED else event.seq
    return number


def changes(events: Iterable[Event]) -> Changes:
    """What events of one stream, in their order, make."""
    made = Changes()
    for event in events:
        if event.kind == REMOVED:
            number = event.body["message"]
            made.gone.add(number)
            made.entries.pop(number, None)
            made.corrected.pop(number, None)
            continue
        text = text_of(event)
        if text is None:
            continue
        number = number_of(event)
        entry = Entry(number, event.seq, text, event.at, event.kind not in event_seal.clear)
        if event.kind != CORRECTED:
            made.entries[number] = entry
        elif number in made.entries:
            made.entries[number] = Entry(number, event.seq, text, made.entries[number].at)
        elif number not in made.gone:
            made.corrected[number] = entry
    return made


def _of_packages(packages: Iterable[Mapping[str, Any]]) -> str:
    """The titles of lines, names of issues and what they say; once what several packages have."""
    found: dict[str, None] = {}
    for package in packages:
        for line in package["lines"]:
            found[line["title"]] = None
        for issue in package["issues"]:
            value = issue["value"]
            found[issue["name"] if isinstance(value, bool) else f"{issue['name']}: {value}"] = None
    return "\n".join(found)
