"""The embedded payment provider: speaks the REST dialect of the real `stripe` SDK, keeps state in a file.

It exists so that a whole deal can be paid, captured, refunded and disputed without an account anywhere, and
so that tests can make a provider misbehave on demand. It is a plain ASGI application without Django: nothing
here may import from the rest of the project, so that it can only be reached the way a real provider is, over
HTTP.
"""

from payments.sandbox.app import SandboxApp, create_app

__all__ = ["SandboxApp", "create_app"]
