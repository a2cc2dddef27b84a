"""The platform's own survey after a receipt: product, delivery, the negotiation itself, and a word."""

from datetime import datetime
from typing import Any, Final

from feedback import wire
from feedback.models import Survey, SurveyVersion
from negotiation_hub.kernel import commit

SLUG: Final = "receipt"
AS_AGREED: Final = ("product", "yes")  # the question, and the answer that is counted for the storefront
TITLE: Final = {"en": "How was it?", "es": "¿Qué tal ha ido?"}
QUESTIONS: Final[list[dict[str, Any]]] = [
    {
        "key": "product",
        "kind": "select",
        "label": {"en": "Did you get what was agreed?", "es": "¿Ha recibido lo acordado?"},
        "options": [
            {"value": "yes", "label": {"en": "Yes", "es": "Sí"}},
            {"value": "in_part", "label": {"en": "In part", "es": "En parte"}},
            {"value": "no", "label": {"en": "No", "es": "No"}, "follow_up": True},
        ],
        "required": True,
    },
    {
        "key": "delivery",
        "kind": "rating",
        "label": {"en": "How was the delivery?", "es": "¿Qué tal la entrega?"},
        "required": True,
    },
    {
        "key": "negotiation",
        "kind": "rating",
        "label": {
            "en": "Was the negotiation fair and clear?",
            "es": "¿Ha sido justa y clara la negociación?",
        },
        "required": True,
    },
    {
        "key": "better",
        "kind": "text",
        "label": {"en": "What should be better?", "es": "¿Qué debería mejorar?"},
        "required": False,
    },
]


def default_survey(now: datetime) -> Survey:
    """The platform's survey, made when it is not there; other questions than the newest are a new version."""
    with commit.transact():
        survey, _made = Survey.objects.get_or_create(
            organisation=None,
            slug=SLUG,
            defaults={"title": TITLE, "trigger": Survey.Trigger.ORDER_RECEIVED, "created_at": now},
        )
        write_version(survey, QUESTIONS, now)
    return survey


def write_version(survey: Survey, questions: list[dict[str, Any]], now: datetime) -> SurveyVersion:
    """The newest version of a survey, which asks this. Raises ValueError for what are no questions."""
    wire.read_questions(questions)
    newest = SurveyVersion.objects.filter(survey=survey).order_by("-number").first()
    if newest is not None and newest.questions == questions:
        return newest
    number = newest.number + 1 if newest is not None else 1
    version, _made = SurveyVersion.objects.get_or_create(
        survey=survey, number=number, defaults={"questions": questions, "created_at": now}
    )
    return version
