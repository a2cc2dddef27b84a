"""Where the story of the whole trade is played: the site, its mail, and a window for each person."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import psycopg
from playwright.sync_api import Error, Page, ViewportSize
from psycopg.sql import SQL

from tests.e2e import axe
from tests.e2e.conftest import DESK, WAIT_MS
from tests.live.test_threads import Site

PEOPLE = {"ben": "buyer", "ada": "seller", "sol": "sales", "max": "manager", "dov": "moderator"}
LOOKS: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desk": DESK}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PUMPS = "Centrifugal pumps CP-40, stainless steel, lot of 500"
LEVELS = "Groundwater levels of the middle Ebro, ten years, hourly"
START_UP = "Commissioning and start-up on site, two days"


@dataclass
class Stage:
    """The story's people and what they come by.

    Where it is `closely` looked at, every page that is shown has to fit a phone and to be accessible, in
    both themes.
    """

    site: Site
    person: Callable[..., Page]
    shots: Path
    closely: bool
    windows: dict[str, Page] = field(default_factory=dict)
    room: str = ""
    order: str = ""
    number: str = ""  # of the order

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
        """Looks at what these people see, and keeps pictures of it."""
        self.shots.mkdir(parents=True, exist_ok=True)
        for who, page in people.items():
            for size, viewport in LOOKS.items() if self.closely else ():
                page.set_viewport_size(viewport)
                for theme in THEMES:
                    page.emulate_media(color_scheme=theme)
                    self._look(page, f"{name}-{who}-{size}-{theme}")
            page.set_viewport_size(DESK)
            page.emulate_media(color_scheme="light")
            if not self.closely:
                picture(page, self.shots / f"{name}-{who}.png")

    def _look(self, page: Page, name: str) -> None:
        picture(page, self.shots / f"{name}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if "phone" in name:  # at the desk other tests look, and it takes half a second
            assert not (wrong := axe.violations(page)), f"{name}: {wrong}"

    def mail(self, who: str, subject: str) -> EmailMessage:
        """The mail with this subject that a person gets."""
        return self.site.mail_to(who, subject)

    def someones_mail(self, who: str, *holds: str) -> EmailMessage:
        """The mail that a person gets and that has all of this in its text."""
        for _ in range(WAIT_MS // 100):
            for number in range(len(self.site.readers.taken)):
                mail = self.site.readers.mail(number)
                if mail["To"].startswith(who) and all(one in text_of(mail) for one in holds):
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail to {who} with {holds}")


def picture(page: Page, path: Path) -> None:
    """Keeps a picture for people to look at.

    Once on a loaded machine the browser drew no frame for one of several windows within 20 s, for a reason
    that was not found: such a window is brought to the front and asked again.
    """
    try:
        page.screenshot(path=path, animations="disabled", timeout=10_000)
    except Error:
        page.bring_to_front()
        page.screenshot(path=path, animations="disabled")


def is_stored(site: Site, words: str) -> bool:
    """Whether anyone who has the database can read these words in it."""
    raw = words.encode()
    if not (url := site.web.environment["DATABASE_URL"]):
        kept = Path(site.web.environment["DATA_DIR"]).glob("hub.sqlite3*")
        return any(raw in file.read_bytes() for file in kept)
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT quote_ident(relname) FROM pg_stat_user_tables").fetchall()
        assert tables
        return any(_is_in(connection, name, raw) for (name,) in tables)


def _is_in(connection: psycopg.Connection, table: str, raw: bytes) -> bool:
    with connection.cursor().copy(SQL("COPY {} TO STDOUT").format(SQL(table))) as rows:
        stored = b"".join(map(bytes, rows))  # to the end: a copy cannot be left half-way
    return raw in stored or raw.hex().encode() in stored


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
