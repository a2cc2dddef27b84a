"""The background thread: what was asked for later, and webhooks, both kept in the file so that a restart
loses none.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import logging
import os
import threading
import time
from typing import Final
from urllib.parse import urlsplit

from payments.sandbox.config import Config
from payments.sandbox.engine import KEY_LIFE_MS
from payments.sandbox.objects import disputes, intents, sessions, transfers
from payments.sandbox.store import Store, Tx, real_ms

logger = logging.getLogger(__name__)

GIVE_UP_MS: Final = 3 * 24 * 3600 * 1000  # as the real provider: three days
KEEP_MS: Final = 30 * 24 * 3600 * 1000  # events and deliveries are listed for 30 days
_LONGEST_WAIT_MS: Final = 5_000  # another process may have queued something: look at least this often
_PRUNE_EVERY_MS: Final = 3600 * 1000


def sign(payload: bytes, secret: str, at_s: int) -> str:
    """The `Stripe-Signature` header of a payload."""
    mac = hmac.new(secret.encode(), f"{at_s}.".encode() + payload, hashlib.sha256)
    return f"t={at_s},v1={mac.hexdigest()}"


def act(tx: Tx, action: str, id_: str) -> None:
    """Does what was asked for later. Unknown actions (of an older version) are dropped."""
    if action == "session.expire":
        sessions.lapse(tx, id_)
    elif action == "intent.lapse":
        intents.lapse(tx, id_)
    elif action == "dispute.open":
        disputes.open_dispute(tx, id_, inquiry=False)
    elif action == "payout.settle":
        transfers.settle_payout(tx, id_)


class Background:
    """One daemon thread a process; several processes on one file share the work by leases."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._starting = threading.Lock()
        self._pruned_ms = 0

    def start(self) -> None:
        """Starts the thread unless this process has it already."""
        if self._pid == os.getpid() and self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._pid == os.getpid() and self._thread is not None and self._thread.is_alive():
                return
            self._stopping, self._pid = False, os.getpid()
            self._thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread after what it is doing now; the rest stays queued in the file."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=self._config.webhook_timeout_s + 5)

    def wake(self) -> None:
        """Something new may be due."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                wait_ms = self.round()
            except Exception:
                logger.exception("sandbox: background round failed")
                wait_ms = _LONGEST_WAIT_MS
            if wait_ms > 0:
                self._wake.wait(wait_ms / 1000)
        self._store.close()

    def round(self) -> int:
        """Does everything that is due; milliseconds until the next thing."""
        while not self._stopping and (self._do_later() or self._deliver_one()):
            pass
        now = real_ms()
        with self._store.transaction() as tx:
            if now - self._pruned_ms > _PRUNE_EVERY_MS:
                self._pruned_ms = now
                _prune(tx, now)
            later = tx.sql.execute("SELECT min(due_ms) FROM later").fetchone()[0]
            due = tx.sql.execute(
                "SELECT min(max(due_ms, lease_until_ms)) FROM deliveries WHERE state = 'pending'"
            ).fetchone()[0]
            waits = [_LONGEST_WAIT_MS]
            if later is not None:
                waits.append(later - tx.now_ms)
            if due is not None:
                waits.append(due - now)
        return max(0, min(waits))

    def _do_later(self) -> bool:
        with self._store.transaction(self._config.public_base) as tx:
            row = tx.sql.execute(
                "SELECT id, action, object, account FROM later WHERE due_ms <= ? ORDER BY due_ms, id LIMIT 1",
                (tx.now_ms,),
            ).fetchone()
            if row is None:
                return False
            tx.sql.execute("DELETE FROM later WHERE id = ?", (row[0],))
            tx.account = row[3]
            tx.sql.execute("SAVEPOINT act")
            try:
                act(tx, row[1], row[2])
            except Exception:
                # Dropped, not retried: it would fail in the same way again and hold up everything behind it.
                logger.exception("sandbox: %s of %s failed", row[1], row[2])
                tx.sql.execute("ROLLBACK TO act")
            return True

    def _deliver_one(self) -> bool:
        now = real_ms()
        with self._store.transaction() as tx:
            row = tx.sql.execute(
                "SELECT d.id, d.event, d.attempts, d.created_ms, o.body FROM deliveries d"
                " LEFT JOIN objects o ON o.id = d.event"
                " WHERE d.state = 'pending' AND d.due_ms <= ? AND d.lease_until_ms <= ?"
                " ORDER BY d.due_ms, d.position, d.id LIMIT 1",
                (now, now),
            ).fetchone()
            if row is None:
                return False
            lease = now + (self._config.webhook_timeout_s * 2 + 5) * 1000
            tx.sql.execute("UPDATE deliveries SET lease_until_ms = ? WHERE id = ?", (lease, row[0]))
        id_, event, attempts, created_ms, body = row
        answer = self._send(json.dumps(json.loads(body), indent=2).encode()) if body else "gone"
        delivered = answer.startswith("2")
        if not delivered:
            logger.info("sandbox: webhook %s not taken, attempt %d: %s", event, attempts + 1, answer)
        delays = self._config.retry_delays_ms
        due = real_ms() + delays[min(attempts, len(delays) - 1)]
        over = not body or due - created_ms > GIVE_UP_MS
        state = "delivered" if delivered else "abandoned" if over else "pending"
        with self._store.transaction() as tx:
            tx.sql.execute(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, answer = ?, lease_until_ms = 0,"
                " due_ms = CASE WHEN ? = 'pending' THEN ? ELSE due_ms END WHERE id = ?",
                (state, answer, state, due, id_),
            )
        return True

    def _send(self, payload: bytes) -> str:
        """Posts one event; the status, or what went wrong. The answer's body is not read."""
        url = urlsplit(self._config.webhook_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "NegotiationHubSandbox/1.0",
            "Stripe-Signature": sign(payload, self._config.webhook_secret, int(time.time())),
            "Connection": "close",
        }
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection = kind(url.hostname or "", url.port, timeout=self._config.webhook_timeout_s)
        with contextlib.closing(connection):
            try:
                connection.request("POST", target, payload, headers)
                return str(connection.getresponse().status)
            except (OSError, http.client.HTTPException) as error:
                return type(error).__name__


def _prune(tx: Tx, now: int) -> None:
    tx.sql.execute("DELETE FROM keys WHERE created_ms < ?", (now - KEY_LIFE_MS,))
    tx.sql.execute(
        "DELETE FROM deliveries WHERE state NOT IN ('held', 'pending') AND created_ms < ?", (now - KEEP_MS,)
    )
    tx.sql.execute(
        "DELETE FROM objects WHERE kind = 'event' AND json_extract(body, '$.created') < ?"
        " AND id NOT IN (SELECT event FROM deliveries)",
        ((now - KEEP_MS) // 1000,),
    )
