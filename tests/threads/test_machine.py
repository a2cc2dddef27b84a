import pytest

from threads import machine
from threads.machine import Status

CELLS = {
    ("resolve", Status.OPEN): Status.RESOLVED,
    ("resolve", Status.RESOLVED): None,
    ("reopen", Status.OPEN): None,
    ("reopen", Status.RESOLVED): Status.OPEN,
    ("post", Status.OPEN): None,
    ("post", Status.RESOLVED): Status.OPEN,
}


@pytest.mark.parametrize("event", machine.EVENTS)
@pytest.mark.parametrize("before", list(Status))
def test_every_cell_is_as_written(event: str, before: Status) -> None:
    step = machine.step(event, before)
    assert (step.after if step else None) == CELLS[event, before]
    if step is not None:
        assert machine.after(step.kind, before) == step.after


def test_what_is_no_step_moves_nothing() -> None:
    assert machine.step("explode", Status.OPEN) is None
    assert machine.after("message.sent", Status.RESOLVED) is Status.RESOLVED
