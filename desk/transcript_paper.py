"""A transcript on paper: readable, in English or Spanish, with the signed JSON inside the PDF.

What people wrote goes in as data; the template sets it as text, so that nothing in it can act as markup.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import qrcode
import typst
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk import changes, words
from desk.glyphs import on_paper
from negotiation_hub.kernel import limits, stream
from negotiation_hub.kernel.stream import Event
from negotiation_hub.kernel.transcript import Facts
from negotiation_hub.people.models import User
from orders import wording
from orders.documents import language_for
from rooms import transcripts
from rooms.transcripts import Of

_TEMPLATE: Final = Path(__file__).with_name("typst") / "transcript.typ"
_OFFERED: Final = ("offer.proposed", "offer.countered", "offer.superseded")
_one_at_a_time = threading.Lock()  # a long one takes three seconds and some 100 MB


def made(actor: User, room_id: UUID, of: Of, *, language: str, now: datetime) -> bytes:
    """The PDF of a room's table, or of one's own side's caucus. Raises StreamUnknown."""
    record = transcripts.make(actor, room_id, of, now)
    with record.file:
        whole = record.size_bytes <= limits.PAPER_ATTACHED_BYTES_MAX
        inside = record.file.read() if whole else None
    return draw(record.facts, inside, sha256=record.sha256, language=language, made_at=now)


def draw(facts: Facts, record: bytes | None, *, sha256: str, language: str, made_at: datetime) -> bytes:
    """The PDF of a transcript. `record` is its JSON, None where that is too long to be inside.

    With the newest `limits.PAPER_EVENTS_MAX` events; it says what is left out.
    """
    language = language_for(language)
    with translation.override(language):
        content = _content(facts, record is not None, sha256, language, made_at)
    attached = (record or b"").decode()
    with _one_at_a_time:
        try:
            return _compile(content, attached, made_at, plain=False)
        # Rare signs upset the typesetter, or are in no typeface after all; it may even panic, which is no
        # Exception. Every paper can be set in Western letters.
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            return _compile(content, attached, made_at, plain=True)


def check_code(digest: str) -> str:
    """The first 64 bits of a head's hash, as people compare them: `9f3a 01c2 77b0 e4d5`."""
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


def _compile(content: dict[str, Any], attached: str, made_at: datetime, *, plain: bool) -> bytes:
    pdf: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"data": json.dumps(_shown(content, plain=plain)), "record": attached},
        pdf_standards=["a-3b"],
        timestamp=int(made_at.timestamp()),
        ignore_system_fonts=True,  # it carries its own, so that every machine draws the same paper
    )
    return pdf


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _shown(value: Any, *, plain: bool) -> Any:
    """The same content with every text fit for paper."""
    if isinstance(value, str):
        return on_paper(value, plain=plain)
    if isinstance(value, dict):
        return {name: _shown(item, plain=plain) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, plain=plain) for item in value]
    return value


def _content(facts: Facts, whole: bool, sha256: str, language: str, made_at: datetime) -> dict[str, Any]:
    events = stream.before(facts.row.id, facts.row.head_seq + 1, limit=limits.PAPER_EVENTS_MAX)
    made = _utc(made_at)
    return {
        "language": language,
        "heading": _("Transcript"),
        "of": _("of our side's own talk") if facts.row.kind == "caucus" else "",
        "title": facts.room["title"],
        "made": _("Made %(moment)s") % {"moment": made},
        "buyer": facts.sides["buyer"]["name"],
        "seller": facts.sides["seller"]["name"],
        "people": [{"name": one["name"], "side": words.side(one["side"])} for one in facts.people],
        "agreements": [_agreement(one) for one in facts.agreements],
        "left_out": _left_out(events),
        "entries": list(_entries(events, facts)),
        "evidence": _evidence(facts, sha256),
        "code": check_code(bytes(facts.row.head_hash).hex()),
        "verify": _verify_url(facts),
        "qr": _squares(_verify_url(facts)),
        "footer": _("Transcript of “%(title)s”, %(moment)s") % {"title": facts.room["title"], "moment": made},
        "attached": whole,
        "words": _words(whole),
    }


def _left_out(events: list[Event]) -> str:
    left = events[0].seq - 1 if events else 0
    if left == 0:
        return ""
    said = ngettext(
        "%(count)s earlier event is not on this paper. The signed JSON has all of them.",
        "%(count)s earlier events are not on this paper. The signed JSON has all of them.",
        left,
    )
    return said % {"count": formats.number_format(left, use_l10n=True, force_grouping=True)}


