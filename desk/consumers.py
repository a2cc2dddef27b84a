"""What the desk adds to the socket: a command at every table."""

from collections.abc import Mapping
from typing import Final

from desk import filing, wire
from negotiation_hub.kernel.audience import Service

FRAMES: Final = wire.FRAMES
TABLE_SERVICES: Final[Mapping[str, Service]] = {"report.file": filing.file_report}
