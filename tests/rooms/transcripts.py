"""Transcripts for tests: a room with a story, and its files as bytes."""

from rooms import transcripts
from tests.rooms.table import Table


def story(table: Table) -> Table:
    """Talk, a correction, a removal, two offers and an agreement."""
    said = table.send("buyer", "message.send", text="We need **500** pumps, señora 👍")
    table.send("buyer", "message.edit", message=said.seq, text="We need **5,000** pumps.")
    gone = table.send("seller", "message.send", text="my card is 4242")
    table.send("seller", "message.redact", message=gone.seq, reason="wrong window")
    table.send("buyer", "message.react", message=said.seq, reaction="👍", on=True)
    table.propose("seller", 12_000, issues=[{"name": "Delivery", "value": "12 March"}])
    table.pass_time(minutes=1)
    table.counter("buyer", 10_000, issues=[{"name": "Delivery", "value": "1 March"}])
    table.send("seller", "offer.seen", version=2)
    table.accept("seller")
    return table


def record(table: Table, who: str = "buyer", of: transcripts.Of = "table") -> bytes:
    """The transcript as a side gets it."""
    made = transcripts.make(table.actor(who), table.room.pk, of, table.now)
    with made.file:
        return made.file.read()
