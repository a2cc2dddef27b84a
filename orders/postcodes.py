"""Postcodes by country: refuses only what cannot be one.

Formats: Universal Postal Union, addressing guides of its members.
"""

import re
from typing import Final

# Without blanks and hyphens, in capitals. Countries that are missing here are not checked.
_FORMATS: Final = {
    "AT": r"\d{4}",
    "AU": r"\d{4}",
    "BE": r"\d{4}",
    "BR": r"\d{8}",
    "CA": r"[A-Z]\d[A-Z]\d[A-Z]\d",
    "CH": r"\d{4}",
    "CL": r"\d{7}",
    "CN": r"\d{6}",
    "CO": r"\d{6}",
    "CZ": r"\d{5}",
    "DE": r"\d{5}",
    "DK": r"\d{4}",
    "EE": r"\d{5}",
    "ES": r"(0[1-9]|[1-4]\d|5[0-2])\d{3}",
    "FI": r"\d{5}",
    "FR": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}",
    "GR": r"\d{5}",
    "HR": r"\d{5}",
    "HU": r"\d{4}",
    "IE": r"[A-Z]\d[\dW][A-Z\d]{4}",
    "IN": r"[1-9]\d{5}",
    "IT": r"\d{5}",
    "JP": r"\d{7}",
    "LT": r"\d{5}",
    "LU": r"\d{4}",
    "LV": r"\d{4}",
    "MX": r"\d{5}",
    "NL": r"[1-9]\d{3}[A-Z]{2}",
    "NO": r"\d{4}",
    "NZ": r"\d{4}",
    "PE": r"\d{5}",
    "PL": r"\d{5}",
    "PT": r"\d{4}(\d{3})?",
    "RO": r"\d{6}",
    "SE": r"\d{5}",
    "SI": r"\d{4}",
    "SK": r"\d{5}",
    "US": r"\d{5}(\d{4})?",
}


def may_be(text: str, country: str) -> bool:
    """Whether this may be a postcode of the country (ISO 3166-1).

    The country's letters may stand before it, as in `D-10115`; no postcode at all is one everywhere, since
    some places have none.
    """
    plain = re.sub(r"[\s-]+", "", text).upper()
    form = _FORMATS.get(country)
    if not plain or form is None:
        return True
    return re.fullmatch(f"([A-Z]{{1,2}})?{form}", plain, re.ASCII) is not None
