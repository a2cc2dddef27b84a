"""A mail that carries a date: as mail programs ask for it."""

import pytest
from django.core import mail as sent

from negotiation_hub.kernel import clock, commit, mail, outbox

OBJECT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"


@pytest.mark.django_db
@pytest.mark.parametrize("calendar", ["", OBJECT])
def test_the_date_goes_with_the_mail_by_the_method_that_it_says(calendar: str) -> None:
    with commit.transact():
        mail.send("ben@example.test", "Moved", "Please look.", dedupe="x", calendar=calendar)
    outbox.drain(clock.now())
    message = sent.outbox[0].message()
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    if not calendar:
        assert parts == []
        return
    (part,) = parts
    assert (part.get_param("method"), part.get_filename()) == ("CANCEL", "appointment.ics")
    assert part.get_payload(decode=True).decode() == OBJECT
