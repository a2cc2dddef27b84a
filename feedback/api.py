"""REST: what you are asked, your answers, and the results of your organisations."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, StrictBool, StrictInt, StrictStr

from feedback import queries, services
from feedback import results as calculated
from feedback.models import Answer, Invitation
from feedback.results import QuestionResult, Results
from negotiation_hub.kernel import clock
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User

router = Router(tags=["surveys"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class AnswerIn(Schema):
    """Answers by the key of the question: an option's value, 1 to 5, or a text."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, StrictInt | StrictStr]
    may_contact: StrictBool


@router.get("/surveys", summary="What you are asked, and what was answered about your organisations")
def list_surveys(request: Person, year: int | None = None) -> dict[str, Any]:
    """`open` are your invitations, `results` those of your organisations, if you like of one `year`.

    Below 5 answers of 5 different buyers a result says no more than `enough: false`.
    """
    asked = queries.open_invitations(request.auth, clock.now())
    ours = people.organisations_of(request.auth)
    return {
        "open": [_invitation(one) for one in asked],
        "results": [
            _results(organisation, one)
            for organisation in ours
            for one in calculated.results_of(organisation.pk, year)
        ],
    }


@router.post("/surveys/{uuid:invitation}/answer", summary="Answer, once")
def answer(request: Person, invitation: UUID, payload: AnswerIn) -> dict[str, Any]:
    """Sent again it changes nothing, and returns what was answered first."""
    given = services.answer(
        actor=request.auth,
        invitation_id=invitation,
        values=payload.values,
        may_contact=payload.may_contact,
        now=clock.now(),
    )
    return _answer(given)


def _answer(given: Answer) -> dict[str, Any]:
    return {
        "id": given.pk,
        "invitation": given.invitation_id,
        "values": given.values,
        "score": given.score,
        "may_contact": given.may_contact,
        "at": given.at,
    }


def _invitation(one: Invitation) -> dict[str, Any]:
    return {
        "id": one.pk,
        "survey": one.survey.slug,
        "title": one.survey.title,
        "version": one.version.number,
        "order": one.order_id,
        "room": one.room_id,
        "seller": {"id": one.seller_id, "slug": one.seller.slug, "name": one.seller.name},
        "questions": one.version.questions,
        "expires_at": one.expires_at,
    }


def _results(organisation: Organisation, one: Results) -> dict[str, Any]:
    shown = {
        "organisation": {"id": organisation.pk, "slug": organisation.slug, "name": organisation.name},
        "survey": one.survey.slug,
        "title": one.survey.title,
        "year": one.year,
        "enough": one.enough,
    }
    if not one.enough:
        return shown
    return {
        **shown,
        "years": one.years,
        "answers": one.answers,
        "buyers": one.buyers,
        "mean": _decimal(one.mean),
        "as_agreed_percent": one.as_agreed,
        "follow_ups": one.loops and {"opened": one.loops.opened, "closed": one.loops.closed},
        "questions": [_question(row) for row in one.questions],
    }


def _question(row: QuestionResult) -> dict[str, Any]:
    shown = {"key": row.question.key, "kind": row.question.kind, "enough": row.enough}
    if not row.enough:
        return shown
    if row.question.kind == "text":
        return {**shown, "answers": row.answers, "texts": row.texts}
    bars = [{"value": bar.value, "count": bar.count, "percent": bar.percent} for bar in row.bars]
    return {**shown, "answers": row.answers, "mean": _decimal(row.mean), "distribution": bars}


def _decimal(value: object) -> str | None:
    return None if value is None else str(value)
