"""What was found out about a transcript, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel.transcript_check import Finding

Words = str | Promise

_WORDS: Final[dict[str, Words]] = {
    "empty": _("This file is empty."),
    "not_json": _("This is not a transcript: it is not JSON, or a part of the file is missing."),
    "not_transcript": _("This is not a transcript of this version: nothing in it says so."),
    "pdf_without": _(
        "There is no signed record inside this PDF. It may have been printed or saved anew, which loses it; "
        "take the file as it was downloaded."
    ),
    "twice": _("Something in this file is said twice. No transcript does that, so it was changed."),
    "shape": _("This is not in the form of a transcript: %(where)s."),
    "signature.unknown_key": _(
        "It is signed with a key (%(where)s) that is not one of this site's. It was not made here."
    ),
    "signature.wrong": _(
        "The signature is not for this content. Something was changed, added or left out after it was made."
    ),
    "event.missing": _("Event %(where)s is not where it belongs: it is missing, or the order was changed."),
    "event.content": _("Event %(where)s does not say what it said when it was written."),
    "event.hash": _(
        "Event %(where)s does not follow from the one before it: its number, time, author, kind or "
        "place was changed."
    ),
    "head.differs": _("The file says that its last event is number %(where)s, and that is not how it ends."),
    "heads.unknown_key": _("Event %(where)s is signed with a key that is not one of this site's."),
    "heads.signature": _("The signature on event %(where)s is not genuine."),
    "heads.cut": _(
        "Event %(where)s was signed when it was written, and is missing here: the end was cut off."
    ),
    "heads.differs": _("Event %(where)s is not the one that was signed when it was written."),
}


def of(finding: Finding) -> str:
    """A finding as a sentence, in the active language."""
    return str(_WORDS[finding.code]) % {"where": finding.where}


def known() -> set[str]:
    """The findings that there are words for."""
    return set(_WORDS)
