"""Posts what is due, in a thread of its own, until it is taken."""

import json
import logging
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from orders.carriers import signing
from orders.demo_parcel.store import Store, moment, now_ms

logger = logging.getLogger(__name__)

RETRY_DELAYS_MS: Final = (1_000, 2_000, 5_000, 15_000, 60_000, 300_000)
_ATTEMPTS_MAX: Final = 40
_TIMEOUT_S: Final = 10
_LONGEST_WAIT_S: Final = 2  # another process may have queued something
_TOGETHER: Final = 2


@dataclass(frozen=True, slots=True)
class Config:
    """What the stand-in is started with. `webhook_url` may be empty: then messages are only kept."""

    database_path: Path
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    webhook_url: str
    public_base: str
    retry_delays_ms: tuple[int, ...] = RETRY_DELAYS_MS


class Background:
    """One daemon thread a process; several processes on one file share the work by leases."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._starting = threading.Lock()

    def start(self) -> None:
        """Starts the thread unless this process has it already."""
        with self._starting:
            if self._pid == os.getpid() and self._thread is not None and self._thread.is_alive():
                return
            self._stopping, self._pid = False, os.getpid()
            self._thread = threading.Thread(target=self._run, name="demo-parcel", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread after what it is doing now; the rest stays in the file."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=_TIMEOUT_S + 5)

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                while not self._stopping and self.round():
                    pass
            except Exception:
                logger.exception("demo parcel: a round failed")
            self._wake.wait(_LONGEST_WAIT_S)

    def round(self) -> int:
        """Posts the next message that is due, copies of one event at once: how many."""
        if not self._config.webhook_url:
            return 0
        now = now_ms()
        with self._store.transaction() as sql:
            first = sql.execute(
                "SELECT event FROM messages WHERE state = 'pending' AND due_ms <= ? AND lease_ms <= ?"
                " ORDER BY due_ms, id LIMIT 1",
                (now, now),
            ).fetchone()
            if first is None:
                return 0
            rows = sql.execute(
                "SELECT * FROM messages WHERE event = ? AND state = 'pending' AND lease_ms <= ? LIMIT ?",
                (first["event"], now, _TOGETHER),
            ).fetchall()
            for row in rows:
                sql.execute(
                    "UPDATE messages SET lease_ms = ? WHERE id = ?", (now + 2_000 * _TIMEOUT_S, row["id"])
                )
        posts = [threading.Thread(target=self._post, args=(dict(row),)) for row in rows]
        for post in posts:
            post.start()
        for post in posts:
            post.join()
        return len(rows)

    def _post(self, row: dict[str, object]) -> None:
        body, attempts = str(row["body"]).encode(), int(str(row["attempts"])) + 1
        headers = signing.sign(self._config.webhook_secret.split(",")[0], str(row["event"]), moment(), body)
        if row["damaged"]:
            headers["webhook-signature"] = "v1," + "A" * 43 + "="
        try:
            sent = httpx.post(
                self._config.webhook_url,
                content=body,
                headers={**headers, "content-type": "application/json"},
                timeout=_TIMEOUT_S,
                trust_env=False,
            )
            answer, taken = str(sent.status_code), sent.is_success
        except httpx.HTTPError as error:
            answer, taken = type(error).__name__, False
        # What was damaged on purpose is refused for good: nothing is gained by asking again.
        over = bool(row["damaged"]) or attempts >= _ATTEMPTS_MAX
        state = "taken" if taken else "refused" if over else "pending"
        delays = self._config.retry_delays_ms
        due = now_ms() + delays[min(attempts, len(delays)) - 1]
        with self._store.transaction() as sql:
            sql.execute(
                "UPDATE messages SET state = ?, attempts = ?, answer = ?, lease_ms = 0, due_ms = ?"
                " WHERE id = ?",
                (state, attempts, answer, due, row["id"]),
            )


def listed(store: Store, number: str) -> list[dict[str, object]]:
    """The messages about a parcel, the oldest first: step, state, answer."""
    with store.transaction() as sql:
        rows = sql.execute("SELECT * FROM messages WHERE number = ? ORDER BY id", (number,)).fetchall()
    return [
        {
            "step": json.loads(row["body"])["step"],
            "state": row["state"],
            "answer": row["answer"],
            "damaged": bool(row["damaged"]),
        }
        for row in rows
    ]
