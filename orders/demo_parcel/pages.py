"""The pages of the stand-in, by which a person pushes a parcel onward. No script, nothing from outside."""

import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from orders.demo_parcel import parcels
from orders.demo_parcel.background import listed
from orders.demo_parcel.parcels import ENDS, HOW, STEPS, TITLE, Refused
from orders.demo_parcel.store import Store, faults, release, set_fault
from orders.demo_parcel.words import LANGUAGES, WORDS
from payments.sandbox.templates import static, version
from payments.sandbox.web import Request, Response, redirect

_CSS: Final = Path(__file__).parent / "static" / "carrier.css"
_PARCEL: Final = re.compile(r"/parcels/(DP[0-9]{12})/\Z")
_SHOWN_MAX: Final = 50
_OK: Final = 200
_MISSING: Final = 404
_STATIC: Final = {"sandbox.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'self'; "
    "form-action 'self'"
)


class View:
    """One request to a page: its language and its addresses."""

    def __init__(self, request: Request) -> None:
        self.request = request
        asked = request.arguments().get("lang", "")
        accepted = request.headers.get("accept-language", "")[:2].lower()
        self.language = next((one for one in (asked, accepted) if one in LANGUAGES), "en")
        self.kept = {"lang": asked} if asked in LANGUAGES else {}

    def say(self, word: str, **values: object) -> str:
        """A text of the page, as HTML."""
        return html.escape(WORDS[self.language][word].format(**values))

    def here(self, path: str, **arguments: str) -> str:
        """An address of ours; the language asked for stays."""
        query = urlencode({**self.kept, **arguments})
        return html.escape(f"{self.request.mount}{path}" + (f"?{query}" if query else ""))

    def page(self, title: str, body: str, status: int = 200) -> Response:
        """A whole page; title and body are HTML."""
        other = "es" if self.language == "en" else "en"
        mount = self.request.mount
        turned = html.escape(f"{mount}{self.request.path}?{urlencode({'lang': other})}")
        document = f"""<!doctype html>
<html lang="{self.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="{mount}/static/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="{mount}/static/sandbox.css?v={version()}">
<link rel="stylesheet" href="{mount}/static/carrier.css"></head><body>
<header class="strip"><p class="strip-text"><span class="tag">{self.say("tag")}</span>
<span>{self.say("note")}</span></p>
<a class="language" href="{turned}" hreflang="{other}" lang="{other}">{self.say("other_language")}</a>
</header><main class="carrier">{body}</main></body></html>"""
        headers = {
            "content-security-policy": _POLICY,
            "cache-control": "no-store",
            "vary": "accept-language",
        }
        return Response(status, document.encode(), headers=headers)


def serve(store: Store, request: Request, base: str) -> Response:
    """The answer to whatever is not for the API. `base` is where the hub reaches us."""
    view = View(request)
    if request.method not in ("GET", "HEAD", "POST"):
        return Response(405, headers={"allow": "GET, HEAD, POST"})
    post = request.method == "POST"
    name = request.path.removeprefix("/static/")
    if name == _CSS.name and not post:
        return Response(200, _CSS.read_bytes(), "text/css; charset=utf-8", {"cache-control": "no-cache"})
    if name in _STATIC and not post:
        return Response(200, static(name), _STATIC[name], {"cache-control": "public, max-age=3600"})
    if post and not _from_here(request):
        return view.page(view.say("elsewhere"), f"<h1>{view.say('elsewhere')}</h1>", 403)
    if request.path == "/":
        return _act_on_all(store, view) if post else _home(store, view)
    if found := _PARCEL.match(request.path):
        try:
            return _push(store, view, found[1], base) if post else _parcel(store, view, found[1])
        except Refused as error:
            if error.status != _MISSING:
                return _parcel(store, view, found[1], status=error.status)
    return view.page(view.say("gone"), f"<h1>{view.say('gone')}</h1>", _MISSING)


def _from_here(request: Request) -> bool:
    """Whether a form is ours: another site's page must not push parcels."""
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return not origin or origin == request.headers.get("host", "")


