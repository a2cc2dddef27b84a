"""Pages: the papers of an order, as a list and one by one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from orders import documents, queries
from orders.documents import parties, renditions
from orders.documents.paper_pdf import kind_words
from orders.models import Order, Paper


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A row of the list. `formats`: each with its words."""

    paper: Paper
    kind: str
    formats: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownPapers:
    """What the order's page shows of its papers. `missing`: what the seller must say for an invoice."""

    agreed_at: datetime
    rows: list[ShownPaper]
    missing: list[str]


def shown(order: Order, sides: set[queries.Side]) -> ShownPapers:
    """The papers of an order for one of its sides."""
    words = {"ubl": _("XML (UBL)"), "pdf": _("PDF"), "facturx": _("PDF with XML (Factur-X)")}
    rows = [
        ShownPaper(
            paper, kind_words(paper.kind), [(name, words[name]) for name in renditions.formats_of(paper)]
        )
        for paper in order.papers.all()
    ]
    missing = parties.missing_for_invoice(order) if "seller" in sides else []
    return ShownPapers(order.created_at, rows, missing)


@login_required
@require_safe
def agreement(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The agreement as PDF, in the reader's language."""
    found = queries.order_for(_person(request), order_id)
    return documents.response(documents.agreement(found, get_language() or "", clock.now()))


@login_required
@require_safe
def paper(request: HttpRequest, order_id: UUID, paper_id: UUID, format: str) -> HttpResponse:
    """A paper in one of its formats, in the reader's language where it is for people."""
    order = queries.order_for(_person(request), order_id)
    found = order.papers.filter(pk=paper_id).first()
    if found is None or format not in renditions.formats_of(found):
        raise NotFound
    return documents.response(renditions.document(found, format, get_language() or "", clock.now()))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required has made sure
    return request.user
