"""What was sent, and what waits: for staff, and for the demo's people their own mail."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import places
from catalog.queries import published_listing
from negotiation_hub.devtools import live, reply
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from rooms.mailed import panels

PAGE = 100  # rows


@login_required
def mail(request: HttpRequest) -> HttpResponse:
    """The newest mails: all for staff, one's own for everybody else."""
    return render(request, "devtools/mail.html", {"mails": _mails(request)[:PAGE]})


@login_required
def one_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail as its reader has it. In the demo its reader may answer it here."""
    found = get_object_or_404(_mails(request), pk=mail_id)
    may_reply = reply.may_reply(found, request.user, clock.now())
    return render(
        request,
        "devtools/one_mail.html",
        {"mail": found, "form": reply.ReplyForm() if may_reply else None},
    )


@login_required
@require_POST
def reply_to_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Hands a reply in as a mail. There is no such page where people deal for real."""
    found, now = get_object_or_404(_mails(request), pk=mail_id), clock.now()
    person = request.user
    if not isinstance(person, User) or not reply.may_reply(found, person, now):
        raise Http404
    form = reply.ReplyForm(request.POST)
    if not form.is_valid():
        return render(request, "devtools/one_mail.html", {"mail": found, "form": form}, status=422)
    reply.hand_in(found, person, form.cleaned_data["text"], form.cleaned_data["id"], now)
    messages.success(request, _("Your reply was handed in as a mail."))
    return redirect("devtools:one_mail", found.pk)


@login_required
@require_POST
def order_by_mail(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Hands the form of an order in as a mail, with what was typed into it. In the demo alone."""
    person, now = request.user, clock.now()
    if not settings.DEMO or not isinstance(person, User) or person.is_guest:
        raise Http404
    form = reply.ReplyForm(request.POST)
    if not form.is_valid():
        return redirect("rooms:mail_form", listing_id)
    mailed = panels.form_for(published_listing(listing_id), person)
    reply.hand_in_order(mailed.address, mailed.subject, person, form, now)
    messages.success(request, _("Your order was handed in as a mail. Its answer is here in a moment."))
    return redirect("devtools:mail")


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
    if not isinstance(user, User) or user.is_guest:
        return Mail.objects.none()
    # Anybody may sign up with anybody's address: what goes there is theirs once they have confirmed it. In
    # the demo nothing is real, and no mail leaves.
    known = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    if not settings.DEMO and not known.exists():
        return Mail.objects.none()
    mine = Mail.objects.filter(to__iexact=user.email)
    return mine | Mail.objects.filter(to__in=_places(user)) if settings.DEMO else mine


def _places(user: User) -> list[str]:
    """The addresses of those who pick goods for a seller that the person is of: in the demo nobody else is
    there to read what they are sent.
    """
    sellers = [member.organisation_id for member in people.memberships_of(user) if people.may_sell(member)]
    return [place.mail for seller in sellers for place in places.places_of(seller)]
