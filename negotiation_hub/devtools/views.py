"""What was sent, and what waits: for staff, and for the demo's people their own mail."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from negotiation_hub.devtools import live
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people.models import User

PAGE = 100  # rows


@login_required
def mail(request: HttpRequest) -> HttpResponse:
    """The newest mails: all for staff, one's own for everybody else."""
    return render(request, "devtools/mail.html", {"mails": _mails(request)[:PAGE]})


@login_required
def one_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail as its reader has it."""
    return render(request, "devtools/one_mail.html", {"mail": get_object_or_404(_mails(request), pk=mail_id)})


@login_required
def jobs(request: HttpRequest) -> HttpResponse:
    """What waits in the outbox, and what was given up. Staff only."""
    if not getattr(request.user, "is_staff", False):
        raise Http404
    waiting = Job.objects.filter(done_at=None).order_by("next_at")[:PAGE]
    return render(request, "devtools/jobs.html", {"jobs": waiting})


@login_required
def streams(request: HttpRequest) -> HttpResponse:
    """What is open in the process that answers: streams and sockets, how far behind, and refusals by code.

    Staff only. Other processes have a page of their own; which one answers is the balancer's choice.
    """
    if not getattr(request.user, "is_staff", False):
        raise Http404
    overview = live.overview(most=PAGE)
    return render(request, "devtools/streams.html", {"overview": overview})


def _mails(request: HttpRequest) -> QuerySet[Mail]:
    user = request.user
    if isinstance(user, User) and user.is_staff:
        return Mail.objects.all()
    return Mail.objects.filter(to__iexact=getattr(user, "email", ""))
