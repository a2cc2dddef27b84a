"""Files in messages, between two browsers: by button, by drop and by paste, stopped, refused and removed."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.e2e import axe
from tests.e2e.test_messages import act, row
from tests.kernel.office import PDF
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e

SLOW_BYTES_PER_S = 400_000
DRAG = """([kind, name, text, where]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    const event = new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: data});
    document.querySelector(where).dispatchEvent(event);
    return event.defaultPrevented;
}"""
PASTE = """([name, picture, text]) => {
    const data = new DataTransfer();
    if (picture) data.items.add(new File([Uint8Array.from(picture)], name, {type: "image/png"}));
    if (text) data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data});
    document.querySelector("#composer").dispatchEvent(event);
    return event.defaultPrevented;
}"""


@pytest.fixture
def both(server: LiveServer, person: Callable[..., Page]) -> tuple[Page, Page]:
    """Ben and Ada at one table."""
    ben, ada = person("buyer"), person("seller")
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    ben.wait_for_url(re.compile("/rooms/"))
    ada.goto(ben.url)
    for page in (ben, ada):
        expect(page.get_by_role("button", name="Add files")).to_be_visible()
    return ben, ada


def picture(form: str = "PNG") -> bytes:
    """A picture with the place where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.0)})
    buffer = BytesIO()
    Image.new("RGB", (900, 600), "steelblue").save(buffer, form, exif=exif)
    return buffer.getvalue()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    """Chooses files by the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    kind = "application/octet-stream"
    chooser.value.set_files([FilePayload(name=name, mimeType=kind, buffer=data) for name, data in files])


def item(page: Page, name: str) -> Locator:
    """A file of the message that is being written."""
    return (
        page.get_by_role("list", name="Files for this message").get_by_role("listitem").filter(has_text=name)
    )


def send(page: Page, text: str = "") -> None:
    page.locator("#composer").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".tray")).to_have_count(0)


@pytest.mark.covers("room:messages.upload", "room:messages.pictures", "room:messages.documents")
def test_a_picture_and_a_document_arrive_with_what_is_said_of_them(both: tuple[Page, Page]) -> None:
    ben, ada = both
    choose(ben, ("site.jpg", picture("JPEG")), ("terms.pdf", PDF))
    for name in ("site.webp", "terms.pdf"):
        expect(item(ben, name)).to_contain_text("Ready")
    send(ben, "The **site** as it is.")
    arrived = row(ada, "The site as it is.")
    expect(arrived.locator("strong")).to_have_text("site")
    shown = arrived.get_by_role("button", name="Look at site.webp")
    shown.click()
    large = ada.get_by_role("dialog", name="site.webp").get_by_role("img", name="site.webp")
    expect(large).to_be_visible()
    assert large.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 900
    url = large.evaluate("(image) => image.src")
    with Image.open(BytesIO(ada.request.get(url).body())) as served:
        assert served.format == "WEBP"
        assert not served.getexif()
    ada.keyboard.press("Escape")
    expect(shown).to_be_focused()
    with ada.expect_download() as download:
        arrived.get_by_role("link", name=re.compile("Download terms.pdf")).click()
    assert download.value.suggested_filename == "terms.pdf"
    assert download.value.path().read_bytes() == PDF


@pytest.mark.covers("room:messages.upload")
def test_files_are_dropped_and_pasted_and_it_is_said_where_they_go(both: tuple[Page, Page]) -> None:
    ben, ada = both
    assert ben.evaluate(DRAG, ["dragenter", "a.txt", "x", ".log"])
    expect(ben.get_by_text("Both sides read them once you send.")).to_be_visible()
    assert ben.evaluate(DRAG, ["drop", "quantities.csv", "a,b\n", ".terms-zone"])
    expect(ben.get_by_text("Both sides read them once you send.")).to_have_count(0)
    expect(item(ben, "quantities.csv")).to_contain_text("Ready")
    assert ben.evaluate(PASTE, ["image.png", list(picture()), ""])
    expect(item(ben, "image.webp")).to_contain_text("Ready")
    # Cells of a spreadsheet come with a picture of them: their text is meant.
    assert not ben.evaluate(PASTE, ["cells.png", list(picture()), "1\t2"])
    send(ben)
    entry = ada.locator(".log .row", has_text="quantities.csv").last
    expect(entry.get_by_role("button", name="Look at image.webp")).to_be_visible()
    ben.get_by_role("button", name=re.compile("^Our side")).click()
    assert ben.evaluate(DRAG, ["dragenter", "a.txt", "x", ".log"])
    expect(ben.get_by_text("The other side never receives them.")).to_be_visible()
    assert ben.evaluate(DRAG, ["drop", "our-limit.txt", "at most 60,000", ".log"])
    expect(item(ben, "our-limit.txt")).to_contain_text("Ready")
    send(ben)
    link = ben.get_by_role("link", name=re.compile("our-limit.txt"))
    url = str(link.evaluate("(a) => a.href"))
    assert ben.request.get(url).text() == "at most 60,000"
    assert ada.request.get(url).status == 404
    assert "our-limit" not in ada.content()


@pytest.mark.covers("room:messages.upload")
def test_one_sees_how_far_a_file_is_and_stops_it(both: tuple[Page, Page]) -> None:
    ben, _ = both
    line = ben.context.new_cdp_session(ben)
    limits: dict[str, Any] = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": SLOW_BYTES_PER_S})
    choose(ben, ("large.txt", b"words and words\n" * 200_000))
    progress = ben.get_by_role("progressbar", name="How far large.txt is")
    expect(progress).to_have_js_property("max", 100)
    ben.wait_for_function(
        "() => { const now = document.querySelector('.tray progress')?.value; return now > 1 && now < 100; }"
    )
    expect(ben.get_by_text("You can send when the files have arrived.")).to_be_visible()
    ben.locator("#composer").fill("Wait")
    expect(ben.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    item(ben, "large.txt").get_by_role("button", name="Stop sending large.txt").click()
    expect(ben.locator(".tray")).to_have_count(0)
    expect(ben.locator("#composer")).to_be_focused()
    line.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": -1})
    expect(ben.get_by_role("button", name="Send", exact=True)).to_be_enabled()


@pytest.mark.covers("room:messages.upload", "room:hostile.files")
def test_a_file_that_is_not_taken_says_why_and_can_be_tried_again(both: tuple[Page, Page]) -> None:
    ben, ada = both

    def refuse(route: Route) -> None:
        said = {"code": "file.staged", "message": "Too many.", "temporary": False, "retry_after_ms": None}
        route.fulfill(status=422, content_type="application/json", body=json.dumps(said))

    choose(ben, ("setup.pdf", b"MZ\x90\0"), ("page.png", b"<!doctype html><script>alert(1)</script>"))
    expect(item(ben, "setup.pdf").get_by_role("alert")).to_have_text(re.compile("This is a program"))
    expect(item(ben, "page.png").get_by_role("alert")).to_have_text(re.compile("Web pages, SVG and XML"))
    assert not axe.violations(ben)
    expect(ben.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    for name in ("setup.pdf", "page.png"):
        item(ben, name).get_by_role("button", name=f"Remove {name}").click()
    ben.route("**/files", refuse)
    choose(ben, ("later.pdf", PDF))
    expect(item(ben, "later.pdf").get_by_role("alert")).to_have_text(re.compile("Too many files wait"))
    ben.unroute("**/files")
    item(ben, "later.pdf").get_by_role("button", name="Try again").click()
    expect(item(ben, "later.pdf")).to_contain_text("Ready")
    send(ben)
    link = ada.get_by_role("link", name=re.compile("Download later.pdf"))
    expect(link).to_be_visible()
    url = str(link.evaluate("(a) => a.href"))
    act(ben, "later.pdf", "Remove")
    dialog = ben.get_by_role("dialog")
    dialog.get_by_role("button", name="Remove it").click()
    expect(link).to_have_count(0)
    assert ben.request.get(url).status == 404


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_files_are_sent_and_seen_on_a_phone(
    both: tuple[Page, Page], person: Callable[..., Page], theme: str
) -> None:
    ben, _ = both
    phone = person("seller", width=360, height=740)
    phone.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    phone.goto(ben.url)
    names = [f"{theme}-{number}.png" for number in range(3)]
    choose(phone, *((name, picture()) for name in names), ("a" * 90 + ".pdf", PDF))
    expect(phone.locator(".tray-item[data-state=ready]")).to_have_count(4)
    assert not axe.violations(phone)
    send(phone, "From the road")
    shown = row(phone, "From the road")
    expect(shown.get_by_role("button", name=f"Look at {theme}-2.webp")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not axe.violations(phone)
    expect(row(ben, "From the road").locator("img")).to_have_count(3)
