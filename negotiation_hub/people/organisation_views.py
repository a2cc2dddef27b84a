"""The page of an organisation for its own people: what its managers have set."""

from typing import Final

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from negotiation_hub.kernel import clock, countries
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import legal, queries, second_factor
from negotiation_hub.people.forms import LegalForm, SecondFactorForm
from negotiation_hub.people.models import LegalFacts, Membership, SecondFactorRule, User

STATUS_INVALID: Final = 422  # the page again, with what is wrong
_CURRENCY: Final = "EUR"  # proposed where nothing is set yet


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


# A session that somebody found open must not be enough to take the rule away: who changes it has just shown
# that it is them, as for changing the second factor itself.
@login_required
@reauthentication_required(app="allauth.mfa", allow_get=True)  # type: ignore[untyped-decorator]  # as it comes
@require_http_methods(["GET", "POST"])
def show_organisation(request: PersonRequest, slug: str) -> HttpResponse:
    """What is set for the organisation, and the form in which its managers change it."""
    member = queries.membership_by_slug(request.user, slug)
    rule = second_factor.rule_of(member.organisation_id)
    form = SecondFactorForm(request.POST or None, initial=_stored(rule))
    if request.method == "POST" and form.is_valid():
        second_factor.set_rule(
            actor=request.user,
            organisation=member.organisation,
            minor=form.minor,
            currency=form.cleaned_data["currency"],
            now=clock.now(),
        )
        messages.success(request, _("Saved."))
        return redirect("people:organisation", slug)
    return _page(request, member, form=form)


@login_required
@require_POST
def set_legal_facts(request: PersonRequest, slug: str) -> HttpResponse:
    """What the organisation says of itself on its invoices, by one of its managers."""
    member = queries.membership_by_slug(request.user, slug)
    form = LegalForm(request.POST)
    if not form.is_valid():
        return _page(request, member, legal_form=form, status=STATUS_INVALID)
    legal.set_facts(actor=request.user, organisation=member.organisation, said=form.said(), now=clock.now())
    messages.success(request, _("Saved."))
    return redirect("people:organisation", slug)


def _page(
    request: PersonRequest,
    member: Membership,
    *,
    form: SecondFactorForm | None = None,
    legal_form: LegalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rule, said = second_factor.rule_of(member.organisation_id), legal.facts_of(member.organisation_id)
    manager = queries.may_approve(member)
    context = {
        "form": (form or SecondFactorForm(initial=_stored(rule))) if manager else None,
        "legal_form": (legal_form or LegalForm(initial=_said(said))) if manager else None,
        "legal": said,
        "country": said and countries.name(said.country),
        "organisation": member.organisation,
        "rule": rule,
        "amount": rule and Money(rule.minor, rule.currency).format(),
    }
    return render(request, "people/organisation.html", context, status=status)


def _said(row: LegalFacts | None) -> dict[str, str]:
    return {} if row is None else {name: getattr(row, name) for name in LegalForm.base_fields}


def _stored(rule: SecondFactorRule | None) -> dict[str, str]:
    if rule is None:
        return {"currency": _CURRENCY}
    return {"amount": str(Money(rule.minor, rule.currency).major()), "currency": rule.currency}
