"""Every endpoint of the API in one table: method, path, parameters, what it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.sandbox.objects import common, disputes, intents, refunds, sessions, transfers
from payments.sandbox.params import ENDPOINTS
from payments.sandbox.store import Json, Tx

Handler = Callable[..., Json]  # (tx, params, *ids from the path)


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. `name` is its entry in `params.ENDPOINTS`."""

    method: str
    pattern: re.Pattern[str]
    name: str
    handler: Handler


def _reader(kind: str, param: str) -> Handler:
    def retrieve(tx: Tx, _params: Json, id_: str) -> Json:
        return tx.get(kind, id_, param)

    return retrieve


def _lister(kind: str, url: str, *filters: str) -> Handler:
    def page(tx: Tx, params: Json) -> Json:
        return tx.page(kind, params, url, common.only(params, *filters))

    return page


def _updater(kind: str, event: str | None, *fields: str) -> Handler:
    def change(tx: Tx, params: Json, id_: str) -> Json:
        return common.update(tx, kind, id_, params, event, fields)

    return change


def _reversals(tx: Tx, params: Json, id_: str) -> Json:
    tx.get("transfer", id_, "transfer")
    return tx.page("transfer_reversal", params, f"/v1/transfers/{id_}/reversals", {"transfer": id_})


def _reversal(tx: Tx, _params: Json, _transfer: str, id_: str) -> Json:
    return tx.get("transfer_reversal", id_)


def _event(tx: Tx, _params: Json, id_: str) -> Json:
    event = tx.get("event", id_)
    waiting = tx.sql.execute(
        "SELECT count(*) FROM deliveries WHERE event = ? AND state IN ('held', 'pending')", (id_,)
    ).fetchone()[0]
    return {**event, "pending_webhooks": waiting}


def _balance(tx: Tx, _params: Json) -> Json:
    funds = tx.funds(tx.account) or {"usd": 0}
    available = [
        {"amount": minor, "currency": c, "source_types": {"card": minor}} for c, minor in funds.items()
    ]
    pending = [{"amount": 0, "currency": c, "source_types": {"card": 0}} for c in funds]
    return {"object": "balance", "available": available, "pending": pending, "livemode": False}


_TABLE: Final[tuple[tuple[str, str, str, Handler], ...]] = (
    ("POST", "/v1/payment_intents", "payment_intents.create", intents.create),
    ("GET", "/v1/payment_intents", "payment_intents.list", _lister("payment_intent", "/v1/payment_intents")),
    ("GET", "/v1/payment_intents/{}", "payment_intents.retrieve", _reader("payment_intent", "intent")),
    ("POST", "/v1/payment_intents/{}", "payment_intents.update",
     _updater("payment_intent", None, "description", "transfer_group")),
    ("POST", "/v1/payment_intents/{}/confirm", "payment_intents.confirm", intents.confirm),
    ("POST", "/v1/payment_intents/{}/capture", "payment_intents.capture", intents.capture),
    ("POST", "/v1/payment_intents/{}/cancel", "payment_intents.cancel", intents.cancel),
    ("POST", "/v1/checkout/sessions", "checkout.sessions.create", sessions.create),
    ("GET", "/v1/checkout/sessions", "checkout.sessions.list",
     _lister("checkout.session", "/v1/checkout/sessions", "payment_intent", "status")),
    ("GET", "/v1/checkout/sessions/{}", "checkout.sessions.retrieve", _reader("checkout.session", "session")),
    ("POST", "/v1/checkout/sessions/{}/expire", "checkout.sessions.expire", sessions.expire),
    ("GET", "/v1/checkout/sessions/{}/line_items", "checkout.sessions.line_items", sessions.line_items),
    ("GET", "/v1/charges", "charges.list", _lister("charge", "/v1/charges", "payment_intent")),
    ("GET", "/v1/charges/{}", "charges.retrieve", _reader("charge", "charge")),
    ("POST", "/v1/refunds", "refunds.create", refunds.create),
    ("GET", "/v1/refunds", "refunds.list", _lister("refund", "/v1/refunds", "charge", "payment_intent")),
    ("GET", "/v1/refunds/{}", "refunds.retrieve", _reader("refund", "refund")),
    ("POST", "/v1/refunds/{}", "refunds.update", _updater("refund", "refund.updated")),
    ("POST", "/v1/transfers", "transfers.create", transfers.create),
    ("GET", "/v1/transfers", "transfers.list",
     _lister("transfer", "/v1/transfers", "destination", "transfer_group")),
    ("GET", "/v1/transfers/{}", "transfers.retrieve", _reader("transfer", "transfer")),
    ("POST", "/v1/transfers/{}", "transfers.update", _updater("transfer", "transfer.updated", "description")),
    ("POST", "/v1/transfers/{}/reversals", "transfers.reversals.create", transfers.reverse),
    ("GET", "/v1/transfers/{}/reversals", "transfers.reversals.list", _reversals),
    ("GET", "/v1/transfers/{}/reversals/{}", "transfers.reversals.retrieve", _reversal),
    ("POST", "/v1/payouts", "payouts.create", transfers.create_payout),
    ("GET", "/v1/payouts", "payouts.list", _lister("payout", "/v1/payouts", "status", "destination")),
    ("GET", "/v1/payouts/{}", "payouts.retrieve", _reader("payout", "payout")),
    ("POST", "/v1/payouts/{}", "payouts.update", _updater("payout", "payout.updated")),
    ("POST", "/v1/payouts/{}/cancel", "payouts.cancel", transfers.cancel_payout),
    ("GET", "/v1/disputes", "disputes.list", _lister("dispute", "/v1/disputes", "charge", "payment_intent")),
    ("GET", "/v1/disputes/{}", "disputes.retrieve", _reader("dispute", "dispute")),
    ("POST", "/v1/disputes/{}", "disputes.update", disputes.update),
    ("POST", "/v1/disputes/{}/close", "disputes.close", disputes.close),
    ("GET", "/v1/events", "events.list", _lister("event", "/v1/events", "type")),
    ("GET", "/v1/events/{}", "events.retrieve", _event),
    ("GET", "/v1/balance", "balance.retrieve", _balance),
    ("GET", "/v1/balance_transactions", "balance_transactions.list",
     _lister("balance_transaction", "/v1/balance_transactions", "source", "type", "currency")),
    ("GET", "/v1/balance_transactions/{}", "balance_transactions.retrieve",
     _reader("balance_transaction", "id")),
    ("POST", "/v1/accounts", "accounts.create", transfers.create_account),
    ("GET", "/v1/accounts", "accounts.list", _lister("account", "/v1/accounts")),
    ("GET", "/v1/accounts/{}", "accounts.retrieve", _reader("account", "account")),
)  # fmt: skip


def _compiled() -> tuple[Route, ...]:
    routes = []
    for method, path, name, handler in _TABLE:
        pattern = re.compile(path.replace("{}", "([A-Za-z0-9_]{1,100})") + r"\Z")
        routes.append(Route(method, pattern, name, handler))
    missing = {route.name for route in routes} ^ set(ENDPOINTS)
    if missing:
        raise AssertionError(f"endpoints without a route or without parameters: {sorted(missing)}")
    return tuple(routes)


ROUTES: Final = _compiled()


def find(method: str, path: str) -> tuple[Route, tuple[Any, ...]] | None:
    """The endpoint of a request and the ids in its path."""
    for route in ROUTES:
        match = route.pattern.match(path)
        if match and route.method == method:
            return route, match.groups()
    return None
