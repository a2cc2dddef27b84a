"""A link that several ask for at once: one browser gets it, and its end and an account exclude each other."""

from functools import partial

import pytest

from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from rooms.guests import claims, entry, links
from rooms.guests.models import GuestLink
from rooms.models import Room
from tests.races.test_one_wins import race
from tests.rooms.guests import Invitation
from tests.rooms.moderated import sound

pytestmark = pytest.mark.django_db(transaction=True)


def come(invited: Invitation, browser: str) -> GuestLink:
    """One browser presses the button."""
    return entry.enter(
        token=invited.token, browser=browser, name="Gus", email="", client=browser, now=clock.now()
    )


@pytest.mark.covers("room:entry.first_browser")
def test_of_two_browsers_that_open_a_link_at_once_one_gets_it() -> None:
    invited = Invitation()
    browsers = [entry.new_browser(), entry.new_browser()]
    ends = race(*(partial(come, invited, browser) for browser in browsers))
    assert sorted(ends) == ["guest.other_browser", "won"]
    assert entry.is_bound_to(invited.row, browsers[ends.index("won")])
    assert (Room.objects.count(), User.objects.filter(is_guest=True).count()) == (1, 1)
    # A double click is one browser twice.
    again = Invitation()
    assert race(*(partial(come, again, browsers[0]) for _ in range(2))) == ["won", "won"]
    assert Room.objects.count() == len(browsers)


def test_a_link_that_is_revoked_while_its_guest_makes_an_account_ends_in_one_of_both() -> None:
    invited, browser = Invitation(), entry.new_browser()
    come(invited, browser)
    guest = invited.guest

    def make_an_account() -> None:
        claims.claim(
            actor=guest,
            browser=browser,
            email="gus@people.example",
            password="secret",
            now=clock.now(),
        )

    ends = race(make_an_account, invited.revoke)
    row = invited.row
    assert ends in (["won", "won"], ["guest.link_unknown", "won"])
    assert (row.claimed_at is None) == (ends[0] != "won")
    assert (row.revoked_at is None) == (ends[0] == "won")
    assert User.objects.get(pk=guest.pk).is_guest == (ends[0] != "won")
    links.end_link({"link": str(row.pk)}, row.expires_at)
    kinds = [event.kind for event in invited.table().events]
    assert [kinds.count("guest.registered"), kinds.count("guest.removed")] == (
        [1, 0] if ends[0] == "won" else [0, 1]
    )
    sound(invited.table())
