"""Pages of feedback. They work without JavaScript, and those behind a signed link without signing in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import links, queries, services, wire
from feedback import results as calculated
from feedback.export import to_csv
from feedback.forms import AnswerForm
from feedback.models import Answer, Invitation
from feedback.refusals import AnswersInvalid, Expired, TooFew
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User

_STATUS_INVALID = 422  # the page again, with what is wrong
_YEAR_DIGITS = 4


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


# -- answering ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions behind a signed link; once answered, what was answered."""
    now = clock.now()
    invitation = links.invitation_of(token, now)
    if invitation.answered_at is not None:
        return _thanks(request, invitation)
    if now >= invitation.expires_at:
        raise Expired
    asked = wire.read_questions(invitation.version.questions)
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted, questions=asked, language=get_language())
    if posted is None:
        return _form_page(request, invitation, form)
    if form.is_valid():
        contact = bool(form.cleaned_data["may_contact"])
        try:
            services.answer_by_link(token=token, values=form.values(), may_contact=contact, now=now)
        except AnswersInvalid as refusal:
            form.add_problems(refusal.problems)
        else:
            return redirect("feedback:answer", token)
    return _form_page(request, invitation, form, status=_STATUS_INVALID)


def _form_page(
    request: HttpRequest, invitation: Invitation, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {"invitation": invitation, "order": invitation.order, "form": form, "title": _title(invitation)}
    return _private(render(request, "feedback/answer.html", context, status=status))


def _thanks(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    given = Answer.objects.get(invitation=invitation)
    language = get_language()
    said = [
        (question.label.spoken(language), wire.answer_words(question, given.values, language))
        for question in wire.read_questions(invitation.version.questions)
    ]
    context = {
        "invitation": invitation,
        "order": invitation.order,
        "title": _title(invitation),
        "said": said,
        "given": given,
    }
    return _private(render(request, "feedback/thanks.html", context))


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more questions, for whoever holds the link. Opening it changes nothing; the button does."""
    now = clock.now()
    person = links.person_of(token, now)
    if request.method == "POST":
        services.stop_by_link(token=token, now=now)
        return redirect("feedback:stop", token)
    return _private(render(request, "feedback/stop.html", {"stopped": queries.wants_no_questions(person)}))


# -- a person's own ----------------------------------------------------------------------------------------


@login_required
@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """What the person can still answer, and whether they want to be asked."""
    now = clock.now()
    rows = [
        {"title": _title(one), "invitation": one, "token": links.answer_token(one, now)}
        for one in queries.open_invitations(request.user, now)
    ]
    context = {"rows": rows, "silent": queries.wants_no_questions(request.user)}
    return _private(render(request, "feedback/mine.html", context))


@login_required
@require_POST
def questions(request: PersonRequest) -> HttpResponse:
    """Whether the person wants to be asked."""
    if request.POST.get("wanted") == "yes":
        services.allow_questions(person=request.user)
        messages.success(request, _("You will be asked again."))
    else:
        services.stop_questions(person=request.user, now=clock.now())
        messages.success(request, _("You will not be asked any more."))
    return redirect("feedback:mine")


# -- a seller's results ------------------------------------------------------------------------------------


@login_required
@require_safe
def results(request: PersonRequest) -> HttpResponse:
    """The results of the organisation that the person acts for."""
    return redirect("feedback:results_of", people.acting_organisation(request.user).slug)


@login_required
@require_safe
def results_of(request: PersonRequest, slug: str) -> HttpResponse:
    """What buyers have said of an organisation, for its own people."""
    seller = _ours(request.user, slug)
    context: dict[str, Any] = {
        "seller": seller,
        "others": people.organisations_of(request.user),
        "language": get_language(),
        "results": calculated.results_of(seller.pk, _year(request)),
        "year": _year(request),
    }
    return _private(render(request, "feedback/results.html", context))


@login_required
@require_safe
def export(request: PersonRequest, slug: str) -> HttpResponse:
    """One survey's results as CSV. Raises TooFew where the page shows nothing either."""
    seller = _ours(request.user, slug)
    wanted = _uuid(request.GET.get("survey", ""))
    found = [
        one
        for one in calculated.results_of(seller.pk, _year(request))
        if wanted is None or one.survey.pk == wanted
    ]
    if not found:
        raise NotFound
    if not found[0].enough:
        raise TooFew
    response = HttpResponse(to_csv(found[0], get_language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="feedback-{seller.slug}.csv"'
    return _private(response)


def _ours(person: User, slug: str) -> Organisation:
    seller = people.organisation_by_slug(slug)
    if people.membership(person, seller.pk) is None:
        raise NotFound
    return seller


def _title(invitation: Invitation) -> str:
    return wire.Words.model_validate(invitation.survey.title).spoken(get_language())


def _year(request: HttpRequest) -> int | None:
    text = request.GET.get("year", "")
    return int(text) if len(text) == _YEAR_DIGITS and text.isascii() and text.isdigit() else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
