import pytest

from payments.providers.stripe_like import StripeLike
from tests.payments.sandbox.conftest import front, receiver, sandbox, stopped
from tests.payments.sandbox.harness import KEY, WEBHOOK_SECRET, Sandbox

__all__ = ["front", "receiver", "sandbox", "stopped"]


@pytest.fixture
def provider(sandbox: Sandbox) -> StripeLike:
    return StripeLike(name="sandbox", secret_key=KEY, webhook_secret=WEBHOOK_SECRET, api_base=sandbox.base)
