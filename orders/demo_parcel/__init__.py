"""Demo Parcel itself, as far as we can see of it: takes bookings, carries parcels when somebody says so, and
posts signed messages about them over HTTP.

It exists so that the whole way of a parcel can be walked without an account anywhere, and so that tests can
make a carrier misbehave on demand. A plain ASGI application without Django, reached only as a real carrier
is. Of the project it uses what both sides of such a line must agree on: the signature of a message, and how a
label is drawn.
"""

from orders.demo_parcel.app import DemoParcelApp, create_app

__all__ = ["DemoParcelApp", "create_app"]
