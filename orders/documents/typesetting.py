"""PDF/A-3 by typst. What people wrote goes in as JSON data; the templates set it as text, so that nothing in
it can act as markup.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

_TEMPLATES: Final = Path(__file__).parent.parent / "typst"


def draw(template: str, content: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of a content by a template: the same content and time give the same bytes."""
    pdf: bytes = typst.compile(
        _template(template),
        format="pdf",
        sys_inputs={"data": json.dumps(content)},
        pdf_standards=["a-3b"],
        timestamp=int(at.timestamp()),
        ignore_system_fonts=True,  # it carries its own, so that every machine draws the same paper
    )
    return pdf


@cache
def _template(name: str) -> bytes:
    return (_TEMPLATES / f"{name}.typ").read_bytes()