def _entries(events: Iterable[Event], facts: Facts) -> Iterable[dict[str, Any]]:
    people = {one["id"]: one for one in facts.people}
    offers: dict[int, Mapping[str, Any]] = {}
    for event in events:
        by = people.get(event.by or "")
        yield {
            "seq": str(event.seq),
            "at": event.at.strftime("%Y-%m-%d %H:%M:%S"),
            "who": by["name"] if by else "",
            "role": words.side(by["side"]) if by else "",
            "side": by["side"] if by else "",
            "removed": event.content is None,
            **_told(event, offers),
        }


def _told(event: Event, offers: dict[int, Mapping[str, Any]]) -> dict[str, Any]:
    body = event.body
    told: dict[str, Any] = {"text": "", "detail": "", "said": "", "packages": []}
    if event.content is None:
        return {**told, "text": _("What stood here was removed.")}
    if event.kind == "message.sent":
        return {**told, "said": body.get("text", ""), "detail": _answers(body)}
    said = words.of_event(event.kind, body) or words.Words("clock", _("Something else happened"))
    told |= {"text": said.text, "detail": said.detail}
    if event.kind == "message.edited":
        told |= {"said": body.get("text", ""), "detail": _about(body)}
    elif event.kind in {"message.redacted", "message.reacted"}:
        told["detail"] = " · ".join(filter(None, (_about(body), said.detail)))
    elif event.kind == "participant.joined":
        told["detail"] = said.who
    elif event.kind in _OFFERED:
        offer = body["offer"]
        told["packages"] = _packages(offers, offer)
        offers[offer["version"]] = offer
    return told


def _answers(body: Mapping[str, Any]) -> str:
    if about := body.get("about"):
        of = {"version": about["version"], "name": wording.issue_name(about["name"])}
        return _("on “%(name)s” in version %(version)s") % of
    answers = body.get("answers")
    return "" if answers is None else _("answers %(number)s") % {"number": answers}


def _about(body: Mapping[str, Any]) -> str:
    return _("number %(number)s") % {"number": body.get("message", "—")}


def _packages(offers: Mapping[int, Mapping[str, Any]], offer: Mapping[str, Any]) -> list[dict[str, Any]]:
    before = offers.get(max((one for one in offers if one < offer["version"]), default=0))
    several = len(offer["packages"]) > 1
    return [
        {
            "name": _("Package %(letter)s") % {"letter": chr(ord("A") + index)} if several else "",
            "rows": [
                {"label": row.label, "was": row.was, "now": row.now, "change": row.change}
                for row in changes.rows(before, offer, index)
            ],
        }
        for index in range(len(offer["packages"]))
    ]


def _agreement(agreed: Mapping[str, Any]) -> dict[str, str]:
    said = _("Version %(version)s was agreed on: %(total)s") % {
        "version": agreed["version"],
        "total": wording.amount(agreed["gross"], agreed["currency"]),
    }
    return {"text": said, "hash": agreed["hash"]}


def _evidence(facts: Facts, sha256: str) -> list[dict[str, str]]:
    head = f"{facts.row.head_seq}, {bytes(facts.row.head_hash).hex()}"
    return [
        {"name": _("Room"), "value": str(facts.room["id"])},
        {"name": _("Log"), "value": f"{facts.row.kind} {facts.row.id}"},
        {"name": _("Head: number and hash of the last event"), "value": head},
        {"name": _("SHA-256 of the signed JSON"), "value": sha256},
    ]


def _verify_url(facts: Facts) -> str:
    return facts.issuer + reverse("desk:verify")


def _squares(text: str) -> list[str]:
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    return ["".join("1" if dark else "0" for dark in line) for line in code.get_matrix()]


def _words(whole: bool) -> dict[str, str]:
    return {
        "product": "Negotiation Hub",
        "buyer": _("Buyer"),
        "seller": _("Seller"),
        "people": _("People"),
        "agreement": _("Agreement"),
        "log": _("What happened, in the order of its numbers; all times are UTC"),
        "system": _("the system"),
        "evidence": _("How to check this"),
        "code": _("Check code"),
        "record": _("transcript.json, signed"),
        "explanation": _(
            "The signed record is inside this PDF. Anybody can have it checked on the page above, without an "
            "account. The pages repeat what it says; what counts is what that page shows."
        )
        if whole
        else _(
            "The signed record is a file of its own, as it is too long to be inside this PDF. Anybody can "
            "have it checked, without an account. What counts is the record."
        ),
        "typefaces": _(
            "Characters that this paper has no typeface for are named in brackets; the record has them as "
            "they were."
        ),
    }


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
