"""What the stand-in knows, in one SQLite file, so that a restart forgets nothing: parcels, messages that are
to be posted, and how it is to misbehave.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS parcels (
    number TEXT PRIMARY KEY, key TEXT UNIQUE NOT NULL, body TEXT NOT NULL, label BLOB NOT NULL,
    step TEXT NOT NULL, sequence INTEGER NOT NULL, token TEXT NOT NULL, created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, number TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL,
    damaged INTEGER NOT NULL, due_ms INTEGER NOT NULL, lease_ms INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS control (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
_WAIT_S: Final = 20  # for another process that writes
FAULTS: Final = ("outage", "slow_ms", "hang", "lose_answers", "hold")


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def moment() -> datetime:
    """The same as a time."""
    return datetime.fromtimestamp(now_ms() / 1000, UTC)


class Store:
    """One file; each transaction has a connection of its own, so that any thread or process may write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ready = False

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The only writer until the block ends; nothing is kept when it raises."""
        connection = sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not self._ready:
                    for statement in _SCHEMA.split(";"):
                        connection.execute(statement)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self._ready = True
        finally:
            connection.close()

    def faults(self) -> dict[str, int]:
        """How it is to misbehave. Counts are how often; `outage` and `hold` below nought mean until further
        notice.
        """
        with self.transaction() as sql:
            return faults(sql)

    def use(self, name: str) -> bool:
        """Whether this fault is to happen now; a count is one less afterwards."""
        with self.transaction() as sql:
            left = faults(sql)[name]
            if left > 0:
                set_fault(sql, name, left - 1)
            return left != 0


def faults(sql: sqlite3.Connection) -> dict[str, int]:
    """How it is to misbehave."""
    found = {row["name"]: row["value"] for row in sql.execute("SELECT name, value FROM control")}
    return {name: found.get(name, 0) for name in FAULTS}


def set_fault(sql: sqlite3.Connection, name: str, value: int) -> None:
    """Sets one of them."""
    sql.execute("INSERT OR REPLACE INTO control (name, value) VALUES (?, ?)", (name, value))


def queue(
    sql: sqlite3.Connection, number: str, body: dict[str, Any], *, times: int = 1, damaged: bool = False
) -> None:
    """A message to be posted so often, as one event; held back while that is asked for."""
    state = "held" if faults(sql)["hold"] else "pending"
    event, moment = f"msg_{secrets.token_hex(12)}", now_ms()
    for _ in range(times):
        sql.execute(
            "INSERT INTO messages (event, number, body, state, damaged, due_ms, created_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event, number, json.dumps(body), state, damaged, moment, moment),
        )


def release(sql: sqlite3.Connection) -> None:
    """Sends what was held back, the last first."""
    set_fault(sql, "hold", 0)
    held = sql.execute("SELECT id FROM messages WHERE state = 'held' ORDER BY id DESC").fetchall()
    first = now_ms() - len(held)
    for place, row in enumerate(held):
        sql.execute(
            "UPDATE messages SET state = 'pending', due_ms = ? WHERE id = ?", (first + place, row["id"])
        )
