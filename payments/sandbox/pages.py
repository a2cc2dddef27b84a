"""The hosted pages: pay, confirm with 3-D Secure, done, expired. Server-rendered, no script, nothing from
outside.
"""

import datetime as dt
import hmac
import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from payments.sandbox import cards, currencies, words
from payments.sandbox.cards import Card
from payments.sandbox.objects import intents, sessions
from payments.sandbox.store import Json, Store, Tx, new_id
from payments.sandbox.templates import STATIC, Markup, join, render, static, version
from payments.sandbox.web import Request, Response, redirect

_PAY: Final = re.compile(r"/pay/(cs_test_[A-Za-z0-9]{10,80})\Z")
_CHALLENGE: Final = re.compile(r"/challenge/(challenge_[A-Za-z0-9]{10,60})\Z")
_STATIC: Final = re.compile(r"/static/([a-z.]{1,40})\Z")
_EXPIRY: Final = re.compile(r"\s*([0-9]{1,2})\s*/?\s*([0-9]{2}|20[0-9]{2})\s*\Z")
_NUMBER_LENGTH_MAX: Final = 40


class View:
    """One request to a page: its language, its words, its addresses."""

    def __init__(self, request: Request, shop: str = "") -> None:
        self.request = request
        self._shop = shop
        self.arguments = request.arguments()
        accepted = request.headers.get("accept-language", "")
        self.language = words.language(self.arguments.get("lang", ""), accepted)
        self._words = words.WORDS[self.language]

    def say(self, word: str, **values: str) -> str:
        """A text of the page in its language."""
        return self._words[word].format(**values)

    def here(self, path: str, **arguments: str) -> str:
        """An address of ours; the language asked for stays."""
        kept = {"lang": self.arguments["lang"]} if self.arguments.get("lang") in words.LANGUAGES else {}
        query = urlencode({**kept, **arguments})
        return f"{self.request.mount}{path}" + (f"?{query}" if query else "")

    def shop(self, back: str) -> str:
        """Whom the payer pays: the name, or the host that they came from."""
        return self._shop or urlsplit(back).netloc or "—"

    def amount(self, thing: Json) -> str:
        """The amount of an intent or a session in the page's language."""
        minor = thing["amount_total"] if "amount_total" in thing else thing["amount"]
        return currencies.text(minor, thing["currency"], self.language)

    def page(
        self, title: str, body: Markup, *, status: int = 200, leads_to: tuple[str, ...] = ()
    ) -> Response:
        """A whole page. `leads_to` are outside addresses that a form on it may redirect to."""
        origins = sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in leads_to})
        targets = " ".join(["'self'", *origins])
        other = "es" if self.language == "en" else "en"
        kept = {name: self.arguments[name] for name in ("card",) if name in self.arguments}
        document = render(
            "layout",
            language=self.language,
            title=title,
            body=body,
            mount=self.request.mount,
            version=version(),
            sandbox=self.say("sandbox"),
            sandbox_note=self.say("sandbox_note"),
            other=other,
            other_language=self.say("other_language"),
            other_url=f"{self.request.mount}{self.request.path}?{urlencode({**kept, 'lang': other})}",
        )
        policy = (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors"
            f" 'self'; form-action {targets}"
        )
        return Response(
            status,
            document.encode(),
            headers={
                "content-security-policy": policy,
                "cache-control": "no-store",
                "vary": "accept-language",
            },
        )

    def notice(
        self, title: str, lead: str, *, status: int = 200, link: str | None = None, mark: str = ""
    ) -> Response:
        """A page that only says something."""
        button = render("button", url=link, text=self.say("go_back")) if link else Markup("")
        body = render("notice", title=self.say(title), lead=lead, button=button, mark=mark or "plain")
        return self.page(self.say(title), body, status=status)


def serve(store: Store, request: Request, base: str, shop: str) -> Response:
    """The answer to any request that is not for the API."""
    view = View(request, shop)
    if request.method not in ("GET", "HEAD", "POST"):
        return Response(405, headers={"allow": "GET, HEAD, POST"})
    post = request.method == "POST"
    if request.path == "/" and not post:
        return _home(view)
    if (match := _STATIC.match(request.path)) and match[1] in STATIC and not post:
        kept = {"cache-control": "public, max-age=31536000, immutable" if request.query else "no-cache"}
        return Response(200, static(match[1]), STATIC[match[1]], kept)
    if match := _PAY.match(request.path):
        with store.transaction(base) as tx:
            return _pay(tx, view, match[1], post=post)
    if match := _CHALLENGE.match(request.path):
        with store.transaction(base) as tx:
            return _challenge(tx, view, match[1], post=post)
    return view.notice("gone_title", view.say("gone_lead"), status=404)


