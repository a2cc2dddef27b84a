"""Where well-known carriers show the public the way of a parcel."""

import re
from typing import Final
from urllib.parse import quote

# What a carrier's name begins with, in small letters and without spaces, and its page for a number.
_PAGES: Final = {
    "correos": "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/{}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "gls": "https://gls-group.com/track/{}",
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
}
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]{4,39}")
_AFTER_THE_NAME: Final = re.compile(r"$|[^a-z]")


def tracking_url(carrier: str, number: str) -> str | None:
    """The carrier's page for this number; None where the carrier is not known or the number cannot be one."""
    if not _NUMBER.fullmatch(number):
        return None
    words = carrier.casefold().split()
    # "DHL Express" and "La Poste" are what they say; "DHLX" and "Upset Movers" are nobody we know.
    names = (words[0], "".join(words[:2])) if words else ()
    for name in names:
        for known, page in _PAGES.items():
            if name.startswith(known) and _AFTER_THE_NAME.match(name, len(known)):
                return page.format(quote(number.replace(" ", ""), safe=""))
    return None
