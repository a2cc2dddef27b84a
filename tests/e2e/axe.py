"""What axe finds on a page: rules of accessibility, checked in the browser itself."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """One line for each rule that the page breaks, with the places. Empty when all is well."""
    if not page.evaluate("'axe' in window"):
        # By the debugger's door: the page's own policy forbids foreign scripts, as it should.
        page.evaluate(_AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']]}"
        for one in found["violations"]
    ]