def outage(request: Request) -> Response:
    """What people see while the provider is down."""
    view = View(request)
    answer = view.notice("outage_title", view.say("outage_lead"), status=503)
    return Response(503, answer.body, headers={**answer.headers, "retry-after": "5"})


def _home(view: View) -> Response:
    rows = join(_card_row(view, card, link=None) for card in cards.CARDS)
    body = render("home", title=view.say("home_title"), lead=view.say("home_lead"), rows=rows)
    return view.page(view.say("home_title"), body)


def _success(session: Json) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _pay(tx: Tx, view: View, id_: str, *, post: bool) -> Response:
    session = tx.find(id_, "checkout.session")
    if session is None:
        return view.notice("gone_title", view.say("gone_lead"), status=404)
    if session["status"] == "open" and session["expires_at"] <= tx.now:
        sessions.lapse(tx, id_)
        session = tx.get("checkout.session", id_)
    form = view.request.form() if post else {}
    if session["status"] == "complete":
        return redirect(_success(session)) if post else _done(view, session)
    if post and form.get("action") == "cancel" and session["cancel_url"]:
        return redirect(session["cancel_url"])
    if session["status"] == "expired":
        return view.notice("expired_title", view.say("expired_lead"), link=session["cancel_url"])
    if not post:
        return _form(tx, view, session, {})
    card, errors = _typed(tx, form)
    if card is None:
        return _form(tx, view, session, errors)
    sessions.pay(tx, session, card, form.get("form", "")[:80])
    return _after(tx, view, id_)


def _after(tx: Tx, view: View, id_: str) -> Response:
    """Where the browser goes next: back to the shop, to the bank, or to the form again."""
    session = tx.get("checkout.session", id_)
    if session["status"] == "complete":
        return redirect(_success(session))
    intent = tx.get("payment_intent", session["payment_intent"])
    if intent["status"] == "requires_action":
        return redirect(view.here(f"/challenge/{tx.private(intent['id'])['challenge']}"))
    return redirect(view.here(f"/pay/{id_}"))


def _done(view: View, session: Json) -> Response:
    kind = "done" if session["payment_status"] == "paid" else "reserved"
    lead = view.say(f"{kind}_lead", amount=view.amount(session))
    return view.notice(f"{kind}_title", lead, link=_success(session), mark="good")


def _typed(tx: Tx, form: dict[str, str]) -> tuple[Card | None, dict[str, str]]:
    """The test card that was typed, or what is wrong by field. The number goes no further."""
    number = cards.digits(form.get("number", "")[:_NUMBER_LENGTH_MAX])
    errors = {}
    card = cards.by_number(number)
    if card is None:
        errors["number"] = "real_card" if cards.luhn(number) else "bad_number"
    expiry = _EXPIRY.match(form.get("expiry", ""))
    if expiry is None or _months(expiry[1], expiry[2]) < _this_month(tx.now):
        errors["expiry"] = "bad_expiry"
    cvc = form.get("cvc", "").strip()
    if not (cvc.isascii() and cvc.isdecimal() and len(cvc) in (3, 4)):
        errors["cvc"] = "bad_cvc"
    return (None if errors else card), errors


def _months(month: str, year: str) -> int:
    """A month counted from the year nought; -1 for one that is none."""
    return (int(year) % 100 + 2000) * 12 + int(month) - 1 if int(month) in range(1, 13) else -1


def _this_month(now_s: int) -> int:
    today = dt.datetime.fromtimestamp(now_s, dt.UTC)
    return today.year * 12 + today.month - 1


def _form(tx: Tx, view: View, session: Json, errors: dict[str, str]) -> Response:
    path = f"/pay/{session['id']}"
    private = tx.private(session["id"])
    chosen = cards.by_name(view.arguments.get("card", "ok")) or cards.CARDS[0]
    failure = _failure(tx, view, session) if not errors else ""
    amount = view.amount(session)
    # What was typed is never sent back: a number in a page is a number in a cache.
    prefill = not errors
    body = render(
        "pay",
        heading=view.say("pay_by_card"),
        total=view.say("total"),
        amount=amount,
        shop=view.shop(session["success_url"]),
        items=join(_item(view, session, item) for item in private["items"]),
        note=_note(view, private),
        alert=render("alert", title=view.say("not_paid"), text=failure) if failure else Markup(""),
        action=view.here(path),
        form_id=new_id("form", 20),
        fields=join(
            _field(view, name, chosen, errors, prefill=prefill) for name in ("number", "expiry", "cvc")
        ),
        name=view.say("name"),
        pay=view.say("pay", amount=amount),
        cancel=(render("cancel", text=view.say("cancel")) if session["cancel_url"] else Markup("")),
        test_cards=view.say("test_cards"),
        test_cards_note=view.say("test_cards_note"),
        rows=join(
            _card_row(view, card, link=view.here(path, card=card.name), chosen=prefill and card is chosen)
            for card in cards.CARDS
        ),
        privacy=view.say("privacy"),
        summary=view.say("summary"),
    )
    leads_to = tuple(url for url in (session["success_url"], session["cancel_url"]) if url)
    return view.page(view.say("title", amount=amount), body, status=422 if errors else 200, leads_to=leads_to)


