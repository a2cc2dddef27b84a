"""REST: the papers of an order."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from orders import documents, queries
from orders.delivery_api import person_of
from orders.documents import renditions
from orders.documents.facts import InvoiceFacts
from orders.documents.issue import invoice_facts
from orders.models import Document, PaperKind
from orders.schemas import DocumentsOut

router = Router(tags=["orders"])
_NUMBERED = frozenset({PaperKind.INVOICE.value, PaperKind.CREDIT_NOTE.value})


@router.get("/documents", response=DocumentsOut, summary="The papers of an order")
def list_documents(
    request: HttpRequest, order: UUID, language: Annotated[str, Query()] = ""
) -> dict[str, Any]:
    """The agreement and all that was issued, in every format; those for people in your language unless you
    name one (`en`, `es`).
    """
    person, now = person_of(request), clock.now()
    found = queries.order_for(person, order)
    spoken = language or person.language
    rows = [documents.agreement(found, spoken, now)]
    for paper in found.papers.all():
        rows += [renditions.document(paper, format, spoken, now) for format in renditions.formats_of(paper)]
    return {"documents": [_document(row) for row in rows]}


@router.get("/documents/{uuid:document_id}", summary="The bytes of a paper", response={200: Any})
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A PDF, or XML."""
    return documents.response(_mine(request, document_id))


@router.get(
    "/documents/{uuid:document_id}/facts",
    response=InvoiceFacts,
    summary="What an invoice or a credit note says",
)
def facts(request: HttpRequest, document_id: UUID) -> InvoiceFacts:
    """As JSON: amounts in minor units, quantities as decimal text."""
    row = _mine(request, document_id)
    if row.paper is None or row.kind not in _NUMBERED:
        raise NotFound
    return invoice_facts(row.paper)


def _mine(request: HttpRequest, document_id: UUID) -> Document:
    person = person_of(request)
    row = Document.objects.select_related("file", "paper").filter(pk=document_id).first()
    if row is None:
        raise NotFound
    queries.order_for(person, row.order_id)
    return row


def _document(row: Document) -> dict[str, Any]:
    return {
        "id": row.pk,
        "order": row.order_id,
        "kind": row.kind,
        "number": row.paper.number if row.paper else row.order.number,
        "format": row.format,
        "language": row.language,
        "name": row.name,
        "media_type": row.media_type,
        "size_bytes": row.size_bytes,
        "href": reverse("api:download", args=[row.pk]),
    }
