"""What a frame agreement's page shows of calling off: the form, for who may."""

from catalog.hooks import Panel
from negotiation_hub.kernel import clock
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from orders import frames
from orders.details_form import NEEDED, DetailsForm, as_initial, offering_frame
from orders.models import Frame
from orders.queries import known_details
from rooms.calling_off import may_call_off
from rooms.calling_off_forms import CallForm


def form(frame: Frame, viewer: User) -> Panel | None:
    """Quantities, and what is not known of the buyer; a word for who may not. Nothing for the seller."""
    if people.membership(viewer, frame.buyer_id) is None or frames.is_over(frame, clock.now()):
        return None
    if not may_call_off(viewer, frame):
        return Panel("rooms/call_off_panel.html", {"frame": frame, "way": "no_role"})
    call = CallForm(frame=frame, auto_id="call_%s")
    if not call.lines:
        return None  # nothing is left
    known = known_details(viewer, frame.buyer_id)
    given = {name: value for name, value in as_initial(known, viewer.language).items() if value}
    details = DetailsForm(
        initial={"contact_name": viewer.name, **given},
        today=clock.now().date(),
        seller=offering_frame(frame),
        auto_id="call_%s",
    )
    asked = [details[name] for name in NEEDED] if known.missing() else []
    asked += [details["pick_up"]] if details.places else []
    context = {
        "frame": frame,
        "way": "form",
        "call": call,
        "asked": asked,
        "details": known,
        "address_known": not known.missing(),
    }
    return Panel("rooms/call_off_panel.html", context)