def _failure(tx: Tx, view: View, session: Json) -> str:
    """Why the last attempt failed, in the page's language."""
    if session["payment_intent"] is None:
        return ""
    error = tx.get("payment_intent", session["payment_intent"])["last_payment_error"]
    if error is None:
        return ""
    if error["code"] == "payment_intent_authentication_failure":
        return view.say("authentication_failed")
    return view.say(error.get("decline_code", "generic_decline"))


def _note(view: View, private: Json) -> Markup:
    if private["intent_data"].get("capture_method") != "manual":
        return Markup("")
    return render("note", text=view.say("reserved_note"))


def _item(view: View, session: Json, item: Json) -> Markup:
    price, count = item["price_data"], item.get("quantity", 1)
    details = [price["product_data"].get("description") or ""]
    if count > 1:
        details.append(view.say("quantity", count=str(count)))
    return render(
        "item",
        name=price["product_data"]["name"],
        details=" · ".join(filter(None, details)),
        amount=currencies.text(price["unit_amount"] * count, session["currency"], view.language),
    )


def _field(view: View, name: str, card: Card, errors: dict[str, str], *, prefill: bool) -> Markup:
    values = {"number": card.spaced, "expiry": "12 / 34", "cvc": "123"}
    hints = {"number": "1234 1234 1234 1234", "expiry": view.say("expiry_hint"), "cvc": view.say("cvc_hint")}
    wrong = errors.get(name)
    return render(
        "field",
        name=name,
        label=view.say(name),
        value=values[name] if prefill else "",
        hint=hints[name],
        longest="23" if name == "number" else "9",
        invalid="true" if wrong else "false",
        error=render("error", name=name, text=view.say(wrong)) if wrong else Markup(""),
    )


def _card_row(view: View, card: Card, *, link: str | None, chosen: bool = False) -> Markup:
    tone = {"ok": "good", "decline": "bad", "challenge": "warn", "dispute": "warn"}[card.outcome]
    values = {"number": card.spaced, "text": view.say(f"card_{card.name}"), "tone": tone}
    if link is None:
        return render("card_plain", **values)
    return render("card_link", **values, url=link, current="true" if chosen else "false")


def _challenge(tx: Tx, view: View, token: str, *, post: bool) -> Response:
    row = tx.sql.execute(
        "SELECT id FROM objects WHERE kind = 'payment_intent' AND json_extract(private, '$.challenge') = ?",
        (token,),
    ).fetchone()
    intent = tx.find(row[0], "payment_intent") if row else None
    if intent is None or not hmac.compare_digest(str(tx.private(intent["id"]).get("challenge")), token):
        return view.notice("gone_title", view.say("gone_lead"), status=404)
    private = tx.private(intent["id"])
    action = view.request.form().get("action") if post else None
    if action in ("approve", "fail"):
        intents.answer_challenge(tx, intent, approved=action == "approve")
        if private.get("session"):
            sessions.complete(tx, private["session"])
    if intent["status"] != "requires_action":
        return _challenge_over(tx, view, intent, private)
    session = tx.find(str(private.get("session")), "checkout.session")
    back = _success(session) if session else private.get("return_url")
    body = render(
        "challenge",
        bank=view.say("challenge_bank"),
        title=view.say("challenge_title"),
        lead=view.say("challenge_lead"),
        merchant_label=view.say("merchant"),
        merchant=view.shop(back or ""),
        amount_label=view.say("amount"),
        amount=view.amount(intent),
        card_label=view.say("card"),
        card=f"Visa •••• {(cards.by_name(private['card']) or cards.CARDS[0]).last4}",
        action=view.here(view.request.path),
        approve=view.say("approve"),
        fail=view.say("fail"),
    )
    return view.page(view.say("challenge_title"), body, leads_to=(back,) if back else ())


def _challenge_over(tx: Tx, view: View, intent: Json, private: Json) -> Response:
    if private.get("session"):
        return _after(tx, view, private["session"])
    if private.get("return_url"):
        query = urlencode(
            {"payment_intent": intent["id"], "payment_intent_client_secret": intent["client_secret"]}
        )
        url: str = private["return_url"]
        return redirect(f"{url}{'&' if '?' in url else '?'}{query}")
    if intent["status"] == "requires_payment_method":
        return view.notice("not_paid", view.say("authentication_failed"))
    kind = "done" if intent["status"] == "succeeded" else "reserved"
    return view.notice(f"{kind}_title", view.say(f"{kind}_lead", amount=view.amount(intent)), mark="good")
