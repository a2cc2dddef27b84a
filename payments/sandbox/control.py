"""Misbehaviour on demand. `POST /control` takes a JSON object; `GET /control` tells what is set.

| member | does |
|---|---|
| `webhooks.delay_ms` | every delivery starts so much later |
| `webhooks.repeat` | every event is delivered so many times |
| `webhooks.reorder` | events are kept back until there are so many, then delivered newest first |
| `webhooks.drop` | the next so many events are never delivered (they are still listed) |
| `webhooks.hold` | `true` keeps every delivery back until `release` |
| `release` | `"in_order"` or `"reversed"`: lets what is kept back go |
| `resend` | an event id: delivers it once more |
| `answers.slow_ms` | every API answer takes so much longer |
| `answers.outage_s` | the API and the pages answer 503 for so many seconds |
| `answers.lose` | the next so many POSTs are performed, but answered 502 |
| `payouts.fail`, `payouts.delay_ms` | the next so many payouts fail; how long the bank takes |
| `disputes.delay_ms` | how long after capture the disputed card complains |
| `clock.advance_s` | moves the sandbox's clock forward (sessions and authorisations lapse) |
| `reset` | `true` takes all faults back (not the clock) |
"""

from collections.abc import Mapping
from typing import Any, Final

from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json, Store, Tx, real_ms

_HOUR_MS: Final = 3600 * 1000
_YEAR_S: Final = 366 * 24 * 3600
# name of the group -> name of the setting -> largest value
_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    "webhooks": {"delay_ms": _HOUR_MS, "repeat": 50, "reorder": 50, "drop": 1000},
    "answers": {"slow_ms": 50_000, "outage_s": 3600, "lose": 1000},
    "payouts": {"fail": 1000, "delay_ms": _HOUR_MS},
    "disputes": {"delay_ms": _HOUR_MS},
    "clock": {"advance_s": _YEAR_S},
}


def change(store: Store, wanted: object) -> Json:
    """Switches faults on and off. Raises ApiError for anything it does not know."""
    if not isinstance(wanted, dict):
        raise ApiError("A JSON object is expected.")
    with store.transaction() as tx:
        if wanted.get("reset") is True:
            for name in ("webhooks", "answers", "payouts", "disputes"):
                tx.set_setting(name, {})
            tx.release(reverse=False)
        for name, value in wanted.items():
            if name in _NUMBERS:
                _group(tx, name, value)
            elif name == "release" and value in ("in_order", "reversed"):
                tx.release(reverse=value == "reversed")
            elif name == "resend" and isinstance(value, str):
                _resend(tx, value)
            elif not (name == "reset" and value is True):
                raise ApiError(f"Unknown or impossible: {name}", param=str(name)[:40])
        return state(tx)


def _group(tx: Tx, group: str, values: object) -> None:
    if not isinstance(values, dict):
        raise ApiError("An object is expected.", param=group)
    setting = tx.setting(group)
    for name, value in values.items():
        if group == "webhooks" and name == "hold" and isinstance(value, bool):
            setting["hold"] = value
            continue
        most = _NUMBERS[group].get(name)
        if most is None or isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ApiError(f"Unknown or impossible: {group}.{name}", param=f"{group}.{name}"[:60])
        if name == "outage_s":
            setting["outage_until_ms"] = real_ms() + value * 1000
        elif name == "advance_s":
            setting["ahead_ms"] = setting.get("ahead_ms", 0) + value * 1000
        else:
            setting[name] = value
    if setting.get("repeat") == 0:
        setting["repeat"] = 1
    tx.set_setting(group, setting)


def _resend(tx: Tx, event: str) -> None:
    tx.get("event", event, "resend")
    now = real_ms()
    tx.sql.execute(
        "INSERT INTO deliveries (event, state, created_ms, due_ms) VALUES (?, 'pending', ?, ?)",
        (event, now, now),
    )


def read(store: Store) -> Json:
    """What is set and what is queued."""
    with store.transaction() as tx:
        return state(tx)


def state(tx: Tx) -> Json:
    """The answer of the control endpoint."""
    counts = tx.sql.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
    latest: list[tuple[Any, ...]] = tx.sql.execute(
        "SELECT d.id, d.event, json_extract(o.body, '$.type'), d.state, d.attempts, d.answer FROM"
        " deliveries d LEFT JOIN objects o ON o.id = d.event ORDER BY d.id DESC LIMIT 100"
    ).fetchall()
    names = ("id", "event", "type", "state", "attempts", "answer")
    return {
        "now": tx.now,
        **{name: tx.setting(name) for name in _NUMBERS},
        "deliveries": dict(counts),
        "latest": [dict(zip(names, row, strict=True)) for row in latest],
    }


def faults(store: Store, method: str) -> tuple[bool, int, bool]:
    """Whether there is an outage, how slow this answer is to be (ms), and whether it is to be lost."""
    with store.transaction() as tx:
        answers = tx.setting("answers")
        lose = method == "POST" and answers.get("lose", 0) > 0
        outage = answers.get("outage_until_ms", 0) > real_ms()
        if lose and not outage:
            tx.set_setting("answers", {**answers, "lose": answers["lose"] - 1})
    return outage, int(answers.get("slow_ms", 0)), lose and not outage
