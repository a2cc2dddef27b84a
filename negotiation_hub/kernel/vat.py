"""Numbers under which companies pay VAT, as far as they can be checked without asking anybody."""

from typing import Final

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat

_PREFIXES: Final = {"GR": "EL"}


def may_be(text: str, country: str) -> bool:
    """Whether this may be a VAT number: of the country (ISO 3166-1) or, with its prefix, of one of the EU.

    Where nobody has written down how the numbers of a country are made, every one may be.
    """
    if eu_vat.is_valid(text):
        return True
    module = get_cc_module(country.lower(), "vat") if country else None
    return module is None or bool(module.is_valid(text))


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
