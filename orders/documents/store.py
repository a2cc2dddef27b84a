"""Documents as stored files: drawn once, kept sealed, served."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpResponse

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.ids import uuid7
from orders.documents.agreement import AGREEMENT, draw
from orders.models import Document, Order, Paper
from orders.models.papers import DOCUMENT

PDF: Final = "application/pdf"
XML: Final = "application/xml"


def language_for(code: str | None) -> str:
    """The language of the site that a code such as `es-MX` stands for; the default for any other."""
    short = (code or "").split("-")[0].lower()
    return short if short in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def agreement(order: Order, language: str, now: datetime) -> Document:
    """The agreement in a language; drawn and stored when it is asked for the first time."""
    language = language_for(language)
    wanted = Document(
        order=order,
        kind=AGREEMENT,
        format="pdf",
        language=language,
        name=f"{order.number}-{language}.pdf",
        media_type=PDF,
    )
    return keep(wanted, lambda: draw(order, language), now)


def keep(wanted: Document, make: Callable[[], bytes], now: datetime) -> Document:
    """The stored document of this paper, format and language; made and stored when there is none yet."""
    existing = _stored(wanted)
    if existing is not None:
        return existing
    data = make()
    try:
        return _store(wanted, data, now)
    except IntegrityError:
        existing = _stored(wanted)  # two drew it at once, and they say the same: the other was first
        if existing is None:
            raise
        return existing


def _store(wanted: Document, data: bytes, now: datetime) -> Document:
    with commit.transact():
        existing = _stored(wanted)
        if existing is not None:
            return existing
        wanted.id = uuid7()
        wanted.created_at = now
        wanted.size_bytes = len(data)
        wanted.sha256 = hashlib.sha256(data).hexdigest()
        wanted.file = DOCUMENT.store(wanted, data)
        wanted.save(force_insert=True)
    return wanted


def content(document: Document) -> bytes:
    """The clear bytes. Raises files.FileDamaged, crypto.BadSeal."""
    return DOCUMENT.open(document)


def response(document: Document) -> HttpResponse:
    """The document as a download that no shared cache keeps. Raises files.FileDamaged, crypto.BadSeal."""
    answer = HttpResponse(content(document), content_type=document.media_type)
    how = "inline" if document.media_type == PDF else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{document.name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _stored(wanted: Document) -> Document | None:
    paper: Paper | None = wanted.paper
    rows = Document.objects.select_related("file").filter(format=wanted.format, language=wanted.language)
    if paper is not None:
        return rows.filter(paper=paper).first()
    return rows.filter(order=wanted.order, kind=wanted.kind, paper=None).first()
