import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import clear_script_prefix
from pytest_django import Settings

from negotiation_hub.people import demo
from negotiation_hub.people.models import User
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
Headers = list[tuple[bytes, bytes]]


class Answer:
    """What came back through ASGI."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status: int = messages[0]["status"]
        self.headers: Headers = messages[0]["headers"]
        self.text = b"".join(message.get("body", b"") for message in messages[1:]).decode("utf-8", "replace")

    def header(self, name: str) -> str:
        return {key.decode().lower(): value.decode() for key, value in self.headers}[name]

    @property
    def cookies(self) -> dict[str, str]:
        lines = [value.decode() for key, value in self.headers if key.lower() == b"set-cookie"]
        return dict(line.split(";")[0].split("=", 1) for line in lines)


def call(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """A request as a server hands it to the outermost application."""
    query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": query[0],
        "raw_path": query[0].encode(),
        "query_string": query[2].encode(),
        "root_path": "",
        "headers": [(b"host", b"testserver")]
        + [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
    }
    sent: list[dict[str, Any]] = []

    async def talk() -> None:
        received = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Any:
            message = next(received, None)
            if message is None:
                await _for_ever()
            return message

        async def send(message: Any) -> None:
            sent.append(message)

        await demo.PersonPrefix(get_asgi_application())(scope, receive, send)

    # As Django's test client does: the test's transaction lives on the connection that a server would close.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        async_to_sync(talk)()
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
        clear_script_prefix()  # it lives as long as a server's request, which here is the test's thread
    return Answer(sent)


async def _for_ever() -> None:
    import asyncio

    await asyncio.Event().wait()


def seen_scope(path: str, kind: str = "http", headers: Headers | None = None, **more: Any) -> dict[str, Any]:
    """The scope that the application behind the prefix gets."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {"type": kind, "path": path, "headers": headers or [], **more}
    async_to_sync(demo.PersonPrefix(app))(scope, None, None)
    return seen


@pytest.fixture
def demo_on(settings: Settings) -> None:
    settings.DEMO = True


def test_a_page_under_a_persons_prefix_is_theirs(demo_on: None) -> None:
    assert "Ben Ortega" in call("/as/buyer/people/me/").text
    assert "Ada Lindqvist" in call("/as/seller/people/me/").text


def test_every_link_and_form_of_such_a_page_stays_under_the_prefix(demo_on: None) -> None:
    for path in ("/as/buyer/", "/as/buyer/listings/", "/as/buyer/people/me/", "/as/seller/listings/new/"):
        prefix = "/".join(path.split("/")[:3]) + "/"
        found = re.findall(r'(?:href|action|src)="(/[^"]*)"', call(path).text)
        inside = [url for url in found if not url.startswith(("/static/", "/api/v1/openapi.json"))]
        assert inside
        assert [url for url in inside if not url.startswith(prefix)] == []


def test_a_redirect_stays_under_the_prefix(demo_on: None) -> None:
    answer = call("/as/buyer/accounts/auth/login/")
    assert (answer.status, answer.header("location")) == (302, "/as/buyer/")


