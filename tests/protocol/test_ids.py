"""Ids in frames: the text of a UUID, whichever case a client writes it in."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from negotiation_hub.consumers import client_frames

ID = "0199aaaa-0000-7000-8000-00000000abcd"


def test_ids_in_capital_letters_are_the_same_ids() -> None:
    sent = {"t": "message.send", "id": ID.upper(), "stream": ID.upper(), "text": "hello"}
    frame: Any = client_frames.validate_json(json.dumps(sent))
    assert (frame.id, frame.stream) == (ID, ID)
    hello = {"t": "hello", "protocol": 1, "streams": {ID.upper(): {"after": 0, "hash": None}}}
    greeting: Any = client_frames.validate_json(json.dumps(hello))
    assert list(greeting.streams) == [ID]


@pytest.mark.parametrize("id", ["", "x" * 36, ID.replace("-", ""), f"{{{ID}}}", ID + "\n", 7, None])
def test_what_is_no_id_is_refused(id: object) -> None:
    with pytest.raises(ValidationError):
        client_frames.validate_json(json.dumps({"t": "typing", "stream": id}))
