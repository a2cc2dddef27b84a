"""Countries by ISO 3166-1 alpha-2, named in the site's languages (names from Unicode CLDR)."""

import json
import unicodedata
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

# Of the site's languages, those that one country is by far the likeliest for here.
_HOME = {"es": "ES"}
_FILE = Path(__file__).with_name("countries.json")


@cache
def _names() -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return names


def codes() -> frozenset[str]:
    """All codes."""
    return frozenset(_names()["en"])


def name(code: str) -> str:
    """The country's name in the active language, or the code where it is none."""
    language = (get_language() or "en").split("-")[0]
    return _names().get(language, _names()["en"]).get(code, code)


def suggested(languages: str) -> str:
    """The country that an Accept-Language header speaks of, as `es-MX` does; empty when it says none."""
    for part in languages.split(","):
        tag = part.partition(";")[0].strip()
        region = tag.rpartition("-")[2].upper()
        if "-" in tag and region in codes():
            return region
    first = languages.partition(",")[0].partition(";")[0].strip().lower()
    return _HOME.get(first, "")


def choices() -> list[tuple[str, str]]:
    """Codes and names for a form, in the order of the reader's alphabet."""
    return sorted(((code, name(code)) for code in codes()), key=lambda item: _plain(item[1]))


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
