"""negotiation-hub erase-person EMAIL: deletes what is known of a person, for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiation_hub.kernel import clock
from negotiation_hub.people.erasing import erase_person
from negotiation_hub.people.models import User


class Command(BaseCommand):
    help = "delete what is known of a person, for good"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["email"].strip().lower()).first()
        if person is None:
            raise CommandError(f"nobody signs in with {options['email']!r}")
        erase_person(person=person, now=clock.now())
        self.stdout.write(f"erased person {person.pk}")
