"""What a listing's page shows of the questions on it."""

from catalog.hooks import Panel
from catalog.models import Listing
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from threads import queries
from threads.forms import QuestionForm
from threads.groups import own_name


def questions(listing: Listing, viewer: User | None) -> Panel | None:
    """The newest questions, and a form for whoever has one. Only for a public listing."""
    if listing.status != Listing.Status.PUBLISHED:
        return None
    ours = viewer is not None and people.membership(viewer, listing.organisation_id) is not None
    asked = queries.questions_on(listing.pk, viewer)
    if ours and not asked:
        return None
    context = {
        "listing": listing,
        "questions": asked,
        "ours": ours,
        "form": QuestionForm(auto_id="ask_%s") if viewer is not None and not ours else None,
        "group": own_name(listing.organisation) if asked else "",
    }
    return Panel("threads/questions.html", context)
