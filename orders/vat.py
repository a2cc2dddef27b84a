"""Numbers under which companies pay VAT, as far as they can be checked without asking anybody."""

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat


def may_be(text: str, country: str) -> bool:
    """Whether this may be a VAT number: of the country (ISO 3166-1) or, with its prefix, of one of the EU.

    Where nobody has written down how the numbers of a country are made, every one may be.
    """
    if eu_vat.is_valid(text):
        return True
    module = get_cc_module(country.lower(), "vat") if country else None
    return module is None or bool(module.is_valid(text))
