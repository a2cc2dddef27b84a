"""Performs one API call: idempotency first, then parameters, then the handler, all in one transaction."""

import hashlib
import json
import logging
from dataclasses import dataclass, field
from typing import Any, Final

from payments.sandbox import expand, forms, routes
from payments.sandbox.errors import ApiError, missing
from payments.sandbox.params import ENDPOINTS
from payments.sandbox.store import Json, Store, Tx, new_id, real_ms

logger = logging.getLogger(__name__)

LEASE_MS: Final = 60_000  # a call that has not answered by then has died with its process
KEY_LENGTH_MAX: Final = 255
KEY_LIFE_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API, authenticated."""

    method: str
    path: str
    text: str  # the form body of a POST, the query of a GET
    account: str
    key: str
    base: str
    id: str = field(default_factory=lambda: new_id("req", 14))

    @property
    def digest(self) -> str:
        """Two calls with one idempotency key must have the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and whether it was given before."""

    status: int
    body: Json
    request_id: str
    original: str = ""


def claim(store: Store, call: Call) -> Answer | None:
    """Takes the idempotency key for this call. When it is taken: the first answer, or a refusal."""
    if call.method != "POST" or not call.key:
        return None
    if len(call.key) > KEY_LENGTH_MAX:
        return _error(
            call, ApiError("Idempotency keys have at most 255 characters.", code="idempotency_key_too_long")
        )
    now, request = real_ms(), f"{call.method} {call.path}"
    with store.transaction() as tx:
        row = tx.sql.execute(
            "SELECT request, digest, request_id, lease_until_ms, status, body, created_ms FROM keys"
            " WHERE account = ? AND key = ?",
            (call.account, call.key),
        ).fetchone()
        if row is not None and row[6] > now - KEY_LIFE_MS:
            if row[0] != request or row[1] != call.digest:
                return _error(call, _mismatch(call, row[0], request))
            if row[4] is not None:
                return Answer(row[4], json.loads(row[5]), call.id, original=row[2])
            if row[3] > now:
                return _error(call, _in_progress(call))
        tx.sql.execute(
            "INSERT INTO keys (account, key, request, digest, request_id, created_ms, lease_until_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, key) DO UPDATE SET request ="
            " excluded.request, digest = excluded.digest, request_id = excluded.request_id, created_ms ="
            " excluded.created_ms, lease_until_ms = excluded.lease_until_ms, status = NULL, body = NULL",
            (call.account, call.key, request, call.digest, call.id, now, now + LEASE_MS),
        )
    return None


def _mismatch(call: Call, first: str, now: str) -> ApiError:
    if first != now:
        told = (
            "Keys for idempotent requests can only be used for the same endpoint they were first used for"
            f" ('{now}' vs '{first}'). Try using a key other than '{call.key}' if you meant to execute a"
            " different request."
        )
    else:
        told = (
            "Keys for idempotent requests can only be used with the same parameters they were first used"
            f" with. Try using a key other than '{call.key}' if you meant to execute a different request."
        )
    return ApiError(told, kind="idempotency_error")


def _in_progress(call: Call) -> ApiError:
    return ApiError(
        f"There is currently another in-progress request using this Idempotent Key: {call.key}. Please try"
        " again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )


def perform(store: Store, call: Call) -> Answer:
    """Runs a claimed call and stores its answer under its key, together with what it did."""
    try:
        with store.transaction(call.base) as tx:
            tx.request_id, tx.key = call.id, call.key or None
            tx.sql.execute("SAVEPOINT work")
            try:
                answer = Answer(200, _handle(tx, call), call.id)
            except ApiError as error:
                if not error.keep:
                    tx.sql.execute("ROLLBACK TO work")
                answer = _error(call, error)
                if error.unchecked:
                    _forget(tx, call)
                    return answer
            _remember(tx, call, answer)
            return answer
    except Exception:
        logger.exception("sandbox: %s %s failed (%s)", call.method, call.path, call.id)
        with store.transaction() as tx:
            _forget(tx, call)
        return _error(call, ApiError("An error occurred with our sandbox.", status=500, kind="api_error"))


def _handle(tx: Tx, call: Call) -> Json:
    found = routes.find(call.method, call.path)
    if found is None:
        raise ApiError(
            f"Unrecognized request URL ({call.method}: {call.path}). The sandbox knows only what the"
            " project uses.",
            status=404,
            unchecked=True,
        )
    if call.account and tx.find(call.account, "account") is None:
        raise missing("account", call.account[:40], "Stripe-Account")
    tx.account = call.account
    route, ids = found
    params: dict[str, Any] = forms.check(ENDPOINTS[route.name], forms.decode(call.text))
    paths = params.pop("expand", [])
    return expand.expand(tx, route.handler(tx, params, *ids), paths)


def _error(call: Call, error: ApiError) -> Answer:
    return Answer(error.status, error.body(), call.id)


def _remember(tx: Tx, call: Call, answer: Answer) -> None:
    tx.sql.execute(
        "UPDATE keys SET status = ?, body = ? WHERE account = ? AND key = ? AND request_id = ?",
        (answer.status, json.dumps(answer.body), call.account, call.key, call.id),
    )


def _forget(tx: Tx, call: Call) -> None:
    tx.sql.execute(
        "DELETE FROM keys WHERE account = ? AND key = ? AND request_id = ? AND status IS NULL",
        (call.account, call.key, call.id),
    )
