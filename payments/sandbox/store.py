"""The sandbox's own SQLite file: objects, events, deliveries, keys, faults, and a clock that can be moved."""

import json
import os
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from payments.sandbox.errors import ApiError, missing

Json: TypeAlias = dict[str, Any]

API_VERSION: Final = "2026-10-28.endive"
_ALPHABET: Final = string.ascii_letters + string.digits
_NOUNS: Final = {"checkout.session": "checkout.session", "event": "event"}

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL,
    body TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS objects_newest ON objects (kind, account, seq);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (json_extract(body, '$.payment_intent'), kind);
CREATE TABLE IF NOT EXISTS funds (
    account TEXT NOT NULL, currency TEXT NOT NULL, minor INTEGER NOT NULL, PRIMARY KEY (account, currency));
CREATE TABLE IF NOT EXISTS keys (
    account TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, digest TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL, lease_until_ms INTEGER NOT NULL, status INTEGER, body TEXT,
    PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, position INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('held', 'pending', 'delivered', 'dropped', 'abandoned')),
    created_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, lease_until_ms INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_ms, position);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS later (
    id INTEGER PRIMARY KEY AUTOINCREMENT, action TEXT NOT NULL, object TEXT NOT NULL, account TEXT NOT NULL,
    due_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS later_due ON later (due_ms);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def new_id(prefix: str, length: int = 24) -> str:
    """An unguessable id in the provider's form."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def real_ms() -> int:
    """Milliseconds of the real clock: deliveries and leases use it, the rest the sandbox's own."""
    return time.time_ns() // 1_000_000


class Tx:
    """One write transaction. `account` is the connected account the caller speaks for, or empty for the
    platform.
    """

    def __init__(self, connection: sqlite3.Connection, *, webhooks: bool, base: str) -> None:
        self.sql = connection
        self.base = base
        self.account = ""
        self.request_id: str | None = None
        self.key: str | None = None
        self._webhooks = webhooks
        self.now_ms = real_ms() + int(self.setting("clock").get("ahead_ms", 0))

    @property
    def now(self) -> int:
        """The sandbox's time in seconds since 1970, as all `created` fields have it."""
        return self.now_ms // 1000

    # Objects

    def save(self, thing: Json, private: Json | None = None) -> Json:
        """Stores an object, new or changed, and what only the sandbox itself knows about it."""
        self.sql.execute(
            "INSERT INTO objects (id, kind, account, body, private) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body, "
            "private = CASE WHEN ? THEN objects.private ELSE excluded.private END",
            (
                thing["id"],
                thing["object"],
                self.account,
                json.dumps(thing),
                json.dumps(private or {}),
                private is None,
            ),
        )
        return thing

    def find(self, id_: str, kind: str | None = None) -> Json | None:
        """The object with this id, in this account only."""
        row = self.sql.execute(
            "SELECT body, kind FROM objects WHERE id = ? AND account = ?", (id_, self.account)
        ).fetchone()
        if row is None or (kind is not None and row[1] != kind):
            return None
        body: Json = json.loads(row[0])
        return body

    def get(self, kind: str, id_: str, param: str = "id") -> Json:
        """The object with this id. Raises ApiError `resource_missing`."""
        body = self.find(id_, kind)
        if body is None:
            raise missing(_NOUNS.get(kind, kind), id_[:80], param)
        return body

    def private(self, id_: str) -> Json:
        """What the sandbox itself remembers about an object and never shows."""
        row = self.sql.execute("SELECT private FROM objects WHERE id = ?", (id_,)).fetchone()
        private: Json = json.loads(row[0]) if row else {}
        return private

    def page(
        self, kind: str, params: Mapping[str, Any], url: str, match: Mapping[str, Any] | None = None
    ) -> Json:
        """A list answer, newest first, with the cursors `starting_after` and `ending_before`."""
        where, values = ["kind = ?", "account = ?"], [kind, self.account]
        for path, wanted in (match or {}).items():
            if wanted is not None:
                where.append(f"json_extract(body, '$.{path}') = ?")
                values.append(wanted)
        for name, sign in (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")):
            if name in params.get("created", {}):
                where.append(f"json_extract(body, '$.created') {sign} ?")
                values.append(params["created"][name])
        backwards = "ending_before" in params
        for name, sign in (("starting_after", "<"), ("ending_before", ">")):
            if name in params:
                self.get(kind, params[name], name)
                found = self.sql.execute("SELECT seq FROM objects WHERE id = ?", (params[name],)).fetchone()
                where.append(f"seq {sign} ?")
                values.append(found[0])
        limit = int(params.get("limit", 10))
        if limit not in range(1, 101):
            raise ApiError("This value must be between 1 and 100.", param="limit")
        order = "ASC" if backwards else "DESC"
        # Only literals of ours are joined; what was sent is bound.
        clause = f"{' AND '.join(where)} ORDER BY seq {order} LIMIT ?"
        query = "SELECT body FROM objects WHERE " + clause  # noqa: S608
        rows = self.sql.execute(query, (*values, limit + 1)).fetchall()
        data = [json.loads(row[0]) for row in rows[:limit]]
        return {
            "object": "list",
            "url": url,
            "has_more": len(rows) > limit,
            "data": data[::-1] if backwards else data,
        }

    # Events and what happens later

    def emit(self, kind: str, thing: Json, previous: Json | None = None) -> None:
        """Records an event with a snapshot of the object and queues it for delivery."""
        data: Json = {"object": thing}
        if previous:
            data["previous_attributes"] = previous
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if self._webhooks else 0,
            "request": {"id": self.request_id, "idempotency_key": self.key},
            "type": kind,
        }
        if self.account:
            event["account"] = self.account
        self.save(event)
        if self._webhooks:
            self.deliver(event["id"])

    def deliver(self, event: str) -> None:
        """Queues an event for delivery, as the faults that are switched on want it."""
        faults = self.setting("webhooks")
        now = real_ms()
        due = now + int(faults.get("delay_ms", 0))
        state = "pending"
        if faults.get("drop", 0) > 0:
            state = "dropped"
            self.set_setting("webhooks", {**faults, "drop": faults["drop"] - 1})
        elif faults.get("hold") or faults.get("reorder", 0) > 1:
            state = "held"
        for _ in range(1 if state == "dropped" else int(faults.get("repeat", 1))):
            self.sql.execute(
                "INSERT INTO deliveries (event, state, created_ms, due_ms) VALUES (?, ?, ?, ?)",
                (event, state, now, due),
            )
        if state == "held" and not faults.get("hold"):
            held = self.sql.execute("SELECT count(*) FROM deliveries WHERE state = 'held'").fetchone()[0]
            if held >= faults["reorder"]:
                self.release(reverse=True)

    def release(self, *, reverse: bool) -> int:
        """Lets all held deliveries go, oldest or newest first; the number of them."""
        changed = self.sql.execute(
            "UPDATE deliveries SET state = 'pending', due_ms = ?, position = CASE WHEN ? THEN -id ELSE id"
            " END WHERE state = 'held'",
            (real_ms(), reverse),
        )
        return changed.rowcount

    def later(self, action: str, thing: Json, after_ms: int) -> None:
        """Asks the background thread to do something when the sandbox's clock gets there."""
        self.sql.execute(
            "INSERT INTO later (action, object, account, due_ms) VALUES (?, ?, ?, ?)",
            (action, thing["id"], self.account, self.now_ms + after_ms),
        )

    # Balance and settings

    def move_funds(self, account: str, currency: str, minor: int) -> None:
        """Adds to (or takes from) what an account has with the provider."""
        self.sql.execute(
            "INSERT INTO funds (account, currency, minor) VALUES (?, ?, ?) "
            "ON CONFLICT (account, currency) DO UPDATE SET minor = minor + excluded.minor",
            (account, currency, minor),
        )

    def funds(self, account: str) -> dict[str, int]:
        """What an account has with the provider: minor units by currency."""
        rows = self.sql.execute(
            "SELECT currency, minor FROM funds WHERE account = ? ORDER BY currency", (account,)
        )
        return dict(rows.fetchall())

    def setting(self, name: str) -> Json:
        """A group of settings (`webhooks`, `answers`, `payouts`, `disputes`, `clock`)."""
        row = self.sql.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        value: Json = json.loads(row[0]) if row else {}
        return value

    def set_setting(self, name: str, value: Json) -> None:
        """Replaces a group of settings."""
        self.sql.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value ="
            " excluded.value",
            (name, json.dumps(value)),
        )


class Store:
    """Connections to the file, one a thread, and transactions on them."""

    def __init__(self, path: str | os.PathLike[str], *, webhooks: bool) -> None:
        self.path = Path(path)
        self.webhooks = webhooks
        self._local = threading.local()
        self._prepared = False
        self._preparing = threading.Lock()

    def _connection(self) -> sqlite3.Connection:
        known: tuple[int, sqlite3.Connection] | None = getattr(self._local, "connection", None)
        if known is not None and known[0] == os.getpid():  # a connection must not cross a fork
            return known[1]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        with self._preparing:
            if not self._prepared:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_SCHEMA)
                self.path.chmod(0o600)
                self._prepared = True
        connection.execute("PRAGMA synchronous = FULL")
        self._local.connection = (os.getpid(), connection)
        return connection

    @contextmanager
    def transaction(self, base: str = "") -> Iterator[Tx]:
        """A write transaction, committed at the end, rolled back by an exception."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Tx(connection, webhooks=self.webhooks, base=base)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Closes this thread's connection."""
        known: tuple[int, sqlite3.Connection] | None = getattr(self._local, "connection", None)
        if known is not None:
            known[1].close()
            self._local.connection = None
