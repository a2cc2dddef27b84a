"""What a room's JavaScript weighs, added up from what is served and not by the build that promises it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

DIST = Path(__file__).parents[1] / "frontend" / "dist"
BUDGET_BYTES = 110_000
ENTRIES = ("src/room/main.tsx", "src/site.ts")
# The board, and names of emoji and rare units, which are data.
APART = ("src/board/island.ts", "virtual:emoji/", "virtual:units")


def reached(manifest: dict[str, Any], entries: tuple[str, ...]) -> set[str]:
    """All that a visit can come to load, at once or later, by name in the manifest."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found or any(one in name for one in APART):
            continue
        found.add(name)
        waiting += [*manifest[name].get("imports", []), *manifest[name].get("dynamicImports", [])]
    return found


@pytest.mark.covers("room:screen.budget")
def test_the_rooms_javascript_without_the_board_is_within_its_budget() -> None:
    manifest = json.loads((DIST / "manifest.json").read_text())
    sizes: dict[str, int] = {}
    for name in reached(manifest, ENTRIES):
        data = (DIST / manifest[name]["file"]).read_bytes()
        sizes[name] = len(gzip.compress(data)) if manifest[name]["file"].endswith(".js") else 0
    languages = {
        code: sum(size for name, size in sizes.items() if name.endswith((f"/{code}.ts", f".{code}.ts")))
        for code in ("en", "es")
    }
    total = sum(sizes.values()) - min(languages.values())  # one language is loaded
    assert len(sizes) > 15
    assert 40_000 < total <= BUDGET_BYTES, f"{total:,} bytes"
