"""The payment provider that the settings name, behind one interface."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.providers.base import Provider
from payments.providers.stripe_like import StripeLike

NAMES = ("sandbox", "stripe")


def get_provider() -> Provider:
    """The provider of PAYMENT_PROVIDER (`sandbox` or `stripe`). Raises ImproperlyConfigured."""
    return _provider(
        settings.PAYMENT_PROVIDER,
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_WEBHOOK_SECRET,
        settings.STRIPE_API_BASE,
    )


# By its values, so that a test that changes a setting gets another one; two of them are enough for a test.
@lru_cache(maxsize=2)
def _provider(name: str, secret_key: str, webhook_secret: str, api_base: str) -> Provider:
    if name not in NAMES:
        raise ImproperlyConfigured(f"PAYMENT_PROVIDER is {name!r}; it may be {' or '.join(NAMES)}")
    if not secret_key or not webhook_secret:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET must be set")
    if name == "sandbox" and not api_base:
        raise ImproperlyConfigured("STRIPE_API_BASE must be the address of the sandbox")
    return StripeLike(name=name, secret_key=secret_key, webhook_secret=webhook_secret, api_base=api_base)
