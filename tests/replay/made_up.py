"""Made-up negotiations in the replay format: one for each oddity that recorded ones have."""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def line(uuid: str, *events: tuple[str, str, Any], status: str, price: Any = None, **more: Any) -> Json:
    """One negotiation; an event is (by, action, data)."""
    expected = {
        "status": status,
        "price": price,
        **({"issues": more.pop("agreed")} if "agreed" in more else {}),
    }
    return {
        "uuid": uuid,
        "category": "made up",
        "title": "Bicycle",
        "list_price": 90,
        "description": ["A bicycle.", "It rolls."],
        "target": {},
        "events": [{"by": by, "action": action, "data": data} for by, action, data in events],
        "expected": expected,
        "anomalies": [],
        **more,
    }


def write(path: Path, *lines: Json | str) -> Path:
    """A file of lines; text is written as it is."""
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines))
    return path


SPLIT = {"Food": 3, "Water": 0}
HELLO = ("buyer", "message", "  ¡Hola! <b>**80**</b>?\r\n\tline two 🙂  ")

AGREED = line(
    "agreed",
    HELLO,
    ("seller", "offer", 85.0),
    ("buyer", "offer", 75.0),
    ("buyer", "offer", 78.0),
    ("seller", "reject", None),
    ("seller", "offer", 80.0),
    ("buyer", "accept", None),
    ("seller", "message", "Thanks"),
    status="agreed",
    price=80.0,
)
SAME_PRICE = line(
    "both offer the same", ("seller", "offer", 70), ("buyer", "offer", 70), status="agreed", price=70
)
OWN_TWICE = line(
    "own offer twice",
    ("seller", "offer", 70),
    ("seller", "offer", 70),
    ("buyer", "reject", None),
    status="rejected",
)
ISSUES = line(
    "issues",
    ("seller", "offer", {"price": 1, "issues": {"Food": 1, "Water": 2}}),
    ("buyer", "reject", None),
    ("seller", "offer", {"price": 1, "issues": SPLIT}),
    ("buyer", "accept", None),
    status="agreed",
    price=1,
    agreed=SPLIT,
)
WALKED_AWAY = line("walked away", ("seller", "offer", 70), ("buyer", "quit", None), status="quit")
TALK_ONLY = line("talk only", HELLO, ("seller", "message", "No"), status="no_offer")
LEFT_OPEN = line("left open", ("seller", "offer", 70), status="open_offer")
NO_SENSE = line(
    "no sense",
    ("buyer", "accept", None),
    ("seller", "reject", None),
    ("seller", "offer", 0),
    ("seller", "offer", None),
    ("seller", "offer", 70.5),
    ("seller", "accept", None),
    ("seller", "message", ""),
    ("buyer", "message", None),
    ("buyer", "accept", None),
    ("buyer", "offer", 60),
    ("seller", "quit", None),
    status="agreed",
    price=70.5,
    anomalies=["made up"],
    list_price=0,
)
ALL = (AGREED, SAME_PRICE, OWN_TWICE, ISSUES, WALKED_AWAY, TALK_ONLY, LEFT_OPEN, NO_SENSE)
LAST_LINE = "replayed 8: agreed 4 (price as recorded 4), rejected 1, quit 1, open 2, refused 11, failed 0"
