"""How many bytes a session took beside those that sending whole elements would have taken. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

SHARE_MAX: Final = 0.1
STROKES_MIN: Final = 3  # of each person: a session in which somebody hardly draws proves nothing


@dataclass(frozen=True, slots=True)
class Count:
    """Bytes in one direction: all, those of finished strokes, all as they would be with whole elements."""

    frames: int
    bytes: int
    finished: int
    whole: int

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.frames + other.frames,
            self.bytes + other.bytes,
            self.finished + other.finished,
            self.whole + other.whole,
        )

    @property
    def share(self) -> float:
        """Of what whole elements would have taken; of nothing it is all."""
        return self.bytes / self.whole if self.whole else 1.0

    def line(self, direction: str) -> str:
        """In words."""
        return (
            f"{direction} {self.bytes:,} bytes in {self.frames} frames "
            f"({self.finished:,} of them finished strokes), "
            f"whole elements {self.whole:,}, ratio {self.share:.4f}"
        )


NOTHING: Final = Count(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Person:
    """What one person drew and with what, and the bytes of their connection."""

    tool: str
    strokes: int
    points: int
    up: Count
    down: Count

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """As the clients say it (`Drawn` in frontend/proof/bytes/main.ts)."""
        return cls(said["tool"], said["strokes"], said["points"], Count(**said["up"]), Count(**said["down"]))


@dataclass(frozen=True, slots=True)
class Session:
    """Some people who drew at the same time. `problem` says why it measured nothing."""

    people: Sequence[Person]
    problem: str = ""

    @property
    def up(self) -> Count:
        """What all have sent."""
        return sum((one.up for one in self.people), NOTHING)

    @property
    def down(self) -> Count:
        """What the server has sent to all."""
        return sum((one.down for one in self.people), NOTHING)

    @property
    def complaints(self) -> list[str]:
        """Why the proof does not hold."""
        found = [self.problem] if self.problem else []
        if not self.people or min(one.strokes for one in self.people) < STROKES_MIN:
            found.append("somebody hardly drew")
        for direction, count in (("up", self.up), ("down", self.down)):
            if count.share > SHARE_MAX:
                found.append(f"{direction}: {count.share:.4f} of what whole elements take, not {SHARE_MAX}")
        return found

    def line(self) -> str:
        """The proof's one line."""
        strokes = sum(one.strokes for one in self.people)
        points = sum(one.points for one in self.people)
        return (
            f"{len(self.people)} people, {strokes} strokes, {points} points: "
            f"{self.up.line('up')}; {self.down.line('down')}"
        )
