"""`negotiation-hub erase-person`: erases somebody for good, and says so when nobody is meant."""

from typing import Any

import pytest
from django.test import Client

from negotiation_hub import cli
from negotiation_hub.kernel import clock, subjects
from negotiation_hub.people import services
from negotiation_hub.people.erasing import NAME
from negotiation_hub.people.models import Membership, User

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_command_erases_whom_it_names_and_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    ada, ben = (
        services.sign_up(email=f"{name}@example.test", name=name, password="correct horse 9", now=clock.now())
        for name in ("ada", "ben")
    )
    services.create_organisation(actor=ada, name="Norte", now=clock.now())
    subjects.secret_of(ada.pk, now=clock.now())
    assert cli.main(["erase-person", " ADA@example.test "]) == 0
    assert capsys.readouterr().out.strip() == f"erased person {ada.pk}"
    row = User.objects.get(pk=ada.pk)
    assert (row.name, row.is_active, Membership.objects.filter(user=row).exists()) == (NAME, False, False)
    with pytest.raises(subjects.Erased):
        subjects.known_secret(ada.pk)
    signed_in: Any = Client().login(username="ada@example.test", password="correct horse 9")
    assert not signed_in
    assert User.objects.get(pk=ben.pk).name == "ben"


def test_the_command_says_when_nobody_signs_in_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["erase-person", "nobody@example.test"]) == 1
    assert capsys.readouterr().err.strip() == "negotiation-hub: nobody signs in with 'nobody@example.test'"
