"""Numbers under which companies pay VAT, as far as they can be checked without asking anybody."""

from typing import Final

from django.utils.translation import gettext as _
from stdnum import exceptions as stdnum
from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat

_PREFIXES: Final = {"GR": "EL"}
_GREECE: Final = {"EL": "GR"}  # VAT numbers call it by its own name for itself


def problem(text: str, country: str) -> str:
    """What is wrong with a VAT number, in words; empty when nothing is, or nothing can be said of it.

    It may be one of `country` (ISO 3166-1) or, with its prefix, of any country of the EU. Where nobody has
    written down how the numbers of a country are made, every one is let through.
    """
    if eu_vat.is_valid(text):
        return ""
    given = _prefix(text)
    module = get_cc_module(given or country.lower(), "vat") if given or country else None
    if module is None:
        return ""
    try:
        module.validate(text)
    except stdnum.InvalidLength:
        return _("This VAT number is too short or too long.")
    except stdnum.InvalidChecksum:
        return _("This is no VAT number: a character is mistyped, as its check digit does not fit.")
    except (stdnum.InvalidFormat, stdnum.InvalidComponent):
        if given or not country:
            return _("This is no VAT number: a character in it cannot be right.")
        return _("This does not look like a VAT number of the country that you chose.")
    except stdnum.ValidationError:
        return _("This is no VAT number: a character is missing or mistyped.")
    return ""


def _prefix(text: str) -> str:
    """The country of the EU that the number itself names, in lower case; empty when it names none."""
    start = text.strip()[:2].upper()
    country = _GREECE.get(start, start).lower()
    return country if country in eu_vat.MEMBER_STATES else ""


def prefixed(text: str, country: str) -> str:
    """A VAT number with the prefix of its country, as EN 16931 wants it (BR-CO-09). Empty for none.

    The prefix is the country's ISO code, and EL for Greece. A national number gets it; a country in which
    numbers begin with letters of their own is told by them.
    """
    compact = "".join(text.split()).replace("-", "").replace(".", "").upper()
    if not compact:
        return ""
    if eu_vat.is_valid(compact):
        return str(eu_vat.compact(compact))
    prefix = _PREFIXES.get(country, country)
    return compact if compact.startswith(prefix) else prefix + compact