def _home(store: Store, view: View) -> Response:
    with store.transaction() as sql:
        rows = sql.execute(
            "SELECT * FROM parcels ORDER BY created_ms DESC, number LIMIT ?", (_SHOWN_MAX,)
        ).fetchall()
        now = faults(sql)
    items = "".join(
        f'<li><a class="card-row" href="{view.here("/parcels/" + row["number"] + "/")}"><span class="num">'
        f"{row['number']}</span><span>{view.say(row['step'])}</span></a></li>"
        for row in rows
    )
    known = f'<ul class="card-list">{items}</ul>' if rows else f"<p>{view.say('none_yet')}</p>"
    switches = [
        ("outage", "off" if now["outage"] else "on", "outage_off" if now["outage"] else "outage_on"),
        ("hold", "off" if now["hold"] else "on", "hold_off" if now["hold"] else "hold_on"),
    ]
    form = _buttons(view, "/", [(name, value, view.say(words)) for name, value, words in switches])
    body = (
        f'<section class="panel"><h1>{TITLE}</h1><p class="hint">{view.say("home_lead")}</p>{known}</section>'
        f'<section class="panel"><h2>{view.say("misbehave")}</h2>{form}</section>'
    )
    return view.page(TITLE, body)


def _act_on_all(store: Store, view: View) -> Response:
    form = view.request.form()
    with store.transaction() as sql:
        if form.get("outage") in ("on", "off"):
            set_fault(sql, "outage", -1 if form["outage"] == "on" else 0)
        if form.get("hold") == "on":
            set_fault(sql, "hold", -1)
        elif form.get("hold") == "off":
            release(sql)
    return redirect(html.unescape(view.here("/")))


def _push(store: Store, view: View, number: str, base: str) -> Response:
    form = view.request.form()
    step, how = form.get("step", ""), form.get("how", "once")
    parcels.push(store, number, step, how, base, form.get("received_by", "").strip())
    return redirect(html.unescape(view.here(f"/parcels/{number}/")))


def _parcel(store: Store, view: View, number: str, status: int = 200) -> Response:
    with store.transaction() as sql:
        found = parcels.parcel(sql, number)
    facts: dict[str, Any] = json.loads(found["body"])
    steps = ""
    if found["step"] not in ENDS:
        field = (
            f'<div class="field"><label class="label" for="received_by">{view.say("received_by")}</label>'
            f'<input id="received_by" name="received_by" maxlength="100" autocomplete="off" value="'
            f'{html.escape(str(facts["receiver"]["name"])[:100])}"></div>'
            f'<div class="field"><label class="label" for="how">{view.say("how")}</label>'
            f'<select id="how" name="how">{_options(view)}</select></div>'
        )
        buttons = [("step", step, view.say(f"do_{step}")) for step in STEPS]
        form = _buttons(view, view.request.path, buttons, field)
        steps = f'<section class="panel"><h2>{view.say("next")}</h2>{form}</section>'
    items = "".join(
        f"<li><div class='card-row'><span>{view.say(str(row['step']))}</span><span class='num'>"
        f"{view.say(str(row['state']))} {html.escape(str(row['answer']))}</span></div></li>"
        for row in listed(store, number)
    )
    told = f'<ul class="card-list">{items}</ul>' if items else f"<p>{view.say('nothing_told')}</p>"
    alert = f'<p class="alert" role="alert">{view.say("no_further")}</p>' if status != _OK else ""
    body = (
        f'<section class="panel"><p><a href="{view.here("/")}">{TITLE}</a></p><h1 class="num">{number}</h1>'
        f"<p>{view.say('stands', step=WORDS[view.language][found['step']])}</p>"
        f"<p class='hint'>{html.escape(facts['reference'] + ' · ' + facts['receiver']['city'])}</p>"
        f"{alert}</section>{steps}"
        f'<section class="panel"><h2>{view.say("told")}</h2>{told}</section>'
    )
    return view.page(f"{number} · {TITLE}", body, status)


def _options(view: View) -> str:
    return "".join(f'<option value="{how}">{view.say(f"how_{how}")}</option>' for how in HOW)


def _buttons(view: View, path: str, buttons: Iterable[tuple[str, str, str]], before: str = "") -> str:
    shown = "".join(
        f'<button class="quiet" type="submit" name="{name}" value="{value}">{words}</button>'
        for name, value, words in buttons
    )
    return f'<form method="post" action="{view.here(path)}">{before}<div class="fields">{shown}</div></form>'
