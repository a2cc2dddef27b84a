"""An echo server on the product's transport, in a process of its own: python -m tests.autobahn.echo.

It prints its port when it listens. FAST_LANE means what it means to `negotiation-hub serve`.
"""

import os
import signal
import sys
from typing import Any, Final

import django

STOPS_AFTER_S: Final = 1_800  # whatever became of who started it
PLANTS: Final = ("lose-last-character",)


def fast_lane() -> bool:
    """Whether the lane is asked for."""
    return os.environ.get("FAST_LANE", "1") != "0"


def answer(said: str) -> str:
    """What is sent back for a text."""
    return said[:-1] if os.environ.get("PLANT") == "lose-last-character" else said


def make_server() -> Any:
    """What `negotiation-hub serve` makes, but for the application."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub.management.commands import serve

    serve._install_reactor()  # before daphne chooses another
    from daphne.server import Server

    from negotiation_hub.kernel import lane
    from tests.autobahn import echoes

    def ready() -> None:
        sys.stdout.write(f"{server.listening_addresses[0][1]}\n")
        sys.stdout.flush()

    lane.Lane = echoes.EchoLane  # type: ignore[misc]
    server = (lane.LaneServer if fast_lane() else Server)(
        application=echoes.from_lane if fast_lane() else echoes.from_asgi,
        endpoints=["tcp:port=0:interface=127.0.0.1"],
        ready_callable=ready,
        websocket_timeout=-1,
        websocket_max_message_size=lane.MESSAGE_BYTES_MAX,
        websocket_max_frame_size=lane.MESSAGE_BYTES_MAX,
        server_name="autobahn-echo",
        verbosity=0,
    )
    return server


if __name__ == "__main__":
    signal.alarm(STOPS_AFTER_S)
    make_server().run()
