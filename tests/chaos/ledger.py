"""What was sent and how it was answered: the truth that every history is held against.

Moments are ticks, counted by one process: of two ticks the smaller one was earlier, whatever a clock says.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ack:
    """An acknowledgement, at the tick at which it arrived."""

    tick: int
    seq: int
    hash: str


@dataclass(slots=True)
class Command:
    """A command of one author. `mark` is the text that only this command has, and that its event shows."""

    id: str
    stream: str
    author: str
    mark: str
    frame: str
    sent: int = 0  # the tick just before it was first sent; 0: not sent yet
    connections: list[str] = field(default_factory=list)  # one for each time that it was sent
    acks: list[Ack] = field(default_factory=list)
    refused: str = ""  # the code of a refusal that is not temporary


@dataclass
class Ledger:
    """All commands of a run."""

    commands: dict[str, Command] = field(default_factory=dict)
    acked: int = 0  # commands with at least one acknowledgement
    refusals: Counter[str] = field(default_factory=Counter)  # by code, temporary ones included
    _tick: int = 0

    def tick(self) -> int:
        """The next moment."""
        self._tick += 1
        return self._tick

    def add(self, command: Command) -> Command:
        """Remembers a command before it is sent."""
        self.commands[command.id] = command
        return command

    def sends(self, command: Command, connection: str) -> None:
        """The command is about to be sent, for the first time or again."""
        command.sent = command.sent or self.tick()
        command.connections.append(connection)

    def hear_ack(self, id: str, seq: int, hash: str) -> None:
        """An acknowledgement arrived, also one that the client is then made to miss."""
        if (command := self.commands.get(id)) is not None:
            self.acked += not command.acks
            if all((ack.seq, ack.hash) != (seq, hash) for ack in command.acks):
                command.acks.append(Ack(self.tick(), seq, hash))

    def hear_refusal(self, id: str | None, code: str, *, temporary: bool) -> None:
        """A refusal arrived."""
        self.refusals[code] += 1
        # A socket that has lost its stream must open it again, and the command is as good as before.
        if id in self.commands and not temporary and code != "stream.not_open":
            self.commands[id].refused = code
