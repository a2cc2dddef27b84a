"""The public page that checks a transcript, and the keys with which anybody can check one themselves.

Nothing that is uploaded is kept, and nobody has to sign in.
"""

import threading
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.arrivals import client_of
from desk import transcript_words
from desk.refusals import ChecksTooMany, NoFile
from desk.transcript_paper import check_code
from desk.transcript_pdf import record_in
from negotiation_hub.kernel import crypto, limits, stream, transcript
from negotiation_hub.kernel.files import FileTooLarge
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.refusals import Busy
from negotiation_hub.kernel.transcript_check import NOT_ONE, Finding, Report, check
from orders import wording

_checks: Final = Rate(limits.CHECKS_PER_CLIENT_H, limits.CHECKS_PER_CLIENT_H, period_s=3600)
_at_once: Final = threading.BoundedSemaphore(limits.TRANSCRIPTS_CHECKED_AT_ONCE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A form for a file, and the answer in words."""
    context: dict[str, Any] = {"limit_mib": limits.TRANSCRIPT_UPLOAD_BYTES_MAX // 2**20}
    if request.method == "POST":
        # Every file counts, whatever it is.
        if (wait_ms := _checks.take(client_of(request))) > 0:
            raise ChecksTooMany(retry_after_ms=wait_ms)
        context["result"] = _result(*_read(request))
    return render(request, "desk/verify.html", context)


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public halves of all keys that sign here, or ever did."""
    answer = JsonResponse({"format": [transcript.FORMAT], "keys": crypto.public_keys()})
    answer["Access-Control-Allow-Origin"] = "*"  # whoever writes a checker of their own may read it anywhere
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def _read(request: HttpRequest) -> tuple[Report, bool]:
    """What was found out about the uploaded file, and whether it was a PDF."""
    upload = request.FILES.get("file")
    if upload is None or isinstance(upload, list):
        raise NoFile
    if (upload.size or 0) > limits.TRANSCRIPT_UPLOAD_BYTES_MAX:
        raise FileTooLarge
    if not _at_once.acquire(timeout=limits.TRANSCRIPT_CHECK_WAIT_S):
        raise Busy(retry_after_ms=limits.BUSY_RETRY_MS)
    try:
        data = upload.read()
        is_pdf = data.startswith(b"%PDF-")
        record = record_in(data) if is_pdf else data
        if record is None:
            return Report((Finding("pdf_without"),)), is_pdf
        return check(record, crypto.public_keys()), is_pdf
    finally:
        _at_once.release()


def _result(report: Report, is_pdf: bool) -> dict[str, Any]:
    document = report.document
    return {
        "genuine": report.genuine,
        "is_transcript": not any(finding.code in NOT_ONE for finding in report.findings),
        "findings": [transcript_words.of(finding) for finding in report.findings],
        "more": report.more,
        "signed": report.signed,
        "exact": report.exact,
        "is_pdf": is_pdf,
        # What a file says of itself is shown when somebody we know has signed it, and not before.
        "said": _said(document) if document is not None and report.genuine else None,
        "log": _log(document) if document is not None and report.signed else "",
    }


def _said(document: Any) -> dict[str, Any]:
    head = document["head"]
    return {
        "title": document["room"].get("title", ""),
        "caucus": document["log"]["kind"] == "caucus",
        "buyer": document["sides"]["buyer"].get("name", ""),
        "seller": document["sides"]["seller"].get("name", ""),
        "people": [(one.get("name", ""), one.get("side", "")) for one in document["people"]],
        "agreements": [
            {
                "version": one["version"],
                "total": wording.amount(one["gross"], one["currency"]),
                "hash": one["hash"],
            }
            for one in document["agreements"]
        ],
        "events": head["seq"],
        "removed": sum(event["content"] is None for event in document["events"]),
        "made_at": document["made_at"],
        "key": document["signature"]["key"],
        "hash": head["hash"],
        "code": check_code(head["hash"]),
    }


def _log(document: Any) -> str:
    """Whether this site's log still has the same event under the head's number: `same`, `differs`, `gone`."""
    found = stream.at(UUID(document["log"]["id"]), document["head"]["seq"])
    if found is None:
        return "gone"
    return "same" if found.hash.hex() == document["head"]["hash"] else "differs"
