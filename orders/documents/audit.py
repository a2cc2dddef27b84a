"""What `negotiation-hub verify` asks of the papers: numbers without gaps, facts as they were issued, sums
that are the order's and the ledger's, and files that open.
"""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from negotiation_hub.kernel import crypto, files
from negotiation_hub.kernel.audit import Problem
from orders.amended import terms_at
from orders.documents import store, supplements
from orders.documents.facts import ChangeFacts, DealFacts, DespatchFacts, InvoiceFacts
from orders.documents.issue import facts_of
from orders.documents.numbering import PREFIXES
from orders.models import Document, NumberRange, Paper, PaperKind
from payments.machine import RefundStatus
from payments.models import Refund
from payments.queries import order_money

_WAS_MADE = frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED})  # a bank may send a made one back later


def check() -> Iterator[Problem]:
    """Checks every range of numbers, every paper and every stored document."""
    yield from _numbers()
    for paper in Paper.objects.select_related("order", "corrects").order_by("pk").iterator(chunk_size=500):
        where = f"{paper.kind} {paper.number} of order {paper.order.number}"
        yield from (Problem(where, what) for what in _paper(paper))
    for document in Document.objects.select_related("file").order_by("pk").iterator(chunk_size=500):
        if not _opens(document):
            yield Problem(f"document {document.pk}", "its file is gone, was changed, or is another one's")


def _numbers() -> Iterator[Problem]:
    last = {
        (row.seller_id, row.kind, row.year): row.last
        for row in NumberRange.objects.order_by("seller", "kind", "year")
    }
    rows = Paper.objects.filter(serial__isnull=False).order_by("seller", "kind", "year", "serial")
    given = rows.values_list("seller", "kind", "year", "serial")
    for key, group in groupby(given, key=lambda row: (row[0], row[1], row[2])):
        serials = [row[3] for row in group]
        yield from (Problem(_range(key), what) for what in _gaps(serials, last.pop(key, 0)))
    for key, count in last.items():
        if count:
            yield Problem(_range(key), f"{count} numbers were given, and no paper has them")


def _gaps(serials: list[int | None], last: int) -> Iterator[str]:
    known = [serial for serial in serials if serial is not None]
    for serial in sorted(set(range(1, max([*known, last]) + 1)) - set(known)):
        yield f"number {serial} is missing"
    for serial in sorted({serial for serial in known if known.count(serial) > 1}):
        yield f"number {serial} was given twice"
    if known[-1] > last:
        yield f"number {known[-1]} was given, but the range ends at {last}"


def _range(key: tuple[UUID, str, int | None]) -> str:
    return f"{key[1]} numbers of {key[2]} of seller {key[0]}"


def _paper(paper: Paper) -> Iterator[str]:
    try:
        facts = facts_of(paper)
    except crypto.BadSeal:
        yield "its facts, or what its row says of them, were changed"
        return
    if paper.serial is not None:
        number = f"{PREFIXES[PaperKind(paper.kind)]}-{paper.year}-{paper.serial:05d}"
        if number != paper.number:
            yield f"its number should be {number}"
    if isinstance(facts, DespatchFacts):
        return
    if (facts.number, facts.net, facts.tax, facts.gross) != (paper.number, paper.net, paper.tax, paper.gross):
        yield "its row says other sums than its facts"
    if sum(line.net for line in facts.lines) != facts.net:
        yield f"its lines do not add up to {facts.net}"
    if facts.net + facts.tax != facts.gross:
        yield f"net {facts.net} and tax {facts.tax} are not its gross {facts.gross}"
    if isinstance(facts, InvoiceFacts) and facts.kind == "credit_note":
        yield from _credit_note(paper)
        return
    yield from _deal(paper, facts)


def _deal(paper: Paper, facts: DealFacts | InvoiceFacts | ChangeFacts) -> Iterator[str]:
    """What a paper says of the order's sums."""
    order = paper.order
    if isinstance(facts, InvoiceFacts):
        yield from _invoice(paper)
        if order.amendment is not None:
            yield from _billed(paper)
            return
    said = _terms_of(paper)
    if said is None:
        yield "no amendment of its order made it"
    elif (facts.net, facts.tax, facts.gross, facts.currency) != (*said, order.currency):
        yield f"it says {facts.gross} {facts.currency}, the order {said[2]} {order.currency}"


def _terms_of(paper: Paper) -> tuple[int, int, int] | None:
    """Net, tax and gross of the agreement that a paper is about."""
    order, agreement = paper.order, paper.order.agreement_id
    if paper.kind == PaperKind.ORDER_CHANGE:
        amendment = order.amendments.filter(pk=paper.cause).first()
        if amendment is None:
            return None
        agreement = amendment.agreement_id
    made = terms_at(order, agreement)
    return None if made is None else (made["net"], made["tax"], made["gross"])


def _billed(paper: Paper) -> Iterator[str]:
    """The invoices of an amended order, less what a lower price took off, are no more than it ever cost."""
    order = paper.order
    most = max([order.gross, *(row.before["gross"] for row in order.amendments.all())])
    if supplements.billed(order)[1] > most:
        yield f"its order's invoices come to {supplements.billed(order)[1]}, it never cost more than {most}"


def _invoice(paper: Paper) -> Iterator[str]:
    money = order_money(paper.order_id)
    if money.captured < paper.gross:
        yield f"it says that {paper.gross} are paid, the ledger has {money.captured}"
    notes = list(paper.corrections.all())
    credited = sum(note.gross for note in notes)
    refunds = Refund.objects.filter(payment__order_id=paper.order_id, pk__in=[note.cause for note in notes])
    given_back = sum(refunds.values_list("amount", flat=True))
    if credited > min(paper.gross, given_back):
        yield f"{credited} of it are credited, {given_back} were given back"


def _credit_note(paper: Paper) -> Iterator[str]:
    refund = Refund.objects.filter(pk=paper.cause, payment__order_id=paper.order_id).first()
    if refund is None or refund.status not in _WAS_MADE:
        yield "no refund of its order was made for it"
    elif paper.gross > refund.amount:
        yield f"it says {paper.gross}, given back were {refund.amount}"


def _opens(document: Document) -> bool:
    try:
        data = store.content(document)
    except (crypto.BadSeal, files.FileDamaged):
        return False
    return hashlib.sha256(data).hexdigest() == document.sha256
