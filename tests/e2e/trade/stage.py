"""Where the story of the whole trade is played: the site, its mail, and a window for each person."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import WAIT_MS
from tests.live.test_threads import Site

PEOPLE = {"ben": "buyer", "ada": "seller", "sol": "sales", "max": "manager", "dov": "moderator"}
PUMPS = "Centrifugal pumps CP-40, stainless steel, lot of 500"
LEVELS = "Groundwater levels of the middle Ebro, ten years, hourly"
START_UP = "Commissioning and start-up on site, two days"


@dataclass
class Stage:
    """The story's people and what they come by. `seen` are the pages that a later test looks at once more."""

    site: Site
    person: Callable[..., Page]
    shots: Path
    windows: dict[str, Page] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)  # person, address
    room: str = ""
    order: str = ""

    @property
    def url(self) -> str:
        """Where the site is."""
        return self.site.web.url

    def __getattr__(self, name: str) -> Page:
        """A person's window, opened when they first act."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.windows:
            self.windows[name] = self.person(PEOPLE[name])
        return self.windows[name]

    def shoot(self, name: str, **people: Page) -> None:
        """Keeps what these people see, and remembers where they were."""
        self.shots.mkdir(parents=True, exist_ok=True)
        for who, page in people.items():
            page.screenshot(path=self.shots / f"{name}-{who}.png", animations="disabled")
            self.seen.append((who, page.url.removeprefix(self.url)))

    def mail(self, who: str, subject: str) -> EmailMessage:
        """The mail with this subject that a person gets."""
        return self.site.mail_to(who, subject)

    def someones_mail(self, who: str, holds: str) -> EmailMessage:
        """The mail that a person gets and that has this in its text."""
        for _ in range(WAIT_MS // 100):
            for number in range(len(self.site.readers.taken)):
                mail = self.site.readers.mail(number)
                if mail["To"].startswith(who) and holds in text_of(mail):
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail to {who} with {holds}")


def text_of(mail: EmailMessage) -> str:
    """What a mail says."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, part: str) -> str:
    """The address in a mail that holds `part`."""
    found = re.search(rf"https?://\S*{part}\S*", text_of(mail))
    assert found is not None, text_of(mail)
    return found[0].rstrip(".")


def structured(page: Page) -> list[dict[str, Any]]:
    """What the page tells search engines."""
    blocks = page.locator('script[type="application/ld+json"]').all_text_contents()
    return [json.loads(block) for block in blocks]


def say(page: Page, text: str) -> None:
    """Types a message at the table and sends it as people do."""
    box = page.get_by_role("textbox", name=re.compile("Write to the table"))
    box.fill(text)
    box.press("Enter")


def lane(page: Page, name: str) -> None:
    """Goes to one of the room's lanes."""
    page.locator(".lanes").get_by_role("button", name=re.compile(f"^{name}")).click()


def field_of(line: Locator, label: str) -> Locator:
    """An input of one line of an offer."""
    return line.get_by_label(label)


expect.set_options(timeout=WAIT_MS)