def test_a_form_under_the_prefix_is_sent_as_that_person(demo_on: None) -> None:
    page = call("/as/buyer/people/organisations/new/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token is not None
    answer = call(
        "/as/buyer/people/organisations/new/",
        "POST",
        f"name=Ben+Alone&csrfmiddlewaretoken={token[1]}".encode(),
        content_type="application/x-www-form-urlencoded",
        cookie=f"csrftoken={page.cookies['csrftoken']}",
    )
    assert (answer.status, answer.header("location")) == (302, "/as/buyer/people/me/")
    names = [member.organisation.name for member in demo.user_of("buyer", now=START).memberships.all()]
    assert "Ben Alone" in names


def test_a_form_without_the_csrf_token_is_refused_under_the_prefix_too(demo_on: None) -> None:
    answer = call(
        "/as/buyer/people/organisations/new/",
        "POST",
        b"name=Evil",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status == 403


def test_the_prefix_writes_no_session_of_the_browser(demo_on: None) -> None:
    answer = call("/as/buyer/people/me/", cookie="sessionid=abc")
    assert "sessionid" not in answer.cookies


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # whitenoise on ASGI
def test_static_files_are_served_under_the_prefix(demo_on: None, settings: Settings) -> None:
    answer = call("/as/buyer/static/mfa/js/webauthn.js")
    assert answer.status == 200
    assert "javascript" in answer.header("content-type")


def test_sessions_and_messages_of_two_people_in_one_browser_do_not_mix(demo_on: None) -> None:
    cookies = b"csrftoken=t; sessionid=mine; as-buyer.sessionid=his; messages=m; as-seller.messages=hers"
    headers = dict(seen_scope("/as/buyer/", headers=[(b"cookie", cookies)])["headers"])
    assert headers[b"cookie"] == b"csrftoken=t; sessionid=his; as-seller.messages=hers"


def test_what_is_set_under_the_prefix_is_kept_under_the_persons_name(demo_on: None) -> None:
    jar = demo._CookieJar("buyer")
    headers = [
        (b"Set-Cookie", b"sessionid=x; Path=/"),
        (b"Set-Cookie", b"csrftoken=y"),
        (b"X", b"sessionid="),
    ]
    assert [value for _, value in jar.outward(headers)] == [
        b"as-buyer.sessionid=x; Path=/",
        b"csrftoken=y",
        b"sessionid=",
    ]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_prefix_names_the_person_and_becomes_the_root_path(demo_on: None, kind: str) -> None:
    scope = seen_scope("/as/seller-12/ws/", kind, root_path="")
    assert (scope["demo_person"], scope["root_path"]) == ("seller-12", "/as/seller-12")
    assert scope["path"] == "/as/seller-12/ws/"


@pytest.mark.parametrize(
    "path",
    ["/as/nobody/", "/as/buyer", "/as/buyer-41/", "/as/buyer-1-2/", "/as//", "/x/as/buyer/", "/asx/buyer/"],
)
def test_other_paths_pass_untouched(demo_on: None, path: str) -> None:
    scope = seen_scope(path)
    assert "demo_person" not in scope
    assert scope["path"] == path


def test_a_scope_without_a_path_passes_untouched(demo_on: None) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope == {"type": "lifespan"}

    async_to_sync(demo.PersonPrefix(app))({"type": "lifespan"}, None, None)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_prefix_is_nothing_without_the_demo(settings: Settings, kind: str) -> None:
    settings.DEMO = False
    assert "demo_person" not in seen_scope("/as/buyer/ws/", kind)


def test_nobody_is_anybody_by_path_without_the_demo(settings: Settings, cast: Cast) -> None:
    settings.DEMO = False
    people = User.objects.count()
    assert call("/as/buyer/people/me/").status == 404
    assert User.objects.count() == people


def test_the_middleware_ignores_a_person_in_the_scope_without_the_demo(settings: Settings, rf: Any) -> None:
    settings.DEMO = False
    request = rf.get("/")
    request.scope = {"demo_person": "buyer"}
    assert demo.acting_key(request) == ""


def test_the_split_view_shows_each_side_under_its_own_prefix(demo_on: None) -> None:
    page = call("/demo/both/?at=/listings/").text
    assert re.findall(r'<iframe[^>]* src="([^"]+)"', page) == ["/as/buyer/listings/", "/as/seller/listings/"]


@pytest.mark.parametrize("at", ["//evil.example/", "https://evil.example/", "evil", "javascript:1", ""])
def test_the_split_view_frames_no_other_site(demo_on: None, at: str) -> None:
    page = call(f"/demo/both/?at={at}").text
    assert re.findall(r'<iframe[^>]* src="([^"]+)"', page) == ["/as/buyer/", "/as/seller/"]


def test_there_is_no_split_view_inside_the_split_view(demo_on: None) -> None:
    assert call("/as/buyer/demo/both/").status == 404
