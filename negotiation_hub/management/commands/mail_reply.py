"""negotiation-hub mail-reply: a raw mail in, the reply text that a thread would keep out."""

import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from negotiation_hub.kernel import clock, mail_parse
from negotiation_hub.kernel.mail_charset import to_text
from negotiation_hub.kernel.mail_reply import reply_text


class Command(BaseCommand):
    help = "print the new text of a raw mail from standard input, without quotes and signatures"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read()
        # The text of a mail without its header is taken as well: people paste what they see.
        if mail_parse.has_header(raw):
            text = reply_text(mail_parse.parse(raw, id=UUID(int=0), received_at=clock.now()))
        else:
            text = reply_text(to_text(raw, "utf-8"))
        sys.stdout.buffer.write((text + "\n" if text else "").encode())
