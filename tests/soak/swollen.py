"""The planted fault `swell`: `python -m tests.soak.swollen COMMAND...` is the command with a faulty hub.

It has no window and keeps a frame of its own for every socket that is behind.
"""

import os
import sys
from typing import Any, Final

import django

KEPT_BYTES_MAX: Final = 256 << 20  # five times the bound; the machine is to survive it
_UNLIMITED: Final = 1 << 60


def main() -> int:
    """Runs `python -m negotiation_hub.cli ...`, which is the command that it is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub import cli
    from negotiation_hub.kernel import limits
    from negotiation_hub.kernel.hub import Hub
    from negotiation_hub.kernel.line import Packet

    for name in ("FLOW_WINDOW_BYTES", "LINE_BYTES_MAX"):
        setattr(limits, name, _UNLIMITED)
    kept = 0

    def give(_hub: Hub, topic: Any, _name: Any, last: int, packet: Packet) -> None:
        nonlocal kept
        topic.seq = last
        for subscription, write in topic.live.items():
            behind = subscription.member.line.waiting > 0 and kept < KEPT_BYTES_MAX
            write(Packet(packet.text) if behind else packet)
            kept += len(packet.framed) if behind else 0

    setattr(Hub, "_give", give)  # noqa: B010 - a method is not assigned to otherwise
    return cli.main(sys.argv[4:])


if __name__ == "__main__":
    sys.exit(main())
